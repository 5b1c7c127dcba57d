"""Where on a foreign sheet the table stands: titles above it, one heading row or two, notes and totals below it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from kesu.register.mapping.words import heading_words, plain, spellings
from kesu.register.raw import RawSheet, grid
from kesu.register.typed import stripped
from kesu.words.text import Text, listed

LOOKED: Final = 40
"""Rows among which headings are looked for."""
LONGEST: Final = 60
"""Characters of a cell that may still be a heading."""
RECOGNISED: Final = 3
"""Headings of ours from which a row is taken for headings."""
_TOTAL: Final = re.compile(
    r"^\W*(?:(?:合\s*计|总\s*计|小\s*计|汇\s*总|平均|(?:sub|grand )?total|sum|average)s?)(?![a-z])",
    re.IGNORECASE,
)
_NOTE: Final = re.compile(
    r"^\W*(?:注|备注|说明|制表|填表|审核|数据来源|打印|导出|note|remark|source|prepared|printed|exported|generated|end of)",
    re.IGNORECASE,
)

TOTAL: Final = Text("合计行", "a line of totals")
NOTE: Final = Text("表下的说明", "a note")
AGAIN: Final = Text("列标题再次出现", "the headings once more")
EMPTY_SHEET: Final = Text("空白", "nothing on it")
ABOVE: Final = Text("表上方的文字", "words above the table")
HIDDEN: Final = Text("隐藏的工作表", "a hidden sheet")
NO_TABLE: Final = Text("没有找到带列标题的表", "no table with headings found")


@dataclass(frozen=True)
class Passed:
    """Something of a source that becomes no complaint: where it stood, why, and what stood there."""

    file: str
    sheet: str
    row: int
    reason: Text
    text: str = ""


@dataclass(frozen=True)
class Table:
    """A table as found. ``cells``: texts, a column for each heading that holds something; ``rows``: their Excel rows;
    ``columns``: heading → 0-based sheet column; ``blank``: headings without a single cell below."""

    file: str
    sheet: str
    cells: pd.DataFrame
    rows: np.ndarray
    columns: Mapping[str, int]
    blank: tuple[str, ...]
    heading_row: int
    above: tuple[Passed, ...] = ()
    below: tuple[Passed, ...] = ()
    date1904: bool = False

    @property
    def headings(self) -> tuple[str, ...]:
        """All headings, those of blank columns too."""
        return tuple(sorted(self.columns, key=lambda heading: self.columns[heading]))

    @property
    def fingerprint(self) -> str:
        """The same for tables with the same headings, in whatever order."""
        return fingerprint(self.headings)


def fingerprint(headings: Iterable[str]) -> str:
    """What a set of headings is known by."""
    words = "\n".join(sorted(plain(heading) or heading for heading in headings))
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def find_table(file: str, sheet: RawSheet) -> Table | Passed:
    """The table on ``sheet``, or why there is none. Rows without anything in them are none."""
    if not len(sheet.cells) or not len(sheet.cells.columns):
        return Passed(file, sheet.title, 0, EMPTY_SHEET)
    if sheet.hidden:
        return Passed(file, sheet.title, 0, HIDDEN)
    cells = pd.DataFrame({at: stripped(sheet.cells[at]) for at in sheet.cells.columns})
    cells = _unmerged(cells, sheet)
    top = grid(cells.head(LOOKED))
    found = _headings(top)
    if found is None:
        return Passed(file, sheet.title, 0, NO_TABLE)
    first, last, names = found
    columns = dict(zip(names.values(), (int(cells.columns[at]) for at in names), strict=True))
    body = cells.iloc[last + 1 :][list(columns.values())].set_axis(list(columns), axis=1)
    outside = cells.iloc[last + 1 :].drop(columns=list(columns.values()))
    rows = np.arange(len(body)) + sheet.first_row + last + 1
    reasons = _reasons(body)
    rest = outside.notna().to_numpy().any(axis=1) & ~body.notna().to_numpy().any(axis=1)
    below = tuple(
        Passed(file, sheet.title, int(rows[at]), reasons.get(at, NOTE), _said(frame.iloc[at]))
        for frame, rows_ in ((body, reasons), (outside, np.flatnonzero(rest).tolist()))
        for at in rows_
    )
    kept = np.asarray(body.notna().to_numpy().any(axis=1))
    kept[list(reasons)] = False
    above = tuple(
        Passed(file, sheet.title, sheet.first_row + at, ABOVE, _said(cells.iloc[at]))
        for at in range(first)
        if cells.iloc[at].notna().any()
    )
    body = body.loc[kept].reset_index(drop=True)
    blank = tuple(str(heading) for heading in body if body[heading].isna().all())
    return Table(
        file,
        sheet.title,
        body.drop(columns=list(blank)),
        rows[kept],
        columns,
        blank,
        sheet.first_row + last,
        above,
        below,
        sheet.date1904,
    )


def _unmerged(cells: pd.DataFrame, sheet: RawSheet) -> pd.DataFrame:
    """Cells merged downwards or sideways, each with what the merged cell says."""
    for top, left, bottom, right in sheet.merged:
        down, up = top - sheet.first_row, bottom - sheet.first_row
        wide = right - left >= 0.6 * len(cells.columns)
        if wide or left not in cells.columns or not 0 <= down < len(cells) or (bottom - top) > 5000:
            continue
        value = cells.at[down, left]
        if isinstance(value, str):
            inside = [at for at in range(left, right + 1) if at in cells.columns]
            heading = down < LOOKED and right > left
            for at in inside if heading or right == left else [left]:
                cells.loc[down:up, at] = value
    return cells


def _said(row: pd.Series) -> str:
    return " | ".join(row.dropna().astype("str"))


def _known(cell: str | None) -> bool:
    return (
        cell is not None and len(cell) <= LONGEST and any(word in heading_words() for word in spellings(cell))
    )


def _looks_headed(row: Sequence[str | None]) -> bool:
    """Whether a row may be headings, known or not: several different short words, none of them a figure."""
    given = [cell for cell in row if cell]
    words = [cell for cell in given if len(cell) <= LONGEST and not re.search(r"\d{3}|^\W*\d", cell)]
    return len(given) >= 3 and len(words) == len(given) and len(set(given)) >= 0.8 * len(given)


def _headings(top: Sequence[Sequence[str | None]]) -> tuple[int, int, dict[int, str]] | None:
    """First and last row of the headings (positions), and heading by position of the column."""
    best: tuple[int, int, int, dict[int, str]] | None = None
    for at, row in enumerate(top):
        single = {column: cell for column, cell in enumerate(row) if cell and len(cell) <= LONGEST}
        candidates = [(at, at, single)]
        if at + 1 < len(top) and len(single) >= 2:
            joined = _joined(row, top[at + 1])
            if joined is not None:
                candidates.append((at, at + 1, joined))
        for first, last, names in candidates:
            score = sum(map(_known, set(names.values())))  # a heading over several columns counts once
            if score >= RECOGNISED and (best is None or score > best[0]):
                best = score, first, last, names
    if best is None:
        for at, row in enumerate(top[:-1]):
            below = sum(cell is not None for cell in top[at + 1])
            given = {column: cell for column, cell in enumerate(row) if cell}
            if _looks_headed(row) and below >= 0.5 * len(given):
                best = 0, at, at, given
                break
    if best is None:
        return None
    return best[1], best[2], _unique(best[3])


def _joined(upper: Sequence[str | None], lower: Sequence[str | None]) -> dict[int, str] | None:
    """Headings in two rows, those of the upper one over several columns of the lower; None where these are not that."""
    under = [cell for cell in lower if cell]
    if len(under) < 2 or not _looks_headed([*under, "x", "y", "z"]) or len(set(under)) < len(under) * 0.5:
        return None
    names: dict[int, str] = {}
    group = None
    for column, (over, own) in enumerate(zip(upper, lower, strict=True)):
        group = over or (group if own else None)
        if own is None or own == over:
            if over:
                names[column] = over
        elif _known(own) or group is None:
            names[column] = own
        else:
            names[column] = f"{group} {own}"
    return names


def _unique(names: Mapping[int, str]) -> dict[int, str]:
    found: dict[int, str] = {}
    taken: set[str] = set()
    for column, name in names.items():
        one, number = " ".join(name.split()), 2
        while plain(one) in taken:
            one, number = f"{' '.join(name.split())} ({number})", number + 1
        taken.add(plain(one))
        found[column] = one
    return found


def _reasons(body: pd.DataFrame) -> dict[int, Text]:
    """Rows below the headings that are no record, by position, and why."""
    given = body.notna().to_numpy()
    count, width = given.sum(axis=1), given.shape[1]
    reasons: dict[int, Text] = {}
    few = np.flatnonzero((count > 0) & (count <= max(1, width // 2)))
    for at in few.tolist():
        row = body.iloc[at]
        first = str(row.iloc[int(given[at].argmax())])
        if _TOTAL.match(first) and len(first) < 20:
            reasons[at] = TOTAL
        elif count[at] == 1 and width > 3 and _NOTE.match(first):
            reasons[at] = NOTE
    if width > 1:
        first_column = body.iloc[:, 0]
        like = np.flatnonzero(first_column.eq(str(body.columns[0])).fillna(value=False).to_numpy(bool))
        for at in like.tolist():
            row = body.iloc[at].dropna()
            if len(row) > 1 and all(str(cell) == str(heading) for heading, cell in row.items()):
                reasons[at] = AGAIN
        full = np.flatnonzero(
            first_column.str.match(_TOTAL.pattern, case=False).fillna(value=False).to_numpy(bool)
        )
        for at in full.tolist():
            if at not in reasons and _TOTAL.fullmatch(str(first_column.iloc[at]).strip(" :：")):
                reasons[at] = TOTAL
    return dict(sorted(reasons.items()))


def stacked(tables: Sequence[Table]) -> list[list[Table]]:
    """Tables with the same headings together, in the order of the first of each."""
    groups: dict[str, list[Table]] = {}
    for table in tables:
        groups.setdefault(table.fingerprint, []).append(table)
    return list(groups.values())


def headings_said(table: Table) -> Text:
    """The first headings of a table, in words."""
    return listed(list(table.headings), 6)
