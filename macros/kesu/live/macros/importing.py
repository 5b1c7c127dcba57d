"""The macro that takes a foreign table on a sheet of the open workbook into its register."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from kesu.live import entry
from kesu.live.feedback import MacroError, macro
from kesu.live.frames import opened, raw_sheet
from kesu.register.columns import BY_KEY, sheet_key
from kesu.words.errors import KesuError
from kesu.words.text import Text, listed

if TYPE_CHECKING:
    import datetime as dt

    import xlwings as xw

    from kesu.jobs.adding import Additions
    from kesu.jobs.importing import Maps
    from kesu.live.frames import Opened
    from kesu.register.mapping.apply import Taken
    from kesu.register.mapping.survey import Survey

SHOWN: Final = 5
"""Questions, rows and cells that a message names one by one."""

OWN_SHEET: Final = Text(
    "“{sheet}”是 kesu 自己的工作表。请先切换到要导入的那张表，再按一次。",
    "“{sheet}” is a sheet of kesu's own. Go to the sheet with the table that is to come in, then press again.",
)
NOT_HERE: Final = Text(
    "这里缺少导入所需的程序库。请在安装了 kesu 的电脑上用 kesu import --into。",
    "The libraries for importing are not here. Use kesu import --into on a computer with kesu.",
)
NO_SHEET: Final = Text("没有叫“{sheet}”的工作表。", "No sheet is called “{sheet}”.")
UNSURE: Final = Text(
    "有 {n} 处拿不准，没有写入：\n{asked}\n请把这些列标题改成登记表的叫法（例如“{example}”），不要的列改成别的名字，再按一次；或用 kesu import 逐一回答。",
    "Not sure: {n}; nothing was written:\n{asked}\nGive these headings the register's own words (such as “{example}”), then press "
    "again; or answer one by one with kesu import.",
)
DONE: Final = Text(
    "“{sheet}”：新增投诉 {new} 件、事项 {items} 行，更新 {updated} 件；{same} 件没有变化，{kept} 处不同但没有改，未采用 {out} 行。",
    "“{sheet}”: {new} {new:complaint|complaints} and {items} {items:item|items} added, {updated} updated; {same} unchanged, {kept} other "
    "{kept:difference|differences} left as is, {out} {out:row|rows} left out.",
)


@macro(Text("导入表格", "importing a table"))
def import_table(book: xw.Book, sheet: str = "", as_of: dt.datetime | None = None) -> str:
    """Add the complaints of the table on ``sheet`` (by default the one in front) that the register does not have.

    Of known ones empty cells are filled and the state moves on; what else differs is told and left. A mapping of the same
    headings that was used before is used again. Raises `MacroError` where there is no table or anything is not sure.
    """
    try:
        from kesu.jobs.adding import compare
        from kesu.jobs.collect import Target
        from kesu.jobs.import_account import LACKED, account
        from kesu.jobs.importing import Maps, remember, take
    except ImportError:  # xlwings Lite has no rapidfuzz and no XlsxWriter unless the user adds them
        raise MacroError(NOT_HERE) from None

    register = opened(book, as_of)
    held, year = register.assessment.register, register.assessment.as_of.year
    maps = Maps.of_user()
    found = _surveyed(book, _front(book, sheet), register, maps)
    taken = take(found, held.settings.codes, held.lang, year)
    target = Target(Path(book.name), (0, 0, 0, 0), held, register.raw)
    try:
        added = compare(target, taken, year)
    except KesuError as error:
        raise MacroError(error.text) from None
    _write(register, taken, added)
    for fingerprint, toml in remember(found, held.lang):
        maps.keep(fingerprint, toml)
    lines = account(found, taken, held.lang, LACKED)
    return "\n".join(line.of(held.lang) for line in _told(found, taken, added, lines))


def _front(book: xw.Book, sheet: str) -> xw.Sheet:
    if sheet and sheet not in [one.name for one in book.sheets]:
        raise MacroError(NO_SHEET.fill(sheet=sheet))
    found: xw.Sheet = book.sheets[sheet] if sheet else book.sheets.active
    if sheet_key(found.name) is not None:
        raise MacroError(OWN_SHEET.fill(sheet=found.name))
    return found


def _surveyed(book: xw.Book, sheet: xw.Sheet, register: Opened, maps: Maps) -> Survey:
    from kesu.jobs.importing import survey
    from kesu.register.mapping.model import MapError
    from kesu.register.mapping.table import Passed, find_table

    settings = register.assessment.register.settings
    table = find_table(book.name, raw_sheet(sheet))
    if isinstance(table, Passed):
        raise MacroError(table.reason.at(sheet.name))
    try:
        found = survey([table], (), settings.codes, settings.time_zone or settings.region, maps=maps)
    except MapError as error:
        raise MacroError(error.text) from None
    if not found.plans:
        raise MacroError(found.passed[0].reason.at(sheet.name))
    asked = [question.asked for one in found.plans for question in one.questions]
    if asked:
        lines = Text(*("\n".join(f"· {one.of(lang)}" for one in asked[:SHOWN]) for lang in ("zh", "en")))
        raise MacroError(UNSURE.fill(n=len(asked), asked=lines, example=BY_KEY["received_at"].label))
    return found


def _write(register: Opened, taken: Taken, added: Additions) -> None:
    """New rows below the others, then the cells of known complaints. Raises `MacroError` before anything is written."""
    from kesu.register.columns import ITEM_BY_KEY
    from kesu.register.forms.page import shown

    held = register.assessment.register
    codes = held.settings.codes
    entry.add_records(
        register,
        (held.complaints, {**BY_KEY, **{one.key: one for one in taken.own}}, added.new),
        (held.items, {**ITEM_BY_KEY, **{one.key: one for one in taken.item_own}}, added.items),
    )
    sheet = register.sheet(held.complaints)
    for one in added.changes:
        if one.taken:
            cell = sheet.range((one.row, held.complaints.columns[one.key] + 1))
            entry.put(cell, BY_KEY[one.key], shown(BY_KEY[one.key], one.after, codes, held.lang))


def _told(found: Survey, taken: Taken, added: Additions, account: list[Text]) -> list[Text]:
    from kesu.jobs.adding import UNSOURCED

    [sheet] = {table.sheet for one in found.plans for table in one.tables}
    updated = {one.complaint_id for one in added.changes if one.taken}
    kept = sum(not one.taken for one in added.changes)
    lines = [
        DONE.fill(
            sheet=sheet, new=len(added.new), items=len(added.items), updated=len(updated), same=added.same, kept=kept,
            out=len(taken.rejected),
        ),
        *account[1:],
    ]  # fmt: skip
    if not added.sourced and added.new:
        lines.append(UNSOURCED)
    if taken.rejected:
        rows = listed([Text(f"第 {one.row} 行{one.reason.zh}", f"row {one.row} {one.reason.en}") for one in taken.rejected], SHOWN)  # fmt: skip
        lines.append(Text(f"未采用：{rows.zh}。", f"Left out: {rows.en}."))
    return lines
