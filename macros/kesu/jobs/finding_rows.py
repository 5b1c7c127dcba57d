"""The rows of the Findings sheet: by complaint, the worst complaint first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from kesu.jobs.links import Link, address_of
from kesu.register.kpis import NOTHING
from kesu.rules.checks import CHECKS, SEVERITIES, add_messages
from kesu.rules.checks.registry import LABELS
from kesu.words.terminal import records
from kesu.xlsx.address import quoted

if TYPE_CHECKING:
    from kesu.jobs.assessment import Assessment
    from kesu.register.sheets import Sheet

TITLES: Final = {check.id: check.title for check in CHECKS}


def finding_rows(
    assessment: Assessment, lang: str, most: int
) -> tuple[list[tuple[str | Link | None, ...]], int]:
    """The first ``most`` rows, cells in the order of `kesu.register.outputs.FINDINGS`, and how many findings there are."""
    register, every = assessment.register, assessment.findings
    sheets = {sheet.title: sheet for sheet in reversed(register.sheets.values())}
    numbers = _numbers(every, sheets).where(
        every["count"].eq(1), ""
    )  # one line for many cells is no complaint's
    every = every.assign(complaint_id=numbers)
    every = by_complaint(every)
    summed = every[every["count"].gt(1)]
    found = add_messages(pd.concat([every[every["count"].eq(1)].head(most - len(summed)), summed]), lang)
    rows: list[tuple[str | Link | None, ...]] = []
    for row in records(found):
        sheet = sheets.get(row.sheet)
        there = (
            address_of(sheet, row.column, row.row)
            if sheet
            else f"{quoted(row.sheet)}!{row.column or 'A'}{row.row}"
        )
        rows.append(
            (
                row.complaint_id or NOTHING,
                SEVERITIES[row.severity].of(lang),
                TITLES[row.rule].of(lang),
                row.sheet,
                Link(there.rpartition("!")[2], there),
                LABELS[row.column].of(lang) if row.column in LABELS else "",
                row.message,
                row.value if isinstance(row.value, str) else "",
                row.rule,
            )
        )
    return rows, len(rows) + int(every["count"].sum() - found["count"].sum())


def by_complaint(found: pd.DataFrame) -> pd.DataFrame:
    """``found`` (with the column complaint_id) with what concerns one complaint together: most errors first, then most warnings.

    A row without a number, as a setting, stands alone; lines that stand for many cells come last.
    """
    alone = found["sheet"] + "!" + found["row"].astype(str)
    group = found["complaint_id"].where(found["complaint_id"].ne(""), alone)
    counts = {str(level): found["severity"].eq(level).groupby(group).transform("sum") for level in SEVERITIES}
    keys = pd.DataFrame({"many": found["count"].gt(1), **{level: -count for level, count in counts.items()}})
    keys["first"] = pd.factorize(group)[0]
    return found.loc[keys.sort_values(["many", *counts, "first"], kind="stable").index]


def _numbers(found: pd.DataFrame, sheets: dict[str, Sheet]) -> pd.Series:
    """The complaint number of each finding's row; empty where it has none."""
    numbers = pd.Series("", found.index, dtype="object")
    for title, sheet in sheets.items():
        if "complaint_id" not in sheet.data:
            continue
        here = found["sheet"].eq(title)
        known = sheet.data[["excel_row", "complaint_id"]].dropna()
        by_row = dict(zip(known["excel_row"], known["complaint_id"], strict=True))
        numbers[here] = found.loc[here, "row"].map(by_row).fillna("")
    return numbers
