"""What to say of sheets among which no register was found: which of them nearly is one, and what it lacks."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from kesu.register.columns import BY_KEY, REGISTER, labels
from kesu.words.text import Text, counted, folded, listed

if TYPE_CHECKING:
    from kesu.register.raw import RawSheet

ROWS: Final = 30
WIDTH: Final = 200
LONGEST: Final = 60
"""How far down, how far right and up to which length headings are looked for."""
NEEDED: Final = ("complaint_id", "received_at")
COLUMNS: Final = 5
"""A register has at least so many columns, those `NEEDED` among them."""
MORE: Final = ("kind", "channel", "customer_name", "status")
SHOWN: Final = 8
_ALIKE: Final = {
    "complaint_id": ("unique key", "key", "no", "number", "complaint number", "case id", "case number", "ref", "reference",
                     "序号", "单号", "投诉单号", "投诉号"),
    "received_at": ("date", "time", "complaint date", "created date", "created", "creation date", "date created", "open date",
                    "opened", "opened at", "received date", "date of complaint", "日期", "时间", "投诉日期", "受理日期",
                    "登记日期", "登记时间", "来电时间", "创建时间"),
}  # fmt: skip
"""Headings that may well mean a column, but may mean another: they are asked about, never taken."""


class _Head(NamedTuple):
    """A row that looks like headings: what was recognised in it (key → heading), what may mean a column, all else."""

    sheet: str
    row: int
    known: dict[str, str]
    alike: dict[str, str]
    others: list[str]


def no_register(sheets: Sequence[RawSheet], name: str) -> Text:
    """Why none of ``sheets`` of the workbook called ``name`` is a register and what to do, as exactly as it can be told."""
    heads = [head for sheet in sheets for head in _heads(sheet)]
    best = max(heads, key=lambda head: (len(head.known) + len(head.alike), len(head.known)), default=None)
    if best is not None and len(best.known) + len(best.alike) >= 2:
        return _nearly(best, name)
    zh, en = listed([sheet.title for sheet in sheets])
    return Text(
        f"没有找到投诉登记表：工作表（{zh}）里没有带“投诉编号”“受理时间”等列标题的表。请用 kesu new 新建，或核对列标题；别处来的表先看一眼：kesu import {_said(name)} --dry-run",
        f"No complaint register found: none of the sheets ({en}) has columns headed “Complaint no.”, "
        "“Received at” and so on. Make one with kesu new, or check the column headings. "
        f"For a table from elsewhere, look first with: kesu import {_said(name)} --dry-run",
    )


def _heads(sheet: RawSheet) -> Iterator[_Head]:
    names = labels(REGISTER)
    alike = {folded(word): key for key, words in _ALIKE.items() for word in words}
    for at, row in enumerate(sheet.cells.head(ROWS).itertuples(index=False)):
        cells = {folded(cell): cell for cell in row[:WIDTH] if isinstance(cell, str) and len(cell) < LONGEST}
        known = {names[word]: cell for word, cell in cells.items() if word in names}
        near = {
            alike[word]: cell for word, cell in cells.items() if word in alike and alike[word] not in known
        }
        yield _Head(
            sheet.title,
            sheet.first_row + at,
            known,
            near,
            [cell for word, cell in cells.items() if word not in names],
        )


def _misspelt(head: _Head) -> dict[str, str]:
    """Headings that are spelt nearly as one of ours, by its key."""
    names, found = labels(REGISTER), dict(head.alike)
    for cell in head.others:
        for word in difflib.get_close_matches(folded(cell), names, 1, 0.8):
            if names[word] not in head.known and cell not in found.values():
                found.setdefault(names[word], cell)
    return found


def _nearly(head: _Head, name: str) -> Text:
    alike = _misspelt(head)
    lacking = [key for key in NEEDED if key not in head.known]
    short = COLUMNS - len(head.known) - len(lacking)
    missing = [_asked(key, alike.get(key)) for key in lacking]
    if short > 0:
        others = [BY_KEY[key].label for key in MORE if key not in head.known]
        missing.append(
            Text(
                f"另外至少 {short} 列（例如{'、'.join(f'“{label.zh}”' for label in others)}）",
                f"{counted(short, 'column')} more (such as {', '.join(f'“{label.en}”' for label in others)})",
            )
        )
    others = [_asked(key, cell) for key, cell in alike.items() if key not in lacking]
    found = [f"“{cell}”" for cell in head.known.values()]
    rest = "…" if len(found) > SHOWN else ""
    zh = f"工作表“{head.sheet}”第 {head.row} 行差一点就是登记表的列标题。认出了：{'、'.join(found[:SHOWN]) + rest or '无'}。"
    en = f"Row {head.row} of the sheet “{head.sheet}” is nearly the headings of a register. Recognised: {', '.join(found[:SHOWN]) + rest or 'none'}. "
    zh += f"缺少：{'；'.join(one.zh for one in missing)}。"
    en += f"Missing: {'; '.join(one.en for one in missing)}. "
    if others:
        zh += f"还有：{'；'.join(one.zh for one in others)}。"
        en += f"Also: {'; '.join(one.en for one in others)}. "
    return Text(
        zh + f"请补上或改正这些列标题再试；别处来的表可以导入，先看一眼：kesu import {_said(name)} --dry-run",
        en
        + f"Add or correct these headings and try again. A table from elsewhere can be imported; look first with: kesu import {_said(name)} --dry-run",
    )


def _said(name: str) -> str:
    """A name of a file as a command line takes it."""
    return f'"{name}"' if " " in name else name


def _asked(key: str, cell: str | None) -> Text:
    label = BY_KEY[key].label
    if cell is None:
        return Text(f"“{label.zh}”", f"“{label.en}”")
    return Text(
        f"“{label.zh}”（“{cell}”如果就是它，请改成“{label.zh}”）",
        f"“{label.en}” (if “{cell}” means that, name it so)",
    )
