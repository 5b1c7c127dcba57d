"""Calendars of owners: read once with icalendar and once line by line, against values worked out by hand."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from pathlib import Path
from typing import Any

import click.testing
import icalendar
import pandas as pd
import pytest

from kesu.cli import main
from kesu.jobs.assessment import Assessment
from kesu.jobs.figures import follow_up_table
from kesu.jobs.reminders import calendars, file_names
from kesu.workbook.save import NotWrittenError, Rules, save
from kesu.workbook.seal import is_ours, sealed
from kesu.workbook.writing import build_register
from tests.rules.test_kpis import Row, register

NOW = dt.datetime(2026, 10, 12, 10)  # a Monday
HOURS = dict.fromkeys(range(5), ((9 * 3600, 12 * 3600), (13 * 3600, 18 * 3600)))
OLD: Row = {
    "received_at": "2026-10-05 10:00:00",
    "owner": "王芳",
    "customer_name": "张三丰",
    "customer_contact": "13812341234",
}
FRESH: Row = OLD | {"received_at": "2026-10-12 09:30:00"}
PROMISE: Row = {
    "item_kind": "承诺",
    "what": "给张三丰回电，13812341234；说清楚",
    "due_at": "2026-10-12 15:00:00",
    "owner": "李雷",
}


def assessed(
    *cases: Row,
    items: tuple[Row, ...] = (),
    now: dt.datetime = NOW,
    zone: str = "",
    name: str = "r.xlsx",
    **more: Any,
) -> Assessment:
    one = register(*cases, items=items, name=name)
    settings = dataclasses.replace(
        one.settings, hours=HOURS, region="", subdivision="", time_zone=zone, **more
    )
    return Assessment(dataclasses.replace(one, settings=settings), now)


def made(one: Assessment, lang: str = "zh", **more: Any) -> dict[str, bytes]:
    return {part.owner: part.content for part in calendars([one], follow_up_table([one], lang), lang, **more)}


def read_by_library(content: bytes) -> Any:
    return icalendar.Calendar.from_ical(content)


def moved(trigger: str) -> Any:
    """What the library makes of a TRIGGER."""
    reader: Any = icalendar.vDuration
    return reader.from_ical(trigger)


def events(content: bytes) -> list[dict[str, str]]:
    """The second reading, without a library: property → value of each event, those of its alarm behind ``alarm ``."""
    text = content.decode("utf-8")
    assert text.endswith("END:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert not re.search(r"(?<!\r)\n|\r(?!\n)", text)
    found: list[dict[str, str]] = []
    inside = ""
    for line in re.sub(r"\r\n[ \t]", "", text).split("\r\n"):
        if line == "BEGIN:VEVENT":
            found.append({})
        elif line in {"BEGIN:VALARM", "END:VALARM"}:
            inside = "alarm " if line.startswith("BEGIN") else ""
        elif found and ":" in line and not line.startswith(("BEGIN", "END")):
            key, _, value = line.partition(":")
            found[-1][inside + key] = value
    return found


def by_task(content: bytes) -> dict[str, dict[str, str]]:
    return {one["SUMMARY"].split(" · ")[0]: one for one in events(content)}


def test_a_calendar_an_owner_with_an_entry_a_task() -> None:
    found = made(assessed(FRESH, items=(PROMISE,)))
    assert set(found) == {"王芳", "李雷"}
    [promise] = events(found["李雷"])
    assert promise["DTSTART"] == "20261012T150000"
    assert promise["DTEND"] == "20261012T151500"
    assert promise["DTSTAMP"] == "20261012T100000Z"
    assert promise["SUMMARY"] == "兑现承诺 · C1 · 张**"
    assert promise["DESCRIPTION"].startswith("给张**回电，138****1234；说清楚\\n138****1234\\n")
    assert promise["DESCRIPTION"].endswith("\\nr.xlsx，第 2 行")
    # four working hours before 15:00, the lunch hour not counted: 13:00 to 15:00 and 10:00 to 12:00
    assert promise["alarm TRIGGER"] == "-PT5H"


def test_a_library_reads_the_same() -> None:
    for content in made(assessed(OLD, FRESH, items=(PROMISE,), zone="Asia/Shanghai")).values():
        read = read_by_library(content)
        assert read["VERSION"] == "2.0"
        zone = {str(part["TZID"]) for part in read.walk("VTIMEZONE")}
        assert zone == {"Asia/Shanghai"}
        mine = events(content)
        assert len(read.events) == len(mine)
        for event, one in zip(read.events, mine, strict=True):
            assert str(event["UID"]) == one["UID"]
            assert f"{event.start:%Y%m%dT%H%M%S}" == one["DTSTART;TZID=Asia/Shanghai"]
            assert event["SUMMARY"].replace(",", "\\,") == one["SUMMARY"]
        assert [str(event["DTSTAMP"].dt.tzinfo) for event in read.events] == ["UTC"] * len(mine)
        assert mine[0]["DTSTAMP"] == "20261012T020000Z"  # 10:00 in Shanghai


def test_alarms_are_moved_back_into_working_hours() -> None:
    """Due on Monday 19 October 9:00, at opening: four working hours before is Friday 14:00, 67 hours ahead."""
    item = PROMISE | {"due_at": "2026-10-19 09:00:00"}
    [promise] = events(made(assessed(FRESH, items=(item,)))["李雷"])
    assert promise["alarm TRIGGER"] == "-P2DT19H"
    [sunday] = events(made(assessed(FRESH, items=(item | {"due_at": "2026-10-18 21:00:00"},)))["李雷"])
    assert sunday["alarm TRIGGER"] == "-P2DT7H"  # the same Friday 14:00
    [one_pm] = events(
        made(assessed(FRESH, items=(item | {"due_at": "2026-10-19 13:00:00"},), due_soon_hours=3))["李雷"]
    )
    assert one_pm["alarm TRIGGER"] == "-PT4H"  # Monday at opening, not Friday at closing


def test_every_alarm_is_in_working_hours() -> None:
    items = tuple(
        PROMISE | {"due_at": f"2026-10-{day:02d} {hour:02d}:30:00"}
        for day in range(12, 26)
        for hour in (3, 10, 12, 20)
    )
    found = events(made(assessed(FRESH, items=items))["李雷"])
    assert len(found) == 56
    begins = [dt.datetime.strptime(one["DTSTART"], "%Y%m%dT%H%M%S") for one in found]
    triggers = [moved(one["alarm TRIGGER"]) if "alarm TRIGGER" in one else None for one in found]
    for begin, trigger in zip(begins, triggers, strict=True):
        if trigger is None:
            continue
        at = begin + trigger
        assert at >= NOW
        assert trigger <= dt.timedelta(0)
        assert at.weekday() < 5
        assert 9 <= at.hour < 12 or 13 <= at.hour < 18
    assert triggers.count(None) == 0


def test_what_falls_due_before_the_team_is_back_has_no_alarm() -> None:
    """Exported at 19:00 after closing, due at 20:00: no working hour lies between."""
    item = PROMISE | {"due_at": "2026-10-12 20:00:00"}
    [one] = events(made(assessed(FRESH, items=(item,), now=dt.datetime(2026, 10, 12, 19)))["李雷"])
    assert one["DTSTART"] == "20261012T200000"
    assert "alarm TRIGGER" not in one


def test_a_year_that_was_mistyped_has_an_entry_and_no_alarm() -> None:
    """More than twenty years ahead no holidays are looked up; the entry stands where it was typed."""
    [one] = events(made(assessed(FRESH, items=(PROMISE | {"due_at": "2206-10-12 15:00:00"},)))["李雷"])
    assert one["DTSTART"] == "22061012T150000"
    assert "alarm TRIGGER" not in one


def test_what_is_overdue_stands_at_the_next_working_hour_with_one_alarm_a_complaint() -> None:
    """Exported on Saturday: Monday 9:00. First response, reply and resolution are overdue; the first rings."""
    found = by_task(made(assessed(OLD, now=dt.datetime(2026, 10, 10, 10)))["王芳"])
    late = {"逾期 3 天", "逾期 2 天"}  # due on Wednesday 7 and Thursday 8 October at 10:00
    assert set(found) == late
    every = events(made(assessed(OLD, now=dt.datetime(2026, 10, 10, 10)))["王芳"])
    assert [one["SUMMARY"].split(" · ")[1] for one in every] == ["首次响应", "有效回复", "解决"]
    assert {one["DTSTART"] for one in every} == {"20261012T090000"}
    assert ["alarm TRIGGER" in one for one in every] == [True, False, False]


def test_the_hour_that_the_clocks_go_back_is_counted() -> None:
    """Clocks go back on Sunday 25 October. Due Monday 9:30; Friday 14:30 is 67 hours before on the wall, 68 in truth."""
    item = PROMISE | {"due_at": "2026-10-26 09:30:00"}
    [one] = events(made(assessed(FRESH, items=(item,), zone="Europe/London"))["李雷"])
    assert one["DTSTART;TZID=Europe/London"] == "20261026T093000"
    assert one["alarm TRIGGER"] == "-P2DT20H"
    assert one["DTSTAMP"] == "20261012T090000Z"


def test_a_task_keeps_its_name_and_its_number_rises() -> None:
    steps = tuple(
        {"item_kind": "措施", "what": what, "due_at": "2026-10-14 10:00:00"}
        for what in ("核实", "核实", "退款")
    )
    before = events(made(assessed(OLD, items=steps))["王芳"])
    later = dt.datetime(2026, 10, 13, 10)
    moved = tuple(step | {"due_at": "2026-10-16 10:00:00"} for step in reversed(steps))
    after = events(made(assessed(OLD, items=moved, now=later), "en", unmasked=True)["王芳"])
    uids = [one["UID"] for one in before]
    assert len(set(uids)) == len(uids) == 6
    assert {one["UID"] for one in after} == set(uids)
    refund, again = (
        [one["UID"] for one in part if one["DESCRIPTION"].startswith("退款")] for part in (before, after)
    )
    assert refund == again
    assert len(refund) == 1
    assert {int(one["SEQUENCE"]) for one in after} == {int(before[0]["SEQUENCE"]) + 24 * 60}
    other = events(made(assessed(OLD, items=steps, name="other.xlsx"))["王芳"])
    assert not {one["UID"] for one in other} & set(uids)  # the same number in another branch


def test_the_same_list_is_the_same_file() -> None:
    first, second = (made(assessed(OLD, items=(PROMISE,), zone="Asia/Shanghai")) for _ in range(2))
    assert first == second


def test_personal_data_is_masked_unless_told_otherwise() -> None:
    one = assessed(
        FRESH | {"complaint_id": "C-13812341234"},
        name="13812341234.xlsx",
        items=(PROMISE | {"complaint_id": "C-13812341234"},),
    )
    masked = b"".join(made(one).values()).replace(b"\r\n ", b"").decode()
    assert not any(word in masked for word in ("张三丰", "13812341234"))
    clear = b"".join(made(one, unmasked=True).values()).replace(b"\r\n ", b"").decode()
    assert all(word in clear for word in ("给张三丰回电", "C-13812341234"))


def test_what_somebody_typed_stays_text() -> None:
    evil = "a\nEND:VEVENT\nBEGIN:VALARM\nTRIGGER:-PT0S;,\\ \x1b[31m\u202ex"
    [one] = events(made(assessed(FRESH, items=(PROMISE | {"what": evil},)))["李雷"])
    assert one["DESCRIPTION"].startswith("a END:VEVENT BEGIN:VALARM TRIGGER:-PT0S\\;\\,\\\\ [31mx\\n")


def test_what_has_to_wait_is_in_no_calendar() -> None:
    hold = {"item_kind": "暂停", "started_at": "2026-10-12 09:40:00"}
    assert set(made(assessed(FRESH, items=(hold, PROMISE)))) == {"李雷"}


def test_names_of_files_are_no_paths_and_differ_for_every_owner() -> None:
    owners = [
        "",
        "../x",
        "..",
        "王/小明",
        "王_小明",
        "王:小明",
        "Anna",
        "anna",
        "CON",
        "nul.txt",
        "a" * 300,
        "x\0y",
        " b ",
        "客服。",
        "~/c",
    ]
    names = file_names(owners, "zh")
    assert len({name.casefold() for name in names.values()}) == len(owners)
    for name in names.values():
        assert re.fullmatch(r"[\w .-]+\.ics", name), name
        assert not name.startswith((".", " ", "-"))
        assert len(name.encode()) <= 255
        assert not re.match(r"(?i)(con|nul|aux|prn)\.", name)
    assert names["王_小明"] == "王_小明.ics"
    assert re.fullmatch(r"王_小明-[0-9a-f]{6}\.ics", names["王/小明"])
    assert names["王/小明"] == file_names(["王/小明"], "en")["王/小明"]  # whoever else there is
    assert names[""] == "无责任人.ics"
    assert file_names(["王芳"], "zh") == {"王芳": "王芳.ics"}
    sly = names["王/小明"].removesuffix(".ics")  # somebody who is called what another's file is
    again = file_names([sly, "王/小明"], "zh")
    assert again[sly] == f"{sly}.ics"
    assert again["王/小明"] not in {again[sly], names["王/小明"]}


def test_a_calendar_that_kesu_made_may_be_made_again_another_may_not(tmp_path: Path) -> None:
    content = made(assessed(FRESH))["王芳"]
    path, rules = tmp_path / "a.ics", Rules(dt.date(2026, 10, 12))
    save(path, content, rules)
    assert is_ours(path)
    assert path.read_bytes() == sealed(content)
    assert len(read_by_library(path.read_bytes()).events) == 1
    save(path, made(assessed(OLD))["王芳"], rules)
    path.write_bytes(path.read_bytes().replace(b"SUMMARY:", b"SUMMARY:my "))
    assert not is_ours(path)
    with pytest.raises(NotWrittenError):
        save(path, content, rules)


def branch(path: Path, owners: list[str | None]) -> Path:
    case = {
        "complaint_id": [f"C{n}" for n in range(len(owners))], "kind": "complaint", "owner": owners,
        "received_at": dt.datetime(2026, 10, 12, 9), "status": "processing",
    }  # fmt: skip
    build_register(path, "en", complaints=pd.DataFrame(case), today=dt.date(2026, 10, 31))
    return path


@pytest.mark.slow
def test_the_command_writes_all_calendars_or_none(tmp_path: Path) -> None:
    source, folder = branch(tmp_path / "b.xlsx", ["Tom", "../x", None, "Tom"]), tmp_path / "deep" / "cal"

    def run(*more: str) -> click.testing.Result:
        words = ["followups", str(source), "--as-of", "2026-10-12 10:00", "--calendar", str(folder), *more]
        return click.testing.CliRunner().invoke(main, words)

    done = run()
    assert done.exit_code == 0, done.output
    there = sorted(path.name for path in folder.iterdir())
    assert len(there) == 3
    assert {"Tom.ics", "nobody.ics"} < set(there)
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["b.xlsx", "deep"]
    assert len(events((folder / "Tom.ics").read_bytes())) == 2
    only = run("--owner", "Tom")
    assert only.exit_code == 0
    assert "nobody.ics" in only.stderr  # not made again this time, and said
    (folder / "nobody.ics").unlink()  # it would be written first
    (folder / "Tom.ics").write_text("mine")
    refused = run()
    assert refused.exit_code == 2
    assert (folder / "Tom.ics").read_text() == "mine"
    assert not (folder / "nobody.ics").exists()
