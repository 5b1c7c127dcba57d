"""A merged register as it is told and written, of registers that never were files."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kesu.jobs import merge_sheets as room
from kesu.jobs.merge import COPIES, NO_COPY, OWN_VALUES, Joined, backup_beside, join
from kesu.jobs.merge_sheets import account_rows, conflict_records, deleted_rows, renamed_rows
from kesu.rules.merging.settings import Difference
from kesu.rules.merging.tokens import ORIGIN, OWN, SOURCE
from kesu.words.errors import KesuError
from kesu.words.text import Text
from kesu.workbook.writing.layouts import columns_in_order
from kesu.workbook.writing.register import HEADER_ROW
from tests.rules.merging.parts import Row, part

NOW = dt.datetime(2026, 10, 31)


def row(day: int, number: str, **cells: str | None) -> Row:
    return {
        "complaint_id": number,
        "received_at": f"2026-10-{day:02} 09:00:00",
        "customer_name": "Li",
        "verbatim": f"{day}",
        **cells,
    }


BASE = [row(1, "K-1", owner="Ann"), row(2, "K-2"), row(3, "K-3"), row(4, "K-4")]
NORTH = [
    row(1, "K-1", owner="Bob", transfers="2", **{"Our mark": "7", "Checked on": "2026-10-02 00:00:00", "Owner *": "x"}),
    row(2, "K-2"), row(8, "K-8", first_response_at="soon"),
]  # fmt: skip
SOUTH = [row(1, "K-1", owner="Cho", transfers="2"), row(3, "K-3"), row(9, "K-8", Remark="=1+1")]
DEMAND: Row = {"complaint_id": "K-1", "item_kind": "Demand", "what": "refund"}


@cache
def joined() -> Joined:
    """K-1 is torn, K-2 and K-3 were deleted in one copy and K-4 in both, two used K-8."""
    south, north = part("south.xlsx", SOUTH, [DEMAND]), part("north.xlsx", NORTH, lang="zh")
    return join([south, north], part("old.xlsx", BASE), NOW)


@cache
def unbased() -> Joined:
    parts = [part("b.xlsx", [row(1, "K-1", owner="Bob")]), part("a.xlsx", [row(1, "K-1", owner="Ann")])]
    return join(parts, None, NOW, "en")


def test_the_first_by_name_gives_the_language() -> None:
    assert (joined().lang, joined().base) == ("zh", "old.xlsx")
    assert (unbased().lang, unbased().base) == ("en", "")


def test_what_was_read_adds_up() -> None:
    assert account_rows(joined()) == [
        ("north.xlsx", "投诉", 3, 2, 0, 1),
        ("south.xlsx", "投诉", 3, 1, 1, 1),
        ("合计", "投诉", 6, 3, 1, 2),
        ("north.xlsx", "事项", 0, 0, 0, 0),
        ("south.xlsx", "事项", 1, 1, 0, 0),
        ("合计", "事项", 1, 1, 0, 0),
    ]  # nobody keeps improvements
    assert renamed_rows(joined()) == [("K-8", "K-8_2", "south.xlsx ▸ Register!4")]
    assert deleted_rows(joined()) == [
        ("K-2", "投诉", "old.xlsx ▸ Register!3", "north.xlsx ▸ Register!3"),
        ("K-3", "投诉", "old.xlsx ▸ Register!4", "south.xlsx ▸ Register!3"),
    ]


def test_conflicts_are_named_by_their_cells_and_become_items() -> None:
    assert conflict_records(joined()) == [
        {"complaint_id": "K-1", "sheet": "register", "column": "owner",
         "cells": ["north.xlsx ▸ Register!H2", "south.xlsx ▸ Register!H2"]},
    ]  # fmt: skip
    items = joined().items
    assert joined().conflict_items == 1
    assert items["item_kind"].tolist() == ["demand", "conflict"]
    assert items["what"].tolist()[1].startswith("责任人：north.xlsx ▸ Register!H2 “Bob”；")
    assert items["noted_by"].tolist()[1] == "kesu"


def test_cells_are_typed_and_own_columns_stand_behind() -> None:
    found = joined()
    cells = found.complaints
    assert cells["complaint_id"].tolist() == ["K-1", "K-8", "K-8_2"]
    assert cells["received_at"].tolist() == [pd.Timestamp(2026, 10, day, 9) for day in (1, 8, 9)]
    assert (cells["transfers"].dtype, cells["transfers"].iloc[0]) == (np.dtype(float), 2.0)
    assert cells["first_response_at"].tolist() == [None, "soon", None]  # as it was typed
    own = found.own["register"]
    assert [(column.key, column.label.zh, column.kind, column.width) for column in own] == [
        (f"{OWN}Checked on", "Checked on", "time", 18),
        (f"{OWN}Our mark", "Our mark", "number", 18),
        (f"{OWN}Owner *", "Owner *", "text", 18),
        (f"{OWN}Remark", "Remark", "text", 18),
        (ORIGIN, "原编号", "text", 18),
        (SOURCE, "合并自", "text", 44),
    ]
    assert found.own["items"] == []
    assert cells[f"{OWN}Our mark"].iloc[0] == 7.0
    assert cells[f"{OWN}Checked on"].iloc[0] == pd.Timestamp(2026, 10, 2)
    assert cells[ORIGIN].fillna("").tolist() == ["", "", "K-8"]


def test_what_must_be_said_is_said() -> None:
    lost = Text(
        "原表的投诉在哪个副本里都没有了的行数：1", "Complaints of the base that stand in no copy any more: 1"
    )
    assert joined().notes == [OWN_VALUES, lost]
    assert unbased().notes == [COPIES]
    alone = join([part("a.xlsx", [row(1, "K-1")]), part("b.xlsx", [row(2, "K-2")])], None, NOW)
    assert (alone.notes, alone.conflicts, alone.conflict_items) == ([], [], 0)


def test_what_shares_no_number_with_the_base_is_no_copy() -> None:
    copy, other = part("a.xlsx", [row(1, "k-1")]), part("b.xlsx", [row(1, "Z-1")])
    with pytest.raises(KesuError) as error:
        join([copy, other], part("old.xlsx", BASE[:1]), NOW)
    assert error.value.text == NO_COPY.fill(name="b.xlsx", base="old.xlsx")
    assert (
        join([copy, other], part("old.xlsx", []), NOW).base == "old.xlsx"
    )  # without any number nobody can tell


def test_the_latest_backup_beside_a_register_is_found(tmp_path: Path) -> None:
    register = tmp_path / "team.xlsx"
    names = (
        "team.kesu-backup-1.xlsx",
        "team.kesu-backup-2.xlsx",
        "team.kesu-backup-3.xlsm",
        "my team.kesu-backup-9.xlsx",
        "team.xlsx",
    )
    for at, name in enumerate(names):
        (tmp_path / name).write_bytes(b"")
        os.utime(tmp_path / name, (at, at))
    assert backup_beside([register]) == tmp_path / names[1]
    os.utime(tmp_path / names[0], (9, 9))
    assert backup_beside([tmp_path / "other.xlsx", register]) == tmp_path / names[0]
    assert backup_beside([tmp_path / "other.xlsx"]) is None


def test_the_sheets_say_what_became_of_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[tuple[object, ...]] = []
    monkeypatch.setattr(
        room, "write_merged", lambda book, blocks, intro: written.append((book, blocks, intro))
    )
    monkeypatch.setattr(
        room, "write_conflicts", lambda book, lines, names: written.append((book, lines, names))
    )
    monkeypatch.setattr(room, "sheet_names", lambda book: f"names of {book}")
    said = Difference(
        Text("单位", "Firm"),
        (("north.xlsx", Text("北", "N")), ("south.xlsx", Text("南", "S"))),
        Text("北", "N"),
    )
    only = Difference(Text("量", "Size"), (("south.xlsx", Text("大", "L")),), Text("小", "M"))
    told = dataclasses.replace(joined(), differences=[said, only])
    room._sheets(told, "the book")  # type: ignore[arg-type]
    (book, blocks, intro), (_, lines, names) = written
    assert (book, names) == ("the book", "names of the book")
    assert isinstance(intro, list)
    assert [one.en for one in intro] == [
        "Merged from north.xlsx, south.xlsx.", *(note.en for note in told.notes), "Base of the three-way merge: old.xlsx",
    ]  # fmt: skip
    assert isinstance(blocks, list)
    assert [(one.title.en, one.header) for one in blocks] == [
        ("Account of rows", ["登记表", "工作表", "读到", "保留", "并入", "去掉"]),
        ("Changed numbers", ["原编号", "现编号", "所在"]),
        ("Rows deleted in a copy", ["投诉编号", "工作表", "原来在", "还在的副本"]),
        ("Where settings differ", ["设置", "现在是", "north.xlsx", "south.xlsx"]),
    ]
    assert blocks[1].rows == renamed_rows(told)
    assert blocks[3].rows == [["单位", "北", "北", "南"], ["量", "小", "–", "大"]]
    assert isinstance(lines, list)
    heads = [one.key for one in columns_in_order(live=False, own=told.own["register"])]
    live = [one.key for one in columns_in_order(live=True, own=told.own["register"])]
    assert [(one.complaint_id, one.sheet, one.heading, one.row, one.stands, one.before) for one in lines] == [
        ("K-1", "register", "责任人", HEADER_ROW + 1, "Ann", "Ann"),
    ]  # fmt: skip
    assert lines[0].column in {heads.index("owner"), live.index("owner")}
    assert lines[0].sayings == (("Bob", "north.xlsx ▸ Register!H2"), ("Cho", "south.xlsx ▸ Register!H2"))


def test_nothing_is_written_of_what_did_not_happen(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[tuple[object, ...]] = []
    monkeypatch.setattr(room, "write_merged", lambda *given: written.append(given))
    monkeypatch.setattr(room, "write_conflicts", lambda *given: written.append(given))
    room._sheets(dataclasses.replace(unbased(), conflicts=[], notes=[]), "the book")  # type: ignore[arg-type]
    ((_, blocks, intro),) = written
    assert isinstance(blocks, list)
    assert [one.title.en for one in blocks] == ["Account of rows"]
    assert isinstance(intro, list)
    assert [one.en for one in intro] == ["Merged from a.xlsx, b.xlsx."]


def test_it_is_built_with_all_that_was_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, object] = {}

    def build(file: Any, lang: str, settings: Any, **more: Any) -> None:
        file.write(b"made")
        asked.update(more, lang=lang, settings=settings)

    monkeypatch.setattr(room, "build_register", build)
    assert room.write(joined(), NOW) == b"made"
    assert (asked["lang"], asked["settings"], asked["as_of"], asked["own"]) == (
        "zh",
        joined().settings,
        NOW,
        joined().own,
    )
    assert [asked[key] is getattr(joined(), key) for key in ("complaints", "items", "improvements")] == [
        True
    ] * 3
    assert asked["more"].args == (joined(),)  # type: ignore[attr-defined]
