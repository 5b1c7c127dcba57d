"""What the charts of the KPIs sheet show: weeks, categories, months, ages, worked out by formulas over the Complaints table.

They stand folded away to the right of the charts, between the names ``Charts_First`` and ``Charts_Last``.
"""

from __future__ import annotations

from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name

from kesu.register.columns import REGISTER
from kesu.register.kpis import AGES
from kesu.register.settings import TARGETS
from kesu.rules.deadlines import MISSED, STATES
from kesu.words.text import Text
from kesu.workbook.writing.live import REGISTER_CALCS
from kesu.workbook.writing.style import PALE, SECTION_COLOURS, Book
from kesu.workbook.writing.table import headers_of

DATA_ROW: Final = 8
WEEKS: Final = 26
MONTHS: Final = 12
CATEGORIES: Final = 24
"""Choices of the list that are counted."""
BARS: Final = 8
"""Bars of categories at most: the last is all the others together, where there are more."""
LEAST_WEEKS: Final = 8
"""Fewer whole weeks than this have no control limits, as in the report."""
LEAST_MEAN: Final = 1
"""Nor have weeks with fewer complaints than this on average: their counts jump between 0 and 1."""
XMR_FACTOR: Final = "2.66"
"""Wheeler, Understanding Variation (1993): natural process limits of individual values."""


class Counts:
    """Formulas that count complaints."""

    def __init__(self, lang: str) -> None:
        headers = headers_of((*REGISTER, *REGISTER_CALCS), lang)
        self.column = {key: f"Complaints[{header}]" for key, header in headers.items()}

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


class ChartData(Counts):
    """The blocks of formulas, from column ``left`` on. ``blocks``: block → its first column and how many; ``bars``: of
    categories; ``empty``: block → formula of what is zero where there is nothing to draw."""

    def __init__(self, book: Book, sheet: Any, left: int) -> None:
        super().__init__(book.lang)
        self.book, self.sheet, self.at = book, sheet, left
        self.blocks: dict[str, tuple[int, int]] = {}
        self.empty: dict[str, str] = {}
        self.bars = max(2, min(BARS, len(book.settings.codes["category"])))

    # --- what the charts show ---------------------------------------------------------------------------------

    def write(self) -> None:
        """Weeks, categories, months, ages: one block of formulas each."""
        self._weeks()
        self._categories()
        self._months()
        self._ages()
        self.sheet.set_column(self.at, self.at, 3, None, {"collapsed": True})

    def _block(self, key: str, labels: tuple[Text, ...]) -> list[str]:
        """Headers of a block; returns its column letters."""
        self.blocks[key] = (self.at, len(labels))
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
        begun = f"INT(MIN({received}))-WEEKDAY(MIN({received}),2)+1"
        for offset in range(WEEKS):
            row, begin = DATA_ROW + offset, f"{week}{DATA_ROW + offset + 1}"
            monday = f"INT(Now_At)-WEEKDAY(Now_At,2)+1-7*{WEEKS - offset}"
            # Weeks before the register begin with it: an axis of dates has no room for them then.
            self._cell(row, week, f"=IF(COUNT({received})=0,{monday},MAX({monday},{begun}))", "mm-dd")
            since, until = f'">="&{begin}', f'"<"&{begin}+7'
            counted = self.complaints(received, since, received, until)
            before = f"OR(COUNT({received})=0,{monday}+7<=MIN({received}))"  # nobody kept the register then
            self._cell(row, count, f"=IF({before},NA(),{counted})")
            known = f"ISNUMBER({count}{row + 1})"
            if offset:
                self._cell(row, move, f'=IF(ISNUMBER({count}{row}),ABS({count}{row + 1}-{count}{row}),"")')
            self._cell(row, mean, f'=IF({known},SUMIF({counts},">=0")/COUNT({counts}),NA())', "0.0")
            enough = f"IF(COUNT({counts})>={LEAST_WEEKS},{mean}{row + 1}>={LEAST_MEAN},FALSE)"
            limit = f"{XMR_FACTOR}*SUM({moves})/COUNT({moves})"
            self._cell(row, upper, f"=IF({known},IF({enough},{mean}{row + 1}+{limit},NA()),NA())", "0.0")
            above = (
                f"IF({mean}{row + 1}>{limit},{mean}{row + 1}-{limit},NA())"  # fewer than none there cannot be
            )
            self._cell(row, lower, f"=IF({known},IF({enough},{above},NA()),NA())", "0.0")
        self.empty["weeks"] = f"COUNT({counts})"

    def _categories(self) -> None:
        label, count, rank, name, value, share = self._block(
            "categories",
            (Text("类型", "Category"), Text("件数", "Count"), Text("排序", "Order"), Text("按件数排", "Sorted"),
             Text("投诉件数", "Complaints"), Text("累计占比", "Cumulative share")),
        )  # fmt: skip
        first, last = DATA_ROW + 1, DATA_ROW + CATEGORIES
        spans = {letter: f"${letter}${first}:${letter}${last}" for letter in (label, count, rank)}
        choices, total = f'SUMPRODUCT(({spans[label]}<>"")*1)', f"SUM({spans[count]})"
        for offset in range(CATEGORIES):
            row, nth = DATA_ROW + offset, offset + 1
            self._cell(row, label, f'=IFERROR(INDEX(List_category,{nth})&"","")', "@")
            counted = self.complaints(self.column["category"], f"{label}{row + 1}")
            self._cell(row, count, f'=IF({label}{row + 1}="",0,{counted})')
            # ties keep the order of the list
            self._cell(row, rank, f"={count}{row + 1}+(100-{nth})/1000", "0.000")
        more = self.book.of(f'"其余 "&{choices}-{self.bars - 1}&" 类"', f'{choices}-{self.bars - 1}&" more"')
        for offset in range(self.bars):
            row, is_last = DATA_ROW + offset, offset == self.bars - 1
            at_rank = f"MATCH(LARGE({spans[rank]},{offset + 1}),{spans[rank]},0)"
            one, above = f"INDEX({spans[label]},{at_rank})", f"SUM({value}${first}:{value}{row})"
            self._cell(row, name, f"=IF({choices}>{self.bars},{more},{one})" if is_last else f"={one}", "@")
            self._cell(row, value, f"={total}-{above}" if is_last else f"=INDEX({spans[count]},{at_rank})")
            summed = f"SUM({value}${first}:{value}{row + 1})"
            self._cell(row, share, f"=IF({total}=0,NA(),{summed}/{total})", "0%")
        self.empty["categories"] = total

    def _months(self) -> None:
        targets = ("first_response", "reply", "resolution")
        month, *shares = self._block("months", (Text("月份", "Month"), *(TARGETS[name] for name in targets)))
        received = self.column["received_at"]
        begun = f"DATE(YEAR(MIN({received})),MONTH(MIN({received})),1)"
        for offset in range(MONTHS):
            row = DATA_ROW + offset
            own = f"DATE(YEAR(Now_At),MONTH(Now_At)-{MONTHS - 1 - offset},1)"
            self._cell(row, month, f"=IF(COUNT({received})=0,{own},MAX({own},{begun}))", "yyyy-mm")
            begin = f"${month}{row + 1}"
            inside = (received, f'">="&{begin}', received, f'"<"&DATE(YEAR({begin}),MONTH({begin})+1,1)')
            for letter, name in zip(shares, targets, strict=True):
                state = self.column[f"{name}_state"]
                met, *missed = (
                    self.complaints(*inside, state, f'"{STATES[key].of(self.book.lang)}"')
                    for key in ("met", *MISSED)
                )
                share = f"IFERROR({met}/({met}+{'+'.join(missed)}),NA())"
                self._cell(row, letter, f"=IF({begin}>{own},NA(),{share})", "0%")
        spans = (f"${letter}${DATA_ROW + 1}:${letter}${DATA_ROW + MONTHS}" for letter in shares)
        self.empty["months"] = "(" + "+".join(f"COUNT({span})" for span in spans) + ")"

    def _ages(self) -> None:
        _, count = self._block(
            "ages", (Text("账龄（天）", "Age in days"), Text("未办结件数", "Open complaints"))
        )
        received = self.column["received_at"]
        for offset, (low, high) in enumerate(zip((0, *AGES), (*AGES, None), strict=True)):
            row = DATA_ROW + offset
            self.sheet.write_string(
                row,
                self.blocks["ages"][0],
                f"{low}–{high}" if high else f"{low}+",
                self.book.format(bg_color=PALE),
            )
            inside = [received, f'"<="&Now_At-{low}'] + ([received, f'">"&Now_At-{high}'] if high else [])
            self._cell(row, count, f"={self.open(*inside)}")
        self.empty["ages"] = f"SUM(${count}${DATA_ROW + 1}:${count}${DATA_ROW + len(AGES) + 1})"
