"""``kesu deadlines``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kesu.cli import completing, options
from kesu.cli.reading import finish, language, read_of, reading, say_account, worked
from kesu.cli.saving import write_out
from kesu.cli.telling import ended, moment, say, shown, span, ui
from kesu.register.periods import Period
from kesu.words.text import Text, counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from kesu.cli.tables import Screen, Tinted
    from kesu.jobs.assessment import Assessment
    from kesu.jobs.load import Loaded
    from kesu.register.settings import Settings

Moment = dt.datetime | None


@click.command(
    short_help=ui("每件投诉什么时候到期、现在怎样。", "When each complaint is due, and how it stands."),
    help=ui(
        "每件投诉的时限：首次响应、有效回复、解决、回访。",
        "Deadlines of every complaint: first response, reply, resolution, call-back.",
    ),
)
@options.registers
@options.cache
@options.chosen(options.lang, options.as_of, options.period, options.formats, options.output)
@click.option(
    "--cycles",
    type=click.Choice(["current", "all"]),
    default="current",
    show_default=True,
    help=ui("all 加列重开之前的一轮", "all adds the cycle before a reopening"),
)
@click.option(
    "--profile",
    metavar="NAME",
    shell_complete=completing.profiles,
    help=ui(
        "并排列出换用这个规则模板会改变的时限（见 kesu profiles）",
        "Show side by side what this profile would change (see kesu profiles)",
    ),
)
def deadlines(
    registers: tuple[Path | str, ...],
    lang: str | None,
    as_of: Moment,
    period: Period | None,
    output_format: str,
    output: Path | None,
    cycles: str,
    profile: str | None,
) -> None:
    """One line a complaint and target."""
    other = None if profile is None else _compared(profile, cycles)
    with reading(registers, as_of) as (loaded, instant):
        from kesu.cli.tables import screen
        from kesu.jobs.figures import deadline_lines, received_rows
        from kesu.jobs.stacks import stacks_of
        from kesu.jobs.what_if import what_if
        from kesu.words.terminal import to_json

        def work(some: Sequence[Loaded]) -> pd.DataFrame:
            assessments = [one.assessment for one in some if one.assessment is not None]
            if other is None:
                found = deadline_lines(assessments, every_cycle=cycles == "all")
            else:
                found = stacks_of(assessments).lines(lambda one: what_if(one, other))
            if period is not None:
                found = found[received_rows(assessments, period, found)].reset_index(drop=True)
            return found

        found = worked(loaded, work)
        assessments = read_of(loaded)
        lang = language(lang, assessments)
        if output_format == "json":
            text = to_json(found)
        elif other is None:
            text = _lines(found, instant, lang, screen(output))
        else:
            text = _side_by_side(found, lang, screen(output))
        if other is not None:
            _count_changes(found, assessments)
        write_out(text, output)
        _warn(assessments)
        say_account(assessments, period)
    finish(loaded)


def _compared(profile: str, cycles: str) -> Settings:
    """The profile called so; raises where earlier cycles are asked for too."""
    if cycles == "all":
        raise click.UsageError(
            ui(
                "--profile 只比较当前一轮，不能与 --cycles all 同用",
                "--profile compares the present cycle only; leave out --cycles all",
            )
        )
    return options.profile_named(profile)


def _warn(assessments: Sequence[Assessment]) -> None:
    """Running deadlines beyond the last day whose public holidays are official."""
    from kesu.jobs.figures import unconfirmed

    for name, number, known in unconfirmed(assessments):
        say(
            Text(
                f"警告：{name}：{number} 件投诉的时限晚于 {known}，此后的公共假日和调休尚未正式公布，可能变动。",
                f"Warning: {name}: deadlines of {counted(number, 'complaint')} fall after {known}; "
                "public holidays and make-up days beyond it are not official yet and may move them.",
            )
        )


def _lines(found: pd.DataFrame, instant: dt.datetime, lang: str, to: Screen) -> str:
    from kesu.cli.tables import Column, table
    from kesu.register.settings import TARGETS
    from kesu.words.terminal import records

    columns = [
        Column(Text("登记表", "register").of(lang), 3, 10),
        Column(Text("行", "row").of(lang), 2, right=True),
        Column(Text("编号", "number").of(lang)),
        Column(Text("时限", "target").of(lang)),
        Column(Text("到期", "due").of(lang)),
        Column(Text("完成", "done").of(lang), 1),
        Column(Text("状态", "state").of(lang)),
        Column(Text("剩余", "left").of(lang), right=True),
    ]
    if with_cycle := "cycle" in found:
        columns.append(Column(Text("轮次", "cycle").of(lang), right=True))
    rows = (
        (
            row.register, row.row, shown(row.complaint_id), TARGETS[row.target].of(lang), moment(row.due_at), moment(row.done_at),
            _state(row.state, lang), "" if row.remaining_hours != row.remaining_hours else span(ended(row.due_at, instant), lang),
            *((row.cycle,) if with_cycle else ()),
        )
        for row in records(found)
    )  # fmt: skip
    return table(columns, rows, lang, to)


COLOURS: Final = {"late": "red", "overdue": "red", "due_soon": "yellow", "met": "green", "unproven": "yellow"}


def _state(state: str, lang: str) -> Tinted:
    from kesu.cli.tables import Tinted
    from kesu.rules.deadlines import STATES

    return Tinted(STATES[state].of(lang), COLOURS.get(state, ""))


def _side_by_side(found: pd.DataFrame, lang: str, to: Screen) -> str:
    from kesu.cli.tables import Column, table
    from kesu.register.settings import TARGETS
    from kesu.words.terminal import records

    columns = [
        Column(Text("登记表", "register").of(lang), 4, 10),
        Column(Text("行", "row").of(lang), 3, right=True),
        Column(Text("编号", "number").of(lang)),
        Column(Text("时限", "target").of(lang)),
        Column(Text("现到期", "due now").of(lang), 1),
        Column(Text("改后到期", "due then").of(lang)),
        Column(Text("相差", "later by").of(lang), right=True),
        Column(Text("现状态", "state now").of(lang), 2),
        Column(Text("改后状态", "state then").of(lang)),
    ]
    rows = (
        (
            row.register, row.row, shown(row.complaint_id), TARGETS[row.target].of(lang), moment(row.due_at),
            moment(row.other_due_at), span(row.shift_hours, lang), _state(row.state, lang), _state(row.other_state, lang),
        )
        for row in records(found)
    )  # fmt: skip
    return table(columns, rows, lang, to)


def _count_changes(found: pd.DataFrame, assessments: Sequence[Assessment]) -> None:
    from kesu.register.settings import TARGETS

    every = len(TARGETS) * sum(len(assessment.counted.complaints.data) for assessment in assessments)
    now, then = (int(found[key].eq("overdue").sum()) for key in ("state", "other_state"))
    say(
        Text(
            f"{every} 个时限中 {len(found)} 个会改变；其中已逾期 {now} → {then}。",
            f"{len(found)} of {every} deadlines would change; among them overdue {now} → {then}.",
        )
    )
