"""Writing a zip whose untouched entries are copied packed, byte for byte."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, BinaryIO, Final

from kesu.workbook.patch.refuse import damaged, refused

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK: Final = 1024 * 1024
_LOCAL = struct.Struct("<4sHHHHHLLLHH")
_CENTRAL = struct.Struct("<4sHHHHHHLLLHHHHHLL")
_END = struct.Struct("<4sHHHHLLH")
_LEVEL = 3
"""Half the time of zlib's usual 6 for a part a tenth larger."""
_STREAMED = 0x08
_UTF8 = 0x800
_ZIP64_EXTRA = 1


class ZipWriter:
    """A zip being written. No zip64: a workbook of 4 GB is refused."""

    def __init__(self, fd: int) -> None:
        self.fd, self.at = fd, 0
        self.central: list[bytes] = []

    def write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            written = os.write(self.fd, view[:CHUNK])
            self.at += written
            view = view[written:]

    def add(self, info: zipfile.ZipInfo, data: bytes) -> None:
        packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
        packed = packer.compress(data) + packer.flush()
        self._header(info, zipfile.ZIP_DEFLATED, zlib.crc32(data), len(packed), len(data))
        self.write(packed)

    def copy(self, info: zipfile.ZipInfo, source: BinaryIO) -> None:
        self._header(info, info.compress_type, info.CRC, info.compress_size, info.file_size)
        for chunk in raw_chunks(info, source):
            self.write(chunk)

    def _header(self, info: zipfile.ZipInfo, method: int, crc: int, packed: int, size: int) -> None:
        if max(self.at + packed, size) >= 0xFFFFFFFF or len(self.central) >= 0xFFFF:
            raise refused(info.orig_filename, "工作簿超过 4 GB。", "the workbook is over 4 GB. Split it.")
        name = _raw_name(info)
        # A name that is not plain ASCII in a new entry is UTF-8, and must say so.
        flags = info.flag_bits & ~_STREAMED | (0 if _is_cp437(info) else _UTF8)
        year, month, day, hour, minute, second = info.date_time
        stamp = hour << 11 | minute << 5 | second // 2, year - 1980 << 9 | month << 5 | day
        needs = max(info.extract_version, 20)
        extra = _without_zip64(info.extra)
        self.central.append(
            _CENTRAL.pack(
                b"PK\x01\x02", info.create_version | info.create_system << 8, needs, flags, method, *stamp, crc,
                packed, size, len(name), len(extra), len(info.comment), 0, info.internal_attr, info.external_attr,
                self.at,
            )
            + name + extra + info.comment
        )  # fmt: skip
        self.write(
            _LOCAL.pack(b"PK\x03\x04", needs, flags, method, *stamp, crc, packed, size, len(name), 0) + name
        )

    def finish(self, comment: bytes) -> None:
        start = self.at
        self.write(b"".join(self.central))
        count = len(self.central)
        self.write(
            _END.pack(b"PK\x05\x06", 0, 0, count, count, self.at - start, start, len(comment)) + comment
        )


def raw_chunks(info: zipfile.ZipInfo, source: BinaryIO) -> Iterator[bytes]:
    """The entry's packed bytes as they stand in ``source``, a chunk at a time."""
    source.seek(info.header_offset)
    header = source.read(_LOCAL.size)
    if len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
        raise damaged(info.orig_filename, "no entry header")
    *_, name_length, extra_length = _LOCAL.unpack(header)
    source.seek(name_length + extra_length, os.SEEK_CUR)
    left = info.compress_size
    while left:
        chunk = source.read(min(CHUNK, left))
        if not chunk:
            raise damaged(info.orig_filename, "cut short")
        left -= len(chunk)
        yield chunk


def _is_cp437(info: zipfile.ZipInfo) -> bool:
    try:
        info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return False
    return True


def _raw_name(info: zipfile.ZipInfo) -> bytes:
    utf8 = info.flag_bits & _UTF8 or not _is_cp437(info)
    return info.orig_filename.encode("utf-8" if utf8 else "cp437")


def _without_zip64(extra: bytes) -> bytes:
    kept, at = b"", 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind != _ZIP64_EXTRA:
            kept += extra[at : at + 4 + length]
        at += 4 + length
    return kept + extra[at:]
