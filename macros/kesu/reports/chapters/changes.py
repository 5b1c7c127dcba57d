"""What rose or got worse since the period before by more than chance, as suggestions of chapter 6."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kesu.reports.chapters.advice import ADVICE, FIND_THE_CAUSE
from kesu.reports.chapters.context import Context
from kesu.reports.chapters.figures import show
from kesu.reports.chapters.kpi import Kpi
from kesu.reports.chapters.labels import kpi_name
from kesu.reports.chapters.results import totals
from kesu.reports.chapters.volumes import volumes
from kesu.rules.chance import FALSE_ALARM, FEWEST, larger_share, more_often
from kesu.rules.kpis import KPIS
from kesu.words.text import Text

GROUPED_BY: Final = {
    "month": Text("月份", "month"),
    "tier": Text("客户等级", "tier"),
    "category": Text("类型", "category"),
    "channel": Text("渠道", "channel"),
    "severity": Text("严重程度", "severity"),
    "register": Text("登记表", "register"),
    "department": Text("部门", "department"),
    "owner": Text("责任人", "owner"),
}
RISING: Final = {
    "complaints": ("category", "channel", "severity", "tier", "register"),
    "feedback": ("category", "channel"),
}
"""KPI → what its rises are looked for by."""


@dataclass(frozen=True)
class Suggestion:
    """``finding`` in figures, ``advice`` in words, ``headline`` for the summary; heavier ones come first.

    ``change``: it says that something rose or got worse.
    """

    finding: str
    advice: str
    weight: float
    headline: str
    change: bool = False

    @classmethod
    def of(cls, finding: str, advice: str, weight: float, *, change: bool = False) -> Suggestion:
        """One whose finding is short enough for the summary."""
        return cls(finding, advice, weight, finding, change)


def changes(ctx: Context) -> list[Suggestion]:
    """Shares that got worse, groups that rise, the volume as a whole."""
    return [*_worsened(ctx), *_rises(ctx), *_volume(ctx)]


def changes_judged(ctx: Context) -> str:
    """What can be said where nothing of `changes` is found."""
    if _compared(ctx):
        return ctx.say("没有超出正常波动的上升或变差。", "Nothing rises or gets worse beyond chance.")
    if volumes(ctx).chart.trend != "unknown":
        return ctx.say(
            "投诉总量没有超出正常波动的上升；没有上期可比，分组不作判断。",
            "The volume as a whole does not rise beyond chance; groups are not judged, with no period before to compare.",
        )
    return ctx.say(
        "没有上期可比，数据点也不足，不判断升降。",
        "Rises are not judged: there is no period before to compare, and there are too few points.",
    )


def groups_of(ctx: Context, kpi: str, by: str) -> list[Kpi]:
    """The groups of ``kpi`` by ``by``; by register only where there are several."""
    if by == "register" and not ctx.several:
        return []
    return [
        one for (name, group_by, group), one in ctx.kpis.items() if name == kpi and group_by == by and group
    ]


def label_of(ctx: Context, one: Kpi) -> str:
    """What the group of ``one`` is called, masked."""
    match one.group_by:
        case "register":
            return ctx.register_name(one.group)
        case "department":
            base = "items" if one.kpi in KPIS and KPIS[one.kpi].base == "items" else "complaints"
            labels = ctx.grouped.item_labels if base == "items" else ctx.grouped.labels
            return labels("department" if base == "items" else "involved_departments", [one.group])[one.group]
    return ctx.label(one.group_by, one.group)


def _compared(ctx: Context) -> bool:
    return bool(_before(ctx, "complaints"))


def _before(ctx: Context, kpi: str, by: str = "", group: str = "") -> int:
    found = ctx.previous.get((kpi, by, group))
    return round(found.value or 0) if found else 0


def _volume(ctx: Context) -> list[Suggestion]:
    if volumes(ctx).chart.trend != "up":
        return []
    finding = ctx.say(
        "投诉总量在期内上升（第二章）。", "Complaints as a whole are rising within the period (chapter 2)."
    )
    advice = ctx.say("核对新上线的产品、活动和流程，按类型找出增量来源。", "Check what was launched or changed, and find by category where the increase comes from.")  # fmt: skip
    return [Suggestion.of(finding, advice, 195.0, change=True)]


def _rises(ctx: Context) -> list[Suggestion]:
    """Groups with more complaints, or more feedback, than chance gives, measured by day."""
    if not _compared(ctx):
        return []
    judged = []
    compared = {
        (kpi, by, group) for kpi, by, group in (*ctx.kpis, *ctx.previous) if by in RISING.get(kpi, ())
    }
    for now in (one for kpi, every in RISING.items() for by in every for one in groups_of(ctx, kpi, by)):
        count, before = round(now.value or 0), _before(ctx, now.kpi, now.group_by, now.group)
        if count >= FEWEST:
            judged.append((more_often(count, before, ctx.days, ctx.previous_days), now, count, before))
    found = []
    for by_chance, now, count, before in judged:
        if by_chance * len(compared) > FALSE_ALARM:
            continue
        finding = ctx.say(
            "{label}：{now} 件，上期 {before} 件，上升超出正常波动（{p}）。",
            "{label}: {now}, before {before}; a rise beyond chance ({p}).",
            label=_rising(ctx, now), now=f"{count:,}", before=f"{before:,}", p=_probability(by_chance),
        )  # fmt: skip
        advice = ctx.say(
            "抽取近期 10 件查共同原因，一周内给出结论。",
            "Read ten recent cases for a common cause and conclude within a week.",
        )
        found.append(Suggestion.of(finding, advice, 190 - 60 * count / (count + before), change=True))
    return found


def _rising(ctx: Context, now: Kpi) -> str:
    label = label_of(ctx, now)
    return ctx.say("反馈“{label}”", "Feedback “{label}”", label=label) if now.kpi == "feedback" else label


def _worsened(ctx: Context) -> list[Suggestion]:
    """Shares that moved the wrong way by more than chance."""
    judged = []
    for now in totals(ctx):
        before = ctx.previous.get((now.kpi, "", ""))
        if (
            before is None
            or now.unit != "share"
            or now.kpi not in KPIS
            or KPIS[now.kpi].higher_is_better is None
        ):
            continue
        cases = [
            round(value or 0)
            for value in (now.numerator, now.denominator, before.numerator, before.denominator)
        ]
        if min(cases[1], cases[3]) >= FEWEST:
            if KPIS[now.kpi].higher_is_better:  # compare those that fell short
                cases[0], cases[2] = cases[1] - cases[0], cases[3] - cases[2]
            judged.append((larger_share(*cases), now, before))
    found = []
    for by_chance, now, before in judged:
        if by_chance * len(judged) > FALSE_ALARM:
            continue
        finding = ctx.say(
            "{name}由 {before} 变为 {now}，变差超出正常波动（{p}）。",
            "{name} went from {before} to {now}: worse by more than chance ({p}).",
            name=kpi_name(now.kpi, ctx.lang), before=show(before.figure, ctx.lang), now=show(now.figure, ctx.lang),
            p=_probability(by_chance),
        )  # fmt: skip
        advice = ADVICE.get(now.kpi, FIND_THE_CAUSE).of(ctx.lang)
        found.append(Suggestion.of(finding, advice, 191 - by_chance / FALSE_ALARM, change=True))
    return found


def _probability(by_chance: float) -> str:
    """A probability with one digit that counts; those below one in a million are as good as none."""
    return (
        "p < 0.000001"
        if by_chance < 1e-6
        else f"p = {by_chance:.1g}"
        if by_chance >= 1e-4
        else f"p = {by_chance:.6f}"
    )
