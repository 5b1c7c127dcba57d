"""The Guide sheet: purpose, a five-minute start, colour key, playbooks, definitions, what formulas cannot tell."""

from __future__ import annotations

import datetime as dt
from itertools import zip_longest
from typing import Any, Final

from kesu.register.columns import SHEETS
from kesu.register.settings.playbooks import STEPS, VALUES
from kesu.rules.deadlines import STATES
from kesu.rules.kpis import KPIS
from kesu.rules.playbooks import QUESTIONS, Playbook, playbooks
from kesu.words.palette import BLUE, YELLOW
from kesu.words.text import Text
from kesu.words.typeset import lines
from kesu.words.version import VERSION
from kesu.workbook.writing.live_cells import INTRICATE
from kesu.workbook.writing.register import MISSING, STATE_COLOURS
from kesu.workbook.writing.style import PALE, Book, tint

HIGHEST: Final = 409
"""Points that a row can be high."""
WIDTHS: Final = (5, 26, 40, 38, 40, 32)

PURPOSE: Final = Text(
    "这本工作簿登记每一件客户投诉、反馈和表扬，从受理到客户确认结案；时限、状态和图表由公式自动得出，不需要安装任何软件。",
    "This workbook records every complaint, feedback and praise from receipt until the customer confirms; deadlines, states and charts are worked out by formulas, with nothing to install.",
)

START: Final = (
    Text("在“设置”填写单位名称、工作时间，核对时限规则和指标目标。", "On Settings, enter your organisation and working hours; check the deadline rules and KPI targets."),
    Text("在“投诉登记”逐件登记：一行一件，前五段在登记时填完，带 * 的列必填。下一可用编号在表格上方。", "On Register, log each complaint in one row; complete the first five sections at logging, columns marked * always. The next free number stands above the table."),
    Text("客户的每个诉求、我方的每个承诺，都在“事项”里各记一行，写明时间；等待客户时记“暂停”。", "Enter every demand of the customer and every promise of ours as a row of its own on Items, with its time; note a hold while waiting for the customer."),
    Text("每天先看“今日”：逾期、今天和本周到期的事，可只看一个责任人；登记表最左一列“接下来”说每件投诉下一步办什么、何时到期。", "Every morning look at Today: what is overdue, due today and this week, for everybody or one owner; Due next, at the left of Register, says what comes next for each complaint and when."),
    Text("表头上方的 + 展开折叠的列；时限、状态的各列也在其中。", "The + above the headings opens the columns that are folded away, the deadlines and states among them."),
    Text("全部诉求办妥、客户确认之后才结案。", "Close only when every demand is settled and the customer has confirmed."),
    Text("需要跟进清单、指标表和检查结果时，用 kesu 刷新；刷新只改这三张表。", "For the follow-up list, the table of KPIs and the findings, let kesu refresh them; it changes these three sheets only."),
)  # fmt: skip

SHEET_NOTES: Final[dict[str, Text]] = {
    "register": Text("一行一件投诉；灰底的列自动计算", "one row a complaint; grey columns calculate themselves"),
    "items": Text("诉求、承诺、方案、措施、联系、暂停、转办、改期，各一行", "demands, commitments, options, actions, contacts, holds, transfers, changed due dates: one row each"),
    "improvements": Text("针对原因的改进措施，一项一行；报告检验是否见效", "measures against the causes, one row each; the report tests whether they worked"),
    "today": Text("逾期、今天和本周到期的事，按责任人筛选（自动）", "what is overdue, due today and this week, by owner (live)"),
    "followups": Text("现在该做的事（刷新）", "what must be done now (refreshed)"),
    "kpis": Text("现况和图（自动）、指标与目标（刷新）", "counts and charts (live), figures against target (refreshed)"),
    "findings": Text("登记中需要更正的地方（刷新）", "what should be mended in the register (refreshed)"),
    "settings": Text("规则、目标、工作时间、代码表；浅黄色可改", "rules, targets, hours, lists; pale yellow may be edited"),
    "calendar": Text("每段工作时间；换年或改工作时间后请核对", "every stretch of working time; check it each year and after changing hours"),
}  # fmt: skip

PRINTING: Final = (
    Text("每张表的页脚写着第几页、共几页；表头在每一页重复。", "The foot of every page says which page it is and how many there are; headings stand on each."),
    Text("投诉登记：A3 纵向，一页 40 至 60 件，印到第一段长文字之前的各列（案情提要）；每件投诉的全部内容用 kesu form 打印成一页。", "Register: A3 upright, 40 to 60 cases a page, the columns before the first long text (the case in brief); kesu form prints each case in full on a page."),
    Text("事项：A3 纵向，一页约 80 行；备选方案的各列不印。今日：A4 一页，前 30 行。", "Items: A3 upright, about 80 lines a page, without the columns of options. Today: one page of A4, the first 30 lines."),
    Text("改进措施：A4 横向，一页约 12 项。", "Improvements: A4 across, about 12 measures a page."),
    Text("跟进清单：A4 横向，一页约 15 行；指标：A4 两页；检查结果：A4 横向，一页约 20 行。太长的文字以“…”结尾，全文在个案文件里。", "Follow-ups: A4 across, about 15 lines a page. KPIs: two pages of A4. Findings: A4 across, about 20 lines a page. A text that is too long ends in “…”; the case file holds all of it."),
    Text("设置：A3 横向，约 5 页；处理手册印在使用说明里。工作日历和推算默认不打印。", "Settings: about five pages of A3 across; the playbooks are printed with the Guide. Calendar and workings are not printed by default."),
)  # fmt: skip

LIMITS: Final = (
    Text("一件投诉有多段暂停：时限由刷新得出。", "Several holds on one complaint: refresh works the deadline out."),
    Text("按小时且到当天结束或遇休息日顺延的规则，又有暂停：时限由刷新得出；按月的规则、从重开起算的首次响应也是。", "A hold where a rule in hours runs until the end of the day or moves on from closed days: refresh works the deadline out; rules in months and first responses that count from a reopening too."),
    Text("重开方式为“继续计时”的重开投诉：时限由刷新得出。", "Reopened complaints where the clock continues: refresh works the deadline out."),
    Text("编号用了两次，而事项有暂停或约定：改正编号前由刷新得出。", "A number used twice whose items hold or agree something: refresh tells, until the number is mended."),
    Text("“未算出：请刷新”的投诉不在逾期数里，另外数出。", "Complaints that say “not calculated: refresh” are not among the overdue; they are counted beside them."),
    Text("起点只有日期、没有几点几分，而是否按时要看几点：请补上时间。", "A start with a date alone, where the time of day decides: add the time."),
    Text("时间超出“工作日历”的首末日期：请延长日历。", "Times outside the Calendar sheet: make it longer."),
    Text("时间写成文字、选项写成同义词：公式看不懂，刷新能看懂。", "Times typed as text and choices written with other words: formulas cannot read them, refresh can."),
)  # fmt: skip

VALUED: Final = Text("客户看重：{value}", "The customer values: {value}")

CHANGES: Final = ((VERSION, dt.date(2026, 11, 22), Text("首个版本", "First version")),)


def write_guide(book: Book) -> None:
    """Adds the sheet; it is protected without a password, for there is nothing to type."""
    sheet = book.sheet("guide", BLUE)
    sheet.hide_gridlines(2)
    sheet.set_portrait()
    for at, width in enumerate(WIDTHS):
        sheet.set_column(at, at, width)
    page = _Page(book, sheet)
    sheet.set_row(0, 36)
    sheet.write_string(
        0, 0, book.of("客户投诉登记表", "Customer complaint register"), book.format(font_size=20, bold=True)
    )
    page.row = 1
    page.line(PURPOSE)
    _how_to_use(page)
    _how_to_handle(page)
    _what_is_meant(page)
    sheet.protect("", {"format_columns": True, "format_rows": True})
    sheet.set_first_sheet()


def _how_to_use(page: _Page) -> None:
    page.head(Text("五分钟上手", "Five-minute start"))
    for number, step in enumerate(START, start=1):
        page.line(step, str(number))
    page.head(Text("工作表", "Sheets"))
    for key, words in SHEET_NOTES.items():
        page.link(key, words)
    page.head(Text("打印", "On paper"))
    for words in PRINTING:
        page.line(words, "·")
    page.head(Text("颜色", "Colours"))
    for colour, words in (
        (MISSING, Text("必填项还空着", "a mandatory cell is still empty")),
        *((colour, STATES[state]) for state, colour in STATE_COLOURS.items()),
        (PALE, Text("自动计算，请勿改动", "calculated, do not edit")),
        (tint(YELLOW, 0.82), Text("设置，可以改", "settings, yours to edit")),
    ):
        page.chip(colour, words)


def _how_to_handle(page: _Page) -> None:
    book = page.book
    books = playbooks(book.settings)
    page.head(Text("处理投诉的原则", "Principles"))
    for words in books[""].of("principle") if "" in books else ():
        page.line(words, "·")
    page.head(Text("常见投诉怎样处理", "Playbooks"))
    page.line(
        Text(
            "内容在“设置”表的“处理手册”里，可以改、可以加自己的类型。中断、个人信息、账单、安全、不公平五种情形可能出现在任何类型里，按客户的话里的识别词提示。",
            "They stand under “Playbooks” on Settings, yours to change and to extend to categories of your own. Outage, privacy, billing, safety and unequal treatment may come up in complaints of any category and are pointed out by words that the customer uses.",
        )
    )
    page.table(
        (
            Text("适用于", "For"),
            Text("步骤", "Steps"),
            Text("要核实", "To check"),
            Text("可以这样说", "Lines to say"),
            Text("不要这样说", "Lines to avoid"),
        ),
        [_lists(about, book_, book) for about, book_ in books.items() if about and book_.of("say", *STEPS)],
    )
    page.head(Text("向客户提出方案之前，五个问题", "Five questions before a plan is put to the customer"))
    for number, words in enumerate(QUESTIONS, start=1):
        page.line(words, str(number))


def _what_is_meant(page: _Page) -> None:
    page.head(Text("公式说不清的情况", "What the formulas cannot tell"))
    page.line(
        Text(
            f"遇到下列情况，状态列用文字说明（{'、'.join(w.zh for w in INTRICATE.values())}），以刷新后的跟进清单为准：",
            f"In these cases the state says so in words ({'; '.join(w.en for w in INTRICATE.values())}), and the refreshed follow-up list holds the answer:",
        )
    )
    for words in LIMITS:
        page.line(words, "·")
    page.head(Text("指标定义", "Definitions of the KPIs"))
    for info in KPIS.values():
        page.pair(info.name, info.defined(page.book.settings.limits))
    page.head(Text("版本", "Version and changes"))
    for version, day, words in CHANGES:
        page.pair(Text(f"kesu {version} · {day}", f"kesu {version} · {day}"), words)


def _lists(about: str, playbook: Playbook, book: Book) -> list[tuple[str, ...]]:
    """A playbook as lists side by side: its name and what the customer values, steps, what to check, to say, to avoid."""
    own = (playbook.name,) if about in VALUES else ()
    values = [
        VALUED.fill(value=Text(one.zh, one.en.lower())).of(book.lang) for one in (*own, *playbook.of("value"))
    ]
    lists = [
        values if own else [playbook.name.of(book.lang), *values],
        *(
            [f"· {text.of(book.lang)}" for text in playbook.of(*kinds)]
            for kinds in (tuple(STEPS), ("check",), ("say",), ("avoid",))
        ),
    ]
    return list(zip_longest(*lists, fillvalue=""))


class _Page:
    """Writes the sheet from top to bottom."""

    def __init__(self, book: Book, sheet: Any) -> None:
        self.book, self.sheet, self.row = book, sheet, 0
        self.wrap = book.format(text_wrap=True)

    def _height(self, *texts: tuple[str, float]) -> None:
        """Row height for texts in cells of so many characters' width."""
        most = max(
            len(lines(text, 1.05 * width)) for text, width in texts
        )  # letters are narrower than digits
        self.sheet.set_row(self.row, min(5 + 15 * most, HIGHEST))

    def head(self, words: Text) -> None:
        """A heading with a rule under it."""
        self.row += 1
        self.sheet.set_row(self.row, 24)
        form = self.book.format(bold=True, font_size=13, font_color=BLUE, bottom=2, bottom_color=BLUE)
        self.sheet.write_string(self.row, 0, words.of(self.book.lang), form)
        for at in range(1, len(WIDTHS)):
            self.sheet.write_blank(self.row, at, None, form)
        self.row += 1

    def line(self, words: Text, mark: str = "") -> None:
        """A line over the whole width (cells are merged here: it is prose, nobody sorts it)."""
        text = words.of(self.book.lang)
        if mark:
            self.sheet.write_string(self.row, 0, mark, self.book.format(bold=True, align="center"))
        first = 1 if mark else 0
        self.sheet.merge_range(self.row, first, self.row, len(WIDTHS) - 1, text, self.wrap)
        self._height((text, sum(WIDTHS[first:])))
        self.row += 1

    def link(self, key: str, words: Text) -> None:
        """The name of a sheet, to click on, and what it is for."""
        name = SHEETS[key].of(self.book.lang)
        form = self.book.format(font_color=BLUE, underline=1)
        self.sheet.write_url(self.row, 1, f"internal:'{name}'!A1", form, name)
        self._rest(words)

    def chip(self, colour: str, words: Text) -> None:
        """A colour and what it means."""
        self.sheet.write_blank(
            self.row, 1, None, self.book.format(bg_color=colour, border=1, border_color="#BFBFBF")
        )
        self._rest(words)

    def pair(self, name: Text, words: Text) -> None:
        """A term and its meaning."""
        said = name.of(self.book.lang)
        self.sheet.merge_range(self.row, 0, self.row, 1, said, self.book.format(bold=True, text_wrap=True))
        self._rest(words, (said, sum(WIDTHS[:2])))

    def _rest(self, words: Text, *more: tuple[str, float]) -> None:
        text = words.of(self.book.lang)
        self.sheet.merge_range(self.row, 2, self.row, len(WIDTHS) - 1, text, self.wrap)
        self._height((text, sum(WIDTHS[2:])), *more)
        self.row += 1

    def table(self, heads: tuple[Text, ...], blocks: list[list[tuple[str, ...]]]) -> None:
        """A small table from the second column on; each of ``blocks`` begins under a line, its name in bold."""
        for at, words in enumerate(heads, start=1):
            self.sheet.write_string(self.row, at, words.of(self.book.lang), self.book.header(BLUE))
        self.row += 1
        for rows in blocks:
            for number, cells in enumerate(rows):
                edge = {"top": 1, "top_color": "#7F7F7F"} if number == 0 else {}
                form = self.book.format(text_wrap=True, valign="top", **edge)
                bold = self.book.format(text_wrap=True, valign="top", bold=number == 0, **edge)
                for at, text in enumerate(cells, start=1):
                    self.sheet.write_string(self.row, at, text, bold if at == 1 else form)
                self._height(*((text, WIDTHS[at]) for at, text in enumerate(cells, start=1)))
                self.row += 1
