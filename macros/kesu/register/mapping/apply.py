"""A table and its mapping become the rows of a register, every row accounted for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from kesu.register.cells import SEPARATORS, parse_figures
from kesu.register.codes import Code, CodeLists
from kesu.register.columns import BY_KEY, REGISTER, Column, labels
from kesu.register.mapping.as_items import as_items
from kesu.register.mapping.durations import clocks, durations
from kesu.register.mapping.model import AS_IT_IS, NEW, OWN
from kesu.register.mapping.own import ORIGINAL, SOURCE, declared, free, only_times
from kesu.register.mapping.propose import Plan
from kesu.register.mapping.table import Passed
from kesu.register.mapping.times import times_of
from kesu.register.mapping.words import new_code
from kesu.words.text import Text

DERIVED: Final = Text("推算的列", "Derived columns")
EMPTY: Final = Text("没有编号、时间和内容", "neither number nor time nor words")
DOUBLE: Final = Text("与第 {row} 行完全相同", "the same as row {row} in every cell")


@dataclass(frozen=True)
class Taken:
    """Rows of a register, from one source or several.

    ``complaints``, ``items``: columns by declared key, and the team's own by heading. ``own``, ``item_own``: those, as
    columns are declared. ``rejected``: rows that became nothing, and what stood around the tables. ``rows``: rows of
    the tables, ``further``: those that became items only. ``unread``: key → cells left as they stood. ``added``: choices
    that the code lists lacked, by list. ``numbered``: the numbers that kesu gave, since the source had none.
    """

    complaints: pd.DataFrame
    items: pd.DataFrame
    own: tuple[Column, ...]
    item_own: tuple[Column, ...]
    rejected: tuple[Passed, ...]
    rows: int
    further: int
    unread: Mapping[str, int] = field(default_factory=dict)
    derived: Mapping[str, int] = field(default_factory=dict)
    added: Mapping[str, tuple[Code, ...]] = field(default_factory=dict)
    numbered: frozenset[str] = frozenset()

    @property
    def balanced(self) -> bool:
        """Whether every row of the source is a complaint, part of one, or rejected."""
        return self.rows == len(self.complaints) + self.further + len(self.rejected)


def apply(plan: Plan, codes: CodeLists, lang: str) -> Taken:
    """The rows that ``plan`` makes of its tables. Nothing may be asked any more."""
    work = _Work(plan, codes, lang)
    return work.done()


class _Work:
    def __init__(self, plan: Plan, codes: CodeLists, lang: str) -> None:
        self.plan, self.codes, self.lang, self.map = plan, codes, lang, plan.mapping
        self.unread: dict[str, int] = {}
        self.derived: dict[str, int] = {}
        self.added: dict[str, dict[str, Code]] = {}
        self.own: dict[str, pd.Series] = {}
        self.frame: dict[str, pd.Series] = {}

    def done(self) -> Taken:
        self._typed()
        self._later()
        self._own_columns()
        frame = pd.DataFrame(
            {column.key: self.frame[column.key] for column in REGISTER if column.key in self.frame}
        )
        frame = frame.assign(**{key: code for key, code in self.map.constants.items() if key not in frame})
        frame["complaint_id"] = self._ids(frame)
        keep, rejected = self._rejected(frame)
        own = pd.DataFrame(self.own)
        columns = tuple(declared(str(heading), own[heading]) for heading in own)
        whole = pd.concat([frame, own], axis=1)
        first, items, item_own = as_items(self.plan, whole, keep, self.lang)
        complaints = whole[keep & first].reset_index(drop=True)
        added = {name: tuple(codes.values()) for name, codes in self.added.items()}
        further = int((keep & ~first).sum())
        return Taken(
            complaints,
            items,
            columns,
            item_own,
            rejected,
            len(whole),
            further,
            self.unread,
            self.derived,
            added,
        )

    # --- columns ---

    def _typed(self) -> None:
        for heading, key in self.map.columns.items():
            if heading not in self.plan.cells or key not in BY_KEY:
                continue
            cells = self.plan.cells[heading]
            match BY_KEY[key].kind:
                case "time":
                    self.frame[key] = self._time(heading, key, cells)
                case "number":
                    numbers, _ = parse_figures(cells)
                    self.frame[key] = self._or_text(key, cells, numbers)
                case "code":
                    self.frame[key] = self._code(heading, key, cells)
                case "codes":
                    self.frame[key] = self._codes(heading, key, cells)
                case _:
                    self.frame[key] = cells

    def _time(self, heading: str, key: str, cells: pd.Series) -> pd.Series:
        read = self.plan.columns[heading].read
        times = times_of(read, self.map.times.get(heading, ""), self.map.zone)
        clock = self.map.heading_of(f"{key}.time")
        if clock is not None and clock in self.plan.cells:
            second = clocks(self.plan.cells[clock])
            whole = times == times.astype("datetime64[D]")
            add = np.where(whole & np.isfinite(second), second, 0)
            times = times + np.nan_to_num(add).astype("int64").astype("timedelta64[s]")
            lost = self.plan.cells[clock].notna().to_numpy() & ~(whole & np.isfinite(second))
            if lost.any():
                self.own[clock] = self.plan.cells[clock]
        return self._or_text(key, cells, pd.Series(times))

    def _or_text(self, key: str, cells: pd.Series, values: pd.Series) -> pd.Series:
        """Values, and the text of a cell that says none: a check will point at it."""
        wrong = cells.notna() & values.isna()
        if not wrong.any():
            return values
        self.unread[key] = self.unread.get(key, 0) + int(wrong.sum())
        return values.astype(object).where(~wrong, cells)

    def _key(self, name: str, word: str, mapped: str) -> str | None:
        """The code key of one value; None: it stays as it stands."""
        if mapped == NEW:
            code = new_code(word)
            taken = {one.key for one in self.codes[name]}
            code = Code(f"{code.key}_2" if code.key in taken else code.key, code.label)
            return self.added.setdefault(name, {}).setdefault(word, code).key
        return None if mapped in {AS_IT_IS, ""} else mapped

    def _code(self, heading: str, key: str, cells: pd.Series) -> pd.Series:
        words, name = self.map.values.get(key, {}), BY_KEY[key].codes
        at, uniques = pd.factorize(cells)
        keys = [self._key(name, word.strip(), words.get(word.strip(), AS_IT_IS)) for word in uniques]
        self._keep_words(heading, {word: code for word, code in zip(uniques, keys, strict=True) if code})
        left = [code is None for code in keys]
        if any(left):
            n = int(np.isin(at, np.flatnonzero(left)).sum())
            self.unread[key] = self.unread.get(key, 0) + n
        shown = [code or word for word, code in zip(uniques, keys, strict=True)]
        return pd.Series(pd.Series([*shown, None], dtype="str").to_numpy()[at], dtype="str")

    def _codes(self, heading: str, key: str, cells: pd.Series) -> pd.Series:
        words, name = self.map.values.get(key, {}), BY_KEY[key].codes
        at, uniques = pd.factorize(cells)
        shown: list[str | None] = []
        for cell in uniques:
            parts = [part.strip() for part in re.split(SEPARATORS, cell) if part.strip()]
            found = [self._key(name, part, words.get(part, AS_IT_IS)) for part in parts]
            shown.append(
                "|".join(dict.fromkeys(code for code in found if code)) if parts and all(found) else cell
            )
        left = [cell == said for cell, said in zip(uniques, shown, strict=True)]
        if sum(left):
            self.unread[key] = int(np.isin(at, np.flatnonzero(left)).sum())
        self._keep_words(heading, {cell: said or cell for cell, said in zip(uniques, shown, strict=True)})
        return pd.Series(pd.Series([*shown, None], dtype="str").to_numpy()[at], dtype="str")

    def _keep_words(self, heading: str, said: Mapping[str, str]) -> None:
        """Where two words of the source became one choice, the words themselves travel along."""
        if len(set(said.values())) < len(said):
            self.own[ORIGINAL.of(self.lang).format(heading=heading)] = self.plan.cells[heading]

    def _later(self) -> None:
        """Times that follow from a duration since receipt."""
        for heading, target in self.map.columns.items():
            key, _, part = target.partition(".")
            if part != "after" or heading not in self.plan.cells:
                continue
            self.own[heading] = self.plan.cells[heading]
            if key in self.frame or "received_at" not in self.frame:
                continue
            spent = durations(self.plan.cells[heading], self.map.units.get(heading, 0.0))
            received = only_times(self.frame["received_at"]).to_numpy("datetime64[s]")
            known = np.isfinite(spent) & ~np.isnat(received)
            later = received + np.nan_to_num(np.round(spent)).astype("int64").astype("timedelta64[s]")
            self.frame[key] = pd.Series(np.where(known, later, np.datetime64("NaT", "s")))
            self.derived[key] = int(known.sum())
            label = BY_KEY[key].label.of(self.lang)
            self.own[DERIVED.of(self.lang)] = pd.Series(
                np.where(known, np.array(label, object), np.array(None, object)), dtype="str"
            )

    def _own_columns(self) -> None:
        known = labels(REGISTER)
        for heading, target in self.map.columns.items():
            if target == OWN and heading in self.plan.cells:
                self.own[heading] = self.plan.cells[heading]
        self.own = {free(heading, known, self.lang): cells for heading, cells in self.own.items()}
        tables = self.plan.tables
        names = np.array([f"{one.file} ▸ {one.sheet}!" for one in tables], dtype=object)
        said = names[self.plan.table.to_numpy()] + self.plan.row.astype("str").to_numpy(object)
        self.own[SOURCE.of(self.lang)] = pd.Series(said, dtype="str")

    def _ids(self, frame: pd.DataFrame) -> pd.Series:
        """Numbers of the source, those of sheets that each count from one with the sheet before them; none become new ones."""
        ids = (
            frame["complaint_id"] if "complaint_id" in frame else pd.Series([None] * len(frame), dtype="str")
        )
        if self.map.numbers == "sheet":
            titles = pd.Series([one.sheet for one in self.plan.tables], dtype="str")
            ids = titles.iloc[self.plan.table.to_numpy()].reset_index(drop=True) + "-" + ids
        return ids

    # --- rows ---

    def _rejected(self, frame: pd.DataFrame) -> tuple[np.ndarray, tuple[Passed, ...]]:
        cells, tables = self.plan.cells, self.plan.tables
        bare = [
            key
            for key in ("complaint_id", "received_at", "verbatim", "customer_name", "details")
            if key in frame
        ]
        empty = ~frame[bare].notna().to_numpy().any(axis=1) if bare else np.zeros(len(frame), bool)
        numbered = (
            frame["complaint_id"].notna().to_numpy() if len(cells.columns) > 2 else np.zeros(len(cells), bool)
        )
        again = frame["complaint_id"].duplicated(keep=False).to_numpy() & ~empty & numbered
        double = np.zeros(len(cells), bool)
        if again.any():
            double[again] = cells[again].duplicated().to_numpy()
        first: dict[int, int] = {}
        if double.any():
            group = cells.groupby(list(cells.columns), dropna=False, sort=False).ngroup().to_numpy()
            _, where = np.unique(group, return_index=True)
            first = {int(at): int(where[group[at]]) for at in np.flatnonzero(double)}
        found = []
        for at in np.flatnonzero(empty | double).tolist():
            table = tables[int(self.plan.table.iloc[at])]
            reason = DOUBLE.fill(row=int(self.plan.row.iloc[first[at]])) if at in first else EMPTY
            said = " | ".join(cells.iloc[at].dropna().astype("str"))
            found.append(Passed(table.file, table.sheet, int(self.plan.row.iloc[at]), reason, said))
        return ~(empty | double), tuple(found)
