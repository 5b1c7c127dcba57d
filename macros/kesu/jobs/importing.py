"""Foreign tables into a register: read, found, mapped, typed, and every row accounted for."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from kesu.jobs.books import unique_names
from kesu.jobs.import_account import account
from kesu.register.codes import CodeLists
from kesu.register.mapping.apply import Taken, apply
from kesu.register.mapping.headings import by_words
from kesu.register.mapping.model import MapError, TableMap, for_table, from_toml, to_toml
from kesu.register.mapping.propose import Plan, plan
from kesu.register.mapping.survey import Survey
from kesu.register.mapping.table import Passed, Table, find_table, headings_said, stacked
from kesu.register.mapping.whole import together
from kesu.register.mapping.words import heading_words, spellings
from kesu.register.settings import Settings
from kesu.words.text import Text, listed
from kesu.workbook.reading.reader import Reader, ReadError
from kesu.workbook.save import save_own
from kesu.workbook.writing import build_register
from kesu.workbook.writing.imported import Imported, write_imported

FOREIGN: Final = Text(
    "没有投诉表的列（列标题：{headings}）", "no columns of a complaint table (headings: {headings})"
)
NO_YEAR: Final = Text(
    "“{heading}”像是受理时间，但其中的日期没有年份（例如 {sample}）。请在源表里补上年份再导入",
    "“{heading}” may be the time of receipt, but its dates have no year (such as {sample}). Write the year in the source, then import",
)
NO_SHEET: Final = Text(
    "没有叫“{sheet}”的工作表；有：{titles}。", "no sheet is called “{sheet}”; there are: {titles}."
)
DAY_AND_MONTH: Final = r"^[0-9]{1,2} ?[月./-] ?[0-9]{1,2} ?[日号]?(?: .{1,12})?$"
NOT_CHOSEN: Final = Text("没有选中（--sheet）", "not chosen (--sheet)")
UNFIT: Final = Text("这份对照表里没有一个列标题与“{sheet}”相符（{headings}）。请核对，或去掉 --map。", "none of the headings in this mapping stands on “{sheet}” ({headings}). Check it, or leave --map out.")  # fmt: skip


@dataclass(frozen=True)
class Maps:
    """Where mappings are remembered, each under the fingerprint of its headings."""

    folder: Path

    @classmethod
    def of_user(cls) -> Maps:
        """Where this user's are, ``~/.config/kesu/maps``."""
        windows = sys.platform == "win32"
        home = os.environ.get("APPDATA" if windows else "XDG_CONFIG_HOME")
        return cls(Path(home or Path.home() / ".config") / "kesu" / "maps")

    def keep(self, fingerprint: str, toml: bytes) -> Text | None:
        """Remember one; why it could not be, else None."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            save_own(self.path(fingerprint), toml)
        except OSError as error:
            return Text(f"对照表没有记住：{error}", f"The mapping could not be remembered: {error}")
        return None

    def path(self, fingerprint: str) -> Path:
        """The file of one mapping."""
        return self.folder / f"{fingerprint}.toml"

    def find(self, fingerprint: str) -> TableMap | None:
        """The mapping of headings seen before. Raises `MapError` for one that cannot be used."""
        path = self.path(fingerprint)
        return read_map(path) if path.is_file() else None


def read_map(path: Path) -> TableMap:
    """The mapping in the file. Raises `MapError` with the reason why it cannot be used."""
    try:
        return from_toml(path.read_text("utf-8-sig"))
    except MapError as error:
        raise MapError(error.text.at(path.name)) from None
    except (OSError, UnicodeDecodeError) as error:
        said = Text(f"读不出来（{error}）", f"cannot be read ({error})")
        raise MapError(said.at(path.name)) from None


def find_tables(
    reader: Reader,
    paths: Sequence[Path],
    sheets: Sequence[str] = (),
    progress: Callable[[Path], None] | None = None,
) -> tuple[list[Table], list[Passed], list[Text]]:
    """The tables in the workbooks of ``paths``, on ``sheets`` or on all; what is none, and what could not be read."""
    tables: list[Table] = []
    passed: list[Passed] = []
    errors: list[Text] = []
    for path, name in zip(paths, unique_names(paths), strict=True):
        try:
            raw = reader.read(path, every_sheet=True)
        except ReadError as error:
            errors.append(error.text)
            continue
        titles = [one.title for one in raw]
        errors += [
            NO_SHEET.fill(sheet=title, titles=listed(titles)).at(name)
            for title in sheets
            if title not in titles
        ]
        for sheet in raw:
            if sheets and sheet.title not in sheets:
                passed.append(Passed(name, sheet.title, 0, NOT_CHOSEN))
                continue
            found = find_table(name, dataclasses.replace(sheet, hidden=sheet.hidden and not sheets))
            if isinstance(found, Table):
                tables.append(found)
            else:
                passed.append(found)
        if progress:
            progress(path)
    return tables, passed, errors


def survey(
    tables: Sequence[Table], passed: Sequence[Passed], codes: CodeLists, region: str,
    given: TableMap | None = None, maps: Maps | None = None, answers: Mapping[str, TableMap] | None = None,
) -> Survey:  # fmt: skip
    """A plan for each group of tables with the same headings.

    ``given``: a mapping for all of them; ``maps``: those remembered; ``answers``: fingerprint → what was answered since.
    Raises `MapError` where a mapping cannot be used.
    """
    plans, left = [], list(passed)
    for group in stacked(tables):
        print_ = group[0].fingerprint
        known = (answers or {}).get(print_)
        if known is None and given is not None:
            known = for_table(given, group[0].headings)
            if known is None:
                raise MapError(UNFIT.fill(sheet=group[0].sheet, headings=headings_said(group[0])))
        if known is None and maps is not None and (found := maps.find(print_)) is not None:
            known = for_table(found, group[0].headings)
        made = plan(group, known, codes, region) if len(group[0].cells.columns) else None
        if made is None or not _complaints(made):
            said = _without_year(made) or FOREIGN.fill(headings=headings_said(group[0]))
            left += [Passed(one.file, one.sheet, 0, said) for one in group]
        else:
            plans.append(made)
    return Survey(tuple(plans), tuple(left))


def _complaints(made: Plan) -> bool:
    """Whether a table tells of complaints one by one: when, and which or what, or much else."""
    targets = set(made.mapping.columns.values()) | {
        one.choices[0][0] for one in made.questions if one.entry[0] == "columns"
    }
    known = sum(
        any(word in heading_words() for word in spellings(heading)) for heading in made.mapping.headings
    )
    return (
        "received_at" in targets
        and bool(targets & {"complaint_id", "verbatim", "category", "details", "customer_name"})
    ) or ("complaint_id" in targets and known >= 4)


def _without_year(made: Plan | None) -> Text | None:
    """What is said of a table whose times of receipt are days and months only; None for another."""
    for heading, column in made.columns.items() if made else ():
        meant = {target for target, _, _ in by_words(heading)}
        if "received_at" in meant and column.share(DAY_AND_MONTH) >= 0.8:
            return NO_YEAR.fill(heading=heading, sample=column.few.iloc[0][:20])
    return None


def take(found: Survey, codes: CodeLists, lang: str, year: int) -> Taken:
    """All rows of the surveyed tables, as rows of one register."""
    parts = [apply(one, codes, lang) for one in found.plans]
    below = [row for one in found.plans for table in one.tables for row in table.below]
    taken = together(parts, year)
    return dataclasses.replace(taken, rejected=(*taken.rejected, *below), rows=taken.rows + len(below))


def extended(settings: Settings, taken: Taken, lang: str) -> Settings:
    """The settings with the choices that the source brought."""
    codes = {name: (*entries, *taken.added.get(name, ())) for name, entries in settings.codes.items()}
    return dataclasses.replace(settings, codes=codes, lang=lang)


def built(found: Survey, taken: Taken, settings: Settings, lang: str, as_of: dt.datetime) -> bytes:
    """The register as a workbook."""
    target = io.BytesIO()
    above = [row for one in found.plans for table in one.tables for row in table.above]
    rows = [
        (one.file, one.sheet, one.row, one.reason, one.text)
        for one in (*taken.rejected, *above, *found.passed)
    ]
    record = Imported(account(found, taken, lang), rows)
    build_register(
        target, lang, extended(settings, taken, lang), complaints=taken.complaints, items=taken.items,
        as_of=as_of, own={"register": taken.own, "items": taken.item_own}, more=partial(write_imported, imported=record),
    )  # fmt: skip
    return target.getvalue()


def remember(found: Survey, lang: str) -> Iterator[tuple[str, bytes]]:
    """Fingerprint and TOML of each mapping."""
    for one in found.plans:
        yield one.mapping.fingerprint, to_toml(one.mapping, one.questions, lang).encode()
