"""What a register is once it has been read: three sheets of typed columns and the team's settings."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd

from kesu.register.sameness import case_keys

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kesu.register.columns import EntrySheet
    from kesu.register.settings import Settings

COMPLAINT: Final = "complaint"
"""The kind of a row that says nothing else."""


@dataclass(frozen=True, eq=False)
class Part:
    """Rows of sheets that were typed together, from ``begin`` up to ``end`` of the ``whole``; of problems, whose ``row`` counts
    from the first row of all, ``before``: how many stand before those of this sheet. Cut out when somebody asks for them."""

    whole: pd.DataFrame
    begin: int
    end: int
    before: int = 0

    @cached_property
    def rows(self) -> pd.DataFrame:
        """These rows alone, labelled from 0."""
        mine = self.whole.iloc[self.begin : self.end].set_axis(pd.RangeIndex(self.end - self.begin))
        return mine.assign(row=mine["row"] - self.before) if self.before else mine


class _Frame:
    """A field of a sheet that is a frame, or the `Part` out of which it is cut."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, sheet: Sheet | None, owner: type) -> pd.DataFrame:
        if sheet is None:
            raise AttributeError(self.name)  # there is no default
        given = sheet.__dict__[self.name]
        found: pd.DataFrame = given.rows if isinstance(given, Part) else given
        return found

    def __set__(self, sheet: Sheet, given: pd.DataFrame | Part) -> None:
        sheet.__dict__[self.name] = given


@dataclass(frozen=True)
class Sheet:
    """A sheet as kesu understands it.

    ``data``: typed columns by key (text and code columns ``str``/category of code keys, times
    ``datetime64[s]`` local wall clock, numbers float64) plus ``excel_row``; codes columns hold keys joined by
    ``|``. Every declared column is there, empty where the sheet lacks it.
    ``columns``: key → 0-based sheet column of those the sheet has.
    ``problems``: cells that could not be understood: ``row`` (position in ``data``), ``column``, ``problem``
    (text_time, bad_time, bad_number, unsure_number, unknown_code, error_value, uncached), ``value``.
    ``others``: what gives the team's own columns as they were read, and which of their rows are those of ``data``.
    ``heading``: Excel row of the column labels (0: none).
    ``of``: in a stack the register of each row, a position in `Register.names`, ascending; None: there is but one.
    ``withheld``: columns with personal data whose cells were kept back when the register was handed over: of each is known only
    whether something stands there; ``fingerprints`` then tell complaints apart by what the columns say (`kesu.rules.doubles`).
    """

    title: str
    data: _Frame = _Frame()
    columns: dict[str, int]  # type: ignore[misc]  # what a frame is cut out of is no default
    problems: _Frame = _Frame()
    others: tuple[Callable[[], pd.DataFrame], NDArray[np.int64]]  # type: ignore[misc]
    heading: int = 0
    of: NDArray[np.int64] | None = None
    withheld: frozenset[str] = frozenset()
    fingerprints: NDArray[np.int64] | None = None

    def part(self, name: Literal["data", "problems"]) -> Part:
        """What ``data`` or ``problems`` are cut out of: all that was typed together, as long as they are the same."""
        given = self.__dict__[name]
        return given if isinstance(given, Part) else Part(given, 0, len(given))

    @property
    def size(self) -> int:
        """How many rows there are."""
        return self.part("data").end - self.part("data").begin

    @cached_property
    def owner(self) -> NDArray[np.int64]:
        """``of``, a position for each row."""
        return np.zeros(self.size, np.int64) if self.of is None else self.of

    @property
    def extra(self) -> pd.DataFrame:
        """The team's own columns, untouched, a row for each of ``data``."""
        cells, kept = self.others
        found = cells()
        return (
            found.iloc[kept].reset_index(drop=True) if len(found.columns) else found.reindex(range(len(kept)))
        )


def nothing() -> pd.DataFrame:
    """No columns."""
    return pd.DataFrame()


def without(sheet: Sheet, gone: NDArray[np.bool_]) -> Sheet:
    """``sheet`` without the rows ``gone``; itself where there are none."""
    if not gone.any():
        return sheet
    wrong = sheet.problems[~gone[sheet.problems["row"].to_numpy()]]
    return dataclasses.replace(
        sheet,
        data=sheet.data[~gone].set_axis(pd.RangeIndex(int((~gone).sum()))),
        problems=wrong.assign(row=(np.cumsum(~gone) - 1)[wrong["row"].to_numpy()]),
        others=(sheet.others[0], sheet.others[1][~gone]),
        of=None if sheet.of is None else sheet.of[~gone],
        fingerprints=None if sheet.fingerprints is None else sheet.fingerprints[~gone],
    )


@dataclass(frozen=True)
class Register:
    """One complaint register: complaints, their items, the team's improvements and settings.

    Or a stack of several that share language, columns and settings (but for what `kesu.register.stack` leaves to each),
    one below the other: ``stacked``, the name and settings of each.
    """

    name: str
    lang: str
    complaints: Sheet
    items: Sheet
    improvements: Sheet
    settings: Settings
    stacked: tuple[tuple[str, Settings], ...] = ()

    @property
    def sheets(self) -> dict[EntrySheet, Sheet]:
        """The sheets by key of `kesu.register.columns.DECLARED`, in its order."""
        return {"register": self.complaints, "items": self.items, "improvements": self.improvements}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the registers in it."""
        return tuple(name for name, _ in self.stacked) or (self.name,)

    @cached_property
    def own_settings(self) -> dict[str, Settings]:
        """The settings of each register by its name."""
        return dict(self.stacked) or {self.name: self.settings}

    @cached_property
    def numbers(self) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
        """Complaint numbers of both sheets as small integers, -1 where they tell nothing, and how many there are.

        Equal where the register and, as `case_keys` compares, the number are the same.
        """
        sheets = self.complaints, self.items
        ids = pd.concat([sheet.data["complaint_id"] for sheet in sheets], ignore_index=True)
        codes, found = pd.factorize(case_keys(ids))
        size = len(found)
        if self.stacked:
            owner = np.concatenate([sheet.owner for sheet in sheets])
            known = codes >= 0
            codes[known], every = pd.factorize(owner[known] * size + codes[known])
            size = len(every)
        codes = codes.astype(np.int64)
        return codes[: len(self.complaints.data)], codes[len(self.complaints.data) :], size

    @cached_property
    def parent(self) -> NDArray[np.int64]:
        """Position of the complaint of each item (the first with its number in the same register); -1: there is none."""
        own, asked, size = self.numbers
        first = np.full(size + 1, -1, np.int64)
        known = np.flatnonzero(own >= 0)[::-1]
        first[own[known]] = known  # the first of equal ones is written last
        return first[asked]  # no number at all, -1, is the last one: never written

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
