"""Small registers out of dicts of cell texts, headed in either language, from Excel row 4 on."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from kesu.register.columns import BY_KEY, IMPROVEMENT_BY_KEY, ITEM_BY_KEY, SHEETS, Column
from kesu.register.normalise import normalise
from kesu.register.raw import RawSheet
from kesu.register.sheets import Register
from kesu.rules.checks import Example
from kesu.rules.checks.registry import (
    EXAMPLE_AS_OF,
    EXAMPLE_IMPROVEMENT,
    EXAMPLE_ITEM,
    EXAMPLE_ROW,
    NEVER_CALCULATED,
)

HEADER_ROW = 3
AS_OF = pd.Timestamp(EXAMPLE_AS_OF)
Row = Mapping[str, str | None]


def sheet(title: str, rows: Sequence[Row], declared: Mapping[str, Column], lang: str) -> RawSheet:
    """Rows below a heading in Excel row 3; a column that is None in any row is left out."""
    keys = [key for key in declared if all(row.get(key, "") is not None for row in rows)]
    keys = [key for key in keys if any(key in row for row in rows)]
    lines = [
        [declared[key].label.of(lang) for key in keys],
        *([row.get(key) or None for key in keys] for row in rows),
    ]
    cells = pd.DataFrame(lines, dtype="str")
    never = cells == NEVER_CALCULATED
    places = frozenset((HEADER_ROW + int(down), int(right)) for down, right in np.argwhere(never.to_numpy()))
    return RawSheet(title, cells.mask(never), first_row=HEADER_ROW, uncached=places)


def sheets(example: Example, lang: str) -> list[RawSheet]:
    """The sheets of an example; its complaints are numbered K-001, K-002, … and come from customers U1, U2, …"""
    rows = [
        {**EXAMPLE_ROW, "complaint_id": f"K-00{n}", "customer_account": f"U{n}", **row}
        for n, row in enumerate(example.rows, 1)
    ]
    found = [sheet(SHEETS["register"].of(lang), rows, BY_KEY, lang)]
    if example.items:
        items = [{**EXAMPLE_ITEM, **row} for row in example.items]
        found.append(sheet(SHEETS["items"].of(lang), items, ITEM_BY_KEY, lang))
    if example.improvements:
        measures = [{**EXAMPLE_IMPROVEMENT, **row} for row in example.improvements]
        found.append(sheet(SHEETS["improvements"].of(lang), measures, IMPROVEMENT_BY_KEY, lang))
    if example.settings:
        found.append(RawSheet(SHEETS["settings"].of(lang), pd.DataFrame(example.settings, dtype="str")))
    return found


def register(example: Example, lang: str) -> Register:
    """The register of an example."""
    return normalise("branch", sheets(example, lang))


def stacked(examples: Sequence[Example], lang: str) -> tuple[Register, dict[str, dict[int, int]]]:
    """One register of many examples, and by sheet title the Excel row → position of the example.

    Numbers are told apart by a prefix, so that no example knows of another.
    """
    rows: list[Row] = []
    items: list[Row] = []
    measures: list[Row] = []
    owner: dict[str, dict[int, int]] = {
        SHEETS[key].of(lang): {} for key in ("register", "items", "improvements")
    }
    for at, example in enumerate(examples):
        for n, row in enumerate(example.rows, 1):
            full = {**EXAMPLE_ROW, "complaint_id": f"K-00{n}", "customer_account": f"U{at}-{n}", **row}
            rows.append(full | {"complaint_id": f"{at}:{full['complaint_id']}"})
            owner[SHEETS["register"].of(lang)][HEADER_ROW + len(rows)] = at
        for item in example.items:
            full = {**EXAMPLE_ITEM, **item}
            items.append(full | {"complaint_id": f"{at}:{full['complaint_id']}"})
            owner[SHEETS["items"].of(lang)][HEADER_ROW + len(items)] = at
        for row in example.improvements:
            measure = {**EXAMPLE_IMPROVEMENT, **row}
            measures.append(measure | {"measure_id": f"{at}:{measure['measure_id']}"})
            owner[SHEETS["improvements"].of(lang)][HEADER_ROW + len(measures)] = at
    every = (
        ("register", rows, BY_KEY),
        ("items", items, ITEM_BY_KEY),
        ("improvements", measures, IMPROVEMENT_BY_KEY),
    )
    return normalise(
        "branch", [sheet(SHEETS[key].of(lang), lines, of, lang) for key, lines, of in every]
    ), owner
