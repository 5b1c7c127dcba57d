"""Times, times of day and durations as foreign tables write them, and in which order the parts of a date stand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from kesu.register.mapping import times
from kesu.register.mapping.durations import clocks, durations, unit_of
from kesu.register.mapping.evidence import decide, proofs
from kesu.register.mapping.times import look, parts_of, times_of


def cells(*texts: str | None) -> pd.Series:
    return pd.Series(texts, dtype="str")


def read(word: str, *texts: str | None, zone: str = "Asia/Shanghai") -> list[str]:
    return [
        str(time)[:10] + str(time)[10:].replace("T", " ")
        for time in times_of(look(cells(*texts)), word, zone)
    ]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-03-04", "2026-03-04 00:00:00"),
        ("2026/3/4 9:05", "2026-03-04 09:05:00"),
        ("2026.03.04 09:05:06.75", "2026-03-04 09:05:06"),
        ("2026年3月4日 下午3点半", "2026-03-04 15:30:00"),
        ("2026年3月4日 下午3点一刻", "2026-03-04 15:15:00"),
        ("2026年3月4日 3点三刻", "2026-03-04 03:45:00"),
        ("2026年3月4日 3点整", "2026-03-04 03:00:00"),
        ("26年3月4日 9时5分", "2026-03-04 09:05:00"),
        ("2026-03-04 星期三 18：20", "2026-03-04 18:20:00"),
        ("２０２６／３／４", "2026-03-04 00:00:00"),
        ("4 March 2026", "2026-03-04 00:00:00"),
        ("Wed, 4th Mar 26 9:05 pm", "2026-03-04 21:05:00"),
        ("Sept 4, 2026 12:10 a.m.", "2026-09-04 00:10:00"),
        ("September 4, 2026, 12:10 PM", "2026-09-04 12:10:00"),
        ("20260304", "2026-03-04 00:00:00"),
        ("20260304 0905", "2026-03-04 09:05:00"),
        ("20260304T090506", "2026-03-04 09:05:06"),
        ("2026-03-04 中午12:30", "2026-03-04 12:30:00"),
        ("2026-03-04 中午1:30", "2026-03-04 13:30:00"),
        ("2026-03-04 中午11:30", "2026-03-04 11:30:00"),
        ("2026-03-04 凌晨12:30", "2026-03-04 00:30:00"),
        ("2026-03-04 下午15:30", "2026-03-04 15:30:00"),
        ("46085", "2026-03-04 00:00:00"),  # days since 1899-12-30: 46,023 is 2026-01-01, and 62 more
        ("1772593500", "2026-03-04 11:05:00"),  # seconds since 1970, 03:05 UTC, in Shanghai eight hours later
        ("1772593500000", "2026-03-04 11:05:00"),
        ("2026-03-04T03:05:00Z", "2026-03-04 11:05:00"),
        ("2026-03-04 03:05 UTC+2", "2026-03-04 09:05:00"),
        ("2026-03-04 03:05 -05:30", "2026-03-04 16:35:00"),
    ],
)
def test_a_time_is_the_same_however_it_is_written(text: str, time: str) -> None:
    assert read("", text) == [time]


@pytest.mark.parametrize(
    "text",
    ["2026-13-04", "2026-02-30", "4 Foo 2026", "2026-03-04 24:00", "2026-03-04 上午15:30", "2026-03-04 9:60", "1949-12-31", "2026-03-04 9:05:60",
     "VIP", "138001380", "20261304", "3.5"],
)  # fmt: skip
def test_what_is_no_time_is_none(text: str) -> None:
    assert read("", text) == ["NaT"]


@pytest.mark.parametrize(
    ("word", "text", "time"),
    [
        ("dmy", "3/4/2026 9:05", "2026-04-03 09:05:00"), ("mdy", "3/4/2026", "2026-03-04 00:00:00"),
        ("dmy", "3.4.26", "2026-04-03 00:00:00"), ("ymd", "26-03-04", "2026-03-04 00:00:00"),
        ("", "3/4/2026", "NaT"), ("mdy", "13/4/2026", "NaT"),
        ("dmy turned", "2026-04-03 09:05:00", "2026-03-04 09:05:00"), ("dmy turned", "2026-04-13 00:00:00", "NaT"),
    ],
)  # fmt: skip
def test_an_order_tells_which_part_is_the_day(word: str, text: str, time: str) -> None:
    assert read(word, text) == [time]


def test_a_column_of_thousands_is_read_as_one_of_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Days and times of day, taken apart once each: to the same as text by text."""
    texts = ["3/4/2026 9:05", None, "31/12/2025 23:59:58", "31/12/2025 23:75", "4 March 2026", "99/9/9 9:99"]
    alone = read("dmy", *texts)
    assert alone == ["2026-04-03 09:05:00", "NaT", "2025-12-31 23:59:58", "NaT", "2026-03-04 00:00:00", "NaT"]
    monkeypatch.setattr(times, "MANY", 5)
    assert read("dmy", *texts) == alone


def test_how_much_of_a_column_says_times() -> None:
    assert look(cells("2026-03-04", "3/4/2026", None, "45 days", "46085")).share == 0.75
    assert look(cells(None)).share == 0
    parts = parts_of("3/4/2026 09:05")
    assert parts is not None
    assert (parts[:7], math.isnan(parts[7])) == ((1.0, 3.0, 4.0, 2026.0, 9.0, 5.0, 0.0), True)
    # serial numbers of days from 1950 (18,264 is 1950-01-01) to 2199; below and above are figures
    assert look(cells("18264", "18265", "109574", "109575")).true.tolist() == [False, True, True, False]
    assert look(cells("44623"), date1904=True).times.astype(str).tolist() == [
        "2026-03-04T00:00:00"
    ]  # 46,085 - 1,462


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["13/4/2026", "1/4/2026"], "dmy"), (["4/13/2026", "4/1/2026"], "mdy"),
        (["13/4/2026", "4/13/2026"], "?"), (["1/4/2026", "12/12/2026"], "?"),
        (["2026-04-01"], ""), (["26/04/21", "27/04/29"], "ymd"), (["26/04/21", "27/04/25"], "?"), (["1/4/26", "31/12/27"], "dmy"), (["01/02/03", "02/03/04"], "?"),
        # of eleven dates two prove an order (18 % < 20 %), of ten two do: 20 %
        (["13/4/2026"] * 2 + ["1/4/2026"] * 9, "?"), (["13/4/2026"] * 2 + ["1/4/2026"] * 8, "dmy"),
        # beside seven true dates on days 1 to 12 it is no proof that they were turned; beside eight it is
        (["13/4/2026", *(f"2026-0{n}-05 00:00:00" for n in range(1, 8))], "?"),
        (["13/4/2026", *(f"2026-0{n}-0{n} 00:00:00" for n in range(1, 9))], "dmy turned"),
        (["13/4/2026", *(f"2026-0{n}-13 00:00:00" for n in range(1, 9))], "dmy"),
        # sixteen true dates on first days of three months and more, fifteen
        ([f"2026-0{n % 4 + 1}-0{n % 8 + 1} 00:00:00" for n in range(16)], "?"),
        ([f"2026-0{n % 4 + 1}-0{n % 8 + 1} 00:00:00" for n in range(15)], ""),
    ],
)  # fmt: skip
def test_the_order_is_proved_or_asked_about(texts: list[str], order: str) -> None:
    found = decide(look(cells(*texts)))
    assert found.word == order


def test_other_columns_of_the_table_tell_the_order_where_they_agree() -> None:
    both = look(cells("1/4/2026", "5/6/2026"))
    assert [decide(both, pool).order for pool in ((3, 0), (0, 3), (3, 1), (0, 0))] == ["dmy", "mdy", "?", "?"]
    assert "3 dates to prove it" in decide(both, (3, 0)).said.en
    assert proofs(look(cells("13/1/2026", "12/12/2026", "1/31/2026", "1/30/2026", "13/1/26"))) == (1, 2)


def test_times_of_day_are_seconds_of_the_day() -> None:
    found = clocks(cells("14:30", "下午3点", "0.25", "1899-12-30 08:00:05", "7", None, "9:05 pm", "0"))
    assert np.nan_to_num(found, nan=-1).tolist() == [52200, 54000, 21600, 28805, -1, -1, 75900, 0]


@pytest.mark.parametrize(
    ("heading", "unit"),
    [("处理时长（分钟）", 60), ("resolutionHours", 3600), ("耗时(小时)", 3600), ("days open", 86400), ("用时（h）", 3600), ("Birthday", 0), ("时长", 0),
     ("Time in mins", 60)],
)  # fmt: skip
def test_a_heading_names_its_unit(heading: str, unit: float) -> None:
    assert unit_of(heading) == unit


@pytest.mark.parametrize(
    ("text", "unit", "seconds"),
    [
        ("2", 60, 120), ("2.5", 3600, 9000), ("2h 30m", 0, 9000), ("1天3小时", 0, 97200), ("36:15:00", 0, 130500), ("1:30", 0, 5400),
        ("2 days, 1:00:01", 0, 176401), ("3分钟5秒", 0, 185), ("1 day 2 hrs 3 mins 4 secs", 0, 93784),
    ],
)  # fmt: skip
def test_durations_in_seconds(text: str, unit: float, seconds: float) -> None:
    assert durations(cells(text, None), unit)[0] == seconds


@pytest.mark.parametrize(("text", "unit"), [("2", 0), ("soon", 60), ("2h tomorrow", 0), ("1h 2h", 0), ("12345:00", 0)])  # fmt: skip
def test_what_is_no_duration_is_none(text: str, unit: float) -> None:
    assert math.isnan(durations(cells(text), unit)[0])
