"""Complaints in which words stand, as records: masked, the latest first, the choices in words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from kesu.jobs.assessment import Assessment
from kesu.jobs.find import column_said, find
from tests.rules.test_kpis import Row, register

NOW = dt.datetime(2026, 10, 12, 10)
BASE: Row = {
    "customer_name": "张三丰",
    "customer_contact": "13812345678",
    "customer_account": "AC203911",
    "involved_staff": "赵敏",
}


def found(
    text: str, *rows: Row, items: tuple[Row, ...] = (), lang: str = "en", unmasked: bool = False
) -> list[dict[str, Any]]:
    held = register(
        *(BASE | {"owner": "孙莉", "satisfaction": "满意", "verbatim": "慢"} | row for row in rows),
        items=items,
    )
    return find([Assessment(held, NOW)], text, lang, unmasked=unmasked)


def test_a_record_is_masked_and_says_where_the_words_stand() -> None:
    [one] = found("宽带", {"verbatim": "我是张三丰，赵敏没修好宽带，电话 13812345678"})
    assert one == {
        "register": "r.xlsx", "row": 2, "complaint_id": "C1", "received_at": "2026-10-05T10:00:00", "kind": "Complaint", "status": "In progress",
        "category": "Process", "satisfaction": "Satisfied", "customer_name": "张**", "customer_contact": "138****5678", "customer_account": "AC***11",
        "owner": "孙莉", "found_in": ["verbatim"], "text": "我是张**，赵**没修好宽带，电话 138****5678",
    }  # fmt: skip
    [open_] = found("宽带", {"verbatim": "我是张三丰的宽带"}, lang="zh", unmasked=True)
    assert (open_["customer_name"], open_["text"], open_["status"]) == (
        "张三丰",
        "我是张三丰的宽带",
        "处理中",
    )


def test_the_text_in_which_they_stand_is_shown_and_the_verbatim_for_any_other_place() -> None:
    [one] = found("退款", {"solution": "退款到账户"})
    assert (one["found_in"], one["text"]) == (["solution"], "退款到账户")
    [one] = found("退款", {}, items=({"item_kind": "诉求", "what": "退款"},))
    assert (one["found_in"], one["text"]) == (["items.what"], "慢")
    [one] = found("孙莉", {"verbatim": ""})
    assert one["text"] is None


def test_the_latest_come_first_and_those_without_a_time_last() -> None:
    days = ("2026-10-05 10:00:00", "", "2026-10-07 10:00:00")
    assert [one["complaint_id"] for one in found("张三丰", *({"received_at": day} for day in days))] == [
        "C3",
        "C1",
        "C2",
    ]
    assert found("李四", {}) == []


@pytest.mark.parametrize(("count", "shown"), [(60, "x" * 60), (61, "x" * 59 + "…")])
def test_a_long_text_is_cut(count: int, shown: str) -> None:
    [one] = found("x", {"verbatim": "x" * count})
    assert one["text"] == shown


def test_columns_in_words() -> None:
    assert [column_said("verbatim", "en"), column_said("items.what", "zh")] == ["Verbatim", "内容"]
