"""How cells of the report's workbook look."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from kesu.reports.chapters.blocks import Cell, Figure, Verdict
from kesu.reports.chapters.figures import excel_format

GOOD: Final = "#00704F"
BAD: Final = "#B34700"
_UNDER: Final = {"bottom": 1, "bottom_color": "#DDE3E8"}


class Styles:
    """Cell formats of one workbook, made once per look."""

    def __init__(self, book: Any, lang: str) -> None:
        self._book, self._lang = book, lang
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.font = "Microsoft YaHei" if lang == "zh" else "Arial"

    def get(self, **look: Any) -> Any:
        """The format for ``look`` (XlsxWriter's property names)."""
        key = tuple(sorted(look.items()))
        if key not in self._made:
            base = {"font_name": self.font, "font_size": 10, "valign": "top"}
            self._made[key] = self._book.add_format(base | look)
        return self._made[key]

    def header(self, kind: str) -> Any:
        """A column's label."""
        side = (
            {"align": "right"}
            if kind == "figure"
            else {"align": "left", "indent": int(kind in {"verdict", "long"})}
        )
        return self.get(bold=True, bg_color="#E8EEF2", text_wrap=True, bottom=1, valign="vcenter", **side)

    def cell(self, cell: Cell, kind: str, **more: Any) -> Any:
        """The format for what ``cell`` holds, in a column of ``kind``."""
        look: dict[str, Any] = dict(_UNDER)
        match cell:
            case Figure(tone=tone):
                look |= {"align": "right", "num_format": excel_format(cell, self._lang)}
                look |= {"font_color": GOOD if tone == "good" else BAD} if tone else {}
            case Verdict(met=met):
                look |= {"align": "right"} if kind == "figure" else {"align": "left", "indent": 1}
                look |= {} if met is None else {"font_color": GOOD if met else BAD, "bold": True}
            case dt.datetime():
                look |= {"num_format": "yyyy-mm-dd hh:mm", "align": "left"}
            case _:
                side = "right" if kind == "figure" else "left"
                look |= {"text_wrap": True, "num_format": "@", "align": side, "indent": int(kind == "long")}
        return self.get(**(look | more))
