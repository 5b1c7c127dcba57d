"""From raw cells, all text, to the typed frames of a register. Column-wise; no Python per cell on the main path."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from kesu.register.cells import ERROR_VALUES, since_1900, typed_column
from kesu.register.codes import CodeLists
from kesu.register.columns import ITEMS, REGISTER, Column, sheet_key
from kesu.register.near import no_register
from kesu.register.raw import NotARegisterError, RawSheet, RegisterError, find_header
from kesu.register.settings import Settings
from kesu.register.settings.sheet import HEADER_ROWS, SettingsReader, is_settings, without_sheet
from kesu.words.text import Text

COMPLAINT: Final = "complaint"
"""The kind of a row that says nothing else."""


MOST_SETTINGS: Final = 500_000
"""Cells of a Settings sheet, blank ones included, that are looked at; a shipped one has ten thousand."""
TOO_MANY_SETTINGS: Final = Text(
    "“{title}”一直用到第 {rows} 行、第 {columns} 列，超过允许的 {most} 格，没有读取。请删除多余的行和列并另存。",
    "“{title}” reaches to row {rows} and column {columns}, which is more than {most} cells; it was not read. Delete the rows and "
    "columns that are not needed, and save.",
)


@dataclass(frozen=True)
class Sheet:
    """A sheet as kesu understands it.

    ``data``: typed columns by key (text and code columns ``str``/category of code keys, times
    ``datetime64[s]`` local wall clock, numbers float64) plus ``excel_row``; codes columns hold keys joined by
    ``|``. Every declared column is there, empty where the sheet lacks it.
    ``columns``: key → 0-based sheet column of those the sheet has.
    ``problems``: cells that could not be understood: ``row`` (position in ``data``), ``column``, ``problem``
    (text_time, bad_time, bad_number, unsure_number, unknown_code, error_value, uncached), ``value``.
    ``extra``: the team's own columns, untouched. ``heading``: Excel row of the column labels (0: none).
    """

    title: str
    data: pd.DataFrame
    columns: dict[str, int]
    problems: pd.DataFrame
    extra: pd.DataFrame = field(default_factory=pd.DataFrame)
    heading: int = 0


@dataclass(frozen=True)
class Register:
    """One complaint register: complaints, their items, the team's settings."""

    name: str
    lang: str
    complaints: Sheet
    items: Sheet
    settings: Settings

    @cached_property
    def kinds(self) -> pd.Series:
        """What each row is: key of the code list ``kind``. Nothing typed, or no such column, is a complaint.

        Missing where something stands that cannot be read.
        """
        column, wrong = self.complaints.data["kind"], self.complaints.problems
        codes, names = column.cat.codes.to_numpy(np.int64, copy=True), list(column.cat.categories)
        blank = codes < 0
        blank[wrong.loc[wrong["column"] == "kind", "row"].to_numpy()] = False
        if not blank.any():
            return column
        names += [COMPLAINT] * (COMPLAINT not in names)
        codes[blank] = names.index(COMPLAINT)
        return pd.Series(
            pd.Categorical.from_codes(codes, categories=pd.Index(names, dtype="str")), column.index
        )

    @cached_property
    def cases(self) -> pd.DataFrame:
        """The rows of ``complaints`` as they are worked on, each with its kind.

        Whose kind cannot be read is handled as a complaint, because somebody must act; no figure counts it.
        """
        kinds = self.kinds
        if kinds.isna().any():
            known = kinds.cat.categories
            kinds = kinds.cat.set_categories(known if COMPLAINT in known else [*known, COMPLAINT])
            kinds = kinds.fillna(COMPLAINT)
        return self.complaints.data.assign(kind=kinds)


def normalise(name: str, sheets: Sequence[RawSheet]) -> Register:
    """The register held by ``sheets`` of the workbook called ``name``; the first where there are several.

    Sheets are found by title in either language, failing that by their column labels; columns by label.
    Raises `NotARegisterError` where no sheet has a complaint number, a time of receipt and three columns more.
    """
    return normalise_all(name, sheets)[0]


def normalise_all(name: str, sheets: Sequence[RawSheet]) -> list[Register]:
    """All registers of one workbook, as `normalise`; where there are several, each is called ``name#sheet``.

    They share the settings; each has the items of its own complaints, the first also those of none.
    """
    by_key = {sheet_key(sheet.title): sheet for sheet in reversed(sheets)}
    found = _find_registers(sheets)
    if not found:
        raise NotARegisterError(no_register(sheets))
    raw_settings = settings_sheet(sheets)
    settings = (
        SettingsReader(_grid(raw_settings), raw_settings.first_row, raw_settings.title).read()
        if raw_settings
        else without_sheet()
    )
    raw_items = by_key.get("items")
    items_header = find_header(raw_items, ITEMS) if raw_items is not None else None
    if raw_items is None or items_header is None or "complaint_id" not in items_header[1]:
        raw_items, items_header = RawSheet("", pd.DataFrame()), (0, {})
    registers = []
    others = [_ids(*one) for one in found[1:]]
    for at, (sheet, header) in enumerate(found):
        mine = raw_items
        if others and items_header[1]:
            ids = _clean(raw_items.cells[items_header[1]["complaint_id"]])
            kept = ~ids.isin(pd.concat(others)) if at == 0 else ids.isin(others[at - 1])
            kept.iloc[: items_header[0] + 1] = True
            mine = replace(raw_items, cells=raw_items.cells.where(kept))
        registers.append(
            Register(
                name if len(found) == 1 else f"{name}#{sheet.title}",
                settings.lang if settings.lang in {"zh", "en"} else _lang(sheet, header),
                typed_sheet(sheet, header, REGISTER, settings.codes),
                typed_sheet(mine, items_header, ITEMS, settings.codes),
                settings,
            )
        )
    return registers


def settings_sheet(sheets: Sequence[RawSheet]) -> RawSheet | None:
    """The Settings sheet among ``sheets``: by its title, else by its blocks, for teams rename sheets."""
    titled = [sheet for sheet in sheets if sheet_key(sheet.title) == "settings"]
    known = (sheet for sheet in sheets if is_settings(sheet.cells.head(HEADER_ROWS).itertuples(index=False)))
    return next(iter(titled), None) or next(known, None)


def _find_registers(sheets: Sequence[RawSheet]) -> list[tuple[RawSheet, tuple[int, dict[str, int]]]]:
    """Sheets with the columns of a register: those titled so; where there are none, any."""
    found = [
        (sheet, header)
        for sheet in sheets
        if (header := find_header(sheet, REGISTER))
        and len(header[1]) >= 5
        and {"complaint_id", "received_at"} <= header[1].keys()
    ]
    return [one for one in found if sheet_key(one[0].title) == "register"] or found


def _ids(sheet: RawSheet, header: tuple[int, dict[str, int]]) -> pd.Series:
    return _clean(sheet.cells[header[1]["complaint_id"]].iloc[header[0] + 1 :]).dropna()


def _lang(sheet: RawSheet, header: tuple[int, dict[str, int]]) -> str:
    row = sheet.cells.iloc[max(header[0] - 1, 0) : header[0] + 1].ffill().iloc[-1]
    zh = sum(any("一" <= ch <= "鿿" for ch in str(row[column])) for column in header[1].values())
    return "zh" if zh * 2 >= len(header[1]) else "en"


def _grid(sheet: RawSheet) -> list[list[str | None]]:
    """The sheet row by row. Raises `RegisterError` where it is too large for that."""
    width = int(max(sheet.cells.columns, default=-1)) + 1
    if (rows := len(sheet.cells)) * width > MOST_SETTINGS:
        places = {"rows": f"{rows:,}", "columns": f"{width:,}", "most": f"{MOST_SETTINGS:,}"}
        raise RegisterError(TOO_MANY_SETTINGS.fill(title=sheet.title[:31], **places))
    full = sheet.cells.reindex(columns=range(width))
    return [[cell if isinstance(cell, str) else None for cell in row] for row in full.itertuples(index=False)]


def typed_sheet(
    sheet: RawSheet, header: tuple[int, dict[str, int]], columns: tuple[Column, ...], codes: CodeLists
) -> Sheet:
    """``sheet`` with typed columns; ``header``: position of the label row (-1: there is none), key → column label."""
    at, places = header
    body = sheet.cells.iloc[at + 1 :]
    raw = {key: _clean(body[place]) for key, place in places.items()}
    errors = {key: _errors(cells) for key, cells in raw.items()}
    begun = np.zeros(len(body), dtype=bool)
    for key, cells in raw.items():
        begun |= (
            cells.notna().to_numpy() & ~errors[key]
        )  # formulas filled down beyond the last row begin none
    kept = np.flatnonzero(begun)
    index = pd.RangeIndex(len(kept))
    first = sheet.first_row + at + 1
    data: dict[str, pd.Series] = {"excel_row": pd.Series(kept + first, index, dtype="int64")}
    problems: list[pd.DataFrame] = []
    uncached, dates = _by_column(sheet.uncached), _by_column(sheet.iso_cells or ())
    for column in columns:
        wrong: dict[str, np.ndarray] = {}
        typed: np.ndarray | None = None
        if column.key in raw:
            shown, place = raw[column.key], places[column.key]
            shown = (shown.iloc[kept] if len(kept) < len(shown) else shown).set_axis(index)
            wrong["error_value"] = errors[column.key][kept]
            cells = shown.mask(wrong["error_value"]) if wrong["error_value"].any() else shown
            if place in uncached:
                wrong["uncached"] = np.isin(first + kept, uncached[place]) & shown.isna().to_numpy()
            if place in dates:
                typed = np.isin(first + kept, dates[place])
            elif sheet.iso_cells is None and sheet.iso_texts:
                typed = cells.isin(sheet.iso_texts).to_numpy()
            elif sheet.all_text and column.kind == "number":
                typed = cells.notna().to_numpy()
        else:
            shown = cells = pd.Series(pd.NA, index, dtype="str")
        if sheet.date1904 and column.kind == "time":
            cells = since_1900(cells)
        data[column.key], misread = typed_column(cells, column, codes, typed)
        wrong |= misread
        if sheet.all_text:
            wrong.pop("text_time", None)
        problems += [
            pd.DataFrame(
                {
                    "row": np.flatnonzero(mask),
                    "column": column.key,
                    "problem": problem,
                    "value": shown[mask].to_numpy(),
                }
            )
            for problem, mask in wrong.items()
            if mask.any()
        ]
    ours = set(places.values())
    extra = body.drop(columns=list(ours)).iloc[kept].set_axis(index)
    empty = pd.DataFrame(
        {
            "row": np.array([], "int64"),
            "column": pd.Series(dtype="str"),
            "problem": pd.Series(dtype="str"),
            "value": pd.Series(dtype="str"),
        }
    )
    found = pd.concat(problems, ignore_index=True) if problems else empty
    return Sheet(sheet.title, pd.DataFrame(data), dict(places), found, extra, first - 1)


def _errors(cells: pd.Series) -> np.ndarray:
    """Which cells show an error value; a look at how they begin tells most columns apart faster."""
    begins = cells.str.startswith(("#", "Err:")).fillna(value=False).to_numpy(dtype=bool)
    return cells.isin(ERROR_VALUES).to_numpy() if begins.any() else begins


def _by_column(cells: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    """Cells (Excel row, 0-based column) as rows by column."""
    rows: dict[int, list[int]] = {}
    for row, column in cells:
        rows.setdefault(column, []).append(row)
    return rows


def _clean(cells: pd.Series) -> pd.Series:
    stripped = cells.astype("str").str.strip()
    blank = (stripped == "").to_numpy()
    return stripped.mask(blank) if blank.any() else stripped
