"""A package of parts, the same bytes every time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def packed(target: Path, parts: Mapping[str, bytes | str]) -> Path:
    """Write ``parts`` (name → content) to ``target``, which is there whole or not at all.

    Raises:
        OSError: if ``target`` cannot be written.
    """
    unfinished = target.with_name(f"{target.name}.new")
    with ZipFile(unfinished, "w", ZIP_STORED) as package:  # stored: no compressor's version changes the bytes
        for name, content in parts.items():
            package.writestr(ZipInfo(name, _EPOCH), content)
    return unfinished.replace(target)
