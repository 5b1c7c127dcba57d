"""`kesu explain`, `kesu profiles`, `kesu deadlines --cycles/--profile` and `kesu new --profile`, as a user runs them."""

from __future__ import annotations

import itertools
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

Kesu = Callable[..., subprocess.CompletedProcess[str]]

HEADER = ("投诉编号", "类别", "客户姓名", "客户等级", "受理时间", "投诉渠道", "投诉类型", "严重程度", "首次响应时间",
          "有效回复时间", "解决时间", "状态", "重开时间")  # fmt: skip
CASES = (
    # 16 working hours from Wednesday 30 September 16:00 over National Day: 2 + 8 (Thursday 8) + 6 (Friday 9).
    ("K-01", "投诉", "张三", "中端", "2026-09-30 16:00", "电话", "流程", "一般", "2026-09-30 16:10", None, None, "处理中", None),
    ("K-02", "投诉", "李四", "VIP", "2026-10-08 09:00", "电话", "流程", "一般", "2026-10-08 09:10", "2026-10-08 10:00",
     "2026-10-08 11:00", "已重开", "2026-10-09 09:00"),
    ("K-03", "投诉", "王五", "其他", "2026-12-30 09:00", "电话", "流程", "一般", None, None, None, "新建", None),
)  # fmt: skip
ITEMS = (
    ("投诉编号", "事项类别", "内容", "记录人", "记录时间", "对应时限", "到期时间"),
    ("K-01", "改期", "客户出差", None, "2026-09-30 17:00", "有效回复", "2026-10-15 12:00"),
)
RULES = (
    ("时限", "客户等级", "数量", "单位", "时钟", "到当天结束"),
    ("有效回复", "VIP", 8, "小时", "自然时间", None),
    ("有效回复", "中端", 16, "小时", "工作时间", None),
    ("有效回复", None, 10, "天", "工作时间", "是"),
    ("有效回复", None, 1.5, "天", "工作时间", None),
    ("解决", None, 3, "周", "工作时间", None),
)
AS_OF = "2026-10-09T10:00"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three cases with the rules above on the default calendar."""
    path = tmp_path_factory.mktemp("explain") / "k.xlsx"
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "投诉登记"
    rows: tuple[tuple[Any, ...], ...] = (HEADER, *CASES)
    for row in rows:
        sheet.append(row)
    others: dict[str, tuple[tuple[Any, ...], ...]] = {"事项": ITEMS, "设置": RULES}
    for title, rows in others.items():
        more = workbook.create_sheet(title)
        for row in rows:
            more.append(row)
    workbook.save(path)
    return path


def test_explain_in_chinese_reads_as_written_by_hand(kesu: Kesu, book: Path) -> None:
    done = kesu("explain", book, "K-01", "--as-of", AS_OF)
    assert done.returncode == 0
    text = done.stdout
    assert text.splitlines()[:2] == [
        "投诉 K-01　k.xlsx 第 2 行　截至 2026-10-09 周五 10:00",
        "类别：投诉　客户等级：中端　严重程度：一般　投诉类型：流程　投诉渠道：电话",
    ]
    assert text[text.index("有效回复：") : text.index("解决：")].splitlines() == [
        "有效回复：进行中，2026-10-09 周五 16:00 到期，还剩 5 小时",
        "  不用规则 1：客户等级是中端，不是VIP",
        "  规则 2：16 小时，工作时间，自受理起",
        "  适用：客户等级为中端",
        "  起算：2026-09-30 周三 16:00（受理时间）",
        "  计入：2026-09-30 周三 16:00–18:00（2 小时）",
        "  计入：2026-10-08 周四 09:00–12:00、13:00–18:00（8 小时）",
        "  计入：2026-10-09 周五 09:00–12:00、13:00–16:00（6 小时）",
        (
            "  不计：2026-09-30 周三 18:00 – 2026-10-08 周四 09:00 休息日：2026-10-01 周四 至 2026-10-03 周六 国庆节、"
            "2026-10-04 周日 周末、2026-10-05 周一 国庆节（补假）、2026-10-06 周二 休息日（由 2026-09-20 调休）、"
            "2026-10-07 周三 休息日（由 2026-10-10 调休）"
        ),
        "  不计：2026-10-08 周四 12:00 – 2026-10-08 周四 13:00 班间休息",
        "  不计：2026-10-08 周四 18:00 – 2026-10-09 周五 09:00 下班",
        "  不计：2026-10-09 周五 12:00 – 2026-10-09 周五 13:00 班间休息",
        "  未采用：人工改期，2026-10-15 周四 12:00 到期，记于 2026-09-30 周三 17:00，原因“客户出差”，事项第 2 行；没有写谁改的",
        "  到期：2026-10-09 周五 16:00",
        "  已用工作时间 68%，应已告知：50% 责任人",
        "",
    ]


def test_explain_in_english_counts_working_days_and_warns_of_days_not_known_yet(
    kesu: Kesu, book: Path
) -> None:
    """10 working days from 30 December: the 31st, then 4-8 and 11-14 January, as far as anybody knows."""
    done = kesu("explain", book, "K-03", "--as-of", "2026-12-30T10:00", "--lang", "en")
    text = done.stdout
    assert text[text.index("Substantive reply:") : text.index("Resolution:")].splitlines() == [
        "Substantive reply: pending, due Thu 2027-01-14 18:00, 87 h left",
        "  Not rule 1: Tier is Other, not VIP",
        "  Not rule 2: Tier is Other, not Mid tier",
        "  Rule 3: 10 days, business time, from received, until the end of the day",
        "  Start: Wed 2026-12-30 09:00 (Received at)",
        (
            "  Counted 10 working days: Thu 2026-12-31, Mon 2027-01-04, Tue 2027-01-05, Wed 2027-01-06, Thu 2027-01-07, "
            "Fri 2027-01-08, Mon 2027-01-11, Tue 2027-01-12, Wed 2027-01-13, Thu 2027-01-14"
        ),
        "  Not counted: Fri 2027-01-01 New Year's Day",
        "  Not counted: Sat 2027-01-02 to Sun 2027-01-03 weekend",
        "  Not counted: Sat 2027-01-09 to Sun 2027-01-10 weekend",
        "  Due: Thu 2027-01-14 18:00",
        "  Mind: public holidays and make-up days after 2026-12-31 are not official yet; this due time may change",
        "  Working time used: 1 %",
        "",
    ]


def test_explain_as_json_adds_up(kesu: Kesu, book: Path) -> None:
    told = json.loads(kesu("explain", book, "K-01", "--as-of", AS_OF, "--format", "json").stdout)
    assert (told["complaint_id"], told["row"], told["as_of"]) == ("K-01", 2, "2026-10-09T10:00:00")
    reply = next(target for target in told["targets"] if target["target"] == "reply")
    assert sum(part["hours"] for part in reply["stretches"] if part["counted"]) == 16
    ends = [(part["from"], part["to"]) for part in reply["stretches"]]
    assert all(before[1] == after[0] for before, after in itertools.pairwise(ends))
    assert (ends[0][0], ends[-1][1]) == (reply["start"]["at"], reply["due_at"])
    assert reply["due_at"] == "2026-10-09T16:00:00"
    assert reply["ignored"][0]["ignored_because"] == "没有写谁改的"


def test_an_unknown_number_ends_with_2_and_near_ones(kesu: Kesu, book: Path) -> None:
    done = kesu("explain", book, "k_01")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Did you mean K-01" in done.stderr
    done = kesu("explain", book, "zzz", "--lang", "zh")
    assert done.returncode == 2
    assert "3 个编号" in done.stderr


def test_all_cycles_add_the_one_before_the_reopening(kesu: Kesu, book: Path) -> None:
    """VIP: 8 h. First cycle due 8 October 17:00, replied 10:00; second due 9 October 17:00."""
    plain = json.loads(kesu("deadlines", book, "--as-of", AS_OF, "--format", "json").stdout)
    assert len(plain) == 3 * 4
    assert all("cycle" not in line for line in plain)
    every = json.loads(
        kesu("deadlines", book, "--as-of", AS_OF, "--format", "json", "--cycles", "all").stdout
    )
    reply = [line for line in every if (line["complaint_id"], line["target"]) == ("K-02", "reply")]
    assert [(line["cycle"], line["due_at"], line["state"]) for line in reply] == [
        (1, "2026-10-08T17:00:00", "met"),
        (2, "2026-10-09T17:00:00", "pending"),
    ]
    assert [line for line in every if line["cycle"] == 1 and line["complaint_id"] != "K-02"] == [
        line | {"cycle": 1} for line in plain if line["complaint_id"] != "K-02"
    ]


def test_due_dates_past_the_known_days_are_told_on_standard_error(kesu: Kesu, book: Path) -> None:
    """K-03 only: 10 working days from 30 December end in January."""
    done = kesu("deadlines", book, "--as-of", "2026-12-30T10:00")
    assert "Warning: k.xlsx: deadlines of 1 complaint fall after 2026-12-31" in done.stderr
    done = kesu("deadlines", book, "--as-of", "2026-12-30T10:00", "--lang", "zh")
    assert "k.xlsx：1 件投诉的时限晚于 2026-12-31" in done.stderr


def test_what_if_shows_only_what_another_profile_would_change(kesu: Kesu, book: Path) -> None:
    """Retail gives 24 h for the first response, 48 h for the reply and 72 h for the resolution, day and night."""
    words = ("deadlines", book, "--as-of", AS_OF, "--profile", "retail")
    changes = json.loads(kesu(*words, "--format", "json").stdout)
    one = next(line for line in changes if (line["complaint_id"], line["target"]) == ("K-01", "reply"))
    assert one == {
        "register": "k.xlsx", "row": 2, "complaint_id": "K-01", "target": "reply", "due_at": "2026-10-09T16:00:00",
        "state": "pending", "other_due_at": "2026-10-02T16:00:00", "other_state": "overdue", "shift_hours": -168.0,
    }  # fmt: skip
    assert not [
        line
        for line in changes
        if line["due_at"] == line["other_due_at"] and line["state"] == line["other_state"]
    ]
    done = kesu(*words)
    assert "of 12 deadlines would change" in done.stderr
    assert "2026-10-02 16:00" in done.stdout
    assert kesu(*words, "--cycles", "all").returncode == 2


def test_profiles_are_listed_with_source_date_and_whether_the_text_was_read(kesu: Kesu) -> None:
    every = json.loads(kesu("profiles", "--format", "json").stdout)
    assert len(every) == 11
    assert every[0]["name"] == "telecom"
    ofcom = next(one for one in every if one["name"] == "uk_ofcom")
    assert (ofcom["checked"], ofcom["verified"], len(ofcom["rules"])) == ("2026-11-22", False, 2)
    text = kesu("profiles", "uk_ofcom").stdout
    assert "text NOT read" in text
    assert (
        "6 weeks, calendar time, from received, until the end of the day, for receipts 2026-04-08 to …"
        in text
    )
    done = kesu("profiles", "uk_ofco")
    assert done.returncode == 2
    assert "Did you mean uk_ofcom?" in done.stderr


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_new_workbook_carries_the_profile_where_the_team_may_edit_it(
    kesu: Kesu, tmp_path: Path, lang: str
) -> None:
    """The rules as read back from the Settings sheet are those of the file, dates and switches included."""
    from kesu.register.normalise import normalise
    from kesu.register.settings import load_profile
    from kesu.workbook.reading.reader import Reader

    path = tmp_path / "new.xlsx"
    assert kesu("new", path, "--lang", lang, "--profile", "uk_ofcom").returncode == 0
    with Reader() as reader:
        read = normalise("new.xlsx", reader.read(path)).settings
    assert read.problems == ()
    assert [rule_facts(rule) for rule in read.rules] == [
        rule_facts(rule) for rule in load_profile("uk_ofcom").rules
    ]
    assert (read.region, read.subdivision, read.profile) == ("GB", "ENG", "uk_ofcom")


def rule_facts(rule: object) -> dict[str, object]:
    return {key: getattr(rule, key) for key in rule.__slots__ if key != "note"}  # type: ignore[attr-defined]


def test_rules_that_make_no_sense_are_findings_and_not_crashes(kesu: Kesu, book: Path) -> None:
    """1.5 working days and 3 business weeks: named with the reason, and not used."""
    found = json.loads(kesu("check", book, "--format", "json").stdout)
    said = " ".join(line["message"] for line in found)
    assert "整数" in said
    assert "周和月只能按自然时间" in said
    plain = json.loads(kesu("deadlines", book, "--as-of", AS_OF, "--format", "json").stdout)
    assert {line["due_at"] for line in plain if line["target"] == "resolution"} == {None}
