"""What the Register and the Items sheet have in common: column formats, input hints, drop-downs, input checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name

from kesu.register.columns import Column
from kesu.workbook.writing.style import TIME_FORMAT, Book, within

READY_ROWS: Final = 5000
"""Rows below the data that already have drop-downs, hints and conditional formats."""

SPARE_ROWS: Final = 300
"""Empty rows inside the table of a new register, so that it can be typed into in any spreadsheet program."""

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


def cell_format(book: Book, column: Column) -> Any:
    """Ids, phones and every kind of text are text to Excel, so that nothing typed turns into a number or runs."""
    match column.kind:
        case "time":
            return book.format(num_format=TIME_FORMAT, align="left")
        case "number":
            return book.format(num_format="General", align="right", indent=1)
        case "long_text":
            return book.format(num_format="@", text_wrap=True, valign="top")
        case _:
            return book.format(num_format="@")


@dataclass(frozen=True)
class Entry:
    """An entry sheet while its input checks are written: rows are 0-based, ``places`` is column key → index."""

    book: Book
    sheet: Any
    first_row: int
    last_row: int
    places: dict[str, int]

    def check(self, column: Column, *, unique: bool = False) -> None:
        """Input hint, drop-down and input check of one column, down to the last prepared row."""
        rule = self._rule(column, unique=unique)
        rule["input_title"] = within("title", column.label.of(self.book.lang))
        rule["input_message"] = within("prompt", column.hint.of(self.book.lang))
        rule["ignore_blank"] = True
        if "error_message" in rule:
            rule["error_title"] = within("title", self.book.of("请核对", "Please check"))
            within("error message", rule["error_message"])
        at = self.places[column.key]
        self.sheet.data_validation(self.first_row, at, self.last_row, at, rule)

    def cell(self, key: str) -> str:
        """The cell of column ``key`` in the first row, row relative: ``$G6``."""
        return f"${xl_col_to_name(self.places[key])}{self.first_row + 1}"

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
                cell = self.cell(column.key)
                rule = {
                    "validate": "custom",
                    "value": f'=AND(ISTEXT({cell}),ISERROR(SEARCH("E+",{cell})),'
                    f'OR(ISNUMBER(SEARCH("@",{cell})),LEN({cell})>=7))',
                    "error_type": "warning",
                    "error_message": of(
                        "这不像完整的电话号码或邮箱。电话不少于 7 位，不写成 1.38E+10。",
                        "This is not a whole phone number or e-mail address: at least 7 digits, never 1.38E+10.",
                    ),
                }
        return rule

    def _unique_rule(self, column: Column) -> dict[str, Any]:
        name = xl_col_to_name(self.places[column.key])
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
        low = f"=MAX({EARLIEST},{self.cell(earlier)})" if earlier in self.places else f"={EARLIEST}"
        shape = of("请写成 2026-10-08 09:30 的样子", "Please write it like 2026-10-08 09:30")
        if column.key in MAY_BE_FUTURE:
            return {
                "validate": "date",
                "criteria": ">=",
                "value": low,
                "error_message": f"{shape}{of('。', '.')}",
            }
        bounds = of("，不晚于现在", ", not in the future")
        if earlier in self.places:
            bounds += of("，也不早于前一步的时间", " and not before the step that precedes it")
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": low,
            "maximum": "=NOW()",
            "error_message": f"{shape}{bounds}{of('。', '.')}",
        }
