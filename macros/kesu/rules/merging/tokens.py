"""The cells of a sheet as texts that are equal where the cells mean the same, in whichever language, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from kesu.register.codes import CodeLists
from kesu.register.columns import Column
from kesu.register.forms.page import shown
from kesu.register.typed import stripped
from kesu.words.text import Text, folded
from kesu.xlsx.address import letters

if TYPE_CHECKING:
    from kesu.register.sheets import Sheet
    from kesu.rules.instants import Bools, Ints

OWN: Final = "own:"
"""Before the heading in the key of a team's own column."""
RAW: Final = "'"
"""Before what somebody typed where it could not be understood as a time, number or choice."""
ORIGIN: Final = f"{OWN}@origin"
SOURCE: Final = f"{OWN}@source"
HEADINGS: Final = {ORIGIN: Text("原编号", "Original no."), SOURCE: Text("合并自", "Merged from")}
"""Own columns that a merge adds: the number before it was changed, and where each row comes from."""
NOTHING: Final = Text("（空）", "(empty)")
PLAIN: Final = r"-?(?:0|[1-9][0-9]{0,9})(?:[.][0-9]{1,9})?"
MOMENT: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}"


@dataclass(frozen=True)
class Side:
    """One sheet of one register as it is merged.

    ``cells``: by key (own columns: `OWN` and their heading) the tokens of its rows; columns that the sheet has not are
    not there. ``rows``: their Excel rows. ``letters``: key → letters of the column. ``headings``: key → own heading.
    """

    register: str
    title: str
    cells: pd.DataFrame
    rows: Ints
    letters: Mapping[str, str]
    headings: Mapping[str, str]

    def where(self, at: int, key: str = "") -> str:
        """The row ``at`` or its cell, as messages name it: ``north.xlsx ▸ Register!F12``."""
        return f"{self.register} ▸ {self.title}!{self.letters.get(key, '')}{self.rows[at]}"


def side_of(
    register: str,
    sheet: Sheet,
    columns: tuple[Column, ...],
    headings: Mapping[int, str],
    ours: frozenset[str],
) -> Side:
    """``headings``: 0-based sheet column → what heads it. ``ours``: folded headings of calculated columns, left out."""
    cells, there = {}, {}
    for column in columns:
        if column.key in sheet.columns:
            cells[column.key] = _tokens(sheet, column)
            there[column.key] = letters(sheet.columns[column.key] + 1)
    own = {}
    extra = sheet.extra
    for at in list[Any](extra.columns):  # numbers; in foreign tables the headings themselves
        letter = "" if isinstance(at, str) else letters(int(at) + 1)
        tokens, heading = stripped(extra[at]), " ".join((headings.get(at, "") if letter else at).split())
        if folded(heading) in ours or not tokens.notna().any():
            continue
        key = _own_key(heading or letter, cells)
        cells[key], there[key] = _even(tokens), letter
        own[key] = key.removeprefix(OWN)
    frame = pd.DataFrame(cells, index=pd.RangeIndex(len(sheet.data)))
    return Side(register, sheet.title, frame, sheet.data["excel_row"].to_numpy(np.int64), there, own)


def _own_key(heading: str, taken: Iterable[str]) -> str:
    """The key of an own column; a second one of the same heading is told apart by a number."""
    known = {folded(word): key for key, words in HEADINGS.items() for word in words}
    key, number = known.get(folded(heading), OWN + heading), 1
    while key in taken:
        number += 1
        key = f"{OWN}{heading} ({number})"
    return key


def _tokens(sheet: Sheet, column: Column) -> pd.Series:
    values = sheet.data[column.key]
    match column.kind:
        case "time":
            tokens = values.dt.strftime("%Y-%m-%dT%H:%M:%S").astype("str")
        case "number" | "code":
            tokens = values.astype("str")
        case _:
            tokens = _even(values.astype("str"))
    wrong = sheet.problems
    wrong = wrong[
        (wrong["column"].eq(column.key) & ~wrong["problem"].isin(["text_time", "uncached"])).to_numpy(bool)
    ]
    if len(wrong):
        mark = RAW if column.kind in {"time", "number", "code", "codes"} else ""
        tokens = tokens.copy()
        tokens.iloc[wrong["row"].to_numpy()] = (mark + wrong["value"]).to_numpy()
    result: pd.Series = tokens.reset_index(drop=True)
    return result


def _even(texts: pd.Series) -> pd.Series:
    """A line ends in one way in all kinds of files."""
    return texts.str.replace("\r\n", "\n", regex=False)


def values_of(tokens: pd.Series, column: Column | None) -> pd.Series:
    """Tokens as a workbook is written from them: times, numbers, code keys, texts. ``column``: None for an own one."""
    if column is None:
        return _own_values(tokens)
    raw = tokens.str.startswith(RAW).fillna(value=False).to_numpy(bool)
    match column.kind:
        case "time":
            return _mixed(pd.to_datetime(tokens.mask(raw), format="%Y-%m-%dT%H:%M:%S"), tokens, raw)
        case "number":
            return _mixed(pd.to_numeric(tokens.mask(raw)).astype("float64"), tokens, raw)
        case "code" | "codes":
            return tokens.mask(raw, tokens.str.slice(1)) if raw.any() else tokens
    return tokens


def _mixed(values: pd.Series, tokens: pd.Series, raw: Bools) -> pd.Series:
    if not raw.any():
        return values
    typed = values.astype(object)
    typed[raw] = tokens[raw].str.slice(1).astype(object)
    return typed.where(typed.notna(), None)


def _own_values(tokens: pd.Series) -> pd.Series:
    """A column of nothing but plain numbers, or of true dates, as such; anything else, and long numbers, as text."""
    given = tokens.dropna()
    if len(given) and given.str.fullmatch(PLAIN).all():
        return pd.to_numeric(tokens).astype("float64")
    if len(given) and given.str.fullmatch(MOMENT).all():
        return pd.to_datetime(tokens, format="%Y-%m-%d %H:%M:%S", errors="coerce")
    return tokens


def said(token: object, column: Column | None, codes: CodeLists, lang: str) -> str:
    """A token as a person reads it."""
    if not isinstance(token, str):
        return NOTHING.of(lang)
    if column is None or column.kind in {"text", "long_text", "id", "phone"}:
        return token
    if token.startswith(RAW):
        return token[1:]
    if column.kind == "time":
        return token.replace("T", " ").removesuffix(":00")
    if column.kind == "number":
        return f"{float(token):g}"
    return str(shown(column, token, codes, lang))
