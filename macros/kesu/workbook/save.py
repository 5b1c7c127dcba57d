"""The one way to write a file that kesu makes: whole or not at all, never over what somebody else made."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import itertools
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kesu.words.errors import KesuError
from kesu.words.text import Text
from kesu.workbook.atomic import keep, temporary, why
from kesu.workbook.own import KEPT
from kesu.workbook.parquet import MAGIC
from kesu.workbook.seal import is_ours, sealed

FAILED: Final = Text(
    "{path} 写不进去：{why}。什么也没有改动。", "{path} could not be written: {why}. Nothing was changed."
)
NO_FOLDER: Final = Text(
    "{path} 写不进去：没有文件夹 {folder}。请先建好它。",
    "{path} could not be written: there is no folder {folder}. Make it first.",
)
INPUT: Final = Text(
    "{path} 是这次要读的文件，不会被覆盖。请换一个文件名。",
    "{path} is read in this run and is never written over. Choose another name.",
)
TAKEN: Final = Text(
    "{path} 已存在，不覆盖。请换一个文件名{or_force}。",
    "{path} exists and is not overwritten. Choose another name{or_force}.",
)
FOREIGN: Final = Text(
    "{path} 已存在，不是 kesu 生成后没有改动过的报告或清单，没有写入。请换一个文件名{or_force}。",
    "{path} exists and is no report or list as kesu made it, so nothing was written. Choose another name{or_force}.",
)
OR_FORCE: Final = Text(
    "；或用 --force，它会先留一份带日期的副本", ", or use --force, which keeps a dated copy of it"
)
READ_ONLY: Final = Text(
    "{path} 是只读的，没有写入。请先取消只读。",
    "{path} is read-only, so nothing was written. Make it writable first.",
)
DANGLING: Final = Text(
    "{path} 是一个链接，它指向的 {target} 不存在，没有写入。请删掉这个链接或换一个文件名。",
    "{path} is a link to {target}, which is not there, so nothing was written. Remove the link or choose another name.",
)
ODD: Final = Text(
    "{path} 不是普通文件，没有写入。请换一个文件名。",
    "{path} is no ordinary file, so nothing was written. Choose another name.",
)
CHANGED: Final = Text(
    "{path} 刚刚被别人改动，没有写入。请再运行一次。",
    "{path} was changed by somebody else just now, so nothing was written. Run it again.",
)


class NotWrittenError(KesuError):
    """A file was not written, and what stood there is as it was; ``text`` says why and what to do, in both languages."""


@dataclass(frozen=True)
class Rules:
    """What may be written over.

    ``again``: reports, lists and add-ins that kesu made and nobody has changed. ``force``: anything else too, once a
    copy dated ``day`` is kept; None says that whoever calls has no such option. ``inputs``: what the run reads; never.
    """

    day: dt.date
    again: bool = True
    force: bool | None = False
    inputs: tuple[Path, ...] = ()


@dataclass(frozen=True)
class _Target:
    path: Path
    """Links followed."""
    there: os.stat_result | None
    keep: bool = False

    @property
    def stream(self) -> bool:
        return self.there is not None and _is_stream(self.there)


def check(path: Path, rules: Rules, content: bytes | None = None) -> None:
    """Raise `NotWrittenError` where `save` would not write to ``path``: known before any work is done.

    ``content``, where it is known already, may be what stands there.
    """
    with _in_words(path):
        target = _target(path, rules, content)
        folder = target.path.parent
        if not target.stream and not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def save(path: Path, content: bytes, rules: Rules) -> Path | None:
    """Write ``content`` to ``path``: texts with a mark by which kesu knows them again (see `seal`).

    Returns where what stood there is kept, if it had to be. A link stays one; the file that it leads to is written.
    Raises `NotWrittenError`; then nothing has changed.
    """
    content = content if content.startswith((b"PK", MAGIC, b"%PDF-")) else sealed(content)
    with _in_words(path):
        target = _target(path, rules, content)
        if target.stream:
            with target.path.open("wb") as stream:
                stream.write(content)
            return None
        return _put(target, content, rules)


def save_own(path: Path, content: bytes) -> None:
    """Write a file of kesu's own settings, over what is there. Raises OSError."""
    target = Path(os.path.realpath(path))
    there = target.exists()
    with temporary(target, 0o600 if there else 0o666) as made:
        _fill(made.fd, content)
        if there:
            made.like(target)
        made.become(target)


def _put(target: _Target, content: bytes, rules: Rules) -> Path | None:
    before = target.there
    with temporary(target.path, 0o600 if before else 0o666) as made:
        _fill(made.fd, content)
        if before:
            made.like(target.path)
        kept = _keep(target.path, rules.day) if target.keep else None
        try:
            _ensure_unchanged(target)
            made.become(target.path, new=before is None)
        except BaseException:
            with contextlib.suppress(OSError):
                if kept is not None and kept.samefile(target.path):  # the old file still stands in its place
                    kept.unlink()
            raise
        return kept


def _fill(fd: int, content: bytes) -> None:
    with os.fdopen(os.dup(fd), "wb") as file:
        file.write(content)


def _keep(path: Path, day: dt.date) -> Path:
    """What stands at ``path`` under a name of its own: ``list.kesu-kept-20260131.json``."""
    for number in itertools.count(1):
        more = f"-{number}" if number > 1 else ""
        kept = path.with_name(f"{path.stem}{KEPT}{day:%Y%m%d}{more}{path.suffix}")
        with contextlib.suppress(FileExistsError):
            keep(path, kept, new=True)
            return kept
    raise AssertionError


def _target(path: Path, rules: Rules, content: bytes | None = None) -> _Target:
    """Where ``path`` leads, and that it may be written. Raises `NotWrittenError` or OSError."""
    with contextlib.suppress(OSError):
        if _is_stream(there := path.stat()):  # /dev/null, a pipe: nothing to destroy
            return _Target(path, there)
    target = _followed(path)
    try:
        there = target.stat()
    except FileNotFoundError:
        if not target.parent.is_dir():
            raise NotWrittenError(NO_FOLDER.fill(path=path, folder=target.parent)) from None
        return _Target(target, None)
    if stat.S_ISDIR(there.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(there.st_mode):
        raise NotWrittenError(ODD.fill(path=path))
    must_keep = not _free(target, there, rules, content)
    if must_keep and any(_same(one, there) for one in rules.inputs):
        raise NotWrittenError(INPUT.fill(path=path))
    if not there.st_mode & 0o222 or not os.access(target, os.W_OK):
        raise NotWrittenError(READ_ONLY.fill(path=path))
    if must_keep and not rules.force:
        way = Text("", "") if rules.force is None else OR_FORCE
        raise NotWrittenError((FOREIGN if rules.again else TAKEN).fill(path=path, or_force=way))
    return _Target(target, there, keep=must_keep)


def _free(target: Path, there: os.stat_result, rules: Rules, content: bytes | None) -> bool:
    """Whether nothing of anybody's is lost: the file is empty, kesu's own, or exactly what is to be written."""
    if not there.st_size:
        return True
    if not rules.again:
        return False
    same = content is not None and there.st_size == len(content) and target.read_bytes() == content
    return same or is_ours(target)


def _same(path: Path, there: os.stat_result) -> bool:
    with contextlib.suppress(OSError):
        return os.path.samestat(path.stat(), there)
    return False


def _followed(path: Path) -> Path:
    try:
        return Path(os.path.realpath(path, strict=True))
    except FileNotFoundError:
        if path.is_symlink():
            target = os.readlink(path)  # noqa: PTH115 - as it is written there
            raise NotWrittenError(DANGLING.fill(path=path, target=target)) from None
        return Path(os.path.realpath(path.parent)) / path.name


def _ensure_unchanged(target: _Target) -> None:
    now = None
    with contextlib.suppress(FileNotFoundError):
        now = _seen(target.path.stat())
    if now != (target.there and _seen(target.there)):
        raise NotWrittenError(CHANGED.fill(path=target.path))


def _is_stream(there: os.stat_result) -> bool:
    return stat.S_ISCHR(there.st_mode) or stat.S_ISFIFO(there.st_mode)


def _seen(there: os.stat_result) -> tuple[int, ...]:
    return there.st_dev, there.st_ino, there.st_size, there.st_mtime_ns


@contextlib.contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NotWrittenError(FAILED.fill(path=path, why=why(error))) from error
