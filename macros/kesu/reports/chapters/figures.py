"""Figures as people read them, the same in every format."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Final

from kesu.register.kpis import MET, NOTHING
from kesu.reports.chapters.blocks import Cell, Figure, Verdict
from kesu.words.text import Text
from kesu.words.typeset import units

DAYS_FROM_HOURS: Final = 120.0
"""Durations from here on are shown in days."""

UNCHANGED: Final = "± 0"
_HOURS: Final = Text("小时", "h")
_DAYS: Final = Text("天", "d")
_POINTS: Final = Text("个百分点", "pp")


def show(cell: Cell, lang: str) -> str:
    """The words for a cell in ``lang``."""
    match cell:
        case None | "":
            return NOTHING
        case str():
            return cell
        case dt.datetime():
            return f"{cell:%Y-%m-%d %H:%M}"
        case Verdict(met=met, word=word):
            return word or (NOTHING if met is None else MET[met].of(lang))
        case Figure():
            return _figure(cell, lang)


def _figure(figure: Figure, lang: str) -> str:
    value = figure.value
    if value is None or not math.isfinite(value):
        return NOTHING
    return _WORDS.get(figure.unit, _plain)(value, lang)


def _plain(value: float, _lang: str) -> str:
    return f"{value:,.2f}"


def _hours(value: float, lang: str) -> str:
    if abs(value) >= DAYS_FROM_HOURS:
        return f"{value / 24:,.1f} {_DAYS.of(lang)}"
    return f"{value:,.1f} {_HOURS.of(lang)}"


def _signed(value: float, size: str) -> str:
    if not any(ch in "123456789" for ch in size):
        return UNCHANGED
    return f"▲ +{size}" if value > 0 else f"▼ −{size}"


_WORDS: Final[dict[str, Callable[[float, str], str]]] = {
    "count": lambda value, _: f"{value:,.0f}",
    "share": lambda value, _: f"{value:.1%}",
    "hours": _hours,
    "per_million": lambda value, _: f"{value:,.1f}",
    "points": lambda value, lang: _signed(value, f"{abs(value):.1f} {_POINTS.of(lang)}"),
    "change": lambda value, _: _signed(value, f"{abs(value):.1%}"),
}

_EXCEL: Final = {
    "count": "#,##0",
    "share": "0.0%",
    "hours": '#,##0.0" {h}"',
    "per_million": "#,##0.0",
    "points": '"▲ +"0.0" {pp}";"▼ −"0.0" {pp}";"± 0"',
    "change": '"▲ +"0.0%;"▼ −"0.0%;"± 0"',
}


def excel_format(figure: Figure, lang: str) -> str:
    """The number format of a spreadsheet cell that holds ``figure``, so that it reads as `show` says it."""
    if _figure(figure, lang) == UNCHANGED:  # rounded, it is no change
        return f'"{UNCHANGED}"'
    return _EXCEL.get(figure.unit, "#,##0.00").format(h=_HOURS.of(lang), pp=_POINTS.of(lang))


def clipped(text: str, limit: float) -> str:
    """``text`` cut to ``limit`` Latin letters' width, with an ellipsis where something is left out."""
    if units(text) <= limit:
        return text
    room, kept = limit - 1, []
    for ch in text:
        room -= units(ch)
        if room < 0:
            break
        kept.append(ch)
    return "".join(kept).rstrip() + "…"
