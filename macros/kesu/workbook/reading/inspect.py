"""A look at a file before native code reads it: what it is, whether it is whole, whether it would fit."""

from __future__ import annotations

import re
import zipfile
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Final

from kesu.workbook.reading import refusals
from kesu.workbook.reading.contents import chosen
from kesu.workbook.reading.encodings import unmarked_utf16
from kesu.workbook.reading.layout import (
    Relation,
    counts_from_1904,
    is_usual,
    main_part,
    parts_of,
    relations,
    tree_of,
)
from kesu.workbook.reading.odd import ISO_TEXT, kinds_of, may_hold_iso
from kesu.workbook.reading.refusals import Refused
from kesu.workbook.reading.unpack import beginning, content
from kesu.xlsx.address import column_number

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

STRINGS: Final = "xl/sharedstrings.xml"
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEAD: Final = 1 << 16
"""Bytes at the beginning of a part that are looked at."""
PROLOG: Final = 1 << 10
"""Bytes of a part that are looked at for a document type at first: more than comes before the first element as a rule."""
SCANNED: Final = 8 << 20
"""Sheets up to this size are searched for cells far out; in larger ones the declared size decides. Also how many bytes
of sheets, all in all, are kept for whoever goes over them next."""
BYTES_A_CELL: Final = 48
"""What the reader spends on each cell of a sheet's bounding box."""
SHEETS: Final = 1000
"""Most sheets of a workbook."""
PUFFED: Final = 200
"""Whoever packs a large part this much smaller has put in the same bytes over and over: sheets and texts come to 10 to 60."""
LARGE: Final = 64
"""A part is large that takes more than this part of the memory allowed."""
_FAR: Final = re.compile(rb' r="(?:[A-Z]{3}\d|[A-Z]+\d{6})')
_CELL: Final = re.compile(rb"""\sr=["']([A-Z]{1,3})(\d{1,7})["']""")
_DIMENSION: Final = re.compile(rb'<(?:\w+:)?dimension [^<>]*ref="[A-Z]+\d+:([A-Z]{1,3})(\d{1,7})"')
_STRING: Final = re.compile(rb"<(?:\w+:)?si(?=[\s/>])")
_STEERING: Final = re.compile(r"[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_BLANK: Final = re.compile(rb"[\xef\xbb\xbf\xff\xfe\s]*")
_BEGINS: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*+(?:<\?[^<>?]*+\?>\s*+)?<[A-Za-z_]")
_CLOSES: Final = {b"<!": b"-->", b"<?": b"?>"}
_ODS: Final = b"application/vnd.oasis.opendocument.spreadsheet"


def kind_of(name: str, file: IO[bytes], suffix: str) -> str:
    """zip, ole or csv, by content; the name decides for text only. Raises `Refused` for anything else."""
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    if head.startswith(b"PK"):
        return "zip"
    if head.startswith(OLE):
        return "ole"
    if head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").startswith(b"<"):
        raise Refused(refusals.web_page(name))
    if suffix in {".csv", ".tsv"}:
        return "csv"
    if head and _is_text(head):
        raise Refused(refusals.plain_text(name))
    raise Refused(refusals.broken(name, "not a zip archive" if head else "empty"))


def _is_text(head: bytes) -> bool:
    """Whether the beginning of a file is a table of text: lines, separators, nothing that steers a device."""
    marked = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = head.decode("utf-16", "ignore") if marked else unmarked_utf16(head) or head.decode("latin-1")
    return _STEERING.search(text) is None and re.search(r"[,;\t]", text) is not None


@dataclass(frozen=True)
class Inspected:
    """A zipped workbook that may be read: ``kind`` xlsx or other (xlsb, ods).

    Of an xlsx: ``parts``, sheet title → name of its part; ``hidden``, titles of sheets not shown; ``iso_strings``,
    numbers of the shared strings that look exactly like true dates; ``date1904``, days count from 1904; ``bytes_of``,
    name → content of parts unpacked on the way; ``kinds``, name → what `kinds_of` says of them. Kind moved: an xlsx whose parts lie elsewhere than Excel puts them, to be
    looked at again when laid out anew.
    """

    kind: str
    parts: dict[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    iso_strings: frozenset[int] = frozenset()
    date1904: bool = False
    bytes_of: dict[str, bytes] = field(default_factory=dict)
    kinds: dict[str, bytes] = field(default_factory=dict)


def inspect(name: str, file: IO[bytes], memory: int, *, every_sheet: bool = True) -> Inspected:
    """Look at a zipped workbook that may take ``memory`` bytes. Raises `Refused` with the reason.

    ``every_sheet``: whether all of its sheets are going to be read, or those of a register alone.
    """
    try:
        with zipfile.ZipFile(file) as book:
            return _inspected(name, book, memory, every_sheet=every_sheet)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise Refused(refusals.broken(name, str(error) or type(error).__name__)) from None
    finally:
        file.seek(0)


def _inspected(name: str, book: zipfile.ZipFile, memory: int, *, every_sheet: bool) -> Inspected:
    parts = parts_of(book)
    _safe(name, book, parts, memory)
    for part, info in parts.items():
        if part.endswith((".xml", ".rels")) and _declares(book, info):
            raise Refused(refusals.entities(name, part))
    main = main_part(book, parts)
    if not is_usual(book, parts, main):
        return Inspected("moved")
    if not main:
        return Inspected("other")
    root = tree_of(book.read(parts[main]))
    sheets = list(_sheets(root, relations(book, parts, main))) if root is not None else []
    if len(sheets) > SHEETS:
        raise Refused(refusals.many_sheets(name, len(sheets), SHEETS))
    titles: dict[str, str] = {}
    for title, part, _ in sheets:
        if part in parts and titles.setdefault(part, title) != title:
            raise Refused(refusals.one_part(name, part, titles[part], title))
    hidden = frozenset(title for title, _, state in sheets if state not in {"", "visible"})
    wanted = set(chosen([title for title, _, _ in sheets], hidden, every_sheet=every_sheet))
    unpacked: dict[str, bytes] = {}
    kinds: dict[str, bytes] = {}
    room = SCANNED
    for part, info in parts.items():
        title = titles.get(part, part)
        if (
            part.startswith("xl/worksheets/")
            and part.endswith(".xml")
            and (title in wanted or part not in titles)
        ):
            data, cells = _fits(name, title, info, book, memory)
            if data and part in titles and len(data) <= room:
                unpacked[info.filename], kinds[info.filename] = data, cells
                room -= len(data)
    return Inspected(
        "xlsx",
        {title: parts[part].filename for title, part, _ in sheets if part in parts},
        hidden,
        _iso_strings(content(book, parts[STRINGS])) if STRINGS in parts else frozenset(),
        root is not None and counts_from_1904(root),
        unpacked,
        kinds,
    )


def _declares(book: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    """Whether a part declares a document type; comments before it are passed over, however long."""
    if (top := beginning(book, info)) is not None and _BEGINS.match(top):
        return False
    with book.open(info) as stream:
        seen, end, size = b"", b"", PROLOG  # ``end``: of the comment or instruction that we are in
        while more := stream.read(size):
            size = HEAD
            seen, at = seen + more.replace(b"\0", b""), 0  # in UTF-16 too
            while True:
                if end:
                    closed = seen.find(end, at)
                    if closed < 0:
                        at = max(at, len(seen) - 2)
                        break
                    at, end = closed + len(end), b""
                at = blank.end() if (blank := _BLANK.match(seen, at)) else at
                if len(seen) - at < len(b"<!--"):
                    break
                end = _CLOSES.get(seen[at : at + 2], b"")
                if seen.startswith(b"<!", at) and not seen.startswith(b"<!--", at):
                    return True
                if not end:
                    return False
            seen = seen[at:]
    return False


def _iso_strings(data: bytes) -> frozenset[int]:
    hits = [found.start() for found in ISO_TEXT.finditer(data)] if may_hold_iso(data) else []
    starts = [found.start() for found in _STRING.finditer(data)] if hits else []
    return frozenset(bisect_right(starts, hit) - 1 for hit in hits)


def _safe(name: str, book: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo], memory: int) -> None:
    if any(info.flag_bits & 1 for info in parts.values()):
        raise Refused(refusals.password_unsupported(name))
    size = sum(info.file_size for part, info in parts.items() if part.endswith((".xml", ".rels", ".bin")))
    if size > memory // 2:
        raise Refused(refusals.bomb(name, size, memory // 2))
    for part, info in parts.items():
        if info.file_size > max(memory // LARGE, PUFFED * info.compress_size):
            raise Refused(refusals.puffed(name, part, info.file_size, info.compress_size))
    if "mimetype" in parts and book.read(parts["mimetype"]).startswith(_ODS):
        manifest = parts.get("meta-inf/manifest.xml")
        if manifest is not None and b"encryption-data" in book.read(manifest):
            raise Refused(refusals.password_unsupported(name))


def _sheets(root: ET.Element, known: dict[str, Relation]) -> Iterator[tuple[str, str, str]]:
    """Sheet titles, part names and states, as far as they can be told; the reader proper will say what is wrong."""
    for node in root.iter():
        if node.tag.rpartition("}")[2] == "sheet":
            rel = next((v for k, v in node.attrib.items() if k.rpartition("}")[2] == "id"), "")
            yield node.get("name", ""), known[rel].part if rel in known else "", node.get("state", "")


def _fits(
    name: str, title: str, info: zipfile.ZipInfo, book: zipfile.ZipFile, memory: int
) -> tuple[bytes, bytes]:
    """What the part of a sheet holds, if that took unpacking it, and the kinds of its cells.

    Raises `Refused` where the sheet's bounding box takes more than ``memory`` bytes.
    """
    if info.file_size > SCANNED:
        with book.open(info) as stream:
            declared = _DIMENSION.search(stream.read(HEAD))
        if declared is None or _area(declared[1], declared[2]) * BYTES_A_CELL <= memory:
            return b"", b""
    data = content(book, info)
    cells = kinds_of(data)
    if _FAR.search(cells) is None:
        return data, cells
    width, right, height = 0, b"A", 1
    for letters, row in set(_CELL.findall(data)):
        if (column := column_number(letters)) > width:
            width, right = column, letters
        height = max(height, int(row))
    if width * height * BYTES_A_CELL > memory:
        raise Refused(refusals.stray(name, title, f"{right.decode()}{height}"))
    return data, cells


def _area(letters: bytes, row: bytes) -> int:
    return column_number(letters) * int(row)
