"""Blocks that the Settings sheet of a team's register lacks, and sheets that it lacks altogether."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kesu.jobs.more_columns import More, lang_of, table_called
from kesu.jobs.more_rows import COMPLETED
from kesu.register.columns import SHEETS, sheet_key
from kesu.register.settings import load_profile
from kesu.register.settings.blocks import HEADER_ROWS
from kesu.register.settings.layout import BLOCKS, Block
from kesu.register.settings.rows import block_name
from kesu.words.text import Text, folded
from kesu.workbook.patch.area import Area
from kesu.workbook.patch.refuse import refused
from kesu.workbook.writing.improvements import write_improvements
from kesu.workbook.writing.made import Made
from kesu.workbook.writing.settings import TABLE_NAMES, write_block
from kesu.workbook.writing.style import Book
from kesu.xlsx.address import LAST_COLUMN
from kesu.xlsx.create import new_workbook

if TYPE_CHECKING:
    from kesu.workbook.patch.growing import Growing

BLOCK: Final = Text("新的表：{block}", "a new table: {block}")
SHEET: Final = Text("新的工作表“{sheet}”，排在最后", "a new sheet “{sheet}”, behind the others")
LIST: Final = Text("{block}的新行", "new rows of {block}")
NO_TABLE: Final = Text(
    "{block}不再是 Excel 的“表”，kesu 不能给它加行。请选中它，用“插入 → 表格”，表名设为 {table}。",
    "{block} is no Excel Table any more, so kesu cannot add rows. Select it, choose Insert → Table, and name it {table}.",
)
WRITERS: Final[dict[str, Callable[[Book], None]]] = {
    "improvements": lambda book: write_improvements(book, None)
}
"""Sheet (key of `SHEETS`) → what writes it. Sheets that kesu fills come with a refresh; others need formulas of the Register."""


def more_blocks(patch: Growing) -> Iterator[More]:
    """Blocks of Settings that came later than the register."""
    title = _settings_title(patch)
    if title is None:
        return
    heads = set(map(folded, patch.words_in(title, Area(1, 1, HEADER_ROWS, LAST_COLUMN))))
    for block in BLOCKS:
        if table_called(patch, TABLE_NAMES[block.key]) is not None:
            continue
        named = block_name(block)
        if not heads & set(map(folded, block.fields[0].label)):
            yield More("settings", BLOCK.fill(block=named), partial(_add_block, patch, title, block))
        elif block.key in {*COMPLETED, "codes"}:
            yield More("settings", LIST.fill(block=named), partial(_refuse, patch, title, block))


def _refuse(patch: Growing, title: str, block: Block) -> None:
    said = NO_TABLE.fill(block=block_name(block), table=TABLE_NAMES[block.key])
    raise refused(f"{patch.package.path.name} ▸ {title}", said.zh, said.en)


def _settings_title(patch: Growing) -> str | None:
    """The sheet on which the tables of settings stand, whatever it is called."""
    known = (table_called(patch, name) for name in TABLE_NAMES.values())
    return next((table.sheet for table in known if table is not None), None)


def _add_block(patch: Growing, title: str, block: Block) -> None:
    workbook = new_workbook(BytesIO(), dt.date.min, date1904=patch.structure.date1904)
    book, sheet = Book(workbook, lang_of(patch), load_profile()), workbook.add_worksheet(title)
    top, left, bottom, right = write_block(book, sheet, block.key, patch.free_column(title) - 1)
    patch.add_block(title, Made(workbook.parts()), Area(top + 1, left + 1, bottom + 1, right + 1))


def more_sheets(patch: Growing) -> Iterator[More]:
    """Sheets that came later than the register and stand on their own."""
    there = {sheet_key(sheet.name) for sheet in patch.structure.sheets}
    for key, write in WRITERS.items():
        if key not in there:
            yield More(key, SHEET.fill(sheet=SHEETS[key]), partial(_add_sheet, patch, key, write))


def _add_sheet(patch: Growing, key: str, write: Callable[[Book], None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "sheets.xlsx"
        workbook = new_workbook(source, dt.date.min, date1904=patch.structure.date1904)
        write(Book(workbook, lang_of(patch), load_profile()))
        workbook.close()
        patch.add_sheet(source, SHEETS[key].of(lang_of(patch)))
