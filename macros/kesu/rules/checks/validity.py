"""Validity: cells that do not hold what their column is for."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

import numpy as np

from kesu.register.columns import DECLARED
from kesu.register.sameness import LOST
from kesu.rules.checks.registry import NEVER_CALCULATED, Cells, Example, check, row
from kesu.rules.checks.view import FIRST
from kesu.rules.days import PLANNED, turned_round, whole_days, with_unread
from kesu.rules.phones import are_contacts
from kesu.rules.tally import tally
from kesu.words.text import Text, listed
from kesu.xlsx.address import letters

if TYPE_CHECKING:
    from kesu.rules.checks.registry import SheetKey
    from kesu.rules.checks.view import Bools, Ints, View

LAST_DUE_YEARS: Final = 5
CELLS_SINGLY: Final = 20
"""As many cells of a column without time of day as are findings of their own."""
CHOICES: Final = 15
"""As many choices of a code list as a message names."""


def _keys(*kinds: str) -> tuple[str, ...]:
    """Columns of these kinds; of any kind where none is named."""
    every = itertools.chain(*DECLARED.values())
    return tuple(dict.fromkeys(column.key for column in every if not kinds or column.kind in kinds))


def _misread(view: View, problem: str) -> list[Cells]:
    """Cells that normalising could not understand, by sheet and column, as they were typed."""
    found = []
    for sheet, rows in view.sheets:
        problems = rows.sheet.problems
        found += [
            Cells(sheet, problems["row"].to_numpy("int64")[at], key, problems["value"].iloc[at].tolist())
            for key, at in rows.misread.get(problem, {}).items()
        ]
    return found


@check(
    "error_value", "error", "validity", _keys(),
    Text("单元格是错误值", "A cell that holds an error"),
    Text("“{label}”的公式出错，显示 {value}，按空白读取。请改正公式或它引用的单元格，或直接填写内容。",
         "The formula in “{label}” fails and shows {value}; it was read as blank. Mend the formula or the cells it refers "
         "to, or type what belongs there."),
    breaks=row(details="#REF!"), keeps=row(details="屏幕显示 #REF! 字样 / shows #REF!"),
)  # fmt: skip
def error_value(view: View) -> list[Cells]:
    return _misread(view, "error_value")


@check(
    "formula_uncalculated", "warning", "validity", _keys(),
    Text("公式还没有算过", "A formula that was never calculated"),
    Text("“{label}”是公式，但还没有程序算过，按空白读取。请在 Excel 或 LibreOffice 中打开工作簿并保存一次，再运行 kesu。",
         "“{label}” holds a formula that no program has calculated yet, and was read as blank. Open the workbook in Excel "
         "or LibreOffice, save it once, and run kesu again."),
    breaks=row(details=NEVER_CALCULATED), keeps=row(),
)  # fmt: skip
def formula_uncalculated(view: View) -> list[Cells]:
    return [cells._replace(values=[""] * len(cells.rows)) for cells in _misread(view, "uncached")]


@check(
    "unknown_code", "error", "validity", _keys("code", "codes"),
    Text("不在选项之内", "Not one of the choices"),
    Text("“{label}”的“{value}”不在选项之内。请改选：{choices}；也可在设置表的代码表里增加。",
         "“{value}” is not a choice of “{label}”. Choose one of: {choices}; or add it to the code lists in Settings."),
    breaks=row(channel="飞鸽 / pigeon"), keeps=row(channel="热线"),
)  # fmt: skip
def unknown_code(view: View) -> list[Cells]:
    lang, codes = view.register.lang, view.register.settings.codes
    found = []
    for cells in _misread(view, "unknown_code"):
        choices = [code.label.of(lang) for code in codes[view.rows(cells.sheet).columns[cells.column].codes]]
        shown = listed(choices, CHOICES).of(lang)
        found.append(cells._replace(fills={"choices": shown}))
    return found


@check(
    "time_unreadable", "error", "validity", _keys("time"),
    Text("时间看不懂", "A time that cannot be read"),
    Text("“{label}”的“{value}”不是能看懂的时间。请写成 2026-10-08 09:30。",
         "“{value}” in “{label}” is not a time that can be read. Write it as 2026-10-08 09:30."),
    breaks=row(received_at="上周三下午"), keeps=row(),
)  # fmt: skip
def time_unreadable(view: View) -> list[Cells]:
    return _misread(view, "bad_time")


@check(
    "time_as_text", "warning", "validity", _keys("time"),
    Text("时间以文本录入", "A time typed as text"),
    Text("“{label}”的“{value}”是文本，不是电子表格的时间，公式算不了。请重新输入为 2026-10-08 09:30 并去掉引号或空格。",
         "“{value}” in “{label}” is text, not a spreadsheet time, so formulas cannot count with it. Retype it as "
         "2026-10-08 09:30, without quotes or blanks."),
    breaks=row(received_at="2026年10月8日 9:00"), keeps=row(),
)  # fmt: skip
def time_as_text(view: View) -> list[Cells]:
    return _misread(view, "text_time")


@check(
    "time_of_day_missing", "warning", "validity", _keys("time"),
    Text("时间缺少几点几分", "A time without time of day"),
    Text("“{label}”的“{value}”{more}只有日期，没有几点几分：响应时长不计入平均，是否按时只能判断到日。请补上时间，例如 2026-10-08 09:30（确为零点的写 00:01）。",
         "“{value}”{more} in “{label}” is a date without a time of day: it counts in no average, and what was in time is "
         "judged to the day only. Add the time, e.g. 2026-10-08 09:30 (write 00:01 for midnight itself)."),
    breaks=row(first_response_at="2026-10-09 00:00:00"), keeps=row(first_response_at="2026-10-08 23:59:00"),
)  # fmt: skip
def time_of_day_missing(view: View) -> list[Cells]:
    found = []
    for sheet, rows in view.sheets:
        for key in (
            rows.times if sheet != "improvements" else ()
        ):  # what is changed for good is told by the day
            if key in PLANNED:
                continue
            at = np.flatnonzero(whole_days(rows.time(key).astype("int64")))
            of = rows.sheet.owner[at]
            many = tally(of, len(view.register.names)) > CELLS_SINGLY
            found.append(Cells(sheet, at[~many[of]], key, fills={"more": ""}))
            if many.any():  # a column of dates is one mistake, whatever the period
                found.append(_whole_column(view, sheet, key, at[many[of]]))
    return found


def _whole_column(view: View, sheet: SheetKey, key: str, at: Ints) -> Cells:
    """One finding for each register, at the heading, about its ``at``."""
    rows = view.rows(sheet)
    parts = list(rows.split(at))
    firsts = np.array([part[0] for _, part in parts])
    values = rows.shown(key, firsts, view.register.settings, view.register.lang)
    more = [f" (× {len(part)})" for _, part in parts]
    heads = [rows.sheet.heading] * len(parts)
    return Cells(sheet, firsts, key, values, {"more": more}, heads, [of for of, _ in parts])


@check(
    "day_month_swapped", "error", "validity", _keys("time"),
    Text("日和月可能被调换", "Day and month perhaps swapped"),
    Text("“{label}”的 {value} 可能日月颠倒：本列 {texts} 个文本（如“{text}”）的日都大于 12，{dates} 个真日期的日都不大于 12，像是 Excel 把能换的都换了。"
         "请对照原始资料，重新输入整列。",
         "Day and month of {value} in “{label}” have probably changed places: {texts} texts of this column (“{text}”) all "
         "have days after the 12th, its {dates} true dates none, as if Excel had turned round all it could. Compare with "
         "the source and retype the whole column."),
    breaks=Example(({"sent_at": "21.03.2026", "lessons": None}, {"complaint_id": "K-2", "verbatim": "屏幕 / screen", "sent_at": "19.04.2026"},
                    {"complaint_id": "K-3", "verbatim": "电池 / battery", "sent_at": "2026-04-03 00:00:00"})),
    keeps=row(sent_at="2026-04-03 00:00:00"),
)  # fmt: skip
def day_month_swapped(view: View) -> list[Cells]:
    found = []
    for sheet, rows in view.sheets:
        for key in sorted(with_unread(rows.sheet), key=list(rows.columns).index):
            for turned, texts in turned_round(rows.sheet, key):
                size, dates = len(turned), str(len(turned))
                fills = {
                    "texts": [str(len(texts))] * size,
                    "text": [texts[0]] * size,
                    "dates": [dates] * size,
                }
                found.append(Cells(sheet, turned, key, fills=fills))
    return found


@check(
    "number_unreadable", "error", "validity", _keys("number"),
    Text("数字看不懂", "A number that cannot be read"),
    Text("“{label}”的“{value}”不是数字。请只写数字，说明写到“问题细节”。",
         "“{value}” in “{label}” is not a number. Write the figure only; remarks belong under “Details”."),
    breaks=row(compensation_claimed="约三百"), keeps=row(compensation_claimed="300 元"),
)  # fmt: skip
def number_unreadable(view: View) -> list[Cells]:
    return _misread(view, "bad_number")


@check(
    "number_negative", "error", "validity", _keys("number"),
    Text("数字为负", "A negative number"),
    Text("“{label}”为 {value}，不能小于 0。请核对。", "“{label}” is {value}; it cannot be below 0. Check it."),
    breaks=row(compensation_claimed="-300"), keeps=row(compensation_claimed="0"),
)  # fmt: skip
def number_negative(view: View) -> list[Cells]:
    return [
        Cells(sheet, np.flatnonzero(rows.number(key) < 0), key)
        for sheet, rows in view.sheets
        for key, column in rows.columns.items()
        if column.kind == "number" and rows.given(key).any()
    ]


@check(
    "number_ambiguous", "error", "validity", _keys("number"),
    Text("数字有两种读法", "A number that can be read in two ways"),
    Text("“{label}”的“{value}”有两种读法（千位分隔还是小数点），本列其他数字也看不出是哪一种，没有计入。请直接输入数字，不加千位分隔。",
         "“{value}” in “{label}” can be read in two ways (thousands or decimals), and the rest of the column does not tell "
         "which; it was not counted. Type the plain number, without separators between thousands."),
    breaks=row(compensation_claimed="1,234", lessons=None), keeps=row(compensation_claimed="1,234.50"),
)  # fmt: skip
def number_ambiguous(view: View) -> list[Cells]:
    return _misread(view, "unsure_number")


@check(
    "number_in_exponent", "error", "validity", _keys("phone", "id"),
    Text("长号码变成科学计数法", "A long number turned into an exponent"),
    Text("“{label}”成了“{value}”，后几位已经丢失。请把单元格设为文本格式，重新输入完整号码。",
         "“{label}” has become “{value}”; the last digits are lost. Format the cell as text and type the whole number "
         "again."),
    breaks=row(customer_contact="1.38E+10"), keeps=row(),
)  # fmt: skip
def number_in_exponent(view: View) -> list[Cells]:
    return [
        Cells(sheet, np.flatnonzero(rows.contains(key, LOST, rows.has(key, "+"))), key)
        for sheet, rows in view.sheets
        for key, column in rows.columns.items()
        if column.kind in {"phone", "id"}
    ]


@check(
    "contact_invalid", "error", "validity", ("customer_contact",),
    Text("电话号码不对", "Not a phone number"),
    Text("联系方式“{value}”不是完整的电话号码或邮箱。请核对；座机请带区号，国外号码以 + 开头。",
         "The contact “{value}” is neither a whole phone number nor an e-mail address. Check it; landlines need their "
         "area code, foreign numbers begin with +."),
    breaks=row(customer_contact="1380013800"), keeps=row(customer_contact="+86 138-0013-8000"),
    words=True,
)  # fmt: skip
def contact_invalid(view: View) -> Bools:
    rows = view.complaints
    good = are_contacts(rows.data["customer_contact"], view.register.settings.region)
    return ~good & ~rows.contains("customer_contact", LOST, ~good)


@check(
    "time_in_future", "error", "validity", tuple(key for key in _keys("time") if key != "due_at"),
    Text("时间在未来", "A time in the future"),
    Text("“{label}”{value} 晚于检查时的 {as_of}，事情还没有发生。请核对日期。",
         "“{label}” {value} is later than {as_of}, the time of this check, so it cannot have happened. Check the date."),
    breaks=row(first_response_at="2026-10-09 09:01:00"),
    keeps=row(first_response_at="2026-10-09 09:00:00"),
)  # fmt: skip
def time_in_future(view: View) -> list[Cells]:
    # Looked at later than asked about, the day is enough: two runs of one day say the same.
    unit = "datetime64[m]" if view.now == view.as_of else "datetime64[D]"
    as_of = str(view.now.astype(unit)).replace("T", " ")
    planned = view.items.says("item_kind", "hold", "option")  # the end of a hold may be agreed beforehand
    found = []
    for sheet, rows in view.sheets:
        for key in rows.times:
            if key == "due_at":
                continue
            late = rows.time(key) > view.now
            if sheet == "items" and key != "noted_at":
                late &= ~planned
            found.append(Cells(sheet, np.flatnonzero(late), key, fills={"as_of": as_of}))
    return found


@check(
    "year_implausible", "error", "validity", _keys("time"),
    Text("年份不合理", "An implausible year"),
    Text("“{label}”{value} 的年份不合理。请核对，例如 2026-10-08 09:30。",
         "The year of “{label}” {value} is implausible. Check it; e.g. 2026-10-08 09:30."),
    breaks=row(first_response_at="1996-10-08 09:10:00"), keeps=row(),
)  # fmt: skip
def year_implausible(view: View) -> list[Cells]:
    last = (view.as_of.astype("datetime64[Y]") + np.timedelta64(LAST_DUE_YEARS + 1, "Y")).astype(
        "datetime64[s]"
    )
    found = []
    for sheet, rows in view.sheets:
        for key in rows.times:
            wrong = rows.time(key) < FIRST
            if key == "due_at":
                wrong |= rows.time(key) >= last
            found.append(Cells(sheet, np.flatnonzero(wrong), key))
    return found


_FORMULA: Final = "^(?:=.|[@+-][^一-鿿]*[(!|])"
_WPS_PICTURE: Final = r"^=(?:_xlfn\.)?DISPIMG\(\"ID_[0-9A-Fa-f]{1,64}\",\s*\d{1,9}\)$"
"""A picture in a cell of WPS, which its own program draws from the name in the formula."""
_CUSTOMERS: Final = tuple(
    dict.fromkeys(
        column.key
        for column in itertools.chain(*DECLARED.values())
        if column.personal not in {"", "team"} and column.kind in {"text", "long_text"}
    )
)
"""Columns that may hold what a customer wrote."""


@check(
    "text_like_formula", "info", "validity", _CUSTOMERS,
    Text("文本像公式", "Text that looks like a formula"),
    Text("“{label}”的“{value}”以运算符开头，别的程序可能把它当公式执行。请在前面加文字。",
         "“{value}” in “{label}” begins like a formula, and another program might run it. Put a word before it."),
    breaks=row(details='=HYPERLINK("http://example.com")'), keeps=row(details="- 屏幕碎了 (左上角)"),
)  # fmt: skip
def text_like_formula(view: View) -> list[Cells]:
    found = []
    for sheet, rows in view.sheets:
        for key in rows.columns:
            if key in _CUSTOMERS:
                hostile = rows.contains(key, _FORMULA, rows.starts_before(key, "A"))
                hostile &= ~rows.contains(key, _WPS_PICTURE, hostile)
                found.append(Cells(sheet, np.flatnonzero(hostile), key))
    return found


@check(
    "setting_unreadable", "error", "validity", (),
    Text("设置看不懂", "A setting cannot be read"),
    Text("{zh}。请在设置表中改正。", "{en}. Mend it on the Settings sheet."),
    sheet="settings",
    breaks=Example(settings=(("Code list", "Code", "Choice", "Also written"), ("colour", "red", "Red", ""))),
    keeps=Example(settings=(("Code list", "Code", "Choice", "Also written"), ("tier", "vip", "Gold", ""))),
)  # fmt: skip
def setting_unreadable(view: View) -> list[Cells]:
    nowhere, size = np.zeros(0, "int64"), len(view.register.names)
    return [
        Cells(
            "settings",
            nowhere,
            letters(at + 1),
            [""] * size,
            {"zh": [said.zh] * size, "en": [said.en[:1].upper() + said.en[1:]] * size},
            [line] * size,
            range(size),
        )
        for line, at, said in view.register.settings.problems
    ]
