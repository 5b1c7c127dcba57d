"""How the parts of a workbook hang together: their relations, and what each of them is."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote

from kesu.workbook.patch.xmlbytes import append_child, attribute, parse, prefix_of, raw_attributes, splice

if TYPE_CHECKING:
    from kesu.workbook.patch.package import Package
    from kesu.workbook.patch.xmlbytes import Node

TYPES_PART: Final = "[Content_Types].xml"
RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELATIONSHIPS: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships"


class Relation(NamedTuple):
    """One line of a .rels part; ``part`` is the full name of the target part ("" when it lies outside)."""

    id: str
    kind: str
    type: str
    target: str
    part: str


def rels_part(part: str) -> str:
    """Where a part's relations are kept; the package's own for ``""``."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", name + ".rels")


def relations(package: Package, part: str) -> list[Relation]:
    """The relations of a part, targets resolved to part names; none if it has no .rels part."""
    name = rels_part(part)
    if not package.has(name):
        return []
    found = []
    for node in parse(package.read(name), package.where(name)).children:
        target = node.attrs.get("Target", "")
        inside = node.attrs.get("TargetMode") != "External"
        found.append(
            Relation(
                node.attrs.get("Id", ""),
                node.attrs.get("Type", "").rpartition("/")[2],
                node.attrs.get("Type", ""),
                target,
                _resolve(package, part, target) if inside else "",
            )
        )
    return found


def _resolve(package: Package, base: str, target: str) -> str:
    target = target.partition("#")[0].replace("\\", "/")
    joined = posixpath.normpath(posixpath.join("/", posixpath.dirname(base), target)).lstrip("/")
    return joined if package.has(joined) else unquote(joined)


def add_relation(package: Package, part: str, type_: str, target: str) -> str:
    """Add a relation from ``part`` and return its new id."""
    name = rels_part(part)
    data = package.read(name)
    root = parse(data, package.where(name))
    taken = {node.attrs.get("Id", "").lower() for node in root.children}
    number = next(n for n in range(1, len(taken) + 2) if f"rid{n}" not in taken)
    xml = b'<%bRelationship Id="rId%d" Type="%b" Target="%b"/>' % (
        prefix_of(data, root),
        number,
        attribute(type_),
        attribute(target),
    )
    package.put(name, splice(data, [append_child(data, root, xml)]))
    return f"rId{number}"


def related(data: bytes, root: Node, like: Node, id_: str) -> bytes:
    """The attribute that leads an element beside ``like`` to the relation ``id_``, in the namespace that ``like`` uses.

    Some writers declare the prefix on each element rather than on the root: then it is declared here too.
    """
    uri = STRICT_RELATIONSHIPS if f"{STRICT_RELATIONSHIPS} id" in like.attrs else RELATIONSHIPS
    there = raw_attributes(data, root).get(b"xmlns:r")
    bound = there is not None and data[there[1] + 1 : there[2] - 1] == uri.encode()
    declared = b"" if bound else b' xmlns:r="%b"' % uri.encode()
    return b'%b r:id="%b"' % (declared, id_.encode())


def declare(package: Package, part: str, content_type: str) -> None:
    """Say in [Content_Types].xml what a new part is."""
    data = package.read(TYPES_PART)
    root = parse(data, package.where(TYPES_PART))
    xml = b'<%bOverride PartName="/%b" ContentType="%b"/>' % (
        prefix_of(data, root),
        attribute(part),
        attribute(content_type),
    )
    package.put(TYPES_PART, splice(data, [append_child(data, root, xml)]))


def undeclare(package: Package, part: str, key: str, value: str) -> None:
    """Take the lines whose attribute ``key`` is ``value`` out of a part that lists others."""
    data = package.read(part)
    root = parse(data, package.where(part))
    gone = [n for n in root.children if n.attrs.get(key, "").casefold() == value.casefold()]
    package.put(part, splice(data, [(node.start, node.end, b"") for node in gone]))
