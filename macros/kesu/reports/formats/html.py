"""The report as one self-contained page: no script, no request; for desk and telephone, light and dark, and for paper."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from kesu.reports.chapters.blocks import Block, Cell, Chapter, Document, Figure, Table, Verdict
from kesu.reports.chapters.figures import show
from kesu.reports.formats.svg import FILLS, NARROW, Picture, picture
from kesu.words.text import Text

LONGEST_WORD: Final = {"id": 32}
"""Letters of a word that a column of a kind need not break, of other kinds `USUAL_WORD`."""
USUAL_WORD: Final = 18
_TABLE: Final = Text("数据表", "The figures as a table")
_CONTENTS: Final = Text("目录", "Contents")
_HTML_LANG: Final = {"zh": "zh-Hans", "en": "en"}


def render(document: Document) -> bytes:
    """The page in UTF-8. Everything that is not the template's own is escaped."""
    lang = document.lang
    environment = Environment(
        loader=PackageLoader("kesu.reports.formats", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )

    def shown(cell: Cell) -> str:
        return show(cell, lang)

    def drawn(table: Table) -> Picture:
        return picture(table, lang)

    def narrow(table: Table) -> Picture:
        return picture(table, lang, NARROW)

    page = environment.get_template("report.html").render(
        doc=document,
        html_lang=_HTML_LANG[lang],
        words={"table": _TABLE.of(lang), "contents": _CONTENTS.of(lang)},
        fills=FILLS,
        show=shown,
        picture=drawn,
        narrow=narrow,
        lengthy=_lengthy,
        stacks=_stacks,
        tone=_tone,
        unbroken=_unbroken,
        bar=_bar,
        groups=_groups,
        kind_of=lambda block: type(block).__name__,
    )
    return page.encode()


def _groups(chapter: Chapter) -> list[tuple[bool, list[Block]]]:
    """The blocks with small tables in a row gathered, to stand side by side: (whether small, blocks)."""
    return [(small, list(blocks)) for small, blocks in groupby(chapter.blocks, _is_small)]


def _is_small(block: Block) -> bool:
    return isinstance(block, Table) and _barred(block) > 0 and not _stacks(block)


def _lengthy(table: Table) -> bool:
    return any(column.kind == "long" for column in table.columns)


def _stacks(table: Table) -> bool:
    """Whether a telephone shows the cells of a row below each other, since they do not fit beside each other."""
    return len(table.columns) > 5 or _lengthy(table) or sum(c.kind != "figure" for c in table.columns) > 3


def _barred(table: Table) -> int:
    """The column whose cells carry bars, 0 for none."""
    return table.chart.series[0] if table.chart and table.chart.kind == "bars" else 0


def _bar(table: Table, cell: Cell, at: int) -> float | None:
    """Length of the bar before ``cell`` in column ``at``, in % of the longest; None where there is no bar."""
    if at == 0 or at != _barred(table):
        return None
    longest = max(_value(row[at]) for row in table.rows)
    return round(100 * _value(cell) / longest, 1) if longest else 0.0


def _value(cell: Cell) -> float:
    return cell.value or 0.0 if isinstance(cell, Figure) else 0.0


def _unbroken(words: str, kind: str) -> str:
    """The class of a cell with a word so long that it must break anywhere, lest the table outgrow the page."""
    longest = max(map(len, words.split()), default=0)
    return " unbroken" if longest > LONGEST_WORD.get(kind, USUAL_WORD) else ""


def _tone(cell: Cell) -> str:
    match cell:
        case Verdict(met=True) | Figure(tone="good"):
            return " met"
        case Verdict(met=False) | Figure(tone="bad"):
            return " missed"
        case _:
            return ""
