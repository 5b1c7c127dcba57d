"""A package of parts, the same bytes every time."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def packed(parts: Mapping[str, bytes | str]) -> bytes:
    """``parts`` (name → content) as one file."""
    whole = io.BytesIO()
    with ZipFile(whole, "w", ZIP_STORED) as package:  # stored: no compressor's version changes the bytes
        for name, content in parts.items():
            package.writestr(ZipInfo(name, _EPOCH), content)
    return whole.getvalue()
