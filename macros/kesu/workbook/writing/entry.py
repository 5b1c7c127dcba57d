"""What the Register and the Items sheet have in common: column formats, input hints, drop-downs, input checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name

from kesu.register.columns import Column
from kesu.words.palette import PURPLE
from kesu.workbook.writing.live_cells import Calc
from kesu.workbook.writing.style import TIME_FORMAT, Book, tint, within

READY_ROWS: Final = 5000
"""Rows below the data that already have drop-downs, hints and conditional formats."""

SPARE_ROWS: Final = 300
"""Empty rows inside the table of a new register, so that it can be typed into in any spreadsheet program."""

UNKNOWN: Final = tint(PURPLE, 0.8)
"""Of choices that are on no list."""

ON_REGISTER: Final = "Complaints_complaint_id"
"""Name of the column of numbers on Register, where the workbook calculates."""

EARLIEST: Final = "DATE(2000,1,1)"

NOT_BEFORE: Final = {
    "first_response_at": "received_at",
    "replied_at": "received_at",
    "resolved_at": "received_at",
    "called_back_at": "received_at",
    "reopened_at": "received_at",
    "done_at": "started_at",
}
"""Times that cannot come before another one of the same row."""

MAY_BE_FUTURE: Final = frozenset({"due_at"})


def list_name(codes: str) -> str:
    """Name of the range that holds the labels of a code list."""
    return f"List_{codes}"


def cell_format(book: Book, column: Column, time_format: str = TIME_FORMAT) -> Any:
    """Ids, phones and every kind of text are text to Excel, so that nothing typed turns into a number or runs."""
    match column.kind:
        case "time":
            return book.format(num_format=time_format, align="left")
        case "number":
            return book.format(num_format="General", align="right", indent=1)
        case "long_text":
            return book.format(num_format="@", text_wrap=True, valign="top")
        case "id" | "phone" | "code":
            return book.format(
                num_format="@", shrink=True
            )  # one word, which the cell beside it would cut off
        case _:
            one_line = column.personal in {"name", "team"} or column.section == "improvement"
            more = {"shrink": True} if one_line else {}
            return book.format(num_format="@", **more)


@dataclass(frozen=True)
class Entry:
    """An entry sheet while its input checks are written: rows are 0-based, ``index_of`` is column key → index."""

    book: Book
    sheet: Any
    first_row: int
    last_row: int
    index_of: dict[str, int]

    def check(self, column: Column, *, unique: bool = False, live: bool = False) -> None:
        """Input hint, drop-down and input check of one column, down to the last prepared row.

        ``unique``: no value twice; ``live``: numbers of items can be looked up on Register.
        """
        rule = self._on_register() if live and column.kind == "id" else self._rule(column, unique=unique)
        rule["input_title"] = within("title", column.label.of(self.book.lang))
        rule["input_message"] = within("prompt", column.hint.of(self.book.lang))
        rule["ignore_blank"] = True
        if "error_message" in rule:
            rule["error_title"] = within("title", self.book.of("请核对", "Please check"))
            within("error message", rule["error_message"])
        at = self.index_of[column.key]
        self.sheet.data_validation(self.first_row, at, self.last_row, at, rule)

    def refuse(self, calc: Calc) -> None:
        """What is calculated refuses to be typed over, and says why; pasting and macros are not hindered."""
        at, of = self.index_of[calc.key], self.book.of
        rule = {
            "validate": "custom", "value": "=FALSE", "ignore_blank": False,
            "error_title": within("title", of("自动计算", "Calculated")),
            "error_message": within("error message", of(
                "这一列由公式自动得出，不用填写。按 Esc 放弃输入；要改结果，请改它所依据的时间、状态或规则。",
                "This column calculates itself; there is nothing to type. Press Esc. To change the result, change the times, the status or the rules from which it follows.",
            )),
        }  # fmt: skip
        self.sheet.data_validation(self.first_row, at, self.last_row, at, rule)

    def known_codes(self, column: Column) -> None:
        """Marks cells of several choices in which something stands that is on no list: a drop-down can warn of one only."""
        name, cell, joint = list_name(column.codes), self.cell(column.key), "、"
        parts = cell
        for sign in ("，", ",", "；", ";", "/", "|"):
            parts = f'SUBSTITUTE({parts},"{sign}","{joint}")'
        asked = f'"{joint}"&SUBSTITUTE({parts}," ","")&"{joint}"'
        found = f'SUMPRODUCT(ISNUMBER(SEARCH("{joint}"&SUBSTITUTE({name}," ","")&"{joint}",{asked}))*1)'
        given = f'LEN({asked})-LEN(SUBSTITUTE({asked},"{joint}",""))-1'
        self.sheet.conditional_format(
            self.first_row, self.index_of[column.key], self.last_row, self.index_of[column.key],
            {
                "type": "formula", "criteria": f'=AND({cell}<>"",{found}<>{given})',
                "format": self.book.workbook.add_format({"bg_color": UNKNOWN, "italic": True}),
            },
        )  # fmt: skip

    def cell(self, key: str) -> str:
        """The cell of column ``key`` in the first row, row relative: ``$G6``."""
        return f"${xl_col_to_name(self.index_of[key])}{self.first_row + 1}"

    def _rule(self, column: Column, *, unique: bool) -> dict[str, Any]:
        if unique:
            return self._unique_rule(column)
        of = self.book.of
        rule: dict[str, Any] = {"validate": "any"}
        match column.kind:
            case "code" | "codes":
                rule = {
                    "validate": "list",
                    "source": within("list formula", f"={list_name(column.codes)}"),
                    "show_error": column.kind == "code",  # several may be typed, one may be chosen
                    "error_message": of(
                        "请从下拉列表中选择。选项可在“设置”工作表的代码表里增改。",
                        "Please choose from the list. Its choices can be edited under Code lists on the Settings sheet.",
                    ),
                }
            case "time":
                rule = self._time_rule(column)
            case "number":
                rule = {
                    "validate": "decimal",
                    "criteria": ">=",
                    "value": 0,
                    "error_message": of(
                        "请填写不小于 0 的数字，不带单位。",
                        "Please enter a number, 0 or more, without a unit.",
                    ),
                }
            case "phone":
                cell = digits = self.cell(column.key)
                for sign in (" ", "-", "+", "(", ")"):
                    digits = f'SUBSTITUTE({digits},"{sign}","")'
                rule = {
                    "validate": "custom",
                    "value": f'=AND(ISTEXT({cell}),ISERROR(SEARCH("E+",{cell})),'
                    f'OR(ISNUMBER(SEARCH("@",{cell})),LEN({digits})>=7))',
                    "error_type": "warning",
                    "error_message": of(
                        "这不像完整的电话号码或邮箱。电话不少于 7 位，不写成 1.38E+10。",
                        "This is not a whole phone number or e-mail address: at least 7 digits, never 1.38E+10.",
                    ),
                }
        return rule

    def _on_register(self) -> dict[str, Any]:
        return {
            "validate": "custom",
            "value": f"=SUMPRODUCT(--({ON_REGISTER}={self.cell('complaint_id')}))>0",
            "error_type": "warning",
            "error_message": self.book.of(
                "“投诉登记”里没有这个编号，这一行不属于任何投诉。请核对编号，或先登记投诉。",
                "No complaint on Register has this number, so the row would belong to none. Check it, or log the complaint first.",
            ),
        }

    def _unique_rule(self, column: Column) -> dict[str, Any]:
        name = xl_col_to_name(self.index_of[column.key])
        span = f"${name}${self.first_row + 1}:${name}${self.last_row + 1}"
        return {
            "validate": "custom",
            # COUNTIF would take 0001 for 1 and cut long numbers to 15 digits
            "value": f"=SUMPRODUCT(--({span}={self.cell(column.key)}))=1",
            "error_message": self.book.of(
                "这个编号已经用过。每件投诉一个编号，下一个可用编号见表格上方。",
                "This number is already used. One number a case; the next free one stands above the table.",
            ),
        }

    def _time_rule(self, column: Column) -> dict[str, Any]:
        of = self.book.of
        earlier = NOT_BEFORE.get(column.key)
        low = f"=MAX({EARLIEST},{self.cell(earlier)})" if earlier in self.index_of else f"={EARLIEST}"
        shape = of("请写成 2026-10-08 09:30 的样子", "Please write it like 2026-10-08 09:30")
        if column.key in MAY_BE_FUTURE:
            return {
                "validate": "date",
                "criteria": ">=",
                "value": low,
                "error_message": f"{shape}{of('。', '.')}",
            }
        bounds = of("，不晚于现在", ", not in the future")
        if earlier in self.index_of:
            bounds += of("，也不早于前一步的时间", " and not before the step that precedes it")
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": low,
            "maximum": "=NOW()",
            "error_message": f"{shape}{bounds}{of('。', '.')}",
        }
