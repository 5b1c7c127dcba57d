"""Messages to a customer: filled from the register, promising nothing that does not stand in it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from kesu.register.codes import CODE_LISTS
from kesu.register.settings import load_profile
from kesu.register.settings.playbooks import DRAFTS, PLACEHOLDER, shipped
from kesu.rules.drafts import Case, draft_kind, filled, plain, said_open, template_of, values_for
from kesu.rules.playbooks import FOLLOW_UPS, playbooks

AS_OF = pd.Timestamp("2026-10-12 12:00").to_pydatetime()
AT = pd.Timestamp
NAT = pd.NaT
CELLS: dict[str, Any] = {
    "complaint_id": "K-1",
    "customer_name": "张伟",
    "received_at": AT("2026-10-09 08:05"),
    "owner": "李丽",
    "first_responsible": "王五",
    "measures_taken": "已换端口。",
    "solution": "免一个月月租。",
    "remedy": "refund|apology",
    "customer_agreed": None,
    "resolved_at": AT("2026-10-11 17:00"),
}


def item(kind: str, row: int, due: str | None = None, what: str | None = None, **more: Any) -> dict[str, Any]:
    given = {
        "item_kind": kind,
        "excel_row": row,
        "due_at": AT(due) if due else NAT,
        "what": what,
        "done_at": NAT,
        "result": None,
    }
    return given | more


ITEMS = [
    item("commitment", 5, "2026-10-10 09:00", "回电告知结果"),
    item("demand", 6, what="退月租"),
    item("demand", 7, what="道歉", result="done"),
    item("contact", 8, "2026-10-13 15:00"),
    item("contact", 9, "2026-10-12 10:00"),  # past
    item("contact", 10, "2026-10-12 13:00", done_at=AT("2026-10-12 11:00")),
    item("commitment", 11, "2026-10-14 18:30", "上门检测"),
]


def values(
    lang: str = "zh", items: list[dict[str, Any]] = ITEMS, at: int | None = None, **cells: Any
) -> dict[str, str]:
    mine = next((one for one in items if one["excel_row"] == at), None)
    case = Case(CELLS | cells, items, mine)
    return values_for(case, "北区客服", CODE_LISTS, AS_OF, lang, lambda _, text: text)


def test_places_are_filled_from_the_register() -> None:
    assert values() == {
        "customer": "张伟",
        "number": "K-1",
        "received": "2026年10月9日",
        "owner": "李丽",
        "organisation": "北区客服",
        "next_contact": "2026年10月13日15:00",
        "measures": "已换端口",
        "open_demands": "退月租",
        "solution": "免一个月月租",
        "remedy": "退款、道歉",
        "resolved": "2026年10月11日",
    }
    english = values("en")
    assert (english["received"], english["next_contact"]) == ("9 October 2026", "13 October 2026, 15:00")
    assert english["remedy"] == "Refund, Apology"


def test_a_late_promise_gets_its_new_date_from_a_new_promise_or_a_changed_due_date() -> None:
    told = values(at=5)
    assert (told["promise"], told["old_date"]) == ("回电告知结果", "2026年10月10日09:00")
    assert told["new_date"] == "2026年10月14日18:30"
    changed = [*ITEMS, item("due_change", 12, "2026-10-20 09:00")]
    assert values(items=changed, at=5)["new_date"] == "2026年10月20日09:00"
    assert "new_date" not in values(items=ITEMS[:-1], at=5)
    assert "promise" not in values(at=6)


def test_what_the_register_does_not_say_is_not_there() -> None:
    bare = values(
        items=[],
        customer_name=" ",
        received_at=NAT,
        owner=None,
        measures_taken=None,
        solution="",
        remedy=None,
        resolved_at=NAT,
    )
    assert bare == {"number": "K-1", "owner": "王五", "organisation": "北区客服"}


@pytest.mark.parametrize(
    ("follow_up", "late", "cells", "kind"),
    [
        ("first_response", True, {}, "acknowledgement"),
        ("reply", False, {}, "offer"),
        ("reply", False, {"solution": None}, "progress"),
        ("resolution", True, {"customer_agreed": "yes"}, "progress"),
        ("resolution", True, {"customer_agreed": "no"}, "progress"),
        ("reply", True, {"solution": "To be decided by head office"}, "progress"),
        ("reply", True, {"solution": "待定，等总部批复"}, "progress"),
        ("reply", True, {"solution": "（无）"}, "progress"),
        ("reply", True, {"solution": "No charge for the repair"}, "offer"),
        ("reply", True, {"solution": "无偿更换"}, "offer"),
        ("commitment", True, {}, "delay"),
        ("commitment", False, {}, "progress"),
        ("plan_step", True, {}, "progress"),
        ("contact", True, {}, "progress"),
        ("escalate", True, {}, "progress"),
        ("call_back", True, {}, "closing"),
        ("reopened_reply", False, {}, "apology"),
        ("take_up_again", False, {}, "apology"),
    ],
)
def test_the_message_fits_what_is_to_be_done(
    follow_up: str, late: bool, cells: dict[str, Any], kind: str
) -> None:
    assert draft_kind(follow_up, Case(CELLS | cells), late=late) == kind


@pytest.mark.parametrize("follow_up", FOLLOW_UPS)
def test_every_follow_up_has_a_message(follow_up: str) -> None:
    books = playbooks(load_profile())
    kind = draft_kind(follow_up, Case(CELLS), late=True)
    assert kind in DRAFTS
    assert template_of(kind, (), books).zh.startswith("{customer}")


def test_a_situation_has_its_own_text_before_the_category_and_the_general_one() -> None:
    books = playbooks(load_profile())
    assert "保持原样" in template_of("acknowledgement", ("safety", "quality"), books).zh
    assert template_of("acknowledgement", ("quality",), books) == template_of("acknowledgement", (), books)
    assert template_of("closing", ("safety", "nowhere"), books) == template_of("closing", (), books)


@pytest.mark.parametrize(
    "typed",
    [
        "none",
        "None.",
        "-",
        "n/a",
        "N／A",
        "无",
        "暂无。",
        "没有",
        "/",
        "TBD",
        "待定",
        "方案待定",
        "pending",
        "…",
    ],
)
def test_nothing_is_not_told_as_if_it_were_something(typed: str) -> None:
    told = values(
        solution=typed, measures_taken=typed, remedy="none", owner=None, items=[item("demand", 6, what="无")]
    )
    assert not {"solution", "measures", "remedy", "open_demands"} & told.keys()
    assert values(remedy="none|refund")["remedy"] == "退款"
    assert draft_kind("reply", Case(CELLS | {"solution": typed}), late=True) == "progress"


@pytest.mark.parametrize(
    "said", ["待定点维修站检测", "TBD-200 adapter sent", "none of the fees are due", "无线路由器已换"]
)
def test_what_only_begins_like_nothing_is_told(said: str) -> None:
    assert values(measures_taken=said)["measures"] == said


def test_open_places_show_and_are_counted() -> None:
    draft = filled("{称呼}，{ the new date }、{number}、{新的时间}", {"number": "K-1"}, "zh", "delay")
    assert draft.text == "[……称呼]，[……新的时间]、K-1、[……新的时间]"
    assert draft.open == ("customer", "new_date", "new_date")
    assert filled("{owner} {x}", {}, "en", "offer").text == "[… owner] [… x]"
    assert said_open([draft, draft]) == {"new_date": 4, "customer": 2}


def test_what_is_filled_in_is_no_template() -> None:
    hostile = values(customer_name="{owner}{number}", measures_taken="{organisation} {0} %s")
    draft = filled("{customer} {measures}", hostile, "zh", "progress")
    assert draft.text == "{owner}{number} {organisation} {0} %s"
    assert draft.open == ()


def test_what_is_too_long_ends_in_an_ellipsis() -> None:
    told = values(measures_taken="长" * 501, solution="长" * 500 + "。", customer_name="A" * 40_000)
    assert told["measures"] == "长" * 499 + "…"
    assert told["solution"] == "长" * 500
    assert len(told["customer"]) == 500


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Anna\r\nBcc: all@example.com", "Anna Bcc: all@example.com"),
        ("a\x00b\tc\u2028d", "a b c d"),
        ("\u202egnp.exe", "gnp.exe"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("  ", ""),
    ],
)
def test_values_are_one_line_of_visible_letters(typed: str, shown: str) -> None:
    assert plain(typed) == shown
    assert values(customer_name=typed).get("customer", "") == shown


def test_no_shipped_draft_says_a_date_or_a_sum_of_its_own() -> None:
    for line in shipped():
        if line.kind in DRAFTS:
            assert not any(ch.isdigit() for words in line.text for ch in PLACEHOLDER.sub("", words)), line
