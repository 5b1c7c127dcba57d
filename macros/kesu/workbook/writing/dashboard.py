"""The KPIs sheet: live counts and charts that need no Python, and the table of figures that a refresh fills.

The charts are bound to the cells of `_Data`, folded away to the right: formulas over the Complaints table.
"""

from __future__ import annotations

from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from kesu.register.columns import REGISTER, SHEETS
from kesu.register.kpis import AGES
from kesu.register.outputs import KPIS, ROW_HEIGHTS
from kesu.register.settings import TARGETS
from kesu.rules.deadlines import MISSED, RUNNING, STATES
from kesu.words.palette import BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILION
from kesu.words.text import Text
from kesu.workbook.writing.live import NOT_CALCULATED, REGISTER_CALCS, overdue
from kesu.workbook.writing.outputs import add_output_table, as_of_cell
from kesu.workbook.writing.style import GREY, INK, PALE, SECTION_COLOURS, Book, tint
from kesu.workbook.writing.table import headers_of

CARD_ROW: Final = 3
CHART_ROW: Final = 6
TABLE_ROW: Final = 47
DATA_ROW: Final = 8
WEEKS: Final = 26
MONTHS: Final = 12
CATEGORIES: Final = 12
LEAST_WEEKS: Final = 8
"""Fewer whole weeks than this have no control limits, as in the report."""
OVERDUE: Final = Text("已逾期", "Overdue")
XMR_FACTOR: Final = "2.66"
"""Wheeler, Understanding Variation (1993): natural process limits of individual values."""


def write_kpis(book: Book, *, live: bool) -> None:
    """Adds the sheet with the table ``Kpis``; without live columns in the register, without charts too."""
    sheet = book.sheet("kpis", BLUE)
    sheet.hide_gridlines(2)
    sheet.set_portrait()
    sheet.set_default_row(ROW_HEIGHTS["Kpis"])
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, book.of("投诉指标", "Complaint KPIs"), book.title())
    sheet.write_string(
        1, 0,
        book.of(
            "没有可数的事项时显示“–”；走势按各指标自身最近六期的高低绘出。",
            "“–” where there is nothing to count; the course of each figure is drawn between its own lowest and highest of six periods.",
        )
        if not live
        else book.of(
            "上方的数字和图随登记自动更新；下方的指标表由 kesu 刷新，没有可数的事项时显示“–”；走势按各指标自身最近六期的高低绘出。",
            "Counts and charts follow the register by themselves; kesu refreshes the table below: “–” where there is nothing to count, the course drawn between a figure's own lowest and highest.",
        ),
        book.note(),
    )  # fmt: skip
    header = TABLE_ROW if live else CARD_ROW + 3
    add_output_table(book, sheet, "Kpis", KPIS, header, BLUE)
    sheet.write_string(
        header - 2, 0, book.of("指标与目标", "Figures against target"), book.format(bold=True, font_size=12)
    )
    as_of_cell(book, sheet, header - 1, "Kpis")
    if live:
        dashboard = _Dashboard(book, sheet)
        dashboard.cards()
        dashboard.data()
        dashboard.charts()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(header)


class _Dashboard:
    def __init__(self, book: Book, sheet: Any) -> None:
        self.book, self.sheet = book, sheet
        self.name = SHEETS["kpis"].of(book.lang)
        headers = headers_of((*REGISTER, *REGISTER_CALCS), book.lang)
        self.column = {key: f"Complaints[{header}]" for key, header in headers.items()}
        self.left = len(KPIS) + 1
        self.places: dict[str, tuple[int, int]] = {}

    def complaints(self, *more: str) -> str:
        """COUNTIFS of complaints received by now, with further conditions; an empty kind is a complaint.

        The receipt comes first: LibreOffice looks no further down than the first column is filled, and would
        miss the last complaints where their kind is empty.
        """
        received = (self.column["received_at"], '"<="&Now_At')
        counts = (
            f"COUNTIFS({','.join((*received, self.column['kind'], kind, *more))})"
            for kind in ("Word_kind_complaint", '""')
        )
        return f"({'+'.join(counts)})"

    def open(self, *more: str) -> str:
        """Of `complaints` those that are open, as the KPI of open backlog has it: not resolved since the last
        reopening, nor finished by status where no time of resolution can be read."""
        resolved, status = self.column["resolved_at"], self.column["status"]
        over = self.complaints(*more, self.column["resolved_s"], '"<"&Now_S')
        text = f"{self.complaints(*more)}-{over}"
        for code in ("resolved", "closed"):
            finished = (*more, status, f"Word_status_{code}")
            dated = self.complaints(*finished, resolved, '">=0"')
            text += f"-{self.complaints(*finished)}+{dated}"
        return text

    def cards(self) -> None:
        """Seven counts as they stand now."""
        this_month = "DATE(YEAR(Now_At),MONTH(Now_At),1)"
        state = self.column["overall_state"]
        cards = (
            (Text("本月受理投诉", "Received this month"), BLUE,
             "=" + self.complaints(self.column["received_at"], f'">="&{this_month}')),
            (Text("未办结", "Open"), GREY, f"={self.open()}"),
            (OVERDUE, VERMILION, f"={overdue(self.column)}"),
            (Text("临期", "Due soon"), ORANGE, f"=COUNTIF({state},State_due_soon)"),
            (Text("未了诉求", "Open demands"), PURPLE, f"=SUM({self.column['open_demands']})"),
            (Text("本月解决", "Resolved this month"), GREEN,
             "=" + self.complaints(self.column["resolved_at"], f'">="&{this_month}', self.column["resolved_at"], '"<="&Now_At')),
            (Text("待回访", "Awaiting call-back"), SKY,
             "=" + "+".join(self.complaints(self.column["callback_state"], f"State_{running}") for running in RUNNING)),
        )  # fmt: skip
        self.sheet.set_row(CARD_ROW, 44)
        self.sheet.set_row(CARD_ROW + 1, 32)
        for at, (words, colour, text) in enumerate(cards):
            look = {
                "bg_color": tint(colour, 0.8),
                "align": "center",
                "text_wrap": True,
                "left": 5,
                "left_color": colour,
            }
            label, form = words.of(self.book.lang), self.book.format(**look, font_color=INK)
            if words is OVERDUE:  # never a false zero
                unknown = f'COUNTIF({state},"{NOT_CALCULATED.of(self.book.lang)}")'
                more = self.book.of("（另 {n} 件未算出，请刷新）", " ({n} not calculated: refresh)").replace(
                    "{n}", f'"&{unknown}&"'
                )
                self.sheet.write_formula(CARD_ROW, at, f'="{label}"&IF({unknown}=0,"","{more}")', form, label)
            else:
                self.sheet.write_string(CARD_ROW, at, label, form)
            self.sheet.write_formula(
                CARD_ROW + 1, at, text, self.book.format(**look, font_size=20, bold=True, num_format="0"), ""
            )

    # --- what the charts show ---------------------------------------------------------------------------------

    def data(self) -> None:
        """Weeks, categories, months, ages: one block of formulas each."""
        self.at = self.left
        self._weeks()
        self._categories()
        self._months()
        self._ages()
        self.sheet.set_column(self.at, self.at, 3, None, {"collapsed": True})

    def _block(self, key: str, labels: tuple[Text, ...]) -> list[str]:
        """Headers of a block; returns its column letters."""
        self.places[key] = (self.at, len(labels))
        for offset, words in enumerate(labels):
            self.sheet.write_string(
                DATA_ROW - 1,
                self.at + offset,
                words.of(self.book.lang),
                self.book.header(SECTION_COLOURS["workings"]),
            )
        self.sheet.set_column(self.at, self.at + len(labels) - 1, 13, None, {"level": 1, "hidden": True})
        letters = [xl_col_to_name(self.at + offset) for offset in range(len(labels))]
        self.at += len(labels)
        return letters

    def _cell(self, row: int, letter: str, text: str, shape: str = "0") -> None:
        self.sheet.write_formula(
            f"{letter}{row + 1}", text, self.book.format(bg_color=PALE, num_format=shape), ""
        )

    def _weeks(self) -> None:
        week, count, mean, upper, lower, move = self._block(
            "weeks",
            (Text("周（周一起）", "Week from"), Text("投诉量", "Complaints"), Text("均值", "Mean"),
             Text("上限", "Upper limit"), Text("下限", "Lower limit"), Text("与上周之差", "Change")),
        )  # fmt: skip
        first, last = DATA_ROW + 1, DATA_ROW + WEEKS
        counts, moves = f"${count}${first}:${count}${last}", f"${move}${first + 1}:${move}${last}"
        received = self.column["received_at"]
        for offset in range(WEEKS):
            row, begin = DATA_ROW + offset, f"{week}{DATA_ROW + offset + 1}"
            self._cell(row, week, f"=INT(Now_At)-WEEKDAY(Now_At,2)+1-7*{WEEKS - offset}", "mm-dd")
            since, until = f'">="&{begin}', f'"<"&{begin}+7'
            counted = self.complaints(received, since, received, until)
            before = f"OR(COUNT({received})=0,{begin}+7<=MIN({received}))"  # nobody kept the register then
            self._cell(row, count, f"=IF({before},NA(),{counted})")
            known = f"ISNUMBER({count}{row + 1})"
            if offset:
                self._cell(row, move, f'=IF(ISNUMBER({count}{row}),ABS({count}{row + 1}-{count}{row}),"")')
            enough = f"COUNT({counts})>={LEAST_WEEKS}"
            self._cell(row, mean, f'=IF({known},SUMIF({counts},">=0")/COUNT({counts}),NA())', "0.0")
            limit = f"{XMR_FACTOR}*SUM({moves})/COUNT({moves})"
            for letter, text in (
                (upper, f"{mean}{row + 1}+{limit}"),
                (lower, f"MAX(0,{mean}{row + 1}-{limit})"),
            ):
                self._cell(row, letter, f"=IF(AND({known},{enough}),{text},NA())", "0.0")

    def _categories(self) -> None:
        label, count, rank, name, value, share = self._block(
            "categories",
            (Text("类型", "Category"), Text("件数", "Count"), Text("排序", "Order"), Text("按件数排", "Sorted"),
             Text("投诉件数", "Complaints"), Text("累计占比", "Cumulative share")),
        )  # fmt: skip
        first, last = DATA_ROW + 1, DATA_ROW + CATEGORIES
        spans = {letter: f"${letter}${first}:${letter}${last}" for letter in (label, count, rank)}
        for offset in range(CATEGORIES):
            row, nth = DATA_ROW + offset, f"ROWS({label}${first}:{label}{DATA_ROW + offset + 1})"
            self._cell(row, label, f'=IFERROR(INDEX(List_category,{nth})&"","")', "@")
            self._cell(
                row,
                count,
                f'=IF({label}{row + 1}="",0,{self.complaints(self.column["category"], f"{label}{row + 1}")})',
            )
            self._cell(
                row, rank, f"={count}{row + 1}+(100-{nth})/1000", "0.000"
            )  # ties keep the order of the list
            place = f"MATCH(LARGE({spans[rank]},{nth}),{spans[rank]},0)"
            self._cell(row, name, f'=IF({value}{row + 1}=0,"",INDEX({spans[label]},{place}))', "@")
            self._cell(row, value, f"=INDEX({spans[count]},{place})")
            self._cell(
                row,
                share,
                f"=IF({value}{row + 1}=0,NA(),SUM({value}${first}:{value}{row + 1})/SUM({spans[count]}))",
                "0%",
            )

    def _months(self) -> None:
        targets = ("first_response", "reply", "resolution")
        month, *shares = self._block("months", (Text("月份", "Month"), *(TARGETS[name] for name in targets)))
        received = self.column["received_at"]
        for offset in range(MONTHS):
            row = DATA_ROW + offset
            self._cell(row, month, f"=DATE(YEAR(Now_At),MONTH(Now_At)-{MONTHS - 1 - offset},1)", "yyyy-mm")
            begin = f"${month}{row + 1}"
            inside = (received, f'">="&{begin}', received, f'"<"&DATE(YEAR({begin}),MONTH({begin})+1,1)')
            for letter, name in zip(shares, targets, strict=True):
                state = self.column[f"{name}_state"]
                met, *missed = (
                    self.complaints(*inside, state, f'"{STATES[key].of(self.book.lang)}"')
                    for key in ("met", *MISSED)
                )
                self._cell(row, letter, f"=IFERROR({met}/({met}+{'+'.join(missed)}),NA())", "0%")

    def _ages(self) -> None:
        _, count = self._block(
            "ages", (Text("账龄（天）", "Age in days"), Text("未办结件数", "Open complaints"))
        )
        received = self.column["received_at"]
        for offset, (low, high) in enumerate(zip((0, *AGES), (*AGES, None), strict=True)):
            row = DATA_ROW + offset
            self.sheet.write_string(
                row,
                self.places["ages"][0],
                f"{low}–{high}" if high else f"{low}+",
                self.book.format(bg_color=PALE),
            )
            inside = [received, f'"<="&Now_At-{low}'] + ([received, f'">"&Now_At-{high}'] if high else [])
            self._cell(row, count, f"={self.open(*inside)}")

    # --- the charts -------------------------------------------------------------------------------------------

    def charts(self) -> None:
        """Volume with control limits, category Pareto, in-time rate by month, ageing."""
        of = self.book.of
        half = 4
        widths = [sum(round(c.width * 7 + 5) for c in part) - 10 for part in (KPIS[:half], KPIS[half:])]
        for chart, row, at, words in (
            (self._volume_chart(), 0, 0, of("折线图：最近 26 周（自登记表第一周起）每周投诉量，均值；满 8 周起有控制限", "Line chart: complaints in each of the last 26 weeks, from the register's first week on, mean; control limits from 8 weeks on")),
            (self._pareto_chart(), 0, half, of("柱形图：各类型投诉件数，从多到少，及累计占比", "Columns: complaints by category, most first, with cumulative share")),
            (self._rates_chart(), 18, 0, of("折线图：最近 12 个月首次响应、有效回复、解决的及时率", "Line chart: in-time rates of first response, reply and resolution, last 12 months")),
            (self._ages_chart(), 18, half, of("条形图：未办结投诉按账龄分段的件数", "Bars: open complaints by class of age")),
        ):  # fmt: skip
            chart.set_size({"width": widths[at > 0], "height": 345})
            self.sheet.insert_chart(
                CHART_ROW + row,
                at,
                chart,
                {"x_offset": 4, "y_offset": 2, "description": words, "object_position": 2},
            )

    def _volume_chart(self) -> Any:
        volume = self._chart(
            "line",
            self.book.of(
                "每周投诉量与控制限（满 8 周起）", "Complaints a week, with control limits from 8 weeks on"
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
            self._axis(
                num_format="mm-dd",
                text_axis=True,
                interval_unit=2,
                interval_tick=2,
                num_font={"size": 8, "rotation": -45},
            )
        )
        return volume

    def _pareto_chart(self) -> Any:
        pareto = self._chart("column", self.book.of("投诉类型（帕累托）", "Complaints by category (Pareto)"))
        self._series(pareto, "categories", 4, CATEGORIES, label=3, fill={"color": BLUE}, gap=60)
        line = self.book.workbook.add_chart({"type": "line"})
        self._series(
            line, "categories", 5, CATEGORIES, label=3, y2_axis=True, line={"color": ORANGE, "width": 2.25}
        )
        line.set_y2_axis(self._axis(num_format="0%", min=0, max=1))
        pareto.combine(line)
        pareto.set_x_axis(self._axis())
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
        rates.set_x_axis(self._axis(num_format="yyyy-mm", text_axis=True, interval_unit=3, interval_tick=3))
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
        chart.set_chartarea({"border": {"color": "#BFBFBF"}})
        chart.set_y_axis(self._axis(min=0, major_gridlines={"visible": True, "line": {"color": "#D9D9D9"}}))
        chart.show_hidden_data()
        chart.show_blanks_as("span")
        return chart

    def _axis(self, **more: Any) -> dict[str, Any]:
        return {"num_font": {"size": 9, "color": INK}, "line": {"color": "#BFBFBF"}} | more

    def _series(self, chart: Any, block: str, offset: int, rows: int, label: int = 0, **look: Any) -> None:
        at, _ = self.places[block]
        last = DATA_ROW + rows - 1
        chart.add_series(
            {
                "name": f"='{self.name}'!{xl_rowcol_to_cell(DATA_ROW - 1, at + offset, row_abs=True, col_abs=True)}",
                "categories": [self.name, DATA_ROW, at + label, last, at + label],
                "values": [self.name, DATA_ROW, at + offset, last, at + offset],
                **look,
            }
        )
