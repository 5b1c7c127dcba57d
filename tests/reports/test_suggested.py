"""Chapter 6 names what customers suggest, masked; a new register visits them again after 30 days."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kesu.jobs.assessment import Assessment
from kesu.jobs.load import Loaded
from kesu.jobs.report import build_report
from kesu.register.periods import Period
from kesu.reports.chapters.blocks import Table
from kesu.reports.chapters.document import document
from tests.rules.test_kpis import Row, register

NOW = dt.datetime(2026, 10, 12, 10)


def tables(*items: Row, lang: str = "zh", unmasked: bool = False) -> list[Table]:
    cases = [
        {"customer_name": "张伟民", "customer_contact": "13800138000"},
        {"received_at": "2026-09-05 10:00:00"},
    ]
    held = register(*cases, items=items)
    loaded = Loaded(Path("r.xlsx"), "r.xlsx", Assessment(held, NOW))
    built = build_report([loaded], Period.parse("2026-10"), NOW, lang, unmasked=unmasked)
    [chapter] = [one for one in document(built).chapters if one.key == "improvements"]
    title = {"zh": "客户提出的建议（最近）", "en": "What customers suggested (latest)"}[lang]
    return [block for block in chapter.blocks if isinstance(block, Table) and block.title == title]


def suggestion(what: str, **more: str) -> Row:
    return {"item_kind": "客户建议", "what": what, **more}


def test_the_latest_come_first_and_nobody_is_named() -> None:
    [table] = tables(
        suggestion("张伟民建议网点周末营业", noted_at="2026-10-06 09:00:00"),
        suggestion("请打 13800138000 前先发短信", noted_at="2026-10-08 09:00:00"),
        suggestion("上月的不算", complaint_id="C2", noted_at="2026-10-09 09:00:00"),
        {"item_kind": "诉求", "what": "退款"},
    )
    assert [row[0] for row in table.rows] == ["C1", "C1"]
    words = [str(row[1]) for row in table.rows]
    assert words[0].startswith("请打 138****8000")
    assert words[1].endswith("建议网点周末营业")
    assert "张伟民" not in words[1]


def test_eight_are_shown_and_the_others_counted() -> None:
    [table] = tables(
        *(suggestion(f"idea {n}", noted_at=f"2026-10-06 09:{n:02}:00") for n in range(10)), lang="en"
    )
    assert [row[1] for row in table.rows] == [f"idea {n}" for n in range(9, 1, -1)]
    assert table.note == "And 2 more."


def test_without_one_there_is_no_table() -> None:
    assert tables({"item_kind": "诉求", "what": "退款"}) == []
    assert tables(suggestion("")) == []


@pytest.mark.parametrize("unmasked", [True, False])
def test_unmasking_is_an_option(unmasked: bool) -> None:
    [table] = tables(suggestion("张伟民说"), unmasked=unmasked)
    assert ("张伟民" in str(table.rows[0][1])) == unmasked
