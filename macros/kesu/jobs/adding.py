"""Foreign tables into a register that is there: new complaints added, later states of known ones filled in, part by part."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from kesu.jobs.collect import Target, append_to, cell_value
from kesu.jobs.refresh import CHANGED_MEANWHILE
from kesu.register.columns import BY_KEY, ITEM_BY_KEY, ITEMS, REGISTER, Column
from kesu.register.forms.intake import folded_value
from kesu.register.forms.page import Record, records_of, shown
from kesu.register.mapping.apply import Taken
from kesu.register.mapping.own import SOURCE
from kesu.register.numbers import numbers_after
from kesu.register.raw import RawSheet, find_header, grid
from kesu.register.sameness import case_keys
from kesu.register.sheets import Sheet
from kesu.reports.masking import mask_cell
from kesu.words.errors import KesuError
from kesu.words.text import Text, folded, listed
from kesu.workbook.patch import Patch, Result
from kesu.workbook.patch.refuse import refused
from kesu.workbook.patch.values import KEEP
from kesu.workbook.writing.own_formulas import own_formulas
from kesu.xlsx.address import cell_name

if TYPE_CHECKING:
    from kesu.register.codes import CodeLists

Said = str | float | pd.Timestamp

STAGES: Final = ("new", "in_progress", "waiting", "resolved", "closed", "reopened")
"""States in the order in which they follow each other: a later one replaces an earlier one."""
UNSOURCED: Final = Text(
    "登记表没有“{label}”这一列，所以没有记下每行的出处。",
    "The register has no column “{label}”, so where each row came from is not kept.",
).fill(label=SOURCE)
SAME: Final = ("received_at", "customer_name", "customer_contact", "customer_account", "verbatim")
"""What is the same, as far as the source says it, where two rows without a number are the same complaint."""
LACKING: Final = Text(
    "登记表的“{sheet}”里没有{columns}这些列，放不下源表的内容，没有写入。请加上这些列标题。",
    "the sheet “{sheet}” has no columns headed {columns}, which the source fills; nothing was written. Add these headings.",
)


@dataclass(frozen=True)
class Change:
    """One cell of a known complaint: what it says, and what the source says. ``taken``: whether it is written."""

    complaint_id: str
    row: int
    key: str
    before: Said | None
    after: Said
    taken: bool

    def said(self, codes: CodeLists, lang: str) -> Text:
        """The change in words, personal data masked."""
        column = BY_KEY[self.key]
        old, new = (
            mask_cell(self.key, str(shown(column, value, codes, lang)))[:40] if value is not None else ""
            for value in (self.before, self.after)
        )
        label = column.label
        if self.taken:
            return Text(f"{self.complaint_id}（第 {self.row} 行）{label.zh}：{old or '空'} → {new}", f"{self.complaint_id}, row {self.row}, {label.en}: {old or 'empty'} → {new}")  # fmt: skip
        return Text(f"{self.complaint_id}（第 {self.row} 行）{label.zh}：登记表是 {old}，源表是 {new}，没有改", f"{self.complaint_id}, row {self.row}, {label.en}: {old} in the register, {new} in the source; left as it is")  # fmt: skip


@dataclass(frozen=True)
class Additions:
    """What an import adds to a register: ``new`` complaints and ``items`` as records, ``changes`` of known ones; ``same``: how
    many known ones say nothing new; ``sourced``: the register has a column for where each row came from."""

    new: tuple[Record, ...]
    items: tuple[Record, ...]
    changes: tuple[Change, ...]
    same: int
    sourced: bool


def compare(target: Target, taken: Taken, year: int) -> Additions:
    """What of ``taken`` the register does not say yet. Raises `KesuError` where it has no column for it.

    ``year``: that of the first number where the register has none.
    """
    taken = _numbered_on(target.register.complaints, taken, year)
    complaints, items = _with_own(target, target.register.complaints, REGISTER, taken.own), _with_own(target, target.register.items, ITEMS, taken.item_own)  # fmt: skip
    names = {code.key: code.label.zh for codes in taken.added.values() for code in codes}
    no_source = [key for key in taken.complaints if key in set(SOURCE) and key not in complaints.columns]
    taken = dataclasses.replace(taken, complaints=taken.complaints.drop(columns=no_source))
    _room(complaints, taken.complaints)
    _room(items, taken.items)
    keys = case_keys(complaints.data["complaint_id"])
    known = {key: at for at, key in reversed(list(enumerate(keys))) if isinstance(key, str)}
    new, changes, same = [], [], 0
    for key, record in zip(
        case_keys(taken.complaints["complaint_id"]), _records(taken.complaints, names), strict=True
    ):
        if key not in known:
            new.append(record)
            continue
        found = list(_changes(complaints, known[key], record))
        changes += found
        same += not found
    [*logged] = records_of(target.register.items, range(len(target.register.items.data)), ITEMS)
    there = {_item(one) for one in logged}
    more = [one for one in _records(taken.items, names) if _item(one) not in there]
    return Additions(tuple(new), tuple(more), tuple(changes), same, not no_source)


def _numbered_on(sheet: Sheet, taken: Taken, year: int) -> Taken:
    """Rows that the source gave no number: that of the complaint in the register that says the same, else the next free one."""
    if not taken.numbered:
        return taken
    complaints = taken.complaints
    keys = [key for key in SAME if key in complaints]
    others = [one for one in complaints["complaint_id"] if one not in taken.numbered]
    free = numbers_after([*sheet.data["complaint_id"].dropna(), *others], year)
    found: dict[tuple[str, ...], dict[tuple[object, ...], str]] = {}

    def number(row: Sequence[object]) -> str:
        given = tuple(key for key, value in zip(keys, row, strict=True) if pd.notna(value))  # type: ignore[call-overload]
        if given[:1] != SAME[:1] or len(given) == 1:  # a day alone tells no complaint from another
            return next(free)
        if given not in found:
            found[given] = _by_words(sheet, given)
        return found[given].get(_said(one for one in row if pd.notna(one))) or next(free)  # type: ignore[call-overload]

    now = {
        old: number(row)
        for *row, old in complaints[[*keys, "complaint_id"]].itertuples(index=False)
        if old in taken.numbered
    }
    complaints, items = (
        frame.assign(complaint_id=frame["complaint_id"].map(lambda old: now.get(old, old)))
        if "complaint_id" in frame
        else frame
        for frame in (complaints, taken.items)
    )
    return dataclasses.replace(taken, complaints=complaints, items=items, numbered=frozenset())


def _by_words(sheet: Sheet, keys: Sequence[str]) -> dict[tuple[object, ...], str]:
    """What complaints of the register say in ``keys`` → their number, the first of equal ones."""
    rows = sheet.data[[*keys, "complaint_id"]].dropna().itertuples(index=False)
    return {_said(words): str(number) for *words, number in reversed(list(rows))}


def _said(words: Iterable[object]) -> tuple[object, ...]:
    return tuple(folded_value(word) for word in words)


def write(
    target: Target, taken: Taken, added: Additions, *, as_of: dt.datetime, backup: bool = True, force: bool = False, dry_run: bool = False
) -> Result:  # fmt: skip
    """Write it in one step. Raises `PatchRefused` where the workbook must not be touched."""
    patch = Patch.open(target.path)
    if patch.package.signature != target.seen:
        raise refused(target.path.name, *CHANGED_MEANWHILE)
    register = target.register
    complaints, items = _with_own(target, register.complaints, REGISTER, taken.own), _with_own(target, register.items, ITEMS, taken.item_own)  # fmt: skip
    _update(patch, target, complaints, [one for one in added.changes if one.taken])
    append_to(patch, target, complaints, {**BY_KEY, **_named(taken.own)}, added.new)
    append_to(patch, target, items, {**ITEM_BY_KEY, **_named(taken.item_own)}, added.items)
    patch.renew(own_formulas, as_of)
    return patch.commit(as_of=as_of.date(), backup=backup, force=force, dry_run=dry_run)


def _update(patch: Patch, target: Target, sheet: Sheet, changes: Sequence[Change]) -> None:
    """Write changed cells, all in one block in which everything else is kept."""
    if not changes:
        return
    codes, lang = target.register.settings.codes, target.register.lang
    cells = {
        (one.row, sheet.columns[one.key]): cell_value(shown(BY_KEY[one.key], one.after, codes, lang))
        for one in changes
    }
    rows, columns = zip(*cells, strict=True)
    across = range(min(columns), max(columns) + 1)
    block = [[cells.get((row, at), KEEP) for at in across] for row in range(min(rows), max(rows) + 1)]
    patch.write_block(sheet.title, cell_name(min(rows), min(columns) + 1), block)


def _changes(sheet: Sheet, at: int, record: Record) -> Iterator[Change]:
    """Empty cells that the source fills, a later state, and whatever else differs, which is only told."""
    [there] = records_of(sheet, [at])
    row = int(sheet.data["excel_row"].iloc[at])
    for key, value in record.items():
        if key not in BY_KEY or key == "complaint_id":
            continue
        before = there.get(key)
        if before is None or folded_value(before) != folded_value(value):
            later = (
                key == "status"
                and before in STAGES
                and value in STAGES
                and STAGES.index(str(value)) > STAGES.index(str(before))
            )
            yield Change(str(there.get("complaint_id")), row, key, before, value, before is None or later)


def _with_own(target: Target, sheet: Sheet, columns: tuple[Column, ...], own: Sequence[Column]) -> Sheet:
    """The sheet with the team's columns among its columns, by heading."""
    raw = target.raw.get(sheet.title)
    header = find_header(raw, columns) if raw is not None else None
    if raw is None or header is None:
        return sheet
    heads = _heads(raw, header[0])
    more = {column.key: heads[folded(column.key)] for column in own if folded(column.key) in heads}
    return dataclasses.replace(sheet, columns={**more, **sheet.columns})


def _heads(raw: RawSheet, at: int) -> dict[str, int]:
    [row] = grid(raw.cells.iloc[at : at + 1])
    return {folded(cell): int(at) for at, cell in zip(raw.cells.columns, row, strict=True) if cell}


def _room(sheet: Sheet, frame: pd.DataFrame) -> None:
    lacking = [str(key) for key in frame if key not in sheet.columns and frame[key].notna().any()]
    if lacking:
        labels = [BY_KEY[key].label if key in BY_KEY else Text(key, key) for key in lacking]
        raise KesuError(LACKING.fill(sheet=sheet.title or "Items", columns=listed(labels)))


def _named(own: Sequence[Column]) -> Mapping[str, Column]:
    return {column.key: column for column in own}


def _records(frame: pd.DataFrame, names: Mapping[str, str]) -> list[Record]:
    """The rows as records; choices that the register's lists lack by the words of the source."""
    found = []
    for row in frame.to_dict("records"):
        given = {
            str(key): value for key, value in row.items() if isinstance(value, str) or not pd.isna(value)
        }
        found.append({key: names.get(value, value) if isinstance(value, str) and key in BY_KEY and BY_KEY[key].codes else value for key, value in given.items()})  # fmt: skip
    return found


def _item(record: Record) -> tuple[object, ...]:
    return tuple(folded_value(record.get(key)) for key in ("complaint_id", "item_kind", "what"))
