"""What the sheets of a merged register say: the account of rows, changed numbers, deleted rows, settings, conflicts."""

from __future__ import annotations

import datetime as dt
import functools
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from kesu.jobs.merge import SHEET_WORDS, Joined
from kesu.register.columns import IMPROVEMENTS
from kesu.rules.merging.merge import Account, Table
from kesu.words.text import Text, listed
from kesu.workbook.writing import build_register, is_live
from kesu.workbook.writing.improvements import HEADER_ROW as IMPROVEMENTS_HEADER
from kesu.workbook.writing.items import HEADER_ROW as ITEMS_HEADER
from kesu.workbook.writing.items import columns_of_items
from kesu.workbook.writing.layouts import columns_in_order
from kesu.workbook.writing.merged import Block, Line, sheet_names, write_conflicts, write_merged
from kesu.workbook.writing.register import HEADER_ROW as REGISTER_HEADER

if TYPE_CHECKING:
    from kesu.workbook.writing.style import Book

ACCOUNT: Final = Text("行数对账", "Account of rows")
ACCOUNT_NOTE: Final = Text(
    "读到 = 保留 + 与另一处是同一件而并入 + 副本已删而去掉。结果的行数 = 各处保留之和（事项另加新增的冲突行）。",
    "Read = kept + joined to the same one elsewhere + deleted in a copy. Rows of the result = the sum of those kept (of items, also the conflicts added).",
)
ACCOUNT_HEAD: Final = Text("登记表|工作表|读到|保留|并入|去掉", "Register|Sheet|Read|Kept|Joined|Deleted")
TOTAL: Final = Text("合计", "Total")
RENAMED: Final = Text("改了的编号", "Changed numbers")
RENAMED_NOTE: Final = Text(
    "同一编号的几件不同投诉：最先受理的保留编号，其余加 _2、_3…；原编号留在“原编号”列。",
    "Different complaints of one number: the first received keeps it, the others get _2, _3 …; the old one stands under “Original no.”.",
)
RENAMED_HEAD: Final = Text("原编号|现编号|所在", "Number before|Number now|Where")
DELETED: Final = Text("副本里已删去的行", "Rows deleted in a copy")
DELETED_NOTE: Final = Text(
    "原表里有、某个副本已删去、其他副本没有改过的行，结果里没有。",
    "In the base, deleted in a copy and changed in no other: they are not in the result.",
)
DELETED_HEAD: Final = Text("投诉编号|工作表|原来在|还在的副本", "Complaint no.|Sheet|Was in|Still in")
SETTINGS: Final = Text("设置的不同", "Where settings differ")
SETTINGS_NOTE: Final = Text(
    "没有原表时按文件名排在最前的登记表为准；有原表时按改过的一方，都改了就按原表。各登记表的时限规则不同时，时限从此都按这里的规则算。",
    "Without a base the register first by name stands; with one the side that changed it, or the base where several did. "
    "Where deadline rules differ, all deadlines are judged by these from now on.",
)
SETTING: Final = Text("设置", "Setting")
STANDS: Final = Text("现在是", "Stands now")
FROM: Final = Text("由 {names} 合并。", "Merged from {names}.")
BASE: Final = Text("原表（三方合并的起点）：{name}", "Base of the three-way merge: {name}")


def write(joined: Joined, as_of: dt.datetime) -> bytes:
    """The workbook: the register, and the sheets that say what became of every row and what is to be decided."""
    made = io.BytesIO()
    build_register(
        made,
        joined.lang,
        joined.settings,
        complaints=joined.complaints,
        items=joined.items,
        improvements=joined.improvements,
        as_of=as_of,
        own=joined.own,
        more=functools.partial(_sheets, joined),
    )
    return made.getvalue()


def _sheets(joined: Joined, book: Book) -> None:
    names = [one.register for one in joined.merged.complaints.account]
    intro = [FROM.fill(names=listed(names)), *joined.notes]
    if joined.base:
        intro.append(BASE.fill(name=joined.base))
    write_merged(book, _blocks(joined), intro)
    if joined.conflicts:
        write_conflicts(book, _lines(joined), sheet_names(book))


def account_rows(joined: Joined) -> list[tuple[str, str, int, int, int, int]]:
    """The account by register and sheet, and in total: register, sheet, read, kept, joined, deleted."""
    rows = []
    for key, table in joined.merged.tables.items():
        if key == "improvements" and not len(table.stack.base):
            continue  # nobody keeps any
        word = SHEET_WORDS[key].of(joined.lang)
        mine = [(one.register, word, *_figures([one])) for one in table.account]
        rows += [*mine, (TOTAL.of(joined.lang), word, *_figures(table.account))]
    return rows


def _figures(some: Sequence[Account]) -> tuple[int, int, int, int]:
    read, kept, joined, deleted = (
        sum(getattr(one, key) for one in some) for key in ("read", "kept", "joined", "deleted")
    )
    return read, kept, joined, deleted


def _blocks(joined: Joined) -> list[Block]:
    lang = joined.lang
    blocks = [Block(ACCOUNT, ACCOUNT_HEAD.of(lang).split("|"), account_rows(joined), ACCOUNT_NOTE)]
    if renamed := renamed_rows(joined):
        blocks.append(Block(RENAMED, RENAMED_HEAD.of(lang).split("|"), renamed, RENAMED_NOTE))
    if deleted := deleted_rows(joined):
        blocks.append(Block(DELETED, DELETED_HEAD.of(lang).split("|"), deleted, DELETED_NOTE))
    if joined.differences:
        names = list(dict.fromkeys(name for one in joined.differences for name, _ in one.sayings))
        rows = []
        for one in joined.differences:
            said = {name: words.of(lang) for name, words in one.sayings}
            rows.append([one.what.of(lang), one.stands.of(lang), *(said.get(name, "–") for name in names)])
        blocks.append(Block(SETTINGS, [SETTING.of(lang), STANDS.of(lang), *names], rows, SETTINGS_NOTE))
    return blocks


def renamed_rows(joined: Joined) -> list[tuple[str, str, str]]:
    """Number before, number now, where it stood."""
    table = joined.merged.complaints
    return [
        (str(before), str(now), "; ".join(table.where(int(case))))
        for case, before, now in joined.merged.renamed.itertuples(index=False)
    ]


def deleted_rows(joined: Joined) -> list[tuple[str, str, str, str]]:
    """Number, sheet, where it was in the base, where it still stands."""
    found = []
    for key, table in joined.merged.tables.items():
        for case in table.gone.tolist():
            old = table.stack.old
            at = int(table.stack.base[case])
            number = _number(table, case)
            was = old.where(at) if old is not None and at >= 0 else ""
            found.append((number, SHEET_WORDS[key].of(joined.lang), was, "; ".join(table.where(case))))
    return found


def _number(table: Table, case: int) -> str:
    old, at = table.stack.old, int(table.stack.base[case])
    if old is None or at < 0 or "complaint_id" not in old.cells:
        return ""
    number = old.cells["complaint_id"].iloc[at]
    return number if isinstance(number, str) else ""


def _lines(joined: Joined) -> list[Line]:
    live = is_live(joined.complaints, joined.items)
    columns = {
        "register": columns_in_order(live=live, own=joined.own["register"]),
        "items": columns_of_items(live=live, own=joined.own["items"]),
        "improvements": (*IMPROVEMENTS, *joined.own["improvements"]),
    }
    headers = {"register": REGISTER_HEADER, "items": ITEMS_HEADER, "improvements": IMPROVEMENTS_HEADER}
    first = {key: at + 1 for key, at in headers.items()}
    index_of = {key: {column.key: at for at, column in enumerate(some)} for key, some in columns.items()}
    return [
        Line(
            one.complaint_id, one.sheet, one.heading, first[one.sheet] + one.row,
            index_of[one.sheet].get(one.key, 0), one.stands, one.before or "", one.sayings,
        )
        for one in joined.conflicts
    ]  # fmt: skip


def conflict_records(joined: Joined) -> list[dict[str, object]]:
    """The conflicts without what they say: number, sheet, column, and the cells."""
    return [
        {
            "complaint_id": one.complaint_id or None,
            "sheet": one.sheet,
            "column": one.key or None,
            "cells": [cell for _, cell in one.sayings if cell],
        }
        for one in joined.conflicts
    ]
