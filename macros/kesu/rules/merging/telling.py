"""What a merge could not decide, in words: each conflict with every saying and its cell, and as an item of its complaint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import pandas as pd

from kesu.register.codes import CodeLists
from kesu.register.columns import DECLARED, Column
from kesu.rules.merging.merge import Merged, Table
from kesu.rules.merging.tokens import OWN, said
from kesu.words.text import Text
from kesu.words.typeset import cut

QUOTED: Final = 80
"""Characters of a value that an item quotes."""
WHOLE_ROW: Final = Text("整行", "whole row")
DELETED: Final = Text("{register} 删去了这一行", "{register} deleted this row")
CHANGED: Final = Text("改过", "changed")


class Told(NamedTuple):
    """A conflict. ``row``: position of its row in the result; ``key``: of its column ("": the whole row); ``stands``: what the
    cell says until somebody decides; ``before``: what the base said, None without one; ``sayings``: value and cell of each.
    """

    complaint_id: str
    sheet: str
    row: int
    key: str
    heading: str
    stands: str
    before: str | None
    sayings: tuple[tuple[str, str], ...]


def conflicts_of(merged: Merged, codes: CodeLists, lang: str) -> list[Told]:
    """Every conflict in the words of ``lang``: those of the register, of its items, of the improvements."""
    return [
        told
        for sheet, table in merged.tables.items()
        for told in _told(table, sheet, {column.key: column for column in DECLARED[sheet]}, codes, lang)
    ]


def _told(table: Table, sheet: str, columns: dict[str, Column], codes: CodeLists, lang: str) -> list[Told]:
    stack = table.stack
    position = {case: at for at, case in enumerate(table.case.tolist())}
    before = {one.key: stack.before(one.key) for one in table.conflicts if one.key}
    tokens = {key: stack.column(key)[0] for key in before}
    found = []
    for one in table.conflicts:
        row = position[one.case]
        number = table.cells["complaint_id"].iloc[row] if "complaint_id" in table.cells else ""
        number = number if isinstance(number, str) else ""
        rows_at = [(stack.sides[stack.side[at]], int(stack.at[at])) for at in one.rows]
        if not one.key:
            sayings = [(DELETED.fill(register=name).of(lang), "") for name in table.lacking[one.case]]
            sayings += [(CHANGED.of(lang), side.where(at)) for side, at in rows_at]
            found.append(Told(number, sheet, row, "", WHOLE_ROW.of(lang), "", None, tuple(sayings)))
            continue
        column = columns.get(one.key)
        heading = column.label.of(lang) if column else one.key.removeprefix(OWN)
        values = [
            (said(tokens[one.key].iloc[at], column, codes, lang), side.where(spot, one.key))
            for at, (side, spot) in zip(one.rows, rows_at, strict=True)
        ]
        old = said(before[one.key].iloc[one.case], column, codes, lang) if stack.base[one.case] >= 0 else None
        stands = said(table.cells[one.key].iloc[row], column, codes, lang)
        found.append(
            Told(number, sheet, row, one.key, heading, stands, old, tuple(sorted(values, key=lambda v: v[1])))
        )
    return found


def _heading(what: str) -> str:
    return what.replace("：", ":").partition(":")[0]


def as_items(conflicts: Sequence[Told], items: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The conflicts as rows of Items, kind ``conflict``; none without a number.

    What an item of an earlier merge says already, in an open one of the same cell, is not said again.
    """
    colon, between = ("：", "；") if lang == "zh" else (": ", "; ")
    known: dict[tuple[str, str], str] = {}
    if {"what", "item_kind"} <= set(items.columns):
        old = items[items["item_kind"].eq("conflict").to_numpy(bool)].reindex(
            columns=["complaint_id", "what", "result"]
        )
        for number, what, result in old.itertuples(index=False):
            if isinstance(what, str) and not isinstance(result, str):
                known[number, _heading(what)] = known.get((number, _heading(what)), "") + what
    rows = []
    for one in conflicts:
        sayings = between.join(
            f"{cell} “{cut(value, QUOTED)}”" if cell else value for value, cell in one.sayings
        )
        before = known.get((one.complaint_id, one.heading), "")
        said_before = bool(before) and all(
            f"“{cut(value, QUOTED)}”" in before for value, cell in one.sayings if cell
        )
        if one.complaint_id and not said_before:
            rows.append((one.complaint_id, f"{one.heading}{colon}{sayings}"))
    return pd.DataFrame(
        {
            "complaint_id": pd.Series([row[0] for row in rows], dtype="str"),
            "item_kind": pd.Series(["conflict"] * len(rows), dtype="str"),
            "what": pd.Series([row[1] for row in rows], dtype="str"),
            "noted_by": pd.Series(["kesu"] * len(rows), dtype="str"),
        }
    )
