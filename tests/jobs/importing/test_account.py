"""What an import says of its rows, of times and numbers, and of figures that prove nothing; what a user sees of each column."""

from __future__ import annotations

from kesu.jobs.import_account import account, samples, target_said
from kesu.jobs.importing import survey, take
from kesu.register.codes import CODE_LISTS
from kesu.register.mapping.survey import Survey
from tests.register.mapping.test_foreign_headings import A1, A2, HEADS, Cells, table

WHEN = "2026-03-04 09:05:00"


def surveyed(*sheets: Cells, region: str = "CN") -> Survey:
    return survey([table(rows) for rows in sheets], [], CODE_LISTS, region, None)


def told(found: Survey) -> list[str]:
    return [one.en for one in account(found, take(found, CODE_LISTS, "en", 2026), "en")]


def test_rows_read_are_complaints_items_or_left_out() -> None:
    lines = told(surveyed([HEADS, A1, A2, ["合计", "2", None, None]]))
    assert lines[0] == "Account of rows: 3 read = 2 complaints + 0 that became items + 1 left out."
    assert "There is no column “Kind”: every row is taken as a complaint." in lines
    assert not any(line.startswith(("The source has no numbers", "Each sheet counts")) for line in lines)


def test_orders_of_dates_zones_and_numbers_that_kesu_gave_are_said() -> None:
    rows: Cells = [HEADS[1:], ["13/4/2026", *A1[2:]], ["1/4/2026", *A2[2:]]]
    lines = told(surveyed(rows))
    assert (
        "“受理时间” is read as day/month/year: 1 of 2 dates with more than 12 in first place, none in the other."
        in lines
    )
    assert "The source has no numbers; kesu gave them." in lines
    rows = [HEADS, ["A1", "2026-03-04T03:05:00Z", *A1[2:]], ["A2", "2026-03-05 03:05", *A2[2:]]]
    assert "“受理时间”: 1 time with a zone, converted to Asia/Shanghai." in told(surveyed(rows))


def test_sheets_that_each_count_from_one_are_told_apart_by_their_titles() -> None:
    def rows(at: int) -> Cells:
        first: list[str | None] = ["1", WHEN, f"a{at}", "13800138000"]
        second: list[str | None] = ["2", WHEN, f"b{at}", "13800138000"]
        return [HEADS, first, second]

    assert "Each sheet counts from one, so its title stands before the number." in told(
        surveyed(rows(1), rows(2))
    )


def test_times_worked_out_choices_added_and_cells_that_cannot_be_read_are_counted() -> None:
    heads: list[str | None] = ["投诉编号", "受理时间", "解决时间（小时）", "投诉渠道", "投诉内容"]
    rows: Cells = [heads, *([f"A{n}", WHEN, "2.5", "小程序X" if n else "电话", f"坏了{n}"] for n in range(4))]  # type: ignore[list-item]
    lines = told(surveyed(rows))
    assert (
        "“Resolved at”: 4 cells worked out as receipt plus duration (marked in the column “Derived columns”)."
        in lines
    )
    assert any("小程序X" in line and "“Channel”" in line for line in lines)
    rows = [HEADS, *([f"A{n}", WHEN if n else "soon", f"坏了{n}", "13800138000"] for n in range(9))]  # type: ignore[list-item]
    assert "“Received at”: 1 cell could not be read, kept as typed; see kesu check." in told(surveyed(rows))


def test_figures_whose_column_the_source_lacks_prove_nothing() -> None:
    lines = told(surveyed([HEADS, A1, A2]))
    [line] = [line for line in lines if line.startswith("The source has no “Resolved at”")]
    assert "Resolution in time" in line
    assert not any(line.startswith("The source has no “Received at”") for line in lines)


def test_samples_are_masked_and_written_as_people_write() -> None:
    rows: Cells = [
        [*HEADS, "经办姓名", "钟点"],
        [*A1, "王小明", "1899-12-30 08:30:00"],
        [*A2, "李四", "1899-12-30 09:00:05"],
    ]
    shown = samples(surveyed(rows).plans[0])
    assert shown["客户电话"] == "138****8000 · 139****9000"
    assert shown["经办姓名"] == "王** · 李**"
    assert shown["受理时间"] == "2026-03-04 09:05 · 2026-03-05 10:00"
    assert shown["钟点"] == "08:30 · 09:00:05"


def test_targets_in_words() -> None:
    assert [target_said(one).en for one in ("own", "verbatim", "received_at.time", "resolved_at.after")] == [
        "your own column", "Verbatim", "Received at (time)", "Resolved at (duration)",
    ]  # fmt: skip
