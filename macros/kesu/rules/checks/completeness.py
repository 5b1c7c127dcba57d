"""Completeness: what the form insists on and what a step of the handling must leave behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from kesu.register.columns import DECLARED, REGISTER
from kesu.rules.checks.registry import Cells, Example, SheetKey, check, row
from kesu.rules.tally import tally
from kesu.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kesu.rules.checks.view import Bools, View
    from kesu.rules.instants import Ints

Wanted = tuple[tuple[SheetKey, str], ...]

_BEGUN: Final[Wanted] = (
    *(
        (key, column.key)
        for key, columns in DECLARED.items()
        for column in columns
        if column.required == "begun"
    ),
)
_NOT_PRAISE: Final[Wanted] = tuple(
    ("register", column.key) for column in REGISTER if column.required == "not_praise"
)
_FORM: Final[Wanted] = tuple(
    ("register", column.key) for column in REGISTER if column.required == "complaint"
)
_BEGUN_KEYS: Final = tuple(dict.fromkeys(key for _, key in (*_BEGUN, *_NOT_PRAISE)))
_FORM_KEYS: Final = tuple(key for _, key in _FORM)


def _missing(view: View, wanted: Wanted) -> list[Cells]:
    """One finding for each column that a sheet lacks; a sheet that does not exist lacks nothing."""
    return [
        _once(view, sheet, key)
        for sheet, key in wanted
        if (columns := view.rows(sheet).sheet.columns) and key not in columns
    ]


def _once(view: View, sheet: SheetKey, key: str) -> Cells:
    """A finding for each register, about the whole column."""
    size = len(view.register.names)
    return Cells(sheet, np.zeros(0, "int64"), key, [""] * size, excel_rows=[1] * size, of=range(size))


UNUSED: Final = 10
"""So many rows without a single entry say that the column is not used; that is said once, not row by row."""


def _blank_rows(
    view: View, wanted: Wanted, where: Bools | None
) -> Iterator[tuple[SheetKey, str, Ints, bool]]:
    """For columns that the sheet has: the rows in which they are empty, those of registers that do not use it apart."""
    size = len(view.register.names)
    for sheet, key in wanted:
        rows = view.rows(sheet)
        if key in rows.sheet.columns and not rows.given(key).all():
            every, of = rows.blank(key), rows.sheet.owner
            blank = every if where is None else every & where
            unused = (tally(of[blank], size) >= UNUSED) & (tally(of[~every], size) == 0)
            yield sheet, key, np.flatnonzero(blank & ~unused[of]), False
            if unused.any():
                yield sheet, key, np.flatnonzero(blank & unused[of]), True


def _empty(view: View, wanted: Wanted, where: Bools | None = None) -> list[Cells]:
    """Empty cells in columns that the sheet has and uses."""
    return [
        Cells(sheet, at, key, [""] * len(at))
        for sheet, key, at, unused in _blank_rows(view, wanted, where)
        if not unused
    ]


def _unused(view: View, wanted: Wanted, where: Bools | None = None) -> list[Cells]:
    """The first empty cell of each column that the sheet has but does not use."""
    return [
        Cells(sheet, first, key, [""] * len(first))
        for sheet, key, at, unused in _blank_rows(view, wanted, where)
        if unused
        for first in [np.array([part[0] for _, part in view.rows(sheet).split(at)])]
    ]


@check(
    "column_missing", "error", "completeness", _BEGUN_KEYS,
    Text("缺少必需的列", "A required column is missing"),
    Text("表中没有“{label}”一列。请加上这一列，列标题写“{label}”。",
         "The sheet has no column “{label}”. Add one with exactly this heading."),
    breaks=row(channel=None), keeps=row(),
)  # fmt: skip
def column_missing(view: View) -> list[Cells]:
    return _missing(view, (*_BEGUN, *_NOT_PRAISE))


@check(
    "form_column_missing", "warning", "completeness", _FORM_KEYS,
    Text("缺少投诉表要求的列", "A column of the complaint form is missing"),
    Text("表中没有“{label}”一列，投诉表要求登记时填写。请加上这一列，列标题写“{label}”。",
         "The sheet has no column “{label}”, which the complaint form asks for at logging. Add one with this heading."),
    breaks=row(expectation=None), keeps=row(),
)  # fmt: skip
def form_column_missing(view: View) -> list[Cells]:
    return _missing(view, _FORM)


@check(
    "required_column_unused", "error", "completeness", _BEGUN_KEYS,
    Text("必需的列全部为空", "A required column is empty in every row"),
    Text("“{label}”一列全部为空，每一行都应填写。请从这一格起补上。",
         "“{label}” is empty in every row, and every row needs it. Fill it in, beginning here."),
    breaks=Example(({"customer_name": ""},) * UNUSED), keeps=row(),
)  # fmt: skip
def required_column_unused(view: View) -> list[Cells]:
    return _unused(view, _BEGUN) + _unused(view, _NOT_PRAISE, ~view.complaints.says("kind", "praise"))


@check(
    "form_column_unused", "warning", "completeness", _FORM_KEYS,
    Text("投诉表的一列全部为空", "A column of the complaint form is empty in every row"),
    Text("“{label}”一列全部为空，投诉表要求登记时填写。请从这一格起补上；确实没有的填“无”。",
         "“{label}” is empty in every row; the complaint form asks for it at logging. Fill it in, with “none” where there is none."),
    breaks=Example(({"first_responsible": ""},) * UNUSED), keeps=row(),
)  # fmt: skip
def form_column_unused(view: View) -> list[Cells]:
    return _unused(view, _FORM, view.complaint)


@check(
    "required_empty", "error", "completeness", _BEGUN_KEYS,
    Text("必填项为空", "A required cell is empty"),
    Text("“{label}”没有填写。这一行既已开始登记，请补上。",
         "“{label}” is empty. The row has been begun, so fill it in."),
    breaks=row(customer_name=""), keeps=row(),
    also={"kind": Text("在此之前按投诉计。", " Until then it counts as a complaint.")},
)  # fmt: skip
def required_empty(view: View) -> list[Cells]:
    return _empty(view, _BEGUN) + _empty(view, _NOT_PRAISE, ~view.complaints.says("kind", "praise"))


@check(
    "form_incomplete", "warning", "completeness", _FORM_KEYS,
    Text("投诉表不完整", "The complaint form is incomplete"),
    Text("“{label}”没有填写，投诉表要求登记时填写。请补上；确实没有的填“无”。",
         "“{label}” is empty; the complaint form asks for it at logging. Fill it in, with “none” where there is none."),
    breaks=row(first_responsible=""), keeps=row(kind="praise", first_responsible=""),
)  # fmt: skip
def form_incomplete(view: View) -> list[Cells]:
    return _empty(view, _FORM, view.complaint)
