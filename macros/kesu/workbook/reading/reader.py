"""Reading closed workbooks: fast, column-wise, and in a child process that may die without harm."""

from __future__ import annotations

import contextlib
import difflib
import io
import json
import os
import re
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from kesu.words.errors import KesuError
from kesu.words.text import Text
from kesu.workbook.own import BACKUP
from kesu.workbook.parquet import WORKBOOK_NEEDED
from kesu.workbook.reading import refusals
from kesu.workbook.reading.frame import LONGEST_LINE, PARQUET, SHARE, exactly
from kesu.workbook.reading.kept import Kept, kept_of

if TYPE_CHECKING:
    from kesu.register.raw import RawSheet
    from kesu.workbook.reading.cache import Cache

SUFFIXES: Final = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv", PARQUET)
SECONDS: Final = 300.0
"""Longest time one workbook may take to read."""
MEGABYTES: Final = 4096
"""Most memory that reading may take."""

ALLOCATION: Final = {
    "MALLOC_TRIM_THRESHOLD_": str(64 << 20),
    "MALLOC_MMAP_THRESHOLD_": str(16 << 20),
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}
"""Variables for a child that reads one workbook after another: it keeps what it let go, up to 64 MB, for the next one.
Every sheet would be given back and asked for anew, page by page; two milliseconds a register. glibc understands them."""

Passwords = Callable[[Path, bool], str | None]
"""Asked for the password of a path; True says that the last one was wrong. None gives the file up."""


class ReadError(KesuError):
    """A register could not be read; ``text`` says why and what to do, in both languages."""


class Reader:
    """Reads workbooks one after another in a child process, which is started at once and restarted if it dies.

    Use as a context manager. Not for several threads at a time: give each its own.
    """

    def __init__(
        self,
        seconds: float = SECONDS,
        megabytes: int = MEGABYTES,
        passwords: Passwords | None = None,
        encoding: str | None = None,
        cache: Cache | None = None,
    ) -> None:
        self._seconds, self._megabytes, self._passwords = seconds, megabytes, passwords
        self._encoding, self.cache = encoding, cache
        self._known: dict[Path, str] = {}
        self._child = self._start()
        self._asked: tuple[Path, bool] | None = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def another(self) -> Reader:
        """One more like this, with a child process of its own; it must be closed like this one."""
        return Reader(self._seconds, self._megabytes, self._passwords, self._encoding, self.cache)

    def ask(self, path: Path, *, every_sheet: bool = False) -> None:
        """Begin to read ``path`` in the background; `read` of the same path then takes the answer."""
        cache = self._cache_of(path)
        if _refused(path) is None and not (cache and cache.has(path, every_sheet=every_sheet)):
            self._send(path, every_sheet=every_sheet)

    def read(self, path: Path, *, every_sheet: bool = False) -> list[RawSheet]:
        """The sheets of ``path`` that belong to a register (or all), every cell as text.

        Raises `ReadError` for whatever cannot be read: missing, broken, encrypted, too large, too slow, or made by
        `kesu convert`, which has no sheets.
        """
        found = self.read_any(path, every_sheet=every_sheet)
        if isinstance(found, Kept):
            raise ReadError(WORKBOOK_NEEDED.at(path.name))
        return found

    def read_any(self, path: Path, *, every_sheet: bool = False) -> list[RawSheet] | Kept:
        """`read`; of what `kesu convert` made the typed columns. Raises as that does."""
        if self._asked != (path, every_sheet):
            problem = _refused(path)
            if problem is not None:
                raise ReadError(problem)
            cache = self._cache_of(path)
            kept = cache.get(path, sheets_of, every_sheet=every_sheet) if cache else None
            if kept is not None:
                return kept
            self._send(path, every_sheet=every_sheet)
        answer, sheets = self._receive(path)
        while "locked" in answer:
            word = self._passwords(path, answer["locked"] == "wrong") if self._passwords else None
            if word is None:
                wrong = answer["locked"] == "wrong"
                raise ReadError((refusals.password_wrong if wrong else refusals.password_needed)(path.name))
            self._known[path] = word
            self._send(path, every_sheet=every_sheet)
            answer, sheets = self._receive(path)
        if "refused" in answer:
            raise ReadError(Text(*answer["refused"]))
        if isinstance(sheets, list) and path not in self._known and (cache := self._cache_of(path)):
            cache.put(
                path, answer, sheets, every_sheet=every_sheet
            )  # what a password protects is kept nowhere else
        return sheets

    def _cache_of(self, path: Path) -> Cache | None:
        """Parquet is as quick to read as the cache is, and has files beside it that may change."""
        return None if path.suffix.lower() == PARQUET else self.cache

    def _send(self, path: Path, *, every_sheet: bool) -> None:
        if self._asked is not None:  # an answer nobody took would be given for this one
            self._restart()
        self._asked = path, every_sheet
        request = {
            "path": os.path.abspath(path),  # noqa: PTH100 - resolves no links
            "all": every_sheet,
            "password": self._known.get(path),
            "encoding": self._encoding,
        }
        with contextlib.suppress(OSError):  # a dead child is noticed when its answer is missing
            self._pipe("stdin").write(json.dumps(request).encode() + b"\n")
            self._pipe("stdin").flush()

    def _receive(self, path: Path) -> tuple[dict[str, Any], list[RawSheet] | Kept]:
        late = threading.Event()

        def give_up() -> None:
            late.set()
            self._child.kill()

        timer = threading.Timer(self._seconds, give_up)
        timer.start()
        try:
            out = self._pipe("stdout")
            answer = json.loads(out.readline(LONGEST_LINE + 1))
            self._asked = None
            if answer.keys() & {"refused", "locked"}:
                return answer, []
            if sum(answer["sizes"]) > 2 * (self._megabytes << 20) // SHARE:  # no child of ours says so
                raise EOFError  # noqa: TRY301
            return answer, (kept_of if "kept" in answer else _sheets)(answer, out)
        except Exception:  # whatever an answer does to us: it costs one file
            self._restart()
            text = (
                refusals.too_slow(path.name, self._seconds)
                if late.is_set()
                else refusals.died(path.name, self._megabytes)
            )
            raise ReadError(text) from None
        finally:
            timer.cancel()

    def _pipe(self, name: str) -> IO[bytes]:
        pipe = getattr(self._child, name)
        assert pipe is not None  # noqa: S101 - opened as a pipe in _start
        return pipe  # type: ignore[no-any-return]

    def _start(self) -> subprocess.Popen[bytes]:
        limits = str(self._megabytes), str(self._seconds)
        command = [sys.executable, "-I", "-X", "utf8", "-m", "kesu.workbook.reading.child", *limits]
        child = subprocess.Popen(  # noqa: S603 - our own module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ALLOCATION | os.environ,
            process_group=0 if os.name == "posix" else None,  # Ctrl-C is for its parent, which ends it
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        weakref.finalize(self, child.kill)  # interrupted before `__enter__`
        return child

    def _restart(self) -> None:
        self._stop()
        self._asked = None
        self._child = self._start()

    def _stop(self) -> None:
        self._child.kill()
        with contextlib.suppress(OSError):
            self._pipe("stdin").close()
        self._pipe("stdout").close()
        self._child.wait()


def sheets_of(answer: dict[str, Any], streams: bytes) -> list[RawSheet]:
    """The sheets of an answer that was kept. Raises whatever is wrong with it."""
    from kesu.workbook.reading.packed import Stream

    if sum(answer["sizes"]) != len(streams):
        raise ValueError("sizes")
    sheets = _sheets(answer, io.BytesIO(streams))
    for sheet in sheets:
        if isinstance(sheet.content, Stream):
            sheet.content.check()
    return sheets


def _sheets(answer: dict[str, Any], out: IO[bytes]) -> list[RawSheet]:
    import pandas as pd
    import pyarrow as pa

    from kesu.register.raw import RawSheet
    from kesu.workbook.reading.packed import Stream

    pa.set_memory_pool(pa.system_memory_pool())  # the others keep what was let go

    contents = {
        title: Stream(exactly(out, size))
        for title, size in zip(answer["sheets"], answer["sizes"], strict=True)
    }
    dates, uncached = (
        {title: frozenset(map(tuple, answer[what].get(title, ()))) for title in contents}
        for what in ("dates", "uncached")
    )
    texts = frozenset(
        text for title, cells in dates.items() for text in _at(RawSheet(title, contents[title]), cells)
    )
    sheets = [
        RawSheet(
            title,
            content,
            1,
            texts,
            answer["all_text"],
            uncached[title],
            dates[title],
            date1904=answer["date1904"],
            merged=tuple(map(tuple, answer["merged"].get(title, ()))),
            hidden=title in answer["hidden"],
            remarks=tuple(Text(*said) for said in answer.get("notes", {}).get(title, ())),
        )
        for title, content in contents.items()
    ]
    for sheet in sheets:
        _ = sheet.filled_columns  # what cannot be opened is told while it costs this file alone
    return [*sheets, *(RawSheet(title, pd.DataFrame(), aside=True) for title in answer["aside"])]


def _at(sheet: RawSheet, cells: Iterable[tuple[int, int]]) -> Iterator[str]:
    """What stands in these cells (Excel row, 0-based column)."""
    return (
        str(sheet.cells.at[row - 1, column])
        for row, column in cells
        if 0 < row <= sheet.height and column in sheet.filled_columns
    )


def _refused(path: Path) -> Text | None:
    """What can be told without opening the file."""
    if not os.path.isfile(path):  # noqa: PTH113 - Path.is_file raises where a folder may not be entered
        return not_there(path)
    if path.suffix.lower() not in SUFFIXES:
        return refusals.foreign(path.name)
    return None


def is_pattern(path: Path) -> bool:
    """Whether a path is a pattern such as ``*.xlsx`` that the shell left as it is, and no file's name."""
    return re.search(r"[*?]|\[[^\]]{1,255}\]", os.fspath(path)) is not None and not os.path.lexists(path)


def not_there(path: Path) -> Text:
    """In words that there is no file to read at ``path``, with the workbooks there of nearly that name."""
    try:
        folder = path if os.path.isdir(path) else path.parent  # noqa: PTH112
        names = os.listdir(folder)  # noqa: PTH208
    except OSError as error:
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            return refusals.missing(path.name, str(path))
        return refusals.locked(path.name, error.strerror or str(error))
    books = [name for name in names if name.lower().endswith(SUFFIXES) and BACKUP not in name]
    if folder is path:
        return refusals.no_workbooks(path.name, str(path))
    near = difflib.get_close_matches(re.sub(r"[*?\[\]]", "", path.name), books, n=3, cutoff=0.5)
    if is_pattern(path):
        return refusals.unmatched(path.name, str(path), near)
    return refusals.missing(path.name, str(path), near)
