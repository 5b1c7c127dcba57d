"""``kesu deadlines``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kesu.cli import options
from kesu.cli.reading import finish, language, read_of, reading, say_account, worked
from kesu.cli.saving import write_out
from kesu.cli.telling import hours, moment, say, shown, ui
from kesu.register.periods import Period
from kesu.words.text import Text, counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pandas as pd

    from kesu.jobs.assessment import Assessment
    from kesu.jobs.load import Loaded

Moment = dt.datetime | None


@click.command(
    help=ui(
        "每件投诉的时限：首次响应、有效回复、解决、回访。",
        "Deadlines of every complaint: first response, reply, resolution, call-back.",
    )
)
@options.registers
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
    help=ui(
        "并排列出换用这个规则模板会改变的时限（见 kesu profiles）",
        "Show side by side what this profile would change (see kesu profiles)",
    ),
)
def deadlines(
    registers: tuple[Path, ...],
    lang: str | None,
    as_of: Moment,
    period: Period | None,
    form: str,
    output: Path | None,
    cycles: str,
    profile: str | None,
) -> None:
    """One line a complaint and target."""
    if profile is not None and cycles == "all":
        raise click.UsageError(
            ui(
                "--profile 只比较当前一轮，不能与 --cycles all 同用",
                "--profile compares the present cycle only; leave out --cycles all",
            )
        )
    other = options.profile_named(profile) if profile is not None else None
    with reading(registers, as_of) as (loaded, _):
        import pandas as pd

        from kesu.jobs.what_if import what_if
        from kesu.words.terminal import to_json

        def work(some: Sequence[Loaded]) -> pd.DataFrame:
            assessments = [one.assessment for one in some if one.assessment is not None]
            tables = (
                what_if(assessment, other)
                if other is not None
                else assessment.deadline_table(every_cycle=cycles == "all")
                for assessment in assessments
            )
            inside = [
                _inside(table, assessment, period)
                for table, assessment in zip(tables, assessments, strict=True)
            ]
            return pd.concat(inside, ignore_index=True)

        found = worked(loaded, work)
        assessments = read_of(loaded)
        lang = language(lang, assessments)
        shown = _lines if other is None else _side_by_side
        text = to_json(found) if form == "json" else shown(found, lang)
        if other is not None:
            _count_changes(found, assessments)
        write_out(text, output)
        _warn(assessments)
        say_account(assessments, period)
    finish(loaded)


def _inside(table: pd.DataFrame, assessment: Assessment, period: Period | None) -> pd.DataFrame:
    if period is None:
        return table
    from kesu.jobs.figures import received_in

    data = assessment.register.complaints.data
    rows: np.ndarray = data["excel_row"].to_numpy()[received_in(data, period)]
    return table[table["row"].isin(rows).to_numpy()]


def _warn(assessments: Sequence[Assessment]) -> None:
    """Running deadlines beyond the last day whose public holidays are official."""
    for assessment in assessments:
        number = int(assessment.deadlines.unconfirmed().sum())
        if number:
            known = assessment.deadlines.calendar.confirmed_until
            say(
                Text(
                    f"警告：{assessment.register.name}：{number} 件投诉的时限晚于 {known}，此后的公共假日和调休尚未正式公布，可能变动。",
                    f"Warning: {assessment.register.name}: deadlines of {counted(number, 'complaint')} fall after {known}; "
                    "public holidays and make-up days beyond it are not official yet and may move them.",
                )
            )


def _lines(found: pd.DataFrame, lang: str) -> str:
    from kesu.register.settings import TARGETS
    from kesu.rules.deadlines import STATES
    from kesu.words.terminal import records, table

    with_cycle = "cycle" in found
    header = Text(
        "登记表 行 编号 时限 到期 完成 状态 剩余小时", "register row number target due done state hours_left"
    ).of(lang)
    rows = (
        (
            row.register, row.row, shown(row.complaint_id), TARGETS[row.target].of(lang), moment(row.due_at),
            moment(row.done_at), STATES[row.state].of(lang), hours(row.remaining_hours), *((row.cycle,) if with_cycle else ()),
        )
        for row in records(found)
    )  # fmt: skip
    more = [Text("轮次", "cycle").of(lang)] if with_cycle else []
    return table([*header.split(), *more], rows)


def _side_by_side(found: pd.DataFrame, lang: str) -> str:
    from kesu.register.settings import TARGETS
    from kesu.rules.deadlines import STATES
    from kesu.words.terminal import records, table

    header = Text(
        "登记表 行 编号 时限 现到期 改后到期 相差小时 现状态 改后状态",
        "register row number target due_now due_then hours_later state_now state_then",
    ).of(lang)
    rows = (
        (
            row.register, row.row, shown(row.complaint_id), TARGETS[row.target].of(lang), moment(row.due_at),
            moment(row.other_due_at), hours(row.shift_hours), STATES[row.state].of(lang), STATES[row.other_state].of(lang),
        )
        for row in records(found)
    )  # fmt: skip
    return table(header.split(), rows)


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
