"""How columns and rows of a sheet look: widths, heights, groups; everything else of them stays as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from kesu.workbook.patch.xmlbytes import attribute, set_attributes, splice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kesu.workbook.patch.sheetxml import Sheet
    from kesu.workbook.patch.xmlbytes import Edit


class Look(NamedTuple):
    """How a column is shown: ``level`` of its group (0: none); ``collapsed``: the group before it is folded away.

    ``width`` in characters. None leaves a column hidden or not, grouped or not, as wide as it is.
    """

    hidden: bool | None
    level: int | None
    collapsed: bool
    width: float | None = None


def shown(sheet: Sheet, looks: Mapping[int, Look]) -> bytes:
    """The part with columns (from 1) shown as ``looks`` says; signs of groups stand behind them."""
    kept = list(_pieces(sheet, looks))
    xml = b"".join(
        _col(sheet.prefix, first, last, given) for first, last, given in sorted(kept, key=lambda one: one[0])
    )
    edits: list[Edit] = []
    cols = sheet.root.one("cols")
    whole = b"<%bcols>%b</%bcols>" % (sheet.prefix, xml, sheet.prefix)
    at = (cols.start, cols.end) if cols else (sheet.sheet_data.start, sheet.sheet_data.start)
    edits.append((*at, whole))
    properties = sheet.root.one("sheetPr")
    if properties and (outline := properties.one("outlinePr")):
        edits += set_attributes(sheet.data, outline, {"summaryRight": None})
    if (usual := sheet.root.one("sheetFormatPr")) is not None:
        deepest = max((int(given.get("outlineLevel", "0")) for _, _, given in kept), default=0)
        edits += set_attributes(sheet.data, usual, {"outlineLevelCol": str(deepest) if deepest else None})
    return splice(sheet.data, edits)


def _pieces(sheet: Sheet, looks: Mapping[int, Look]) -> Iterator[tuple[int, int, dict[str, str]]]:
    """First and last column, attributes: those of ``looks`` each for itself, the others as they stand together."""
    cols = sheet.root.one("cols")
    there: dict[int, dict[str, str]] = {}
    for node in cols.children if cols else ():
        first, last = int(node.attrs["min"]), int(node.attrs["max"])
        mine = sorted(column for column in looks if first <= column <= last)
        there |= dict.fromkeys(mine, node.attrs)
        begin = first
        for column in [*mine, last + 1]:
            if begin < column:
                yield begin, column - 1, dict(node.attrs)
            begin = column + 1
    for column, look in looks.items():
        given = {key: value for key, value in there.get(column, {}).items() if key not in {"min", "max"}}
        if look.width is not None:
            given |= {"width": f"{look.width:g}", "customWidth": "1"}
        given.setdefault("width", "9.14")
        wanted = (("hidden", look.hidden), ("outlineLevel", look.level), ("collapsed", look.collapsed))
        for key, value in wanted:
            if value is not None:
                given.pop(key, None)
            if value:
                given[key] = str(int(value))
        yield column, column, given


def _col(prefix: bytes, first: int, last: int, given: Mapping[str, str]) -> bytes:
    named = {
        "min": str(first),
        "max": str(last),
        **{key: value for key, value in given.items() if key not in {"min", "max"}},
    }
    attributes = b"".join(b' %b="%b"' % (key.encode(), attribute(value)) for key, value in named.items())
    return b"<%bcol%b/>" % (prefix, attributes)


_HEIGHT = re.compile(rb"""(?<!\s)\s++(?:ht|customHeight)\s*+=\s*+(?:"[^"]*"|'[^']*')""")


def with_heights(sheet: Sheet, heights: Mapping[int, float | None]) -> bytes:
    """The part with rows (from 1) so many points high; None: as the program finds right. Rows that say no number stay."""

    def row(found: re.Match[bytes]) -> bytes:
        number = int(found[2])
        if number not in heights:
            return found[0]
        plain, height = _HEIGHT.sub(b"", found[3]), heights[number]
        asked = b"" if height is None else b' ht="%g" customHeight="1"' % height
        return found[1] + found[2] + b'"' + asked + plain

    inside = sheet.sheet_data.inner, sheet.sheet_data.close
    pattern = rb"""(<%brow r=")([0-9]{1,7})"([^<>]*+>)""" % re.escape(sheet.prefix)
    return (
        sheet.data[: inside[0]] + re.sub(pattern, row, sheet.data[slice(*inside)]) + sheet.data[inside[1] :]
    )
