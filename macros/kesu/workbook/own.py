"""Files that stand beside registers and are none: kesu's backups and reports, notes of programs that have one open."""

from __future__ import annotations

import os
import re
import zipfile
from pathlib import Path
from typing import IO, Final

BACKUP: Final = ".kesu-backup-"
"""Before the date in the name of a workbook as it was before a refresh."""
KEPT: Final = ".kesu-kept-"
"""Before the date in the name of what was written over with ``--force``."""
BESIDE: Final = ("items", "improvements")
"""Sheets whose rows stand in a Parquet file of their own, next to that of the complaints."""
REPORTS: Final = (".xlsx", ".html")
LARGEST: Final = 1 << 20
"""Bytes of a list of parts, or of a part, that is looked at; those of a report are a hundredth of it."""
HEAD: Final = 1 << 14
"""Bytes at the beginning of a page that are looked at."""
_BACKUP: Final = re.compile(rf"(?:{re.escape(BACKUP)}|{re.escape(KEPT)})\d{{8}}(?:-\d+)?$")
_END: Final = b"PK\x05\x06"
CATEGORY: Final = "kesu report"
"""In the document properties of a report's workbook."""
GENERATOR: Final = '<meta name="generator" content="kesu">'
"""In the head of a report's page."""
_MARKS: Final = (f"<cp:category>{CATEGORY}</cp:category>", GENERATOR)
_TITLES: Final = ("客户投诉报告", "ustomer complaint report")
_SIGNS: Final = (
    "个人信息已隐去",
    "个人信息未隐去",
    "Personal data is ",
    "default-src 'none'; style-src 'unsafe-inline'",
)
"""What stood in the properties of a report's workbook, and in the head of its page, before there were marks."""


def is_backup(path: Path) -> bool:
    """Whether a file is a backup that kesu keeps, by its name."""
    return _BACKUP.search(path.stem) is not None


def beside(path: Path, sheet: str) -> Path:
    """Where the rows of another sheet stand that belong to a Parquet file of complaints."""
    return path.with_suffix(f".{sheet}{path.suffix}")


def is_beside(path: Path) -> bool:
    """Whether a Parquet file holds rows of another sheet for the file of complaints next to it, by its name."""
    stem, _, sheet = path.stem.rpartition(".")
    if path.suffix.lower() != ".parquet" or sheet not in BESIDE:
        return False
    return os.path.isfile(path.with_name(f"{stem}{path.suffix}"))  # noqa: PTH113 - Path.is_file raises where a folder may not be entered


def is_note(path: Path) -> bool:
    """Whether a file only says that a program has another one open (Excel, LibreOffice, WPS), by its name."""
    return path.name.startswith(("~$", ".~"))


def is_report(path: Path) -> bool:
    """Whether a file is a report that kesu made, by its properties; what cannot be told is none."""
    if path.suffix.lower() not in REPORTS:
        return False
    try:
        with path.open("rb") as file:
            head = file.read(HEAD) if path.suffix.lower() == ".html" else properties(file)
    except Exception:  # whatever is wrong with the file, the reader proper says it better
        return False
    return says_report(head.decode("utf-8", "replace"))


def says_report(text: str) -> bool:
    """Whether the head of a page, or the properties of a workbook, are those of a report."""
    old = any(title in text for title in _TITLES) and any(sign in text for sign in _SIGNS)
    return old or any(mark in text for mark in _MARKS)


def properties(file: IO[bytes], name: str = "docProps/core.xml") -> bytes:
    """The part of a workbook that holds its title and remarks, or another small one; nothing where there is none."""
    file.seek(0, 2)
    file.seek(max(0, file.tell() - (1 << 16) - 22))
    tail = file.read()
    end = tail.rfind(_END)
    if end < 0 or int.from_bytes(tail[end + 12 : end + 16], "little") > LARGEST:
        return b""
    with zipfile.ZipFile(file) as book:
        info = book.NameToInfo.get(name)
        return book.read(info) if info and info.file_size <= LARGEST else b""
