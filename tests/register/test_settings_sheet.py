"""The Settings sheet: what is written reads back the same, what a team edits rules, slips become problems."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from kesu.register.codes import CODE_LISTS, lookup
from kesu.register.normalise import normalise
from kesu.register.raw import RawSheet
from kesu.register.settings import KpiTarget, Rule, Settings, load_profile
from kesu.register.settings.layout import BLOCKS, rows_of
from kesu.register.settings.sheet import SettingsReader
from kesu.words.text import LANGS, folded

Grid = list[list[str | None]]

H = 3600
FULL = dataclasses.replace(
    load_profile(),
    organisation="北区客服中心",
    subdivision="",
    time_zone="Asia/Shanghai",
    due_soon_hours=2.5,
    repeat_window_days=14.0,
    hours={0: ((8 * H + 1800, 12 * H), (13 * H, 17 * H)), 5: ((0, 24 * H),)},
    closed_days=(dt.date(2026, 11, 11),),
    open_days=(dt.date(2026, 10, 11), dt.date(2026, 12, 26)),
    day_names={dt.date(2026, 11, 11): "店庆"},
    rules=(
        Rule("reply", 16, "hours", "business", "complaint", "mid", "urgent", "price", "phone", "宽带 V2"),
        Rule("reply", 90, "minutes", tier="vip"),
        Rule("resolution", 3, "days", "business"),
        Rule("resolution", 2, "weeks", kind="feedback"),
        Rule("callback", 1, "months"),
        Rule("plan_step", 24.5),
        Rule("silence", 72),
        Rule("reply", 5, "days", "business", start="sent", count_start_day=True, end_of_day=True),
        Rule(
            "first_response",
            1,
            "days",
            start="reopened",
            roll_forward=True,
            valid_from=dt.date(2026, 1, 1),
            valid_to=dt.date(2026, 6, 30),
        ),
    ),
    reopen_mode="restart",
    tell_at_80="",
    kpi_targets=(
        KpiTarget("reply_in_time", 0.96),
        KpiTarget("satisfaction", 0.95, tier="vip"),
        KpiTarget("work_order_in_time", 0.98, department="网络部"),
        KpiTarget("cycle_mean", 48.0),
    ),
    customers={"2026-09": 2_000_000.0, "2026-10": 2_100_000.0},
    words=dict(load_profile().words)
    | {"vague": ("尽快", "soon", "除外：马上到账"), "judgement": ("无理取闹",), "fault": ("全责",)},
)


def words(value: Any) -> str | None:
    """A cell value as the reader hands it over."""
    if value is None or value == "":
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def grid_of(settings: Settings, lang: str, *, moved: bool = False) -> Grid:
    """The blocks side by side from row 2; ``moved``: in reverse order, each begun on a row of its own."""
    rows = rows_of(settings, lang)
    cells: dict[tuple[int, int], str | None] = {}
    left = 1 if moved else 0
    for number, block in enumerate(reversed(BLOCKS) if moved else BLOCKS):
        top = 1 + number if moved else 1
        for right, field in enumerate(block.fields):
            cells[top, left + right] = field.label.of(lang)
        for down, row in enumerate(rows[block.key], start=top + 1):
            for right, value in enumerate(row):
                cells[down, left + right] = words(value)
        left += len(block.fields) + 1
    height, width = (1 + max(place[axis] for place in cells) for axis in (0, 1))
    return [[cells.get((down, right)) for right in range(width)] for down in range(height)]


def plain(settings: Settings, lang: str = "") -> dict[str, Any]:
    """What must be equal; codes by key, notes left out, words in one language (a sheet shows one)."""
    facts = {field.name: getattr(settings, field.name) for field in dataclasses.fields(settings)}
    for key, value in facts.items():
        if lang and isinstance(value, str) and " / " in value:
            facts[key] = value.split(" / ")[LANGS.index(lang)]
    facts["rules"] = tuple(dataclasses.replace(rule, note="") for rule in settings.rules)
    facts["codes"] = {name: [code.key for code in codes] for name, codes in settings.codes.items()}
    return facts | {
        "sheet": "",
        "remarks": (),
        "customers": dict(settings.customers),
        "words": dict(settings.words),
        "hours": dict(settings.hours),
    }


@pytest.mark.parametrize("moved", [False, True], ids=["as built", "moved"])
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("settings", [load_profile(), FULL], ids=["default", "full"])
def test_what_is_written_reads_back_the_same(settings: Settings, lang: str, moved: bool) -> None:
    read = SettingsReader(grid_of(settings, lang, moved=moved)).read()
    assert read.problems == ()
    assert plain(read, lang) == plain(settings, lang) | {"lang": lang}


@pytest.mark.parametrize("lang", LANGS)
def test_every_word_for_a_choice_is_known_after_the_round_trip(lang: str) -> None:
    codes = SettingsReader(grid_of(load_profile(), lang)).read().codes
    for name, entries in CODE_LISTS.items():
        before, after = lookup(entries), lookup(codes[name])
        assert {word: after.get(word) for word in before} == before, name


def test_a_note_is_shown_in_one_language() -> None:
    rule = load_profile().rules[5]
    assert rule.note == "kesu 约定 / kesu convention"
    assert [rows_of(load_profile(), lang)["rules"][5][-1] for lang in LANGS] == [
        "kesu 约定",
        "kesu convention",
    ]


def test_an_empty_sheet_means_the_default_profile() -> None:
    empty: list[Grid] = [[], [[None, None], [None]], [["随便", "写写"]]]
    for grid in empty:
        assert plain(SettingsReader(grid).read()) == plain(load_profile())


# ---- what a team edits --------------------------------------------------------------------------------------


def edited(block_key: str, *rows: tuple[str | None, ...], lang: str = "zh") -> Settings:
    """The settings of a sheet with one block."""
    block = next(block for block in BLOCKS if block.key == block_key)
    return SettingsReader([[field.label.of(lang) for field in block.fields], *map(list, rows)]).read()


def test_the_teams_rules_replace_the_profiles() -> None:
    settings = edited("rules", ("有效回复", None, "全球通", None, None, None, None, "6", "小时", "工作时间"))
    assert settings.rules == (Rule("reply", 6, "hours", "business", tier="mid"),)
    assert settings.kpi_targets == load_profile().kpi_targets


def test_unit_and_clock_may_be_left_out() -> None:
    settings = edited("rules", ("解决", None, None, None, None, None, None, "72"))
    assert settings.rules == (Rule("resolution", 72, "hours", "calendar"),)


def test_a_target_may_be_written_in_percent() -> None:
    assert edited("kpi_targets", ("投诉处理回复及时率", None, None, "96%")).kpi_targets == (
        KpiTarget("reply_in_time", 0.96),
    )


def test_working_hours_replace_the_profiles_and_may_be_times_of_day() -> None:
    settings = edited(
        "hours", ("星期一", "09:00", "12:00"), ("Tuesday", "0.375", "0.75"), ("星期三", "08:30:00", "24:00")
    )
    assert settings.hours == {
        0: ((9 * H, 12 * H),),
        1: ((9 * H, 18 * H),),  # 0.375 and 0.75 of a day
        2: ((8 * H + 1800, 24 * H),),
    }


def test_own_days_are_closed_unless_said_otherwise() -> None:
    settings = edited(
        "days",
        ("2026-11-11 00:00:00", None, "店庆"),
        ("2026-10-11", "上班", None),
        ("2026-12-25", "Closed", None),
    )
    assert settings.closed_days == (dt.date(2026, 11, 11), dt.date(2026, 12, 25))
    assert settings.open_days == (dt.date(2026, 10, 11),)


def test_customers_by_month() -> None:
    settings = edited(
        "customers", ("2026-09", "2,000,000"), ("2026/10", "2100000"), ("2026-11-01 00:00:00", "3")
    )
    assert settings.customers == {"2026-09": 2_000_000, "2026-10": 2_100_000, "2026-11": 3}


def test_a_relabelled_and_an_added_choice_are_known_in_the_register() -> None:
    block = next(block for block in BLOCKS if block.key == "codes")
    sheet = [
        tuple(field.label.zh for field in block.fields),
        ("tier", "vip", "钻石会员", "钻石"),
        ("tier", "mid", "中端", None),
        ("tier", "student", "学生", "校园卡、学生卡"),
    ]
    header = ("投诉编号", "类别", "客户等级", "受理时间", "投诉渠道", "状态")
    cases = [
        (f"A{n}", "投诉", tier, "2026-10-01 09:00:00", "电话", "新建")
        for n, tier in enumerate(["钻石会员", "钻石", "VIP", "学生", "学生卡", "其他"])
    ]
    found = normalise("r", [_raw("投诉登记", [header, *cases]), _raw("设置", sheet)])
    assert list(found.complaints.data["customer_tier"].astype("str").fillna("-")) == [
        "vip",
        "vip",
        "vip",
        "student",
        "student",
        "-",
    ]
    assert list(found.complaints.problems["value"]) == ["其他"]  # the team took it off its list


def _raw(title: str, rows: list[tuple[str | None, ...]]) -> RawSheet:
    import pandas as pd

    width = max(map(len, rows))
    return RawSheet(
        title, pd.DataFrame({n: pd.Series([row[n] for row in rows], dtype="str") for n in range(width)})
    )


def test_a_rule_may_name_a_choice_that_the_team_added() -> None:
    codes, rules = (next(block for block in BLOCKS if block.key == key) for key in ("codes", "rules"))
    grid: Grid = [
        [*(field.label.en for field in codes.fields), None, *(field.label.en for field in rules.fields)],
        [
            "tier",
            "student",
            "Student",
            None,
            None,
            "Resolution",
            None,
            "Student",
            None,
            None,
            None,
            None,
            "12",
            "hours",
        ],
    ]
    settings = SettingsReader(grid).read()
    assert settings.rules == (Rule("resolution", 12, tier="student"),)
    assert settings.problems == ()


# ---- slips --------------------------------------------------------------------------------------------------

GOOD_RULE = ("解决", None, None, None, None, None, None, "72")
SLIPS: list[tuple[str, tuple[str | None, ...], int]] = [
    ("rules", ("有效回答", *GOOD_RULE[1:]), 0),
    ("rules", ("解决", None, "白金", None, None, None, None, "72"), 2),
    ("rules", ("解决", None, None, "特别急", None, None, None, "72"), 3),
    ("rules", ("解决", None, None, None, None, None, None, "三天"), 7),
    ("rules", ("解决", None, None, None, None, None, None, "3", "季度"), 8),
    ("rules", ("解决", None, None, None, None, None, None, "3", "小时", "沙漏"), 9),
    ("kpi_targets", ("投诉处理回复率？", None, None, "0.9"), 0),
    ("kpi_targets", ("投诉处理回复及时率", "白金", None, "0.9"), 1),
    ("kpi_targets", ("投诉处理回复及时率", None, None, "很高"), 3),
    ("hours", ("星期八", "09:00", "12:00"), 0),
    ("hours", ("星期一", "12:00", "09:00"), 0),
    ("hours", ("星期一", "九点", "12:00"), 1),
    ("days", ("国庆", None, None), 0),
    ("days", ("2026-11-11", "半天", None), 1),
    ("customers", ("2026-09", "两百万"), 1),
    ("codes", ("颜色", "red", "红", None), 0),
]  # fmt: skip


@pytest.mark.parametrize(("block_key", "row", "column"), SLIPS, ids=[f"{key}-{row[0]}-{column}" for key, row, column in SLIPS])  # fmt: skip
def test_a_row_that_cannot_be_read_is_a_problem_at_its_cell_and_the_others_count(
    block_key: str, row: tuple[str | None, ...], column: int
) -> None:
    block = next(block for block in BLOCKS if block.key == block_key)
    header: list[str | None] = [None, None, *(field.label.zh for field in block.fields)]
    grid: Grid = [[None], header, [None, None, *row]]
    if block_key == "rules":
        grid.append([None, None, *GOOD_RULE])
    settings = SettingsReader(grid, first_row=5).read()
    places = {(excel_row, at) for excel_row, at, _ in settings.problems}
    assert (7, 2 + column) in places  # the third row of a grid that begins in row 5
    assert {excel_row for excel_row, _ in places} == {7}
    assert row[column] is not None
    assert all(
        any("一" <= letter <= "鿿" for letter in text.zh) and text.en for _, _, text in settings.problems
    )
    if block_key == "rules":
        assert settings.rules == (Rule("resolution", 72),)


@pytest.mark.parametrize("cell", ["四", "soon", "-"])
def test_a_general_setting_that_is_no_number_keeps_the_default(cell: str) -> None:
    settings = SettingsReader([["设置项", "值"], ["临期提醒（小时）", cell]]).read()
    assert settings.due_soon_hours == 4
    assert [(row, at) for row, at, _ in settings.problems] == [(2, 1)]


# ---- numbers that make no sense: they must not be taken over silently ---------------------------------------

SENSELESS: list[tuple[str, tuple[str | None, ...]]] = [
    ("rules", (*GOOD_RULE[:7], "-5")),
    ("rules", (*GOOD_RULE[:7], "nan")),
    ("rules", (*GOOD_RULE[:7], "inf")),
    ("rules", (*GOOD_RULE[:7], "1.5", "天")),
    ("rules", (*GOOD_RULE[:7], "2", "周", "工作时间")),
    ("rules", (*GOOD_RULE[:7], "1e12")),
    ("rules", (*GOOD_RULE[:7], "72", "小时", "自然时间", "重开很久以后")),
]


@pytest.mark.parametrize(("block_key", "row"), SENSELESS, ids=[f"{key}-{'-'.join(w for w in row if w)}" for key, row in SENSELESS])  # fmt: skip
def test_a_number_that_makes_no_sense_is_a_problem(block_key: str, row: tuple[str | None, ...]) -> None:
    assert edited(block_key, row).problems


@pytest.mark.parametrize(
    ("block_key", "row"),
    [
        ("kpi_targets", ("投诉处理回复及时率", None, None, "96")),
        ("kpi_targets", ("投诉处理回复及时率", None, None, "nan")),
        ("customers", ("2026-09", "-3")),
        ("customers", ("九月", "3000")),
        ("general", ("临期提醒（小时）", "nan", None)),
        ("general", ("地区", "中国", None)),
    ],
)
def test_a_target_or_a_customer_base_that_makes_no_sense_is_a_problem(
    block_key: str, row: tuple[str | None, ...]
) -> None:
    assert edited(block_key, row).problems


@pytest.mark.parametrize("written", ["2026-09", "2026/9", "2026年9月", "2026-09-01 00:00:00"])
def test_a_month_of_the_customer_base_may_be_written_as_people_write_it(written: str) -> None:
    assert edited("customers", (written, "3000")).customers["2026-09"] == 3000


def test_the_first_label_of_each_block_is_unique_on_the_sheet() -> None:
    """Blocks are recognised by it wherever they stand."""
    for lang in LANGS:
        firsts = [folded(block.fields[0].label.of(lang)) for block in BLOCKS]
        others = [folded(field.label.of(lang)) for block in BLOCKS for field in block.fields[1:]]
        cells = [
            folded(str(cell)) for rows in rows_of(FULL, lang).values() for row in rows for cell in row if cell
        ]
        assert len(set(firsts)) == len(firsts)
        assert not set(firsts) & set(others)
        assert not set(firsts) & set(cells)
