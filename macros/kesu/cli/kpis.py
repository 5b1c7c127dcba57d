"""``kesu kpis``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from kesu.cli import completing, options
from kesu.cli.reading import finish, language, need_personal, read_of, reading, say_account, worked
from kesu.cli.saving import write_out
from kesu.cli.telling import meant, near, shown, span, ui
from kesu.register.periods import Period
from kesu.words.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from kesu.cli.tables import Column, Screen, Tinted
    from kesu.register.codes import CodeLists

TITLE: Final = Text(
    "{period} · {n} 个登记表 · 读取 {read} 行，未计入 {out} 行",
    "{period} · registers: {n} · rows read {read}, left out {out}",
)
BY: Final = Text("按{group}", "By {group}")


@click.command(
    short_help=ui("指标与目标，合计或按组。", "KPIs against their targets, in total or by group."),
    help=ui(
        "指标：数值、分子、分母、目标、是否达标；默认列出合计，--by 再按组列出。",
        "KPIs: value, numerator, denominator, target, met; in total, with --by broken down.",
    ),
)
@options.registers
@options.cache
@options.chosen(options.lang, options.as_of, options.period, options.formats, options.output)
@click.option(
    "--by",
    multiple=True,
    metavar="GROUP",
    shell_complete=completing.groupings,
    help=ui(
        "再按什么分组（month、tier、category、channel、severity、register、department、owner），可给多次；none 只要合计。JSON 默认含全部分组",
        "Break down by month, tier, category, channel, severity, register, department, owner, too; may be given several times; "
        "none for totals only. JSON holds all of them by default",
    ),
)
def kpis(
    registers: tuple[Path | str, ...],
    lang: str | None,
    as_of: dt.datetime | None,
    period: Period | None,
    output_format: str,
    output: Path | None,
    by: tuple[str, ...],
) -> None:
    """One line a KPI and group, over all registers together."""
    _known(by)
    owners = "owner" in by
    with reading(registers, as_of, by_stack=not owners) as (loaded, instant):
        if owners:
            need_personal(loaded)
        from kesu.cli.tables import screen
        from kesu.jobs.figures import codes_of, kpi_table
        from kesu.rules.kpis import GROUPS
        from kesu.words.terminal import to_json

        every = output_format == "json" and not by
        groups = tuple(group for group in GROUPS if every or group in by)
        found = worked(
            loaded,
            lambda some: kpi_table(
                [one.assessment for one in some if one.assessment is not None], period, instant, groups
            ),
        )
        assessments = read_of(loaded)
        lang = language(lang, assessments)
        if output_format == "json":
            text = to_json(found)
        else:
            text = _text(found, len(assessments), groups, codes_of(assessments), lang, screen(output))
        write_out(text, output)
        say_account(assessments, period)
    finish(loaded)


def _known(by: Sequence[str]) -> None:
    """Ends the command as wrongly used where a grouping is unknown."""
    unknown = [word for word in by if word not in options.GROUPINGS]
    if unknown:
        known, close = ui("、", ", ").join(options.GROUPINGS), meant(near(unknown[0], options.GROUPINGS))
        raise click.BadParameter(
            ui(
                f"没有“{unknown[0]}”这种分组；可用 {known}。{close.zh}",
                f"no grouping “{unknown[0]}”; use one of {known}. {close.en}".rstrip(),
            )
        )


def _text(
    found: pd.DataFrame, registers: int, groups: Sequence[str], codes: CodeLists, lang: str, to: Screen
) -> str:
    """The totals against their targets, then a table for each grouping."""
    from kesu.cli.tables import table
    from kesu.register.codes import label_of
    from kesu.register.kpis import ACCOUNT_NAMES, name_of
    from kesu.words.terminal import records

    total = found[found["group_by"].isna()]
    rows = {row.kpi: row for row in records(total)}
    title = TITLE.fill(
        period=next(iter(rows.values())).period,
        n=registers,
        **{key: f"{rows[kpi].value:,.0f}" for key, kpi in (("read", "rows_read"), ("out", "rows_left_out"))},
    ).of(lang)
    columns = _columns(lang)
    body = (
        (name_of(row.kpi).of(lang), *_figures(row, lang))
        for row in rows.values()
        if row.kpi not in ACCOUNT_NAMES
    )
    parts = [f"{title}\n{table(columns, body, lang, to)}"]
    for group in groups:
        named = options.GROUPINGS[group].of(lang)
        some = records(found[found["group_by"].eq(group)])
        body = (
            (
                name_of(row.kpi).of(lang),
                label_of(codes.get(group, ()), shown(row.group), lang),
                *_figures(row, lang),
            )
            for row in some
        )
        within = [columns[0]._replace(least=16), columns[0]._replace(title=named, least=12), *columns[1:]]
        parts.append(f"{BY.fill(group=named).of(lang)}\n{table(within, body, lang, to)}")
    return "\n\n".join(parts)


def _columns(lang: str) -> list[Column]:
    from kesu.cli.tables import Column

    return [
        Column(Text("指标", "KPI").of(lang), 0, 20),
        Column(Text("数值", "value").of(lang), right=True),
        Column(Text("分子 / 分母", "counted / of").of(lang), 1, right=True),
        Column(Text("目标", "target").of(lang), right=True),
        Column(Text("达标", "met").of(lang)),
    ]


def _figures(row: Any, lang: str) -> Iterator[str | Tinted]:
    """Value, numerator over denominator, target, verdict; a count stands for itself."""
    from kesu.cli.tables import Tinted
    from kesu.register.kpis import MET

    yield _figure(row.value, row.unit, lang)
    parts = (_figure(number, "count", lang) for number in (row.numerator, row.denominator))
    yield " / ".join(parts) if row.denominator == row.denominator else ""
    yield _figure(row.target, row.unit, lang) if row.target == row.target else ""
    yield "" if row.met is None else Tinted(MET[row.met].of(lang), "green" if row.met else "red")


def _figure(number: float, unit: str, lang: str) -> str:
    from kesu.register.kpis import NOTHING, UNITS

    if number != number:  # noqa: PLR0124 - NaN is not itself
        return NOTHING
    match unit:
        case "share":
            return f"{number:.1%}"
        case "hours":
            return span(number, lang)
        case "money":
            return f"{number:,.0f} {UNITS[unit].zh}" if lang == "zh" else f"{number:,.0f}"
        case "count":
            return f"{number:,.0f}"
        case _:
            return f"{number:,.2f}"
