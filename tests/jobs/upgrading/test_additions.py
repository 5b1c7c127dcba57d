"""``kesu upgrade`` offers what a register of an earlier version lacks, adds it part by part, and loses nothing."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kesu.register.columns import REGISTER, labels
from kesu.words.text import folded
from kesu.workbook.patch.area import Area
from kesu.xlsx.address import letters
from tests.conftest import Audited, Kesu, Packed
from tests.depth import in_turn
from tests.jobs.upgrading.conftest import Upgrade
from tests.odd_books import parts_of, write
from tests.workbook.writing.stored import second_engine

Earlier = Callable[[str], Path]
AT = "2026-11-01 12:00"
NEW = {
    "zh": ["客户评价", "回答哪一问", "依据"],
    "en": ["Customer rating", "Answers question", "Basis"],
}
KINDS = {
    "zh": ["诉求", "承诺", "备选方案", "措施", "联系", "暂停", "转办", "改期", "核实", "升级", "批准", "决定", "客户建议", "再访", "问卷", "关联", "前轮", "重复核对", "合并冲突"],
    "en": [
        "Demand", "Commitment", "Option", "Action", "Contact", "Hold", "Transfer", "Changed due date", "Earlier cycle",
        "Double check", "Merge conflict", "Verification", "Escalation", "Approval", "Decision", "Suggestion", "Re-visit",
        "Survey", "Linked case",
    ],
}  # fmt: skip
"""What they had in its order, then what came since."""
ASKED = {"plan_unanswered", "choice_without_reason", "light_plan_unanswered"}
"""Checks that ask for what the new columns hold: a register that has them wants to be asked."""
ITEMS = {"zh": "事项", "en": "Items"}
SETTINGS = {"zh": "设置", "en": "Settings"}
BOTH = pytest.mark.parametrize("lang", ["zh", "en"])


def _texts(path: Path) -> dict[str, dict[str, Any]]:
    """Sheet → place → what stands there."""
    return {
        sheet.title: {
            cell.coordinate: getattr(cell.value, "text", cell.value)
            for row in sheet
            for cell in row
            if cell.value is not None
        }
        for sheet in openpyxl.load_workbook(path)
    }


def _table(path: Path, name: str) -> list[list[Any]]:
    """The rows of an Excel Table, heading first."""
    for sheet in openpyxl.load_workbook(path):
        if name in sheet.tables:
            return [[cell.value for cell in row] for row in sheet[sheet.tables[name].ref]]
    raise KeyError(name)


def _lines(found: str) -> list[str]:
    return [line.strip().strip("[],") for line in found.splitlines() if line.strip(" []")]


def _read(kesu: Kesu, path: Path) -> list[str]:
    asked = (("check",), ("deadlines", "--as-of", AT), ("kpis", "--as-of", AT), ("followups", "--as-of", AT))
    return [kesu(name, path.name, *more, "--format", "json", cwd=path.parent).stdout for name, *more in asked]


@BOTH
def test_it_offers_part_by_part_and_changes_nothing(earlier: Earlier, upgrade: Upgrade, lang: str) -> None:
    path = earlier(lang)
    before = path.read_bytes()
    done = upgrade(path, lang="zh_CN.UTF-8" if lang == "zh" else "C.UTF-8")
    assert (done.exit_code, done.stderr, path.read_bytes()) == (0, "", before)
    assert list(path.parent.iterdir()) == [path]
    said = done.stdout
    wanted = {
        "zh": ["事项：“事项类别”的下拉列表加 11 项：核实、", "事项：加 3 列：客户评价、回答哪一问、依据。有了它们，检查会开始问",
               "设置：“基本设置”加 1 行：时区", "设置：新的表：“检查的界限”", "设置：新的表：“处理手册”",
               "改进措施：新的工作表“改进措施”", "--add all"],
        "en": ["Items: drop-down “Item kind”: 8 more choices: Verification, ",
               "Items: 3 more columns: Customer rating, Answers question, Basis. With them checks begin to ask",
               "Settings: “Limits of checks”: 4 more rows: Call-back tries, ", "Settings: a new table: “Playbooks”",
               "Improvements: a new sheet “Improvements”", "--add all"],
    }  # fmt: skip
    assert all(line in said for line in wanted[lang])
    assert "xl/" not in said


@BOTH
def test_with_the_additions_it_reads_as_before(
    earlier: Earlier, upgrade: Upgrade, kesu: Kesu, audited: Audited, lang: str
) -> None:
    path = earlier(lang)
    before, wrong = _read(kesu, path), audited(path)
    values = _texts(path)
    done = upgrade(path, "--add", "all")
    assert (done.exit_code, done.stderr) == (0, "")
    found, *rest = _read(kesu, path)
    assert rest == before[1:]
    rules = Counter(json.loads(line)["rule"] for line in _lines(found))
    assert [line for line in _lines(found) if json.loads(line)["rule"] not in ASKED] == _lines(before[0])
    assert rules.keys() & ASKED
    assert audited(path) <= wrong
    every = _texts(path)
    for sheet, cells in values.items():
        after = every[sheet]
        if sheet == SETTINGS[lang]:  # choices behind the new ones stand further down
            assert not Counter(cells.values()) - Counter(after.values())
        else:
            assert {place: after[place] for place in cells} == cells


@pytest.mark.parametrize("lang", in_turn("en"))
def test_the_columns_stand_behind_all_that_the_table_has(
    earlier: Earlier, upgrade: Upgrade, lang: str
) -> None:
    path = earlier(lang)
    heads = _table(path, "Items")[0]
    upgrade(path, "--add", "items")
    assert _table(path, "Items")[0] == [*heads, *NEW[lang]]
    sheet = openpyxl.load_workbook(path)[ITEMS[lang]]
    first = len(heads) + 1
    result = next(cell for cell in sheet[4] if cell.value in ("结果", "Result"))
    for at in range(first, first + 3):
        head = sheet.cell(4, at)
        assert (head.fill.fgColor.rgb, head.font.b) == (result.fill.fgColor.rgb, True)
        column = sheet.column_dimensions[letters(at)]
        assert column.width > 10
        assert not column.hidden
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    cells = [sheet.cell(5, at).coordinate for at in range(first, first + 3)]
    assert [(rules[cell].type, rules[cell].formula1) for cell in cells] == [
        ("list", "List_satisfaction"), ("list", "List_question"), (None, None),
    ]  # fmt: skip
    assert [rules[cell].promptTitle for cell in cells] == NEW[lang]
    assert all(rules[cell].prompt for cell in cells)


@BOTH
def test_the_drop_downs_hold_old_and_new_choices_in_one_piece(
    earlier: Earlier, upgrade: Upgrade, lang: str
) -> None:
    path = earlier(lang)
    old, own = {"zh": ("低", "很难办到"), "en": ("Low", "Hardly ever")}[lang]
    parts, strings = parts_of(path), "xl/sharedStrings.xml"
    renamed = parts[strings].decode().replace(f"<t>{old}</t>", f"<t>{own}</t>")
    write(path, parts | {strings: renamed.encode()})
    before = _table(path, "SettingsCodes")
    upgrade(path, "--add", "items")
    rows = _table(path, "SettingsCodes")
    lists = [row[0] for row in rows]
    for name, (first, count) in {
        "item_kind": (lists.index("item_kind"), 19),
        "question": (lists.index("question"), 5),
    }.items():
        assert lists[first : first + count] == [name] * count
        assert lists.count(name) == count
    kinds = [row[2] for row in rows if row[0] == "item_kind"]
    assert sorted(kinds) == sorted(KINDS[lang])
    there = [row[2] for row in before if row[0] == "item_kind"]
    assert kinds[: len(there)] == there
    assert [row for row in rows if row in before] == before
    assert own in {row[2] for row in rows if row[0] == "level"}
    names = openpyxl.load_workbook(path).defined_names
    assert names["List_question"].attr_text == names["List_level"].attr_text.replace('"level"', '"question"')


def test_another_engine_finds_the_choices_and_works_out_the_same(earlier: Earlier, upgrade: Upgrade) -> None:
    now = dt.datetime(2026, 11, 1, 12)
    path = earlier("en")
    before = second_engine(path, now)
    places = [
        (sheet.title, cell.coordinate)
        for sheet in openpyxl.load_workbook(path)
        if sheet.title in ("Register", "Items", "Today")
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=")
    ]
    shown = {place: before(*place) for place in places}
    upgrade(path, "--add", "all")
    after = second_engine(path, now)
    assert len(shown) > 300
    assert {place: after(*place) for place in places} == shown


@BOTH
def test_settings_get_the_rows_with_the_values_that_hold_anyway(
    earlier: Earlier, upgrade: Upgrade, lang: str
) -> None:
    path = earlier(lang)
    upgrade(path, "--add", "settings")
    limits = {row[0]: row[1] for row in _table(path, "SettingsLimits")[1:]}
    wanted = {
        "en": {"Call-back tries": 3, "Hours between call-back tries": 24, "Re-visit after closing (days)": 0},
        "zh": {
            "回访最多（次）": 3,
            "再次回访间隔（小时）": 24,
            "再访（结案后天数）": 0,
            "接通时限（秒）": 15,
        },
    }
    assert wanted[lang].items() <= limits.items()
    general = {row[0]: row[1] for row in _table(path, "SettingsGeneral")[1:]}
    assert ("时区" if lang == "zh" else "Time zone") in general
    words = [row[0] for row in _table(path, "SettingsWords")[1:]]
    assert words.count("扬言升级" if lang == "zh" else "Threats to escalate") > 0
    name = openpyxl.load_workbook(path).defined_names["Words_words_words"].attr_text
    column, first, last = re.fullmatch(r"'.+'!\$([A-Z]+)\$(\d+):\$[A-Z]+\$(\d+)", name).groups()  # type: ignore[union-attr]
    sheet = openpyxl.load_workbook(path)[SETTINGS[lang]]
    offered = [sheet[f"{column}{row}"].value for row in range(int(first), int(last) + 1)]
    assert set(words) - {None} <= set(offered)


@pytest.mark.parametrize("lang", in_turn("zh"))
def test_twice_changes_nothing_and_a_dry_run_neither(earlier: Earlier, upgrade: Upgrade, lang: str) -> None:
    path = earlier(lang)
    before = path.read_bytes()
    said = upgrade(path, "--add", "all", "--dry-run").stdout
    assert "would add" in said
    assert path.read_bytes() == before
    upgrade(path, "--add", "all")
    once = path.read_bytes()
    kept = [one for one in path.parent.iterdir() if one != path]
    assert [one.read_bytes() for one in kept] == [before]
    done = upgrade(path, "--add", "all")
    assert (done.exit_code, done.stdout) == (0, "team.xlsx: nothing to change\n")
    assert path.read_bytes() == once
    assert upgrade(path).stdout == "team.xlsx: nothing to add\n"


def test_only_what_must_change_is_touched(earlier: Earlier, upgrade: Upgrade, packed: Packed) -> None:
    path = earlier("en")
    before, tables = packed(path), parts_of(path)
    upgrade(path, "--add", "all", "--no-backup")
    after = packed(path)
    assert set(before) <= set(after)
    changed = {name for name in before if before[name] != after[name]}
    names = {
        re.search(rb'displayName="(\w+)"', tables[name])[1].decode()  # type: ignore[index]
        for name in changed
        if "/tables/" in name
    }
    assert names == {"Complaints", "Items", "SettingsCodes", "SettingsWords", "SettingsLimits"}
    sheets = {f"xl/worksheets/sheet{at}.xml" for at in (2, 3, 8)}  # Register, Items, Settings
    book = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
    hung = {"xl/worksheets/_rels/sheet8.xml.rels"}
    assert {name for name in changed if "/tables/" not in name} == sheets | book | hung
    assert list(path.parent.iterdir()) == [path]


@BOTH
def test_settings_and_the_book_get_what_came_later_as_a_whole(
    earlier: Earlier, upgrade: Upgrade, lang: str
) -> None:
    path = earlier(lang)
    upgrade(path, "--add", "settings", "--add", "improvements")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[-1] == ("改进措施" if lang == "zh" else "Improvements")
    assert book[book.sheetnames[-1]].tables["Improvements"].ref == "A4:K54"
    sheet = book[SETTINGS[lang]]
    rows = _table(path, "SettingsPlaybooks")
    assert rows[0] == (
        ["适用于", "内容种类", "手册内容"] if lang == "zh" else ["Playbook for", "Kind of line", "Line"]
    )
    assert sum(all(row) for row in rows) > 200
    area = Area.parse(sheet.tables["SettingsPlaybooks"].ref)
    top, left, bottom = area.top, area.left, area.bottom
    assert all(sheet.cell(at, left - 1).value is None for at in range(1, bottom + 1))
    assert str(sheet.cell(top - 1, left).value).startswith("处理手册" if lang == "zh" else "Playbooks")
    kinds = f"{sheet.cell(top + 1, left + 1).coordinate}:"
    rule = next(one for one in sheet.data_validations.dataValidation if str(one.sqref).startswith(kinds))
    assert rule.formula1 == "Words_playbooks_line"
    where = book.defined_names["Words_playbooks_line"].attr_text
    column, first, last = re.fullmatch(r"'.+'!\$([A-Z]+)\$(\d+):\$[A-Z]+\$(\d+)", where).groups()  # type: ignore[union-attr]
    offered = {sheet[f"{column}{row}"].value for row in range(int(first), int(last) + 1)}
    assert {row[1] for row in rows[1:] if row[1]} <= offered
    assert sheet.column_dimensions[column].hidden
    assert ("检查的界限" if lang == "zh" else "Limits of checks") in {cell.value for cell in sheet[4]}


def test_what_is_added_can_be_used(earlier: Earlier, upgrade: Upgrade, kesu: Kesu) -> None:
    path = earlier("zh")
    upgrade(path, "--add", "all")
    book = openpyxl.load_workbook(path)
    sheet = book["事项"]
    heads = {cell.value: at for at, cell in enumerate(sheet[4], start=1)}
    sheet.insert_rows(9)
    for head, value in {
        "投诉编号 *": "2026-0002", "事项类别 *": "核实", "内容 *": "仓库说：出厂前漏水",
        "回答哪一问": "部门核实", "依据": "三包规定", "客户评价": "满意",
    }.items():  # fmt: skip
        sheet.cell(9, heads[head], value)
    book.save(path)
    said = kesu("check", path, "--format", "json").stdout
    assert "unknown_code" not in said


def test_columns_and_additions_go_together_with_one_backup(earlier: Earlier, upgrade: Upgrade) -> None:
    path = earlier("en")
    before = path.read_bytes()
    done = upgrade(path, "--add", "items", "--columns", "short")
    assert re.search(r"\d things added; 14 columns in view, \d+ folded", done.stdout)
    assert [one.read_bytes() for one in path.parent.iterdir() if one != path] == [before]
    assert "Basis" in _table(path, "Items")[0]


@pytest.mark.parametrize(("lang", "heading"), [("zh", "产品/版本"), ("en", "Product / version")])
def test_an_earlier_heading_still_means_the_same_column(earlier: Earlier, lang: str, heading: str) -> None:
    assert heading in _table(earlier(lang), "Complaints")[0]
    assert labels(REGISTER)[folded(heading)] == "product"
