"""A Python value as the XML of one cell."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Final, NamedTuple

from kesu.workbook.patch.refuse import refused
from kesu.xlsx.text import LONGEST_TEXT, escape

if TYPE_CHECKING:
    from collections.abc import Callable

Scalar = str | float | int | bool | dt.date | None

_DAY = dt.timedelta(days=1)


class Linked(NamedTuple):
    """A value with a link to a place in the same workbook (``'Register'!A5``)."""

    value: Scalar
    location: str


class Formula(NamedTuple):
    """A formula without its ``=``, already translated for the cell."""

    text: str


class Keep:
    """The type of `KEEP`."""


KEEP: Final = Keep()
"""Leave the cell as it is."""


class Content(NamedTuple):
    """What stands in a cell: its ``t`` attribute, the elements inside, and the text that XML readers find there."""

    kind: str
    xml: str
    text: str


class Placed(NamedTuple):
    """A value, or what stood in another cell of the sheet, that brings its style along (None: it has none)."""

    value: Scalar | Content
    style: str | None


Value = Scalar | Linked | Formula | Keep | Placed


def serial(value: dt.date, *, date1904: bool) -> float:
    """Days since the workbook's epoch; a plain date is midnight. Raises ValueError before the epoch or with a zone."""
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        raise ValueError("a cell has no time zone")
    moment = value if isinstance(value, dt.datetime) else dt.datetime(value.year, value.month, value.day)
    epoch = dt.datetime(1904, 1, 1) if date1904 else dt.datetime(1899, 12, 30)
    days = (moment - epoch) / _DAY
    # Excel believes in 29 February 1900, so the sixty days before it count from one day later.
    if not date1904 and days < 61:
        days -= 1
    if days < 0:
        raise ValueError("before the calendar of Excel")
    return days


def content(
    value: Scalar | Formula, prefix: str, where: Callable[[], str], *, date1904: bool
) -> Content | None:
    """The content of a cell, or None for a blank one (None, NaN, NaT, empty text).

    ``prefix`` is the sheet's namespace prefix (``"x:"``). Refuses, at ``where()``, what Excel cannot hold.
    """
    if isinstance(value, str):
        return _text(value, prefix, where) if value else None
    value = getattr(value, "item", lambda: value)()  # a numpy scalar knows its Python value
    if value is None or value != value:  # noqa: PLR0124  (NaN and NaT only)
        return None
    if isinstance(value, Formula):
        return Content("", _element(prefix, "f", plain(value.text)), value.text)
    if isinstance(value, bool):
        return Content("b", _element(prefix, "v", str(int(value))), str(int(value)))
    try:
        number = serial(value, date1904=date1904) if isinstance(value, dt.date) else value
        fits = math.isfinite(number)
    except (ValueError, OverflowError):
        fits = False
    if not fits:
        raise refused(where(), f"Excel 单元格放不下 {value!r}。", f"a cell of Excel cannot hold {value!r}.")
    written = repr(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)
    return Content("", _element(prefix, "v", written), written)


def _text(value: str, prefix: str, where: Callable[[], str]) -> Content:
    if 2 * len(value) > LONGEST_TEXT and len(value.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST_TEXT:
        raise refused(
            where(),
            f"文字有 {len(value):,} 个字符，超过 Excel 单元格的 32,767。请缩短。",
            f"the text has {len(value):,} characters, more than the 32,767 of a cell. Shorten it.",
        )
    escaped = escape(value)
    space = ' xml:space="preserve"' if value[0].isspace() or value[-1].isspace() or "\n" in value else ""
    inside = f"<{prefix}t{space}>{plain(escaped)}</{prefix}t>"
    return Content("inlineStr", f"<{prefix}is>{inside}</{prefix}is>", escaped)


def _element(prefix: str, tag: str, inside: str) -> str:
    return f"<{prefix}{tag}>{inside}</{prefix}{tag}>"


def plain(text: str) -> str:
    """``text`` as it stands between two tags."""
    if "&" in text or "<" in text or ">" in text:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text
