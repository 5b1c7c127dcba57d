"""Lists that are cut say how much is left out, and at their limit nothing; what warns is silent where nothing is wrong."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from kesu.reports.chapters.blocks import Figure, Sentence, Table, Verdict
from kesu.reports.chapters.context import Context
from kesu.reports.chapters.document import document
from kesu.reports.chapters.figures import clipped, show
from kesu.reports.chapters.measures import measures
from kesu.reports.masking import mask_text
from kesu.reports.model import Report, Source
from kesu.rules.effects import Effect
from kesu.rules.kpis.movement import MOVED
from kesu.words.text import Text
from tests.reports.reports_by_hand import kpi, kpi_frame, make
from tests.reports.test_chapters import ROWS, day, finding, followups, shown, table
from tests.reports.test_measures import FELL, row
from tests.reports.test_measures import report as measured


def complaints(count: int, **columns: Callable[[int], object]) -> list[dict[str, Any]]:
    """``count`` complaints of October 2026, with what ``columns`` say of each (from 0)."""
    known: dict[str, Any] = {"kind": "complaint", "received_at": day(2)}
    return [
        known | {"complaint_id": f"A{at}"} | {key: said(at) for key, said in columns.items()}
        for at in range(count)
    ]


def branches(count: int) -> Report:
    return make(
        complaints(count, register=lambda at: f"branch {at:02}.xlsx"),
        sources=tuple(Source(f"branch {at:02}.xlsx", 1, 0) for at in range(count)),
    )


def departments(count: int) -> Report:
    of = [
        kpi("work_order_in_time", 0.5, 1, 2, target=0.95, met=False, by="department", group=f"team {at}")
        for at in range(count)
    ]
    return make(ROWS, kpis=kpi_frame(*of))


def findings(count: int) -> Report:
    found = finding("status", "x", Text("不对", "wrong"))
    found["findings"] = pd.concat([found["findings"]] * count, ignore_index=True)
    found["finding_counts"]["count"] = count
    return make(ROWS, **found)


def unread(count: int) -> Report:
    damaged = Text("文件损坏。", "The file is damaged.")
    return make(ROWS, sources=tuple(Source(f"r{at}.xlsx", error=damaged) for at in range(count)))


@pytest.mark.parametrize(
    ("made", "limit", "chapter", "title", "more"),
    [
        (branches, 30, "complaints", "By register", "And 1 more register."),
        (branches, 40, "scope", "Sources", "And 1 more register."),
        (departments, 30, "results", "Work orders by department", "And 1 more departments."),
        (lambda n: make(ROWS, followups=followups(n)), 50, "process", "Follow-ups",
         "And 1 more; see the follow-up list."),
        (lambda n: make(complaints(n, root_cause=lambda at: f"cause {at:02}")), 12, "complaints", "By root cause",
         "And 1 more, 1 case."),
        (lambda n: make(complaints(n, lessons=lambda at: f"lesson {at}")), 8, "improvements", "Lessons",
         "And 1 more."),
        (lambda n: make([*ROWS[:1], *complaints(n, kind=lambda _: "praise")]), 8, "feedback", "Praise", "And 1 more."),
        (lambda n: make(complaints(n, kind=lambda _: "feedback", product=lambda at: f"app {at}.0")), 10, "feedback",
         "Feedback: version", "And 1 more versions."),
        (findings, 40, "appendix", "Findings, most severe", "And 1 more; see kesu check."),
        (unread, 200, "appendix", "Registers that could not", "And 1 more."),
    ],
    ids=lambda given: given if isinstance(given, str) and given.islower() else "",
)  # fmt: skip
def test_a_list_is_whole_up_to_its_limit_and_says_what_is_beyond(
    made: Callable[[int], Report], limit: int, chapter: str, title: str, more: str
) -> None:
    whole = table(document(made(limit)), chapter, title)
    assert len(whole.rows) == limit
    assert "more" not in whole.note
    cut = table(document(made(limit + 1)), chapter, title)
    assert len(cut.rows) == limit
    assert more in cut.note


def test_of_groups_short_of_a_target_two_are_named_and_the_others_counted() -> None:
    def said(count: int) -> str:
        of = [
            kpi("reply_in_time", 0.5, 1, 2, target=0.96, met=False, by="department", group=f"team {at}")
            for at in range(count)
        ]
        made = document(
            make(ROWS, kpis=kpi_frame(kpi("reply_in_time", 0.5, 2, 4, target=0.96, met=False), *of))
        )
        return str(shown(table(made, "improvements", "Suggestions"))[0][1])

    two = "short of it by department: team 0 (50.0%, 1 of 2 short), team 1 (50.0%, 1 of 2 short)"
    assert said(2).endswith(f"{two}.")
    assert said(3).endswith(f"{two}, 1 more.")


@pytest.mark.parametrize(("few", "named"), [(5, "c4 (8)."), (6, "c4 (8), ….")])
def test_of_the_few_causes_that_make_most_five_are_named(few: int, named: str) -> None:
    # ``few`` causes of eight cases each make 8 · few of 9.6 · few; single ones make up the rest: twice as many values and more
    causes = [f"c{at}" for at in range(few) for _ in range(8)] + [f"z{at:02}" for at in range(2 * few)]
    made = document(make(complaints(len(causes), root_cause=lambda at: causes[at])))
    found = [str(line[1]) for line in shown(table(made, "improvements", "Suggestions"))]
    [cause] = [one for one in found if "Root cause" in one]
    assert cause.startswith(f"{few} of {3 * few} values of “Root cause” make 80%: c0 (8), ")
    assert cause.endswith(named)


def test_more_than_twenty_improvements_are_counted() -> None:
    rows = [row(measure=f"m{at}", done_at=pd.Timestamp("2026-08-31")) for at in range(21)]
    told = measures(Context(measured([replace(FELL, at=at) for at in range(20)], rows)))
    assert not any(isinstance(block, Sentence) for block in told[1:])
    told = measures(Context(measured([replace(FELL, at=at) for at in range(21)], rows)))
    assert told[2] == Sentence("And 1 more improvements.")


def test_nothing_warns_where_nothing_is_wrong() -> None:
    made = document(make(ROWS, followups=followups(2, overdue_hours=-5.0, group="today")))
    assert [
        block for part in made.all for block in part.blocks if isinstance(block, Sentence) and block.warning
    ] == []
    [lead] = [
        block
        for block in made.chapters[3].blocks
        if isinstance(block, Sentence) and "follow up" in block.text
    ]
    assert lead.text == "2 complaints to follow up, 0 overdue."
    [sentence, *_] = measures(Context(measured([Effect(0, "open")], [row()])))
    assert isinstance(sentence, Sentence)
    assert not sentence.warning


def test_one_thing_wrong_warns() -> None:
    """Of a list of two one is overdue; what the job noted; personal data that is shown."""
    late = pd.concat(
        [followups(1), followups(1, row=7, complaint_id="A2", overdue_hours=-5.0, group="today")]
    )
    made = document(make(ROWS, followups=late, notes=(Text("少一列。", "One column less."),), unmasked=True))
    told = {
        block.text: block.warning for part in made.all for block in part.blocks if isinstance(block, Sentence)
    }
    assert told["2 complaints to follow up, 1 overdue."]
    assert told["2 complaints to follow up, 1 overdue (chapter 4)."]
    assert told["One column less."]
    assert sum(told.values()) == 4


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("abcde", 5, "abcde"),
        ("abcdef", 5, "abcd…"),
        ("客户投诉", 8, "客户投诉"),
        ("客户投诉", 7, "客户投…"),  # a Chinese character is as wide as two letters, the ellipsis as one
        ("客户投诉", 6, "客户…"),
        ("ab cdef", 4, "ab…"),  # no blank before the ellipsis
    ],
)
def test_a_text_is_cut_to_its_width(text: str, limit: float, cut: str) -> None:
    assert clipped(text, limit) == cut


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_figures_stand_in_columns_of_figures(big: Callable[..., Report], lang: str) -> None:
    """Formats align and format by the kind of a column; a mark ("–") may stand in any."""
    every = [block for part in document(big(lang)).all for block in part.blocks]
    every += measures(Context(measured([FELL], [row(done_at=pd.Timestamp("2026-08-31"))], lang)))
    for one in (block for block in every if isinstance(block, Table)):
        for at, column in enumerate(one.columns):
            kinds = {type(line[at]) for line in one.rows}
            place = one.title, column.label, column.kind, kinds
            assert Figure not in kinds or column.kind == "figure", place
            assert column.kind != "figure" or kinds <= {Figure, Verdict}, place


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (1234.4, "count", "1,234", "1,234"),
        (0.9664, "share", "96.6%", "96.6%"),
        (119.94, "hours", "119.9 小时", "119.9 h"),
        (120.0, "hours", "5.0 天", "5.0 d"),
        (-121.2, "hours", "-5.0 天", "-5.0 d"),
        (12.345, "per_million", "12.3", "12.3"),
        (12345.678, "money", "12,345.68", "12,345.68"),
        (1.25, "points", "▲ +1.2 个百分点", "▲ +1.2 pp"),
        (-0.04, "points", "± 0", "± 0"),
        (-0.5, "change", "▼ −50.0%", "▼ −50.0%"),
        (None, "share", "–", "–"),
        (float("nan"), "count", "–", "–"),
    ],
)
def test_figures_as_people_read_them(value: float | None, unit: Any, zh: str, en: str) -> None:
    assert (show(Figure(value, unit), "zh"), show(Figure(value, unit), "en")) == (zh, en)


@pytest.mark.parametrize(("lang", "line"), [
    ("zh", ["some_rule", "某条", "错误", "有效性", "7"]), ("en", ["some_rule", "Some rule", "Error", "Validity", "7"]),
])  # fmt: skip
def test_findings_are_summed_up_in_the_words_of_the_language(lang: str, line: list[str]) -> None:
    made = document(make(ROWS, lang=lang, **finding("status", "x", Text("不对", "wrong"))))
    title = {"zh": "检查结果汇总", "en": "Findings by rule"}[lang]
    assert shown(table(made, "appendix", title), lang) == [line]
    [listed] = table(made, "appendix", {"zh": "检查结果（", "en": "Findings, most"}[lang]).rows
    assert listed[2] == line[2]


def test_reopenings_whose_cycle_is_lost_are_counted_below_the_movement() -> None:
    def note(unseen: int) -> str:
        moved = pd.DataFrame([[1, 2, 0, 1, 0, 2]], columns=list(MOVED), index=[pd.Timestamp(2026, 10, 1)])
        return table(document(make(ROWS, movement=moved.assign(unseen=unseen))), "process", "How open").note

    assert "3 more reopenings are not among them" in note(3)
    assert "more reopenings" not in note(0)


def test_a_day_that_is_not_over_is_no_point_of_the_course() -> None:
    """At noon of the first day of a month there is none yet."""
    made = document(make(ROWS[:1], as_of=dt.datetime(2026, 10, 1, 12)))
    trend = [block.text for block in made.chapters[1].blocks if isinstance(block, Sentence)]
    assert "– Too few points to judge a trend (at least 16)." in trend


def test_a_number_that_begins_inside_of_a_name_is_hidden_whole() -> None:
    """The account A-1381 and the mobile number 1381 2341234 overlap: what is shown of each stands once, the rest nowhere."""
    assert mask_text("A-1381 2341234, A-1381", ["A-1381"]) == "***138****1234, ***"


def test_names_that_might_stand_in_too_many_places_hide_the_text() -> None:
    """Each "ab" is looked at, and none is the name Ab: there is a letter beside it."""
    assert mask_text("ab" * 20_000, ["Ab Cd"]) == "ab" * 20_000
    assert mask_text("ab" * 20_001, ["Ab Cd"]) == "***"


def test_where_all_was_read_and_nothing_came_in_little_is_said() -> None:
    made = document(make([]))
    assert "Registers that could not be read" not in [
        block.title for part in made.all for block in part.blocks if isinstance(block, Table)
    ]
    [improvements] = [part for part in made.chapters if part.key == "improvements"]
    assert improvements.blocks == (Sentence("No complaints in this period, so nothing to suggest."),)
