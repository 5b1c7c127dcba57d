"""Columns that are declared and that the tables of a team's register lack: at their right end, behind the team's own."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Final, NamedTuple

from kesu.register.columns import DECLARED, REGISTER, SECTIONS, SHEETS, Column, EntrySheet, labels
from kesu.register.settings import load_profile
from kesu.words.text import LANGS, Text, folded, listed
from kesu.workbook.patch.growing import NewColumn
from kesu.workbook.patch.xmlbytes import parse
from kesu.workbook.writing.entry import READY_ROWS, Entry, list_name
from kesu.workbook.writing.style import Book
from kesu.workbook.writing.table import ROOM, headers_of
from kesu.xlsx.create import new_workbook

if TYPE_CHECKING:
    from kesu.workbook.patch.growing import Growing
    from kesu.workbook.patch.workbookxml import TableInfo

ENTRY_TABLES: Final[dict[str, EntrySheet]] = {
    "Complaints": "register",
    "Items": "items",
    "Improvements": "improvements",
}
"""Excel Table → the sheet on which it stands."""
COLUMNS: Final = Text("加 {count} 列：{names}", "{count}: {names}")
ASKED: Final = Text(
    "。有了它们，检查会开始问未了结的投诉：方案的五问、责任的核实、升级和选定方案的理由",
    ". With them checks begin to ask, of complaints that are not over: the five questions before a plan, what was verified, "
    "the reasons for escalating and for the option chosen",
)
"""What a register is asked from the day on which it has a place for it (`kesu.rules.checks.asked`)."""


PARTS: Final[dict[str, Text]] = {
    "register": SHEETS["register"],
    "items": SHEETS["items"],
    "improvements": SHEETS["improvements"],
    "settings": SHEETS["settings"],
}
"""What may be added on its own: what belongs to one sheet."""


class More(NamedTuple):
    """Something that a register lacks, and the part it belongs to (`PARTS`); ``carry_out`` adds it to the plan, or raises
    `PatchRefused`."""

    part: str
    what: Text
    carry_out: Callable[[], None]


def more(count: int, noun: str) -> Text:
    """How many of something there would be more."""
    return Text(f"{count}", f"{count:,} more {noun}{'s' if count != 1 else ''}")


def table_called(patch: Growing, name: str) -> TableInfo | None:
    """The Excel Table of that name (Excel ignores case)."""
    return next((table for key, table in patch.tables.items() if key.casefold() == name.casefold()), None)


def lang_of(patch: Growing) -> str:
    """The language of the workbook: of most of the headings of its register."""
    table = table_called(patch, "Complaints")
    heads = {folded(head) for head in (table.columns if table else ())}
    return max(LANGS, key=lambda lang: sum(folded(column.label.of(lang)) in heads for column in REGISTER))


def more_columns(patch: Growing) -> Iterator[More]:
    """What each entry table lacks, all of a table's columns in one."""
    for name, sheet in ENTRY_TABLES.items():
        declared = DECLARED[sheet]
        table = table_called(patch, name)
        if table is None:
            continue
        there = _there(table, declared)
        missing = [column for column in declared if column.key not in there]
        if missing and there:
            names = listed([column.label for column in missing])
            what = COLUMNS.fill(count=more(len(missing), "column"), names=names)
            if sheet == "items" and "question" in {column.key for column in missing}:
                what = Text(*(what.of(lang) + ASKED.of(lang) for lang in LANGS))
            yield More(sheet, what, partial(_add, patch, table, declared, missing))


def _there(table: TableInfo, declared: tuple[Column, ...]) -> dict[str, int]:
    """Key → 0-based column of the table, for the declared columns that it has, as the reader knows them."""
    names, found = labels(declared), dict[str, int]()
    for at, heading in enumerate(table.columns):
        if key := names.get(folded(heading)):
            found.setdefault(key, at)
    return found


def _add(patch: Growing, table: TableInfo, declared: tuple[Column, ...], missing: Sequence[Column]) -> None:
    lang, there = lang_of(patch), _there(table, declared)
    index_of = {key: table.area.left - 1 + at for key, at in there.items()}
    index_of |= {column.key: table.area.right + at for at, column in enumerate(missing)}
    rules = _rules(patch, table, missing, index_of, lang)
    heads = headers_of(declared, lang)
    taken = {heading.casefold() for heading in table.columns}
    columns = [
        NewColumn(
            _free(heads[column.key], taken),
            there[_like(column, [other for other in declared if other.key in there]).key],
            column.width * ROOM,
            rules[column.key],
            _above(column, missing[at - 1] if at else None, lang),
        )
        for at, column in enumerate(missing)
    ]
    patch.add_columns(table.name, columns)


def _above(column: Column, before: Column | None, lang: str) -> str | None:
    """The name of the section, over its first column."""
    if column.section not in SECTIONS:
        return None
    return (
        "" if before is not None and before.section == column.section else SECTIONS[column.section].of(lang)
    )


def _free(heading: str, taken: set[str]) -> str:
    head, number = heading, 2
    while head.casefold() in taken:
        head, number = f"{heading} ({number})", number + 1
    taken.add(head.casefold())
    return head


def _like(column: Column, others: Sequence[Column]) -> Column:
    """Which of the columns that are there looks as the new one should: of its kind, the last one."""

    def alike(other: Column) -> tuple[bool, bool]:
        kinds = {column.kind.rstrip("s"), other.kind.rstrip("s")}
        return len(kinds) == 1, (other.personal in {"name", "team"}) == (column.personal in {"name", "team"})

    return max(reversed(others), key=alike)


def _rules(
    patch: Growing, table: TableInfo, columns: Sequence[Column], index_of: dict[str, int], lang: str
) -> dict[str, bytes]:
    """Key → the input check of each column as a new register has it: hint, drop-down, what is refused."""
    workbook = new_workbook(BytesIO(), dt.date.min)
    book, sheet = Book(workbook, lang, load_profile()), workbook.add_worksheet()
    first = table.body.top - 1
    entry = Entry(book, sheet, first, table.body.bottom - 1 + READY_ROWS, index_of)
    lists = {name.name.casefold() for name in patch.structure.names if not name.sheet}
    for column in columns:
        known = not column.codes or list_name(column.codes).casefold() in lists
        entry.check(column if known else dataclasses.replace(column, kind="text"))
    data = workbook.parts()["xl/worksheets/sheet1.xml"]
    checks = parse(data, "sheet").one("dataValidations")
    nodes = checks.children if checks else []
    return {column.key: data[node.start : node.end] for column, node in zip(columns, nodes, strict=True)}
