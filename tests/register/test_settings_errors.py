"""Settings that cannot be read: the cell, what is wrong, what is used instead; in one language; nothing stops."""

from __future__ import annotations

import dataclasses
import re
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from kesu.cli import main
from kesu.register.normalise import normalise
from kesu.register.raw import RawSheet
from kesu.register.settings import LIMITS, Rule, Settings, load_profile
from kesu.register.settings.layout import BLOCKS, GENERAL, rows_of
from kesu.register.settings.sheet import SettingsReader
from kesu.register.sheets import Register
from kesu.rules.deadlines import compute_deadlines
from kesu.words.text import LANGS, Lang, Text

Grid = list[list[str | None]]
HEADS = {
    block.key: Text(*("|".join(f.label.of(lang) for f in block.fields) for lang in LANGS)) for block in BLOCKS
}


def read(key: str, *rows: tuple[str | None, ...], lang: str = "en") -> Settings:
    """A sheet that holds one block."""
    return SettingsReader([list(HEADS[key].of(lang).split("|")), *map(list, rows)]).read()


def said(settings: Settings) -> list[tuple[int, int, str]]:
    return [(row, at, text.en) for row, at, text in settings.problems]


# ---- hours --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begin", "end", "span"),
    [
        ("00:00", "24:00", (0, 86400)),
        ("0", "1", (0, 86400)),
        ("1899-12-31 00:00:00", "1900-01-01 00:00:00", (0, 86400)),  # 0 and 1 as [hh]:mm, as read from a file
        ("1899-12-31 00:00:00", "1900-01-01", (0, 86400)),
        ("18:00", "0:00", (64800, 86400)),
        ("９：００", "１７：３０", (32400, 63000)),
        ("0.375", "0.75", (32400, 64800)),
    ],
)
def test_hours_until_midnight_are_read(begin: str, end: str, span: tuple[int, int]) -> None:
    settings = read("hours", ("Monday", begin, end))
    assert dict(settings.hours) == {0: (span,)}
    assert settings.problems == ()


@pytest.mark.parametrize("weekday", ["周一", "星期一", "Mon", "monday"])
def test_weekdays_in_short_are_read(weekday: str) -> None:
    assert dict(read("hours", (weekday, "9:00", "10:00")).hours) == {0: ((32400, 36000),)}


def test_overlapping_and_repeated_hours_count_once_and_are_said() -> None:
    settings = read(
        "hours", ("Monday", "09:00", "12:00"), ("Monday", "11:00", "18:00"), ("Tuesday", "09:00", "12:00"),
        ("Tuesday", "09:00", "12:00"), ("Friday", "09:00", "12:00"), ("Friday", "12:00", "13:00"),
    )  # fmt: skip
    assert dict(settings.hours) == {
        0: ((32400, 64800),),
        1: ((32400, 43200),),
        4: ((32400, 43200), (43200, 46800)),
    }
    assert said(settings) == [
        (3, 1, "11:00–18:00 overlaps or repeats another interval of that day; Monday counts as 09:00–18:00"),
        (5, 1, "09:00–12:00 overlaps or repeats another interval of that day; Tuesday counts as 09:00–12:00"),
    ]


def test_a_day_whose_hours_cannot_be_read_says_how_it_counts() -> None:
    settings = read(
        "hours", ("Monday", "nine", "12:00"), ("Monday", "13:00", "18:00"), ("Tuesday", "22:00", "06:00")
    )
    assert said(settings) == [
        (2, 1, "cannot read “nine” under “From”; Monday counts as 13:00–18:00"),
        (4, 0, "“To” is not after “From”; split a night shift at 24:00; Tuesday counts as closed"),
    ]
    nothing = read("hours", ("Monday", "32:00", "36:00"))
    assert nothing.hours == load_profile().hours
    assert said(nothing) == [
        (2, 1, "cannot read “32:00” under “From”; the working hours of the shipped profile telecom are used")
    ]


# ---- rules --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "clock", "rule"),
    [
        ("working days", None, Rule("resolution", 2, "days", "business")),
        ("工作日", None, Rule("resolution", 2, "days", "business")),
        ("个工作日", "business", Rule("resolution", 2, "days", "business")),
        ("business hours", None, Rule("resolution", 2, "hours", "business")),
        ("工作小时", None, Rule("resolution", 2, "hours", "business")),
        ("calendar days", None, Rule("resolution", 2, "days", "calendar")),
        ("自然日", "自然时间", Rule("resolution", 2, "days", "calendar")),
        ("Hrs", "working time", Rule("resolution", 2, "hours", "business")),
        ("小时", "工作日", Rule("resolution", 2, "hours", "business")),
        ("h", "24/7", Rule("resolution", 2, "hours", "calendar")),
        ("天", None, Rule("resolution", 2, "days", "calendar")),
    ],
)
def test_units_and_clocks_in_words(unit: str, clock: str | None, rule: Rule) -> None:
    lead = ("Resolution", None, None, None, None, None, None)
    settings = read("rules", (*lead, "2", unit, clock))
    assert settings.rules == (rule,)
    assert settings.problems == ()


RULE = ("Resolution", None, None, None, None, None, None)


def test_rules_that_cannot_be_read_say_which_hold_instead() -> None:
    one = read("rules", (*RULE, "1", "moons"), (*RULE, "2", "hours"))
    assert one.rules == (Rule("resolution", 2),)
    assert said(one) == [(2, 8, "cannot read “moons” under “Unit”; this rule is not used, the others are")]
    none = read("rules", (*RULE, "1", "working days", "calendar"))
    assert none.rules == load_profile().rules
    assert said(none) == [
        (2, 8, "the unit “working days” contradicts the clock “calendar”; the rules of the shipped profile telecom are used")
    ]  # fmt: skip


def test_a_rule_that_takes_decades_in_short_hours_stops_nothing() -> None:
    grid = [[*HEADS["rules"].en.split("|"), None, *HEADS["hours"].en.split("|")],
            [*RULE, "3000", "days", "business", *[None] * 8, "Sunday", "09:00", "09:01"]]  # fmt: skip
    settings = SettingsReader(grid).read()
    assert settings.hours == {6: ((32400, 32460),)}
    assert [(row, at) for row, at, _ in settings.problems] == [(2, 7)]
    deadlines(settings)


@pytest.mark.parametrize(("cell", "hours"), [("1,5", 1.5), ("1.5", 1.5), ("１．５", 1.5), ("0.5", 0.5)])
def test_a_decimal_comma_is_no_thousands_comma(cell: str, hours: float) -> None:
    assert read("general", ("Due soon (hours)", cell)).due_soon_hours == hours


@pytest.mark.parametrize(
    ("name", "cell", "used"),
    [
        ("Due soon (hours)", "soon", "4 is used"),
        ("Due soon (hours)", "-1", "4 is used"),
        ("Due soon (hours)", "1,234", "4 is used"),
        ("Repeat window (days)", "a month", "30 is used"),
        ("Region", "Atlantis", "CN is used"),
        ("Subdivision", "XX", "it counts as blank"),
        ("Reopening", "perhaps", "new cycle is used"),
        ("Language", "Klingon", "the language of the headings is used"),
    ],
)
def test_a_general_setting_names_itself_and_its_default(name: str, cell: str, used: str) -> None:
    settings = read("general", (name, cell))
    assert said(settings) == [(2, 1, f"cannot read “{cell}” under “{name}”; {used}")]
    assert dataclasses.replace(settings, sheet="", problems=(), remarks=()) == load_profile()


# ---- the sheet as a whole -----------------------------------------------------------------------------------

COMPLAINTS = [
    ("Complaint no.", "Received at", "Kind", "Customer name", "Channel", "Status", "Verbatim"),
    ("C-1", "2026-10-12 09:00:00", "Complaint", "Li Lei", "Phone", "New", "It broke"),
]


def sheet(title: str, rows: Any) -> RawSheet:
    return RawSheet(title, pd.DataFrame([list(row) for row in rows], dtype="object"))


@cache
def plain_register() -> Register:
    return normalise("r.xlsx", [sheet("Register", COMPLAINTS)])


def deadlines(settings: Settings) -> None:
    register = dataclasses.replace(plain_register(), settings=settings)
    compute_deadlines(register, pd.Timestamp("2026-10-12 12:00").to_pydatetime())


def test_a_missing_sheet_or_block_is_said() -> None:
    register = normalise("r.xlsx", [sheet("Register", COMPLAINTS)])
    assert [text.en.split(":")[0] for text in register.settings.notes("r.xlsx")] == ["r.xlsx"]
    assert "No Settings sheet" in register.settings.notes("r.xlsx")[0].en
    assert "telecom" in register.settings.notes("r.xlsx")[0].en
    settings = read("rules", (*RULE, "2", "hours"))
    (remark,) = settings.remarks
    assert "“Working hours”" in remark.en
    assert "“Deadline rules”" not in remark.en


def test_a_block_without_rows_or_without_a_column_is_said() -> None:
    assert any(
        "“Working hours” on the Settings sheet: no row at all" in text.en for text in read("hours").remarks
    )
    lost = SettingsReader([["Weekday", "From", "Until"], ["Monday", "09:00", "12:00"]]).read()
    assert said(lost) == [(1, 0, "“Working hours” has no column “To”; the working hours of the shipped profile telecom are used")]  # fmt: skip
    own = SettingsReader([["Weekday", "Shift", "From", "To"], ["Monday", "early", "09:00", "12:00"]]).read()
    assert dict(own.hours) == {0: ((32400, 43200),)}
    assert own.problems == ()


# ---- one language -------------------------------------------------------------------------------------------

SLIPS: list[tuple[str, tuple[str | None, ...]]] = [
    ("general", (GENERAL["due_soon_hours"][0].zh, "?")),
    ("general", (GENERAL["region"][0].zh, "?")),
    ("general", (GENERAL["subdivision"][0].zh, "?")),
    ("general", (GENERAL["time_zone"][0].en, "Mars/Olympus")),
    ("general", (GENERAL["lang"][0].zh, "?")),
    ("general", (GENERAL["reopen_mode"][0].zh, "?")),
    ("general", ("?", "?")),
    ("general", (GENERAL["region"][0].zh, "#REF!")),
    ("rules", (*RULE, "?", None)),
    ("rules", (*RULE, None, "hours")),
    ("rules", ("?", *RULE[1:], "1", "hours")),
    ("rules", (*RULE, "-1", "hours")),
    ("rules", (*RULE, "1.5", "days")),
    ("rules", (*RULE, "2", "weeks", "business")),
    ("rules", (*RULE, "2", "hours", None, None, "yes")),
    ("rules", ("Call-back", *RULE[1:], "2", "hours", None, "sent")),
    ("rules", (*RULE, "2", "hours", None, None, None, None, None, "2026-02-01", "2026-01-01")),
    ("rules", (*RULE, "2", "工作日", "calendar")),
    ("rules", (*RULE, "4000", "days")),
    ("kpi_targets", ("?", None, None, "1")),
    ("kpi_targets", (None, None, None, "1")),
    ("hours", ("?", "09:00", "12:00")),
    ("hours", ("Monday", "12:00", "09:00")),
    ("hours", ("Monday", None, "09:00")),
    ("days", ("?", None, None)),
    ("days", ("2026-01-01", "?", None)),
    ("customers", ("?", "1")),
    ("customers", ("2026-01", None)),
    ("codes", ("?", "?", "?", None)),
    ("codes", ("tier", None, None, "?")),
    ("words", ("?", "?")),
    ("limits", (LIMITS["lying_days"].label.zh, "?")),
    ("limits", (LIMITS["lying_days"].label.zh, None, "?")),
    ("limits", ("?", "?")),
]
NAMES = r"telecom|CN\b"


@pytest.mark.parametrize(("key", "row"), SLIPS, ids=[f"{key}-{n}" for n, (key, _) in enumerate(SLIPS)])
def test_every_message_keeps_to_one_language(key: str, row: tuple[str | None, ...]) -> None:
    settings = read(key, row, lang="zh")
    texts = [*(text for _, _, text in settings.problems), *settings.remarks]
    assert settings.problems
    for text in texts:
        bare = Text(*(re.sub("“[^”]*”|#REF!", "", words) for words in text))
        assert not re.search("[A-Za-z]", re.sub(NAMES, "", bare.zh)), text.zh
        assert not re.search("[一-鿿]", bare.en), text.en
        assert not re.search("[0-9]{5}|None|Traceback", text.zh + text.en)


# ---- rubbish ------------------------------------------------------------------------------------------------


def whole(lang: str) -> tuple[Grid, list[tuple[int, int]]]:
    """A Settings sheet as built, and the cells that hold something."""
    rows = rows_of(load_profile(), lang)
    high = 1 + max(map(len, rows.values()))
    grid: Grid = [[] for _ in range(high)]
    for block in BLOCKS:
        body = [[field.label.of(lang) for field in block.fields], *rows[block.key]]
        for at, line in enumerate(grid):
            here = body[at] if at < len(body) else [None] * len(block.fields)
            line.extend([*(None if value in (None, "") else str(value) for value in here), None])
    return grid, [(y, x) for y, line in enumerate(grid) for x, cell in enumerate(line) if y and cell]


SHEETS = {lang: whole(lang) for lang in LANGS}
RUBBISH = st.one_of(
    st.sampled_from(
        ["99:99", "-5", "1e999", "nan", "2026-13-45", "{0}", "%s", "=1+1", "#REF!", "1,5", "０", "24:00"]
    ),
    st.text(min_size=1, max_size=30),
)


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGS)
@given(data=st.data())
@hypothesis(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_rubbish_in_any_cells_stops_nothing_and_is_said(lang: Lang, data: st.DataObject) -> None:
    good, places = SHEETS[lang]
    grid = [list(line) for line in good]
    hit = data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=6, unique=True))
    for y, x in hit:
        grid[y][x] = data.draw(RUBBISH)
    settings = SettingsReader(grid).read()
    deadlines(settings)
    assert len(settings.notes("r.xlsx")) == len(settings.problems) + len(settings.remarks)


@given(data=st.data())
@hypothesis(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_cell_that_cannot_be_read_is_a_problem_of_its_row(data: st.DataObject) -> None:
    """Cells that hold a number, a time or one of several words; ``§`` is none of these."""
    lang = data.draw(st.sampled_from(LANGS))
    good, places = SHEETS[lang]
    typed = [(y, x) for y, x in places if (good[0][x] or "") in TYPED[lang]]
    hit = data.draw(st.lists(st.sampled_from(typed), min_size=1, max_size=6, unique=True))
    grid = [list(line) for line in good]
    for y, x in hit:
        grid[y][x] = "§"
    problems = {row for row, _, _ in SettingsReader(grid).read().problems}
    assert problems == {y + 1 for y, _ in hit}


TYPED = {
    lang: {
        field.label.of(lang)
        for block in BLOCKS
        for field in block.fields
        if (field.choices or field.key in {"amount", "begin", "end", "day", "month", "customers"} or (block.key, field.key) == ("kpi_targets", "target"))
    }
    for lang in LANGS
}  # fmt: skip


# ---- every command ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register whose rule has a unit that nobody knows and whose Monday is written twice."""
    path = tmp_path_factory.mktemp("spoilt") / "r.xlsx"
    book = openpyxl.Workbook()
    register = book.active
    assert register is not None
    register.title = "Register"
    for row in COMPLAINTS:
        register.append(row)
    settings = book.create_sheet("Settings")
    settings.append([*HEADS["rules"].en.split("|"), None, *HEADS["hours"].en.split("|")])
    settings.append([*RULE, 1, "moons", "business", *[None] * 8, "Monday", "09:00", "12:00"])
    settings.append([*[None] * 18, "Monday", "11:00", "18:00"])
    book.save(path)
    return path


COMMANDS = [
    ("check",), ("deadlines",), ("followups",), ("kpis",), ("explain", "C-1"), ("refresh", "--no-backup"),
    ("report", "-o", "out.html"), ("form", "C-1", "-o", "form.xlsx"), ("collect", "--into", "--dry-run"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("command", "lang"),
    [*((command, "zh") for command in COMMANDS), *((command, "en") for command in COMMANDS[:1])],
    ids=lambda words: words if isinstance(words, str) else words[0],
)
def test_every_command_says_the_cell_and_goes_on(
    command: tuple[str, ...], lang: str, spoilt: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8" if lang == "zh" else "en_GB.UTF-8")
    path = tmp_path / "r.xlsx"
    path.write_bytes(spoilt.read_bytes())
    name, *more = command
    if name == "collect":
        (tmp_path / "forms").mkdir()
        (tmp_path / "forms" / "f.txt").write_text("no form")
        done: Result = CliRunner().invoke(main, [name, "forms/f.txt", "--into", str(path), "--dry-run"])
    else:
        done = CliRunner().invoke(main, [name, str(path), *more])
        assert done.exit_code in {0, 1}, done.output
    assert not isinstance(done.exception, Exception), done.exception
    lines = done.stderr.splitlines()
    unit = "r.xlsx ▸ Settings!I2：看不懂“单位”里的“moons”；改用自带的 telecom 规则" if lang == "zh" else (
        "r.xlsx ▸ Settings!I2: cannot read “moons” under “Unit”; the rules of the shipped profile telecom are used"
    )  # fmt: skip
    assert unit in lines
    assert any("Settings!T3" in line and "09:00–18:00" in line for line in lines)
    if name == "explain":
        assert "Settings!I2" in done.stdout
    if name == "report":
        assert "Settings!I2" in (tmp_path / "out.html").read_text("utf-8")
    if name == "check":
        assert "r.xlsx ▸ Settings\n" in done.stdout
        assert "\n  I2 " in done.stdout
