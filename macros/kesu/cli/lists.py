"""``kesu followups`` and ``kesu kpis``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kesu.cli import options
from kesu.cli.reading import finish, language, read_of, reading, say_account, worked
from kesu.cli.saving import write_out
from kesu.cli.telling import hours, moment, say, shown, ui
from kesu.register.periods import Period
from kesu.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from kesu.jobs.load import Loaded
    from kesu.register.codes import CodeLists

SHARED = options.chosen(options.lang, options.as_of, options.period, options.formats, options.output)
Moment = dt.datetime | None


@click.command(help=ui("接下来要做的事，最急的在前。", "What someone must do next, most urgent first."))
@options.registers
@SHARED
@click.option("--owner", help=ui("只列这个责任人的", "Only what this person is to do"))
def followups(
    registers: tuple[Path, ...],
    lang: str | None,
    as_of: Moment,
    period: Period | None,
    form: str,
    output: Path | None,
    owner: str | None,
) -> None:
    """One line a thing to do."""
    with reading(registers, as_of) as (loaded, _):
        from kesu.jobs.figures import follow_up_table, received_rows
        from kesu.rules.followups import COLUMNS
        from kesu.words.terminal import to_json

        def work(some: Sequence[Loaded]) -> pd.DataFrame:
            assessments = [one.assessment for one in some if one.assessment is not None]
            found = follow_up_table(assessments, language(lang, assessments))[list(COLUMNS)]
            return found if period is None else found[received_rows(assessments, period, found)]

        found = worked(loaded, work)
        assessments = read_of(loaded)
        lang = language(lang, assessments)
        if owner is not None:
            mine = found["owner"].eq(owner).to_numpy(bool)
            if not mine.any():
                say(_nobody(owner, found["owner"].dropna().unique().tolist()))
            found = found[mine]
        write_out(to_json(found) if form == "json" else _follow_up_lines(found, lang), output)
        say_account(assessments, period)
    finish(loaded)


def _nobody(owner: str, owners: list[str]) -> Text:
    """That nothing is to be done by ``owner``, with the nearest names of those who have something to do."""
    from difflib import get_close_matches

    near = get_close_matches(owner, owners, n=3, cutoff=0.5) or [one for one in owners if owner in one][:3]
    said = Text(f"没有“{owner}”要做的事。", f"Nothing is to be done by “{owner}”.")
    if not near:
        return said
    return Text(f"{said.zh}是不是 {'、'.join(near)}？", f"{said.en} Did you mean {' or '.join(near)}?")


def _follow_up_lines(found: pd.DataFrame, lang: str) -> str:
    from kesu.rules.playbooks import FOLLOW_UPS
    from kesu.words.terminal import records, table

    header = Text(
        "登记表 行 编号 做什么 责任人 内容 到期 逾期小时 下一步",
        "register row number kind owner what due hours_overdue next_step",
    ).of(lang)
    rows = (
        (
            row.register, row.row, shown(row.complaint_id), FOLLOW_UPS[row.kind][0].of(lang), shown(row.owner), shown(row.what), moment(row.due_at),
            hours(row.overdue_hours), row.next_step,
        )
        for row in records(found)
    )  # fmt: skip
    return table(header.split(), rows)


@click.command(
    help=ui("指标：数值、分子、分母、目标、是否达标。", "KPIs: value, numerator, denominator, target, met.")
)
@options.registers
@SHARED
@click.option(
    "--by",
    multiple=True,
    metavar="GROUP",
    help=ui(
        "按什么分组（month、tier、category、channel、severity、register、department、owner）；默认全部；none 只要合计",
        "Break down by month, tier, category, channel, severity, register, department, owner; by default all; none for totals only",
    ),
)
def kpis(
    registers: tuple[Path, ...],
    lang: str | None,
    as_of: Moment,
    period: Period | None,
    form: str,
    output: Path | None,
    by: tuple[str, ...],
) -> None:
    """One line a KPI and group, over all registers together."""
    with reading(registers, as_of) as (loaded, instant):
        from kesu.jobs.figures import codes_of, kpi_table
        from kesu.rules.kpis import GROUPS
        from kesu.words.terminal import to_json

        unknown = [word for word in by if word not in {*GROUPS, "none"}]
        if unknown:
            raise click.BadParameter(
                ui(
                    f"没有“{unknown[0]}”这种分组；可用 {'、'.join(GROUPS)}、none",
                    f"no grouping “{unknown[0]}”; use one of {', '.join(GROUPS)}, none",
                )
            )
        groups = tuple(group for group in GROUPS if not by or group in by)
        found = worked(
            loaded,
            lambda some: kpi_table(
                [one.assessment for one in some if one.assessment is not None], period, instant, groups
            ),
        )
        assessments = read_of(loaded)
        lang = language(lang, assessments)
        text = to_json(found) if form == "json" else _kpi_lines(found, lang, codes_of(assessments))
        write_out(text, output)
        say_account(assessments, period)
    finish(loaded)


def _kpi_lines(found: pd.DataFrame, lang: str, codes: CodeLists) -> str:
    import pandas as pd

    from kesu.register.codes import label_of
    from kesu.register.kpis import MET, NOTHING, UNITS, name_of
    from kesu.rules.account_of_rows import REASONS
    from kesu.words.terminal import records, table

    def value(number: float, unit: str) -> str:
        if pd.isna(number):
            return NOTHING
        if unit == "share":
            return f"{number:.1%}"
        return f"{number:,.0f}" if unit in {"count", "money"} else f"{number:,.2f}"

    def group(row: Any) -> str:
        if row.group_by == "reason":
            return REASONS[row.group].of(lang)
        return label_of(codes.get(row.group_by, ()), shown(row.group), lang)

    header = Text(
        "指标 分组 组 值 单位 分子 分母 目标 达标 时间段",
        "kpi by group value unit numerator denominator target met period",
    ).of(lang)
    rows = (
        (
            name_of(row.kpi).of(lang), row.group_by or "", group(row), value(row.value, row.unit), "" if row.unit == "share" else UNITS[row.unit].of(lang),
            value(row.numerator, "count"), value(row.denominator, "count"), "" if pd.isna(row.target) else value(row.target, row.unit),
            MET[row.met].of(lang) if row.met is not None else "", row.period,
        )
        for row in records(found)
    )  # fmt: skip
    return table(header.split(), rows)
