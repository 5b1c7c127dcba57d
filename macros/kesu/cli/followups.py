"""``kesu followups``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from kesu.cli import drafting, options
from kesu.cli.calendars import write_calendars
from kesu.cli.reading import finish, language, need_personal, read_of, reading, say_account, worked
from kesu.cli.saving import write_out
from kesu.cli.telling import meant, near, say, shown, ui
from kesu.register.periods import Period
from kesu.words.text import Text, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from kesu.cli.tables import Column, Screen, Tinted
    from kesu.jobs.load import Loaded

ALSO: Final = Text("另有", "also")
AT_WORK: Final = Text("* 按工作时间计，一天 {hours} 小时", "* in working time, {hours} h a day")


@click.command(
    short_help=ui("接下来要做的事，最急的在前。", "What someone must do next, most urgent first."),
    help=ui(
        "接下来要做的事，最急的在前：一件投诉一行，写最急的一件事，其余的写在旁边。现在无事可做的（暂停中、等到约定的时间）不列，只说有几件。"
        "JSON 总是每件事一行。",
        "What someone must do next, most urgent first: one line a complaint, its most urgent task, the others beside it. "
        "Complaints about which nothing can be done now (on hold, until a time agreed) are counted, not listed. "
        "JSON always has a record for each task.",
    ),
)
@options.registers
@options.cache
@options.chosen(options.lang, options.as_of, options.period, options.formats, options.output)
@click.option("--owner", help=ui("只列这个责任人的", "Only what this person is to do"))
@click.option(
    "--all", "every", is_flag=True,
    help=ui("每件事一行，包括暂停中和等待中的", "A line for every task, those that have to wait too"),
)  # fmt: skip
@drafting.option
@drafting.kind
@click.option(
    "--calendar", "folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help=ui("另外为每个责任人写一个日历文件（.ics），放进这个文件夹", "Also write a calendar (.ics) for each owner into this folder"),
)  # fmt: skip
@click.option(
    "--unmasked", is_flag=True,
    help=ui("不遮盖个人信息（只供内部使用）", "Do not mask personal data (internal use only)"),
)  # fmt: skip
def followups(
    registers: tuple[Path | str, ...],
    lang: str | None,
    as_of: dt.datetime | None,
    period: Period | None,
    output_format: str,
    output: Path | None,
    owner: str | None,
    every: bool,
    folder: Path | None,
    drafts: Path | None,
    draft_kind: str | None,
    unmasked: bool,
) -> None:
    """One line a complaint."""
    draft_as = drafting.check_kind(drafts, draft_kind)
    with reading(registers, as_of) as (loaded, instant):
        if drafts is not None or owner is not None or folder is not None:
            need_personal(loaded)
        from kesu.cli.tables import screen
        from kesu.jobs.customers import with_customers
        from kesu.jobs.figures import follow_up_table, received_rows
        from kesu.rules.followups import COLUMNS, firsts, left_out, said_left_out, short
        from kesu.words.terminal import to_json

        def work(some: Sequence[Loaded]) -> tuple[pd.DataFrame, pd.DataFrame]:
            assessments = [one.assessment for one in some if one.assessment is not None]
            found = follow_up_table(assessments, language(lang, assessments))[list(COLUMNS)]
            found = found if period is None else found[received_rows(assessments, period, found)]
            return found, with_customers(assessments, found, unmasked=unmasked)

        every_one, found = worked(loaded, work)
        assessments = read_of(loaded)
        lang = language(lang, assessments)
        found = found if owner is None else _of(owner, found)
        if output_format == "json":
            write_out(to_json(found.assign(first=firsts(found))), output)
        else:
            lines = found.assign(also="") if every else short(found, lang)
            write_out(_follow_up_lines(lines, instant, lang, screen(output), by_owner=owner is None), output)
            if not every and (rest := said_left_out(left_out(found), "--all")) is not None:
                say(rest)
        if folder is not None:
            write_calendars(assessments, every_one.loc[found.index], lang, folder, unmasked=unmasked)
        if drafts is not None:
            lines = found if every else short(found, lang)
            drafting.write_drafts(assessments, lines, drafts, draft_as, lang, unmasked=unmasked)
        say_account(assessments, period)
    finish(loaded)


def _of(owner: str, found: pd.DataFrame) -> pd.DataFrame:
    """What ``owner`` is to do; says so where that is nothing."""
    mine = found["owner"].eq(owner).to_numpy(bool)
    if not mine.any():
        say(_nobody(owner, found["owner"].dropna().unique().tolist()))
    return found[mine]


def _nobody(owner: str, owners: list[str]) -> Text:
    """That nothing is to be done by ``owner``, with the nearest names of those who have something to do."""
    close = meant(near(owner, owners))
    return Text(
        f"没有“{owner}”要做的事。{close.zh}", f"Nothing is to be done by “{owner}”. {close.en}".rstrip()
    )


def _follow_up_lines(
    found: pd.DataFrame, instant: dt.datetime, lang: str, to: Screen, *, by_owner: bool
) -> str:
    from kesu.cli.tables import table

    columns = _columns(lang)
    if not by_owner:
        del columns["owner"]
    if to.width is not None and found["register"].nunique() == 1:
        del columns["register"]
    drawn = table([*columns.values()], _rows(found, instant, lang, [*columns]), lang, to)
    late = found[found["clock"].eq("business") & found["group"].eq("overdue")]
    if late.empty:
        return drawn
    hours = listed([f"{hours:g}" for hours in sorted(late["day_hours"].unique())])
    return f"{drawn}\n{to.tint(AT_WORK.fill(hours=hours).of(lang), 'bright_black')}"


def _columns(lang: str) -> dict[str, Column]:
    from kesu.cli.tables import Column

    return {
        "register": Column(Text("登记表", "register").of(lang), 6, 10),
        "row": Column(Text("行", "row").of(lang), 5, right=True),
        "complaint_id": Column(Text("编号", "number").of(lang)),
        "task": Column(Text("做什么", "to do").of(lang), 0, 10),
        "customer": Column(Text("客户", "customer").of(lang), 0, 8),
        "contact": Column(Text("联系方式", "contact").of(lang), 3, 11),
        "owner": Column(Text("责任人", "owner").of(lang), 0, 8),
        "what": Column(Text("内容", "what").of(lang), 2, 12),
        "due": Column(Text("到期", "due").of(lang)),
        "late": Column(Text("逾期", "overdue").of(lang), 0, 7, right=True),
        "next_step": Column(Text("下一步", "next step").of(lang), 4, 24),
    }


def _rows(
    found: pd.DataFrame, instant: dt.datetime, lang: str, keys: Sequence[str]
) -> Iterator[list[object] | Tinted]:
    """The cells of ``keys`` of each line, each group of lines under its name and number."""
    from kesu.cli.tables import Tinted
    from kesu.rules.followups import GROUPS
    from kesu.words.terminal import records

    for group, name in GROUPS.items():
        lines = found[found["group"].eq(group)]
        if len(lines):
            yield Tinted("", "")
            yield Tinted(f"{name.of(lang)} · {len(lines):,}", "red" if group == "overdue" else "cyan")
        for row in records(lines):
            cells = _cells(row, instant, lang)
            yield [cells[key] for key in keys]
            if row.also:
                yield Tinted(f"  {ALSO.of(lang)} {row.also}", "bright_black")


def _cells(row: Any, instant: dt.datetime, lang: str) -> dict[str, object]:
    from kesu.cli.tables import Tinted
    from kesu.rules.followups import WAITS, said_late
    from kesu.rules.playbooks import FOLLOW_UPS

    kind, late = FOLLOW_UPS[row.kind][0].of(lang), ""
    if row.group == "overdue":
        late = said_late(row.overdue_hours, row.day_hours, lang) + "*" * (row.clock == "business")
    return {
        **{
            key: shown(getattr(row, key))
            for key in ("complaint_id", "customer", "contact", "owner", "next_step")
        },
        "register": row.register,
        "row": row.row,
        "task": kind + (f" ({WAITS[row.waits].of(lang)})" if row.waits else ""),
        "what": "" if row.what == kind else shown(row.what),
        "due": _due(row.due_at, instant),
        "late": Tinted(late, "red"),
    }


def _due(at: pd.Timestamp, instant: dt.datetime) -> str:
    """A due time, with its year where that is another; “–” where none was written down."""
    if at != at:  # noqa: PLR0124 - NaT
        return "–"
    return str(at.strftime("%m-%d %H:%M" if at.year == instant.year else "%Y-%m-%d %H:%M"))
