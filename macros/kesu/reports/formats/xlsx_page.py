"""Paper: one page wide, pages broken between blocks so that no chart is cut."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from kesu.reports.chapters.blocks import Document
from kesu.words.text import Text
from kesu.xlsx.text import header_words

ROW_POINTS: Final = 15.0
"""Height of a row that nothing was said about."""
_WIDTH, _HEIGHT = 842.0 - 2 * 36, 595.0 - 2 * 54
"""What margins leave of A4 across, in points."""
_SAFETY: Final = 0.97
_PAGE: Final = Text("第 &P 页，共 &N 页", "Page &P of &N")


@dataclass
class Paper:
    """What is known about a sheet before it is printed: column widths, row heights, (first, end) row of blocks."""

    widths: list[float]
    heights: dict[int, float] = field(default_factory=dict)
    blocks: list[tuple[int, int]] = field(default_factory=list)

    @property
    def scale(self) -> float:
        """At which the columns fit on one page; columns are 7 pixels a digit and 5 between them."""
        points = sum((width * 7 + 5) * 0.75 for width in self.widths)
        return min(_WIDTH / points, 1.0)

    def breaks(self) -> list[int]:
        """Rows that begin a page. A block longer than a page is left to flow."""
        page = _HEIGHT / self.scale * _SAFETY - self._tall(0, 2)
        found, used, last = [], 0.0, 2
        for begin, end in self.blocks:
            gap, tall = self._tall(last, begin), self._tall(begin, end)
            if used + gap + tall > page and used and tall <= page:
                found.append(begin)
                used = tall
            else:
                used = (used + gap + tall) % page
            last = end
        return found

    def _tall(self, begin: int, end: int) -> float:
        return sum(self.heights.get(row, ROW_POINTS) for row in range(begin, end))


def set_up(sheet: Any, paper: Paper, document: Document, last_row: int) -> None:
    """A4 across, one page wide, title rows on each page, header and footer with page numbers."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.75)
    sheet.repeat_rows(0, 1)
    sheet.set_header(f"&L&9{header_words(document.title)}&R&9{header_words(document.footer)}")
    sheet.set_footer(f"&L&9{header_words(document.subtitle)}&R&9{_PAGE.of(document.lang)}")
    sheet.print_area(0, 0, max(last_row, 1), len(paper.widths) - 1)
    sheet.fit_to_pages(1, 0)
    sheet.set_h_pagebreaks(paper.breaks())
