"""Sheets as they were read: as a frame or packed, they are the same sheet."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

from kesu.register.columns import REGISTER
from kesu.register.normalise import normalise
from kesu.register.raw import RawSheet, find_header
from kesu.workbook.reading.packed import Stream

ROWS: list[list[str | None]] = [
    ["Complaints of the harbour", None, None, None, None, None],
    [None, "since 2026", None, None, None, None],
    ["*投诉编号", " Ｒeceived at：", "Channel", "CATEGORY", None, "our own"],
    [None, None, None, None, "(status)", None],
    ["C-1", "2026-10-01 09:05:00", "Phone", "Quality", "Closed", "x"],
    ["C-2", None, "Letter", None, "Open", "Channel"],
]


def arrow(rows: list[list[str | None]], kind: pa.DataType) -> bytes:
    columns = {str(at): pa.array(column, kind) for at, column in enumerate(zip(*rows, strict=True))}
    batch = pa.record_batch({at: column for at, column in columns.items() if column.null_count < len(column)})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return bytes(sink.getvalue())


def sheet(rows: list[list[str | None]], how: str, title: str = "Register") -> RawSheet:
    if how == "frame":
        return RawSheet(title, pd.DataFrame(rows, dtype="str"))
    return RawSheet(title, Stream(arrow(rows, pa.string() if how == "string" else pa.large_string())))


HOWS = pytest.mark.parametrize("how", ["frame", "string", "large"])


@HOWS
def test_labels_are_found_however_they_are_written(how: str) -> None:
    at, places = find_header(sheet(ROWS, how), REGISTER) or (-1, {})
    assert at == 3  # the row of labels is merged down over it, and it has one more
    assert places == {"complaint_id": 0, "received_at": 1, "channel": 2, "category": 3, "status": 4}


@HOWS
def test_labels_are_found_far_down_and_no_further(how: str) -> None:
    above: list[list[str | None]] = [["note", *[None] * 5]] * 27
    assert (find_header(sheet(above[:26] + ROWS, how), REGISTER) or (-1,))[0] == 29
    assert (find_header(sheet(above + ROWS, how), REGISTER) or (-1,))[
        0
    ] == 29  # 30 rows in all, without the last
    assert find_header(sheet(above + above + ROWS, how), REGISTER) is None


@HOWS
def test_a_later_row_with_more_labels_wins(how: str) -> None:
    top: list[list[str | None]] = [["complaint_id", "channel", None, None, None, None], [None] * 6]
    top += top[1:] * 6
    assert (find_header(sheet(top + ROWS, how), REGISTER) or (-1,))[0] == 11


@HOWS
def test_cells_are_the_same_from_arrow_and_from_a_frame(how: str) -> None:
    raw = sheet(ROWS, how)
    assert (raw.height, raw.filled_columns) == (6, [0, 1, 2, 3, 4, 5])
    assert raw.rows(2, 3) == [("*投诉编号", " Ｒeceived at：", "Channel", "CATEGORY", None, "our own")]
    assert raw.rows(5) == [("C-2", None, "Letter", None, "Open", "Channel")]
    pd.testing.assert_frame_equal(raw.cells, pd.DataFrame(ROWS, dtype="str"), check_column_type=False)
    register = normalise("r", [raw])
    data = register.complaints.data
    assert list(data["complaint_id"]) == ["C-1", "C-2"]
    assert list(data["channel"]) == ["phone", "letter"]
    assert list(data["excel_row"]) == [5, 6]
    assert list(register.complaints.extra[5]) == ["x", "Channel"]
    assert register.lang == "en"
