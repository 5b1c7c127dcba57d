"""The zip container: parts are found whatever their case, read on demand, and copied raw when untouched."""

from __future__ import annotations

import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, BinaryIO, Final

from kesu.workbook.parquet import MAGIC, WORKBOOK_NEEDED
from kesu.workbook.patch.container import CHUNK, ZipWriter
from kesu.workbook.patch.refuse import PatchRefused, damaged, refused
from kesu.workbook.patch.xmlbytes import to_utf8

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_PART: Final = 512 * 1024 * 1024
"""Bytes of one part that kesu will unpack in order to change it."""
_SMALL: Final = 1 << 16
"""Parts up to this size are unpacked once; relations and tables are looked at again and again."""

Signature = tuple[int, int, int, int]


def signature(path: Path) -> Signature:
    """What changes when somebody saves the file: device, inode, size in bytes, time of change in ns."""
    seen = path.stat()
    return seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns


def key_of(name: str) -> str:
    """A part's name as compared: OPC part names ignore case, and some writers use backslashes."""
    return name.replace("\\", "/").lstrip("/").lower()


def is_xml(part: str) -> bool:
    """Whether a part holds XML, by its name."""
    return part.lower().endswith((".xml", ".rels", ".vml"))


class Package:
    """A closed workbook's parts, with changes laid over them in memory. The file itself is only read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.signature = signature(path)
            with path.open("rb") as file:
                self._infos = self._directory(file)
        except OSError as error:
            raise unreadable(path, error) from None
        self._small: dict[str, bytes] = {}
        self.changed: dict[str, tuple[str, bytes]] = {}
        self.dropped: dict[str, str] = {}

    def _directory(self, file: BinaryIO) -> dict[str, zipfile.ZipInfo]:
        start = file.read(8)
        if start == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
            raise self._old_or_encrypted(file)
        if start.startswith(MAGIC):
            raise refused(self.path.name, *WORKBOOK_NEEDED)
        try:
            with zipfile.ZipFile(file) as container:
                infos, self.comment = container.infolist(), container.comment
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
            raise refused(
                self.path.name,
                f"不是完整的 Excel 工作簿（{error}）。请用 Excel 打开后另存为 .xlsx。",
                f"this is not a whole Excel workbook ({error}). Open it in Excel and save it as .xlsx.",
            ) from None
        found: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            if info.flag_bits & 1:
                raise encrypted(self.path)
            if key_of(info.orig_filename) in found:
                raise damaged(self.path.name, f"two parts called {info.orig_filename}")
            found[key_of(info.orig_filename)] = info
        if sum(info.compress_size for info in infos) > self.signature[2]:
            raise damaged(self.path.name, "parts overlap, as in a zip bomb")
        return found

    def _old_or_encrypted(self, file: BinaryIO) -> PatchRefused:
        if "EncryptedPackage".encode("utf-16-le") in file.read(4 * CHUNK):
            return encrypted(self.path)
        return refused(
            self.path.name,
            "这是旧的 .xls 格式。请在 Excel 中另存为 .xlsx。",
            "this is the old .xls format. Save it as .xlsx from Excel.",
        )

    def where(self, part: str) -> str:
        """How messages name a part of this file."""
        return f"{self.path.name} ▸ {part}"

    def names(self) -> list[str]:
        """The names of all parts there now, as written in the file, new ones last."""
        kept = [info.orig_filename for key, info in self._infos.items() if key not in self.dropped]
        return kept + [name for key, (name, _) in self.changed.items() if key not in self._infos]

    def has(self, part: str) -> bool:
        """Whether there is such a part now, in any case."""
        key = key_of(part)
        return key not in self.dropped and (key in self.changed or key in self._infos)

    def read(self, part: str) -> bytes:
        """The part's bytes as they are now; XML other than UTF-8 comes as UTF-8."""
        data = self.read_raw(part)
        return to_utf8(data, self.where(part)) if is_xml(part) else data

    def read_raw(self, part: str) -> bytes:
        """The part's bytes as they are now. Refuses what is missing, broken or over `LARGEST_PART`."""
        key = key_of(part)
        if key in self.changed:
            return self.changed[key][1]
        info = self._infos.get(key)
        if info is None or key in self.dropped:
            raise damaged(self.where(part), "missing")
        if info.file_size > LARGEST_PART:
            raise refused(
                self.where(part),
                f"这一部分解压后有 {info.file_size:,} 字节，超过 kesu 能改写的 512 MB。请拆分工作簿。",
                f"this part unpacks to {info.file_size:,} bytes, over the 512 MB kesu will patch. Split the workbook.",
            )
        self.ensure_unchanged()
        if key in self._small:
            return self._small[key]
        try:
            with zipfile.ZipFile(self.path) as container:
                data = container.read(info)
        except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, zlib.error) as error:
            raise damaged(self.where(part), str(error)) from None
        except OSError as error:
            raise unreadable(self.path, error) from None
        if len(data) <= _SMALL:
            self._small[key] = data
        return data

    def put(self, part: str, data: bytes) -> None:
        """Replace a part, or add it. The same bytes again are no change."""
        if self._same(part, data):
            return
        info = self._infos.get(key_of(part))
        self.dropped.pop(key_of(part), None)
        self.changed[key_of(part)] = (info.orig_filename if info else part, data)

    def _same(self, part: str, data: bytes) -> bool:
        key = key_of(part)
        if key in self.changed or key in self.dropped or key not in self._infos:
            return self.has(part) and self.changed[key][1] == data
        return (self._infos[key].file_size, self._infos[key].CRC) == (len(data), zlib.crc32(data))

    def drop(self, part: str) -> None:
        """Leave a part out."""
        self.changed.pop(key_of(part), None)
        if info := self._infos.get(key_of(part)):
            self.dropped[key_of(part)] = info.orig_filename

    def touched(self) -> tuple[str, ...]:
        """The names of the parts that differ from the file: changed, new and dropped."""
        return (*(name for name, _ in self.changed.values()), *self.dropped.values())

    def untouched(self) -> list[zipfile.ZipInfo]:
        """The entries that are copied as they are, in the file's order."""
        return [i for key, i in self._infos.items() if key not in self.changed and key not in self.dropped]

    def ensure_unchanged(self) -> None:
        """Refuse if the file is no longer the one that was opened."""
        try:
            same = signature(self.path) == self.signature
        except OSError as error:
            raise unreadable(self.path, error) from None
        if not same:
            raise refused(
                self.path.name,
                "工作簿刚刚被别人改动过，kesu 没有写入。请再运行一次。",
                "somebody changed the workbook meanwhile, so kesu wrote nothing. Run it again.",
            )

    def write_to(self, fd: int) -> None:
        """The whole new container, to an open file descriptor: untouched entries raw, in the same order."""
        out = ZipWriter(fd)
        with self.path.open("rb") as source:
            for key, info in self._infos.items():
                if key in self.changed:
                    out.add(info, self.changed[key][1])
                elif key not in self.dropped:
                    out.copy(info, source)
        for key, (name, data) in self.changed.items():
            if key not in self._infos:
                out.add(zipfile.ZipInfo(name), data)
        out.finish(self.comment)


def encrypted(path: Path) -> PatchRefused:
    """The refusal of a workbook behind a password."""
    return refused(
        path.name,
        "工作簿有打开密码（已加密），kesu 不能就地改写。请先取消密码。",
        "the workbook is encrypted with a password and cannot be refreshed in place. Remove the password first.",
    )


def unreadable(path: Path, error: OSError) -> PatchRefused:
    """The refusal when the system would not let the file be read."""
    return refused(
        path.name,
        f"文件读不出来（{error.strerror}）。请检查路径和权限。",
        f"the file cannot be read ({error.strerror}). Check its path and permissions.",
    )
