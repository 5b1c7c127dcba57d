"""Native Excel charts of the tables of a report, bound to the tables' cells."""

from __future__ import annotations

from typing import Any

from kesu.reports.chapters.blocks import Cell, Figure, Table
from kesu.reports.formats.svg import GREY, STACK
from kesu.words.palette import BLUE, ORANGE, VERMILION


def height(table: Table) -> float:
    """How tall the chart of ``table`` is, in points."""
    assert table.chart is not None  # noqa: S101
    by_row = {"bars": 22, "control": 0, "stack": 30, "target": 30}[table.chart.kind]
    return (max(len(table.rows) * by_row + 70, 150) if by_row else 300) * 0.75


def insert(
    book: Any, sheet: Any, table: Table, rows: tuple[int, int], cell: tuple[int, int], room: float, font: str
) -> None:
    """Put the chart of ``table``, whose data stands in ``rows`` (first, last), at ``cell`` (row, column).

    ``room``: width there is, in characters.
    """
    assert table.chart is not None  # noqa: S101
    kind = table.chart.kind
    draw = {"bars": _bars, "control": _control, "stack": _stack, "target": _target}[kind]
    made = draw(book, sheet.get_name(), table, rows, font)
    width = min(room * 7 - 20, 760 if kind == "bars" else 1250)
    made.set_size({"width": int(width), "height": int(height(table) / 0.75)})
    made.set_chartarea({"border": {"color": "#DDE3E8"}})
    looks = {
        "description": table.chart.alt[:1000],
        "object_position": 1,
        "x_offset": 20 if cell[1] else 0,
        "y_offset": 2,
    }
    sheet.insert_chart(*cell, made, looks)


def _number(cell: Cell) -> float:
    return cell.value or 0.0 if isinstance(cell, Figure) else 0.0


def _refs(name: str, rows: tuple[int, int], at: int) -> dict[str, Any]:
    return {
        "name": [name, rows[0] - 1, at],
        "categories": [name, rows[0], 0, rows[1], 0],
        "values": [name, rows[0], at, rows[1], at],
    }


def _title(made: Any, table: Table, font: str) -> None:
    made.set_title(
        {"name": table.title, "name_font": {"name": font, "size": 11, "bold": True}, "overlay": False}
    )


def _axis_font(font: str) -> dict[str, Any]:
    return {"name": font, "size": 9, "color": "#3B4A57"}


def _bars(book: Any, name: str, table: Table, rows: tuple[int, int], font: str) -> Any:
    made = book.add_chart({"type": "bar"})
    at = table.chart.series[0] if table.chart else 1
    made.add_series({**_refs(name, rows, at), "fill": {"color": BLUE}, "gap": 45,
                     "data_labels": {"value": True, "font": _axis_font(font)}})  # fmt: skip
    _title(made, table, font)
    made.set_legend({"none": True})
    made.set_y_axis(
        {"reverse": True, "num_font": _axis_font(font), "line": {"color": GREY}, "major_tick_mark": "none"}
    )
    made.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
    return made


def _control(book: Any, name: str, table: Table, rows: tuple[int, int], font: str) -> Any:
    made = book.add_chart({"type": "line"})
    points, mean, upper, lower = table.chart.series if table.chart else (1, 2, 3, 4)
    counts = [_number(row[points]) for row in table.rows]
    outside = [
        {"fill": {"color": VERMILION}, "border": {"color": VERMILION}}
        if not _number(row[lower]) <= count <= _number(row[upper])
        else None
        for row, count in zip(table.rows, counts, strict=True)
    ]
    first = table.rows[0][points]
    share = isinstance(first, Figure) and first.unit == "share"
    made.add_series({**_refs(name, rows, points), "line": {"color": BLUE, "width": 2},
                     "marker": {"type": "circle", "size": 5, "fill": {"color": BLUE}, "border": {"color": BLUE}}, "points": outside})  # fmt: skip
    for at, line in (
        (mean, {"color": "#5B6873", "width": 1.25}),
        (upper, {"color": ORANGE, "width": 1.5, "dash_type": "dash"}),
        (lower, {"color": ORANGE, "width": 1.5, "dash_type": "dash"}),
    ):
        made.add_series({**_refs(name, rows, at), "line": line, "marker": {"type": "none"}})
    _title(made, table, font)
    made.set_legend({"position": "bottom", "font": _axis_font(font)})
    made.set_x_axis(
        {
            "num_font": _axis_font(font),
            "interval_unit": max(1, -(-len(counts) // 11)),
            "line": {"color": GREY},
        }
    )
    made.set_y_axis(
        {
            "num_font": _axis_font(font),
            "num_format": "0%" if share else "#,##0",
            "min": 0,
            "major_gridlines": {"visible": True, "line": {"color": "#E6EAED"}},
            "line": {"none": True},
        }
    )
    return made


def _stack(book: Any, name: str, table: Table, rows: tuple[int, int], font: str) -> Any:
    made = book.add_chart({"type": "bar", "subtype": "percent_stacked"})
    for at, fill in zip(table.chart.series if table.chart else (), STACK.values(), strict=True):
        made.add_series({**_refs(name, rows, at), "fill": {"color": fill}, "gap": 40})
    _title(made, table, font)
    made.set_legend({"position": "bottom", "font": _axis_font(font)})
    made.set_y_axis(
        {"reverse": True, "num_font": _axis_font(font), "line": {"color": GREY}, "major_tick_mark": "none"}
    )
    made.set_x_axis(
        {
            "num_font": _axis_font(font),
            "num_format": "0%",
            "major_gridlines": {"visible": True, "line": {"color": "#E6EAED"}},
        }
    )
    return made


def _target(book: Any, name: str, table: Table, rows: tuple[int, int], font: str) -> Any:
    made = book.add_chart({"type": "bar"})
    value, target = table.chart.series if table.chart else (1, 2)
    for at, fill in ((value, BLUE), (target, "#C9D2D9")):
        made.add_series({**_refs(name, rows, at), "fill": {"color": fill}, "gap": 45, "overlap": 0,
                         "data_labels": {"value": True, "num_format": "0.0%", "font": _axis_font(font)}})  # fmt: skip
    _title(made, table, font)
    made.set_legend({"position": "bottom", "font": _axis_font(font)})
    made.set_y_axis(
        {"reverse": True, "num_font": _axis_font(font), "line": {"color": GREY}, "major_tick_mark": "none"}
    )
    made.set_x_axis({"visible": False, "min": 0, "max": 1.1, "major_gridlines": {"visible": False}})
    return made
