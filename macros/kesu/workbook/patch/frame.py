"""What stands around sheetData: links, and the ranges that follow a growing table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kesu.workbook.patch.area import Area, areas
from kesu.workbook.patch.styles import renamed
from kesu.workbook.patch.values import Linked
from kesu.workbook.patch.xmlbytes import append_child, attribute, parse, set_attributes, splice
from kesu.xlsx.address import cell_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kesu.workbook.patch.sheetxml import Sheet
    from kesu.workbook.patch.values import Value
    from kesu.workbook.patch.xmlbytes import Edit

_BEFORE_LINKS: Final = frozenset(
    [
        "sheetPr",
        "dimension",
        "sheetViews",
        "sheetFormatPr",
        "cols",
        "sheetData",
        "sheetCalcPr",
        "sheetProtection",
        "protectedRanges",
        "scenarios",
        "autoFilter",
        "sortState",
        "dataConsolidate",
        "customSheetViews",
        "mergeCells",
        "phoneticPr",
        "conditionalFormatting",
        "dataValidations",
    ]
)
"""The elements that the schema puts before ``hyperlinks``."""
_FOLLOWING: Final = frozenset({"conditionalFormatting", "dataValidation", "ignoredError", "sqref"})


def link_edits(
    sheet: Sheet, replaced: Sequence[Area], top: int, left: int, rows: Sequence[Sequence[Value]]
) -> list[Edit]:
    """Edits that drop the links of the ``replaced`` areas and add one for every `Linked` value in ``rows``."""
    new = b"".join(
        b'<%bhyperlink ref="%b" location="%b"/>'
        % (sheet.outer, cell_name(row, column).encode(), attribute(value.location))
        for row, values in enumerate(rows, top)
        for column, value in enumerate(values, left)
        if isinstance(value, Linked)
    )
    node = sheet.root.one("hyperlinks")
    if node is None:
        if not new:
            return []
        following = (child.start for child in sheet.root.children if child.tag not in _BEFORE_LINKS)
        at = next(following, sheet.root.close)
        return [(at, at, b"<%bhyperlinks>%b</%bhyperlinks>" % (sheet.outer, new, sheet.outer))]
    added = [append_child(sheet.data, node, new)] if new else []
    if not replaced:
        return added
    links = sheet.links()
    gone = [
        (start, end)
        for start, end, ref in links
        if any(link.within(area) for link in areas(ref) for area in replaced)
    ]
    if len(gone) == len(links) and not new:
        return [(node.start, node.end, b"")]
    return [*((start, end, b"") for start, end in gone), *added]


def validation_edits(sheet: Sheet, rules: Sequence[bytes]) -> list[Edit]:
    """Edits that add input checks: each a ``dataValidation`` element without a namespace prefix."""
    if not rules:
        return []
    new = b"".join(_prefixed(rule, sheet) for rule in rules)
    node = sheet.root.one("dataValidations")
    if node is not None:
        count = {"count": str(len(node.all("dataValidation")) + len(rules))}
        return [append_child(sheet.data, node, new), *set_attributes(sheet.data, node, count)]
    before = _BEFORE_LINKS - {"dataValidations"}
    at = next((child.start for child in sheet.root.children if child.tag not in before), sheet.root.close)
    whole = b'<%bdataValidations count="%d">%b</%bdataValidations>'
    return [(at, at, whole % (sheet.outer, len(rules), new, sheet.outer))]


def _prefixed(xml: bytes, sheet: Sheet) -> bytes:
    return splice(xml, renamed(xml, parse(xml, sheet.where), sheet.outer))


def follow(sheet: Sheet, body: Area, bottom: int) -> list[Edit]:
    """Edits that stretch formats and validations which end at the table's last row to its new last row."""
    edits: list[Edit] = []
    for child in sheet.root.children:
        for node in child.walk():
            if node.tag in _FOLLOWING:
                sqref = node.text if node.tag == "sqref" else node.attrs.get("sqref", "")
                grown = " ".join(_grown(ref, body, bottom) for ref in sqref.split())
                if grown == " ".join(sqref.split()):
                    continue
                if node.tag == "sqref":
                    edits.append((node.inner, node.close, grown.encode()))
                else:
                    edits += set_attributes(sheet.data, node, {"sqref": grown})
    return edits


def _grown(ref: str, body: Area, bottom: int) -> str:
    try:
        area = Area.parse(ref)
    except ValueError:
        return ref
    inside = body.left <= area.left and area.right <= body.right and body.top <= area.top
    return str(area._replace(bottom=bottom)) if inside and area.bottom == body.bottom else ref
