"""Chapter 3 and its rises: feedback by source and version, whom praise names."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from kesu.register.periods import Period
from kesu.reports.chapters.document import document
from tests.reports.reports_by_hand import kpi, kpi_frame, make
from tests.reports.test_chapters import shown, table, words


def said(
    number: int, product: str | None, version: str | None = None, month: int = 10, **more: Any
) -> dict[str, Any]:
    return {
        "complaint_id": f"F{month}-{number}", "kind": "feedback", "received_at": dt.datetime(2026, month, number, 9),
        "category": "function", "product": product, "version": version, "verbatim": "深色模式", **more,
    }  # fmt: skip


FEEDBACK = [
    said(5, "App", "3.2", channel="online", collection="form"),  # a Monday
    said(11, "App 3.2", channel="online", collection="form"),  # the Sunday of that week
    said(12, "App", "3.1", channel="phone", collection="notes"),
    said(13, "Box（版本 4.0）", channel="phone"),
    said(14, "Helpline"),
    said(15, None, "9.9"),
]


def test_versions_stand_by_week_within_a_month() -> None:
    found = table(document(make(FEEDBACK)), "feedback", "Feedback: version by week")
    assert [column.label for column in found.columns] == [
        "Product",
        "Version",
        "2026-10-05",
        "2026-10-12",
        "Total",
    ]
    assert shown(found) == [
        ["App", "3.2", "2", "0", "2"],  # once in a column of its own, once at the end of the name
        ["App", "3.1", "0", "1", "1"],
        ["Box", "4.0", "0", "1", "1"],
    ]
    assert "2 name no version" in found.note
    assert "Of 2 the version was read off" in found.note


def test_versions_stand_by_month_in_a_longer_period() -> None:
    rows = [said(5, "App", "3.2", month=month) for month in (7, 8, 8, 9)]
    made = document(make(rows, period=Period.parse("2026Q3")))
    assert shown(table(made, "feedback", "Feedback: version by month")) == [
        ["App", "3.2", "1", "2", "1", "4"]
    ]


def test_the_last_twelve_months_are_shown_and_the_total_is_of_all() -> None:
    received = [dt.datetime(2025 + at // 12, at % 12 + 1, 5) for at in range(13)]
    rows = [said(5, "App", "3.2") | {"received_at": when} for when in (received[0], *received)]
    made = document(make(rows, period=Period.parse("2025-01-01..2026-01-31"), as_of=dt.datetime(2026, 11, 1)))
    found = table(made, "feedback", "Feedback: version by month")
    assert [column.label for column in found.columns[2:]] == [f"2025-{at:02}" for at in range(2, 13)] + ["2026-01", "Total"]  # fmt: skip
    assert shown(found) == [["App", "3.2", *["1"] * 12, "14"]]


def test_no_version_no_table() -> None:
    made = document(
        make([said(5, "Helpline"), said(6, "Fibre 500")])
    )  # what stands behind the name is no version
    with pytest.raises(StopIteration):
        table(made, "feedback", "Feedback: version")


def test_sources_and_ways_of_collecting_are_counted_with_the_change_of_their_shares() -> None:
    previous = kpi_frame(
        kpi("feedback", 3, unit="count", by="channel", group="phone"),
        kpi("feedback", 1, unit="count", by="channel", group="online"),
        kpi("complaints", 90, unit="count", by="channel", group="phone"),
    )
    made = document(make(FEEDBACK, previous=previous))
    assert shown(table(made, "feedback", "Feedback by source")) == [
        ["Online / chat", "2", "50.0%", "1", "▲ +100.0%", "▲ +25.0 pp"],
        ["Phone", "2", "50.0%", "3", "▼ −33.3%", "▼ −25.0 pp"],
    ]
    assert shown(table(made, "feedback", "How feedback was collected")) == [
        ["Form", "2", "66.7%"],
        ["Agent's notes", "1", "33.3%"],
    ]


def test_praise_counts_whom_it_names_masked() -> None:
    rows = [
        {"complaint_id": f"P{n}", "kind": "praise", "received_at": dt.datetime(2026, 10, 8, 9), "category": None,
         "involved_staff": staff, "involved_departments": "门店", "verbatim": "谢谢"}
        for n, staff in enumerate(("王小明", "王小明、李四", "无"))
    ]  # fmt: skip
    made = document(make(rows))
    assert shown(table(made, "feedback", "Whom praise names")) == [
        ["王**", "2", "100.0%"],
        ["李**", "1", "50.0%"],
    ]
    assert shown(table(made, "feedback", "Praise by department")) == [["门店", "3", "100.0%"]]
    assert "王小明" not in words(made)
    opened = document(make(rows, unmasked=True))
    assert shown(table(opened, "feedback", "Whom praise names"))[0][0] == "王小明"


def test_feedback_that_rises_reaches_chapter_six() -> None:
    now = kpi_frame(
        kpi("complaints", 40, unit="count"),
        kpi("feedback", 60, unit="count", by="category", group="function"),
        kpi("feedback", 11, unit="count", by="category", group="usability"),
    )
    before = kpi_frame(
        kpi("complaints", 40, unit="count"),
        kpi("feedback", 10, unit="count", by="category", group="function"),
        kpi("feedback", 10, unit="count", by="category", group="usability"),
    )
    rows = [
        said(5, "App"),
        {"complaint_id": "A", "kind": "complaint", "received_at": dt.datetime(2026, 10, 2, 9)},
    ]
    told = shown(table(document(make(rows, kpis=now, previous=before)), "improvements", "Suggestions"))
    found = [line[1] for line in told if "Feedback" in line[1]]
    assert len(found) == 1
    assert "Function (feedback)”: 60, before 10" in found[0]
