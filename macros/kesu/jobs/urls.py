"""Registers that lie elsewhere: names such as ``s3://bucket/registers/*.xlsx``, for whatever fsspec knows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from kesu.words.errors import KesuError
from kesu.words.text import Text
from kesu.workbook.reading.reader import SUFFIXES

URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,30}(?:::[A-Za-z][A-Za-z0-9+.-]{1,30}){0,4}://")
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


def is_url(name: str) -> bool:
    """Whether a name is none of a file here."""
    return URL.match(name) is not None


def expanded(url: str) -> list[str]:
    """The URLs of the workbooks meant by one that may be a pattern or a folder, by name. Raises `UrlError`."""
    files, path = _system(url)
    try:
        if any(sign in path for sign in "*?["):
            found = files.glob(path)
        elif files.isdir(path):
            found = files.ls(path, detail=False)
        else:
            return [url]
        found = sorted(str(one) for one in found if str(one).lower().endswith(SUFFIXES))
        names = [str(files.unstrip_protocol(one)) for one in found]
    except Exception as error:
        raise UrlError(FAILED.fill(url=url, reason=_reason(error))) from error
    if not names:
        raise UrlError(NOTHING.fill(url=url))
    return names


def fetched(url: str, folder: Path) -> Path:
    """A copy of the file at ``url`` in ``folder``, by its own name. Raises `UrlError`."""
    files, path = _system(url)
    file = folder / Path(path).name
    try:
        files.get_file(path, str(file))
    except Exception as error:
        raise UrlError(FAILED.fill(url=url, reason=_reason(error))) from error
    return file


def path_of(url: str) -> Path:
    """What a register at ``url`` is called by: as if its folders were here."""
    return Path("/", *re.split(r"[/\\]+", URL.sub("", url, count=1)))


def _system(url: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs

        files, path = url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise UrlError(MISSING.fill(url=url, reason=_reason(error))) from error
    return files, str(path)


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:200]


def local_names(given: Sequence[str]) -> list[str]:
    """``given`` names with every URL in them expanded. Raises `UrlError`."""
    return [one for name in given for one in (expanded(name) if is_url(name) else [name])]
