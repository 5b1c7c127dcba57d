"""Typing the cells of one column at a time: times, numbers, codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd

from kesu.register.codes import Code, CodeLists, lookup
from kesu.register.columns import Column
from kesu.register.figures import AFTER, BEFORE, COMMA, GAPS, POINT, POINTED
from kesu.register.search import fullmatch
from kesu.words.text import folded

SEPARATORS: Final = r"[、,，;；/|\n]+"
EARLIEST: Final = np.datetime64("1950-01-01", "s")
"""Nothing a register records happened before; such times are typing mistakes."""
ERROR_VALUES: Final = (
    "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!", "#FIELD!",
    "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#PYTHON!", "#TIMEOUT!", "#EXTERNAL!",
    *(f"Err:{number}" for number in range(501, 541)),
)  # fmt: skip
"""What a cell shows whose formula failed, in Excel and (``Err:``) in LibreOffice."""
D: Final = "[0-9]"  # \d on text that is not ASCII falls back to Python's regular expressions, 40 times slower
PLAIN: Final = rf"-?{D}{{1,15}}(?:\.{D}{{1,15}})?"
"""A figure that every way of reading takes for the same."""
CANONICAL_TIME: Final = rf"{D}{{4}}-{D}{D}-{D}{D} {D}{D}:{D}{D}:{D}{D}(?:\.{D}+)?"
TYPED_TIME: Final = (
    r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]*(\d{1,2})[:：时](\d{1,2})分?(?:[:：](\d{1,2}))?)?$"
)


Typed = tuple[pd.Series, dict[str, np.ndarray]]


def typed_columns(
    columns: Sequence[Column],
    cells: pd.Series,
    codes: CodeLists,
    typed: np.ndarray | None,
    ends: np.ndarray | None,
) -> list[Typed]:
    """`typed_column` for columns of one kind whose ``cells`` (and ``typed``) stand one below the other.

    ``ends``: in a stack where the rows of each register end, because how figures are written is told by column.
    """
    size = len(cells) // len(columns)
    spans = [slice(number * size, (number + 1) * size) for number in range(len(columns))]
    if len(columns) > 1 and size:
        if columns[0].kind == "time":
            times, wrong = typed_column(cells, columns[0], codes, typed)
            return [(times.iloc[span], {name: mask[span] for name, mask in wrong.items()}) for span in spans]
        if columns[0].kind == "code":
            numbers, words = pd.factorize(cells)
            return [
                _coded(numbers[span], words, codes[c.codes]) for c, span in zip(columns, spans, strict=True)
            ]
        figures = _plain(cells) if columns[0].kind == "number" and typed is None else None
        if figures is not None and np.isfinite(figures).eq(cells.notna()).all():
            return [(figures.iloc[span], {}) for span in spans]
    parts = (cells.iloc[span] for span in spans), (None if typed is None else typed[span] for span in spans)
    number = columns[0].kind == "number" and ends is not None and len(ends) > 1
    return [
        _figures_of_stack(part, own, ends)
        if number and ends is not None
        else typed_column(part, column, codes, own)
        for column, part, own in zip(columns, *parts, strict=True)
    ]


def _figures_of_stack(cells: pd.Series, typed: np.ndarray | None, ends: np.ndarray) -> Typed:
    """A column of figures, read at once but for the registers in which something is no plain figure."""
    odd = cells.notna().to_numpy(bool) & ~fullmatch(cells, PLAIN)
    if typed is not None:
        odd = odd | typed
    found, unsure = parse_figures(cells.mask(odd))
    for number in np.unique(np.searchsorted(ends, np.flatnonzero(odd), "right")).tolist():
        own = slice(int(ends[number - 1]) if number else 0, int(ends[number]))
        figures, unsure[own] = parse_figures(cells.iloc[own], None if typed is None else typed[own])
        found.iloc[own] = figures.to_numpy()
    bad = (cells.notna() & found.isna()).to_numpy(bool) & ~unsure
    return found, {"bad_number": bad, "unsure_number": unsure}


def typed_column(cells: pd.Series, column: Column, codes: CodeLists, typed: np.ndarray | None) -> Typed:
    """Typed values and, by problem, the mask of cells that could not be understood.

    ``typed``: which cells look like true dates or numbers but were typed as text; None: none of them.
    """
    given = cells.notna().to_numpy()
    match column.kind:
        case "time":
            times, as_text = parse_times(cells, typed)
            bad = given & times.isna().to_numpy()
            return times, {"text_time": as_text & ~bad, "bad_time": bad}
        case "number":
            numbers, unsure = parse_figures(cells, typed)
            return numbers, {
                "bad_number": given & numbers.isna().to_numpy() & ~unsure,
                "unsure_number": unsure,
            }
        case "code":
            return _coded(*pd.factorize(cells), codes[column.codes])
        case "codes":
            keys, unknown = _several(cells, codes[column.codes])
            return keys, {"unknown_code": unknown}
        case _:
            return cells, {}


def parse_times(cells: pd.Series, typed_dates: np.ndarray | None = None) -> tuple[pd.Series, np.ndarray]:
    """``datetime64[s]`` values of time cells, and the mask of those that were typed as text.

    Understood: true dates, serial numbers of either kind of cell, and texts that begin with the year.
    Fractions of a second, which spreadsheets make out of day fractions, are rounded.
    """
    canonical = cells.notna().to_numpy()
    values = _true_dates(cells)
    if values is None:
        canonical = fullmatch(cells, CANONICAL_TIME)
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
    if typed_dates is not None:
        as_text |= canonical & typed_dates
    return pd.Series(out, cells.index), as_text


def since_1900(cells: pd.Series) -> pd.Series:
    """Numbers that count days from 1904 as numbers that count them as other workbooks do; anything else as it is."""
    numbers = pd.to_numeric(cells, errors="coerce") + 1462
    return cells.where(numbers.isna(), numbers.astype("str"))


def _true_dates(cells: pd.Series) -> np.ndarray | None:
    """``datetime64[ms]`` of a column that holds true dates only, all at once; None where it may hold others."""
    plain = cells.dropna()
    if not plain.str.len().isin([19, 23]).all() or plain.str.contains("T", regex=False).any():
        return None
    try:
        return cells.astype("timestamp[ms][pyarrow]").to_numpy("datetime64[ms]")
    except (ImportError, ValueError):  # no Arrow here, or a cell that is no date
        return None


def parse_figures(cells: pd.Series, typed: np.ndarray | None = None) -> tuple[pd.Series, np.ndarray]:
    """float64 values, NaN where a cell is no number, and the mask of cells that can be read in two ways.

    ``typed``: which cells were typed as text, as far as they could be read in two ways (None: none of them).
    See `kesu.register.figures`.
    """
    plain = _plain(cells)
    numbers = pd.to_numeric(cells, errors="coerce").astype("float64") if plain is None else plain
    odd = (cells.notna() & numbers.isna()).to_numpy(bool)
    if typed is not None and typed.any():
        odd = odd | typed & cells.str.contains(".", regex=False).fillna(value=False).to_numpy(bool)
    unsure = np.zeros(len(cells), dtype=bool)
    if odd.any():
        numbers = numbers.mask(odd)
        numbers[odd], unsure[odd] = _figures(cells[odd])
    return numbers.where(np.isfinite(numbers)), unsure


def _plain(cells: pd.Series) -> pd.Series | None:
    """float64 values of cells that are all plain numbers; None where they may not be."""
    try:
        return cells.astype("double[pyarrow]").astype("float64")
    except (ImportError, ValueError):  # no Arrow here, or a cell that is no plain number
        return None


def _figures(texts: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Values of texts that are no plain numbers, read as one column, and which can be read in two ways all the same."""
    plain = texts.str.normalize("NFKC").str.strip()
    bare = plain.str.replace(AFTER, "", regex=True).str.replace(BEFORE, r"\1\2", regex=True)
    gaps = bare.str.contains(GAPS).to_numpy(bool)
    if gaps.any():
        bare = bare.mask(gaps, bare.str.replace("[ '’]", "", regex=True))
    point, comma = (bare.str.fullmatch(style).to_numpy(bool) for style in (POINT, COMMA))
    chinese = texts.str.contains("，", regex=False).to_numpy(bool)
    pointed = chinese | plain.str.contains(POINTED).to_numpy(bool)
    unsure, point, comma = point & comma & ~pointed, point & (pointed | ~comma), comma & ~point & ~chinese
    if point.any() != comma.any():  # the column is written in one way
        point, comma = (style | (unsure & style.any()) for style in (point, comma))
        unsure = np.zeros(len(texts), dtype=bool)
    turned = bare.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    bare = bare.mask(point, bare.str.replace(",", "", regex=False)).mask(comma, turned).mask(unsure)
    return pd.to_numeric(bare, errors="coerce").to_numpy(float), unsure


def _coded(numbers: np.ndarray, words: Iterable[str], codes: tuple[Code, ...]) -> Typed:
    """Code keys of the cells that say ``words`` at ``numbers`` (-1: nothing)."""
    number_of, kind = _choices(codes)
    mapping = np.array([number_of.get(_word(word), -1) for word in words] + [-1], dtype="int64")
    known = mapping[numbers]
    read = pd.Series(pd.Categorical.from_codes(known, dtype=kind))
    return read, {"unknown_code": (numbers >= 0) & (known < 0)}


@lru_cache(maxsize=256)
def _choices(codes: tuple[Code, ...]) -> tuple[dict[str, int], pd.CategoricalDtype]:
    """Number of the key that each word stands for, and the kind of column that the keys make."""
    keys = list(dict.fromkeys(code.key for code in codes))
    number_of = {key: at for at, key in enumerate(keys)}
    numbers = {word: number_of[key] for word, key in lookup(codes).items()}
    return numbers, pd.CategoricalDtype(pd.Index(keys, dtype="str"))


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
