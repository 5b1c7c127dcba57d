"""Reminders: the follow-ups of every owner as a calendar (iCalendar, RFC 5545), masked, the same task always the same entry."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
import zoneinfo
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from kesu.jobs.assessment import Assessment
from kesu.jobs.customers import with_customers
from kesu.jobs.stacks import stacks_of
from kesu.reports.masking import mask_text
from kesu.rules.deadlines import seconds_of
from kesu.rules.followups import firsts, said_late
from kesu.rules.followups.remind import reminders_at
from kesu.rules.instants import NAT
from kesu.rules.playbooks import FOLLOW_UPS
from kesu.words.terminal import clean, records
from kesu.words.text import Text

if TYPE_CHECKING:
    from icalendar import Calendar, Event

NOBODY: Final = Text("无责任人", "nobody")
"""Whose calendar holds what has no owner."""
LATE: Final = Text("逾期 {late}", "{late} overdue")
AT_WORK: Final = Text("（工作时间）", " (working time)")
WHERE: Final = Text("{register}，第 {row} 行", "{register}, row {row}")
TITLE: Final = Text("投诉跟进：{owner}", "Complaints to follow up: {owner}")
LASTS: Final = dt.timedelta(minutes=15)
"""How long an entry is drawn."""
LONGEST_NAME: Final = 48
"""Characters of an owner's name in the name of a file, at most four bytes each."""
_RESERVED: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


@dataclass(frozen=True)
class Reminders:
    """The calendar of one owner ("" nobody): the name of its file, how many tasks it holds, the file itself."""

    owner: str
    name: str
    tasks: int
    content: bytes


def calendars(
    assessments: Sequence[Assessment], found: pd.DataFrame, lang: str, *, unmasked: bool = False
) -> list[Reminders]:
    """A calendar for each owner of the follow-ups ``found`` (columns as `kesu.jobs.figures.follow_up_table` gives them).

    Tasks about which nothing can be done now are left out. The same task of the same complaint has the same UID at every
    export, and SEQUENCE and DTSTAMP are those of the instant of the list: importing again brings entries up to date.
    Times are in the time zone of the register's settings, else without one.
    """
    ready = found[found["waits"].eq("")]
    shown = with_customers(assessments, ready, unmasked=unmasked).assign(
        uid=_uids(ready), **_moments(assessments, ready)
    )
    shown = shown.assign(first=firsts(found)[found["waits"].eq("").to_numpy()])
    owners = ready["owner"].fillna("").astype("str")
    names = file_names(sorted(set(owners)), lang)
    return [
        Reminders(owner, names[owner], int(mine.sum()), _calendar(shown[mine], owner, assessments[0].as_of, lang, unmasked=unmasked))
        for owner in names
        for mine in [owners.eq(owner).to_numpy()]
    ]  # fmt: skip


def file_names(owners: Sequence[str], lang: str) -> dict[str, str]:
    """Owner → name of a file that every system takes; never a path, never the same for two of them, in any case of letters.

    A name that had to be changed, or that another owner's differs from by nothing a file system sees, ends in a few
    letters that depend on the owner alone.
    """
    wanted = {owner: owner or NOBODY.of(lang) for owner in owners}
    safe = {owner: _safe(words) for owner, words in wanted.items()}
    plain = Counter(name.casefold() for owner, name in safe.items() if name == wanted[owner])
    found: dict[str, str] = {}
    for owner, name in safe.items():
        as_it_is = name == wanted[owner] and plain[name.casefold()] == 1
        ends = ("", *(f"-{_digest(owner)[:length]}" for length in (6, 40)))[not as_it_is :]
        found[owner] = next(
            f"{name}{end}.ics" for end in ends if f"{name}{end}".casefold() not in plain or as_it_is
        )
    return found


def _safe(words: str) -> str:
    plain = unicodedata.normalize("NFC", words)
    kept = "".join(ch if ch.isalnum() or ch in " -_." else "_" for ch in plain)[:LONGEST_NAME].strip(" .")
    return f"_{kept}" if not kept or _RESERVED.fullmatch(kept) else kept


def _digest(*words: object) -> str:
    return hashlib.sha256("\0".join(map(str, words)).encode("utf-8", "surrogatepass")).hexdigest()


def _uids(found: pd.DataFrame) -> list[str]:
    """What each task is called in every export: by its complaint, its kind and, of several alike, the item's words."""
    seen: dict[tuple[object, ...], int] = {}
    uids = []
    for one in records(found):
        number = one.complaint_id if isinstance(one.complaint_id, str) else f"row {one.row}"
        task = (one.register, number, one.kind, "" if pd.isna(one.item_row) else one.what)
        seen[task] = seen.get(task, 0) + 1
        uids.append(f"{_digest(*task, seen[task])[:40]}@kesu")
    return uids


def _moments(assessments: Sequence[Assessment], found: pd.DataFrame) -> dict[str, Any]:
    """``begin`` and ``alarm`` of each task in seconds (see `reminders_at`), and the ``zone`` of its register."""
    due = seconds_of(found["due_at"])
    begin, alarm, zone = due.copy(), np.full(len(due), NAT), np.full(len(due), "", dtype=object)
    for names, settings, second in stacks_of(assessments).each(
        lambda one: (list(one.names), one.register.settings, one.second)
    ):
        mine = found["register"].isin(names).to_numpy()
        begin[mine], alarm[mine] = reminders_at(due[mine], second, settings)
        zone[mine] = settings.time_zone
    return {"begin": begin, "alarm": alarm, "zone": zone}


def _calendar(tasks: pd.DataFrame, owner: str, as_of: dt.datetime, lang: str, *, unmasked: bool) -> bytes:
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//kesu//reminders//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", clean(TITLE.fill(owner=owner or NOBODY).of(lang)))
    for one in records(tasks):
        calendar.add_component(_event(one, as_of, lang, unmasked=unmasked))
    _add_zones(calendar, tasks)
    return bytes(calendar.to_ical())


def _add_zones(calendar: Calendar, tasks: pd.DataFrame) -> None:
    """What the zones that are named mean, for the years of the tasks."""
    years = pd.to_datetime(tasks["begin"], unit="s").dt.year
    first, last = dt.date(int(years.min()) - 1, 1, 1), dt.date(int(years.max()) + 2, 1, 1)
    calendar.add_missing_timezones(first, last)


def _event(one: Any, as_of: dt.datetime, lang: str, *, unmasked: bool) -> Event:
    from icalendar import Alarm, Event

    zone = zoneinfo.ZoneInfo(one.zone) if one.zone else None
    begin = _moment(one.begin, zone)
    task = FOLLOW_UPS[one.kind][0].of(lang)
    late = ""
    if one.group == "overdue":
        said = said_late(one.overdue_hours, one.day_hours, lang)
        late = LATE.fill(late=said + (AT_WORK.of(lang) if one.clock == "business" else "")).of(lang)
    title = [late, task, one.complaint_id, one.customer]
    event = Event()
    event.add("uid", one.uid)
    event.add("dtstamp", (as_of.replace(tzinfo=zone or dt.UTC)).astimezone(dt.UTC))
    event.add("sequence", int(as_of.replace(tzinfo=dt.UTC).timestamp()) // 60)
    event.add("dtstart", begin)
    event.add("dtend", begin + LASTS)
    event.add("summary", " · ".join(_words(title)))
    event.add("description", "\n".join(_words(_about(one, task, lang, unmasked=unmasked))))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    if one.alarm != NAT and (one.first or not late):
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", event["summary"])
        alarm.add("trigger", _passed(_moment(one.alarm, zone), begin))
        event.add_component(alarm)
    return event


def _about(one: Any, task: str, lang: str, *, unmasked: bool) -> Iterator[object]:
    yield "" if one.what == task else one.what
    yield one.contact
    yield one.next_step
    register = one.register if unmasked else mask_text(one.register)
    yield WHERE.fill(register=register, row=one.row).of(lang)


def _words(words: Sequence[object] | Iterator[object]) -> list[str]:
    """Those that are texts, each on one line and without control characters."""
    return [clean(one) for one in words if isinstance(one, str) and one]


def _moment(second: int, zone: dt.tzinfo | None) -> dt.datetime:
    return dt.datetime.fromtimestamp(int(second), dt.UTC).replace(tzinfo=zone)


def _passed(alarm: dt.datetime, begin: dt.datetime) -> dt.timedelta:
    """From the beginning to the alarm, as long as it really takes where the clocks change between."""
    if begin.tzinfo is None:
        return alarm - begin
    return alarm.astimezone(dt.UTC) - begin.astimezone(dt.UTC)
