"""Where the parts of an .xlsx lie: found through its relationships, and laid out as Excel does where they lie elsewhere.

The readers in native code know one layout (``xl/workbook.xml``, ``xl/worksheets/…``); the format allows any.
"""

from __future__ import annotations

import io
import posixpath
import shutil
import zipfile
from collections.abc import Mapping
from typing import IO, Final, NamedTuple
from urllib.parse import unquote
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

Parts = Mapping[str, zipfile.ZipInfo]
"""Part names, small letters and forward slashes → entries of the zip."""

MAIN: Final = "xl/workbook.xml"
_USUAL: Final = {"sharedStrings": "xl/sharedstrings.xml", "styles": "xl/styles.xml"}
_RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"


class Relation(NamedTuple):
    """A relationship of a part: the last word of its type, and the part it leads to ("" outside of the file)."""

    kind: str
    type: str
    part: str


def parts_of(book: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """All parts by name; names in a package ignore case, and some writers use backslashes."""
    return {info.filename.replace("\\", "/").lstrip("/").lower(): info for info in book.infolist()}


def relations(book: zipfile.ZipFile, parts: Parts, owner: str) -> dict[str, Relation]:
    """The relationships of ``owner`` ("": of the file) by id; none where they cannot be told."""
    folder = posixpath.dirname(owner)
    info = parts.get(_rels(owner))
    root = tree_of(book.read(info)) if info else None
    found = {}
    for node in root if root is not None else ():
        type_, target = node.get("Type", ""), node.get("Target", "").replace("\\", "/")
        outside = node.get("TargetMode", "").lower() == "external" or not target
        part = "" if outside else posixpath.normpath(posixpath.join("/", folder, unquote(target)))
        found[node.get("Id", "")] = Relation(type_.rpartition("/")[2], type_, part.lstrip("/").lower())
    return found


def _rels(owner: str) -> str:
    folder, name = posixpath.split(owner)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def broken_list(file: IO[bytes]) -> str:
    """The part of an .xlsx that should say where the others lie, and is not there, cannot be read or leads nowhere; "": none."""
    with zipfile.ZipFile(file) as book:
        parts = parts_of(book)
        main = main_part(book, parts) or MAIN
        for owner, kind in (("", "officeDocument"), (main, "worksheet")):
            led_to = [one.part for one in relations(book, parts, owner).values() if one.kind == kind]
            if not led_to or any(part not in parts for part in led_to):
                return _rels(owner)
        return main if tree_of(book.read(parts[main])) is None else ""


def main_part(book: zipfile.ZipFile, parts: Parts) -> str:
    """The part that names the sheets; "" where there is none, as in an OpenDocument file or an .xlsb."""
    top = (one.part for one in relations(book, parts, "").values() if one.kind == "officeDocument")
    part = next(top, MAIN)
    part = part if part in parts else MAIN
    return part if part in parts and not part.endswith(".bin") else ""


def is_usual(book: zipfile.ZipFile, parts: Parts, main: str) -> bool:
    """Whether the readers find everything where they look for it."""
    if main != MAIN:
        return not main
    known = relations(book, parts, main).values()
    return all(_usual(one) for one in known) and not (
        "sharedStrings" not in {one.kind for one in known} and _USUAL["sharedStrings"] in parts
    )


def _usual(relation: Relation) -> bool:
    if relation.kind == "worksheet":
        return relation.part.startswith("xl/worksheets/")
    return relation.part == _USUAL.get(relation.kind, relation.part)


def laid_out(file: IO[bytes]) -> bytes:
    """The same workbook with its sheets, texts and styles where Excel puts them, and nothing else."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(file) as book,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        parts = parts_of(book)
        main = main_part(book, parts)
        lines, targets = [], {main: MAIN}
        for at, (id_, one) in enumerate(relations(book, parts, main).items(), 1):
            if one.part in parts and (one.kind in _USUAL or one.kind.endswith("sheet")):
                target = f"xl/{one.kind}.xml" if one.kind in _USUAL else f"xl/worksheets/sheet{at}.xml"
                if one.part not in targets and target in targets.values():
                    continue
                target = targets.setdefault(one.part, target)
                fields = (("Id", id_), ("Type", one.type), ("Target", f"/{target}"))
                lines.append("<Relationship " + " ".join(f"{k}={quoteattr(v)}" for k, v in fields) + "/>")
        for part, target in targets.items():
            with book.open(parts[part]) as old, new.open(target, "w", force_zip64=True) as copy:
                shutil.copyfileobj(old, copy, 1 << 20)
        new.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_RELATIONS}">{"".join(lines)}</Relationships>',
        )
        new.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/'
            f'officeDocument/2006/relationships/officeDocument" Target="/{MAIN}"/></Relationships>',
        )
    return out.getvalue()


def counts_from_1904(workbook: ET.Element) -> bool:
    """Whether the workbook's dates are days since 1904, as old Excels for Mac count."""
    found = (node.get("date1904") for node in workbook if node.tag.rpartition("}")[2] == "workbookPr")
    return next(found, None) in {"1", "true", "on"}


DEEPEST: Final = 200
"""Elements within each other of a part that says what a workbook holds; those of writers are four or five."""


class _Flat(ET.TreeBuilder):
    """A tree that goes no deeper: taking one of 200,000 levels apart is endless where memory is short."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0

    def start(self, tag: str, attrs: dict[str, str]) -> ET.Element:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ET.ParseError
        return super().start(tag, attrs)

    def end(self, tag: str) -> ET.Element:
        self.depth -= 1
        return super().end(tag)


def tree_of(data: bytes) -> ET.Element | None:
    """A part read as XML; None where it is none, or has declarations or depths, which no writer of workbooks makes."""
    if b"<!" in data.replace(b"<!--", b"") or "<!".encode("utf-16-le") in data:
        return None
    try:
        return ET.fromstring(data, ET.XMLParser(target=_Flat()))  # noqa: S314 - no declarations in it
    except ET.ParseError:
        return None
