"""The Today sheet lists what the follow-ups list, without Python: the same lines, due times and persons."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from kesu.jobs.load import load
from kesu.register.codes import CODE_LISTS, label_of
from kesu.words.terminal import records
from kesu.words.text import LANGS
from kesu.workbook.writing import build_register
from kesu.workbook.writing.live_cells import INTRICATE
from kesu.workbook.writing.live_today import LINES, WHEN
from kesu.workbook.writing.today import HEADER_ROW
from tests.places import at
from tests.workbook.writing.live_cases import NOW, random_register, settings

both = pytest.mark.parametrize("lang", LANGS)
TASKS = {
    "first_response": "first_response", "reply": "reply", "reopened_reply": "reply", "resolution": "resolution",
    "call_back": "callback", "call_again": "callback", "commitment": "commitment", "plan_step": "action", "contact": "contact",
}  # fmt: skip
"""Kind of follow-up → deadline or kind of item that the sheet names."""
ITEMS = ("commitment", "plan_step", "contact")


@pytest.fixture(scope="module")
def registers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Random cases of which some have no owner, some items one of their own; as of `NOW`."""
    folder = tmp_path_factory.mktemp("today")
    for lang, seed in (("zh", 31), ("en", 32)):
        complaints, items = random_register(130, seed)
        today = {
            "complaint_id": "C-90000",
            "kind": "complaint",
            "severity": "urgent",
            "received_at": NOW - dt.timedelta(minutes=17),
        }
        complaints = pd.concat(
            [complaints, pd.DataFrame([today])], ignore_index=True
        )  # to be answered at 14:50
        people = pd.Series(["Ann", "Bo", None, "Cy"] * 40)
        complaints = complaints.assign(
            owner=people[: len(complaints)], first_responsible="Dee", verbatim="long " * 40
        )
        items = items.assign(owner=pd.Series([None, "Eve", None] * len(items))[: len(items)])
        build_register(
            folder / f"{lang}.xlsx", lang, settings(), complaints=complaints, items=items, as_of=NOW
        )
    return {lang: folder / f"{lang}.xlsx" for lang in LANGS}


def _lines(path: Path) -> tuple[list[dict[str, Any]], str]:
    """The lines as the workbook stores them, and what stands above them."""
    sheet = openpyxl.load_workbook(path, data_only=True).worksheets[at("today")]
    head, *body = sheet.iter_rows(min_row=HEADER_ROW + 1, max_row=HEADER_ROW + 1 + LINES, values_only=True)
    keys = ("when", "number", "customer", "task", "owner", "due", "left", "also", "about")
    assert len([one for one in head if one]) > len(keys)
    rows = [dict(zip(keys, row, strict=False)) for row in body if row[0]]
    return rows, str(sheet["C3"].value)


def _wanted(path: Path, lang: str) -> tuple[pd.DataFrame, set[str]]:
    """The follow-ups of the kinds that the sheet lists, due by the end of the week; complaints that formulas leave to a
    refresh."""
    [loaded] = load([path], NOW)
    assert loaded.assessment is not None
    found = loaded.assessment.follow_ups(lang)
    end = dt.datetime.combine(NOW.date() + dt.timedelta(days=7 - NOW.weekday()), dt.time.min)
    silent = found["what"].isin(["久未联系客户", "Customer not contacted for too long"])
    found = found[found["kind"].isin(TASKS) & (found["due_at"] < end) & ~silent & found["waits"].eq("")]
    book = openpyxl.load_workbook(path, data_only=True).worksheets[1]
    words = {text.of(lang) for text in INTRICATE.values()}
    odd = {
        str(row[1])
        for row in book.iter_rows(min_row=6, values_only=True)
        if words & {str(cell) for cell in row}
    }
    return found, odd


@both
def test_what_is_listed_is_what_the_follow_ups_list(registers: dict[str, Path], lang: str) -> None:
    shown, _ = _lines(registers[lang])
    wanted, odd = _wanted(registers[lang], lang)
    names = {
        key: label_of(CODE_LISTS["target" if key in {"first_response", "reply", "resolution", "callback"} else "item_kind"], key, lang)
        for key in TASKS.values()
    }  # fmt: skip
    tasks: dict[str, list[Any]] = {}
    for row in records(wanted):
        if row.complaint_id not in odd:
            tasks.setdefault(row.complaint_id, []).append(row)
    mine = {row["number"]: row for row in shown if row["number"] not in odd}
    assert len([row for row in shown if row["number"] not in odd]) == len(mine)  # one line a complaint
    assert set(mine) == set(tasks)
    assert len(tasks) > 40
    for number, line in mine.items():
        every = tasks[number]
        first = [
            row for row in every if row.due_at == every[0].due_at
        ]  # which of a minute comes first is open
        owners = [row.owner if isinstance(row.owner, str) else None for row in first]
        said = list(zip((names[TASKS[row.kind]] for row in first), owners, strict=True))
        assert (line["task"], line["owner"]) in said, number
        assert line["due"] == every[0].due_at.to_pydatetime()
        others = str(line["also"] or "0").replace("：", ":").partition(":")[0].removesuffix(" 项")
        assert int(others) == len(every) - 1, number
    assert any(len(every) > 2 for every in tasks.values())


@both
def test_what_else_is_due_is_named(registers: dict[str, Path], lang: str) -> None:
    shown, _ = _lines(registers[lang])
    wanted, odd = _wanted(registers[lang], lang)
    seen = 0
    for line in shown:
        every = list(records(wanted[wanted["complaint_id"].eq(line["number"])]))
        if line["number"] in odd or len({row.due_at for row in every}) < 2:
            continue
        deadlines = {
            label_of(CODE_LISTS["target"], TASKS[row.kind], lang)
            for row in every[1:]
            if row.kind not in ITEMS
        } - {line["task"]}
        assert all(name in line["also"] for name in deadlines), line
        items = sum(row.kind in ITEMS for row in every) - (line["task"] in _item_names(lang))
        assert (f"×{items}" in line["also"]) == (items > 0), line
        seen += 1
    assert seen > 5


def _item_names(lang: str) -> set[str]:
    return {label_of(CODE_LISTS["item_kind"], TASKS[kind], lang) for kind in ITEMS}


@both
def test_lines_stand_in_the_order_of_the_work(registers: dict[str, Path], lang: str) -> None:
    shown, _ = _lines(registers[lang])
    groups = [row["when"] for row in shown]
    order = [words.of(lang) for words in WHEN.values()]
    assert [order.index(group) for group in groups] == sorted(order.index(group) for group in groups)
    assert set(groups) == set(order)
    callback = label_of(CODE_LISTS["target"], "callback", lang)
    late = [row for row in shown if row["when"] == order[0]]
    first = next(n for n, row in enumerate(late) if row["task"] == callback)
    assert {row["task"] for row in late[first:]} == {callback}
    for part in (late[:first], late[first:], shown[len(late) :]):
        assert [row["due"] for row in part] == sorted(row["due"] for row in part)
    for row in shown:
        day = (row["due"].date() - NOW.date()).days
        assert row["when"] == order[0 if row["due"] < NOW else 1 if day == 0 else 2]


@both
def test_the_head_counts_every_line(registers: dict[str, Path], lang: str) -> None:
    shown, head = _lines(registers[lang])
    counts = [sum(row["when"] == words.of(lang) for row in shown) for words in WHEN.values()]
    words = [f"{word.of(lang)} {count}" for word, count in zip(WHEN.values(), counts, strict=True)]
    assert head.startswith(" · ".join(words))
    assert all(len(row["about"] or "") <= 120 for row in shown)


def _filtered(path: Path, out: Path, owner: str) -> list[dict[str, Any]]:
    """The lines after somebody chose an owner and kesu worked the formulas out anew."""
    from kesu.workbook.patch import Patch
    from kesu.workbook.writing.own_formulas import own_formulas

    out.write_bytes(path.read_bytes())
    patch = Patch.open(out)
    patch.write_block("Today", "B3", [[owner]])
    patch.commit(as_of=NOW.date())
    patch = Patch.open(out)
    patch.renew(own_formulas, NOW)
    patch.commit(as_of=NOW.date())
    return _lines(out)[0]


def test_one_owner_alone(registers: dict[str, Path], tmp_path: Path) -> None:
    everyone, _ = _lines(registers["en"])
    wanted, odd = _wanted(registers["en"], "en")
    for owner in ("Eve", "Nobody"):
        mine = _filtered(registers["en"], tmp_path / f"{owner}.xlsx", owner)
        assert {row["owner"] for row in mine} <= {owner}
        hers = set(wanted[wanted["owner"].eq(owner)]["complaint_id"])
        assert {row["number"] for row in mine} - odd == hers - odd
        assert len({row["number"] for row in mine}) == len(mine)
        assert bool(mine) == (owner != "Nobody")
    eve = [row["number"] for row in everyone if row["owner"] == "Eve"]
    assert len(eve) < len(
        set(wanted[wanted["owner"].eq("Eve")]["complaint_id"])
    )  # her item may stand beside another's line


@both
def test_what_is_due_next_is_the_earliest_of_deadlines_and_items(
    registers: dict[str, Path], lang: str
) -> None:
    frame = pd.read_excel(registers[lang], sheet_name=1, header=4, engine="calamine", dtype=object)
    said, due, item, overall = (
        frame[name]
        for name in {
            "zh": ("接下来", "下一时限", "下一事项到期", "时限状态"),
            "en": ("Due next", "Next deadline", "Next item due", "Deadline state"),
        }[lang]
    )
    unknown = {"zh": "未算出：请刷新", "en": "not calculated: refresh"}[lang]
    seen = 0
    for words, one, other, state in zip(said, due, item, overall, strict=True):
        times = [time for time in (one, other) if isinstance(time, dt.datetime)]
        if not times or state == unknown:
            continue
        first, gap = min(times), abs((min(times) - NOW).total_seconds())
        day = {0: {"zh": "今天", "en": "today"}, 1: {"zh": "明天", "en": "tomorrow"}}.get(
            (first.date() - NOW.date()).days
        )
        date = f"{first:%m-%d}" if first.year == NOW.year else f"{first:%Y-%m-%d}"
        size, unit = next(
            (int(gap // size), units)
            for top, size, units in (
                (3600, 60, ("分钟", "min")), (172800, 3600, ("小时", "h")), (float("inf"), 86400, ("天", "d")),
            )
            if gap < top
        )  # fmt: skip
        late = first < NOW
        left = (
            f"{'逾期' if late else '还剩'} {size} {unit[0]}"
            if lang == "zh"
            else f"{size} {unit[1]} {'overdue' if late else 'left'}"
        )
        assert words.endswith(f" · {day[lang] if day else date} {first:%H:%M} · {left}"), words
        seen += 1
    assert seen > 40
