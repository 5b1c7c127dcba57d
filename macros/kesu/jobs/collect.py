"""Filled-in forms into a register: each complaint once, under a number of its own, all in one step or not at all."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kesu.jobs.refresh import CHANGED_MEANWHILE
from kesu.register.codes import CodeLists
from kesu.register.columns import BY_KEY, ITEM_BY_KEY, ITEMS, REGISTER, Column, sheet_key
from kesu.register.forms.intake import Decision, Intake
from kesu.register.forms.page import Form, Record, shown, typed_records
from kesu.register.normalise import normalise_all
from kesu.register.raw import NotARegisterError, RawSheet, RegisterError, find_header
from kesu.register.sheets import Register, Sheet
from kesu.words.text import Text, listed
from kesu.workbook.own import is_backup
from kesu.workbook.patch import Patch, Result
from kesu.workbook.patch.area import Area
from kesu.workbook.patch.package import signature
from kesu.workbook.patch.refuse import PatchRefused, refused
from kesu.workbook.reading.forms import read_forms
from kesu.workbook.reading.reader import Reader, ReadError
from kesu.workbook.reading.refusals import broke_down
from kesu.workbook.writing.own_formulas import own_formulas

if TYPE_CHECKING:
    from kesu.workbook.patch.values import Value

SEVERAL: Final = Text(
    "工作簿里有几个登记表（{titles}），不知道写进哪一个。请分成几个工作簿。",
    "the workbook holds several registers ({titles}), so it is not clear which one to add to. Split it.",
)
BACKUP: Final = Text(
    "这是 kesu 留的备份，没有写入。请写出登记表本身的文件名。",
    "this is a backup that kesu keeps, so nothing was written. Name the register itself.",
)
FORMATS: Final = {
    "id": "@",
    "phone": "@",
    "text": "@",
    "long_text": "@",
    "time": "yyyy-mm-dd hh:mm",
}
"""Number formats for cells that have none: nothing typed turns into a number, no time looks like one."""


@dataclass(frozen=True)
class Filled:
    """A form as filled in, or the reason why its workbook could not be read.

    ``sheet`` names the form where its workbook holds several.
    """

    path: Path
    sheet: str = ""
    record: Record = field(default_factory=dict)
    items: tuple[Record, ...] = ()
    error: Text | None = None

    @property
    def name(self) -> str:
        """How messages name the form."""
        return f"{self.path.name} ▸ {self.sheet}" if self.sheet else self.path.name


@dataclass(frozen=True)
class Outcome:
    """What became of one form; no decision where its workbook could not be read."""

    form: Filled
    decision: Decision | None

    @property
    def reason(self) -> Text | None:
        """Why it was not logged, with the form's name; None where it was, or had been before."""
        if self.decision is None or self.decision.reason is None:
            return self.form.error
        said = self.decision.reason
        return said.at(self.form.name)


@dataclass(frozen=True)
class Target:
    """The register that the forms go into, as it was read; ``raw``: its sheets by title."""

    path: Path
    seen: tuple[int, int, int, int]
    register: Register
    raw: Mapping[str, RawSheet]

    @property
    def notes(self) -> tuple[Text, ...]:
        """What of its Settings sheet could not be read, and what is used instead."""
        there = any(sheet_key(title) == "settings" for title in self.raw)
        return self.register.settings.notes(self.path.name) if there else ()


def open_target(reader: Reader, path: Path) -> Target:
    """Read the register that forms go into. Raises `ReadError` with the reason why it cannot be one."""
    if is_backup(path):
        raise ReadError(BACKUP.at(path.name))
    try:
        seen = signature(path)
    except OSError:
        seen = (0, 0, 0, 0)  # the reader says it in words
    sheets = reader.read(path)
    try:
        try:
            registers = normalise_all(path.name, sheets)
        except NotARegisterError:
            sheets = reader.read(path, every_sheet=True)
            registers = normalise_all(path.name, sheets)
    except RegisterError as error:
        raise ReadError(error.text.at(path.name)) from None
    except ReadError:
        raise
    except Exception as error:
        raise ReadError(broke_down(path.name, error)) from error
    if len(registers) > 1:
        titles = listed([one.complaints.title for one in registers])
        raise ReadError(SEVERAL.fill(titles=titles).at(path.name))
    return Target(path, seen, registers[0], {sheet.title: sheet for sheet in sheets})


def decide(
    target: Target,
    paths: Sequence[Path],
    reader: Reader,
    year: int,
    progress: Callable[[Path], None] | None = None,
) -> list[Outcome]:
    """What becomes of the forms in ``paths``, in their order; the register is not touched.

    ``year``: that of the first number of an empty register.
    """
    read: list[tuple[Path, str, Form | Text]] = []
    for path in paths:
        try:
            forms = read_forms(reader, path)
            read += [(path, form.sheet if len(forms) > 1 else "", form) for form in forms]
        except Exception as error:  # whatever it is, it costs this form alone
            text = error.text if isinstance(error, ReadError) else broke_down(path.name, error)
            read.append((path, "", text))
        if progress:
            progress(path)
    found = _filled(read, target.register.settings.codes)
    intake = Intake(target.register, year, [str(one.record.get("complaint_id", "")) for one in found])
    outcomes = []
    for one in found:
        source = Text(f"表 {one.name} ", f"on the form {one.name}")
        decided = None if one.error else intake.decide(one.record, one.items, source)
        outcomes.append(Outcome(one, decided))
    return outcomes


def _filled(read: Sequence[tuple[Path, str, Form | Text]], codes: CodeLists) -> list[Filled]:
    """All that was read as records, typed together."""
    forms = [form for *_, form in read if isinstance(form, Form)]
    typed = frozenset[str]().union(*(form.typed for form in forms))
    records = iter(typed_records([form.texts for form in forms], REGISTER, codes, typed))
    items = iter(typed_records([item for form in forms for item in form.items], ITEMS, codes, typed))
    return [
        Filled(path, sheet, next(records), tuple(itertools.islice(items, len(form.items))))
        if isinstance(form, Form)
        else Filled(path, error=form)
        for path, sheet, form in read
    ]


def commit(
    target: Target,
    decisions: Sequence[Decision],
    *,
    as_of: dt.datetime,
    backup: bool = True,
    force: bool = False,
    dry_run: bool = False,
) -> tuple[Result, list[int]]:
    """Append what was decided to be added, in one step; what changed, and the Excel row of each complaint.

    Live formulas then store what they show at ``as_of`` (wall clock).

    Raises `PatchRefused` where the workbook must not be touched or holds something that is in the way.
    """
    items = [item for one in decisions for item in one.items]
    how = Writing(as_of, backup, force, dry_run)
    result, first = append(target, [one.record for one in decisions], items, how)
    return result, list(range(first, first + len(decisions)))


@dataclass(frozen=True)
class Writing:
    """How rows are added: formulas then show what they come to at ``as_of`` (wall clock); the rest as in `Patch.commit`."""

    as_of: dt.datetime
    backup: bool = True
    force: bool = False
    dry_run: bool = False


def append(
    target: Target, complaints: Sequence[Record], items: Sequence[Record], how: Writing
) -> tuple[Result, int]:
    """Add rows below those of the register and of its items, in one step; what changed, and the first new row of the register.

    Raises `PatchRefused` as `commit` does.
    """
    patch = Patch.open(target.path)
    if patch.package.signature != target.seen:
        raise refused(target.path.name, *CHANGED_MEANWHILE)
    first = append_to(patch, target, target.register.complaints, BY_KEY, complaints)
    append_to(patch, target, target.register.items, ITEM_BY_KEY, items)
    patch.renew(own_formulas, how.as_of)
    result = patch.commit(as_of=how.as_of.date(), backup=how.backup, force=how.force, dry_run=how.dry_run)
    return result, first


def append_to(
    patch: Patch, target: Target, sheet: Sheet, columns: Mapping[str, Column], records: Sequence[Record]
) -> int:
    """Add the records below the last row of ``sheet``; the first row that they take."""
    if not records:
        return 0
    raw, codes, lang = target.raw[sheet.title], target.register.settings.codes, target.register.lang
    found = find_header(raw, REGISTER if columns is BY_KEY else ITEMS)
    header_row = raw.first_row + (found[0] if found else 0)
    last = int(sheet.data["excel_row"].max()) if len(sheet.data) else header_row
    used = {key for record in records for key in record}
    tables = [
        table
        for table in patch.tables.values()
        if table.sheet == sheet.title
        and table.area.holds(header_row, sheet.columns["complaint_id"] + 1)
        and table.header_rows
    ]
    area = tables[0].area if tables else _list_area(raw, header_row, sheet, last)
    outside = [key for key in used if not area.left <= sheet.columns[key] + 1 <= area.right]
    if outside:
        raise _outside(patch, sheet, columns[outside[0]], tables[0].name)
    index_of = {key: sheet.columns[key] + 1 - area.left for key in used}
    rows: list[dict[int, Value]] = [
        {index_of[key]: cell_value(shown(columns[key], value, codes, lang)) for key, value in record.items()}
        for record in records
    ]
    formats = {at: FORMATS[columns[key].kind] for key, at in index_of.items() if columns[key].kind in FORMATS}
    if tables:
        patch.append_rows(tables[0].name, rows, after=last, formats=formats)
    else:
        patch.append_below(sheet.title, area, rows, formats=formats)
    return last + 1


def _list_area(raw: RawSheet, header_row: int, sheet: Sheet, last: int) -> Area:
    """A list that is no Excel Table, down to row ``last``: its columns as far as headings stand side by side."""
    at = header_row - raw.first_row
    headed = raw.cells.iloc[max(at - 1, 0) : at + 1].notna().any()
    left, right = min(sheet.columns.values()), max(sheet.columns.values())
    while headed.get(left - 1, default=False):
        left -= 1
    while headed.get(right + 1, default=False):
        right += 1
    return Area(header_row, left + 1, last, right + 1)


def cell_value(value: object) -> Value:
    return value.to_pydatetime() if hasattr(value, "to_pydatetime") else value  # type: ignore[return-value]


def _outside(patch: Patch, sheet: Sheet, column: Column, table: str) -> PatchRefused:
    return refused(
        f"{patch.package.path.name} ▸ {sheet.title}",
        f"“{column.label.zh}”这一列在表“{table}”之外。请把表的右下角拖过这一列，再试一次。",
        f"the column “{column.label.en}” stands outside of the table “{table}”. Drag the table's lower right corner over "
        "it, then try again.",
    )
