"""A table that is no register, read by its mapping as one: rows and columns stay where they stand."""

from __future__ import annotations

import pandas as pd
import pytest

from kesu.jobs.foreign import NO_TABLE, by_map
from kesu.register.mapping.model import TableMap
from kesu.register.raw import RawSheet, RegisterError
from kesu.register.sheets import Register

HEADS = ("No", "When", "Who", "What", "Via", "Mood", "Row no.")
ROWS = (
    ("7", "2026-10-05 09:00:00", "Li", "it broke", "phone", "red", "1"),
    ("8", "2026-10-06 10:30:00", "Wu", "too slow", "pigeon", "blue", "2"),
    ("9", "2026-10-07 11:00:00", "Ma", "rude", "phone", "red", "3"),
)
COLUMNS = {
    "No": "complaint_id",
    "When": "received_at",
    "Who": "customer_name",
    "What": "verbatim",
    "Via": "channel",
}


def table(title: str, *rows: tuple[str, ...], first: int = 4) -> RawSheet:
    return RawSheet(title, pd.DataFrame([HEADS, *rows], dtype="str"), first_row=first)


def read(mapping: TableMap, *sheets: RawSheet) -> tuple[list[Register], list[str]]:
    registers, notes = by_map(mapping, 2026)("old.xlsx", sheets)
    return registers, [note.en for note in notes]


def test_rows_and_columns_stay_where_they_stand() -> None:
    [found], notes = read(TableMap(columns=COLUMNS), table("A", *ROWS))
    assert (found.name, found.lang, found.complaints.title) == ("old.xlsx", "en", "A")
    data = found.complaints.data
    assert data["excel_row"].tolist() == [5, 6, 7]
    assert data["complaint_id"].tolist() == ["7", "8", "9"]
    assert data["received_at"].tolist() == [
        pd.Timestamp(2026, 10, 5, 9),
        pd.Timestamp(2026, 10, 6, 10, 30),
        pd.Timestamp(2026, 10, 7, 11),
    ]
    assert data["verbatim"].tolist() == ["it broke", "too slow", "rude"]
    where = found.complaints.columns
    assert [where[key] for key in COLUMNS.values()] == [0, 1, 2, 3, 4]
    assert where["emotional_state"] == 5  # nobody said so, but it is plain
    assert data["channel"].tolist() == ["phone", "pigeon", "phone"]  # a choice of its own
    assert [code.key for code in found.settings.codes["channel"]][-1] == "pigeon"
    assert found.items.data.empty
    assert notes[0] == "old.xlsx: Account of rows: 3 read = 3 complaints + 0 that became items + 0 left out."
    assert "old.xlsx: Not among the choices of “Channel”: pigeon; taken as choices of their own." in notes


def test_each_sheet_is_a_register_of_its_own() -> None:
    """Items that rows with one number become go with their complaint."""
    again = ("7", "2026-10-05 09:00:00", "Li", "still broken", "phone", "red", "2")
    other = ("A-1", "2026-10-09 09:00:00", "Bo", "late", "phone", "red", "1")
    mapping = TableMap(columns=COLUMNS, repeated="items: contact", values={"channel": {"pigeon": "letter"}})
    found, _ = read(mapping, table("A", *ROWS, again), table("B", other, first=1))
    assert [one.name for one in found] == ["old.xlsx#A", "old.xlsx#B"]
    assert [one.complaints.data["excel_row"].tolist() for one in found] == [[5, 6, 7], [2]]
    assert [one.complaints.title for one in found] == ["A", "B"]
    assert found[0].complaints.data["channel"].tolist() == ["phone", "letter", "phone"]
    assert [len(one.items.data) for one in found] == [2, 0]  # each row of the number is one
    assert found[0].items.data[["complaint_id", "item_kind", "what"]].astype("str").to_numpy().tolist() == [
        ["7", "contact", "it broke"], ["7", "contact", "still broken"],
    ]  # fmt: skip


def test_numbers_times_and_several_choices_are_read() -> None:
    heads = (*HEADS[:5], "Paid", "Wanted", "Answered")
    rows = [(*row[:5], paid, wants, when) for row, paid, wants, when in zip(
        ROWS, ("12.5", "", "x"), ("respect, be heard", "compensation", ""), ("2026-10-05 10:00:00", "soon", ""), strict=True)]  # fmt: skip
    columns = COLUMNS | {
        "Paid": "compensation_paid",
        "Wanted": "expectation",
        "Answered": "first_response_at",
    }
    sheet = RawSheet("A", pd.DataFrame([heads, *rows], dtype="str"), first_row=1)
    mapping = TableMap(columns=columns, values={"expectation": {"be heard": "be_heard"}})
    [found], _ = read(mapping, sheet)
    data = found.complaints.data
    assert data["compensation_paid"].fillna(-1).tolist() == [12.5, -1, -1]
    assert data["first_response_at"].notna().tolist() == [True, False, False]
    wrong = found.complaints.problems
    assert set(zip(wrong["column"], wrong["row"], wrong["value"], strict=True)) == {
        ("compensation_paid", 2, "x"), ("first_response_at", 1, "soon"),
    }  # fmt: skip
    assert data["expectation"].iloc[0].split("|")[0] == "respect"


def test_what_is_not_sure_is_asked_for() -> None:
    rows = tuple((f"{at}", f"0{at}/0{at}/2026", "Li", "it broke", "phone", "", "") for at in (1, 2, 3))
    with pytest.raises(RegisterError) as error:
        read(TableMap(columns=COLUMNS), table("A", *rows))
    assert error.value.text.en.startswith("with this mapping 1 thing is still not sure: ")
    assert "kesu import old.xlsx --dry-run" in error.value.text.en
    with pytest.raises(RegisterError) as error:
        read(TableMap(columns=COLUMNS), RawSheet("A", pd.DataFrame([["x"]], dtype="str")))
    assert error.value.text == NO_TABLE
