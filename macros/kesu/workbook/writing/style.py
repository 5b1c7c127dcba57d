"""The look of the workbooks: palette, cell formats, print set-up, and the limits of Excel that a builder must keep."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from kesu.register.columns import SHEETS
from kesu.words.palette import BLUE, GREEN, ORANGE, PURPLE, SKY, YELLOW
from kesu.words.text import Text
from kesu.xlsx.text import header_words

if TYPE_CHECKING:
    from kesu.register.settings import Settings
    from kesu.xlsx.create import NewWorkbook

INK: Final = "#1A1A1A"
GREY: Final = "#595959"
PALE: Final = "#F2F2F2"
LINE: Final = "#BFBFBF"

SECTION_COLOURS: Final[dict[str, str]] = {
    "record": GREY,
    "customer": BLUE,
    "time_channel": SKY,
    "description": ORANGE,
    "involved": PURPLE,
    "first_response": YELLOW,
    "analysis": "#7FC8B4",
    "resolution": GREEN,
    "follow_up": "#B07AA1",
    "item": BLUE,
    "improvement": GREEN,
    "own": SKY,
    "now": "#404040",
    "live": "#404040",
    "workings": "#8C8C8C",
}

FONT: Final = Text("微软雅黑", "Calibri")
TIME_FORMAT: Final = "yyyy-mm-dd hh:mm"
DAY_FORMAT: Final = "yyyy-mm-dd"
DATE_FORMAT: Final = "yyyy-mm-dd"

LIMITS: Final = {"list formula": 255, "prompt": 255, "title": 32, "sheet name": 31, "error message": 225}
"""Longest texts that Excel accepts, in UTF-16 units."""


class ExcelLimitError(ValueError):
    """A text is longer than Excel allows; Excel would call the file damaged."""


def within(kind: str, text: str) -> str:
    """``text`` itself. Raises `ExcelLimitError` if it is longer than Excel's limit for ``kind``."""
    if len(text.encode("utf-16-le")) // 2 > LIMITS[kind]:
        raise ExcelLimitError(f"{kind} longer than {LIMITS[kind]} characters: {text}")
    return text


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def tint(colour: str, share: float) -> str:
    """``colour`` mixed with white; share 0 is the colour, 1 is white."""
    return "#" + "".join(f"{round(c + (255 - c) * share):02X}" for c in _channels(colour))


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.1, relative luminance)."""

    def luminance(colour: str) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in
                  (channel / 255 for channel in _channels(colour))]  # fmt: skip
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on ``colour``."""
    return max((INK, "#FFFFFF"), key=lambda ink: contrast(ink, colour))


@dataclass
class Book:
    """A workbook being built: the file, its language, the team's settings, the formats made so far."""

    workbook: NewWorkbook
    lang: str
    settings: Settings
    _formats: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)

    def of(self, zh: str, en: str) -> str:
        """The words in the workbook's language."""
        return Text(zh, en).of(self.lang)

    def format(self, **properties: Any) -> Any:
        """The cell format with these properties over the workbook's own font; made once each."""
        full = {"font_name": FONT.of(self.lang), "font_size": 10, "valign": "vcenter", **properties}
        key = tuple(sorted(full.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format(full)
        return self._formats[key]

    def title(self) -> Any:
        """Format of the sheet's title."""
        return self.format(font_size=16, bold=True, font_color=INK)

    def note(self, **properties: Any) -> Any:
        """Format of explanations."""
        return self.format(font_color=GREY, **properties)

    def band(self, colour: str, **properties: Any) -> Any:
        """Format of a filled band or header in ``colour``, with ink that reads on it."""
        return self.format(bold=True, bg_color=colour, font_color=ink_on(colour), **properties)

    def header(self, colour: str) -> Any:
        """Format of a column label: a light tint of its section's colour."""
        return self.band(
            tint(colour, 0.72),
            text_wrap=True, border=1, border_color=LINE, bottom=2, bottom_color=colour, align="left",
        )  # fmt: skip

    def sheet(self, key: str, colour: str, worksheet_class: Any = None) -> Any:
        """A new worksheet called as `SHEETS` says, set up for printing."""
        name = within("sheet name", SHEETS[key].of(self.lang))
        sheet = self.workbook.add_worksheet(name, worksheet_class)
        sheet.set_tab_color(colour)
        set_print(sheet, self, name)
        return sheet


def set_print(
    sheet: Any, book: Book, title: str, *, landscape: bool = True, left_out: Text | None = None
) -> None:
    """A4, one page wide; title and organisation above; date, what is ``left_out`` on paper, page and how many below."""
    (sheet.set_landscape if landscape else sheet.set_portrait)()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    organisation = header_words(book.settings.organisation)
    sheet.set_header(f'&L&"{FONT.of(book.lang)}"&10{header_words(title)}&R{organisation}')
    page = book.of("第 &P 页，共 &N 页", "Page &P of &N")
    centre = f'&C&"{FONT.of(book.lang)}"&8{header_words(left_out.of(book.lang))}' if left_out else ""
    sheet.set_footer(f"&L&D{centre}&R{page}")
