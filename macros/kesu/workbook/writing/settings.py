"""The Settings sheet: the team's rules, targets, hours and lists as tables side by side, and the names over them."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name, xl_range_abs

from kesu.register.codes import CODE_LISTS
from kesu.register.settings import LIMITS
from kesu.register.settings.layout import BLOCKS, GENERAL, Block, Cell, Field, rows_of
from kesu.words.palette import BLUE, YELLOW
from kesu.workbook.writing.entry import list_name
from kesu.workbook.writing.live_outcomes import LIMIT_NAMES
from kesu.workbook.writing.style import DATE_FORMAT, INK, SECTION_COLOURS, Book, tint, within
from kesu.workbook.writing.workings import write_workings
from kesu.xlsx.address import quoted

TITLE_ROW: Final = 3
HEADER_ROW: Final = 4
FIRST_ROW: Final = 5

SPARE: Final = {
    "rules": 8,
    "kpi_targets": 8,
    "hours": 4,
    "days": 20,
    "customers": 24,
    "words": 8,
    "playbooks": 20,
}
"""Empty rows kept ready in a block."""

TABLE_NAMES: Final = {
    "general": "SettingsGeneral",
    "rules": "SettingsRules",
    "kpi_targets": "SettingsTargets",
    "hours": "SettingsHours",
    "days": "SettingsDays",
    "customers": "SettingsCustomers",
    "codes": "SettingsCodes",
    "words": "SettingsWords",
    "limits": "SettingsLimits",
    "playbooks": "SettingsPlaybooks",
}

BLOCK_COLOURS: Final = dict(
    zip(TABLE_NAMES, list(SECTION_COLOURS.values())[: len(TABLE_NAMES)], strict=True)
) | {"general": BLUE}


PRINTED_PERCENT: Final = 60
PAGE_WIDTH: Final = 250
"""Characters across a page at that size."""


def write_settings(book: Book, *, live: bool) -> None:
    """Adds the sheet, its tables, and the names ``List_*`` (choices of each code list) and ``Set_*`` (single values)."""
    sheet = book.sheet("settings", INK)
    sheet.hide_gridlines(2)
    sheet.set_row(0, 28)
    sheet.set_row(HEADER_ROW, 30)
    sheet.write_string(0, 0, book.of("设置", "Settings"), book.title())
    sheet.write_string(
        1, 0,
        book.of(
            "浅黄色的单元格可以改；本工作簿以这里为准。代码表加选项时，请在同一列表的行之间插入行。",
            "Pale yellow cells are yours to edit; this workbook follows them. To add a choice, insert a row within its code list.",
        ),
        book.note(),
    )  # fmt: skip
    rows = rows_of(book.settings, book.lang)
    at = 0
    for block in BLOCKS:
        _block(book, sheet, block, rows[block.key], at)
        at += len(block.fields) + 1
        sheet.set_column(at - 1, at - 1, 3)
    _fixed_lists(book, sheet, at, live=live)
    sheet.freeze_panes(FIRST_ROW, 0)
    sheet.set_paper(8)
    sheet.set_print_scale(PRINTED_PERCENT)
    name = f"'{sheet.get_name()}'"
    pages = ",".join(f"{name}!{area}" for area in _pages(rows))
    book.workbook.define_name(f"{name}!_xlnm.Print_Area", f"={pages}")
    sheet.repeat_rows(TITLE_ROW, HEADER_ROW)


def _pages(rows: dict[str, list[tuple[Cell, ...]]]) -> list[str]:
    """What is printed: blocks side by side as far as a page is wide, each page as high as its longest block, so that none
    comes empty beside a long one. The playbooks stand on the Guide."""
    areas: list[list[int]] = []
    at, room = 0, 0
    for block in BLOCKS:
        wide = sum(field.width for field in block.fields) + 3
        if block.key != "playbooks":
            if wide > room:
                areas.append([at, at, 0])
                room = PAGE_WIDTH
            room -= wide
            areas[-1][1:] = at + len(block.fields) - 1, max(areas[-1][2], _last_row(block, rows))
        at += len(block.fields) + 1
    return [xl_range_abs(TITLE_ROW if first else 0, first, row, last) for first, last, row in areas]


def _block(book: Book, sheet: Any, block: Block, rows: list[tuple[Cell, ...]], at: int) -> None:
    colour = BLOCK_COLOURS[block.key]
    last_row = _last_row(block, {block.key: rows})
    count = last_row - FIRST_ROW + 1
    sheet.write_string(TITLE_ROW, at, block.title.of(book.lang), book.format(bold=True, font_size=11))
    for offset, field in enumerate(block.fields):
        sheet.set_column(at + offset, at + offset, field.width)
    sheet.add_table(
        HEADER_ROW, at, last_row, at + len(block.fields) - 1,
        {
            "name": TABLE_NAMES[block.key],
            "style": "Table Style Light 1",
            "autofilter": False,
            "banded_rows": False,
            "columns": [
                {"header": field.label.of(book.lang), "header_format": book.header(colour)} for field in block.fields
            ],
        },
    )  # fmt: skip
    for row in range(count):
        given = rows[row] if row < len(rows) else (None,) * len(block.fields)
        for offset, (field, value) in enumerate(zip(block.fields, given, strict=False)):
            _cell(sheet, FIRST_ROW + row, at + offset, value, _cell_format(book, block, field, value))
        for offset in range(len(given), len(block.fields)):
            sheet.write_blank(
                FIRST_ROW + row, at + offset, None, _cell_format(book, block, block.fields[offset], None)
            )
    _validate(book, sheet, block, at, last_row)
    _define(book, quoted(sheet.get_name()), block, at)


def _last_row(block: Block, rows: dict[str, list[tuple[Cell, ...]]]) -> int:
    return FIRST_ROW + max(len(rows[block.key]) + SPARE.get(block.key, 0), 1) - 1


def _validate(book: Book, sheet: Any, block: Block, at: int, last_row: int) -> None:
    for offset, field in enumerate(block.fields):
        source = _choices(block, field)
        if source:
            sheet.data_validation(
                FIRST_ROW, at + offset, last_row, at + offset,
                {
                    "validate": "list",
                    "source": within("list formula", source),
                    "error_title": within("title", book.of("请核对", "Please check")),
                    "error_message": book.of("请从下拉列表中选择。", "Please choose from the list."),
                },
            )  # fmt: skip


def _define(book: Book, name: str, block: Block, at: int) -> None:
    """Names for the single settings and for each list of codes."""
    if block.key == "general":
        for offset, key in enumerate(GENERAL):
            cell = f"${xl_col_to_name(at + 1)}${FIRST_ROW + offset + 1}"
            book.workbook.define_name(f"Set_{key}", f"={name}!{cell}")
    for key in LIMIT_NAMES if block.key == "limits" else ():
        cell = f"${xl_col_to_name(at + 1)}${FIRST_ROW + list(LIMITS).index(key) + 1}"
        book.workbook.define_name(f"Limit_{key}", f"={name}!{cell}")
    if block.key == "codes":
        heads = block.fields[0].label.of(book.lang), block.fields[2].label.of(book.lang)
        for codes in CODE_LISTS:
            book.workbook.define_name(list_name(codes), f"={list_formula(codes, *heads)}")


def list_formula(codes: str, lists: str, labels: str, table: str = TABLE_NAMES["codes"]) -> str:
    """Where the choices of a code list stand in the table of all lists, by the headings of its first and third column."""
    first = f'MATCH("{codes}",{table}[{lists}],0)'
    begin = f"INDEX({table}[{labels}],{first})"
    return f'{begin}:INDEX({table}[{labels}],{first}+COUNTIF({table}[{lists}],"{codes}")-1)'


def _span(sheet: Any, at: int, last_row: int) -> str:
    letter = xl_col_to_name(at)
    return f"{quoted(sheet.get_name())}!${letter}${FIRST_ROW + 1}:${letter}${last_row + 1}"


READ_ONLY: Final = {
    ("general", "setting"),
    ("general", "note"),
    ("codes", "list"),
    ("limits", "limit"),
    ("limits", "note"),
}


def _cell_format(book: Book, block: Block, field: Field, value: Cell) -> Any:
    look: dict[str, Any] = {"border": 1, "border_color": "#D9D9D9"}
    if (block.key, field.key) not in READ_ONLY:
        look["bg_color"] = tint(YELLOW, 0.82)
    if field.key in {"day", "valid_from", "valid_to"}:
        look["num_format"] = DATE_FORMAT
    elif field.key == "target" and block.key == "kpi_targets" and isinstance(value, float) and value <= 1:
        look["num_format"] = "0.##%" if value * 100 % 1 else "0%"
    elif (
        field.key in {"amount", "customers"}
        or (block.key, field.key) == ("limits", "value")
        or isinstance(value, float)
    ):
        look["num_format"] = "#,##0.00" if isinstance(value, float) and value % 1 else "#,##0"
    elif not (block.key == "kpi_targets" and field.key == "target"):
        look["num_format"] = "@"
    if isinstance(value, str) and len(value) > field.width:
        look["text_wrap"] = field.key != "also"
    return book.format(**look)


def _cell(sheet: Any, row: int, at: int, value: Cell, form: Any) -> None:
    if value is None or value == "":
        sheet.write_blank(row, at, None, form)
    elif isinstance(value, str):
        sheet.write_string(row, at, value, form)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, at, value, form)
    else:
        sheet.write_number(row, at, value, form)


def _choices(block: Block, field: Field) -> str:
    """Where the words that may stand in a field are listed; "" for free entry."""
    if not field.choices:
        return ""
    if field.key in CODE_LISTS and block.key in {"rules", "kpi_targets"} and field.key != "target":
        return f"={list_name(field.key)}"
    return f"=Words_{block.key}_{field.key}"


def _fixed_lists(book: Book, sheet: Any, at: int, *, live: bool) -> None:
    """Words that the program knows and nobody edits, for the drop-downs above; grouped and folded away."""
    sheet.write_string(
        TITLE_ROW,
        at,
        book.of("固定词表（勿改）", "Fixed words (do not edit)"),
        book.format(bold=True, font_size=11),
    )
    for block in BLOCKS:
        at = _fixed_words(book, sheet, block, at)
    at = write_workings(book, sheet, at, FIRST_ROW, live=live)
    sheet.set_column(at, at, 3, None, {"collapsed": True})


def _fixed_words(book: Book, sheet: Any, block: Block, at: int) -> int:
    """The words of one block's drop-downs, a hidden column each, from column ``at`` on; the first free column."""
    for field in block.fields:
        if not _choices(block, field).startswith("=Words_"):
            continue
        words = [label.of(book.lang) for label in field.choices.values()]
        sheet.write_string(
            HEADER_ROW, at, f"{block.key}.{field.key}", book.header(SECTION_COLOURS["workings"])
        )
        for row, word in enumerate(words):
            sheet.write_string(FIRST_ROW + row, at, word, book.format())
        book.workbook.define_name(
            f"Words_{block.key}_{field.key}", f"={_span(sheet, at, FIRST_ROW + len(words) - 1)}"
        )
        sheet.set_column(at, at, 16, None, {"level": 1, "hidden": True})
        at += 1
    return at


def write_block(book: Book, sheet: Any, key: str, at: int) -> tuple[int, int, int, int]:
    """One block alone as new registers have it, from column ``at`` of a sheet on, with the words of its drop-downs folded
    away behind it. Where it stands: first row and column, last row and column, 0-based."""
    block = next(one for one in BLOCKS if one.key == key)
    rows = rows_of(book.settings, book.lang)
    _block(book, sheet, block, rows[key], at)
    gap = at + len(block.fields)
    sheet.set_column(gap, gap, 3)
    behind = _fixed_words(book, sheet, block, gap + 1)
    if behind > gap + 1:
        sheet.set_column(behind, behind, 3, None, {"collapsed": True})
    words = max((len(field.choices) for field in block.fields), default=0)
    return TITLE_ROW, at, max(_last_row(block, rows), FIRST_ROW + words - 1), behind
