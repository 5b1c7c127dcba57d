"""XML as bytes with known places: read with expat, changed by splicing, so that the rest stays as it was.

Nothing is ever serialised again: a change is a list of ``(start, end, new bytes)`` edits on the original bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

from kesu.workbook.patch.refuse import PatchRefused, damaged, refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Edit = tuple[int, int, bytes]

TAG = re.compile(rb"""<([^\s/<>]++)([^<>"']*+(?:(?:"[^<"]*"|'[^<']*')[^<>"']*+)*+)>""")
"""A whole start tag: its name as written and everything up to its end."""
_ATTRIBUTE = re.compile(rb"""(?<!\s)\s++([^\s=]++)\s*+=\s*+("[^"]*"|'[^']*')""")
_DECLARATION = re.compile(
    rb"""^(\xef\xbb\xbf)?<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["'][^>]*\?>"""
)
_ESCAPED = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
)
_DEEPEST = 200


@dataclass(slots=True)
class Node:
    """One element and where it stands: ``data[start:inner]`` is its start tag, ``data[close:end]`` its end tag.

    Attribute keys are local names, or ``"namespace-URI name"`` when prefixed. An empty element
    ``<a/>`` has ``inner == close == end``.
    """

    uri: str
    tag: str
    attrs: dict[str, str]
    start: int
    inner: int
    close: int = -1
    end: int = -1
    children: list[Node] = field(default_factory=list)
    text: str = ""

    def all(self, tag: str) -> list[Node]:
        """The direct children called ``tag`` in this element's own namespace."""
        return [child for child in self.children if child.tag == tag and child.uri == self.uri]

    def one(self, tag: str) -> Node | None:
        """The first direct child called ``tag``, if there is one."""
        return next(iter(self.all(tag)), None)

    def walk(self) -> Iterator[Node]:
        """This element and everything in it, in document order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


def to_utf8(data: bytes, where: str) -> bytes:
    """The part in UTF-8: as it is if it is already, else transcoded (UTF-16, GB18030 and so on)."""
    try:
        if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            text = data.decode("utf-16")
        elif (found := _DECLARATION.match(data)) and found[2].lower() not in {b"utf-8", b"utf8"}:
            text = data.decode(found[2].decode("ascii"))
        else:
            return data
    except (UnicodeDecodeError, LookupError) as error:
        raise damaged(where, str(error)) from None
    text = re.sub(r"""^(<\?xml\s[^>]*?encoding\s*=\s*)["'][^"']*["']""", r'\1"UTF-8"', text)
    return text.encode("utf-8", "surrogatepass")


def _no_dtd(where: str) -> PatchRefused:
    return refused(
        where,
        "文件里有 DTD 声明，可能藏有实体炸弹，kesu 不改这种文件。请用 Excel 另存后再试。",
        "it declares a DTD, where entity bombs hide; kesu does not patch such files. Save it again from Excel.",
    )


def check(data: bytes, where: str) -> None:
    """Refuse what is not well-formed XML or declares a DTD (expat alone, no Python call per element).

    Prefixes may be unbound, as in a fragment; see `fault` for whole parts.
    """
    _run(expat.ParserCreate(), data, where)


def fault(data: bytes) -> str:
    """Why a whole part is no XML that other programs read, prefixes that nothing declares included; "" if it is."""
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(data, True)
    except expat.ExpatError as error:
        return str(error)
    return ""


def _run(parser: expat.XMLParserType, data: bytes, where: str) -> None:
    def doctype(*_: object) -> None:
        raise _no_dtd(where)

    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise damaged(where, str(error)) from None


class _Builder:
    def __init__(self, data: bytes, where: str, *, namespaces: bool) -> None:
        self.data, self.where = data, where
        self.root: Node | None = None
        self.open: list[Node] = []
        self.parser = expat.ParserCreate(namespace_separator=" " if namespaces else None)
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.stop
        self.parser.CharacterDataHandler = self.characters

    def start(self, name: str, attrs: dict[str, str]) -> None:
        at = self.parser.CurrentByteIndex
        found = TAG.match(self.data, at)
        if found is None or len(self.open) > _DEEPEST:
            raise damaged(self.where, f"element {name} at byte {at}")
        uri, _, tag = name.rpartition(" ")
        node = Node(uri, tag, attrs, at, found.end())
        if self.data[found.end() - 2 : found.end()] == b"/>":
            node.close = node.end = node.inner
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)

    def stop(self, _name: str) -> None:
        node = self.open.pop()
        if node.end < 0:
            node.close = self.parser.CurrentByteIndex
            node.end = self.data.index(b">", node.close) + 1

    def characters(self, text: str) -> None:
        self.open[-1].text += text


def parse(data: bytes, where: str, *, namespaces: bool = True) -> Node:
    """The tree of a small part. Without ``namespaces``, tags and attributes keep their prefix as written."""
    builder = _Builder(data, where, namespaces=namespaces)
    _run(builder.parser, data, where)
    if builder.root is None:
        raise damaged(where, "empty")
    return builder.root


def splice(data: bytes, edits: Iterable[Edit]) -> bytes:
    """``data`` with each ``[start, end)`` replaced. Insertions at one place keep their order; overlaps are a bug."""
    pieces: list[bytes] = []
    at = 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        if start < at:
            raise ValueError(f"edits overlap at byte {start}")
        pieces += (data[at:start], new)
        at = end
    pieces.append(data[at:])
    return b"".join(pieces)


def prefix_of(data: bytes, node: Node) -> bytes:
    """The namespace prefix the element is written with, colon included: ``b"x:"`` or ``b""``."""
    found = TAG.match(data, node.start)
    name = found[1] if found else b""
    return name[: name.rfind(b":") + 1]


def raw_attributes(data: bytes, node: Node) -> dict[bytes, tuple[int, int, int]]:
    """Where each attribute stands: name as written → (start with its white space, value start, end)."""
    found = TAG.match(data, node.start)
    if found is None:
        return {}
    spans = _ATTRIBUTE.finditer(data, found.start(2), found.end(2))
    return {found[1]: (found.start(), found.start(2), found.end()) for found in spans}


def set_attributes(data: bytes, node: Node, changes: Mapping[str, str | None]) -> list[Edit]:
    """Edits that set (or with ``None`` remove) attributes, named as written in the file."""
    there = raw_attributes(data, node)
    after_name = node.start + 1 + len(_name(data, node))
    edits: list[Edit] = []
    for name, value in changes.items():
        span = there.get(name.encode())
        if value is None:
            edits += [(span[0], span[2], b"")] if span else []
        elif span:
            edits.append((span[1], span[2], b'"' + attribute(value) + b'"'))
        else:
            edits.append((after_name, after_name, b" " + name.encode() + b'="' + attribute(value) + b'"'))
    return edits


def append_child(data: bytes, node: Node, xml: bytes) -> Edit:
    """The edit that puts ``xml`` in as the last child, opening an empty element if need be."""
    if node.inner < node.end:
        return node.close, node.close, xml
    return node.inner - 2, node.end, b">" + xml + b"</" + _name(data, node) + b">"


def _name(data: bytes, node: Node) -> bytes:
    found = TAG.match(data, node.start)
    return found[1] if found else b""


def attribute(value: str) -> bytes:
    """``value`` escaped for a double-quoted attribute."""
    return value.translate(_ESCAPED).encode()
