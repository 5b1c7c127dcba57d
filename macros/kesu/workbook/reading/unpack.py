"""Parts of a zip as `zipfile` unpacks them, in a part of the time where they are written as usual."""

from __future__ import annotations

import struct
import zipfile
import zlib
from typing import Final

SMALL: Final = 1 << 12
"""Packed bytes that `zipfile` takes at once, however few are asked for: of such a part it may look at the checksum."""
MOST: Final = 1 << 16
"""Bytes that a small part may unpack to."""
TOP: Final = 1 << 10
"""Bytes at the beginning of a larger part that are unpacked."""
_USUAL: Final = 0b1000_0000_1110
"""Flags that change nothing in how a part is read."""
_HEADER: Final = struct.Struct("<4s22xHH")


def content(book: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The whole part, checked. Raises what `zipfile` raises."""
    packed = _packed(book, info, info.compress_size)
    data = _inflated(packed, info.file_size) if packed else None
    whole = data is not None and len(data) == info.file_size and zlib.crc32(data) == info.CRC
    return data if data is not None and whole else book.read(info)


def beginning(book: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes | None:
    """The first bytes of a part, `TOP` or more; None where it takes `zipfile` to tell what is wrong with it."""
    small = info.compress_size <= SMALL
    size = info.file_size if small else TOP
    if size > MOST or (not small and info.file_size <= SMALL):
        return None
    packed = _packed(book, info, info.compress_size if small else TOP)
    data = _inflated(packed, size) if packed else None
    if data is None or len(data) != size or (small and zlib.crc32(data) != info.CRC):
        return None
    return data


def _inflated(packed: bytes, most: int) -> bytes | None:
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, most)
    except zlib.error:
        return None


def _packed(book: zipfile.ZipFile, info: zipfile.ZipInfo, size: int) -> bytes | None:
    """The first ``size`` bytes of a part as they are packed; None where anything is unusual."""
    usual = info.compress_type == zipfile.ZIP_DEFLATED and not info.flag_bits & ~_USUAL
    if not usual or not info.file_size or book.fp is None:
        return None
    book.fp.seek(info.header_offset)
    header = book.fp.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return None
    mark, name, extra = _HEADER.unpack(header)
    names = book.fp.read(name + extra)[:name]
    end = info.header_offset + _HEADER.size + name + extra + info.compress_size
    apart = end <= (
        getattr(info, "_end_offset", None) or end
    )  # newer versions look for parts within each other
    written = names.decode("utf-8" if info.flag_bits & 0x800 else "cp437", "replace")
    if mark != b"PK\3\4" or written != info.orig_filename or not apart:
        return None
    return book.fp.read(size)
