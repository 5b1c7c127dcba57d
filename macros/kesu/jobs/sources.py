"""Which files are read when files, folders and patterns are named: each register once, and nothing that is none."""

from __future__ import annotations

import contextlib
import glob
import hashlib
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from kesu.words.text import Text, listed
from kesu.workbook.own import is_backup, is_beside, is_note, is_report
from kesu.workbook.reading.frame import PARQUET
from kesu.workbook.reading.reader import SUFFIXES, is_pattern, not_there

NAMED: Final = 3
"""How many names a remark shows; of more it tells the number."""

BACKUPS: Final = Text("kesu 的备份，跳过", "a backup that kesu keeps, left alone")
REPORTS: Final = Text("kesu 出的报告，不是登记表，跳过", "a report that kesu made, no register; left alone")
BESIDE: Final = Text(
    "kesu convert 一起写出的另一张表，随投诉文件读取，跳过",
    "written by kesu convert beside the file of complaints and read with that; left alone",
)
TYPED: Final = Text(
    "Parquet 只能读，这个命令要用工作簿，跳过",
    "Parquet, which is only read; this command needs workbooks, so it is left alone",
)
NOTES: Final = Text(
    "表格程序的占用标记，不是工作簿，跳过", "a note that a program has a file open, no workbook; left alone"
)
TARGET: Final = Text("就是要写入的登记表，跳过", "the register itself, left alone")
TWICE: Final = Text("与 {first} 是同一个文件，只算一次", "the same file as {first}, taken once")
COPY: Final = Text(
    "与 {first} 内容完全相同，只算一次", "a copy of {first} with the same content, counted once"
)
NOTHING: Final = Text(
    "没有剩下可读的登记表。请写出登记表的文件名、文件夹或通配符。",
    "Nothing is left to read. Name a register, a folder of registers or a pattern.",
)


@dataclass(frozen=True)
class Sources:
    """The files to read, in the order given, and in words which were passed over and why.

    What does not exist is among ``paths``: its reader says so. Folders and patterns stand as the workbooks in them,
    by name; where there are none, as themselves.
    """

    paths: tuple[Path, ...]
    remarks: tuple[Text, ...]


def sources(
    given: Sequence[Path],
    *,
    recursive: bool = False,
    copies: bool = False,
    target: Path | None = None,
    workbooks: bool = False,
    called: Mapping[Path, str] = MappingProxyType({}),
) -> Sources:
    """What is meant by ``given``. ``recursive``: folders with those below them.

    ``copies``: files of the same content are taken one by one. ``target``: a register that is none of them. ``workbooks``:
    nothing else will do; a Parquet file that is named itself stays among the paths, for the command to refuse.
    ``called``: what a path is told as; else by its name, or, where another of that name is meant, as it was given.
    """
    told: defaultdict[Text, list[str]] = defaultdict(list)
    paths = []
    named = frozenset(given)
    for path in (one for word in given for one in _meant(word, recursive=recursive)):
        reason = next((text for test, text in _NONE if test(path)), None)
        if reason is None and workbooks and path.suffix.lower() == PARQUET and path not in named:
            reason = TYPED
        if reason is None and target is not None and _identity(path) == _identity(target):
            reason = TARGET
        if reason is None:
            paths.append(path)
        elif path.name not in told[reason]:
            told[reason].append(path.name)
    alike = Counter(path.name for path in dict.fromkeys(paths))
    names = {path: called.get(path, str(path) if alike[path.name] > 1 else path.name) for path in paths}
    paths = _once(paths, _identity, TWICE, told, names)
    if not copies:
        paths = _once(paths, _contents(paths), COPY, told, names)
    if all(is_pattern(path) for path in paths):
        told |= {text: [] for text in (*map(not_there, paths), NOTHING)}
        paths = []
    return Sources(tuple(paths), tuple(_remark(reason, names) for reason, names in told.items()))


_NONE: Final[tuple[tuple[Callable[[Path], bool], Text], ...]] = (
    (is_note, NOTES),
    (is_backup, BACKUPS),
    (is_report, REPORTS),
    (is_beside, BESIDE),
)


def _meant(path: Path, *, recursive: bool) -> Iterator[Path]:
    """The files that one word of the command line names."""
    found: Iterable[Path] = ()
    with contextlib.suppress(OSError):  # the reader says that the folder cannot be opened
        if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises where a folder above may not be entered
            found = list(path.rglob("*") if recursive else path.iterdir())
        elif is_pattern(path):
            found = map(Path, glob.glob(os.fspath(path), recursive=True))  # noqa: PTH207 - with ** and folders
    books = [one for one in found if one.suffix.lower() in SUFFIXES and one.is_file()]
    yield from sorted(books, key=lambda one: (os.fspath(one).casefold(), one)) or [path]


def _identity(path: Path) -> object:
    """Equal for two paths to one file: links of both kinds, other case where the system does not tell them apart."""
    try:
        stat = path.stat()
    except OSError:
        return os.path.realpath(path)
    return (stat.st_dev, stat.st_ino) if stat.st_ino else os.path.realpath(path)


def _contents(paths: Sequence[Path]) -> Callable[[Path], object]:
    """Equal for two paths of ``paths`` to files with the same bytes; only files of one size are looked into."""
    sizes: defaultdict[int, list[Path]] = defaultdict(list)
    for path in paths:
        with contextlib.suppress(OSError):
            sizes[path.stat().st_size].append(path)
    alike = {path for size, some in sizes.items() if size and len(some) > 1 for path in some}

    def key(path: Path) -> object:
        try:
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").digest() if path in alike else path
        except OSError:
            return path

    return key


def _once(
    paths: Sequence[Path],
    key: Callable[[Path], object],
    text: Text,
    told: defaultdict[Text, list[str]],
    names: Mapping[Path, str],
) -> list[Path]:
    """One of each; of the others ``text`` says which it is; ``names``: what they are called."""
    alike: defaultdict[object, list[Path]] = defaultdict(list)
    for path in paths:
        alike[key(path)].append(path)
    kept = [min(some, key=lambda path: len(path.name)) for some in alike.values()]  # not “branch (1).xlsx”
    for one, some in zip(kept, alike.values(), strict=True):
        for path in some:
            if path is not one:
                told[text.fill(first=names[one])].append(names[path])
    return kept


def _remark(reason: Text, names: Sequence[str]) -> Text:
    if not names:
        return reason
    more = len(names) - NAMED
    zh, en = listed(names[:NAMED])
    if more > 0:
        zh, en = f"{zh} 等 {len(names)} 个文件", f"{en} and {more} more"
    return Text(f"{zh}：{reason.zh}。", f"{en}: {reason.en}.")
