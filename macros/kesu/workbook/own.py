"""Files that stand beside registers and are none: kesu's backups and reports, notes of programs that have one open."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import IO, Final

BACKUP: Final = ".kesu-backup-"
REPORTS: Final = (".xlsx", ".html")
LARGEST: Final = 1 << 20
"""Bytes of a list of parts, or of a part, that is looked at; those of a report are a hundredth of it."""
_END: Final = b"PK\x05\x06"
_TITLES: Final = ("客户投诉报告", "ustomer complaint report")
_SIGNS: Final = (
    "个人信息已隐去",
    "个人信息未隐去",
    "Personal data is ",
    "default-src 'none'; style-src 'unsafe-inline'",
)
"""What stands in the properties of a report's workbook, and in the head of its page."""


def is_backup(path: Path) -> bool:
    """Whether a file is a backup that kesu keeps, by its name."""
    return re.search(re.escape(BACKUP) + r"\d{8}$", path.stem) is not None


def is_note(path: Path) -> bool:
    """Whether a file only says that a program has another one open (Excel, LibreOffice, WPS), by its name."""
    return path.name.startswith(("~$", ".~"))


def is_report(path: Path) -> bool:
    """Whether a file is a report that kesu made, by its properties; what cannot be told is none."""
    if path.suffix.lower() not in REPORTS:
        return False
    try:
        with path.open("rb") as file:
            words = file.read(1 << 14) if path.suffix.lower() == ".html" else _properties(file)
    except Exception:  # whatever is wrong with the file, the reader proper says it better
        return False
    text = words.decode("utf-8", "replace")
    return any(title in text for title in _TITLES) and any(sign in text for sign in _SIGNS)


def _properties(file: IO[bytes]) -> bytes:
    """The part of a workbook that holds its title and remarks."""
    file.seek(0, 2)
    file.seek(max(0, file.tell() - (1 << 16) - 22))
    tail = file.read()
    end = tail.rfind(_END)
    if end < 0 or int.from_bytes(tail[end + 12 : end + 16], "little") > LARGEST:
        return b""
    with zipfile.ZipFile(file) as book:
        info = book.getinfo("docProps/core.xml")
        return book.read(info) if info.file_size <= LARGEST else b""
