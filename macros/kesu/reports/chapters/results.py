"""Chapter 5: every KPI against its target and the period before, in total and by group."""

from __future__ import annotations

from typing import Final

from kesu.register.kpis import KPIS
from kesu.reports.chapters import distributions
from kesu.reports.chapters.blocks import Block, Chapter, Chart, Column, Figure, Sentence, Table, Verdict
from kesu.reports.chapters.context import Context
from kesu.reports.chapters.figures import show
from kesu.reports.chapters.kpi import Kpi
from kesu.reports.chapters.labels import kpi_name

GROUPS_SHOWN: Final = 30
BY_GROUP: Final = (
    "complaints",
    "first_response_in_time",
    "reply_in_time",
    "resolution_in_time",
    "first_contact_resolution",
    "satisfaction",
    "cycle_median",
)
"""KPIs that are shown by tier, register and month."""


def results(ctx: Context) -> Chapter:
    """Chapter 5."""
    blocks: list[Block] = [Sentence(_lead(ctx)), *_against_target(ctx), _all(ctx)]
    blocks += _matrix(ctx, "tier", ctx.say("按客户等级", "By customer tier"), BY_GROUP)
    if ctx.several:
        blocks += _matrix(ctx, "register", ctx.say("按登记表", "By register"), BY_GROUP)
    blocks += _departments(ctx)
    if len(ctx.groups("month")) > 1:
        blocks += _matrix(ctx, "month", ctx.say("按月", "By month"), BY_GROUP)
    satisfaction = distributions.table(
        ctx, "satisfaction", ctx.say("回访满意度", "Satisfaction in call-backs")
    )
    blocks += [satisfaction] if satisfaction else []
    title = ctx.say("效果评估：指标与目标", "Results against target")
    return Chapter("results", ctx.say("效果评估", "Results"), title, tuple(blocks))


def totals(ctx: Context) -> list[Kpi]:
    """The KPIs in total, in the order in which they are declared, others after them."""
    found = {kpi.kpi: kpi for (_, by, _), kpi in ctx.kpis.items() if not by}
    return [found[key] for key in (*KPIS, *(key for key in found if key not in KPIS)) if key in found]


def _lead(ctx: Context) -> str:
    judged = [kpi for kpi in totals(ctx) if kpi.met is not None]
    missed = [kpi_name(kpi.kpi, ctx.lang) for kpi in judged if not kpi.met]
    if not judged:
        return ctx.say("没有可与目标比较的指标。", "No KPI can be compared with a target.")
    words = ctx.say(
        "有目标的指标 {n} 项，总体达标 {met} 项",
        "{met} of {n} KPIs with a target meet it in total",
        n=len(judged),
        met=len(judged) - len(missed),
    )
    if missed:
        words += ctx.say("；未达标：{missed}", "; missed: {missed}", missed=ctx.listed(missed))
    return words + ctx.say("。", ".")


def _against_target(ctx: Context) -> list[Block]:
    judged = [
        kpi for kpi in totals(ctx) if kpi.target is not None and kpi.unit == "share" and kpi.value is not None
    ]
    if not judged:
        return []
    columns = (
        Column(ctx.say("指标", "KPI")), Column(ctx.say("实际", "Value"), "figure"), Column(ctx.say("目标", "Target"), "figure"),
        Column(ctx.say("判断", "Verdict"), "verdict"),
    )  # fmt: skip
    rows = tuple(
        (kpi_name(kpi.kpi, ctx.lang), kpi.figure, Figure(kpi.target, "share"), Verdict(kpi.met))
        for kpi in judged
    )
    parts = [
        ctx.say("{name} {value}（目标 {target}）", "{name} {value} (target {target})", name=kpi_name(kpi.kpi, ctx.lang),
                value=show(kpi.figure, ctx.lang), target=show(Figure(kpi.target, "share"), ctx.lang))
        for kpi in judged
    ]  # fmt: skip
    return [
        Table(
            ctx.say("实际与目标", "Value and target"),
            columns,
            rows,
            Chart("target", (1, 2), ctx.listed(parts)),
            folded=True,
        )
    ]


def _all(ctx: Context) -> Table:
    columns = (
        Column(ctx.say("指标", "KPI")),
        Column(ctx.say("实际", "Value"), "figure"),
        Column(ctx.say("分子", "Numerator"), "figure"),
        Column(ctx.say("分母", "Denominator"), "figure"),
        Column(ctx.say("目标", "Target"), "figure"),
        Column(ctx.say("判断", "Verdict"), "verdict"),
        Column(ctx.say("上期", "Previous"), "figure"),
        Column(ctx.say("变化", "Change"), "figure"),
    )
    rows = []
    for kpi in totals(ctx):
        before = ctx.previous.get((kpi.kpi, "", ""))
        rows.append((
            kpi_name(kpi.kpi, ctx.lang), kpi.figure, _part(kpi.numerator), _part(kpi.denominator),
            Figure(kpi.target, kpi.unit), Verdict(kpi.met), before.figure if before else Figure(None, kpi.unit), ctx.change(kpi),
        ))  # fmt: skip
    note = ctx.say(
        "“–”表示没有可统计的数据；定义见附录。",
        "“–” means that there is nothing to count; definitions stand in the appendix.",
    )
    return Table(ctx.say("全部指标", "All KPIs"), columns, tuple(rows), None, note)


def _part(value: float | None) -> Figure:
    return Figure(value, "count" if value is None or value == round(value) else "per_million")


def _matrix(ctx: Context, by: str, title: str, wanted: tuple[str, ...]) -> list[Block]:
    """Groups down, KPIs across; a share that misses its target is marked."""
    groups = ctx.groups(by)
    kpis = [kpi for kpi in wanted if any((kpi, by, group) in ctx.kpis for group in groups)]
    if not groups or not kpis:
        return []
    if by == "register" and len(groups) > GROUPS_SHOWN:  # show those that miss most
        groups.sort(key=lambda group: -sum(1 for kpi in kpis if _misses(ctx.kpi(kpi, by, group))))
    columns = (Column(title), *(Column(kpi_name(kpi, ctx.lang), "figure") for kpi in kpis))
    rows = []
    for group in groups[:GROUPS_SHOWN]:
        label = (
            ctx.label(by, group) if by == "tier" else ctx.register_name(group) if by == "register" else group
        )
        rows.append((label, *(_marked(ctx, ctx.kpi(kpi, by, group)) for kpi in kpis)))
    notes = [ctx.say("✘ = 未达目标，✔ = 达标。", "✘ misses its target, ✔ meets it.")]
    if len(groups) > GROUPS_SHOWN:
        notes.append(ctx.say("另有 {n} 组。", "And {n} more.", n=len(groups) - GROUPS_SHOWN))
    return [Table(title, columns, tuple(rows), None, " ".join(notes))]


def _misses(kpi: Kpi | None) -> bool:
    return kpi is not None and kpi.met is False


def _marked(ctx: Context, kpi: Kpi | None) -> Figure | Verdict:
    if kpi is None:
        return Figure(None)
    if kpi.met is None or kpi.value is None:
        return kpi.figure
    return Verdict(kpi.met, f"{show(kpi.figure, ctx.lang)} {'✔' if kpi.met else '✘'}")


def _departments(ctx: Context) -> list[Block]:
    found = [ctx.kpis[key] for key in ctx.kpis if key[:2] == ("work_order_in_time", "department") and key[2]]
    if not found:
        return []
    found.sort(key=lambda kpi: (2.0 if kpi.value is None else kpi.value, -(kpi.denominator or 0), kpi.group))
    columns = (
        Column(ctx.say("部门", "Department")),
        Column(kpi_name("work_order_in_time", ctx.lang), "figure"),
        Column(ctx.say("按时", "In time"), "figure"),
        Column(ctx.say("工单数", "Work orders"), "figure"),
        Column(ctx.say("目标", "Target"), "figure"),
        Column(ctx.say("判断", "Verdict"), "verdict"),
    )
    labels = ctx.grouped.item_labels("department", [kpi.group for kpi in found[:GROUPS_SHOWN]])
    rows = tuple(
        (
            labels[kpi.group],
            kpi.figure,
            _part(kpi.numerator),
            _part(kpi.denominator),
            Figure(kpi.target, "share"),
            Verdict(kpi.met),
        )
        for kpi in found[:GROUPS_SHOWN]
    )
    more = len(found) - len(rows)
    note = ctx.say("另有 {n} 个部门。", "And {n} more departments.", n=more) if more > 0 else ""
    return [
        Table(
            ctx.say("工单处理（按部门，最低在前）", "Work orders by department, lowest first"),
            columns,
            rows,
            None,
            note,
        )
    ]
