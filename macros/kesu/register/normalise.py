"""From raw cells, all text, to the typed frames of a register. Column-wise; no Python per cell on the main path."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import pandas as pd

from kesu.register.columns import DECLARED, IMPROVEMENTS, ITEMS, REGISTER, Column, sheet_key
from kesu.register.near import no_register
from kesu.register.raw import Header, NotARegisterError, Packed, RawSheet, RegisterError, Row, find_header
from kesu.register.settings import Settings
from kesu.register.settings.blocks import HEADER_ROWS, is_settings
from kesu.register.settings.sheet import SettingsReader, without_sheet
from kesu.register.sheets import Register
from kesu.register.typed import stripped, typed_sheets
from kesu.words.text import Text

NO_SHEET: Final[tuple[RawSheet, Header]] = (RawSheet("", pd.DataFrame()), (0, {}))
LEAST_LABELS: Final = 3
"""Columns of ours that make a sheet a register of improvements, for teams call sheets of their own so."""
MOST_SETTINGS: Final = 500_000
"""Cells of a Settings sheet, blank ones included, that are looked at; a shipped one has ten thousand."""
TOO_MANY_SETTINGS: Final = Text(
    "“{title}”一直用到第 {rows} 行、第 {columns} 列，超过允许的 {most} 格，没有读取。请删除多余的行和列并另存。",
    "“{title}” reaches to row {rows} and column {columns}, which is more than {most} cells; it was not read. Delete the rows and "
    "columns that are not needed, and save.",
)


def normalise(name: str, sheets: Sequence[RawSheet]) -> Register:
    """The register held by ``sheets`` of the workbook called ``name``; the first where there are several.

    Sheets are found by title in either language, failing that by their column labels; columns by label.
    Raises `NotARegisterError` where no sheet has a complaint number, a time of receipt and three columns more.
    """
    return normalise_all(name, sheets)[0]


@dataclass(frozen=True)
class Found:
    """A register as it was found in a workbook, its cells not typed yet: its sheets with where their labels stand."""

    name: str
    lang: str
    complaints: tuple[RawSheet, Header]
    items: tuple[RawSheet, Header]
    improvements: tuple[RawSheet, Header]
    settings: Settings


def normalise_all(name: str, sheets: Sequence[RawSheet]) -> list[Register]:
    """All registers of one workbook, as `normalise`; where there are several, each is called ``name#sheet``."""
    return typed(found_in(name, sheets))


def typed(found: Sequence[Found], *, own_columns: bool = True) -> list[Register]:
    """Registers of one workbook or many; sheets that agree are typed in one pass.

    ``own_columns``: whether the teams' own columns are kept, and with them all that was read.
    """
    known = [(one.complaints, one.items, one.improvements) for one in found]
    every = [
        typed_sheets(
            [(*sheets[at], one.settings.codes) for sheets, one in zip(known, found, strict=True)],
            columns,
            own_columns=own_columns,
        )
        for at, columns in enumerate(DECLARED.values())
    ]
    return [
        Register(one.name, one.lang, complaints, items, improvements, one.settings)
        for one, complaints, items, improvements in zip(found, *every, strict=True)
    ]


def found_in(name: str, sheets: Sequence[RawSheet]) -> list[Found]:
    """The registers of one workbook. They share the settings; each has the items of its own complaints, the first also
    those of none, and the improvements. Raises as `normalise`."""
    by_key = {sheet_key(sheet.title): sheet for sheet in reversed(sheets)}
    found = _find_registers(sheets)
    if not found:
        raise NotARegisterError(no_register(sheets, name))
    raw_settings = settings_sheet(sheets)
    settings = _settings(raw_settings) if raw_settings else without_sheet()
    raw_items, items_header = _headed_by(by_key.get("items"), ITEMS, "complaint_id", 2)
    improvements = _headed_by(by_key.get("improvements"), IMPROVEMENTS, "measure", LEAST_LABELS)
    registers = []
    others = [_ids(*one) for one in found[1:]]
    for at, (sheet, header) in enumerate(found):
        mine = raw_items
        if others and items_header[1]:
            ids = stripped(raw_items.cells[items_header[1]["complaint_id"]])
            kept = ~ids.isin(pd.concat(others)) if at == 0 else ids.isin(others[at - 1])
            kept.iloc[: items_header[0] + 1] = True
            mine = replace(raw_items, content=raw_items.cells.where(kept))
        registers.append(
            Found(
                name if len(found) == 1 else f"{name}#{sheet.title}",
                settings.lang if settings.lang in {"zh", "en"} else _lang(sheet, header),
                (sheet, header),
                (mine, items_header),
                NO_SHEET if at else improvements,
                settings,
            )
        )
    return registers


def _headed_by(
    sheet: RawSheet | None, columns: tuple[Column, ...], key: str, least: int
) -> tuple[RawSheet, Header]:
    """The sheet with where its labels stand, ``least`` of them and that of ``key``; else one without cells."""
    header = find_header(sheet, columns) if sheet is not None else None
    if sheet is None or header is None or key not in header[1] or len(header[1]) < least:
        return NO_SHEET
    return sheet, header


def settings_sheet(sheets: Sequence[RawSheet]) -> RawSheet | None:
    """The Settings sheet among ``sheets``: by its title, else by its blocks, for teams rename sheets."""
    titled = [sheet for sheet in sheets if sheet_key(sheet.title) == "settings"]
    known = (sheet for sheet in sheets if is_settings(sheet.rows(0, HEADER_ROWS)))
    return next(iter(titled), None) or next(known, None)


def _find_registers(sheets: Sequence[RawSheet]) -> list[tuple[RawSheet, Header]]:
    """Sheets with the columns of a register: those titled so; where there are none, any."""
    titled = [sheet for sheet in sheets if sheet_key(sheet.title) == "register"]
    return _headed(titled) or _headed(sheet for sheet in sheets if sheet_key(sheet.title) != "register")


def _headed(sheets: Iterable[RawSheet]) -> list[tuple[RawSheet, Header]]:
    found = ((sheet, find_header(sheet, REGISTER)) for sheet in sheets)
    return [
        (sheet, header)
        for sheet, header in found
        if header and len(header[1]) >= 5 and {"complaint_id", "received_at"} <= header[1].keys()
    ]


def _ids(sheet: RawSheet, header: Header) -> pd.Series:
    return stripped(sheet.cells[header[1]["complaint_id"]].iloc[header[0] + 1 :]).dropna()


def _lang(sheet: RawSheet, header: Header) -> str:
    *above, own = sheet.rows(max(header[0] - 1, 0), header[0] + 1)
    heads = {
        at: over if cell is None else cell
        for at, cell, over in zip(sheet.filled_columns, own, (above or [own])[0], strict=True)
    }
    zh = sum(any("一" <= ch <= "鿿" for ch in heads[column] or "") for column in header[1].values())
    return "zh" if zh * 2 >= len(header[1]) else "en"


def _settings(sheet: RawSheet) -> Settings:
    """What a Settings sheet says. Raises `RegisterError` where it is too large for that."""
    width = max(sheet.filled_columns, default=-1) + 1
    if (rows := sheet.height) * width > MOST_SETTINGS:
        size = {"rows": f"{rows:,}", "columns": f"{width:,}", "most": f"{MOST_SETTINGS:,}"}
        raise RegisterError(TOO_MANY_SETTINGS.fill(title=sheet.title[:31], **size))
    if not isinstance(sheet.content, pd.DataFrame):
        return _packed_settings(sheet.content, sheet.first_row, sheet.title)
    return _read_settings(_rows(sheet), sheet.first_row, sheet.title)


def _rows(sheet: RawSheet) -> tuple[Row, ...]:
    """The cells row by row, from column A."""
    columns: list[Row] = [(None,) * sheet.height] * (max(sheet.filled_columns, default=-1) + 1)
    for at, cells in zip(sheet.filled_columns, zip(*sheet.rows(), strict=True), strict=False):
        columns[at] = cells
    return tuple(zip(*columns, strict=True))


@lru_cache(maxsize=8)
def _packed_settings(content: Packed, first_row: int, title: str) -> Settings:
    """Branches nearly always share the same settings, which are then one object."""
    return _read_settings(_rows(RawSheet(title, content)), first_row, title)


@lru_cache(maxsize=8)
def _read_settings(rows: tuple[Row, ...], first_row: int, title: str) -> Settings:
    """The same, whatever else was packed with them."""
    return SettingsReader(rows, first_row, title).read()
