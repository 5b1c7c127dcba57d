"""Chapter 6 on improvements: what was decided, what became of it, and nobody's name in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from kesu.reports.chapters.blocks import Figure, Sentence, Table, Verdict
from kesu.reports.chapters.context import Context
from kesu.reports.chapters.document import document
from kesu.reports.chapters.measures import CHARTS, MEASURES, measures
from kesu.reports.formats import html, xlsx
from kesu.reports.model import Report
from kesu.rules.effects import Effect, Point
from tests.reports.reports_by_hand import make

DAY = 86_400
DONE = pd.Timestamp("2026-08-31")
POINTS = tuple(
    Point(int(DONE.timestamp()) + DAY * (at * 28 + (at >= 0)), count, 30, at >= 0)
    for at, count in ((-2, 6), (-1, 9), (0, 1), (1, 0))
)
FELL = Effect(0, "done", "fell", (15, 60), (1, 60), (56, 60.5), 15.0, False, 28, POINTS)


def row(**changes: Any) -> dict[str, Any]:
    return {
        "register": "r.xlsx", "cause": "loose socket", "measure": "another supplier", "owner": "Zhao", "category": None,
        "decided_at": pd.NaT, "due_at": pd.Timestamp("2026-09-30"), "done_at": pd.NaT, **changes,
    }  # fmt: skip


def report(effects: list[Effect], rows: list[dict[str, Any]], lang: str = "en", **changes: Any) -> Report:
    found = pd.DataFrame(rows).astype({"due_at": "datetime64[s]", "done_at": "datetime64[s]"})
    complaint = {"customer_name": "Quillon Brathwaite", "customer_contact": "13812345678"}
    return make([complaint], lang=lang, improvements=found, effects=tuple(effects), **changes)


def tables(found: Report) -> list[Table]:
    return [block for block in measures(Context(found)) if isinstance(block, Table)]


def test_without_measures_nothing_is_said() -> None:
    assert measures(Context(make([{}]))) == []


def test_what_is_overdue_comes_first_then_what_is_open_then_what_is_done() -> None:
    effects = [
        replace(FELL, in_time=True),
        Effect(1, "open"),
        Effect(2, "overdue", in_time=False),
        Effect(3, "open"),
    ]
    rows = [
        row(done_at=DONE), row(measure="open, no date", due_at=pd.NaT), row(measure="late"), row(measure="open"),
    ]  # fmt: skip
    [sentence, table, chart] = measures(Context(report(effects, rows)))
    assert isinstance(sentence, Sentence)
    assert sentence.text == (
        "Improvements: 4 (Overdue 1, Open 2, Done 1). Of 2 that were due 1 were done in time (50.0%). "
        "Complaints of the causes since: fell 1."
    )
    assert sentence.warning
    assert isinstance(table, Table)
    assert [line[1] for line in table.rows] == ["late", "open", "open, no date", "another supplier"]
    assert [line[4] for line in table.rows][:2] == [Verdict(False, "Overdue"), Verdict(None, "Open")]
    assert table.rows[3][2:] == (
        "Zhao", "2026-09-30", Verdict(None, "2026-08-31"), Figure(0.25, "share"), Figure(1 / 60, "share"),
        Figure(15.0, "per_million"), Figure(1), Verdict(True, "▼ Fell"),
    )  # fmt: skip
    assert table.rows[0][5:9] == (
        Figure(None, "share"),
        Figure(None, "share"),
        Figure(None, "per_million"),
        Figure(None),
    )
    assert isinstance(chart, Table)


def test_the_chart_is_a_p_chart_with_the_limits_of_before() -> None:
    chart = tables(report([FELL], [row(done_at=DONE)]))[1]
    assert chart.title == "Share of “loose socket”, by 28 days"
    assert chart.chart is not None
    assert (chart.chart.kind, chart.chart.parted) == ("control", 2)
    assert "25.0% before, 1.7% after 2026-08-31" in chart.chart.alt
    assert [line[0] for line in chart.rows] == ["2026-07-06", "2026-08-03", "2026-09-01", "2026-09-29"]
    first = chart.rows[0]
    high = 0.25 + 3 * (0.25 * 0.75 / 30) ** 0.5
    assert [cell.value for cell in first[1:7] if isinstance(cell, Figure)] == pytest.approx([0.2, 0.25, high, 0.0128, 6, 30], abs=1e-4)  # fmt: skip


@pytest.mark.parametrize(
    ("verdict", "zh", "en"),
    [
        ("rose", "▲ 反而增多", "▲ Rose"),
        ("unchanged", "→ 看不出变化", "→ No change shown"),
        ("early", "– 还太早", "– Too early to say"),
        ("few", "– 之前太少", "– Too few before"),
    ],
)
def test_verdicts_in_both_languages(verdict: Any, zh: str, en: str) -> None:
    effect = Effect(0, "done", verdict, (15, 60), (1, 60), (56, 60.5), 15.0, True)
    for lang, words in (("zh", zh), ("en", en)):
        [table] = tables(report([effect], [row(done_at=DONE)], lang))
        assert table.rows[0][-1] == Verdict(False if verdict == "rose" else None, words)


def test_a_fall_that_had_begun_before_says_so() -> None:
    effect = Effect(0, "done", "fell", (15, 60), (1, 60), (56, 60.5), 15.0, True)
    assert tables(report([effect], [row(done_at=DONE)]))[0].rows[0][-1] == Verdict(
        True, "▼ Fell (falling before)"
    )


def test_many_measures_are_counted_and_few_drawn() -> None:
    effects = [
        Effect(at, "done", "fell", (15, 60), (1, 60), (56, 60.5), 15.0, False, 28, POINTS) for at in range(25)
    ]
    blocks = measures(Context(report(effects, [row(done_at=DONE)] * 25)))
    assert len(blocks[1].rows) == MEASURES  # type: ignore[union-attr]
    assert blocks[2] == Sentence("And 5 more improvements.")
    assert len(blocks) == 3 + CHARTS


def test_findings_on_measures_name_nobody() -> None:
    finding = {
        "register": "r.xlsx", "sheet": "Improvements", "row": 5, "column": "owner", "rule": "improvement_without_owner",
        "severity": "warning", "dimension": "completeness", "message": "Nobody owns the improvement “call Quillon Brathwaite, 13812345678”.", "value": "",
    }  # fmt: skip
    found = report([], [row()], findings=pd.DataFrame([finding]), finding_counts=pd.DataFrame({"count": [1], "title": ["x"], "severity": ["warning"], "rule": ["x"], "dimension": ["completeness"], "register": ["r.xlsx"]}))  # fmt: skip
    page = html.render(document(found)).decode()
    assert "Nobody owns the improvement" in page
    assert "Brathwaite" not in page
    assert "13812345678" not in page


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_file_shows_a_customer_or_runs_what_a_measure_says(lang: str) -> None:
    rows = [row(done_at=DONE, cause="=1+1", measure="call Quillon Brathwaite at 13812345678 <script>")]
    found = report([FELL], rows, lang)
    page = html.render(document(found)).decode()
    assert "Brathwaite" not in page
    assert "13812345678" not in page
    assert "&lt;script&gt;" in page
    assert xlsx.render(document(found))
    assert "Brathwaite" in str(tables(report([FELL], rows, lang, unmasked=True))[0].rows)
    assert dt.date(2026, 8, 31).isoformat() in page
