"""Foreign tables into a register: read, found, mapped, typed, and every row accounted for."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from kesu.jobs.load import unique_names
from kesu.register.codes import CodeLists
from kesu.register.columns import BY_KEY
from kesu.register.mapping.apply import Taken, apply
from kesu.register.mapping.headings import Column
from kesu.register.mapping.model import OWN, MapError, TableMap, for_table, from_toml, to_toml
from kesu.register.mapping.propose import Plan, plan
from kesu.register.mapping.table import Passed, Table, find_table, headings_said, stacked
from kesu.register.mapping.whole import labels_used, together
from kesu.register.mapping.words import heading_words, spellings
from kesu.register.settings import Settings
from kesu.reports.masking import mask_cell
from kesu.rules.kpis import KPIS
from kesu.words.text import Text, counted, listed
from kesu.workbook.reading.reader import Reader, ReadError
from kesu.workbook.save import save_own
from kesu.workbook.writing import build_register
from kesu.workbook.writing.imported import Imported, write_imported

FOREIGN: Final = Text(
    "没有投诉表的列（列标题：{headings}）", "no columns of a complaint table (headings: {headings})"
)
ADDED: Final = Text(
    "“{label}”新增选项：{words}（已加入“设置”）。", "New choices of “{label}”: {words} (added to Settings)."
)
"""Of choices that the source has and the lists lack: they went into the lists of the new register."""
LACKED: Final = Text(
    "“{label}”的选项里没有：{words}。请加到“设置”的代码表，或在对照表里改成已有的选项；kesu check 会指出这些单元格。",
    "Not among the choices of “{label}”: {words}. Add them to the code list on Settings, or give them existing choices in the "
    "mapping; kesu check names the cells.",
)
"""The same where the lists are the team's own, which stay as they are."""
NO_SHEET: Final = Text(
    "没有叫“{sheet}”的工作表；有：{titles}。", "no sheet is called “{sheet}”; there are: {titles}."
)
MANY_NAMES: Final = 20
NOT_CHOSEN: Final = Text("没有选中（--sheet）", "not chosen (--sheet)")
UNFIT: Final = Text("这份对照表里没有一个列标题与“{sheet}”相符（{headings}）。请核对，或去掉 --map。", "none of the headings in this mapping stands on “{sheet}” ({headings}). Check it, or leave --map out.")  # fmt: skip


@dataclass(frozen=True)
class Survey:
    """What was found in the sources: tables with their plans, what was passed over, and why a source was not read."""

    plans: tuple[Plan, ...]
    passed: tuple[Passed, ...]
    errors: tuple[Text, ...] = ()

    @property
    def lang(self) -> str:
        """The language that the headings are in."""
        words = "".join(heading for one in self.plans for heading in one.mapping.headings)
        return "zh" if sum("一" <= ch <= "鿿" for ch in words) * 3 >= len(words) else "en"


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
            said = FOREIGN.fill(headings=headings_said(group[0]))
            left += [Passed(one.file, one.sheet, 0, said) for one in group]
        else:
            plans.append(made)
    return Survey(tuple(plans), tuple(left))


def _complaints(made: Plan) -> bool:
    """Whether a table tells of complaints one by one: when, and which or what, or much else."""
    targets = set(made.mapping.columns.values()) | {
        one.choices[0][0] for one in made.questions if one.place[0] == "columns"
    }
    known = sum(
        any(word in heading_words() for word in spellings(heading)) for heading in made.mapping.headings
    )
    return (
        "received_at" in targets
        and bool(targets & {"complaint_id", "verbatim", "category", "details", "customer_name"})
    ) or ("complaint_id" in targets and known >= 4)


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
        as_of=as_of, own=(taken.own, taken.item_own), more=partial(write_imported, imported=record),
    )  # fmt: skip
    return target.getvalue()


def remember(found: Survey, lang: str) -> Iterator[tuple[str, bytes]]:
    """Fingerprint and TOML of each mapping."""
    for one in found.plans:
        yield one.mapping.fingerprint, to_toml(one.mapping, one.questions, lang).encode()


# --- what was done, in words ---


def account(found: Survey, taken: Taken, lang: str, choices: Text = ADDED) -> list[Text]:
    """The account of rows and all that must be known of them, a line each. ``choices``: what is said of new ones."""
    out = len(taken.rejected)
    lines = [Text(
        f"数据勾稽：读取 {taken.rows} 行 = 投诉 {len(taken.complaints)} + 并入事项 {taken.further} + 未采用 {out}。",
        f"Account of rows: {taken.rows} read = {len(taken.complaints)} complaints + {taken.further} that became items + {out} left out.",
    )]  # fmt: skip
    if len(taken.items):
        lines.append(Text(f"事项 {len(taken.items)} 行。", f"{counted(len(taken.items), 'item')} in all."))
    lines += _times_said(found)
    for key, n in taken.derived.items():
        label = BY_KEY[key].label
        lines.append(Text(f"“{label.zh}”有 {n} 格由受理时间加时长推算（见自有列“推算的列”）。", f"“{label.en}”: {n} cells worked out as receipt plus duration (marked in the column “Derived columns”)."))  # fmt: skip
    for key, n in taken.unread.items():
        label = BY_KEY[key].label
        lines.append(Text(f"“{label.zh}”有 {n} 格看不懂，原样保留；kesu check 会指出。", f"“{label.en}”: {n} cells could not be read and stand as they were; kesu check names them."))  # fmt: skip
    for name, words in labels_used(taken.added, lang).items():
        label = next(column.label for column in BY_KEY.values() if column.codes == name)
        lines.append(choices.fill(label=label, words=listed(words, 12)))
    if any(one.mapping.constants.get("kind") == "complaint" for one in found.plans):
        lines.append(
            Text(
                "没有“类别”列，各行都按投诉登记。",
                "There is no column “Kind”: every row is taken as a complaint.",
            )
        )
    lines += _numbers_said(found)
    lines += _kpis_said(taken)
    return lines


def _times_said(found: Survey) -> Iterator[Text]:
    names = {
        "dmy": Text("日/月/年", "day/month/year"),
        "mdy": Text("月/日/年", "month/day/year"),
        "ymd": Text("年/月/日", "year/month/day"),
    }
    for one in found.plans:
        for heading, seen in one.evidence.items():
            if seen.order in names:
                yield Text(f"“{heading}”按{names[seen.order].zh}读：{seen.said.zh}。", f"“{heading}” is read as {names[seen.order].en}: {seen.said.en}.")  # fmt: skip
            if seen.zones:
                yield Text(f"“{heading}”有 {seen.zones} 个时间带时区，已换算为 {one.mapping.zone}。", f"“{heading}”: {seen.zones} times with a zone, converted to {one.mapping.zone}.")  # fmt: skip


def _numbers_said(found: Survey) -> Iterator[Text]:
    if any(one.mapping.heading_of("complaint_id") is None for one in found.plans):
        yield Text("源表没有编号列，编号由 kesu 编排。", "The source has no numbers; kesu gave them.")
    if any(one.mapping.numbers == "sheet" for one in found.plans):
        yield Text(
            "各工作表的编号都从头开始，已在前面加上工作表名。",
            "Each sheet counts from one, so its title stands before the number.",
        )


def _kpis_said(taken: Taken) -> Iterator[Text]:
    lacking: dict[str, list[Text]] = {}
    there = {key for key in taken.complaints if key in BY_KEY and taken.complaints[key].notna().any()}
    for info in KPIS.values():
        for need in info.needs if info.base == "complaints" else ():
            if not there & set(need.split("|")):
                lacking.setdefault(need.split("|")[0], []).append(info.name)
    for key, names in lacking.items():
        label, said = BY_KEY[key].label, listed(names)
        yield Text(
            f"源表没有“{label.zh}”，以下指标不能作数：{said.zh}。",
            f"The source has no “{label.en}”, so these figures prove nothing: {said.en}.",
        )


def target_said(target: str) -> Text:
    """What a target of a mapping is called."""
    if target == OWN:
        return Text("自有列", "your own column")
    key, _, part = target.partition(".")
    label = BY_KEY[key].label
    more = {"": Text("", ""), "time": Text("（钟点）", " (time)"), "after": Text("（时长）", " (duration)")}[
        part
    ]
    return Text(label.zh + more.zh, label.en + more.en)


def samples(one: Plan) -> dict[str, str]:
    """Three different values of each column, personal data masked."""
    shown = {}
    for heading, column in one.columns.items():
        key = one.mapping.columns.get(heading, OWN).partition(".")[0]
        if key not in BY_KEY and _of_persons(column):
            key = "customer_name"
        shown[heading] = " · ".join(mask_cell(key, _bare(value[:60])) for value in column.few.head(3))
    return shown


def _bare(value: str) -> str:
    """A date or a time of day as people write it."""
    return re.sub(r"^1899-12-3[01] | 00:00:00$|(?<=:\d\d):00$", "", value)


def _of_persons(column: Column) -> bool:
    """Whether a column that is none of kesu's holds names: by its heading, or many different short Chinese words."""
    named = re.search(r"姓名|名字|联系人|(?<![a-z])names?(?![a-z])", column.heading, re.IGNORECASE)
    return named is not None or (len(column.uniques) > MANY_NAMES and column.share("^[一-鿿]{2,4}$") >= 0.8)
