"""``kesu import``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kesu.cli import completing, kinds, options
from kesu.cli.mapped import show
from kesu.cli.named import workbook_name
from kesu.cli.reading import new_reader, progress, sources
from kesu.cli.saving import check_targets, save
from kesu.cli.telling import say, ui, ui_lang
from kesu.words.text import Text, counted, listed

if TYPE_CHECKING:
    from kesu.jobs.collect import Target
    from kesu.jobs.importing import Maps
    from kesu.register.mapping.model import Question, TableMap
    from kesu.register.mapping.survey import Survey
    from kesu.register.mapping.table import Passed, Table
    from kesu.register.settings import Settings
    from kesu.workbook.reading.reader import Reader

NOTHING: Final = Text("没有找到投诉表。可用 --sheet 指定工作表，或用 --map 指定对照表。", "No complaint table was found. Name its sheet with --sheet, or say with --map which columns are which.")  # fmt: skip
UNANSWERED: Final = Text("有 {n} 处拿不准，没有写入。请在 {path} 里把 “?” 改好，再运行：{line}", "Not sure: {n}; nothing was written. Replace every “?” in {path}, then run: {line}")  # fmt: skip
NO_TARGET: Final = Text("请用 -o 指定新登记表，或用 --into 指定要并入的登记表（只用一个），或用 --dry-run 先看。", "name the new register with -o or the one to add to with --into (not both), or look first with --dry-run")  # fmt: skip


@click.command("import", short_help=ui("把别处来的投诉表变成登记表。", "Make a register of complaint tables from elsewhere."), help=ui("把别的系统或自制的投诉表变成登记表，并逐行交代去向。", "Make a register of complaint tables from elsewhere, every row accounted for."))  # fmt: skip
@click.argument("sources_", metavar="SRC...", nargs=-1, required=True, type=kinds.WorkbookPath())
@click.option(
    "-o",
    "--output",
    "out",
    type=kinds.OutPath(again=False),
    metavar="REGISTER",
    help=ui("新登记表", "The new register"),
)
@click.option(
    "--into",
    type=kinds.InPath(),
    metavar="REGISTER",
    help=ui(
        "并入这个登记表：只加新的，补上已有投诉后来的进展",
        "Add to this register: new complaints, and what is later known of those it has",
    ),
)
@click.option(
    "--map",
    "map_",
    type=kinds.InPath(),
    metavar="TOML",
    help=ui("列和值的对照表", "Which columns and values are which"),
)
@click.option(
    "--maps",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help=ui(
        "记住对照表的文件夹；默认 ~/.config/kesu/maps",
        "Where mappings are remembered; by default ~/.config/kesu/maps",
    ),
)
@click.option("--sheet", multiple=True, metavar="NAME", help=ui("只读这些工作表", "Only these sheets"))
@click.option(
    "--dry-run", is_flag=True, help=ui("只列出各列怎样对应，不写入", "Only show what becomes of each column")
)
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    help=ui("登记表的语言；默认随源表", "Language of the register; by default the source's"),
)
@click.option(
    "--profile",
    metavar="NAME",
    shell_complete=completing.profiles,
    help=ui("时限规则模板；见 kesu profiles", "Profile of deadline rules; see kesu profiles"),
)
@options.recursive
@options.limits
@options.force
def import_(
    sources_: tuple[Path, ...], out: Path | None, into: Path | None, map_: Path | None, maps: Path | None, sheet: tuple[str, ...],
    dry_run: bool, lang: str | None, profile: str | None,
) -> None:  # fmt: skip
    """Read, find, map, ask, write; nothing is written while anything is unsure."""
    if (out is None) == (into is None) and not (dry_run and out is None):
        raise click.UsageError(NO_TARGET.of(ui_lang()))
    if out is not None:
        workbook_name(out)
    paths = sources(sources_, target=into)
    check_targets()
    reader = new_reader()
    reader.ask(paths[0], every_sheet=True)
    from kesu.jobs.importing import Maps, find_tables, read_map
    from kesu.register.mapping.model import MapError
    from kesu.register.settings import new_settings

    settings = options.profile_named(profile) if profile is not None else new_settings()
    with reader, progress(len(paths)) as advance:
        tables, passed, errors = find_tables(reader, paths, sheet, advance)
        target = _target(reader, into) if into is not None else None
    settings = target.register.settings if target is not None else settings
    for text in errors:
        say(text)
    remembered = Maps(maps) if maps else Maps.of_user()
    try:
        given = read_map(map_) if map_ else None
        found = _asked(tables, passed, settings, given, remembered, ask=sys.stdin.isatty() and not dry_run)
    except MapError as error:
        say(error.text)
        sys.exit(options.USAGE)
    _passed_over(found.passed)
    if not found.plans:
        say(NOTHING)
        sys.exit(options.UNREADABLE)
    if dry_run:
        show(found)
        if target is not None and not any(one.questions for one in found.plans):
            _add(found, target, remembered, dry_run=True)
    elif errors:
        sys.exit(options.UNREADABLE)
    elif any(one.questions for one in found.plans):
        _to_fill_in(found, out or into or Path())
        sys.exit(options.USAGE)
    elif target is not None:
        _add(found, target, remembered, dry_run=False)
    else:
        _write(found, out or Path(), settings, lang or found.lang, remembered)
    sys.exit(options.UNREADABLE if errors else 0)


def _asked(
    tables: Sequence[Table], passed: Sequence[Passed], settings: Settings, given: TableMap | None, maps: Maps, *, ask: bool
) -> Survey:  # fmt: skip
    """The survey, with everything that is unsure asked on the terminal."""
    from kesu.jobs.importing import survey

    answers: dict[str, TableMap] = {}
    while True:
        found = survey(
            tables, passed, settings.codes, settings.time_zone or settings.region, given, maps, answers
        )
        open_ = next((one for one in found.plans if one.questions), None)
        if open_ is None or not ask:
            return found
        question = open_.questions[0]
        answers[open_.mapping.fingerprint] = open_.mapping.answered(question.entry, _answer(question))


def _answer(question: Question) -> str:
    from kesu.words.terminal import clean

    lang = ui_lang()
    say(question.asked)
    for number, (word, label) in enumerate(question.choices, 1):
        click.echo(clean(f"  {number}  {label.of(lang)}  ({word})"), err=True)
    while True:
        said = str(
            click.prompt(ui("编号", "Number") if question.choices else ui("填写", "Answer"), err=True)
        ).strip()
        if said.isdigit() and 1 <= int(said) <= len(question.choices):
            return str(question.choices[int(said) - 1][0])
        if not question.choices or said in {word for word, _ in question.choices}:
            return said


def _passed_over(passed: Sequence[Passed]) -> None:
    """A line for each reason why sheets were passed over."""
    reasons: dict[Text, list[str]] = {}
    for one in passed:
        reasons.setdefault(one.reason, []).append(f"{one.file} ▸ {one.sheet}")
    for reason, sheets in reasons.items():
        said = listed(sheets, 4)
        say(Text(f"{said.zh}：跳过，{reason.zh}。", f"{said.en}: passed over, {reason.en}."))


def _to_fill_in(found: Survey, out: Path) -> None:
    """What is asked, and a TOML with the entries to fill in."""
    from kesu.register.mapping.model import to_toml

    for number, one in enumerate([one for one in found.plans if one.questions], 1):
        path = out.with_name(f"{out.stem}.map{number if number > 1 else ''}.toml")
        for question in one.questions:
            say(question.asked)
        save(path, to_toml(one.mapping, one.questions, ui_lang()).encode())
        given = sys.argv[1:]
        words = [
            word
            for before, word in zip(["", *given], given, strict=False)
            if "--map" not in {before, word} and not word.startswith("--map=")
        ]
        line = "kesu " + " ".join(f'"{word}"' if " " in word else word for word in words) + f" --map {path}"
        say(UNANSWERED.fill(n=len(one.questions), path=path, line=line))


def _write(found: Survey, out: Path, settings: Settings, lang: str, maps: Maps) -> None:
    from kesu.cli.tables import tell
    from kesu.jobs.import_account import account
    from kesu.jobs.importing import built, take

    now = options.now()
    taken = take(found, settings.codes, lang, now.year)
    save(out, built(found, taken, settings, lang, now))
    for line in account(found, taken, lang):
        tell(line.of(ui_lang()))
    _remember(found, lang, maps)
    say(Text(f"已新建 {out}；对照表记在 {maps.folder}，下次不再询问", f"Made {out}; the mapping is kept in {maps.folder}, so that nothing is asked next time"))  # fmt: skip


def _remember(found: Survey, lang: str, maps: Maps) -> None:
    from kesu.jobs.importing import remember

    for fingerprint, toml in remember(found, lang):
        if (why := maps.keep(fingerprint, toml)) is not None:
            say(why)


# --- into a register that is there ---


def _target(reader: Reader, into: Path) -> Target:
    from kesu.jobs.collect import open_target
    from kesu.workbook.reading.reader import ReadError

    try:
        return open_target(reader, into)
    except ReadError as error:
        say(error.text)
        sys.exit(options.UNREADABLE)


def _add(found: Survey, target: Target, maps: Maps, *, dry_run: bool) -> None:
    """New complaints and later states, told one by one, written in one step."""
    from kesu.cli.tables import tell
    from kesu.jobs.adding import UNSOURCED, compare, write
    from kesu.jobs.import_account import LACKED, account
    from kesu.jobs.importing import take
    from kesu.words.errors import KesuError

    register, now, lang = target.register, options.now(), ui_lang()
    taken = take(found, register.settings.codes, register.lang, now.year)
    try:
        added = compare(target, taken, now.year)
        for one in added.changes:
            tell(one.said(register.settings.codes, lang).of(lang))
        filled = {one.complaint_id for one in added.changes if one.taken}
        kept = sum(not one.taken for one in added.changes)
        if added.new or added.items or filled:
            force = bool(click.get_current_context().meta.get("kesu.force"))
            result = write(target, taken, added, as_of=now, force=force, dry_run=dry_run)
            if result.backup:
                say(
                    Text(
                        f"原文件备份为 {result.backup.name}", f"The workbook as it was: {result.backup.name}"
                    )
                )
    except KesuError as error:
        say(error.text)
        sys.exit(options.UNREADABLE)
    if not added.sourced and added.new:
        say(UNSOURCED)
    would = Text("将", "would be ") if dry_run else Text("", "")
    tell(ui(
        f"{target.path.name}：{would.zh}新增 {len(added.new)} 件、事项 {len(added.items)} 行，{would.zh}更新 {len(filled)} 件；{added.same} 件没有变化，{kept} 处不同但没有改，未采用 {len(taken.rejected)} 行",
        f"{target.path.name}: {counted(len(added.new), 'complaint')} and {counted(len(added.items), 'item')} {would.en}added, {len(filled)} {would.en}updated; {added.same} unchanged, {counted(kept, 'other difference')} left as is, {counted(len(taken.rejected), 'row')} left out",
    ))  # fmt: skip
    for line in account(found, taken, register.lang, LACKED):
        tell(line.of(lang))
    if not dry_run:
        _remember(found, register.lang, maps)
