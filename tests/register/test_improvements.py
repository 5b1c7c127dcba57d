"""The sheet of improvements: found by its title and columns, typed, and never in the way of a register without one."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest

from kesu.register.causes import cause_codes
from kesu.register.columns import IMPROVEMENTS
from kesu.register.normalise import normalise, normalise_all
from kesu.register.raw import RawSheet
from kesu.register.stack import groups, stacked

HEADER = ("投诉编号", "受理时间", "投诉渠道", "投诉类型", "状态", "根本原因")
CASE = ("A1", "2026-10-01 09:05:00", "电话", "产品质量", "新建", "充电口松动")
ZH = ("编号", "针对原因", "改进措施", "责任人", "到期时间", "完成时间")
EN = ("No.", "Cause *", "Measure *", "Owner", "Due at", "Done at")
MEASURE = ("G-01", "充电口 松动", "换供应商", "赵六", "2026-10-20 00:00:00", "昨天")


def raw(title: str, *rows: Sequence[str | None]) -> RawSheet:
    return RawSheet(title, pd.DataFrame({at: pd.Series(list(cells), dtype="str") for at, cells in enumerate(zip(*rows, strict=True))}))  # fmt: skip


REGISTER = raw("投诉登记", HEADER, CASE)


@pytest.mark.parametrize(
    ("title", "header"), [("改进措施", ZH), ("Improvements", EN), ("改进措施表", ZH), ("improvements", EN)]
)
def test_the_sheet_is_read_in_either_language(title: str, header: tuple[str, ...]) -> None:
    found = normalise("r.xlsx", [REGISTER, raw(title, header, MEASURE)]).improvements

    assert found.title == title
    [row] = found.data.to_dict("records")
    assert (row["measure_id"], row["cause"], row["measure"]) == ("G-01", "充电口 松动", "换供应商")
    assert row["due_at"] == pd.Timestamp("2026-10-20")
    assert row["excel_row"] == 2
    assert pd.isna(row["done_at"])
    assert found.problems[["column", "problem", "value"]].to_numpy().tolist() == [
        ["done_at", "bad_time", "昨天"]
    ]


@pytest.mark.parametrize(
    "sheet",
    [
        None,
        raw(
            "改进措施", ("日期", "改进措施", "备注"), ("10 月", "多培训", "好")
        ),  # a team's own: two labels of ours
        raw("改进措施", ("编号", "原因", "责任人"), ("1", "忙", "李四")),  # no measure
        raw("改进措施", ("一", "二", "三"), ("1", "2", "3")),
    ],
)
def test_without_the_sheet_or_its_columns_there_are_none(sheet: RawSheet | None) -> None:
    found = normalise("r.xlsx", [REGISTER, *([sheet] if sheet else [])]).improvements

    assert found.columns == {}
    assert len(found.data) == 0
    assert set(found.data) == {"excel_row", *(column.key for column in IMPROVEMENTS)}


def test_of_several_registers_in_a_workbook_the_first_has_them() -> None:
    other = raw("投诉登记表", HEADER, ("B1", *CASE[1:]))
    one, two = normalise_all("r.xlsx", [REGISTER, other, raw("改进措施", ZH, MEASURE)])

    assert (len(one.improvements.data), len(two.improvements.data)) == (1, 0)


def test_a_cause_is_the_same_however_it_is_spelt_and_only_in_its_own_register() -> None:
    south = raw("投诉登记", HEADER, (*CASE[:-1], "装配"), (*CASE[:-1], None))
    north = normalise("n.xlsx", [REGISTER, raw("改进措施", ZH, MEASURE, ("G-02", None, "x", *MEASURE[3:]))])
    other = normalise("s.xlsx", [south, raw("改进措施", ZH, ("G-01", "充电口松动", *MEASURE[2:]), ("G-02", "装配。", *MEASURE[2:]))])  # fmt: skip
    assert groups([north, other]) == [[0, 1]]

    ours, theirs = cause_codes(stacked([north, other]))

    assert ours[0] == theirs[0] >= 0  # 充电口 松动
    assert (ours[2], theirs[1]) == (-1, -1)
    assert theirs[2] not in ours
    assert ours[1] == theirs[3]
