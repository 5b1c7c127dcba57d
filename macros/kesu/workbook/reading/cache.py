"""What was read from workbooks, kept in a folder: a register that has not changed is not opened again.

An entry holds the cells of one workbook as the child process handed them over, personal data among them, under a name that
says what it was made from: the content of the file, how it was read, and the code that read it. It is JSON and Arrow, never
code; it can be deleted at any time. Only entries that nobody but the user himself can have written are used.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kesu.words.errors import KesuError
from kesu.words.text import Text, counted
from kesu.words.version import VERSION
from kesu.workbook.reading.frame import LONGEST_LINE
from kesu.workbook.reading.packed import Stream

if TYPE_CHECKING:
    from kesu.register.raw import RawSheet

MARK: Final = b"kesu cells 1\n"
TEXTS: Final = (".csv", ".tsv")
"""Their sheet is called as they are."""
OPEN_FOLDER: Final = Text(
    "“{path}”不能当缓存：{why}。请换一个只有自己能写的文件夹。",
    "“{path}” cannot be a cache: {why}. Name a folder to which you alone can write.",
)
OTHERS_WRITE: Final = Text("别人也能往里写", "others can write to it")
NOT_YOURS: Final = Text("它属于别人", "it belongs to somebody else")
NO_FOLDER: Final = Text("它不是文件夹，也建不出来", "it is no folder, and none can be made there")
USED: Final = Text(
    "缓存 {path}：{n} 个登记表没有变，直接取用；{more} 个重新读取。",
    "Cache {path}: {n} unchanged and taken from it, {more} read anew.",
)
IGNORED: Final = Text(
    "缓存里有 {n} 个条目损坏或来历不明，没有采用，已重新读取。",
    "{n} in the cache damaged or of unknown origin: not used, read anew.",
)


SheetsOf = Callable[[dict[str, Any], bytes], "list[RawSheet]"]
"""The sheets of an answer of the child and the streams that follow it; raises whatever is wrong with them."""


class CacheError(KesuError):
    """A folder that may not be used; ``text`` says why, in both languages."""


class Cache:
    """Entries in ``folder``, which is made if need be. Raises `CacheError`. Files of up to ``largest`` bytes are entries.

    ``used``, ``made`` and ``ignored`` count what was taken, read anew, and not trusted.
    """

    def __init__(self, folder: Path, largest: int, encoding: str | None = None) -> None:
        self.folder, self._largest, self._encoding = folder, largest + LONGEST_LINE, encoding
        self.used = self.made = self.ignored = 0
        self._keys: dict[tuple[Path, bool], str | None] = {}
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            found = folder.stat()
        except OSError:
            raise CacheError(OPEN_FOLDER.fill(path=folder, why=NO_FOLDER)) from None
        if hasattr(os, "geteuid"):
            if found.st_uid != os.geteuid():
                raise CacheError(OPEN_FOLDER.fill(path=folder, why=NOT_YOURS))
            if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                raise CacheError(OPEN_FOLDER.fill(path=folder, why=OTHERS_WRITE))

    def has(self, path: Path, *, every_sheet: bool) -> bool:
        """Whether there seems to be an entry for the file as it is now."""
        key = self._keys[path, every_sheet] = self._key(path, every_sheet=every_sheet)
        return key is not None and os.path.lexists(self._entry(key))

    def get(self, path: Path, sheets_of: SheetsOf, *, every_sheet: bool) -> list[RawSheet] | None:
        """The sheets of the file as it is now; None where there is no entry that can be trusted."""
        if not self.has(path, every_sheet=every_sheet):
            return None
        try:
            sheets = sheets_of(*self._opened(self._entry(str(self._keys[path, every_sheet]))))
        except Exception:  # whatever is wrong with it: the file itself is there to be read
            self.ignored += 1
            return None
        self.used += 1
        return sheets

    def put(
        self, path: Path, answer: dict[str, Any], sheets: Sequence[RawSheet], *, every_sheet: bool
    ) -> None:
        """Keep what was read, unless the file has changed since `has` or `get` was asked. A full disk is no matter."""
        key = self._keys.get((path, every_sheet))
        if key is None or key != self._key(path, every_sheet=every_sheet):
            return
        self.made += 1
        streams = [sheet.content.data for sheet in sheets if isinstance(sheet.content, Stream)]
        body = b"\n".join([json.dumps(answer).encode(), b"".join(streams)])
        with contextlib.suppress(OSError):
            number, name = tempfile.mkstemp(".tmp", ".kesu-", self.folder)  # for nobody else to read: 0600
            try:
                with os.fdopen(number, "wb") as made:
                    made.write(MARK + _sum(key, body) + body)
                Path(name).replace(self._entry(key))
            finally:
                Path(name).unlink(missing_ok=True)

    def said(self) -> list[Text]:
        """How much came out of it, in words; nothing where it was not asked for anything."""
        if not self.used + self.made + self.ignored:
            return []
        told = [USED.fill(path=self.folder, n=f"{self.used:,}", more=f"{self.made:,}")]
        if self.ignored:
            n = Text(f"{self.ignored:,}", counted(self.ignored, "entry"))
            told.append(IGNORED.fill(n=n))
        return told

    def _opened(self, entry: Path) -> tuple[dict[str, Any], bytes]:
        """The answer that was kept, and its streams. Raises whatever is wrong with it."""
        number = os.open(entry, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(number, "rb") as file:
            found = os.fstat(number)
            ours = not hasattr(os, "geteuid") or (found.st_uid == os.geteuid() and not found.st_mode & 0o077)
            if not ours or not stat.S_ISREG(found.st_mode) or found.st_size > self._largest:
                raise ValueError(entry.name)
            head = file.read(len(MARK) + hashlib.sha256().digest_size)
            body = file.read()
        if head != MARK + _sum(entry.stem, body):
            raise ValueError(entry.name)
        line, _, streams = body.partition(b"\n")
        return json.loads(line), streams

    def _entry(self, key: str) -> Path:
        return self.folder / f"{key}.cells"

    def _key(self, path: Path, *, every_sheet: bool) -> str | None:
        """What an entry for the file is called; None where the file cannot be read."""
        kind = path.suffix.lower()
        how = (_code(), kind, path.name if kind in TEXTS else "", every_sheet, self._encoding)
        found = hashlib.sha256(repr(how).encode("utf-8", "surrogateescape"))
        try:
            with path.open("rb") as file:
                found.update(hashlib.file_digest(file, "sha256").digest())
        except OSError:
            return None
        return found.hexdigest()


def _sum(key: str, body: bytes) -> bytes:
    return hashlib.sha256(key.encode() + body).digest()


@cache
def _code() -> str:
    """kesu's version, and a checksum of what decides how files are read."""
    found = hashlib.sha256(VERSION.encode())
    room = Path(__file__).parent
    register = room.parent.parent / "register"
    for file in (*sorted(room.glob("*.py")), register / "columns.py", register / "figures.py"):
        with contextlib.suppress(OSError):  # in an archive: the version must do
            found.update(file.read_bytes())
    return found.hexdigest()
