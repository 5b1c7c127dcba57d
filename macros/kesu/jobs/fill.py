"""Filling the tables that kesu owns in a closed workbook: follow-ups, KPIs, findings."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kesu.register.columns import SHEETS
from kesu.register.outputs import SHEET_OF, TABLES, columns_there
from kesu.register.settings import Settings
from kesu.words.text import Text
from kesu.workbook.patch import PatchRefused

if TYPE_CHECKING:
    from kesu.workbook.patch import Patch
    from kesu.workbook.patch.values import Value
    from kesu.workbook.patch.workbookxml import TableInfo

_ONE_CELL: Final = re.compile(r"=?(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?(\d+)")


def fill(
    patch: Patch,
    tables: Mapping[str, Sequence[Sequence[Value]]],
    names: Mapping[str, dt.datetime],
    lang: str,
    settings: Settings,
) -> None:
    """Put ``tables`` (keys of `TABLES` → rows) and the cells called ``names`` into the workbook.

    A sheet that is missing is added, in ``lang``. Raises `PatchRefused` where the team's own content is in the way.
    """
    there = _ours(patch)
    if missing := [name for name in tables if name not in there]:
        _add(patch, missing, lang, settings)
    for defined in patch.structure.names:
        value = names.get(defined.name)
        if value is not None and not defined.sheet and (cell := _ONE_CELL.fullmatch(defined.refers_to)):
            sheet = cell[1].replace("''", "'") if cell[1] else cell[2]
            patch.write_block(sheet, cell[3] + cell[4], [[value]])
    for name, rows in tables.items():
        kept = _columns_kept(patch, there[name], name) if name in there else range(len(TABLES[name]))
        whole = len(kept) == len(TABLES[name])
        body = rows if whole else [[row[at] for at in kept] for row in rows]
        patch.write_table(name, body, width=len(kept))


def _ours(patch: Patch) -> dict[str, TableInfo]:
    there = {name.casefold(): table for name, table in patch.tables.items()}
    return {name: there[name.casefold()] for name in TABLES if name.casefold() in there}


def _columns_kept(patch: Patch, table: TableInfo, name: str) -> Sequence[int]:
    """Which of our columns the table has; `PatchRefused` where somebody changed its headings."""
    kept, wrong = columns_there(name, table.columns)
    if wrong:
        where = f"{patch.package.path.name} ▸ {table.sheet} ▸ {name}"
        raise PatchRefused(Text(f"{where}：{wrong.zh}。", f"{where}: {wrong.en}."))
    return kept


def _add(patch: Patch, tables: Sequence[str], lang: str, settings: Settings) -> None:
    from kesu.workbook.writing.dashboard import write_kpis
    from kesu.workbook.writing.outputs import write_findings, write_followups
    from kesu.workbook.writing.style import Book
    from kesu.xlsx.create import new_workbook

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "sheets.xlsx"
        workbook = new_workbook(source, dt.date.min, date1904=patch.structure.date1904)
        book = Book(workbook, lang, settings)
        write_followups(book)
        write_kpis(book, live=False)
        write_findings(book)
        workbook.close()
        for name in tables:
            patch.add_sheet(source, SHEETS[SHEET_OF[name]].of(lang))
