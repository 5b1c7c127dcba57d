"""A sheet's cells, all text, as typed columns. What can be done to all columns of one kind at once is done at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from kesu.register.cells import ERROR_VALUES, since_1900, typed_column, typed_columns
from kesu.register.raw import RawSheet
from kesu.register.sheets import Part, Sheet, nothing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kesu.register.codes import Code, CodeLists
    from kesu.register.columns import Column

    Header = tuple[int, dict[str, int]]
    Bools = NDArray[np.bool_]
    Ints = NDArray[np.int64]

TOGETHER: Final = 1 << 16
"""Cells worked on at once: enough to spare short sheets most of the calls, few enough for long ones to be cheap."""


@dataclass
class _Block:
    """Columns of one kind, one below the other. ``shown``: cells without blanks around them; ``given``: where
    something stands; ``errors``: where that is an error value (each of the shape columns × rows)."""

    columns: list[Column]
    shown: pd.Series
    given: Bools
    errors: Bools

    def of_rows(self, kept: Ints) -> _Block:
        size = self.errors.shape[1]
        if len(kept) == size:
            return self
        at = (np.arange(len(self.columns))[:, None] * size + kept).ravel()
        shown = self.shown.iloc[at].reset_index(drop=True)
        return _Block(self.columns, shown, self.given[:, kept], self.errors[:, kept])


def typed_sheet(sheet: RawSheet, header: Header, columns: tuple[Column, ...], codes: CodeLists) -> Sheet:
    """``sheet`` with typed columns; ``header``: position of the label row (-1: there is none), key → column label."""
    [made] = typed_sheets([(sheet, header, codes)], columns)
    return made


def typed_sheets(
    sheets: Sequence[tuple[RawSheet, Header, CodeLists]],
    columns: tuple[Column, ...],
    *,
    own_columns: bool = True,
) -> list[Sheet]:
    """`typed_sheet` of each; those whose headings agree are typed in one pass over all of their rows.

    ``own_columns``: whether the teams' own columns are kept, and with them all that was read.
    """
    known: list[CodeLists] = []
    alike: dict[object, list[int]] = {}
    for number, (raw, (_, column_of), codes) in enumerate(sheets):
        which = next((at for at, one in enumerate(known) if one is codes or one == codes), len(known))
        known += [codes] * (which == len(known))
        anywhere = raw.iso_cells is None
        own = number if anywhere and raw.iso_texts else None  # words found anywhere concern one sheet alone
        like = which, tuple(column_of.items()), raw.date1904, raw.all_text, anywhere, own
        alike.setdefault(like, []).append(number)
    found: dict[int, Sheet] = {}
    for numbers in alike.values():
        some = [sheets[number][:2] for number in numbers]
        made = _typed_together(some, columns, sheets[numbers[0]][2], own_columns=own_columns)
        found |= zip(numbers, made, strict=True)
    return [found[number] for number in range(len(sheets))]


def _typed_together(
    sheets: Sequence[tuple[RawSheet, Header]],
    columns: tuple[Column, ...],
    codes: CodeLists,
    *,
    own_columns: bool,
) -> Iterator[Sheet]:
    """Sheets with the same headings: their rows one below the other are typed, then parted again."""
    (first, (_, column_of)), *_ = sheets
    heights = [max(raw.height - at - 1, 0) for raw, (at, _) in sheets]
    ends = np.cumsum(heights).astype(np.int64)
    begins = np.append(np.int64(0), ends[:-1])
    tops = [raw.first_row + at + 1 for raw, (at, _) in sheets]
    steps = list(zip((begins - tops).tolist(), tops, heights, strict=True))
    cells = _columns(sheets, list(dict.fromkeys(column_of.values())))
    stack = RawSheet(
        "",
        pd.DataFrame(cells, pd.RangeIndex(ends[-1]), copy=False),
        0,
        first.iso_texts,
        first.all_text,
        _moved([raw.uncached for raw, _ in sheets], steps),
        None if first.iso_cells is None else _moved([raw.iso_cells or () for raw, _ in sheets], steps),
        date1904=first.date1904,
    )
    whole = _typed_stack(stack, column_of, columns, codes, ends)
    kept = whole.others[1]
    rows = np.searchsorted(kept, np.append(begins, ends[-1]))
    of = np.searchsorted(rows[1:], whole.problems["row"].to_numpy(), "right")
    wrong = whole.problems.iloc[np.argsort(of, kind="stable")]
    cuts = np.searchsorted(np.sort(of), np.arange(len(sheets) + 1)).tolist()
    moved = np.repeat(np.array(tops, np.int64) - begins, np.diff(rows))
    data = whole.data.assign(excel_row=kept + moved)
    ends = rows.tolist()
    for at, (raw, (head, own)) in enumerate(sheets):
        part = Part(data, ends[at], ends[at + 1])
        problems = Part(wrong, cuts[at], cuts[at + 1], ends[at])
        others = partial(_own, raw, head, own) if own_columns else nothing
        mine = kept[ends[at] : ends[at + 1]] - begins[at]
        yield Sheet(raw.title, part, dict(own), problems, (others, mine), raw.first_row + head)


def _own(raw: RawSheet, head: int, column_of: Mapping[str, int]) -> pd.DataFrame:
    """The team's own columns of a sheet below its row of labels."""
    return raw.cells.iloc[head + 1 :].drop(columns=list(set(column_of.values())))


def _columns(sheets: Sequence[tuple[RawSheet, Header]], wanted: list[int]) -> dict[int, pd.Series]:
    """The columns ``wanted``, below the labels of each sheet, one below the other."""
    packed = [
        (raw.content, head + 1) for raw, (head, _) in sheets if not isinstance(raw.content, pd.DataFrame)
    ]
    if packed and len(packed) == len(sheets):
        return packed[0][0].below(packed, wanted)
    found = {}
    for at in wanted:
        bodies = [raw.cells[at].iloc[head + 1 :] for raw, (head, _) in sheets]
        single = len(bodies) == 1
        found[at] = bodies[0].reset_index(drop=True) if single else pd.concat(bodies, ignore_index=True)
    return found


def _moved(
    cells: Sequence[Iterable[tuple[int, int]]], steps: Sequence[tuple[int, int, int]]
) -> frozenset[tuple[int, int]]:
    """Excel row and column of cells as positions in the stack; ``steps``: by sheet how far, its first row, its rows."""
    return frozenset(
        (row + step, column)
        for some, (step, top, size) in zip(cells, steps, strict=True)
        for row, column in some
        if top <= row < top + size
    )


def _typed_stack(
    sheet: RawSheet, column_of: Mapping[str, int], columns: tuple[Column, ...], codes: CodeLists, ends: Ints
) -> Sheet:
    """Sheets one below the other, up to ``ends``, with typed columns; ``others``: which rows are left."""
    body = sheet.cells
    blocks = list(_blocks(body, column_of, columns))
    begun = np.zeros(len(body), dtype=bool)
    for block in blocks:  # formulas filled down beyond the last row begin none
        begun |= (block.given & ~block.errors).any(axis=0)
    kept = np.flatnonzero(begun)
    index, parts = pd.RangeIndex(len(kept)), np.searchsorted(kept, ends)
    absent = [column for column in columns if column.key not in column_of]
    data = dict(_absent(absent, codes, index))
    problems: dict[str, list[pd.DataFrame]] = {}
    for block in blocks:
        for key, values, wrong in _typed(block.of_rows(kept), sheet, column_of, codes, kept, parts):
            data[key], problems[key] = values, wrong
    found = [frame for column in columns for frame in problems.get(column.key, ())]
    ordered = {"excel_row": kept} | {c.key: data[c.key].array for c in columns}
    return Sheet(
        sheet.title,
        pd.DataFrame(ordered, index, copy=False),
        dict(column_of),
        pd.concat(found, ignore_index=True) if found else _problems([], "", "", []),
        (nothing, kept),
    )


def _blocks(body: pd.DataFrame, column_of: Mapping[str, int], columns: Iterable[Column]) -> Iterator[_Block]:
    kinds: dict[str, list[Column]] = {}
    for column in columns:
        if column.key in column_of:
            kinds.setdefault(column.kind, []).append(column)
    width = max(1, TOGETHER // max(1, len(body)))
    for alike in kinds.values():
        for first in range(0, len(alike), width):
            some = alike[first : first + width]
            shown = stripped(pd.concat([body[column_of[column.key]] for column in some], ignore_index=True))
            shape = len(some), len(body)
            yield _Block(some, shown, shown.notna().to_numpy().reshape(shape), _errors(shown).reshape(shape))


def _typed(
    block: _Block, sheet: RawSheet, column_of: Mapping[str, int], codes: CodeLists, rows: Ints, ends: Ints
) -> Iterator[tuple[str, pd.Series, list[pd.DataFrame]]]:
    """Each column's key, values and what could not be understood."""
    shape, kind = block.errors.shape, block.columns[0].kind
    cells = block.shown.mask(block.errors.ravel()) if block.errors.any() else block.shown
    if sheet.date1904 and kind == "time":
        cells = since_1900(cells)
    at = [column_of[column.key] for column in block.columns]
    typed = _typed_as_text(sheet, cells, kind, at, rows)
    wrong: dict[str, Bools] = {"error_value": block.errors}
    if sheet.uncached and (blank := _where(sheet.uncached, at, rows)) is not None:
        wrong["uncached"] = blank & ~block.given
    read = typed_columns(block.columns, cells, codes, typed, ends)
    for number, (column, (values, misread)) in enumerate(zip(block.columns, read, strict=True)):
        own = {problem: mask[number] for problem, mask in wrong.items()} | misread
        if sheet.all_text:
            own.pop("text_time", None)
        begin = number * shape[1]
        found = {problem: np.flatnonzero(mask) for problem, mask in own.items() if mask.any()}
        frames = [
            _problems(where, column.key, problem, block.shown.iloc[begin + where].to_numpy())
            for problem, where in found.items()
        ]
        yield column.key, values, frames


def _typed_as_text(sheet: RawSheet, cells: pd.Series, kind: str, at: list[int], rows: Ints) -> Bools | None:
    """Which cells look like true dates or numbers but were typed as text, column by column; None: none of them."""
    marked = None if not sheet.iso_cells else _where(sheet.iso_cells, at, rows)
    if sheet.all_text and kind == "number":
        return cells.notna().to_numpy()
    if sheet.iso_cells is None and sheet.iso_texts:
        return cells.isin(sheet.iso_texts).to_numpy()
    return None if marked is None else marked.ravel()


def _where(cells: Iterable[tuple[int, int]], at: list[int], rows: Ints) -> Bools | None:
    """Which of the cells at columns ``at`` × Excel ``rows`` are among ``cells`` (Excel row, 0-based column)."""
    by_column: dict[int, list[int]] = {}
    for row, column in cells:
        by_column.setdefault(column, []).append(row)
    if by_column.keys().isdisjoint(at):
        return None
    return np.array([np.isin(rows, by_column.get(column, [])) for column in at])


def _absent(columns: list[Column], codes: CodeLists, index: pd.RangeIndex) -> Iterator[tuple[str, pd.Series]]:
    """Columns that the sheet has not: nothing stands in them."""
    known: dict[tuple[str, str], pd.Series] = {}
    for column in columns:
        like = column.kind, column.codes
        if like not in known:
            known[like] = pd.Series(np.nan, index, dtype=_kind_of(column, codes.get(column.codes, ())))
        yield column.key, known[like]


@lru_cache(maxsize=256)
def _kind_of(column: Column, codes: tuple[Code, ...]) -> Any:
    """What a column is made of, whatever stands in it."""
    return typed_column(pd.Series([], dtype="str"), column, {column.codes: codes}, None)[0].dtype


def _problems(rows: Ints | list[int], column: str, problem: str, values: object) -> pd.DataFrame:
    """See `Sheet.problems`."""
    return pd.DataFrame(
        {
            "row": np.asarray(rows, "int64"),
            "column": pd.Series([column] * len(rows), dtype="str"),
            "problem": pd.Series([problem] * len(rows), dtype="str"),
            "value": pd.Series(values, dtype="str"),
        }
    )


def _errors(cells: pd.Series) -> Bools:
    """Which cells show an error value; a look at how they begin tells most columns apart faster."""
    begins = cells.str.startswith(("#", "Err:")).fillna(value=False).to_numpy(dtype=bool)
    return cells.isin(ERROR_VALUES).to_numpy() if begins.any() else begins


def stripped(cells: pd.Series) -> pd.Series:
    """Texts without the blanks around them; missing where nothing else stands."""
    bare = cells.astype("str").str.strip()
    blank = (bare == "").to_numpy()
    return bare.mask(blank) if blank.any() else bare
