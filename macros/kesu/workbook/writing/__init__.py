"""Building the workbooks: the register, in Chinese or English, from the column declarations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import IO, Final

import pandas as pd

from kesu.register.columns import Column, EntrySheet
from kesu.register.settings import Settings, new_settings
from kesu.rules.deadlines import calendar_between
from kesu.words.text import LANGS, Text
from kesu.workbook.writing.calendar import write_calendar
from kesu.workbook.writing.dashboard import write_kpis
from kesu.workbook.writing.form import build_form
from kesu.workbook.writing.guide import write_guide
from kesu.workbook.writing.improvements import write_improvements
from kesu.workbook.writing.items import write_items
from kesu.workbook.writing.links import write_links
from kesu.workbook.writing.made import Made
from kesu.workbook.writing.outputs import write_findings, write_followups
from kesu.workbook.writing.register import write_register
from kesu.workbook.writing.settings import write_settings
from kesu.workbook.writing.style import Book
from kesu.workbook.writing.table import LIVE_ITEMS, LIVE_ROWS
from kesu.workbook.writing.today import write_today
from kesu.xlsx.create import new_workbook

__all__ = ["OwnColumns", "build_form", "build_register", "build_templates", "is_live"]

OwnColumns = Mapping[EntrySheet, Sequence[Column]]
"""The team's own columns by sheet, see `kesu.register.columns.DECLARED`."""

EARLIEST_YEAR: Final = 2000

TEMPLATE_DAY: Final = dt.date(2026, 11, 22)
"""The day as of which the shipped templates are built."""


def build_register(
    path: Path | IO[bytes],
    lang: str,
    settings: Settings | None = None,
    *,
    complaints: pd.DataFrame | None = None,
    items: pd.DataFrame | None = None,
    improvements: pd.DataFrame | None = None,
    today: dt.date | None = None,
    as_of: dt.datetime | None = None,
    own: OwnColumns | None = None,
    columns: str | None = None,
    more: Callable[[Book], None] | None = None,
) -> None:
    """Writes a register workbook in ``lang`` ("zh", "en") to ``path``; an existing file is replaced.

    ``complaints``, ``items``, ``improvements``: rows to begin with, columns named by declared keys; a code key is written as its
    label (several joined by ``|``), anything else as it is, faulty values too; missing values are empty cells.
    ``today`` decides which years the calendar covers (the year before to the year after, and back to the first
    complaint) and stands in the document properties: same arguments, same file. None: that of ``as_of``, else the
    current day. ``as_of`` (wall clock; None: the beginning of ``today``): when formulas show the results that are stored.
    ``columns``: how many columns of Register begin in view (`LAYOUTS`); None: all where there are complaints, else the
    standard. ``own``: columns of the team, of which the frames hold values under their keys. ``more`` adds further sheets.
    Raises OSError where the file cannot be written.
    """
    day = today or (as_of.date() if as_of else dt.date.today())
    book = _new_book(lang, settings or new_settings(), day)
    write_guide(book)
    live = is_live(complaints, items)
    of = own or {}
    layout = columns or ("full" if _count(complaints) else "standard")
    write_register(book, complaints, live=live, own=of.get("register", ()), layout=layout)
    write_items(book, items, live=live, own=of.get("items", ()))
    write_improvements(book, improvements, own=of.get("improvements", ()))
    if live:
        write_today(book)
    write_followups(book)
    write_kpis(book, live=live)
    write_findings(book)
    write_settings(book, live=live)
    first_year = min(day.year - 1, _first_year(complaints) or day.year)
    write_calendar(
        book, calendar_between(book.settings, dt.date(first_year, 1, 1), dt.date(day.year + 1, 12, 31))
    )
    if live:
        write_links(book, _count(complaints))
    if more is not None:
        more(book)
    book.workbook.get_worksheet_by_name(book.workbook.worksheets()[1].get_name()).activate()
    Made(book.workbook.parts()).write(path, as_of or dt.datetime.combine(day, dt.time.min))


def _new_book(lang: str, settings: Settings, day: dt.date) -> Book:
    workbook = new_workbook(
        BytesIO(),
        day,
        title=Text("客户投诉登记表", "Customer complaint register").of(lang),
        subject=Text("客户投诉处理", "Customer complaints handling").of(lang),
        company=settings.organisation,
    )
    return Book(workbook, lang, settings)


def is_live(complaints: pd.DataFrame | None, items: pd.DataFrame | None) -> bool:
    """Whether a register of so many rows has live formulas."""
    return _count(complaints) <= LIVE_ROWS and _count(items) <= LIVE_ITEMS


def build_templates(folder: Path) -> None:
    """Builds the workbooks that are shipped: register.xlsx and form.xlsx in ``folder``/zh and ``folder``/en."""
    for lang in LANGS:
        (folder / lang).mkdir(parents=True, exist_ok=True)
        build_register(folder / lang / "register.xlsx", lang, today=TEMPLATE_DAY)
        build_form(folder / lang / "form.xlsx", lang, today=TEMPLATE_DAY)


def _count(frame: pd.DataFrame | None) -> int:
    return 0 if frame is None else len(frame)


def _first_year(complaints: pd.DataFrame | None) -> int | None:
    if complaints is None or "received_at" not in complaints:
        return None
    received = complaints["received_at"]
    times = [value.year for value in received if isinstance(value, dt.datetime) and not pd.isna(value)]
    return max(min(times), EARLIEST_YEAR) if times else None
