"""What the exports of known programs and offices become: hotline, bank, shop, desk. Headings as those write them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kesu.jobs.importing import take
from kesu.register.codes import CODE_LISTS
from kesu.register.mapping.model import OWN, Question
from tests.jobs.importing.test_laws import found


def becomes(*columns: tuple[str, Sequence[str]]) -> tuple[dict[str, str], dict[str, Question]]:
    """Heading → column, and heading → the question about it, of a table with these columns beside number and words."""
    known = {"编号": ("A1", "A2"), "投诉内容": ("断网三天没有人来修", "宽带很慢总是掉线")}
    if not any("受理" in heading or "来电" in heading or "Opened" in heading for heading, _ in columns):
        known["受理时间"] = ("2026-08-01 09:00", "2026-08-14 10:00")
    every = {**known, **dict(columns)}
    [plan] = found([list(every), *(list(row) for row in zip(*every.values(), strict=True))]).plans
    asked = {one.entry[1]: one for one in plan.questions if one.entry[0] == "columns"}
    assert len(asked) == sum(one.entry[0] == "columns" for one in plan.questions)  # one question a heading
    return {heading: plan.mapping.columns.get(heading, "?") for heading, _ in columns}, asked


DAYS, LATER = ("2026-08-03 09:00", "2026-08-15 10:00"), ("2026-08-16", "2026-08-28")


@pytest.mark.parametrize(
    ("columns", "meant"),
    [
        # when it should be done is not when it was
        ([("应办结日期", LATER), ("实际办结日期", DAYS)], [OWN, "resolved_at"]),
        ([("要求回复时间", LATER)], [OWN]),
        ([("Due date/time", LATER), ("Expected resolution date", LATER)], [OWN, OWN]),
        # an hour under “(in hrs)” is no time of day; a time wins over a duration
        ([("First response time (in hrs)", ("01:00:00", "00:30:00"))], ["first_response_at.after"]),
        ([("First reply time in minutes", ("35", "1500"))], ["first_response_at.after"]),
        (
            [("Initial response time", DAYS), ("First response time (in hrs)", ("01:00:00", "02:00:00"))],
            ["first_response_at", OWN],
        ),
        # one thing with a slash in its name
        ([("Date/Time Opened", DAYS), ("Date/Time Closed", LATER)], ["received_at", "resolved_at"]),
        # sent on to somebody is no receipt, and no letter of the customer's
        ([("来电时间", DAYS), ("派单时间", DAYS)], ["received_at", OWN]),
        ([("Date sent to company", DAYS), ("转办日期", DAYS)], [OWN, OWN]),
        # disputed is the contrary of agreed; yes and no are nobody
        ([("Consumer disputed?", ("Yes", "No")), ("Escalated", ("Yes", "No"))], [OWN, OWN]),
        ([("是否联系市民", ("是", "否"))], [OWN]),
        # an enquiry is no complaint
        ([("诉求类型", ("投诉", "咨询"))], ["kind"]),
        ([("诉求类型", ("收费争议", "咨询"))], ["category"]),
        # a time is nobody's words, however long it is
        ([("Last update time", DAYS)], [OWN]),
        ([("售后原因", ("少件", "破损")), ("涉诉机构", ("甲支行", "乙支行"))], ["category", "involved_departments"]),
    ],
)  # fmt: skip
def test_headings_of_exports(columns: list[tuple[str, tuple[str, str]]], meant: list[str]) -> None:
    assert list(becomes(*columns)[0].values()) == meant


def test_what_may_be_several_things_is_asked_once_with_all_of_them() -> None:
    rows = [["Id", "Created", "Subject"], ["1", "2026-08-01", "Router broken again"], ["2", "2026-08-03", "Refund please, and soon"]]  # fmt: skip
    [plan] = found(rows).plans
    [question] = plan.questions
    assert [key for key, _ in question.choices] == ["category", "verbatim", OWN]
    assert question.asked.zh == "“Subject”是哪一列：“投诉类型”、“客户原话”，还是自有列？"


def test_two_dates_that_may_be_the_receipt_are_asked_about_and_shown_as_such() -> None:
    """The one that was not guessed first, too: the dry run says of both what they may be."""
    [plan] = found([["编号", "登记日期", "投诉日期"], ["1", "2026-08-01", "2026-08-02"], ["2", "2026-08-14", "2026-08-15"]]).plans  # fmt: skip
    assert {one.entry[1] for one in plan.questions} == {"登记日期", "投诉日期"}
    assert {plan.guesses[one].target for one in ("登记日期", "投诉日期")} == {"received_at"}


def test_states_in_a_team_s_own_words_are_asked_about() -> None:
    mapping, asked = becomes(("处理状态", ("退款成功", "待买家退货")))
    assert (mapping, list(asked)) == ({"处理状态": "?"}, ["处理状态"])


def test_offered_is_no_answer_of_the_customer() -> None:
    rows = [["Id", "Created", "Description", "Satisfaction Score"], ["1", "2026-08-01", "Slow", "good"], ["2", "2026-08-14", "Rude", "offered"]]  # fmt: skip
    result = found(rows)
    assert not result.plans[0].questions
    assert take(result, CODE_LISTS, "en", 2026).complaints["satisfaction"].tolist()[0] == "satisfied"


def test_days_without_a_year_are_refused_with_the_reason() -> None:
    [passed] = found(
        [["日期", "业主", "反映问题"], ["8月1日", "张三", "电梯困人"], ["8月13日", "李四", "漏水"]]
    ).passed
    assert "没有年份（例如 8月1日）" in passed.reason.zh
