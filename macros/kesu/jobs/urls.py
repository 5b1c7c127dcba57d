"""Registers that lie elsewhere: names such as ``s3://bucket/registers/*.xlsx``, for whatever fsspec knows."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from kesu.words.errors import KesuError
from kesu.words.text import Text
from kesu.workbook.atomic import lock
from kesu.workbook.reading.reader import SUFFIXES

URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,30}(?:::[A-Za-z][A-Za-z0-9+.-]{1,30}){0,4}://")
_FOLDER: Final = "kesu-fetched-"
_LOCK: Final = ".lock"
MISSING: Final = Text(
    "读 {url} 要另装程序库：pip install 'kesu[cluster]'（{reason}）。",
    "To read {url} more libraries are needed: pip install 'kesu[cluster]' ({reason}).",
)
FAILED: Final = Text(
    "{url} 取不到（{reason}）。请检查地址、网络和权限。",
    "{url} cannot be fetched ({reason}). Check the address, the network and your rights.",
)
NOTHING: Final = Text("{url} 那里没有登记表。", "There are no registers at {url}.")


class UrlError(KesuError):
    """What lies at a URL cannot be listed or fetched."""


def shown(url: str) -> str:
    """A URL as it may be told: without user, password and what is asked of the server, which may be a key."""
    begin, there, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    if begin.lower().startswith("http"):
        path = path.partition("?")[0].partition("#")[0]
    return begin + there + host.rpartition("@")[2] + slash + path


def is_url(name: str) -> bool:
    """Whether a name is none of a file here."""
    return URL.match(name) is not None


def expanded(url: str) -> list[str]:
    """The URLs of the workbooks meant by one that may be a pattern or a folder, by name. Raises `UrlError`."""
    files, path = _system(url)
    try:
        if any(sign in path for sign in ("*[" if url.lower().startswith("http") else "*?[")):
            found = files.glob(path)
        elif files.isdir(path):
            found = files.ls(path, detail=False)
        else:
            return [url]
        found = sorted(str(one) for one in found if str(one).lower().endswith(SUFFIXES))
        names = [str(files.unstrip_protocol(one)) for one in found]
    except Exception as error:
        raise UrlError(FAILED.fill(url=shown(url), reason=_reason(error, url))) from error
    if not names:
        raise UrlError(NOTHING.fill(url=shown(url)))
    return names


def fetched(url: str, folder: Path) -> Path:
    """A copy of the file at ``url`` in ``folder``, by its own name. Raises `UrlError`."""
    files, path = _system(url)
    file = folder / path_of(url).name
    try:
        files.get_file(path, str(file))
    except Exception as error:
        raise UrlError(FAILED.fill(url=shown(url), reason=_reason(error, url))) from error
    return file


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A new folder for copies, for the user alone, gone at the end. It is locked until then: those of killed runs are known by
    that, and go with the next run."""
    sweep()
    made = Path(tempfile.mkdtemp(prefix=_FOLDER))
    fd = os.open(made / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with contextlib.suppress(OSError):  # a file system without locks
            lock(fd)
        yield made
    finally:
        os.close(fd)
        with contextlib.suppress(OSError):
            _remove(made)


def sweep() -> None:
    """Remove the copies that killed runs of the same user left behind."""
    with contextlib.suppress(OSError):
        for left in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*"):
            with contextlib.suppress(OSError):
                fd = os.open(
                    left / _LOCK, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)
                )  # which nobody else may open
                try:
                    lock(fd)
                finally:
                    os.close(fd)
                if not left.is_symlink():
                    _remove(left)


def _remove(left: Path) -> None:
    """A folder, its lock last: what is left when this is killed, too, is known by it."""
    for one in left.iterdir():
        if one.name != _LOCK:
            shutil.rmtree(one) if one.is_dir() and not one.is_symlink() else one.unlink()
    shutil.rmtree(left)


def path_of(url: str) -> Path:
    """What a register at ``url`` is called by: as if its folders were here."""
    return Path("/", *re.split(r"[/\\]+", URL.sub("", shown(url), count=1)))


def _system(url: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs

        files, path = url_to_fs(url)
    except OSError as error:
        raise UrlError(FAILED.fill(url=shown(url), reason=_reason(error, url))) from error
    except (ImportError, ValueError) as error:
        raise UrlError(MISSING.fill(url=shown(url), reason=_reason(error, url))) from error
    return files, str(path)


def _reason(error: Exception, url: str) -> str:
    """What a library says of it; its name alone where that tells more of the URL than may be told."""
    name = type(error).__name__
    return name if shown(url) != url else f"{name}: {error}".splitlines()[0][:200]
