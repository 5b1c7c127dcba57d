"""Is somebody working in the workbook? The notes that spreadsheet programs leave beside an open file."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from kesu.words.text import Text

if TYPE_CHECKING:
    from pathlib import Path


def open_in(path: Path) -> Text | None:
    """Who has the workbook open, in which program, since when; None if no note says that anybody has.

    A note may be left over from a program that crashed; only people can tell.
    """
    for program, note, reader in (
        ("Excel", path.with_name(f"~${path.name}"), _excel_user),
        ("LibreOffice", path.with_name(f".~lock.{path.name}#"), _libreoffice_user),
        ("WPS", path.with_name(f".~{path.name}"), _nobody),
    ):
        try:
            moment = dt.datetime.fromtimestamp(note.stat().st_mtime, dt.UTC).astimezone()
        except OSError:
            continue
        who = _printable(reader(note))
        since = f"{moment:%Y-%m-%d %H:%M}"
        return Text(
            zh=f"{who or '有人'}从 {since} 起在 {program} 中打开着它（{note.name}）",
            en=f"{who or 'somebody'} has had it open in {program} since {since} ({note.name})",
        )
    return None


def _excel_user(note: Path) -> str:
    """The user in Excel's owner file: a length, 54 bytes of ANSI, a length, UTF-16."""
    try:
        data = note.read_bytes()[:165]
    except OSError:  # Windows keeps it locked while Excel runs
        return ""
    if len(data) > 57 and 0 < data[55] <= 54:
        return data[57 : 57 + 2 * data[55]].decode("utf-16-le", "ignore")
    return data[1 : 1 + data[0]].decode("ascii", "ignore") if data else ""


def _libreoffice_user(note: Path) -> str:
    """The user and computer in LibreOffice's lock file: ``name,login,computer,date,profile;``."""
    try:
        fields = note.read_text("utf-8", "replace")[:1000].split(",")
    except OSError:
        return ""
    name, login, host = (*fields, "", "", "")[:3]
    return " @ ".join(part for part in (name or login, host) if part)


def _nobody(_note: Path) -> str:
    return ""


def _printable(text: str) -> str:
    return "".join(char for char in text if char.isprintable()).strip()
