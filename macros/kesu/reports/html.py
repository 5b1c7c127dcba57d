"""The report as one self-contained page: no script, no request, prints on A4."""

from __future__ import annotations

from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from kesu.register.text import Text
from kesu.reports.blocks import Cell, Document, Figure, Table, Verdict
from kesu.reports.charts_svg import Picture, picture
from kesu.reports.figures import show

_TABLE: Final = Text("数据表", "The figures as a table")
_HTML_LANG: Final = {"zh": "zh-Hans", "en": "en"}


def render(document: Document) -> bytes:
    """The page in UTF-8. Everything that is not the template's own is escaped."""
    lang = document.lang
    environment = Environment(
        loader=PackageLoader("kesu.reports", ""), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )

    def shown(cell: Cell) -> str:
        return show(cell, lang)

    def drawn(table: Table) -> Picture:
        return picture(table, lang)

    page = environment.get_template("report.html").render(
        doc=document,
        html_lang=_HTML_LANG[lang],
        words={"table": _TABLE.of(lang)},
        show=shown,
        picture=drawn,
        tone=_tone,
        kind_of=lambda block: type(block).__name__,
    )
    return page.encode()


def _tone(cell: Cell) -> str:
    match cell:
        case Verdict(met=True) | Figure(tone="good"):
            return " met"
        case Verdict(met=False) | Figure(tone="bad"):
            return " missed"
        case _:
            return ""
