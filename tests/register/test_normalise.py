"""Raw cells become typed values; what cannot be understood becomes a problem that names the cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kesu.register.cells import parse_figures, parse_times
from kesu.register.columns import BY_KEY
from kesu.register.normalise import MOST_SETTINGS, normalise
from kesu.register.raw import NotARegisterError, RawSheet, RegisterError
from kesu.register.sheets import Register
from kesu.words.text import folded

HEADER = ("投诉编号", "类别", "客户等级", "受理时间", "投诉渠道", "投诉类型", "状态")
CASE = ("A1", "投诉", "VIP", "2026-10-01 09:05:00", "电话", "产品质量", "新建")


def raw(rows: Sequence[tuple[str | None, ...]], title: str = "投诉登记", first_row: int = 1, **more: Any) -> RawSheet:  # fmt: skip
    """A sheet as the reader hands it over: one text column per sheet column."""
    width = max(map(len, rows))
    full = [(*row, *(None,) * (width - len(row))) for row in rows]
    cells = pd.DataFrame({n: pd.Series([row[n] for row in full], dtype="str") for n in range(width)})
    return RawSheet(title, cells, first_row, **more)


def register(*rows: tuple[str | None, ...], header: tuple[str | None, ...] = HEADER) -> Register:
    return normalise("r.xlsx", [raw([header, *rows])])


def column(key: str, label: str, *cells: str | None) -> tuple[pd.Series, list[tuple[int, str, str]]]:
    """The typed values of one more column, and its problems as (row, problem, value)."""
    found = register(
        *((f"A{n}", *CASE[1:], cell) for n, cell in enumerate(cells)), header=(*HEADER, label)
    ).complaints
    mine = found.problems[found.problems["column"] == key]
    return found.data[key], list(zip(mine["row"], mine["problem"], mine["value"], strict=True))


def test_a_formula_without_a_result_is_a_problem_where_nothing_shows_and_nowhere_else() -> None:
    """Row 2, column D (3) and row 3, column E (4) hold formulas without one; so does row 2, column A, which shows something."""
    blank = [
        (*CASE[:3], None, *CASE[4:]),
        ("A2", *CASE[1:4], None, *CASE[5:]),
        ("A3", *CASE[1:3], None, *CASE[4:]),
    ]
    for first_row in (1, 5):
        places = frozenset((row + first_row - 1, at) for row, at in ((2, 3), (3, 4), (2, 0)))
        found = normalise(
            "r.xlsx", [raw([HEADER, *blank], first_row=first_row, uncached=places)]
        ).complaints.problems
        told = found[found["problem"] == "uncached"]
        assert list(zip(told["row"], told["column"], strict=True)) == [(0, "received_at"), (1, "channel")]


# ---- times --------------------------------------------------------------------------------------------------

NINE_FIVE = dt.datetime(2026, 10, 1, 9, 5)
SERIAL = (NINE_FIVE - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)  # Excel's day 0


@pytest.mark.parametrize(
    "cell",
    [
        "2026-10-01 09:05:00",
        "2026-10-01 09:04:59.999500",  # day fractions do not hit whole seconds
        "2026-10-01 09:05:00.000400",
        "2026-10-01 09:05:00.499",
        repr(SERIAL),
        f"{SERIAL:.6f}",
    ],
)
def test_true_dates_and_serial_numbers_are_times(cell: str) -> None:
    times, problems = column("replied_at", "有效回复时间", cell)
    assert times[0] == pd.Timestamp(NINE_FIVE)
    assert [problem for _, problem, _ in problems if problem == "bad_time"] == []


def test_true_dates_are_not_called_text() -> None:
    _, problems = column("replied_at", "有效回复时间", "2026-10-01 09:05:00", "2026-10-01 09:05:00.250")
    assert problems == []


def test_a_serial_number_is_a_time_to_the_second() -> None:
    for second in (1, 59, 3599, 43200, 86399):
        moment = dt.datetime(2026, 10, 1) + dt.timedelta(seconds=second)
        serial = (moment - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
        times, as_text = parse_times(pd.Series([repr(serial)], dtype="str"))
        assert times[0] == pd.Timestamp(moment)
        assert not as_text[0]


@pytest.mark.parametrize(
    "cell",
    [
        "2026/10/1 9:05",
        "2026-10-01T09:05",
        "2026-10-1 9:05:00",
        "2026.10.01 09:05",
        "2026年10月1日 9:05",
        "2026年10月1日9时5分",
        "2026-10-01 9：05",
        "  2026/10/01   09:05  ",
    ],
)
def test_times_typed_as_text_are_understood_and_reported(cell: str) -> None:
    times, problems = column("replied_at", "有效回复时间", cell)
    assert times[0] == pd.Timestamp(NINE_FIVE)
    assert problems == [(0, "text_time", cell.strip())]


def test_a_date_typed_as_text_is_its_midnight() -> None:
    times, problems = column("replied_at", "有效回复时间", "2026/10/1")
    assert times[0] == pd.Timestamp(2026, 10, 1)
    assert problems == [(0, "text_time", "2026/10/1")]


NONSENSE = [
    "明天上午", "10/01/2026", "01-10-2026 09:05", "2026-13-01 09:00:00", "2026-02-30 09:00:00", "2026-10-01 25:00:00",
    "2026/2/30 9:00", "9:05", "2", "-46296", "400000", "1.38E+10", "inf", "nan", "1899-12-31 09:05:00",
    "1899-12-30 00:00:00", "0001-01-01 00:00:00", "0000-00-00 00:00:00", "2026-10-01 09:05:00 后", "Q4",
]  # fmt: skip


@pytest.mark.parametrize("cell", NONSENSE)
def test_what_is_no_time_is_empty_and_a_problem(cell: str) -> None:
    times, problems = column("replied_at", "有效回复时间", "2026-10-01 09:05:00", cell, None)
    assert times[0] == pd.Timestamp(NINE_FIVE)
    assert times[1:].isna().all()
    assert problems == [(1, "bad_time", cell)]


@pytest.mark.parametrize("cell", ["2026/10/1 9:75", "2026/10/1 9:05:61"])
def test_a_typed_time_with_impossible_minutes_is_a_problem(cell: str) -> None:
    times, problems = column("replied_at", "有效回复时间", cell)
    assert times.isna().all()
    assert problems == [(0, "bad_time", cell)]


def test_a_far_year_is_kept_for_the_checks_to_see() -> None:
    times, problems = column("replied_at", "有效回复时间", "2206-01-01 09:00:00", "9999-12-31 23:59:59")
    assert [time.year for time in times] == [2206, 9999]
    assert problems == []


def test_a_column_of_nonsense_only_is_a_column_of_times() -> None:
    times, problems = column("replied_at", "有效回复时间", *NONSENSE)
    assert times.dtype == "datetime64[s]"
    assert len(problems) == len(NONSENSE)


def test_text_that_looks_like_a_true_date_is_known_by_the_reader() -> None:
    cells = pd.Series(["2026-10-01 09:05:00", "2026-10-01 09:06:00"], dtype="str")
    _, as_text = parse_times(cells, np.array([False, True]))
    assert list(as_text) == [False, True]


@settings(max_examples=50, deadline=None)
@given(st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2199, 12, 30)))
def test_a_moment_is_read_the_same_from_every_shape(moment: dt.datetime) -> None:
    moment = moment.replace(microsecond=0)
    serial = (moment - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
    shapes = [f"{moment:%Y-%m-%d %H:%M:%S}".zfill(19), repr(serial)]
    shapes += [f"{moment.year}/{moment.month}/{moment.day} {moment.hour}:{moment.minute}:{moment.second}"]
    times, _ = parse_times(pd.Series(shapes, dtype="str"))
    if serial <= 18264:  # 1950-01-01 itself, as a number, might as well be an amount
        times = times.drop(1)
    assert set(times) == {pd.Timestamp(moment)}


# ---- numbers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("15", 15), ("15.50", 15.5), ("-3", -3), ("1,234.5", 1234.5), ("1，234", 1234), ("￥200", 200), ("¥ 200", 200),
        ("200元", 200), ("15 秒", 15), ("3次", 3), ("CNY 80", 80), ("$1,000", 1000), ("1.38E+10", 13_800_000_000), ("0", 0),
    ],
)  # fmt: skip
def test_numbers_with_the_units_people_add(cell: str, number: float) -> None:
    values, problems = column("compensation_paid", "赔付金额", cell)
    assert values[0] == number
    assert problems == []


@pytest.mark.parametrize("cell", ["一百", "about 5", "inf", "-inf", "1e999", "nan", "12-15", "元", "3.4.5"])
def test_what_is_no_number_is_empty_and_a_problem(cell: str) -> None:
    values, problems = column("compensation_paid", "赔付金额", "7", cell)
    assert values[0] == 7
    assert np.isnan(values[1])
    assert problems == [(1, "bad_number", cell)]


def test_numbers_are_plain_floats() -> None:
    assert parse_figures(pd.Series(["1", None], dtype="str"))[0].dtype == np.float64


# ---- codes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "label", "cell", "code"),
    [
        ("channel", "渠道", "电话", "phone"),
        ("channel", "渠道", " PHONE ", "phone"),
        ("channel", "渠道", "Ｐｈｏｎｅ", "phone"),
        ("channel", "渠道", "热线", "phone"),
        ("channel", "渠道", "e-mail", "email"),
        ("channel", "渠道", "Online/Chat", "online"),
        ("channel", "渠道", "来访", "visit"),
        ("severity", "严重程度", "高", "severe"),
        ("severity", "严重程度", "紧急。", "urgent"),
        ("satisfaction", "满意度", "一般", "neutral"),
        ("satisfaction", "满意度", "3", "neutral"),
        ("satisfaction", "满意度", "4", "satisfied"),
        ("satisfaction", "满意度", "5", "very_satisfied"),
        ("satisfaction", "满意度", "不满意", "dissatisfied"),
        ("callback_reached", "回访成功", "√", "yes"),
        ("callback_reached", "回访成功", "×", "no"),
        ("callback_reached", "回访成功", "TRUE", "yes"),
        ("callback_reached", "回访成功", "0", "no"),
        ("emotional_state", "情绪状态", "激烈(扬言升级)", "furious"),
    ],
)
def test_choices_are_known_by_label_synonym_and_key_in_both_languages(
    key: str, label: str, cell: str, code: str
) -> None:
    header = tuple(label if BY_KEY[key].label.zh == name else name for name in HEADER)
    header = header if label in header else (*header, label)
    place = header.index(label)
    row = [*CASE, *[None] * (len(header) - len(CASE))]
    row[place] = cell
    found = register(tuple(row), header=header).complaints
    if key == "channel":  # 渠道 is a synonym and stands beside the label
        assert "channel" in found.columns
        found = register(
            tuple(cell if name == "投诉渠道" else value for name, value in zip(HEADER, CASE, strict=True))
        ).complaints
    assert found.data[key][0] == code
    assert found.problems.empty


@pytest.mark.parametrize(
    ("cell", "tier"),
    [("VIP", "vip"), ("vip", "vip"), ("贵宾", "vip"), ("全球通", "mid"), ("Mid tier", "mid"), ("神州行", "other"), ("动感地带", "other")],
)  # fmt: skip
def test_tiers_of_the_telecom_table_are_known_by_their_names(cell: str, tier: str) -> None:
    found = register((*CASE[:2], cell, *CASE[3:])).complaints
    assert found.data["customer_tier"][0] == tier


def test_an_unknown_choice_is_empty_and_a_problem() -> None:
    keys, problems = column("severity", "严重程度", "紧急", "天大的事", None, "天大的事")
    assert keys[0] == "urgent"
    assert keys[1:].isna().all()
    assert problems == [(1, "unknown_code", "天大的事"), (3, "unknown_code", "天大的事")]


@pytest.mark.parametrize(
    ("cell", "keys"),
    [
        ("退款", "refund"),
        ("退款、道歉", "refund|apology"),
        ("refund, Apology", "refund|apology"),
        ("维修/退货；换货", "repair|return|exchange"),
        ("退款、退款", "refund"),
        ("退款、", "refund"),
        ("代金券或礼品\n培训", "voucher|training"),
        ("Voucher or gift; Process change", "voucher|process_change"),
    ],
)
def test_several_choices_in_one_cell(cell: str, keys: str) -> None:
    found, problems = column("remedy", "处理方式", cell)
    assert found[0] == keys
    assert problems == []


def test_the_known_ones_of_several_choices_are_kept() -> None:
    found, problems = column("remedy", "处理方式", "退款、唱歌", "唱歌", None)
    assert found[0] == "refund"
    assert found[1:].isna().all()
    assert problems == [(0, "unknown_code", "退款、唱歌"), (1, "unknown_code", "唱歌")]


# ---- labels, rows and sheets --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "label", ["受理时间 *", "受理时间：", "（受理时间）", "RECEIVED  AT", "received_at", "Ｒｅｃｅｉｖｅｄ ａｔ", "投诉时间", "Date received", "受理\n时间"]
)  # fmt: skip
def test_a_label_is_known_however_it_is_dressed(label: str) -> None:
    header = tuple(label if name == "受理时间" else name for name in HEADER)
    assert register(CASE, header=header).complaints.data["received_at"][0] == pd.Timestamp(NINE_FIVE)


def test_the_first_of_two_columns_with_one_label_counts() -> None:
    found = register((*CASE, "电话"), (*CASE, "邮件"), header=(*HEADER, "投诉渠道")).complaints
    assert list(found.data["channel"]) == ["phone", "phone"]
    assert list(found.extra[7]) == ["电话", "邮件"]


def test_every_declared_column_is_there() -> None:
    data = register(CASE).complaints.data
    assert set(BY_KEY) <= set(data.columns)
    assert data["compensation_paid"].dtype == np.float64
    assert data["resolved_at"].dtype == "datetime64[s]"


def test_a_sheet_that_begins_lower_remembers_its_excel_rows() -> None:
    sheet = raw([HEADER, CASE, (None,) * 7, ("A2", *CASE[1:])], first_row=12)
    assert list(normalise("r", [sheet]).complaints.data["excel_row"]) == [13, 15]


def test_a_header_alone_is_an_empty_register() -> None:
    found = register()
    assert len(found.complaints.data) == 0
    assert found.items.data.empty
    assert found.settings.rules  # the default profile's


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [("投诉编号", "类别", "客户等级", "受理时间"), CASE[:4]],  # four known columns are not enough
        [("名称", *HEADER[1:]), CASE],  # no number
        [tuple("受理" if name == "受理时间" else name for name in HEADER), CASE],  # no time of receipt
    ],
)
def test_a_sheet_without_the_main_columns_is_no_register(rows: list[tuple[str, ...]]) -> None:
    sheets = [raw(rows)] if rows else []
    with pytest.raises(NotARegisterError) as caught:
        normalise("r.xlsx", sheets)
    way_out = "kesu new" if not rows else "kesu import r.xlsx --dry-run"
    assert way_out in caught.value.text.zh
    assert way_out in caught.value.text.en


def test_an_items_sheet_without_complaint_numbers_has_no_items() -> None:
    items = raw([("事项类别", "内容"), ("承诺", "回电")], title="事项")
    assert normalise("r", [raw([HEADER, CASE]), items]).items.data.empty


@pytest.mark.parametrize(("header", "lang"), [(HEADER, "zh"), (("ID", "Kind", "Tier", "Received at", "Channel", "Category", "Status"), "en")])  # fmt: skip
def test_the_language_of_a_register_is_that_of_its_labels(header: tuple[str, ...], lang: str) -> None:
    assert register(CASE, header=header).lang == lang


# ---- laws ---------------------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    ["电话", "Phone", "2026-10-01 09:05:00", "2026/1/5", "46296.5", "12", "退款、道歉", "?", "  ", "是"]
)
KEYS = list(BY_KEY)


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_the_order_and_language_of_columns_and_blank_rows_change_nothing(data: st.DataObject) -> None:
    keys = ["complaint_id", "received_at", "kind", "status", "channel", *data.draw(st.lists(st.sampled_from(KEYS), unique=True, max_size=8))]  # fmt: skip
    keys = list(dict.fromkeys(keys))
    row = st.fixed_dictionaries({}, optional=dict.fromkeys(keys, WORDS))
    rows = data.draw(st.lists(row, max_size=6))
    plain = _sheet(keys, rows, ["zh"] * len(keys))
    shuffled = data.draw(st.permutations(keys))
    langs = data.draw(st.lists(st.sampled_from(["zh", "en"]), min_size=len(keys), max_size=len(keys)))
    spread: list[dict[str, str]] = []
    for one in rows:
        spread += [{}] * data.draw(st.integers(0, 2)) + [one]
    mixed = _sheet(shuffled, spread, langs)
    first, second = (normalise("r", [sheet]).complaints for sheet in (plain, mixed))
    pd.testing.assert_frame_equal(first.data.drop(columns="excel_row"), second.data.drop(columns="excel_row"))
    order = ["row", "column", "problem"]
    pd.testing.assert_frame_equal(
        first.problems.sort_values(order, ignore_index=True),
        second.problems.sort_values(order, ignore_index=True),
    )
    begun = [n for n, one in enumerate(spread) if any(word.strip() for word in one.values())]
    assert list(second.data["excel_row"]) == [n + 2 for n in begun]


def _sheet(keys: list[str], rows: list[dict[str, str]], langs: list[str]) -> RawSheet:
    header = tuple(BY_KEY[key].label.of(lang) for key, lang in zip(keys, langs, strict=True))
    return raw([header, *(tuple(row.get(key) for key in keys) for row in rows)])


@given(st.text())
def test_folding_twice_folds_no_further(words: str) -> None:
    assert folded(folded(words)) == folded(words)


def test_a_settings_sheet_of_millions_of_cells_is_refused_in_words() -> None:
    far = pd.DataFrame({0: pd.Series([None] * 6000, dtype="str"), 99: pd.Series(["x"] * 6000, dtype="str")})
    assert MOST_SETTINGS < 6000 * 100
    head = ["Complaint no.", "Kind", "Tier", "Received at", "Channel"]
    sheets = [RawSheet("Register", pd.DataFrame([head], dtype="str")), RawSheet("Settings", far)]
    with pytest.raises(RegisterError) as caught:
        normalise("r", sheets)
    assert "row 6,000 and column 100" in caught.value.text.en
    assert "6,000 行" in caught.value.text.zh
    assert normalise("r", [sheets[0], RawSheet("Settings", far.head(3000))]).settings.sheet == "Settings"
