"""What the chapters say, against figures counted by hand on few rows."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kesu.reports.chapters.blocks import (
    Bullets,
    Card,
    Cards,
    Chapter,
    Document,
    Figure,
    Sentence,
    Table,
    Verdict,
)
from kesu.reports.chapters.document import document
from kesu.reports.chapters.figures import show
from kesu.reports.model import Report, Source
from kesu.words.text import Text
from tests.reports.reports_by_hand import (
    COUNT_COLUMNS,
    FINDING_COLUMNS,
    FOLLOWUP_COLUMNS,
    complaints_frame,
    kpi,
    kpi_frame,
    make,
)

OCTOBER = dt.datetime(2026, 10, 1)


def day(number: int, hour: int = 9) -> dt.datetime:
    return dt.datetime(2026, 10, number, hour)


# Eight records of October 2026: six complaints, one feedback, one praise.
ROWS: list[dict[str, Any]] = [
    {"complaint_id": "A1", "kind": "complaint", "received_at": day(1), "channel": "phone", "category": "quality", "severity": "urgent",
     "status": "in_progress", "involved_departments": "物流部、仓储部", "root_cause": "漏发", "transfers": 0, "expectation": "respect|compensation",
     "customer_name": "张三丰", "customer_contact": "13812341234", "verbatim": "我是张三丰，请打 13812341234", "resolution_state": "overdue", "reply_state": "met"},
    {"complaint_id": "A2", "kind": "complaint", "received_at": day(28), "channel": "phone", "category": "quality", "severity": "normal",
     "status": "new", "involved_departments": "物流部", "root_cause": "漏发", "transfers": 2, "expectation": "respect", "reply_state": "pending"},
    {"complaint_id": "A3", "kind": "complaint", "received_at": day(3), "channel": "online", "category": "quality", "severity": "normal",
     "status": "closed", "involved_departments": "无", "root_cause": "漏发", "transfers": 5, "reply_state": "late", "lessons": "发货前核对"},
    {"complaint_id": "A4", "kind": "complaint", "received_at": day(4), "channel": "email", "category": "price", "severity": "minor",
     "status": "resolved", "root_cause": "漏发", "reply_state": "met", "escalated_to": "internal|regulator"},
    {"complaint_id": "A5", "kind": "complaint", "received_at": day(5), "channel": None, "category": "attitude", "severity": None,
     "status": None, "root_cause": "培训", "reply_state": "met"},
    {"complaint_id": "A6", "kind": "complaint", "received_at": day(6), "channel": "phone", "category": "delivery", "severity": "severe",
     "status": "waiting", "root_cause": "物流", "reply_state": "overdue"},
    {"complaint_id": "F1", "kind": "feedback", "received_at": day(7), "category": "function", "verbatim": "想要深色模式"},
    {"complaint_id": "P1", "kind": "praise", "received_at": day(8), "category": "other", "verbatim": "服务很好"},
]  # fmt: skip


def tables(part: Chapter) -> Iterator[Table]:
    return (block for block in part.blocks if isinstance(block, Table))


def table(made: Document, key: str, title: str) -> Table:
    """The table of chapter ``key`` whose title begins with ``title``."""
    part = next(chapter for chapter in made.all if chapter.key == key)
    return next(one for one in tables(part) if one.title.startswith(title))


def shown(one: Table, lang: str = "en") -> list[list[str]]:
    return [[show(cell, lang) for cell in row] for row in one.rows]


def words(made: Document) -> str:
    """Every string of the document."""

    def walk(node: Any) -> Iterator[str]:
        if isinstance(node, str):
            yield node
        elif isinstance(node, tuple):
            for part in node:
                yield from walk(part)
        elif dataclasses.is_dataclass(node):
            for field in dataclasses.fields(node):
                yield from walk(getattr(node, field.name))

    return "\n".join(walk(made))


def test_there_are_six_chapters_in_the_order_of_the_field() -> None:
    made = document(make(ROWS, lang="zh"))
    assert [chapter.title for chapter in made.chapters] == [
        "目的与范围", "投诉概述", "客户反馈分析", "处理流程与时效", "效果评估：指标与目标", "改进建议",
    ]  # fmt: skip


def test_distributions_count_complaints_alone() -> None:
    made = document(make(ROWS))
    # five of six have a channel: three phone, one e-mail, one online
    channels = table(made, "complaints", "By channel")
    assert shown(channels) == [
        ["Phone", "3", "60.0%"],
        ["E-mail", "1", "20.0%"],
        ["Online / chat", "1", "20.0%"],
    ]
    assert "1 (not filled in)" in channels.note
    assert shown(table(made, "complaints", "By category"))[0] == ["Product quality", "3", "50.0%"]


def test_a_complaint_with_two_departments_counts_under_both_and_nobody_under_none() -> None:
    departments = table(document(make(ROWS)), "complaints", "By department")
    # A1 logistics and warehouse, A2 logistics, A3 says 无: two complaints name a department
    assert shown(departments) == [["物流部", "2", "100.0%"], ["仓储部", "1", "50.0%"]]
    assert "more than once" in departments.note or "several" in departments.note


def test_expectations_are_split() -> None:
    assert shown(table(document(make(ROWS)), "feedback", "What customers who complained expect")) == [
        ["Respect", "2", "100.0%"],
        ["Compensation", "1", "50.0%"],
    ]


def test_the_change_stands_beside_a_distribution_where_the_period_before_is_known() -> None:
    previous = kpi_frame(kpi("complaints", 2, unit="count", by="category", group="quality"))
    rows = shown(table(document(make(ROWS, previous=previous)), "complaints", "By category"))
    assert rows[0] == ["Product quality", "3", "50.0%", "2", "▲ +50.0%", "▼ −50.0 pp"]
    assert rows[1][3:] == ["0", "–", "▲ +16.7 pp"]  # one of six, and none before


def test_states_of_deadlines_and_the_share_in_time() -> None:
    rows = shown(table(document(make(ROWS)), "process", "Deadlines kept"))
    # reply: met A1 A4 A5, late A3, pending A2, overdue A6 → 3 of 5 due
    assert rows[1] == ["Substantive reply", "3", "1", "1", "0", "1", "0", "60.0%"]
    assert rows[2] == ["Resolution", "0", "0", "0", "0", "1", "0", "0.0%"]
    assert rows[3] == ["Call-back", "0", "0", "0", "0", "0", "0", "–"]


def test_ageing_of_what_is_open_on_the_day_of_the_report() -> None:
    # open at the end of the period, whenever received: 30.6 days, 3.6, 26.6 and 25.6
    ages = np.array([30.6, 3.6, 26.6, 25.6])
    ageing = table(document(make(ROWS, backlog_days=ages)), "process", "Age of open")
    assert [row[1] for row in shown(ageing)] == ["0", "0", "1", "0", "2", "1"]
    assert ageing.title.endswith("(4)")


def test_transfers_are_classed_and_repeats_pointed_at() -> None:
    transfers = table(document(make(ROWS)), "process", "Transfers")
    assert [row[1] for row in shown(transfers)] == ["1", "0", "1", "1"]
    assert transfers.note.startswith("2 were handed on")


def test_key_complaints_are_the_overdue_escalated_and_severe_ones_masked() -> None:
    key = table(document(make(ROWS, lang="zh")), "complaints", "重点投诉")
    # A1 and A6 are overdue (urgent before severe), A4 went to the regulator; A2, A3, A5 are none of it
    assert [row[0] for row in key.rows] == ["A1", "A6", "A4"]
    assert key.rows[0][2] == "张**"
    assert key.rows[0][-1] == "我是张**，请打 138****1234"
    assert [row[6] for row in key.rows] == ["已逾期、严重", "已逾期、严重", "已升级"]
    assert key.rows[0][7] == "已逾期：解决"


def test_unmasking_is_explicit_and_said_so() -> None:
    made = document(make(ROWS, unmasked=True))
    assert table(made, "complaints", "Key complaints").rows[0][2] == "张三丰"
    assert made.footer == "Personal data is shown: internal use only"
    assert "张三丰" not in words(document(make(ROWS)))
    assert "13812341234" not in words(document(make(ROWS)))


def test_feedback_and_praise_are_quoted_apart() -> None:
    made = document(make(ROWS))
    assert [row[-1] for row in table(made, "feedback", "What customers say").rows] == ["想要深色模式"]
    assert [row[-1] for row in table(made, "feedback", "Praise").rows] == ["服务很好"]


KPIS = kpi_frame(
    kpi("complaints", 6, unit="count"),
    kpi("reply_in_time", 0.6, 3, 5, target=0.96, met=False),
    kpi("first_contact_resolution", 0.9, 9, 10, target=0.8, met=True),
    kpi("satisfaction", None, 0, 0),
    kpi("cycle_mean", 26.44, 132.2, 5, unit="hours"),
    kpi("cycle_p90", 240.0, None, 5, unit="hours"),
    kpi("repeat_rate", 0.25, 1, 4),
    kpi("reply_in_time", 0.5, 1, 2, target=0.96, met=False, by="tier", group="vip"),
    kpi("reply_in_time", 2 / 3, 2, 3, target=0.96, met=False, by="tier", group="mid"),
    kpi("reply_in_time", 0.6, 3, 5, target=0.96, met=False, by="department", group="物流部"),
)
PREVIOUS = kpi_frame(
    kpi("complaints", 4, unit="count"), kpi("reply_in_time", 0.75, 3, 4), kpi("repeat_rate", 0.5, 2, 4)
)


def results(lang: str = "en") -> list[list[str]]:
    made = document(make(ROWS, lang=lang, kpis=KPIS, previous=PREVIOUS))
    return shown(table(made, "results", {"en": "All KPIs", "zh": "全部指标"}[lang]), lang)


def test_kpis_stand_with_numerator_denominator_target_verdict_and_change() -> None:
    rows = {row[0]: row[1:] for row in results()}
    assert rows["Substantive reply in time"] == [
        "60.0%",
        "3",
        "5",
        "96.0%",
        "✘ missed",
        "75.0%",
        "▼ −15.0 pp",
    ]
    assert rows["First-contact resolution"] == ["90.0%", "9", "10", "80.0%", "✔ met", "–", "–"]
    assert rows["Complaints"] == ["6", "–", "–", "–", "–", "4", "▲ +50.0%"]
    assert rows["Satisfaction rate"] == ["–", "0", "0", "–", "–", "–", "–"]
    assert rows["Processing cycle, mean"][0] == "26.4 h"
    assert rows["Processing cycle, P90"][0] == "10.0 d"


def test_durations_and_verdicts_read_chinese_in_a_chinese_report() -> None:
    rows = {row[0]: row[1:] for row in results("zh")}
    assert rows["处理周期（平均）"][0] == "26.4 小时"
    assert rows["处理周期（P90）"][0] == "10.0 天"
    assert rows["投诉处理回复及时率"][4:] == ["✘ 未达标", "75.0%", "▼ −15.0 个百分点"]


def test_whether_a_change_is_welcome_depends_on_the_kpi() -> None:
    made = document(make(ROWS, kpis=KPIS, previous=PREVIOUS))
    changes = {row[0]: row[-1] for row in table(made, "results", "All KPIs").rows}
    tones = {name: change.tone for name, change in changes.items() if isinstance(change, Figure)}
    assert tones["Substantive reply in time"] == "bad"  # fell, higher is better
    assert tones["Repeat complaint rate"] == "good"  # fell, lower is better
    assert (
        tones["Complaints"] == ""
    )  # more complaints are neither: they may mean that people dare to complain


def test_the_summary_shows_verdicts_and_what_needs_attention() -> None:
    made = document(make(ROWS, kpis=KPIS, previous=PREVIOUS))
    cards = next(block for block in made.summary.blocks if isinstance(block, Cards)).cards
    reply = next(card for card in cards if card.label == "Substantive reply in time")
    assert reply == Card(
        "Substantive reply in time", Figure(0.6, "share"), Verdict(False), "Previous 75.0%  ▼ −15.0 pp"
    )
    points = next(block for block in made.summary.blocks if isinstance(block, Bullets)).points
    assert points[0] == (
        "Substantive reply in time 60.0% (target 96.0%); most cases short: department 物流部 (60.0%, 2 of 5 short)."
    )


def test_a_missed_target_names_whom_it_concerns() -> None:
    made = document(make(ROWS, kpis=KPIS, previous=PREVIOUS))
    first = table(made, "improvements", "Suggestions").rows[0][1]
    # one short of each tier; the lower rate comes first
    assert isinstance(first, str)
    assert "short of it by tier: VIP (50.0%, 1 of 2 short), Mid tier (66.7%, 1 of 3 short)" in first


def test_the_few_causes_that_make_80_percent_are_named() -> None:
    made = document(make(ROWS, kpis=KPIS))
    found = [str(row[1]) for row in table(made, "improvements", "Suggestions").rows]
    # 4 of 6 漏发, then one each: 漏发 alone is 67 %, so two of three values are needed, which is not few
    assert not any("Root cause" in finding for finding in found)
    more = [*ROWS, *({**ROWS[0], "complaint_id": f"B{n}", "root_cause": "漏发"} for n in range(4))]
    made = document(make(more, kpis=KPIS))
    found = [str(row[1]) for row in table(made, "improvements", "Suggestions").rows]
    # 8 of 10 漏发
    assert any(finding.startswith("1 of 3 values of “Root cause” make 80%: 漏发 (8)") for finding in found)


@pytest.mark.parametrize(
    ("now", "before", "says"),
    [
        # in 31 and 30 days: Σ C(83, k) (31/61)^k (30/61)^(83−k) from 62 on
        (62, 21, "Delivery delay: 62, before 21; a rise beyond chance (p = 0.000007)."),
        # new: (31/61)³⁰ = 1.5e-9
        (30, None, "Delivery delay: 30, before 0; a rise beyond chance (p < 0.000001)."),
        # Σ C(51, k) (31/61)^k (30/61)^(51−k) from 30 on = 0.16
        (30, 21, ""),
        # few: (31/61)⁴ = 0.067, and fewer than five are never called a rise
        (4, None, ""),
    ],
)
def test_only_a_rise_beyond_chance_is_called_one(now: int, before: int | None, says: str) -> None:
    kpis = kpi_frame(kpi("complaints", now, unit="count", by="category", group="delivery"))
    earlier = [kpi("complaints", 40, unit="count")]
    if before is not None:
        earlier.append(kpi("complaints", before, unit="count", by="category", group="delivery"))
    text = words(document(make(ROWS, kpis=kpis, previous=kpi_frame(*earlier))))
    assert says in text
    assert ("a rise beyond chance" in text) == bool(says)


def test_without_a_period_before_nothing_is_called_a_rise() -> None:
    kpis = kpi_frame(kpi("complaints", 62, unit="count", by="category", group="delivery"))
    text = words(document(make(ROWS, kpis=kpis)))
    assert "a rise beyond chance" not in text
    assert "groups are not judged, with no period before to compare" in text


def test_a_share_that_fell_beyond_chance_is_pointed_at() -> None:
    # 20 short of 100 after 10 short of 200: Σ C(30, k) C(270, 100 − k) / C(300, 100) from 20 on
    kpis = kpi_frame(kpi("satisfaction", 0.8, 80, 100), kpi("repeat_rate", 0.04, 4, 100))
    previous = kpi_frame(kpi("satisfaction", 0.95, 190, 200), kpi("repeat_rate", 0.2, 40, 200))
    text = words(document(make(ROWS, kpis=kpis, previous=previous)))
    assert "Satisfaction rate went from 95.0% to 80.0%: worse by more than chance (p = 0.000086)." in text
    # 4/100 after 40/200 is as large a change, for the better
    assert "Repeat complaint rate went" not in text
    assert "worse by more than chance" not in words(
        document(make(ROWS, kpis=previous, previous=kpis.iloc[:1]))
    )


def followups(count: int, **changes: Any) -> pd.DataFrame:
    row = {
        "register": "north.xlsx", "row": 6, "complaint_id": "A1", "kind": "commitment", "owner": "孙莉", "what": "给张三丰回电 13812341234",
        "due_at": pd.Timestamp(2026, 10, 30), "overdue_hours": 48.0, "next_step": Text("回电", "Call"), "severity": "urgent",
        "group": "overdue", "clock": "calendar", "day_hours": 24.0, "item_row": None, "waits": "", "sheet": "register",
    } | changes  # fmt: skip
    rows = [row | ({"row": 6 + n} if count > 1 else {}) for n in range(count)]
    return pd.DataFrame(rows, columns=FOLLOWUP_COLUMNS)


def test_follow_ups_are_capped_and_the_rest_is_counted() -> None:
    made = document(make(ROWS, followups=followups(53)))
    listed = table(made, "process", "Follow-ups")
    assert len(listed.rows) == 50
    assert listed.note.startswith("And 3 more")
    sentences = [block for block in made.chapters[3].blocks if isinstance(block, Sentence)]
    assert Sentence("53 complaints to follow up, 53 overdue.", warning=True) in sentences


def test_a_complaint_to_follow_up_is_one_line_with_its_other_tasks_beside_it() -> None:
    first = followups(1)
    other = followups(1, kind="reply", what="Reply", group="today", owner="call 13812341234")
    held = followups(1, row=7, complaint_id="A2", waits="hold")
    made = document(make(ROWS, followups=pd.concat([first, other, held])))
    [line] = table(made, "process", "Follow-ups").rows
    assert line[6:8] == ("Overdue 2 d", "1: Substantive reply (call 138****1234)")
    said = [block.text for block in made.chapters[3].blocks if isinstance(block, Sentence)]
    assert "1 complaint to follow up, 1 overdue." in said
    assert any(
        text.startswith("1 complaint left out, as nothing can be done about it now: 1 on hold")
        for text in said
    )


def test_working_time_is_marked_and_the_mark_explained() -> None:
    listed = table(
        document(make(ROWS, followups=followups(1, clock="business", day_hours=8.0, overdue_hours=10.0))),
        "process",
        "Follow-ups",
    )
    assert listed.rows[0][6] == "Overdue 1 d 2 h*"
    assert listed.note == "* in working time."


def test_the_words_of_the_complaints_shown_are_known_behind_many_reasons_of_one() -> None:
    """Sixty reasons of one complaint, then one of another: the second line of the table, its customer masked."""
    many = followups(60).assign(row=6)
    name = {"row": 7, "complaint_id": "A2", "what": "给李四海回电"}
    rows = [ROWS[0], ROWS[1] | {"customer_name": "李四海"}]
    listed = table(
        document(make(rows, lang="zh", followups=pd.concat([many, followups(1, **name)]))),
        "process",
        "跟进清单",
    )
    assert len(listed.rows) == 2
    assert "给李**回电" in str(listed.rows[1][4])


def test_a_follow_up_does_not_name_the_customer() -> None:
    listed = table(document(make(ROWS, lang="zh", followups=followups(1))), "process", "跟进清单")
    assert "给张**回电 138****1234" in str(listed.rows[0][4])


def test_the_text_of_a_follow_up_on_a_complaint_outside_the_report_is_not_shown() -> None:
    made = document(make(ROWS, followups=followups(1, row=999, complaint_id="OLD")))
    assert "张三丰" not in words(made)
    assert "OLD" in words(made)


def finding(
    column: str, value: str, message: Text, sheet: str = "Register", row: int = 6
) -> dict[str, pd.DataFrame]:
    findings = pd.DataFrame(
        [("north.xlsx", sheet, row, column, "some_rule", "error", "validity", message, value)],
        columns=FINDING_COLUMNS,
    )
    counts = pd.DataFrame(
        [("some_rule", Text("某条", "Some rule"), "error", "validity", "north.xlsx", 7)],
        columns=COUNT_COLUMNS,
    )
    return {"findings": findings, "finding_counts": counts}


@pytest.mark.parametrize(
    ("column", "value", "shown_as"),
    [
        ("customer_contact", "199000", "bad “1***” cell"),
        ("customer_name", "张三丰", "bad “张**” cell"),
        ("verbatim", "我是张三丰", "bad “我是张**” cell"),
        ("complaint_id", "KS20261000131", "bad “KS20261000131” cell"),
    ],
)
def test_findings_quote_cells_masked(column: str, value: str, shown_as: str) -> None:
    message = Text(f"“{value}”不对", f"bad “{value}” cell")
    made = document(make(ROWS, **finding(column, value, message)))
    assert table(made, "appendix", "Findings, most severe").rows[0][-1] == shown_as
    assert table(made, "appendix", "Findings, most severe").note.startswith("And 6 more")


def test_a_finding_on_an_item_knows_its_complaint() -> None:
    items = make(ROWS).items.reindex([0])
    items["register"], items["excel_row"], items["complaint_id"] = "north.xlsx", 40, "A1"
    facts = finding(
        "what", "给张三丰回电", Text("“给张三丰回电”没有时间", "no time in “给张三丰回电”"), "Items", 40
    )
    known = document(make(ROWS, items=items, **facts))
    assert table(known, "appendix", "Findings, most severe").rows[0][-1] == "no time in “给张**回电”"
    unknown = document(make(ROWS, **facts))
    assert table(unknown, "appendix", "Findings, most severe").rows[0][-1] == "no time in “…”"


def test_registers_that_could_not_be_read_are_named_with_the_reason() -> None:
    sources = (
        Source("north.xlsx", 8, 3),
        Source("south.xlsx", error=Text("文件损坏。", "The file is damaged.")),
    )
    made = document(make(ROWS, sources=sources))
    assert shown(table(made, "appendix", "Registers that could not be read")) == [
        ["south.xlsx", "The file is damaged."]
    ]
    assert any(
        isinstance(block, Sentence) and block.warning and "south.xlsx" in block.text
        for block in made.summary.blocks
    )


def test_of_very_many_registers_those_that_miss_most_are_shown() -> None:
    names = [f"branch {n:03d}.xlsx" for n in range(40)]
    kpis = kpi_frame(
        *(
            kpi("reply_in_time", 0.9, 9, 10, target=0.96, met=n != 39, by="register", group=name)
            for n, name in enumerate(names)
        )
    )
    made = document(make(ROWS, kpis=kpis, sources=tuple(Source(name, 1, 1) for name in names)))
    shown_registers = table(made, "results", "By register")
    assert [row[0] for row in shown_registers.rows[:2]] == ["branch 039.xlsx", "branch 000.xlsx"]
    assert len(shown_registers.rows) == 30
    assert shown_registers.note.endswith("And 10 more.")


def test_a_running_period_is_compared_with_a_warning() -> None:
    running = words(document(make(ROWS, as_of=dt.datetime(2026, 10, 16, 12))))
    assert "The period is not over: 15.5 days of it have passed" in running
    assert "The period is not over" not in words(document(make(ROWS)))


def test_a_report_without_complaints_has_dashes_and_no_zero_per_cent() -> None:
    text = words(document(make([])))
    assert "There were no complaints in this period." in text
    made = document(make([], kpis=kpi_frame(kpi("reply_in_time", None, 0, 0, target=0.96))))
    assert shown(table(made, "results", "All KPIs"))[0][1] == "–"


def test_both_languages_say_the_same_things(big: Callable[..., Report]) -> None:
    zh, en = document(big("zh")), document(big("en"))
    assert [len(chapter.blocks) for chapter in zh.all] == [len(chapter.blocks) for chapter in en.all]
    for ours, theirs in zip(zh.all, en.all, strict=True):
        for one, other in zip(tables(ours), tables(theirs), strict=True):
            assert [len(row) for row in one.rows] == [len(row) for row in other.rows]
            assert one.title != other.title


def test_an_english_report_has_no_chinese_of_its_own() -> None:
    rows = [
        {
            **row,
            "root_cause": None,
            "involved_departments": None,
            "verbatim": None,
            "lessons": None,
            "customer_name": "Ann",
        }
        for row in ROWS
    ]
    text = words(
        document(
            make(rows, kpis=kpi_frame(*KPIS.iloc[:9].itertuples(index=False, name=None)), previous=PREVIOUS)
        )
    )
    assert [line for line in text.splitlines() if any("一" <= ch <= "鿿" for ch in line)] == []


def test_the_report_is_not_changed_by_rendering(big: Callable[..., Report]) -> None:
    report = big("en")
    before = {field.name: getattr(report, field.name).copy() for field in dataclasses.fields(report) if isinstance(getattr(report, field.name), pd.DataFrame)}  # fmt: skip
    document(report)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(getattr(report, name), frame)


def test_columns_that_nobody_filled_are_left_out() -> None:
    made = document(make([{"complaint_id": "A1", "kind": "complaint", "received_at": OCTOBER}]))
    titles = {one.title for chapter in made.all for one in tables(chapter)}
    assert "By channel" not in titles
    assert len(complaints_frame([])) == 0
