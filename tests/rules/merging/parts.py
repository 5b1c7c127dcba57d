"""Small registers as a merge takes them, from rows of cell texts; and the result of a merge as such a register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from kesu.register.columns import DECLARED, SHEETS, EntrySheet
from kesu.register.normalise import normalise
from kesu.register.raw import RawSheet
from kesu.rules.merging.identity import Part
from kesu.rules.merging.merge import Merged
from kesu.rules.merging.tokens import HEADINGS, OWN, RAW, side_of

AS_OF = int(np.datetime64(dt.datetime(2026, 10, 31), "s").astype(np.int64))
Row = Mapping[str, str | None]
FIRST = ("complaint_id", "received_at", "kind", "customer_name", "customer_contact", "verbatim", "status")
KEYS = {
    "register": FIRST,
    "items": ("complaint_id", "item_kind", "what"),
    "improvements": ("measure_id", "cause", "measure", "owner", "due_at"),
}


def _raw(title: str, rows: Sequence[Row], first: Sequence[str], lang: str) -> tuple[RawSheet, dict[int, str]]:
    keys = list(dict.fromkeys([*first, *(key for row in rows for key in row)]))
    known = {
        column.key: column for key, some in DECLARED.items() if SHEETS[key].en == title for column in some
    }
    heads = [known[key].label.of(lang) if key in known else key for key in keys]
    grid: list[list[str | None]] = [[*heads], *([row.get(key) for key in keys] for row in rows)]
    cells = pd.DataFrame({at: pd.Series([line[at] for line in grid], dtype="str") for at in range(len(keys))})
    return RawSheet(title, cells), dict(enumerate(heads))


def part(
    name: str,
    rows: Sequence[Row],
    items: Sequence[Row] | None = None,
    lang: str = "en",
    improvements: Sequence[Row] | None = None,
) -> Part:
    """A register called ``name``: rows by column key, or by heading for own columns. None: it has no such sheet."""
    given: dict[EntrySheet, Sequence[Row] | None] = {
        "register": rows,
        "items": items,
        "improvements": improvements,
    }
    sheets, heads = [], dict[EntrySheet, dict[int, str]]()
    for key, some in given.items():
        if some is not None:
            sheet, heads[key] = _raw(SHEETS[key].en, some, KEYS[key], lang)
            sheets.append(sheet)
    register = normalise(name, sheets)
    return Part(
        register,
        *(
            side_of(name, sheet, DECLARED[key], heads.get(key, {}), frozenset())
            for key, sheet in register.sheets.items()
        ),
    )


def again(name: str, merged: Merged) -> Part:
    """The result as a register that is read again: every cell as it would be typed."""
    complaints, items, improvements = (_typed(table.cells) for table in merged.tables.values())
    return part(name, complaints, items, improvements=improvements)


def _typed(cells: pd.DataFrame) -> list[dict[str, str | None]]:
    names = {key: HEADINGS[key].en if key in HEADINGS else key.removeprefix(OWN) for key in map(str, cells)}
    return [
        {names[str(key)]: _cell(value) for key, value in row.items()}
        for row in cells.rename(columns=str).to_dict("records")
    ]


def _cell(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    time = len(value) == 19 and value[10] == "T"
    return value.removeprefix(RAW).replace("T", " ") if time or value.startswith(RAW) else value


def rows_of(merged: Merged, *keys: str, items: bool = False) -> list[tuple[str | None, ...]]:
    """What stands in some columns of the result."""
    cells = (merged.items if items else merged.complaints).cells.reindex(columns=list(keys))
    return [
        tuple(one if isinstance(one, str) else None for one in row) for row in cells.itertuples(index=False)
    ]
