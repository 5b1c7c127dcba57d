"""What the live formulas look things up in: the rules in seconds, the labels of codes, the present time.

Stands folded away to the right of the Settings sheet; the names defined here are all that the formulas use.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from kesu.register.codes import label_of
from kesu.register.columns import REGISTER, SHEETS
from kesu.register.settings import CLOCKS, CONDITIONS, REOPEN_MODES, STARTS, TARGETS, UNITS
from kesu.register.settings.layout import BLOCKS, SWITCHES, YES_NO, rows_of
from kesu.rules.deadlines import STATES
from kesu.words.text import Text
from kesu.workbook.writing.live import COMPLAINT_CALCS, WORDS, fixed_name, word_name
from kesu.workbook.writing.style import PALE, SECTION_COLOURS, TIME_FORMAT, Book
from kesu.workbook.writing.table import headers_of

FAR_DAY: Final = 2958465
CONSTANTS: Final = {
    "Unix_Day": "DATE(1970,1,1)",
    "Day_Seconds": "86400",
    "Far_Day": str(FAR_DAY),
    "Order_Step": "100000",
}
"""1970-01-01 as this workbook counts days (from 1900 or 1904); seconds of a day; 9999-12-31, later than any date; more
than the rows of Items."""

UNIT_SECONDS: Final = {"minutes": 60, "hours": 3600, "days": 86400, "weeks": 604800}

RULE_ROWS: Final = 60
"""As many rules as the formulas look at."""

RULES: Final = next(block for block in BLOCKS if block.key == "rules")
COPIED: Final = (
    "target", *CONDITIONS, "amount", "unit", "clock", "start", *SWITCHES, "valid_from", "valid_to",
)  # fmt: skip
RULE_COLUMNS: Final[dict[str, Text]] = (
    {"No": Text("规则号", "Rule no.")}
    | {f.key: Text(f"规则·{f.label.zh}", f"Rule: {f.label.en}") for f in RULES.fields if f.key in COPIED}
    | {
        "Weight": Text("规则次序", "Rule rank"),
        "Business": Text("规则·工时", "Rule: business"),
        "Days": Text("规则·按天", "Rule: in days"),
        "Seconds": Text("规则·秒", "Rule, s"),
    }
)
"""Columns of the copy of the rules; each is named ``Rule_`` and its key."""

OPEN: Final = ("overdue", "due_soon", "pending")
"""States of deadlines that are still running."""


def write_workings(book: Book, sheet: Any, at: int, first_row: int, *, live: bool) -> int:
    """Writes the workings from column ``at`` on and defines their names; returns the first free column."""
    writer = _Workings(book, sheet, first_row, live=live)
    for name, value in CONSTANTS.items():
        book.workbook.define_name(name, f"={value}")
    at = writer.rules(at)
    at = writer.words(at)
    return writer.now(at)


class _Workings:
    def __init__(self, book: Book, sheet: Any, first_row: int, *, live: bool) -> None:
        self.book, self.sheet, self.first_row, self.live = book, sheet, first_row, live
        self.name = SHEETS["settings"].of(book.lang)
        self.form = book.format(bg_color=PALE)

    def define(self, name: str, at: int, first_row: int, last_row: int | None = None) -> None:
        """A defined name over one cell or the rows of one column."""
        cell = xl_rowcol_to_cell(first_row, at, row_abs=True, col_abs=True)
        end = "" if last_row is None else ":" + xl_rowcol_to_cell(last_row, at, row_abs=True, col_abs=True)
        self.book.workbook.define_name(name, f"='{self.name}'!{cell}{end}")

    def head(self, at: int, words: Text, width: int = 14) -> None:
        self.sheet.write_string(
            self.first_row - 1, at, words.of(self.book.lang), self.book.header(SECTION_COLOURS["workings"])
        )
        self.sheet.set_column(at, at, width, None, {"level": 1, "hidden": True})

    def rules(self, at: int) -> int:
        """Units in seconds, then a copy of the rules row by row with rank, seconds and clock beside each.

        A copy, because inserting a row into the table of rules must not tear the columns apart.
        """
        first, last = self.first_row, self.first_row + RULE_ROWS - 1
        for offset, words in enumerate((Text("单位", "Unit (words)"), Text("单位秒数", "Unit, s"))):
            self.head(at + offset, words)
        for row, (unit, words) in enumerate(UNITS.items(), start=first):
            self._write(row, at, words.of(self.book.lang))
            self._write(row, at + 1, UNIT_SECONDS.get(unit, "?"))
        self.define("Unit_Words", at, first, first + len(UNITS) - 1)
        self.define("Unit_Seconds", at + 1, first, first + len(UNITS) - 1)
        self.define("Unit_Hour", at + 1, first + list(UNITS).index("hours"))
        self.define("Unit_Day", at + 1, first + list(UNITS).index("days"))
        at += 2
        letter: dict[str, str] = {}
        for key, words in RULE_COLUMNS.items():
            self.head(at, words)
            if key == "No":
                self.define("Rule_No", at, first, last)
            else:
                self.until_last_rule(f"Rule_{key}", at)
            letter[key] = xl_col_to_name(at)
            at += 1
        for offset in range(RULE_ROWS):
            self._rule(first + offset, at - len(RULE_COLUMNS), letter, offset)
        self.head(at, Text("末条规则号", "Last rule's no."))
        span = "${0}${1}:${0}${2}"
        numbers, ranks = (span.format(letter[key], first + 1, last + 1) for key in ("No", "Weight"))
        used = max(len(self.book.settings.rules), 1)
        self.formula(first, at, f"=MAX(1,SUMPRODUCT(MAX(({ranks}>0)*{numbers})))", used)
        self.define("Rule_Last", at, first)
        return at + 1

    def until_last_rule(self, name: str, at: int) -> None:
        """A name over a column of the copied rules down to the last one in use: short arrays are quick."""
        first = xl_rowcol_to_cell(self.first_row, at, row_abs=True, col_abs=True)
        last = xl_rowcol_to_cell(self.first_row + RULE_ROWS - 1, at, row_abs=True, col_abs=True)
        sheet = f"'{self.name}'!"
        self.book.workbook.define_name(name, f"={sheet}{first}:INDEX({sheet}{first}:{last},Rule_Last)")

    def _rule(self, row: int, at: int, letter: dict[str, str], offset: int) -> None:
        rules, lang = self.book.settings.rules, self.book.lang
        rule = rules[offset] if offset < len(rules) else None
        fields = {field.key: field.label.of(lang) for field in RULES.fields}
        shown = (
            dict(zip(fields, rows_of(self.book.settings, lang)["rules"][offset], strict=True)) if rule else {}
        )
        cell = {key: f"${name}{row + 1}" for key, name in letter.items()}
        self._write(row, at, offset + 1)
        for n, key in enumerate(COPIED, start=1):
            found = f"INDEX(SettingsRules[{fields[key]}],{cell['No']})"
            value = shown.get(key)
            match key:
                case "amount":
                    self.formula(
                        row, at + n, f'=IFERROR(IF({found}="","",{found}),"")', value if rule else ""
                    )
                case "valid_from":
                    self.formula(row, at + n, f"=IFERROR(N({found}),0)", _serial(value, 0))
                case "valid_to":
                    ends = f"=IFERROR(IF(N({found})=0,Far_Day,{found}),Far_Day)"
                    self.formula(row, at + n, ends, _serial(value, FAR_DAY))
                case _:
                    self.formula(row, at + n, f'=IFERROR({found}&"","")', value or "")
        in_days = rule is not None and rule.unit not in {"minutes", "hours"}
        business = rule is not None and rule.clock == "business"
        seconds: str | float = ""
        if rule is not None:
            known = rule.unit in UNIT_SECONDS and not (business and rule.unit == "weeks")
            seconds = rule.amount * UNIT_SECONDS[rule.unit] if known else "?"
        unit = f'IF({cell["unit"]}="",Unit_Hour,INDEX(Unit_Seconds,MATCH({cell["unit"]},Unit_Words,0)))'
        special = f"AND({cell['Business']}=1,{unit}>Unit_Day)"
        at += 1 + len(COPIED)
        given = f"ISNUMBER({cell['amount']})"
        for n, (text, known_value) in enumerate((
            (f'=IF(AND({cell["target"]}<>"",{given}),ROWS(Rule_No)+1-{cell["No"]},0)', RULE_ROWS - offset if rule else 0),
            (f"=IF({cell['clock']}=Clock_Business,1,0)", int(business)),
            (f"=IF({given},IFERROR(IF({unit}<Unit_Day,0,1),1),0)", int(in_days)),
            (f'=IF({given},IFERROR(IF({special},"?",{cell["amount"]}*{unit}),"?"),"")', seconds),
        )):  # fmt: skip
            self.formula(row, at + n, text, known_value)

    def words(self, at: int) -> int:
        """Labels of the codes that the formulas compare with, looked up so that a team may change them."""
        first = self.first_row
        fields = next(block for block in BLOCKS if block.key == "codes").fields
        lists, codes, labels = (f"SettingsCodes[{field.label.of(self.book.lang)}]" for field in fields[:3])
        self.head(at, Text("公式用词", "Words in formulas"), 22)
        self.head(at + 1, Text("现用选项", "Label in use"), 18)
        row = first
        for word in WORDS:
            name, _, code = word.partition(".")
            start = f'MATCH("{name}",{lists},0)'
            own = f'INDEX({codes},{start}):INDEX({codes},{start}+COUNTIF({lists},"{name}")-1)'
            self.sheet.write_string(row, at, word, self.form)
            self.formula(
                row, at + 1, f'=INDEX({labels},{start}-1+MATCH("{code}",{own},0))',
                label_of(self.book.settings.codes[name], code, self.book.lang),
            )  # fmt: skip
            self.define(word_name(word), at + 1, row)
            row += 1
        for target, words in TARGETS.items():
            row = self._word(row, at, f"rule.{target}", words, fixed_name(target))
        row = self._word(row, at, "clock.business", CLOCKS["business"], "Clock_Business")
        for key, words in STARTS.items():
            row = self._word(row, at, f"start.{key}", words, f"Start_{key}")
        row = self._word(row, at, "yes", YES_NO["yes"], "Word_yes")
        row = self._word(row, at, "reopen.continue", REOPEN_MODES["continue"], "Reopen_Continue")
        states = row
        for state in OPEN:
            row = self._word(row, at, f"state.{state}", STATES[state], f"State_{state}")
        self.define("Open_States", at + 1, states, row - 1)
        return at + 2

    def _word(self, row: int, at: int, key: str, words: Text, name: str) -> int:
        self.sheet.write_string(row, at, key, self.form)
        self.sheet.write_string(row, at + 1, words.of(self.book.lang), self.form)
        self.define(name, at + 1, row)
        return row + 1

    def _write(self, row: int, at: int, value: str | float) -> None:
        (self.sheet.write_string if isinstance(value, str) else self.sheet.write_number)(
            row, at, value, self.form
        )

    def now(self, at: int) -> int:
        """The present moment, one volatile cell from which everything follows; and the next free number."""
        first, lang = self.first_row, self.book.lang
        self.head(at, Text("此刻与编号", "Moment and number"), 22)
        self.head(at + 1, Text("此刻的值", "At present"), 18)
        ids = f"Complaints[{headers_of(REGISTER, lang)['complaint_id']}]"
        sequence = next(calc.label.of(lang) for calc in COMPLAINT_CALCS if calc.key == "sequence")
        tails = f"Complaints[{sequence}]"
        moment = "MATCH(Now_S,Cal_Start,1)"
        lines = (
            ("Now_At", "=NOW()", TIME_FORMAT),
            ("Now_S", "=ROUND((Now_At-Unix_Day)*Day_Seconds,0)", "0"),
            ("Day_Now", "=INT(Now_S/Day_Seconds)", "0"),
            ("Week_End", "=(Day_Now+8-WEEKDAY(Now_At,2))*Day_Seconds", "0"),
            ("Now_Reading",
             f"=INDEX(Cal_Cum,{moment})+MIN(Now_S-INDEX(Cal_Start,{moment}),INDEX(Cal_Len,{moment}))", "0"),
            ("Last_Number", f'=IFERROR(LOOKUP(2,1/({ids}<>""),{ids}),"")', "@"),
            ("Numbers_Rise",  # then none stands twice, and nobody need look
             (f'=IF(ROWS({ids})<2,1,IF(SUMPRODUCT(({below(ids)}<>"")*((({above(ids)}="")+({below(tails)}<={above(tails)}))>0))'
             '=0,1,0))'), "0"),
            ("Number_Tail", ('=IF(ISNUMBER(VALUE(TRIM(RIGHT(SUBSTITUTE(Last_Number,"-",REPT(" ",30)),30)))),'
             'TRIM(RIGHT(SUBSTITUTE(Last_Number,"-",REPT(" ",30)),30)),RIGHT(Last_Number,4))'), "@"),
            ("Number_Prefix", "=LEFT(Last_Number,LEN(Last_Number)-LEN(Number_Tail))", "@"),
            ("Next_Number", ('=IF(Last_Number="",YEAR(Now_At)&"-0001",Number_Prefix&TEXT(SUMPRODUCT(MAX('
             f'(LEFT({ids},LEN(Number_Prefix))=Number_Prefix)*{tails}))+1,REPT("0",LEN(Number_Tail))))'), "@"),
        )  # fmt: skip
        for offset, (name, text, shape) in enumerate(lines if self.live else lines[:5]):
            self.sheet.write_string(first + offset, at, name, self.form)
            form = self.book.format(bg_color=PALE, num_format=shape, align="left")
            self.sheet.write_formula(first + offset, at + 1, text, form, "")
            self.define(name, at + 1, first + offset)
        return at + 2

    def formula(self, row: int, at: int, text: str, value: Any) -> None:
        self.sheet.write_formula(row, at, text, self.form, value)


def above(column: str) -> str:
    """All cells of a column but the last."""
    return f"INDEX({column},1):INDEX({column},ROWS({column})-1)"


def below(column: str) -> str:
    """All cells of a column but the first."""
    return f"INDEX({column},2):INDEX({column},ROWS({column}))"


def _serial(value: Any, otherwise: float) -> float:
    """A date as Excel counts days."""
    return (value - dt.date(1899, 12, 30)).days if isinstance(value, dt.date) else otherwise
