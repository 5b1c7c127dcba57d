"""Copying a whole sheet, with its tables, drawings and charts, from one workbook file into another."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from kesu.workbook.patch.refuse import damaged, refused
from kesu.workbook.patch.relations import (
    RELATIONSHIPS,
    TYPES_PART,
    add_relation,
    declare,
    related,
    relations,
    rels_part,
)
from kesu.workbook.patch.sheetxml import Sheet
from kesu.workbook.patch.styles import StyleMerger, Styles, add_styles, renamed
from kesu.workbook.patch.workbookxml import drop_calc_chain, read_structure, read_tables
from kesu.workbook.patch.xmlbytes import (
    TAG,
    Node,
    append_child,
    attribute,
    parse,
    prefix_of,
    set_attributes,
    splice,
)
from kesu.xlsx.address import cell_name, quoted

if TYPE_CHECKING:
    from kesu.workbook.patch.package import Package
    from kesu.workbook.patch.workbookxml import DefinedName, SheetInfo, Structure
    from kesu.workbook.patch.xmlbytes import Edit

_NUMBERED = re.compile(r"(.*?(?<!\d))(\d*+)(\.[^./]*+)")


class SheetCopier:
    """Copies one sheet of ``source`` (a workbook that kesu built) into ``target`` (the team's)."""

    def __init__(self, source: Package, target: Package, structure: Structure) -> None:
        self.source, self.target, self.structure = source, target, structure
        self.origin = read_structure(source)
        self.where = target.path.name
        if structure.strict:
            raise refused(
                self.where,
                "工作簿是“严格的 Open XML 电子表格”，kesu 不能向它加入工作表。请在 Excel 中“另存为”，类型选“Excel 工作簿 (*.xlsx)”，"
                "再试一次。",
                "this is a “Strict Open XML Spreadsheet”, to which kesu cannot add a sheet. In Excel choose Save As, with the type "
                "“Excel Workbook (*.xlsx)”, and try again.",
            )
        if structure.date1904 != self.origin.date1904:
            raise ValueError("the two workbooks count dates from different years")
        add_styles(target, structure)
        self.styles = Styles(target, structure)
        self.merger = StyleMerger(Styles(source, self.origin), self.styles)
        self.copied: dict[str, str] = {}

    def copy(self, name: str) -> None:
        """Add the sheet ``name`` at the end. Refuses if its name, or one of its tables', is taken."""
        info = self.origin.sheet(name)
        if info is None:
            raise refused(self.source.path.name, f"没有工作表“{name}”。", f"there is no sheet “{name}”.")
        if self.structure.sheet(name) is not None:
            raise self._taken("工作表", "sheet", name)
        names = self._names(info)
        part = self._part(info.part)
        self.styles.save()
        self._register(info, part, names)

    def _taken(self, zh: str, en: str, name: str) -> Exception:
        return refused(
            self.where,
            f"已经有名为“{name}”的{zh}，它不是 kesu 的。请改名。",
            f"there is already a {en} called “{name}” that is not kesu's. Rename it.",
        )

    def _part(self, part: str) -> str:
        """Copy a part and all it refers to; its new name."""
        if part in self.copied:
            return self.copied[part]
        data, content_type = self.source.read(part), _content_type(self.source, part)
        kind = content_type.rpartition(".")[2].removesuffix("+xml")
        if kind == "worksheet":
            data = self._sheet(data)
        elif kind == "table":
            data = self._table(data)
        self.copied[part] = new = self._fresh(part)
        self.target.put(new, data)
        declare(self.target, new, content_type)
        self._relations(part, new)
        return new

    def _relations(self, part: str, new: str) -> None:
        found = relations(self.source, part)
        if not found:
            return
        name = rels_part(part)
        data = self.source.read(name)
        edits: list[Edit] = []
        for node, relation in zip(parse(data, name).children, found, strict=True):
            if relation.part:
                target = posixpath.relpath(self._part(relation.part), posixpath.dirname(new))
                edits += set_attributes(data, node, {"Target": target})
        self.target.put(rels_part(new), splice(data, edits))

    def _fresh(self, part: str) -> str:
        found = _NUMBERED.fullmatch(self._lands_at(part))
        if found is None:
            raise damaged(part, "no extension")
        number = 1
        while self.target.has(f"{found[1]}{number}{found[3]}"):
            number += 1
        return f"{found[1]}{number}{found[3]}"

    def _lands_at(self, part: str) -> str:
        """Where a part belongs in the target: sheets beside its own, everything else as it lies to them here."""
        here, there = (
            next(
                (posixpath.dirname(sheet.part) for sheet in book.sheets if sheet.kind == "worksheet"),
                "xl/worksheets",
            )
            for book in (self.origin, self.structure)
        )
        way = posixpath.relpath(f"/{part}", f"/{here}")
        return posixpath.normpath(posixpath.join("/", there, way)).lstrip("/")

    def _sheet(self, data: bytes) -> bytes:
        sheet = Sheet(data, f"{self.source.path.name} ▸ sheet")
        strings = self._strings(sheet.prefix)
        edits: list[Edit] = []
        for child in sheet.root.children:
            for node in child.walk():
                edits += self._frame(data, node)
        formulas = False
        for row in sheet.rows.between(1, 1 << 30):
            if "s" in row.node.attrs:
                edits += set_attributes(data, row.node, {"s": self.merger.cell(row.node.attrs["s"])})
            for cell in row.cells.values():
                formulas = formulas or cell.formula is not None
                style = self.merger.cell(cell.style) if cell.style else None
                if cell.kind == "s":
                    look = b' s="%b"' % style.encode() if style else b""
                    at = cell_name(row.number, cell.column).encode()
                    text = strings[int(cell.text or 0)]
                    xml = b'<%bc r="%b"%b t="inlineStr">%b</%bc>'
                    edits.append((cell.start, cell.end, xml % (sheet.prefix, at, look, text, sheet.prefix)))
                elif style:
                    edits += set_attributes(data, Node("", "c", {}, cell.start, 0), {"s": style})
        if formulas:
            drop_calc_chain(self.target, self.structure)
        return splice(data, edits)

    def _frame(self, data: bytes, node: Node) -> list[Edit]:
        changes: dict[str, str | None] = {
            key: self.merger.differential(value) for key, value in node.attrs.items() if key.endswith("xfId")
        }
        if node.tag == "col" and "style" in node.attrs:
            changes["style"] = self.merger.cell(node.attrs["style"])
        # Two selected sheets would be edited together, and a code name belongs to the macros of its own workbook.
        changes |= {key: None for key in ("tabSelected", "codeName") if key in node.attrs}
        return set_attributes(data, node, changes)

    def _strings(self, prefix: bytes) -> list[bytes]:
        """The shared strings as ``<is>`` elements, which hold the same things as ``<si>``."""
        part = next(
            (r.part for r in relations(self.source, self.origin.part) if r.kind == "sharedStrings"), ""
        )
        if not part:
            return []
        data = self.source.read(part)
        found = []
        for node in parse(data, self.source.where(part)).all("si"):
            whole = splice(data[: node.end], renamed(data, node, prefix))[node.start :]
            inner = whole[len((TAG.match(whole) or [b""])[0]) : -len(b"</%bsi>" % prefix)]
            found.append(b"<%bis>%b</%bis>" % (prefix, b"" if node.inner == node.end else inner, prefix))
        return found

    def _table(self, data: bytes) -> bytes:
        root = parse(data, "table")
        tables = read_tables(self.target, self.structure)
        taken = {table.name.casefold() for table in tables} | {
            n.name.casefold() for n in self.structure.names
        }
        name = root.attrs.get("displayName", "")
        if name.casefold() in taken:
            raise self._taken("表或名称", "table or name", name)
        ids = [table.table_id for table in tables]
        ids += [
            int(parse(self.target.read(new), new).attrs["id"])
            for new in self.copied.values()
            if "table" in new
        ]
        edits = set_attributes(data, root, {"id": str(max(ids, default=0) + 1)})
        for node in root.walk():
            edits += self._frame(data, node)
        return splice(data, edits)

    def _names(self, info: SheetInfo) -> list[DefinedName]:
        found = []
        there = {name.name.casefold(): name for name in self.structure.names if not name.sheet}
        for name in self.origin.names:
            if name.sheet == info.name:
                found.append(name)
            elif not name.sheet and re.search(
                rf"(^|[^\w'])({re.escape(quoted(info.name))}|{re.escape(info.name)})!", name.refers_to
            ):
                old = there.get(name.name.casefold())
                if old is not None and old.refers_to != name.refers_to and not self._dead(old):
                    raise self._taken("名称", "name", name.name)
                found += [] if old and not self._dead(old) else [name]
        return found

    def _dead(self, name: DefinedName) -> bool:
        """Whether a name leads nowhere, as when its sheet was deleted."""
        sheet = name.refers_to.rpartition("!")[0].lstrip("=")
        if sheet.startswith("'"):
            sheet = sheet[1:-1].replace("''", "'")
        return "#REF" in name.refers_to or (bool(sheet) and self.structure.sheet(sheet) is None)

    def _register(self, info: SheetInfo, part: str, names: list[DefinedName]) -> None:
        """Enter the sheet and its names in the workbook part."""
        base = self.structure.part
        target = posixpath.relpath(f"/{part}", posixpath.join("/", posixpath.dirname(base)))
        own = [one.target for one in relations(self.target, base) if one.kind == "worksheet"]
        if target.startswith("..") or any(old.startswith("/") for old in own):
            target = f"/{part}"  # some readers do not follow steps up
        relation = add_relation(self.target, base, RELATIONSHIPS + "/worksheet", target)
        data = self.target.read(base)
        root = parse(data, self.target.where(base))
        sheets = root.one("sheets")
        if sheets is None or not sheets.children:
            raise damaged(self.target.where(base), "no sheets")
        state = b' state="%b"' % attribute(info.state) if info.state else b""
        xml = b'<%bsheet name="%b" sheetId="%d"%b%b/>' % (
            prefix_of(data, sheets),
            attribute(info.name),
            max(sheet.sheet_id for sheet in self.structure.sheets) + 1,
            state,
            related(data, root, sheets.children[0], relation),
        )
        edits = [append_child(data, sheets, xml)]
        prefix = prefix_of(data, root)
        entries = b"".join(_name_xml(name, prefix, len(self.structure.sheets)) for name in names)
        if (there := root.one("definedNames")) is not None and entries:
            new = {name.name.casefold() for name in names if not name.sheet}
            edits += [
                (old.start, old.end, b"")
                for old in there.all("definedName")
                if old.attrs.get("name", "").casefold() in new and "localSheetId" not in old.attrs
            ]
            edits.append(append_child(data, there, entries))
        elif entries:
            before = [
                n.end for n in root.children if n.tag in {"sheets", "functionGroups", "externalReferences"}
            ]
            whole = b"<%bdefinedNames>%b</%bdefinedNames>" % (prefix, entries, prefix)
            edits.append((max(before), max(before), whole))
        self.target.put(base, splice(data, edits))


def _name_xml(name: DefinedName, prefix: bytes, index: int) -> bytes:
    local = b' localSheetId="%d"' % index if name.sheet else b""
    hidden = b' hidden="1"' if name.hidden else b""
    text = name.refers_to.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()
    pieces = (prefix, attribute(name.name), local, hidden, text, prefix)
    return b'<%bdefinedName name="%b"%b%b>%b</%bdefinedName>' % pieces


def _content_type(package: Package, part: str) -> str:
    extension = part.rpartition(".")[2].lower()
    default = ""
    for node in parse(package.read(TYPES_PART), TYPES_PART).children:
        if node.attrs.get("PartName", "").lower() == f"/{part}".lower():
            return node.attrs["ContentType"]
        if node.tag == "Default" and node.attrs.get("Extension", "").lower() == extension:
            default = node.attrs["ContentType"]
    return default
