"""A document with one of each block, unit, verdict and chart, made by hand: what formats are looked at with.

No figure here means anything; each stands for a way to look: too long, nothing there, good, bad, outside of its limits.
"""

from __future__ import annotations

import datetime as dt

from kesu.reports.chapters.blocks import (
    Bullets,
    Card,
    Cards,
    Chapter,
    Chart,
    Column,
    Document,
    Figure,
    Sentence,
    Table,
    Verdict,
)
from kesu.words.text import Text

AS_OF = dt.datetime(2026, 11, 1, 8, 30)
LONG = Text(
    "客户说：收到的货少了一件，打了三次电话都没有人回，第四次才有人接，还要再等两天，希望尽快补发并给一个说法。",
    "The customer says that one piece was missing, that three calls went unanswered, that the fourth was taken and "
    "two more days are needed, and asks for the piece and an explanation soon.",
)


def specimen(lang: str) -> Document:
    """The document in ``lang``; title and subtitle hold what pages and headers must escape."""

    def say(zh: str, en: str) -> str:
        return Text(zh, en).of(lang)

    chapters = (_figures(lang), _charts(lang), _pages(lang))
    title = say("示例 & <样张>", "Specimen & <sheet>")
    return Document(lang, AS_OF, title, "2026-10", say("仅供查看", "To be looked at"), _summary(lang), chapters,
                    Chapter("appendix", say("附录", "Appendix"), say("附录", "Appendix"), ()))  # fmt: skip


def _summary(lang: str) -> Chapter:
    def say(zh: str, en: str) -> str:
        return Text(zh, en).of(lang)

    cards = Cards((
        Card(say("投诉量", "Complaints"), Figure(1234), None, say("上期 1,000  ▲ +23.4%", "Previous 1,000  ▲ +23.4%")),
        Card(say("及时率", "In time"), Figure(0.972, "share"), Verdict(True), say("上期：–", "Previous: –")),
        Card(say("满意率", "Satisfaction"), Figure(0.5, "share"), Verdict(False)),
        Card(say("周期", "Cycle"), Figure(119.96, "hours"), Verdict(None)),
    ))  # fmt: skip
    seven = Cards(tuple(Card(str(at), Figure(at)) for at in range(7)))
    blocks = (
        cards, seven, Cards((Card("one", Figure(None)), Card("two", Figure(2.5, "number")))),
        Sentence(say("一句话。", "A sentence.")), Sentence(say("注意这一句。", "Mind this one."), warning=True),
        Bullets(say("需要关注", "What needs attention"), (LONG.of(lang), say("短的", "a short one"))),
    )  # fmt: skip
    return Chapter("summary", say("摘要", "Summary"), say("摘要", "Summary"), blocks)


def _figures(lang: str) -> Chapter:
    def say(zh: str, en: str) -> str:
        return Text(zh, en).of(lang)

    units = (
        Figure(1234.0), Figure(0.1234, "share", "good"), Figure(0.5, "share", "bad"), Figure(119.9, "hours"), Figure(132.0, "hours"),
        Figure(3.64, "per_million"), Figure(12345.5, "money"), Figure(2.345, "number"), Figure(-3.21, "points", "bad"),
        Figure(0.04, "points"), Figure(0.25, "change", "good"), Figure(None, "share"), Figure(float("inf")),
    )  # fmt: skip
    figures = Table(
        say("数字", "Figures"), (Column(say("单位", "Unit")), Column(say("数值", "Value"), "figure")),
        tuple((figure.unit, figure) for figure in units), None, LONG.of(lang),
    )  # fmt: skip
    kinds = Table(
        say("各种列", "Kinds of columns"),
        (
            Column(say("编号", "No."), "id"), Column("text"), Column("long", "long"), Column(say("一个很长的数字列标题", "A figure with a long heading"), "figure"),
            Column("time", "time"), Column("verdict", "verdict"), Column("x"), Column("y"),
        ),
        (
            ("KS-1", say("文字", "words"), LONG.of(lang), Figure(1), dt.datetime(2026, 10, 2, 9, 5, tzinfo=dt.UTC), Verdict(True), "", None),
            ("K" * 33, "w" * 19, "=1+1", "–", None, Verdict(False), "<b>", "&"),
            ("K" * 32, "w" * 18, "short", Verdict(False, "85.0% ✘"), dt.datetime(2026, 10, 3), Verdict(None), "x", "y"),
        ),
    )  # fmt: skip
    return Chapter(
        "figures", say("数字", "Figures"), say("数字与文字", "Figures and words"), (figures, kinds)
    )


CONTROL = (8.0, 9.0, 7.0, 20.0, 19.0, 8.0, 0.0, 9.0)
SHARES = ((0.3, 0.25, 0.4, 0.1), (0.45, 0.25, 0.4, 0.1), (0.05, 0.25, 0.45, 0.08), (0.2, 0.25, 0.45, 0.08))


def _charts(lang: str) -> Chapter:
    def say(zh: str, en: str) -> str:
        return Text(zh, en).of(lang)

    of_course = tuple(Column(name, "figure") for name in (say("投诉量", "Complaints"), say("均值", "Mean"), say("上限", "Upper"), say("下限", "Lower")))  # fmt: skip
    control = Table(
        say("走势", "Course"), (Column(say("日", "Day")), *of_course),
        tuple((f"10-{at + 1:02}", Figure(n), *(Figure(x, "per_million") for x in (10.0, 18.5, 1.5))) for at, n in enumerate(CONTROL)),
        Chart("control", (1, 2, 3, 4), say("三点在外", "Three outside")), say("说明", "A note"), folded=True,
    )  # fmt: skip
    shares = Table(
        say("占比", "Share"), (Column(say("从", "From")), *of_course),
        tuple((f"2026-0{at + 1}-01", *(Figure(x, "share") for x in row)) for at, row in enumerate(SHARES)),
        Chart("control", (1, 2, 3, 4), say("措施前后", "Before and after"), parted=2), folded=True,
    )  # fmt: skip
    states = (say("按时", "Met"), say("逾期完成", "Late"), say("未到期", "Pending"), say("将到期", "Due soon"), say("已逾期", "Overdue"), say("无法证明", "Not proven"))  # fmt: skip
    stack = Table(
        say("时限", "Deadlines"), (Column(say("时限", "Deadline")), *(Column(state, "figure") for state in states)),
        (
            (say("首次响应", "First response"), *map(Figure, (90.0, 5.0, 0.0, 2.0, 2.0, 1.0))),
            (say("解决", "Resolution"), *map(Figure, (0.0, 0.0, 0.0, 0.0, 0.0, 0.0))),
            (say("回访", "Call-back"), *map(Figure, (1.0, 0.0, 1.0, None, 0.0, 2.0))),
        ),
        Chart("stack", (1, 2, 3, 4, 5, 6), say("各时限", "Each deadline")),
    )  # fmt: skip
    target = Table(
        say("目标", "Target"),
        (Column("KPI"), Column(say("实际", "Value"), "figure"), Column(say("目标", "Target"), "figure"), Column(say("判断", "Verdict"), "verdict")),
        (
            (say("及时率", "In time"), Figure(0.972, "share"), Figure(0.96, "share"), Verdict(True)),
            ("w" * 50, Figure(0.5, "share"), Figure(1.0, "share"), Verdict(False)),
            (say("回访率", "Call-back"), Figure(1.2, "share"), Figure(1.5, "share"), Verdict(None)),
        ),
        Chart("target", (1, 2), say("实际与目标", "Value and target")), folded=True,
    )  # fmt: skip
    counted = (Column(say("渠道", "Channel")), Column(say("件数", "Count"), "figure"), Column(say("占比", "Share"), "figure"))  # fmt: skip
    bars = Table(
        say("按渠道", "By channel"), counted,
        ((say("电话", "Phone"), Figure(8), Figure(0.8, "share")), (say("邮件", "E-mail"), Figure(2), Figure(0.2, "share")), (say("来访", "Visit"), Figure(None), Figure(None, "share"))),
        Chart("bars", (1,), say("电话 8、邮件 2", "Phone 8, E-mail 2")), say("一件可计入多类。", "A case may count under several."),
    )  # fmt: skip
    none = Table(say("都是零", "All zero"), counted, (("x", Figure(0), Figure(None, "share")),), Chart("bars", (1,), "x 0"))  # fmt: skip
    empty = Table(
        say("空表", "Empty"), counted, (), Chart("bars", (1,), "–"), say("没有。", "There is none.")
    )
    return Chapter("charts", say("图", "Charts"), say("图表", "Charts"), (control, shares, stack, target, bars, none, empty))  # fmt: skip


def _pages(lang: str) -> Chapter:
    """Longer than a page: three tables of which two fit, one that no page holds, one after it."""
    columns = (Column("a"), Column("b", "long"), Column("c", "figure"))
    tables = tuple(
        Table(f"{count}", columns, tuple((f"{at}", "text", Figure(at)) for at in range(count)))
        for count in (12, 14, 13, 45, 3)
    )
    name = Text("很长的章名" * 7, "A chapter whose name is longer than a tab holds").of(lang)
    return Chapter("pages", name, name, (Sentence(LONG.of(lang) * 3), *tables))
