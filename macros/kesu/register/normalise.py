"""From raw cells, all text, to the typed frames of a register. Column-wise; no Python per cell on the main path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import pandas as pd

from kesu.register.codes import Code, CodeLists, lookup
from kesu.register.columns import ITEMS, REGISTER, Column, labels, sheet_key
from kesu.register.settings import Settings, load_profile
from kesu.register.settings_sheet import SettingsReader
from kesu.register.text import Text, folded

HEADER_ROWS: Final = 30
"""How far down the row of column labels is looked for."""
SEPARATORS: Final = r"[、,，;；/|\n]+"
EARLIEST: Final = np.datetime64("1950-01-01", "s")
"""Nothing a register records happened before; such times are typing mistakes."""
D: Final = "[0-9]"  # \d on text that is not ASCII falls back to Python's regular expressions, 40 times slower
CANONICAL_TIME: Final = rf"{D}{{4}}-{D}{D}-{D}{D} {D}{D}:{D}{D}:{D}{D}(?:\.{D}+)?"
TYPED_TIME: Final = (
    r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]*(\d{1,2})[:：时](\d{1,2})分?(?:[:：](\d{1,2}))?)?$"
)


class RegisterError(ValueError):
    """A workbook that kesu cannot work with as it is; ``text`` says why and what to do, in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class NotARegisterError(RegisterError):
    """No sheet carries the columns of a register."""


@dataclass(frozen=True)
class RawSheet:
    """A sheet as read: every cell as text or missing.

    ``cells``: one string column per sheet column, labelled by its 0-based index; row i is Excel row
    ``first_row + i``. True dates stand in the form ``2026-10-01 09:05:00``; ``iso_texts`` are the cells that
    look exactly so but were typed as text. ``all_text``: the format knows no dates (CSV), so text is no mistake.
    ``uncached``: Excel row and 0-based column of formulas near the top that have no stored result and read as blank.
    """

    title: str
    cells: pd.DataFrame
    first_row: int = 1
    iso_texts: frozenset[str] = frozenset()
    all_text: bool = False
    uncached: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True)
class Sheet:
    """A sheet as kesu understands it.

    ``data``: typed columns by key (text and code columns ``str``/category of code keys, times
    ``datetime64[s]`` local wall clock, numbers float64) plus ``excel_row``; codes columns hold keys joined by
    ``|``. Every declared column is there, empty where the sheet lacks it.
    ``columns``: key → 0-based sheet column of those the sheet has.
    ``problems``: cells that could not be understood: ``row`` (position in ``data``), ``column``, ``problem``
    (text_time, bad_time, bad_number, unknown_code), ``value``.
    ``extra``: the team's own columns, untouched.
    """

    title: str
    data: pd.DataFrame
    columns: dict[str, int]
    problems: pd.DataFrame
    extra: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True)
class Register:
    """One complaint register: complaints, their items, the team's settings."""

    name: str
    lang: str
    complaints: Sheet
    items: Sheet
    settings: Settings


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
        titles = "、".join(sheet.title for sheet in sheets)
        raise NotARegisterError(
            Text(
                f"没有找到投诉登记表：工作表（{titles}）里没有带“投诉编号”“受理时间”等列标题的表。请用 kesu new 新建，或核对列标题。",
                f"No complaint register found: none of the sheets ({titles}) has columns headed “Complaint no.”, "
                "“Received at” and so on. Make one with kesu new, or check the column headings.",
            )
        )
    raw_settings = by_key.get("settings")
    settings = (
        SettingsReader(_grid(raw_settings), raw_settings.first_row).read() if raw_settings else load_profile()
    )
    raw_items = by_key.get("items")
    items_header = _header(raw_items, ITEMS) if raw_items is not None else None
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
                _typed(sheet, header, REGISTER, settings.codes),
                _typed(mine, items_header, ITEMS, settings.codes),
                settings,
            )
        )
    return registers


def _find_registers(sheets: Sequence[RawSheet]) -> list[tuple[RawSheet, tuple[int, dict[str, int]]]]:
    """Sheets with the columns of a register: those titled so; where there are none, any."""
    found = [
        (sheet, header)
        for sheet in sheets
        if (header := _header(sheet, REGISTER))
        and len(header[1]) >= 5
        and {"complaint_id", "received_at"} <= header[1].keys()
    ]
    return [one for one in found if sheet_key(one[0].title) == "register"] or found


def _ids(sheet: RawSheet, header: tuple[int, dict[str, int]]) -> pd.Series:
    return _clean(sheet.cells[header[1]["complaint_id"]].iloc[header[0] + 1 :]).dropna()


def _header(sheet: RawSheet, columns: tuple[Column, ...]) -> tuple[int, dict[str, int]] | None:
    """Position of the label row and key → column label of the frame: the row with most of our labels.

    A label may also stand in the row above, merged down over a blank cell.
    """
    names = labels(columns)
    best: tuple[int, dict[str, int]] | None = None
    above: Sequence[object] = [None] * len(sheet.cells.columns)
    for at, row in enumerate(sheet.cells.head(HEADER_ROWS).itertuples(index=False)):
        here: dict[str, int] = {}
        for column, own, over in zip(sheet.cells.columns, row, above, strict=True):
            cell = own if isinstance(own, str) else over
            key = names.get(folded(cell)) if isinstance(cell, str) else None
            if key:
                here.setdefault(key, int(column))
        if len(here) > (len(best[1]) if best else 1):
            best = at, here
        above = row
    return best


def _lang(sheet: RawSheet, header: tuple[int, dict[str, int]]) -> str:
    row = sheet.cells.iloc[max(header[0] - 1, 0) : header[0] + 1].ffill().iloc[-1]
    zh = sum(any("一" <= ch <= "鿿" for ch in str(row[column])) for column in header[1].values())
    return "zh" if zh * 2 >= len(header[1]) else "en"


def _grid(sheet: RawSheet) -> list[list[str | None]]:
    width = int(max(sheet.cells.columns, default=-1)) + 1
    full = sheet.cells.reindex(columns=range(width))
    return [[cell if isinstance(cell, str) else None for cell in row] for row in full.itertuples(index=False)]


def _typed(
    sheet: RawSheet, header: tuple[int, dict[str, int]], columns: tuple[Column, ...], codes: CodeLists
) -> Sheet:
    at, places = header
    body = sheet.cells.iloc[at + 1 :]
    raw = {key: _clean(body[place]) for key, place in places.items()}
    begun = np.zeros(len(body), dtype=bool)
    for series in raw.values():
        begun |= series.notna().to_numpy()
    kept = np.flatnonzero(begun)
    index = pd.RangeIndex(len(kept))
    data: dict[str, pd.Series] = {
        "excel_row": pd.Series(kept + sheet.first_row + at + 1, index, dtype="int64")
    }
    problems: list[pd.DataFrame] = []
    for column in columns:
        if column.key in raw:
            series = raw[column.key]
            cells = series.iloc[kept] if len(kept) < len(series) else series
            cells = cells.set_axis(index)
        else:
            cells = pd.Series(pd.NA, index, dtype="str")
        data[column.key], wrong = _column(cells, column, codes, sheet.iso_texts)
        if sheet.all_text:
            wrong.pop("text_time", None)
        problems += [
            pd.DataFrame(
                {
                    "row": np.flatnonzero(mask),
                    "column": column.key,
                    "problem": problem,
                    "value": cells[mask].to_numpy(),
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
    return Sheet(sheet.title, pd.DataFrame(data), dict(places), found, extra)


def _clean(cells: pd.Series) -> pd.Series:
    stripped = cells.astype("str").str.strip()
    return stripped.mask(stripped == "")


def _column(
    cells: pd.Series, column: Column, codes: CodeLists, iso_texts: frozenset[str]
) -> tuple[pd.Series, dict[str, np.ndarray]]:
    """Typed values and, by problem, the mask of cells that could not be understood."""
    given = cells.notna().to_numpy()
    match column.kind:
        case "time":
            times, as_text = parse_times(cells, iso_texts)
            bad = given & times.isna().to_numpy()
            return times, {"text_time": as_text & ~bad, "bad_time": bad}
        case "number":
            numbers = parse_numbers(cells)
            return numbers, {"bad_number": given & numbers.isna().to_numpy()}
        case "code":
            keys = _coded(cells, codes[column.codes])
            return keys, {"unknown_code": given & keys.isna().to_numpy()}
        case "codes":
            keys, unknown = _several(cells, codes[column.codes])
            return keys, {"unknown_code": unknown}
        case _:
            return cells, {}


def parse_times(cells: pd.Series, iso_texts: frozenset[str] = frozenset()) -> tuple[pd.Series, np.ndarray]:
    """``datetime64[s]`` values of time cells, and the mask of those that were typed as text.

    Understood: true dates, serial numbers of either kind of cell, and texts that begin with the year.
    Fractions of a second, which spreadsheets make out of day fractions, are rounded.
    """
    canonical = cells.notna().to_numpy()
    values = _true_dates(cells)
    if values is None:
        canonical = cells.str.fullmatch(CANONICAL_TIME).fillna(value=False).to_numpy(dtype=bool)
        plain = cells.where(canonical)
        values = _true_dates(plain)
        if values is None:  # a typed 2026-13-45, or no Arrow here
            values = pd.to_datetime(plain, format="ISO8601", errors="coerce").to_numpy("datetime64[ms]")
    rounded = (values + np.timedelta64(500, "ms")).astype("datetime64[s]")
    out = np.where(rounded < EARLIEST, np.datetime64("NaT", "s"), rounded)
    as_text = np.zeros(len(cells), dtype=bool)
    rest = np.flatnonzero(~canonical & cells.notna().to_numpy())
    if len(rest):
        texts = cells.iloc[rest]
        serial = pd.to_numeric(texts, errors="coerce").to_numpy(dtype=float)
        is_serial = (serial > 18264) & (serial < 109575)  # 1950 to 2199
        seconds = np.where(is_serial, np.round(np.where(is_serial, serial, 0) * 86400), 0).astype("int64")
        from_serial = np.datetime64("1899-12-30", "s") + seconds.astype("timedelta64[s]")
        parts = texts.str.extract(TYPED_TIME).apply(pd.to_numeric, errors="coerce")
        parts.columns = pd.Index(["year", "month", "day", "hour", "minute", "second"])
        parts = parts.where(~(parts[["hour", "minute", "second"]].fillna(0).ge([24, 60, 60]).any(axis=1)))
        typed = pd.to_datetime(parts.fillna({"hour": 0, "minute": 0, "second": 0}), errors="coerce").to_numpy(
            "datetime64[s]"
        )
        out[rest] = np.where(is_serial, from_serial, typed)
        as_text[rest] = ~is_serial
    if iso_texts:
        as_text |= canonical & cells.isin(iso_texts).to_numpy()
    return pd.Series(out, cells.index), as_text


def _true_dates(cells: pd.Series) -> np.ndarray | None:
    """``datetime64[ms]`` of a column that holds true dates only, all at once; None where it may hold others."""
    plain = cells.dropna()
    if not plain.str.len().isin([19, 23]).all() or plain.str.contains("T", regex=False).any():
        return None
    try:
        return cells.astype("timestamp[ms][pyarrow]").to_numpy("datetime64[ms]")
    except (ImportError, ValueError):  # no Arrow here, or a cell that is no date
        return None


def parse_numbers(cells: pd.Series) -> pd.Series:
    """float64 values; thousands separators, currency signs and units people add (元, 秒, 次) are dropped."""
    try:
        return _finite(cells.astype("double[pyarrow]").astype("float64"))
    except (ImportError, ValueError):  # no Arrow here, or a cell that is no plain number
        numbers = pd.to_numeric(cells, errors="coerce").astype("float64")
    rest = cells.notna() & numbers.isna()
    if rest.any():
        words = cells[rest].str.replace(r"[,，\s¥￥$€£元秒次]|CNY|RMB|USD", "", regex=True)
        numbers[rest] = pd.to_numeric(words, errors="coerce").astype("float64")
    return _finite(numbers)


def _finite(numbers: pd.Series) -> pd.Series:
    return numbers.where(np.isfinite(numbers))


def _coded(cells: pd.Series, codes: tuple[Code, ...]) -> pd.Series:
    names = lookup(codes)
    keys = list(dict.fromkeys(code.key for code in codes))
    places = {key: at for at, key in enumerate(keys)}
    numbers, uniques = pd.factorize(cells)
    mapping = np.array([places.get(names.get(_word(word), ""), -1) for word in uniques] + [-1], dtype="int64")
    return pd.Series(
        pd.Categorical.from_codes(mapping[numbers], categories=pd.Index(keys, dtype="str")), cells.index
    )


def _several(cells: pd.Series, codes: tuple[Code, ...]) -> tuple[pd.Series, np.ndarray]:
    names = lookup(codes)
    numbers, uniques = pd.factorize(cells)
    joined: list[str | None] = []
    wrong: list[bool] = []
    for words, parts in zip(
        uniques, pd.Series(uniques, dtype="str").str.split(SEPARATORS, regex=True), strict=True
    ):
        whole = names.get(_word(words))  # labels may hold a separator themselves: "Online / chat"
        found = [whole] if whole else [names.get(_word(part)) for part in parts if part.strip()]
        joined.append("|".join(dict.fromkeys(key for key in found if key)) or None)
        wrong.append(None in found)
    keys = pd.Series([*joined, None], dtype="str").iloc[numbers].set_axis(cells.index)
    return keys, np.array([*wrong, False])[numbers]


def _word(cell: str) -> str:
    return folded(cell) or cell.strip()
