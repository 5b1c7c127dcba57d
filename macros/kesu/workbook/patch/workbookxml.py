"""What a workbook holds: its sheets, tables, defined names and locks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from kesu.workbook.patch.area import Area
from kesu.workbook.patch.refuse import damaged, refused
from kesu.workbook.patch.relations import (
    RELATIONSHIPS,
    STRICT_RELATIONSHIPS,
    TYPES_PART,
    relations,
    rels_part,
    undeclare,
)
from kesu.workbook.patch.values import plain
from kesu.workbook.patch.xmlbytes import append_child, attribute, parse, prefix_of, set_attributes, splice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kesu.workbook.patch.package import Package
    from kesu.workbook.patch.relations import Relation
    from kesu.workbook.patch.xmlbytes import Node

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT: Final = "http://purl.oclc.org/ooxml/spreadsheetml/main"

_BEFORE_CALC: Final = frozenset(
    [
        "fileVersion",
        "fileSharing",
        "workbookPr",
        "workbookProtection",
        "bookViews",
        "sheets",
        "functionGroups",
        "externalReferences",
        "definedNames",
        "AlternateContent",
        "revisionPtr",
        "absPath",
    ]
)
"""The elements that come before ``calcPr`` in a workbook part."""


class SheetInfo(NamedTuple):
    """A sheet in the workbook's order.

    ``kind`` is worksheet, chartsheet, dialogsheet or macrosheet; ``state`` is hidden, veryHidden or "".
    """

    name: str
    part: str
    kind: str
    sheet_id: int
    state: str


@dataclass(frozen=True)
class TableInfo:
    """An Excel Table; ``area`` includes header and totals rows."""

    name: str
    sheet: str
    part: str
    area: Area
    header_rows: int
    totals_rows: int
    columns: tuple[str, ...]
    table_id: int

    @property
    def body(self) -> Area:
        """The rows between header and totals."""
        return self.area._replace(
            top=self.area.top + self.header_rows, bottom=self.area.bottom - self.totals_rows
        )


class DefinedName(NamedTuple):
    """A defined name; ``sheet`` is the sheet it is local to, or ""."""

    name: str
    sheet: str
    refers_to: str
    hidden: bool


@dataclass(frozen=True)
class Structure:
    """The workbook part, read."""

    part: str
    sheets: tuple[SheetInfo, ...]
    names: tuple[DefinedName, ...]
    date1904: bool
    strict: bool
    signed: bool
    structure_locked: bool

    def sheet(self, name: str) -> SheetInfo | None:
        """The sheet of that name (Excel ignores case)."""
        return next((sheet for sheet in self.sheets if sheet.name.casefold() == name.casefold()), None)


def truth(value: str | None) -> bool:
    """An XML boolean."""
    return value in {"1", "true", "on"}


def read_structure(package: Package) -> Structure:
    """Read the workbook part. Refuses what is not an .xlsx or .xlsm workbook."""
    top = relations(package, "")
    part = next((relation.part for relation in top if relation.kind == "officeDocument"), "")
    if not part or part.lower().endswith(".bin"):
        raise refused(
            package.path.name,
            "kesu 只能就地改写 .xlsx 和 .xlsm。请在 Excel 中另存为其中一种。",
            "only .xlsx and .xlsm can be refreshed in place. Save it as one of these from Excel.",
        )
    root = parse(package.read(part), package.where(part))
    if root.tag != "workbook" or root.uri not in {MAIN, STRICT}:
        raise damaged(package.where(part), f"<{root.tag}>")
    targets = {relation.id: relation for relation in relations(package, part)}
    sheets = tuple(_sheet(node, targets) for group in root.all("sheets") for node in group.all("sheet"))
    properties, protection = root.one("workbookPr"), root.one("workbookProtection")
    return Structure(
        part=part,
        sheets=sheets,
        names=tuple(
            _name(node, sheets) for group in root.all("definedNames") for node in group.all("definedName")
        ),
        date1904=properties is not None and truth(properties.attrs.get("date1904")),
        strict=root.uri == STRICT,
        signed=any(relation.type.endswith("/digital-signature/origin") for relation in top),
        structure_locked=protection is not None and truth(protection.attrs.get("lockStructure")),
    )


def _sheet(node: Node, targets: dict[str, Relation]) -> SheetInfo:
    ids = (f"{uri} id" for uri in (RELATIONSHIPS, STRICT_RELATIONSHIPS))
    relation = next((targets[node.attrs[key]] for key in ids if node.attrs.get(key) in targets), None)
    return SheetInfo(
        node.attrs.get("name", ""),
        relation.part if relation else "",
        relation.kind if relation else "",
        int(node.attrs.get("sheetId", "0")),
        node.attrs.get("state", ""),
    )


def _name(node: Node, sheets: tuple[SheetInfo, ...]) -> DefinedName:
    local = node.attrs.get("localSheetId", "")
    at = int(local) if local.isdecimal() else -1
    sheet = sheets[at].name if 0 <= at < len(sheets) else ""
    return DefinedName(node.attrs.get("name", ""), sheet, node.text, truth(node.attrs.get("hidden")))


def read_tables(package: Package, structure: Structure) -> list[TableInfo]:
    """All Excel Tables, in the order of the sheets."""
    found = []
    for sheet in structure.sheets:
        for relation in relations(package, sheet.part) if sheet.part else []:
            if relation.kind == "table":
                root = parse(package.read(relation.part), package.where(relation.part))
                found.append(_table(package, root, sheet.name, relation.part))
    return found


def _table(package: Package, root: Node, sheet: str, part: str) -> TableInfo:
    attrs = root.attrs
    columns = root.one("tableColumns")
    try:
        return TableInfo(
            name=attrs.get("displayName") or attrs.get("name", ""),
            sheet=sheet,
            part=part,
            area=Area.parse(attrs["ref"]),
            header_rows=int(attrs.get("headerRowCount", "1")),
            totals_rows=int(attrs.get("totalsRowCount", "0")),
            columns=tuple(node.attrs.get("name", "") for node in columns.all("tableColumn"))
            if columns
            else (),
            table_id=int(attrs.get("id", "0")),
        )
    except (KeyError, ValueError) as error:
        raise damaged(package.where(part), str(error)) from None


def drop_calc_chain(package: Package, structure: Structure) -> None:
    """Take out the calculation chain, which must not name a cell that holds no formula; Excel makes it anew."""
    for relation in relations(package, structure.part):
        if relation.kind == "calcChain":
            package.drop(relation.part)
            undeclare(package, rels_part(structure.part), "Id", relation.id)
            undeclare(package, TYPES_PART, "PartName", "/" + relation.part)


def calculate_on_load(package: Package, structure: Structure) -> None:
    """Have Excel calculate everything when it opens the workbook, because there are formulas without values."""
    data = package.read(structure.part)
    root = parse(data, package.where(structure.part))
    if (node := root.one("calcPr")) is not None:
        edits = set_attributes(data, node, {"fullCalcOnLoad": "1"})
    else:
        following = (child.start for child in root.children if child.tag not in _BEFORE_CALC)
        at = next(following, root.close)
        edits = [(at, at, b'<%bcalcPr fullCalcOnLoad="1"/>' % prefix_of(data, root))]
    package.put(structure.part, splice(data, edits))


def put_names(package: Package, structure: Structure, names: Mapping[str, str]) -> None:
    """Define ``names`` for the whole workbook (name → what it refers to), in place of those called the same."""
    data = package.read(structure.part)
    root = parse(data, package.where(structure.part))
    prefix = prefix_of(data, root)
    new = b"".join(
        b'<%bdefinedName name="%b">%b</%bdefinedName>'
        % (prefix, attribute(name), plain(text).encode(), prefix)
        for name, text in names.items()
    )
    there = root.one("definedNames")
    if there is None:
        before = [n.end for n in root.children if n.tag in {"sheets", "functionGroups", "externalReferences"}]
        edits = [(max(before),) * 2 + (b"<%bdefinedNames>%b</%bdefinedNames>" % (prefix, new, prefix),)]
    else:
        taken = {name.casefold() for name in names}
        edits = [
            (old.start, old.end, b"")
            for old in there.all("definedName")
            if old.attrs.get("name", "").casefold() in taken and "localSheetId" not in old.attrs
        ]
        edits.append(append_child(data, there, new))
    package.put(structure.part, splice(data, edits))
