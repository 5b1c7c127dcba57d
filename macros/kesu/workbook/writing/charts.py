"""The charts of the KPIs sheet: volume with control limits, categories, in-time rates, ages.

A chart has no ground of its own: where there is nothing to draw, the cells beneath it say so.
"""

from __future__ import annotations

from typing import Any, Final

from xlsxwriter.utility import xl_rowcol_to_cell

from kesu.register.columns import SHEETS
from kesu.register.kpis import AGES
from kesu.words.palette import BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILION
from kesu.words.text import Text
from kesu.workbook.writing.chart_data import DATA_ROW, MONTHS, WEEKS, ChartData
from kesu.workbook.writing.style import GREY, INK, Book

COLUMNS: Final = 7
"""Columns below a chart, of `COLUMN_WIDTH`."""
COLUMN_WIDTH: Final = 10
ROWS: Final = 16
"""Rows of the table beside a chart: two charts stand beside the totals, which never fold away."""
SIZE: Final = {"width": 515, "height": 312}
NOTHING: Final = {
    "weeks": Text("还没有满一周的投诉", "No whole week of complaints yet"),
    "categories": Text("还没有填了类型的投诉", "No complaint with a category yet"),
    "months": Text(
        "还没有能判断是否按时的投诉", "No complaint yet of which it is known whether it was in time"
    ),
    "ages": Text("没有未办结的投诉", "No open complaints"),
}


class Charts:
    """Four charts, two beside two, from the cell ``row``, ``left`` on."""

    def __init__(self, book: Book, sheet: Any, data: ChartData) -> None:
        self.book, self.sheet, self.data = book, sheet, data
        self.name = SHEETS["kpis"].of(book.lang)

    def draw(self, row: int, left: int) -> None:
        """Volume with control limits, category Pareto, in-time rate by month, ageing."""
        of = self.book.of
        self.sheet.set_column(left, left + 2 * COLUMNS - 1, COLUMN_WIDTH)
        for number, (block, chart, words) in enumerate((
            ("weeks", self._volume_chart(), of("折线图：最近 26 周（自登记表第一周起）每周投诉量，均值；满 8 周且平均每周至少 1 件时有控制限", "Line chart: complaints in each of the last 26 weeks, from the register's first week on, mean; control limits from 8 weeks and 1 complaint a week on average")),
            ("categories", self._pareto_chart(), of("柱形图：各类型投诉件数，从多到少，及累计占比", "Columns: complaints by category, most first, with cumulative share")),
            ("months", self._rates_chart(), of("折线图：最近 12 个月（自登记表第一月起）首次响应、有效回复、解决的及时率", "Line chart: in-time rates of first response, reply and resolution in the last 12 months, from the register's first month on")),
            ("ages", self._ages_chart(), of("条形图：未办结投诉按账龄分段的件数", "Bars: open complaints by class of age")),
        )):  # fmt: skip
            top, at = row + ROWS * (number // 2), left + COLUMNS * (number % 2)
            said = NOTHING[block].of(self.book.lang)
            self.sheet.write_formula(
                top + ROWS // 2, at + 2, f'=IF({self.data.empty[block]}=0,"{said}","")', self.book.note(), ""
            )
            chart.set_size(SIZE)
            look = {"x_offset": 4, "y_offset": 4, "description": words, "object_position": 2}
            self.sheet.insert_chart(top, at, chart, look)

    def _volume_chart(self) -> Any:
        volume = self._chart(
            "line",
            self.book.of(
                "每周投诉量（满 8 周起有控制限）", "Complaints a week (control limits from 8 weeks on)"
            ),
        )
        for offset, (colour, width, dash) in enumerate(
            ((BLUE, 2.25, "solid"), (GREY, 1, "solid"), (VERMILION, 1, "dash"), (VERMILION, 1, "dash")),
            start=1,
        ):
            self._series(
                volume, "weeks", offset, WEEKS, line={"color": colour, "width": width, "dash_type": dash}
            )
        volume.set_x_axis(
            self._axis(num_format="mm-dd", date_axis=True, major_unit=14, major_unit_type="days")
        )
        return volume

    def _pareto_chart(self) -> Any:
        pareto = self._chart("column", self.book.of("投诉类型（帕累托）", "Complaints by category (Pareto)"))
        self._series(pareto, "categories", 4, self.data.bars, label=3, fill={"color": BLUE}, gap=60)
        line = self.book.workbook.add_chart({"type": "line"})
        self._series(
            line,
            "categories",
            5,
            self.data.bars,
            label=3,
            y2_axis=True,
            line={"color": ORANGE, "width": 2.25},
        )
        line.set_y2_axis(self._axis(num_format="0%", min=0, max=1))
        pareto.combine(line)
        pareto.set_x_axis(self._axis(num_font={"size": 8, "color": INK}))
        return pareto

    def _rates_chart(self) -> Any:
        rates = self._chart(
            "line", self.book.of("时限内完成率（按受理月）", "Done in time, by month of receipt")
        )
        for offset, colour in enumerate((SKY, BLUE, GREEN), start=1):
            marker = {"type": "circle", "size": 5, "fill": {"color": colour}, "border": {"color": colour}}
            self._series(
                rates, "months", offset, MONTHS, line={"color": colour, "width": 2.25}, marker=marker
            )
        rates.set_x_axis(
            self._axis(num_format="yy-mm", date_axis=True, major_unit=1, major_unit_type="months")
        )
        rates.set_y_axis(
            self._axis(
                num_format="0%", min=0, max=1, major_gridlines={"visible": True, "line": {"color": "#D9D9D9"}}
            )
        )
        return rates

    def _ages_chart(self) -> Any:
        ages = self._chart("bar", self.book.of("未办结投诉的账龄（天）", "Age of open complaints, days"))
        self._series(
            ages, "ages", 1, len(AGES) + 1, fill={"color": PURPLE}, gap=50, data_labels={"value": True}
        )
        ages.set_y_axis(self._axis(reverse=True))
        ages.set_x_axis(self._axis(visible=False, major_gridlines={"visible": False}))
        ages.set_legend({"none": True})
        return ages

    def _chart(self, kind: str, title: str) -> Any:
        chart = self.book.workbook.add_chart({"type": kind})
        chart.set_title({"name": title, "name_font": {"size": 11, "color": INK}, "overlay": False})
        chart.set_legend({"position": "bottom", "font": {"size": 9}})
        chart.set_chartarea({"border": {"color": "#BFBFBF"}, "fill": {"none": True}})
        chart.set_plotarea({"fill": {"none": True}})
        chart.set_y_axis(self._axis(min=0, major_gridlines={"visible": True, "line": {"color": "#D9D9D9"}}))
        chart.show_hidden_data()
        chart.show_blanks_as("span")
        return chart

    def _axis(self, **more: Any) -> dict[str, Any]:
        return {"num_font": {"size": 9, "color": INK}, "line": {"color": "#BFBFBF"}} | more

    def _series(self, chart: Any, block: str, offset: int, rows: int, label: int = 0, **look: Any) -> None:
        at, _ = self.data.blocks[block]
        last = DATA_ROW + rows - 1
        chart.add_series(
            {
                "name": f"='{self.name}'!{xl_rowcol_to_cell(DATA_ROW - 1, at + offset, row_abs=True, col_abs=True)}",
                "categories": [self.name, DATA_ROW, at + label, last, at + label],
                "values": [self.name, DATA_ROW, at + offset, last, at + offset],
                **look,
            }
        )
