"""Putting the patched workbook in place of the old one: whole or not at all."""

from __future__ import annotations

import contextlib
import glob
import os
import sys
import zipfile
from typing import TYPE_CHECKING, Final, NamedTuple

from kesu.workbook.atomic import keep, temporary, why
from kesu.workbook.atomic import lock as lock_file
from kesu.workbook.own import BACKUP, is_backup
from kesu.workbook.patch.container import CHUNK, raw_chunks
from kesu.workbook.patch.opened import open_in
from kesu.workbook.patch.package import is_xml
from kesu.workbook.patch.refuse import PatchRefused, damaged, refused
from kesu.workbook.patch.xmlbytes import fault

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from pathlib import Path

    from kesu.workbook.patch.package import Package
    from kesu.workbook.patch.workbookxml import Structure

_NO_FOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)


class Result(NamedTuple):
    """What a commit did, or would do: parts changed, added or dropped, and where the old workbook is kept."""

    parts_changed: tuple[str, ...]
    backup: Path | None


def backup_path(path: Path, as_of: dt.date) -> Path:
    """Where the workbook as it was before is kept: ``register.kesu-backup-20260131.xlsx``."""
    return path.with_name(f"{path.stem}{BACKUP}{as_of.year:04}{as_of.month:02}{as_of.day:02}{path.suffix}")


def commit(
    package: Package, structure: Structure, *, as_of: dt.date, backup: bool, force: bool, dry_run: bool
) -> Result:
    """See `Patch.commit`."""
    parts = package.touched()
    _ensure_xml(package)
    try:
        if dry_run or not parts:
            _check(package, structure, force=force)
            return Result(parts, None)
        with _alone(package.path, force=force):
            return _replace(package, structure, as_of if backup else None, force=force)
    except OSError as error:
        what = why(error)
        raise refused(
            package.path.name,
            f"写不进去（{what.zh}），工作簿保持原样。请检查磁盘空间、权限，以及是否有人打开着它。",
            f"it could not be written ({what.en}); the workbook is as it was. "
            "Check disk space, permissions, and whether somebody has it open.",
        ) from None


def _ensure_xml(package: Package) -> None:
    """Refuse to write a part that no program could read, whoever broke it."""
    for name, data in package.changed.values():
        if is_xml(name) and (error := fault(data)):
            raise refused(
                package.where(name),
                f"改写后的这一部分不是有效的 XML（{error}），Excel 会打不开，所以 kesu 没有写入，工作簿保持原样。"
                "请用 Excel 打开工作簿、另存后再试；如果还是这样，请把这条信息告诉 kesu 的维护者。",
                f"with the changes this part would not be valid XML ({error}) and Excel could not open it, so kesu wrote "
                "nothing; the workbook is as it was. Save it again from Excel and try again; if that does not help, "
                "send this message to whoever maintains kesu.",
            )


def _check(package: Package, structure: Structure, *, force: bool) -> None:
    path = package.path
    package.ensure_unchanged()
    if not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK):
        raise refused(
            path.name,
            "文件是只读的。请先取消只读。",
            "the file is read-only. Make it writable first.",
        )
    if force:
        return
    if who := open_in(path):
        raise refused(
            path.name,
            f"{who.zh}，kesu 没有写入。请关闭后再试；如果确定没有人打开，用 --force。",
            f"{who.en}, so kesu wrote nothing. Close it and try again; if you are sure nobody has it, use --force.",
        )
    if structure.signed:
        raise refused(
            path.name,
            "工作簿有数字签名，任何改动都会使签名失效。确定要改就用 --force。",
            "the workbook is digitally signed, and any change breaks the signature. To change it all the same, use --force.",
        )
    if structure.structure_locked:
        raise refused(
            path.name,
            "工作簿的结构受保护。请先取消“保护工作簿”，或用 --force。",
            "the workbook's structure is protected. Turn off “Protect Workbook”, or use --force.",
        )


def _replace(package: Package, structure: Structure, as_of: dt.date | None, *, force: bool) -> Result:
    path = package.path
    _remove_old_litter(path)
    _check(package, structure, force=force)
    kept = None
    with temporary(path) as made:
        try:
            package.write_to(made.fd)
            made.like(path)
            os.fsync(made.fd)
            _verify(package, made.path)
            if as_of is not None:
                kept = backup_path(path, as_of)
                keep(path, kept)
            package.ensure_unchanged()
            made.become(path)
        except BaseException:
            with contextlib.suppress(OSError):
                if kept is not None and kept.samefile(path):
                    kept.unlink()
            raise
    # From here on the new workbook is in place, and nothing may turn that into a failure.
    with contextlib.suppress(OSError):
        if kept is not None:
            _drop_older(path, kept)
    return Result(package.touched(), kept)


def _remove_old_litter(path: Path) -> None:
    """What killed runs of earlier versions left behind."""
    for what in ("tmp", "old"):
        _beside(path, what).unlink(missing_ok=True)


def _verify(package: Package, temporary: Path) -> None:
    """Read back what was written: every untouched entry packed as before, every other one as meant."""
    with zipfile.ZipFile(temporary) as new, package.path.open("rb") as source, temporary.open("rb") as copy:
        written = {info.orig_filename: info for info in new.infolist()}
        if set(written) != set(package.names()):
            raise damaged(temporary.name, "parts are missing")
        for name, data in package.changed.values():
            if not _reads_as(new, written[name], data):
                raise damaged(temporary.name, f"{name} reads back differently")
        for old in package.untouched():
            info = written[old.orig_filename]
            same = (old.CRC, old.file_size, old.compress_size, old.compress_type) == (
                info.CRC,
                info.file_size,
                info.compress_size,
                info.compress_type,
            )
            chunks = zip(raw_chunks(old, source), raw_chunks(info, copy), strict=False)
            if not same or any(before != after for before, after in chunks):
                raise damaged(temporary.name, f"{old.orig_filename} reads back differently")


def _reads_as(container: zipfile.ZipFile, info: zipfile.ZipInfo, data: bytes) -> bool:
    at = 0
    with container.open(info) as part:
        while chunk := part.read(CHUNK):
            if chunk != data[at : at + len(chunk)]:
                return False
            at += len(chunk)
    return at == len(data)


def _drop_older(path: Path, kept: Path) -> None:
    for other in path.parent.glob(f"{glob.escape(path.stem + BACKUP)}????????{glob.escape(path.suffix)}"):
        if other != kept and is_backup(other):
            other.unlink()


def _beside(path: Path, what: str) -> Path:
    return path.with_name(f".{path.name}.kesu-{what}")


@contextlib.contextmanager
def _alone(path: Path, *, force: bool) -> Iterator[None]:
    """Hold the lock beside the workbook. The system frees it when the process dies, so it is never stale."""
    lock = _beside(path, "lock")
    fd = _locked(path, lock, force=force)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            if sys.platform != "win32":
                lock.unlink()
        with contextlib.suppress(OSError):
            os.close(fd)
            if sys.platform == "win32":
                lock.unlink()


def _busy(name: str) -> PatchRefused:
    return refused(
        name,
        "另一个 kesu 正在写这个工作簿，这一次没有写入。请等它完成后再运行。",
        "another kesu is writing this workbook, so this one wrote nothing. Run it again afterwards.",
    )


def _locked(path: Path, lock: Path, *, force: bool) -> int:
    while True:
        fd = os.open(lock, os.O_RDWR | os.O_CREAT | _NO_FOLLOW, 0o666)
        try:
            _try_lock(fd, path.name, force=force)
            # The one before may have removed the file that we hold: then the lock is on nothing.
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(fd), lock.stat()):
                    return fd
        except BaseException:
            os.close(fd)
            raise
        os.close(fd)


def _try_lock(fd: int, name: str, *, force: bool) -> None:
    try:
        lock_file(fd)
    except BlockingIOError:
        raise _busy(name) from None
    except OSError:
        if not force:  # a file system without locks
            raise
