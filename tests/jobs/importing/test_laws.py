"""What holds for any table: nothing breaks, rows add up, no date is taken that the column does not prove."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kesu.jobs.importing import survey, take
from kesu.register.codes import CODE_LISTS
from kesu.register.mapping.durations import durations
from kesu.register.mapping.evidence import decide
from kesu.register.mapping.model import MapError, from_toml, to_toml
from kesu.register.mapping.survey import Survey
from kesu.register.mapping.table import Passed, Table, find_table
from kesu.register.mapping.times import look, times_of
from kesu.register.raw import RawSheet

HEADS = [
    "编号",
    "受理时间",
    "渠道",
    "投诉内容",
    "电话",
    "Status",
    "Created",
    "Priority",
    "名称",
    "备注",
    "x",
    "满意度",
    "处理时长",
    "类别",
]
FORMATS = ["%Y-%m-%d %H:%M:%S", "%d/%m/%Y", "%m/%d/%Y %I:%M %p", "%Y年%m月%d日", "%d.%m.%y", "%Y%m%d"]


def sheet(rows: Sequence[Sequence[str | None]], title: str = "Sheet1") -> RawSheet:
    return RawSheet(
        title,
        pd.DataFrame(
            {at: pd.Series(column, dtype="str") for at, column in enumerate(zip(*rows, strict=True))}
        ),
    )


def found(rows: Sequence[Sequence[str | None]]) -> Survey:
    one = find_table("a.xlsx", sheet(rows))
    tables, passed = ([one], []) if isinstance(one, Table) else ([], [one])
    return survey(tables, passed, CODE_LISTS, "CN")


cells = st.one_of(
    st.none(), st.text(max_size=12), st.sampled_from(["是", "P1", "5", "合计", "13812345678", "1.5", "#REF!", "45712.5", "=1+1"]),
    st.builds(lambda day, form: day.strftime(form), st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2027, 1, 1)), st.sampled_from(FORMATS)),
)  # fmt: skip


@pytest.mark.slow
@given(st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_rows_always_add_up(data: st.DataObject) -> None:
    heads = data.draw(st.permutations(HEADS))[: data.draw(st.integers(3, len(HEADS)))]
    rows = data.draw(st.lists(st.lists(cells, min_size=len(heads), max_size=len(heads)), max_size=12))
    result = found([heads, *rows])
    for plan in result.plans:
        answered = plan.mapping
        for question in plan.questions:
            answered = answered.answered(
                question.entry, question.choices[0][0] if question.choices else "3600"
            )
        text = to_toml(answered)
        again = survey(plan.tables, [], CODE_LISTS, "CN", given=from_toml(text))
        if not again.plans:
            continue
        taken = take(again, CODE_LISTS, "zh", 2026)
        assert taken.balanced
        full = sum(any(cell is not None and cell.strip() for cell in row) for row in rows)
        assert taken.rows <= full
        numbers = taken.complaints["complaint_id"]
        assert numbers.notna().all()


@given(st.lists(st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2027, 1, 1)), min_size=1, max_size=40), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]))  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_no_date_is_taken_in_the_wrong_order(days: list[dt.datetime], form: str) -> None:
    read = look(pd.Series([day.strftime(form) for day in days], dtype="str"))
    said = decide(read)
    if said.order != "?":
        assert [pd.Timestamp(time) for time in times_of(read, said.word, "")] == [
            pd.Timestamp(day.date()) for day in days
        ]


@given(st.lists(st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2027, 1, 1)), min_size=1, max_size=60))
@settings(max_examples=60, deadline=None)
def test_dates_turned_round_by_a_spreadsheet_are_never_taken_as_they_are(days: list[dt.datetime]) -> None:
    spoilt = [
        f"{day.year}-{day.day:02}-{day.month:02} 00:00:00" if day.day <= 12 else day.strftime("%d/%m/%Y")
        for day in days
    ]
    read = look(pd.Series(spoilt, dtype="str"))
    said = decide(read)
    texts = any(day.day > 12 for day in days)
    if said.order != "?" and texts:
        assert [pd.Timestamp(time) for time in times_of(read, said.word, "")] == [
            pd.Timestamp(day.date()) for day in days
        ]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026年3月5日 下午3点", "2026-03-05 15:00"), ("2026年3月5日下午3点半", "2026-03-05 15:30"), ("2026年3月5日 中午12点10分", "2026-03-05 12:10"),
        ("2026-03-05 12:05 AM", "2026-03-05 00:05"), ("2026/3/5 上午 9:30", "2026-03-05 09:30"), ("5-Mar-2026 14:30", "2026-03-05 14:30"),
        ("March 5th, 2026", "2026-03-05 00:00"), ("2026-03-05T01:00:00Z", "2026-03-05 09:00"), ("2026-03-05T01:00:00-05:00", "2026-03-05 14:00"),
        ("20260305143000", "2026-03-05 14:30"), ("46086.5", "2026-03-05 12:00"), ("1772672400", "2026-03-05 09:00"), ("２０２６年３月５日", "2026-03-05 00:00"),
        ("2026-02-30", None), ("昨天", None), ("3月5日", None), ("2026-03-05 25:00", None), ("Mayday 5, 2026", None),
    ],
)  # fmt: skip
def test_times_as_they_are_written(text: str, time: str | None) -> None:
    read = look(pd.Series([text], dtype="str"))
    [value] = times_of(read, decide(read).word, "Asia/Shanghai")
    assert (None if pd.isna(value) else pd.Timestamp(value)) == (time and pd.Timestamp(time))


def test_true_dates_all_early_in_many_months_are_asked_about() -> None:
    early = pd.Series(
        [f"2026-{month:02}-{day:02} 09:00:00" for month in range(1, 10) for day in (3, 7, 11)], dtype="str"
    )
    assert decide(look(early)).order == "?"
    one_month = pd.Series([f"2026-03-{day:02} 09:00:00" for day in range(1, 12)] * 3, dtype="str")
    assert decide(look(one_month)).order == ""


def test_durations_as_they_are_written() -> None:
    texts = pd.Series(["2h 30m", "1天3小时", "36:15:00", "6.5", "1 day, 3:00:00", "bald"], dtype="str")
    assert durations(texts, 3600).tolist()[:5] == [9000, 97200, 130500, 23400, 97200]
    assert pd.isna(durations(texts, 3600)[5])
    assert pd.isna(durations(texts, 0)[3])


HEAD = ["投诉编号", "受理时间", "渠道", "投诉内容", "电话"]


def test_rows_of_one_number_become_items_where_the_mapping_says_so() -> None:
    rows = [HEAD, ["A1", "2026-03-20 09:00:00", "电话", "坏了", "13812345678"], ["A1", "2026-03-20 09:00:00", "电话", "态度差", "13812345678"],
            ["A2", "2026-03-21 09:00:00", "邮件", "太慢", "13812345679"], ["A2", "2026-03-21 09:00:00", "邮件", "太慢", "13812345679"]]  # fmt: skip
    asked = found(rows)
    [plan] = asked.plans
    assert [question.entry for question in plan.questions] == [("repeated",)]
    known = plan.mapping.answered(("repeated",), "items: demand")
    taken = take(survey(plan.tables, [], CODE_LISTS, "CN", given=known), CODE_LISTS, "zh", 2026)
    assert taken.complaints["complaint_id"].tolist() == ["A1", "A2"]
    assert taken.items[["complaint_id", "item_kind", "what"]].to_numpy().tolist() == [
        ["A1", "demand", "坏了"],
        ["A1", "demand", "态度差"],
    ]
    assert (taken.rows, taken.further, [one.row for one in taken.rejected]) == (4, 1, [5])
    assert taken.rejected[0].reason.en == "the same as row 4 in every cell"


def test_sheets_that_each_count_from_one_are_kept_apart() -> None:
    def month(day: int) -> list[list[str]]:
        return [
            ["序号", *HEAD[1:]],
            *(
                [str(at), f"2026-0{day}-2{at} 09:00:00", "电话", f"坏了{day}{at}", "13812345678"]
                for at in range(1, 5)
            ),
        ]

    tables = [find_table("a.xlsx", sheet(month(day), f"{day}月")) for day in (3, 4)]
    result = survey([one for one in tables if isinstance(one, Table)], [], CODE_LISTS, "CN")
    assert not result.plans[0].questions
    taken = take(result, CODE_LISTS, "zh", 2026)
    assert taken.complaints["complaint_id"].tolist() == [
        f"{day}月-{at}" for day in (3, 4) for at in range(1, 5)
    ]


def test_two_words_of_the_source_for_one_choice_travel_along() -> None:
    rows = [[*HEAD, "Status"], *([f"A{at}", "2026-03-20 09:00:00", "电话", "坏了", "13812345678", word] for at, word in enumerate(("Escalated", "In progress")))]  # fmt: skip
    taken = take(found(rows), CODE_LISTS, "en", 2026)
    assert taken.complaints["status"].tolist() == ["in_progress", "in_progress"]
    assert taken.complaints["Status (source)"].tolist() == ["Escalated", "In progress"]


def test_a_word_that_decides_figures_is_asked_about() -> None:
    rows = [[*HEAD, "Status"], *([f"A{at}", "2026-03-20 09:00:00", "电话", "坏了", "13812345678", word] for at, word in enumerate(("New", "Open", "Frobbed")))]  # fmt: skip
    [plan] = found(rows).plans
    assert [question.entry for question in plan.questions] == [("values", "status", "Frobbed")]


def test_a_sheet_of_figures_is_no_table_of_complaints() -> None:
    result = found([["月份", "投诉量", "满意率"], ["2026-03", "12", "0.9"], ["2026-04", "15", "0.8"]])
    assert not result.plans
    assert all(isinstance(one, Passed) for one in result.passed)


@pytest.mark.parametrize("text", ["[columns", "[columns]\na = 1", '[columns]\n"a" = "nowhere"', '[times]\n"a" = "sideways"', "columns = 3", 'repeated = "x"'])  # fmt: skip
def test_a_mapping_that_cannot_be_used_is_told_in_words(text: str) -> None:
    with pytest.raises(MapError) as caught:
        from_toml(text)
    assert caught.value.text.zh != caught.value.text.en
