"""How columns and rows of a sheet look: widths, heights, groups; everything else of them stays as it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from kesu.workbook.patch.xmlbytes import append_child, attribute, set_attributes, splice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kesu.workbook.patch.sheetxml import Sheet
    from kesu.workbook.patch.xmlbytes import Edit


class Look(NamedTuple):
    """How a column is shown: ``level`` of its group (0: none); ``collapsed``: the group before it is folded away.

    ``width`` in characters, ``style`` of its empty cells. None leaves a column as it is: hidden or not, grouped or not …
    """

    hidden: bool | None
    level: int | None
    collapsed: bool | None
    width: float | None = None
    style: str | None = None


def shown(sheet: Sheet, looks: Mapping[int, Look]) -> bytes:
    """The part with columns (from 1) shown as ``looks`` says; signs of groups stand behind them."""
    kept = list(_pieces(sheet, looks))
    xml = b"".join(
        _col(sheet.outer, first, last, given) for first, last, given in sorted(kept, key=lambda one: one[0])
    )
    edits: list[Edit] = []
    cols = sheet.root.one("cols")
    whole = b"<%bcols>%b</%bcols>" % (sheet.outer, xml, sheet.outer)
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
        given |= {} if look.style is None else {"style": look.style}
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


class RowLook(NamedTuple):
    """How a row is shown: ``height`` in points (None: as the program finds right), ``level`` of its group (0: none),
    ``hidden``, ``collapsed``: the group below it is folded away. None of the last three leaves it as it is.
    """

    height: float | None = None
    level: int | None = None
    hidden: bool | None = None
    collapsed: bool | None = None


PLAIN_ROW: Final = RowLook()
_LOOK = re.compile(
    rb"""(?<!\s)\s++(ht|customHeight|outlineLevel|hidden|collapsed)\s*+=\s*+(?:"[^"]*"|'[^']*')"""
)


def with_rows(sheet: Sheet, looks: Mapping[int, RowLook]) -> bytes:
    """The part with rows (from 1) shown as ``looks`` says. Rows that say no number stay; signs of groups stand above them."""

    def row(found: re.Match[bytes]) -> bytes:
        number = int(found[2])
        if number not in looks:
            return found[0]
        height, *flags = looks[number]
        named = dict(zip((b"outlineLevel", b"hidden", b"collapsed"), flags, strict=True))
        gone = {b"ht", b"customHeight", *(key for key, value in named.items() if value is not None)}
        plain = _LOOK.sub(lambda one: b"" if one[1] in gone else one[0], found[3])
        asked = b"" if height is None else b' ht="%g" customHeight="1"' % height
        asked += b"".join(b' %b="%d"' % (key, value) for key, value in named.items() if value)
        return found[1] + found[2] + b'"' + asked + plain

    inside = sheet.sheet_data.inner, sheet.sheet_data.close
    pattern = rb"""(<%brow r=")([0-9]{1,7})"([^<>]*+>)""" % re.escape(sheet.prefix)
    body = re.sub(pattern, row, sheet.data[slice(*inside)])
    edits: list[Edit] = [(*inside, body)]
    if deepest := max((look.level or 0 for look in looks.values()), default=0):
        edits += _signs_above(sheet, deepest)
    return splice(sheet.data, edits)


def _signs_above(sheet: Sheet, deepest: int) -> list[Edit]:
    """Edits that say how deep groups of rows go, and that what sums them up stands above them."""
    edits: list[Edit] = []
    if (usual := sheet.root.one("sheetFormatPr")) is not None:
        edits += set_attributes(sheet.data, usual, {"outlineLevelRow": str(deepest)})
    properties = sheet.root.one("sheetPr")
    outline = properties.one("outlinePr") if properties else None
    if outline is not None:
        return [*edits, *set_attributes(sheet.data, outline, {"summaryBelow": "0"})]
    sign = b'<%boutlinePr summaryBelow="0"/>' % sheet.outer
    if properties is None:
        whole = b"<%bsheetPr>%b</%bsheetPr>" % (sheet.outer, sign, sheet.outer)
        return [*edits, (sheet.root.inner, sheet.root.inner, whole)]
    colour = properties.one("tabColor")
    if colour is None and properties.inner == properties.end:
        return [*edits, append_child(sheet.data, properties, sign)]
    at = colour.end if colour else properties.inner
    return [*edits, (at, at, sign)]
