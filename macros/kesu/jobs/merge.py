"""Registers into one new workbook: read, merged (`kesu.rules.merging`), written with the account of every row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from kesu.jobs.books import Foreign, read_registers, unique_names
from kesu.register.columns import DECLARED, Column, EntrySheet
from kesu.register.raw import RawSheet, RegisterError
from kesu.register.settings import Settings
from kesu.register.sheets import Sheet
from kesu.register.typed import stripped
from kesu.rules.merging.identity import Part
from kesu.rules.merging.merge import Merged, Table, merge
from kesu.rules.merging.settings import Difference, merge_settings
from kesu.rules.merging.telling import Told, as_items, conflicts_of
from kesu.rules.merging.tokens import HEADINGS, OWN, SOURCE, side_of, values_of
from kesu.words.errors import KesuError
from kesu.words.text import LANGS, Text, folded
from kesu.workbook.own import BACKUP
from kesu.workbook.reading.reader import Reader, ReadError
from kesu.workbook.reading.refusals import broke_down
from kesu.workbook.writing.live import ITEM_CALCS, REGISTER_CALCS
from kesu.xlsx.address import LAST_ROW

OURS: Final = frozenset(
    folded(calc.label.of(lang)) for calc in (*REGISTER_CALCS, *ITEM_CALCS) for lang in LANGS
)
"""Headings of calculated columns: the new workbook calculates its own."""
ROOM: Final = LAST_ROW - 10
LONGEST_HEADING: Final = 255
NO_COPY: Final = Text(
    "{name} 与 --base {base} 没有一个相同的编号，不像是它的副本。请核对 --base，或不用它直接合并。",
    "{name} shares no complaint number with --base {base}, so it is no copy of it. Check --base, or merge without.",
)
TOO_MANY: Final = Text(
    "合并后有 {rows:,} 行，工作表放不下。请分年或分部门合并；只为分析，可用 kesu convert 写成 Parquet，没有行数上限。",
    "the result has {rows:,} rows, more than a sheet holds. Merge by year or by branch; for analysis, kesu convert writes Parquet, "
    "which has no limit.",
)
STRAY: Final = Text(
    "{name} ▸ {sheet}：有 {n} 行只在本单位自己的列里有内容（小计、备注？），没有并入。",
    "{name} ▸ {sheet}: {n} {n:row holds|rows hold} something in the team's own columns only (totals, notes?); not taken over.",
)
COPIES: Final = Text(
    "如果这些是同一登记表的几个副本，请用 --base 给出分开之前的那一份，才知道各格是谁改的。",
    "If these are copies of one register, name with --base what they were before they parted: then it is known who changed what.",
)
NOWHERE: Final = Text(
    "原表的{sheet}在哪个副本里都没有了的行数：{n}", "{sheet} of the base that stand in no copy any more: {n}"
)
SHEET_WORDS: Final = {
    "register": Text("投诉", "Complaints"),
    "items": Text("事项", "Items"),
    "improvements": Text("改进措施", "Improvements"),
}
OWN_VALUES: Final = Text(
    "本单位自己的列带过来的是值，公式不带过来。",
    "The team's own columns came over as values; formulas in them did not.",
)


@dataclass(frozen=True)
class Source:
    """A register that was read to be merged, or the reason why it could not be."""

    name: str
    path: Path
    part: Part | None = None
    error: Text | None = None
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Joined:
    """The result: everything that is written, and in ``lang`` what is told of it."""

    merged: Merged
    settings: Settings
    lang: str
    base: str
    conflicts: list[Told]
    differences: list[Difference]
    complaints: pd.DataFrame
    items: pd.DataFrame
    improvements: pd.DataFrame
    conflict_items: int
    own: dict[EntrySheet, list[Column]]
    notes: list[Text] = field(default_factory=list)


def read_sources(
    paths: Sequence[Path],
    reader: Reader,
    progress: Callable[[Path], None] | None = None,
    foreign: Foreign | None = None,
) -> list[Source]:
    """Every register in the workbooks of ``paths``; nothing is raised for one that cannot be read.

    ``foreign`` reads workbooks without Settings.
    """
    found = []
    for path, name in zip(paths, unique_names(paths), strict=True):
        try:
            found += _sources(reader, path, name, foreign)
        except ReadError as error:
            found.append(Source(name, path, error=error.text))
        except RegisterError as error:
            found.append(Source(name, path, error=error.text.at(name)))
        except Exception as error:  # whatever it is, it costs this workbook alone
            found.append(Source(name, path, error=broke_down(name, error)))
        if progress:
            progress(path)
    return found


def _sources(reader: Reader, path: Path, name: str, foreign: Foreign | None) -> list[Source]:
    sheets, registers, notes = read_registers(reader, path, name, foreign)
    found = []
    for one in registers:
        stray: list[Text] = []
        sides = []
        for sheet, columns in zip(one.sheets.values(), DECLARED.values(), strict=True):
            raw = next((raw for raw in sheets if raw.title == sheet.title), None)
            headings = _headings(raw, sheet)
            sides.append(side_of(one.name, sheet, columns, headings, OURS))
            if lost := _stray(sheet, headings):
                stray.append(STRAY.fill(name=one.name, sheet=sheet.title, n=lost))
        found.append(Source(one.name, path, Part(one, *sides), notes=(*notes, *stray)))
        notes = ()
    return found


def _headings(raw: RawSheet | None, sheet: Sheet) -> dict[int, str]:
    """0-based column → what heads it: the cell in the row of labels, else the one above, merged down over a blank."""
    if raw is None or not sheet.heading:
        return {}
    at = sheet.heading - raw.first_row
    two = raw.cells.iloc[max(at - 1, 0) : at + 1].ffill().iloc[-1]
    return {int(str(column)): text for column, text in two.items() if isinstance(text, str)}


def _stray(sheet: Sheet, headings: Mapping[int, str]) -> int:
    """Rows in which nothing stands but in columns that are neither declared nor calculated."""
    found, kept = sheet.others
    cells = found()
    rest = np.ones(len(cells), bool)
    rest[kept] = False
    own = [at for at in list[Any](cells.columns) if folded(headings.get(at, "")) not in OURS]
    if not rest.any() or not own:
        return 0
    given = [stripped(cells[at][rest]).notna().to_numpy(bool) for at in own]
    return int(np.any(given, axis=0).sum())


def backup_beside(paths: Sequence[Path]) -> Path | None:
    """The latest backup that kesu keeps beside one of the registers."""
    found = [
        other
        for path in paths
        for other in path.parent.glob(f"*{BACKUP}*")
        if other.name.startswith(path.stem + BACKUP) and other.suffix == path.suffix
    ]
    return max(found, key=lambda path: (path.stat().st_mtime, path.name), default=None)


def join(parts: Sequence[Part], base: Part | None, as_of: dt.datetime, lang: str | None = None) -> Joined:
    """``parts`` as one register in ``lang`` (None: that of the register first by name); their order does not matter.

    ``base``: what they were before the copies were edited. Raises `KesuError` where one is no copy of it, or too long.
    """
    parts = sorted(parts, key=lambda part: part.register.name)
    lang = lang or parts[0].register.lang
    if base is not None:
        _are_copies(parts, base)
    merged = merge(parts, base, int(np.datetime64(as_of, "s").astype(np.int64)))
    known = [(part.register.name, part.register.settings) for part in parts]
    settings, differences = merge_settings(known, base.register.settings if base else None)
    told = conflicts_of(merged, settings.codes, lang)
    open_items = as_items(told, merged.items.cells, lang)
    own = {key: _own_columns(table, DECLARED[key], lang) for key, table in merged.tables.items()}
    complaints, items, improvements = (
        _typed(table, DECLARED[key], own[key]) for key, table in merged.tables.items()
    )
    if len(open_items):
        items = pd.concat([items.astype(object), open_items.astype(object)], ignore_index=True)
        items = items.where(items.notna(), None)
    if (rows := max(len(complaints), len(items))) > ROOM:
        raise KesuError(TOO_MANY.fill(rows=rows))
    notes = (
        [OWN_VALUES] if any(OWN + "@" not in column.key for some in own.values() for column in some) else []
    )
    for key, table in merged.tables.items():
        lost = len(table.stack.old.rows) - int((table.stack.base >= 0).sum()) if table.stack.old else 0
        if lost:
            notes.append(NOWHERE.fill(sheet=SHEET_WORDS[key], n=lost))
    if base is None and (len(merged.renamed) or told):
        notes.append(COPIES)
    name = base.register.name if base else ""
    return Joined(
        merged,
        settings,
        lang,
        name,
        told,
        differences,
        complaints,
        items,
        improvements,
        len(open_items),
        own,
        notes,
    )


def _are_copies(parts: Sequence[Part], base: Part) -> None:
    from kesu.register.sameness import case_keys

    known = set(case_keys(base.register.complaints.data["complaint_id"]).dropna())
    for part in parts:
        numbers = case_keys(part.register.complaints.data["complaint_id"])
        if known and not numbers.isin(known).any():
            raise KesuError(NO_COPY.fill(name=part.register.name, base=base.register.name))


def _own_columns(table: Table, declared: Sequence[Column], lang: str) -> list[Column]:
    """The teams' own columns in alphabetical order, those of the merge behind them, each with a heading of its own."""
    known = [one.label.of(lang) for one in declared]
    known += [calc.label.of(lang) for calc in (*REGISTER_CALCS, *ITEM_CALCS)]
    taken = {word.casefold() for one in known for word in (one, f"{one} *")}
    keys = [key for key in table.cells.columns if key.startswith(OWN) and table.cells[key].notna().any()]
    found = []
    for key in sorted(keys, key=lambda key: (key in HEADINGS, key)):
        wanted = HEADINGS[key].of(lang) if key in HEADINGS else key.removeprefix(OWN)
        heading, number = wanted[:LONGEST_HEADING], 1
        while heading.casefold() in taken:
            number += 1
            heading = f"{wanted[: LONGEST_HEADING - 9]} ({number})"
        taken.add(heading.casefold())
        values = values_of(table.cells[key], None)
        kind = "number" if values.dtype.kind == "f" else "time" if values.dtype.kind == "M" else "text"
        width = 44 if key == SOURCE else 18
        found.append(Column(key, "own", kind, Text(heading, heading), Text("", ""), width))  # type: ignore[arg-type]
    return found


def _typed(table: Table, declared: Sequence[Column], own: Sequence[Column]) -> pd.DataFrame:
    cells = table.cells
    typed = {column.key: values_of(cells[column.key], column) for column in declared if column.key in cells}
    typed |= {column.key: values_of(cells[column.key], None) for column in own}
    return pd.DataFrame(typed, index=cells.index)
