"""Which tables of a source tell of complaints, and what is said of those that do not."""

from __future__ import annotations

import pytest

from kesu.jobs.importing import survey, take
from kesu.register.codes import CODE_LISTS
from kesu.register.mapping.survey import Survey
from tests.register.mapping.test_foreign_headings import A1, A2, HEADS, Cells, table

WHEN = "2026-03-04 09:05:00"


def surveyed(*sheets: Cells) -> Survey:
    return survey([table(rows) for rows in sheets], [], CODE_LISTS, "CN", None)


@pytest.mark.parametrize(
    ("headings", "cells", "told"),
    [
        (["受理时间", "投诉内容", "网点"], [WHEN, "坏了", "东"], True),
        (["受理时间", "客户姓名", "网点"], [WHEN, "张三", "东"], True),
        (
            ["受理时间", "投诉渠道", "状态", "网点"],
            [WHEN, "电话", "新建", "东"],
            False,
        ),  # when, but neither which nor what
        (
            ["投诉编号", "投诉渠道", "状态", "严重程度"],
            ["A1", "电话", "新建", "一般"],
            True,
        ),  # which, and four words known
        (["投诉编号", "投诉渠道", "状态", "网点"], ["A1", "电话", "新建", "东"], False),
    ],
)
def test_a_table_tells_when_and_which_or_what_or_much_else(
    headings: list[str | None], cells: list[str | None], told: bool
) -> None:
    found = surveyed([headings, cells])
    assert (len(found.plans), len(found.passed)) == ((1, 0) if told else (0, 1))


def test_times_without_a_year_are_said() -> None:
    row: list[str | None] = ["3月4日", "坏了", "东"]
    rows: Cells = [["受理时间", "投诉内容", "网点"], row, row, row]
    found = surveyed(rows)
    assert len(found.plans) == 0
    assert "3月4日" in found.passed[0].reason.en


def test_rows_below_a_table_are_counted_as_left_out() -> None:
    taken = take(surveyed([HEADS, A1, A2, ["合计", "2", None, None]]), CODE_LISTS, "zh", 2026)
    assert (taken.rows, len(taken.complaints), len(taken.rejected), taken.balanced) == (3, 2, 1, True)
    assert taken.complaints["complaint_id"].tolist() == ["A1", "A2"]
    assert taken.complaints["导入来源"].tolist() == ["a.xlsx ▸ Sheet1!2", "a.xlsx ▸ Sheet1!3"]


def test_rows_without_numbers_are_numbered_from_the_year_of_the_first_receipt() -> None:
    rows: Cells = [HEADS[1:], A1[1:], A2[1:]]
    taken = take(surveyed(rows), CODE_LISTS, "zh", 2030)
    assert taken.complaints["complaint_id"].tolist() == ["2026-0001", "2026-0002"]
    assert taken.numbered == {"2026-0001", "2026-0002"}
