"""What a case file and the customer's print of a case are made of; how they look is tried elsewhere."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest

from kesu.jobs import form as room
from kesu.jobs.assessment import Assessment
from kesu.jobs.form import write_blank_form, write_case_file, write_reply
from tests.rules.test_kpis import Row, register

NOW = dt.datetime(2026, 10, 5, 11)
CASE: Row = {
    "customer_name": "张三丰", "customer_contact": "13812345678", "involved_staff": "赵敏", "owner": "孙莉", "severity": "一般",
    "verbatim": "张三丰说赵敏没修", "measures_taken": "赵敏上门", "solution": "换新", "received_at": "2026-10-05 10:00:00",
}  # fmt: skip
ITEMS: tuple[Row, ...] = (
    {"item_kind": "诉求", "what": "赵敏道歉，电话 13812345678", "owner": "赵敏"},
    {"complaint_id": "C2", "item_kind": "联系", "what": "别人的"},
    {"item_kind": "关联", "what": "C2"},
)


def held(*, asks: bool = False) -> Assessment:
    items = tuple({**one, "question": ""} if asks else one for one in ITEMS)
    return Assessment(
        register(CASE, {"customer_name": "李四", "kind": "反馈", "status": "已结案"}, items=items), NOW
    )


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[tuple[tuple[Any, ...], dict[str, Any]]]:
    done: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
    for name in ("build_form", "build_reply"):
        monkeypatch.setattr(room, name, lambda *given, **more: done.append((given, more)))
    return done


@pytest.mark.parametrize("asks", [False, True])
def test_a_blank_form_asks_what_the_register_has_room_for(built: list[Any], *, asks: bool) -> None:
    write_blank_form(held(asks=asks), out := io.BytesIO(), "en")
    ((given, more),) = built
    assert (given[0], given[1], more) == (out, "en", {"questions": asks, "today": NOW.date()})


def test_a_case_file_holds_its_case_whole(built: list[Any]) -> None:
    write_case_file(held(), 0, io.BytesIO(), "zh", fitted=True)
    ((_, more),) = built
    case = more["complaint"]
    assert (case["customer_name"], case["severity"], case["verbatim"]) == (
        "张三丰",
        "normal",
        "张三丰说赵敏没修",
    )
    assert [one["what"] for one in more["items"]] == ["赵敏道歉，电话 13812345678", "C2"]
    assert [one["customer_name"] for one in more["linked"]] == ["李四"]
    assert more["note"].startswith("截至 2026-10-05 11:00 · ")
    assert "个人信息已遮盖" not in more["note"]
    assert more["advice"] is not None
    assert (more["fitted"], more["today"], more["questions"]) == (True, NOW.date(), False)


def test_masked_it_names_nobody(built: list[Any]) -> None:
    write_case_file(held(), 0, io.BytesIO(), "zh", masked=True)
    ((_, more),) = built
    case = more["complaint"]
    assert (case["customer_name"], case["customer_contact"], case["involved_staff"]) == (
        "张**",
        "138****5678",
        "赵**",
    )
    assert (case["severity"], case["solution"]) == ("normal", "换新")
    assert "张三丰" not in case["verbatim"]
    assert "赵敏" not in case["verbatim"] + case["measures_taken"]
    assert "13812345678" not in more["items"][0]["what"]
    assert "赵敏" not in more["items"][0]["what"]
    assert [one["customer_name"] for one in more["linked"]] == ["李**"]
    assert more["note"].endswith("个人信息已遮盖")


def test_feedback_has_no_playbook_and_what_is_over_no_deadline(built: list[Any]) -> None:
    write_case_file(held(), 1, io.BytesIO(), "en")
    ((_, more),) = built
    assert more["advice"] is None
    assert more["note"].startswith("As of 2026-10-05 11:00 · ")
    assert [one["complaint_id"] for one in more["linked"]] == ["C1"]


def test_the_customers_print_names_no_staff(built: list[Any]) -> None:
    free = write_reply(held(), 0, io.BytesIO(), "en")
    ((given, more),) = built
    record, items = given[3], given[4]
    assert record["customer_name"] == "张三丰"
    assert "赵敏" not in record["verbatim"] + record["measures_taken"] + items[0]["what"]
    assert "张三丰" in record["verbatim"]
    assert items[0]["owner"] == "赵敏"  # who does something for the customer is named
    assert more["note"] == "As of 2026-10-05 11:00"
    assert (more["today"], more["fitted"]) == (NOW.date(), False)
    assert more["due"]
    assert all(when > NOW for _, when in more["due"])
    said = [one.en for one in free]
    assert "Verbatim" not in said
    assert said[-1] == "What"  # a demand is shown
    write_reply(held(), 1, io.BytesIO(), "en", masked=True)
    assert built[1][0][3]["customer_name"] == "李**"
    assert built[1][1]["note"].endswith(" · personal data masked")
