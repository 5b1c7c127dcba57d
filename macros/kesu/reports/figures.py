"""Figures as people read them, the same in every format."""

from __future__ import annotations

import datetime as dt
import math
from typing import Final

from kesu.register.text import Text
from kesu.reports.blocks import Cell, Figure, Verdict

NOTHING: Final = "–"
MET: Final = Text("✓ 达标", "✓ met")
MISSED: Final = Text("✗ 未达标", "✗ missed")
DAYS_FROM_HOURS: Final = 120.0
"""Durations from here on are shown in days."""

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
            return word or (NOTHING if met is None else (MET if met else MISSED).of(lang))
        case Figure():
            return _figure(cell, lang)


def _figure(figure: Figure, lang: str) -> str:
    value = figure.value
    if value is None or not math.isfinite(value):
        return NOTHING
    match figure.unit:
        case "count":
            return f"{value:,.0f}"
        case "share":
            return f"{value:.1%}"
        case "hours" if abs(value) >= DAYS_FROM_HOURS:
            return f"{value / 24:,.1f} {_DAYS.of(lang)}"
        case "hours":
            return f"{value:,.1f} {_HOURS.of(lang)}"
        case "points":
            return _signed(value, f"{abs(value):.1f} {_POINTS.of(lang)}")
        case "change":
            return _signed(value, f"{abs(value):.1%}")
        case "per_million":
            return f"{value:,.1f}"
        case _:
            return f"{value:,.2f}"


def _signed(value: float, size: str) -> str:
    digits = size.split(" ", maxsplit=1)[0].rstrip("%")
    if float(digits.replace(",", "")) == 0:
        return "± 0"
    return f"▲ +{size}" if value > 0 else f"▼ −{size}"


def excel_format(unit: str, lang: str) -> str:
    """The number format of a spreadsheet cell that holds a figure of ``unit``."""
    match unit:
        case "count":
            return "#,##0"
        case "share":
            return "0.0%"
        case "hours":
            return f'#,##0.0" {_HOURS.of(lang)}"'
        case "points":
            points = _POINTS.of(lang)
            return f'"▲ +"0.0" {points}";"▼ −"0.0" {points}";"± 0"'
        case "change":
            return '"▲ +"0.0%;"▼ −"0.0%;"± 0"'
        case "per_million":
            return "#,##0.0"
        case _:
            return "#,##0.00"


def units(text: str) -> float:
    """Width of ``text`` in Latin letters: a Chinese character is as wide as two of them."""
    return sum(2.0 if ord(ch) > 0x2E7F else 1.0 for ch in text)


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
