"""A file is there whole or not at all: written beside its place under a name nobody can guess, then put there."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kesu.words.text import Text, counted

_NO_FOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)
_BINARY: Final = getattr(os, "O_BINARY", 0)
_BEGIN, _END = ".kesu-", ".tmp"
_WHY: Final = {
    errno.ENOSPC: Text("磁盘已满", "the disk is full"),
    errno.EDQUOT: Text("磁盘配额已用完", "the disk quota is used up"),
    errno.EFBIG: Text("文件太大", "the file would be too large"),
    errno.EACCES: Text("没有权限，或有人打开着它", "no permission, or somebody has it open"),
    errno.EPERM: Text("没有权限", "no permission"),
    errno.EROFS: Text("磁盘是只读的", "the disk is read-only"),
    errno.ENOENT: Text("文件或文件夹不存在", "there is no such file or folder"),
    errno.ENOTDIR: Text("路径中有一段不是文件夹", "a part of the path is no folder"),
    errno.EISDIR: Text("这是文件夹", "it is a folder"),
    errno.EEXIST: Text("刚刚有别人写了同名的文件", "a file of this name has just appeared"),
    errno.ENAMETOOLONG: Text("名字太长", "the name is too long"),
    errno.ELOOP: Text("链接绕成了圈", "links lead round in a circle"),
    errno.EBADF: Text("它是关着的", "it is closed"),
    errno.EIO: Text("磁盘读写出错", "the disk failed"),
}


def why(error: OSError) -> Text:
    """What the system said, in words."""
    said = error.strerror or str(error) or type(error).__name__
    return _WHY.get(error.errno or 0, Text(said, said))


def linked(path: Path) -> Text | None:
    """A remark where ``path`` is one of several names of a file: the others will not follow when it is replaced."""
    with contextlib.suppress(OSError):
        names = path.stat().st_nlink
        if names > 1:
            return Text(
                f"{path.name}：这个文件还有 {names - 1} 个别的名字（硬链接）；写入后只有这里是新的，别处仍是旧内容。",
                f"{path.name}: the file has {counted(names - 1, 'other name')} (hard links). What is written "
                "stands under this one only; there it stays as it was.",
            )
    return None


class Temporary:
    """A file that is being written: ``fd`` takes what belongs in it, `become` gives it its name."""

    def __init__(self, folder: Path) -> None:
        self.path, self.fd, self._ours = _unused(folder), -1, True

    def begin(self, mode: int) -> None:
        """Make the file, which must not be there."""
        while not self._held():
            self.close()
            try:
                self.fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY, mode)
            except FileExistsError:
                self._ours = False
                raise

    def _held(self) -> bool:
        """Whether it is there and ours: another run may take a new file for a leftover until it is locked."""
        if self.fd < 0:
            return False
        try:
            lock(self.fd)
        except BlockingIOError:
            return False
        except OSError:  # a file system without locks
            return True
        return sys.platform == "win32" or os.fstat(self.fd).st_nlink > 0

    def end(self) -> None:
        """Close it, and remove it unless it has become something."""
        for step in (self._remove, self.close, self._remove):  # again where what is open cannot be removed
            with contextlib.suppress(OSError):
                step()

    def _remove(self) -> None:
        if self._ours:
            self.path.unlink(missing_ok=True)

    def like(self, old: Path) -> None:
        """The rights and, where it may be, the owner of ``old``."""
        was, now = old.stat(), os.fstat(self.fd)
        if hasattr(os, "chown") and (was.st_uid, was.st_gid) != (now.st_uid, now.st_gid):
            with contextlib.suppress(PermissionError):
                os.chown(self.path, was.st_uid, was.st_gid)
        shutil.copystat(old, self.path)
        os.utime(self.path)

    def become(self, path: Path, *, new: bool = False) -> None:
        """Flush it to disk and put it at ``path``, over what is there; ``new``: raise FileExistsError instead."""
        os.fsync(self.fd)
        if sys.platform == "win32":  # what is open cannot be renamed there
            self.close()
        if new:
            self._appear(path)
        else:
            self.path.replace(path)
        with contextlib.suppress(OSError):  # it stands there; nothing may turn that into a failure
            _sync_folder(path.parent)

    def _appear(self, path: Path) -> None:
        try:
            os.link(self.path, path)
        except FileExistsError:
            raise
        except OSError as error:  # a file system without links
            if os.path.lexists(path):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from error
            self.path.replace(path)

    def close(self) -> None:
        """Give the lock back."""
        fd, self.fd = self.fd, -1
        if fd >= 0:
            os.close(fd)


@contextlib.contextmanager
def temporary(path: Path, mode: int = 0o600) -> Iterator[Temporary]:
    """A new file in the folder of ``path``, gone at the end unless it became something, whatever happens.

    It is locked until then, so that leftovers of killed runs, which nobody holds, are known and removed.
    ``mode``: its rights, less what the process withholds from new files. Raises OSError.
    """
    _sweep(path.parent)
    made = Temporary(path.parent)
    try:
        made.begin(mode)
        yield made
    finally:
        made.end()


def keep(path: Path, kept: Path, *, new: bool = False) -> None:
    """The file ``path`` under the name ``kept`` as well, over what is there; ``new``: raise FileExistsError instead.

    A link costs nothing and is never half written; a copy where there are none.
    """
    try:
        if new:
            os.link(path, kept)
        else:
            _link_over(path, kept)
    except FileExistsError:
        raise
    except OSError:
        with temporary(kept) as copy, path.open("rb") as source, os.fdopen(os.dup(copy.fd), "wb") as target:
            shutil.copyfileobj(source, target)
            target.flush()
            shutil.copystat(path, copy.path)
            copy.become(kept, new=new)


def _link_over(path: Path, kept: Path) -> None:
    link = _unused(kept.parent)
    with contextlib.ExitStack() as held:
        if sys.platform != "win32":  # while it is locked, no other run takes the link for a leftover
            with contextlib.suppress(OSError):
                lock(held.enter_context(path.open("rb")).fileno())
        try:
            os.link(path, link)
            link.replace(kept)
        finally:
            with contextlib.suppress(OSError):
                link.unlink(missing_ok=True)


def _unused(folder: Path) -> Path:
    return folder / f"{_BEGIN}{os.urandom(8).hex()}{_END}"


def _sweep(folder: Path) -> None:
    """Remove what killed runs left behind."""
    with contextlib.suppress(OSError):
        for left in folder.glob(f"{_BEGIN}{'[0-9a-f]' * 16}{_END}"):
            with contextlib.suppress(OSError):
                fd = os.open(left, os.O_RDWR | _NO_FOLLOW)
                try:
                    lock(fd)
                    if sys.platform != "win32":
                        left.unlink()
                finally:
                    os.close(fd)
                if sys.platform == "win32":  # what is open cannot be removed there
                    left.unlink()


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


if sys.platform == "win32":
    import msvcrt

    def lock(fd: int) -> None:
        """Lock an open file until it is closed. Raises BlockingIOError where somebody else has."""
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError(error.errno, error.strerror) from None

else:
    import fcntl

    def lock(fd: int) -> None:
        """Lock an open file until it is closed. Raises BlockingIOError where somebody else has."""
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
