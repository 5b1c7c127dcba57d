"""Follow-ups, KPIs and findings into a team's own closed workbook: all of it in one step, or nothing."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kesu.jobs.figures import account_of
from kesu.jobs.kpi_rows import blocks
from kesu.jobs.links import Link
from kesu.jobs.load import Loaded
from kesu.jobs.other_calendar import other_calendar
from kesu.jobs.tables import month_of, owned_names, owned_tables, row_heights
from kesu.register.columns import SHEETS
from kesu.register.outputs import EARLIER, FOLDING, NUMBER, SHEET_OF, TABLES, Output, columns_there, picked
from kesu.register.periods import Period
from kesu.register.settings import Settings
from kesu.rules.account_of_rows import line, needs_telling
from kesu.words.text import Text, listed
from kesu.workbook.atomic import linked
from kesu.workbook.patch import Linked, Patch, PatchRefused
from kesu.workbook.patch.columns import RowLook
from kesu.workbook.patch.package import Signature, signature
from kesu.workbook.patch.refuse import refused
from kesu.workbook.reading.refusals import broke_down

if TYPE_CHECKING:
    from kesu.workbook.patch.values import Value
    from kesu.workbook.patch.workbookxml import TableInfo

_ONE_CELL: Final = re.compile(r"=?(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?(\d+)")
CHANGED_MEANWHILE: Final = Text(
    "读取期间有人改动了工作簿，kesu 没有写入。请再运行一次。",
    "somebody changed the workbook while it was being read, so kesu wrote nothing. Run it again.",
)
SEVERAL: Final = Text(
    "工作簿里有几个登记表（{titles}），不知道写哪一个的结果。请分成几个工作簿。",
    "the workbook holds several registers ({titles}), so it is not clear whose figures to write. Split it.",
)
LEFT: Final = Text(
    "kesu 的公式里有 {count} 个没有更新结果：公式被改过，或者用到含义不确定的值（例如写成文字的数字）。"
    "用 Excel 打开并保存，结果就是新的。",
    "{count} of kesu's formulas keep the result that they had: they were changed, or they use a value whose "
    "meaning is uncertain (a number typed as text, say). Open the workbook in Excel and save it to have them worked out.",
)

OPEN: Final = RowLook(None, level=0, hidden=False, collapsed=False)
"""A row that is in no block that folds."""


@dataclass(frozen=True)
class Refreshing:
    """How workbooks are to be refreshed: KPIs over ``period`` (None: the month of ``as_of``), in ``lang`` (None: the
    register's); a backup beside it is dated ``day``. ``seen``: each file as it was before reading began.
    """

    as_of: dt.datetime
    day: dt.date
    seen: Mapping[Path, Signature | None]
    period: Period | None = None
    lang: str | None = None
    dry_run: bool = False
    backup: bool = True
    force: bool = False


@dataclass
class Refreshed:
    """What became of one workbook: rows of each table (keys of `TABLES`), results of formulas stored anew, parts
    changed and the titles of the sheets that they make up, the backup; or the reason why nothing was written.
    ``remarks``: what must be said besides.
    """

    register: str
    path: Path
    rows: dict[str, int] = field(default_factory=dict)
    results: int = 0
    parts: list[str] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    backup: Path | None = None
    reason: Text | None = None
    remarks: list[Text] = field(default_factory=list)


def seen(paths: Iterable[Path]) -> dict[Path, Signature | None]:
    """Each file as it is now; None for one that is not there, which its reader says in words."""
    found: dict[Path, Signature | None] = {}
    for path in paths:
        found[path] = None
        with contextlib.suppress(OSError):
            found[path] = signature(path)
    return found


def by_workbook(loaded: Iterable[Loaded]) -> Iterator[list[Loaded]]:
    """Registers of one workbook together."""
    together: list[Loaded] = []
    for one in loaded:
        if together and together[0].path is not one.path:
            yield together
            together = []
        together.append(one)
    if together:
        yield together


def refresh(found: Sequence[Loaded], how: Refreshing) -> Refreshed:
    """Refresh one workbook, ``found`` in it what `kesu.jobs.load.load` gave. Raises nothing: the reason stands in the result."""
    path = found[0].path
    done = Refreshed(found[0].name, path)
    done.reason = next((one.error for one in found if one.error is not None), None)
    if done.reason is None and len(found) > 1:
        titles = listed([one.name.rpartition("#")[2] for one in found])
        done.reason = SEVERAL.fill(titles=titles).at(path.name)
    if done.reason is None:
        try:
            _write(found[0], how, done)
        except PatchRefused as error:
            done.reason = error.text
        except Exception as unforeseen:  # it costs this workbook alone
            done.reason = broke_down(found[0].name, unforeseen)
    for one in found:
        if one.assessment is not None:
            accounts = account_of([one.assessment], how.period or month_of(how.as_of))
            if needs_telling(accounts):
                done.remarks.append(line(accounts).at(one.name))
    return done


def _write(one: Loaded, how: Refreshing, done: Refreshed) -> None:
    from kesu.workbook.writing.own_formulas import own_formulas  # not where nothing is refreshed

    assert one.assessment is not None  # noqa: S101 - `refresh` has looked
    patch = Patch.open(one.path)
    if patch.package.signature != how.seen[one.path]:
        raise refused(one.path.name, *CHANGED_MEANWHILE)
    lang = how.lang or one.assessment.register.lang
    tables = owned_tables(one.assessment, how.period, lang)
    rows = {name: [tuple(map(as_patched, row)) for row in body] for name, body in tables.items()}
    fill(patch, rows, owned_names(one.assessment), lang, one.assessment.register.settings)
    if (said := linked(one.path)) is not None:
        done.remarks.append(said)
    renewed = patch.renew(own_formulas, how.as_of)
    if renewed.left:
        done.remarks.append(LEFT.fill(count=renewed.left).at(one.path.name))
    if (differing := _other_calendar(patch, one.assessment.register.settings)) is not None:
        done.remarks.append(differing.at(one.path.name))
    done.sheets = list(patch.sheets_changed)
    result = patch.commit(as_of=how.day, backup=how.backup, force=how.force, dry_run=how.dry_run)
    done.rows = {name: len(body) for name, body in rows.items()}
    done.results = renewed.stored
    done.parts = list(result.parts_changed)
    done.backup = result.backup


def _other_calendar(patch: Patch, settings: Settings) -> Text | None:
    """What to say where the workbook's Calendar sheet is not that of Settings."""
    starts, lengths = (patch.numbers_called(name) for name in ("Cal_Start", "Cal_Len"))
    if not starts or not lengths or len(starts) != len(lengths):
        return None
    title = next(name.refers_to for name in patch.structure.names if name.name.casefold() == "cal_start")
    sheet = title.rpartition("!")[0].strip("=").strip("'").replace("''", "'")
    return other_calendar(settings, sheet, starts, lengths)


def as_patched(value: Any) -> Value:
    """A cell of `kesu.jobs.tables` as the patcher takes it."""
    return Linked(value.text, value.address) if isinstance(value, Link) else value


def fill(
    patch: Patch,
    tables: Mapping[str, Sequence[Sequence[Value]]],
    names: Mapping[str, dt.datetime],
    lang: str,
    settings: Settings,
) -> None:
    """Put ``tables`` (keys of `TABLES` → rows) and the cells called ``names`` into the workbook.

    A sheet that is missing is added, in ``lang``. Raises `PatchRefused` where the team's own content is in the way.
    """
    there = _ours(patch)
    if missing := [name for name in tables if name not in there]:
        _add(patch, missing, lang, settings)
    for defined in patch.structure.names:
        value = names.get(defined.name)
        if value is not None and not defined.sheet and (cell := _ONE_CELL.fullmatch(defined.refers_to)):
            sheet = cell[1].replace("''", "'") if cell[1] else cell[2]
            patch.write_block(sheet, cell[3] + cell[4], [[value]])
    for name, rows in tables.items():
        _write_table(patch, name, rows, there.get(name))


def _write_table(patch: Patch, name: str, rows: Sequence[Sequence[Value]], table: TableInfo | None) -> None:
    """Fill one table, which was there as ``table`` or has just been added, and show its rows as they should be."""
    columns = _columns_there(patch, table, name) if table else list(TABLES[name])
    body = [picked(name, columns, row) for row in rows]
    until = table.body.bottom if table else 0
    patch.write_table(name, body, width=len(columns))
    if name in FOLDING:
        looks = _folded(body, hidden=not patch.has_filter(name))
        patch.show_rows(name, looks, until=until, below=OPEN)
    elif len(columns) in {len(TABLES[name]), len(EARLIER.get(name, ()))}:
        looks = [RowLook(height) for height in row_heights(name, columns, body)]
        patch.show_rows(name, looks, until=until)
    patch.give_formats(name, {at: NUMBER for at, column in enumerate(columns) if column.kind == "number"})


def _folded(rows: Sequence[Sequence[Value]], *, hidden: bool) -> list[RowLook]:
    """The blocks as groups of rows below their headlines, folded away where they may be ``hidden``."""
    looks = [OPEN] * len(rows)
    for first, last in blocks(rows):
        # Programs look for the sign above a group or below it: the headline of the next one has it too.
        looks[first - 1] = looks[last + 1] = OPEN._replace(collapsed=hidden)
        looks[first : last + 1] = [OPEN._replace(level=1, hidden=hidden)] * (last + 1 - first)
    return looks


def _ours(patch: Patch) -> dict[str, TableInfo]:
    there = {name.casefold(): table for name, table in patch.tables.items()}
    return {name: there[name.casefold()] for name in TABLES if name.casefold() in there}


def _columns_there(patch: Patch, table: TableInfo, name: str) -> list[Output]:
    """Which of our columns the table has; `PatchRefused` where somebody changed its headings."""
    columns, wrong = columns_there(name, table.columns)
    if wrong:
        where = f"{patch.package.path.name} ▸ {table.sheet} ▸ {name}"
        raise refused(where, f"{wrong.zh}。", f"{wrong.en}.")
    return columns


def _add(patch: Patch, tables: Sequence[str], lang: str, settings: Settings) -> None:
    from kesu.workbook.writing.dashboard import write_kpis
    from kesu.workbook.writing.outputs import write_findings, write_followups
    from kesu.workbook.writing.style import Book
    from kesu.xlsx.create import new_workbook

    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "sheets.xlsx"
        workbook = new_workbook(source, dt.date.min, date1904=patch.structure.date1904)
        book = Book(workbook, lang, settings)
        write_followups(book)
        write_kpis(book, live=False)
        write_findings(book)
        workbook.close()
        for name in tables:
            patch.add_sheet(source, SHEETS[SHEET_OF[name]].of(lang))
