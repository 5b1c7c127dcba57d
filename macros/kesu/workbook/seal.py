"""What kesu made itself and nobody has changed since: reports, lists, add-ins. Only these may be made again.

Texts (lists, JSON, pages) end in a line of blanks and tabs, a checksum of all before it: no reader of these formats minds
it, nobody sees it, and whoever edits the file breaks it. Calendars, in which such a line would go on the one before, say the checksum
of what follows in their first property, and drafts of messages, whose text is copied whole, in their first line. Workbooks and add-ins say what they are in their document
properties; a spreadsheet program that saves them writes another time of change there.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import IO, Final

from kesu.workbook.own import GENERATOR, HEAD, properties, says_report
from kesu.workbook.parquet import MAGIC, is_marked

BITS: Final = 64
CALENDAR: Final = b"BEGIN:VCALENDAR\r\n"
_OF_CALENDAR: Final = b"X-KESU-SEAL:"
DRAFT: Final = "[kesu 草稿，未发送 · draft, not sent]\n".encode()
"""First line of the draft of a message."""
_OF_DRAFT: Final = DRAFT.removesuffix(b"]\n") + b" \xc2\xb7 "
_TIMES: Final = re.compile(r"<dcterms:(?:created|modified)[^<>]*>([^<]*)<")
_EXCEL_ADDIN: Final = re.compile(r"<dc:creator>kesu</dc:creator><dc:description>kesu \d")
_OFFICE_ADDIN: Final = b'<identifier value="kesu.libreoffice"'


def sealed(text: bytes) -> bytes:
    """A text file with the mark that kesu made it."""
    if text.startswith(CALENDAR):
        rest = text.removeprefix(CALENDAR)
        return CALENDAR + _calendar_seal(rest) + rest
    if text.startswith(DRAFT):
        rest = text.removeprefix(DRAFT)
        return _draft_seal(rest) + rest
    return text + _seal(hashlib.sha256(text)) + b"\n"


def is_ours(path: Path) -> bool:
    """Whether kesu made the file as a report, a list or an add-in, and nobody has changed it since.

    Registers and forms are never ours: they are there to be worked in. What cannot be told is not ours. Raises OSError.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
        try:
            if head.startswith(MAGIC):
                return is_marked(file)
            if head.startswith(CALENDAR + _OF_CALENDAR):
                return _calendar(file)
            if head.startswith(_OF_DRAFT):
                return _draft(file)
            return _package(file) if head.startswith(b"PK") else _text(file, head)
        except OSError:
            raise
        except Exception:  # whatever is wrong with the file, kesu did not make it so
            return False


def _text(file: IO[bytes], head: bytes) -> bool:
    left = file.seek(0, 2) - BITS - 1
    if left < 0:
        return False
    file.seek(0)
    before = hashlib.sha256()
    while left and (chunk := file.read(min(left, 1 << 20))):
        before.update(chunk)
        left -= len(chunk)
    if file.read() == _seal(before) + b"\n":
        return True
    page = head.decode("utf-8", "replace")  # of an earlier version, which had no seal
    return page.startswith("<!DOCTYPE html>") and GENERATOR not in page and says_report(page)


def _calendar(file: IO[bytes]) -> bool:
    file.seek(len(CALENDAR))
    said = file.readline(80)
    return said == _calendar_seal(file.read())


def _draft(file: IO[bytes]) -> bool:
    file.seek(0)
    said = file.readline(120)
    return said == _draft_seal(file.read())


def _draft_seal(rest: bytes) -> bytes:
    return _OF_DRAFT + hashlib.sha256(rest).hexdigest()[:16].encode() + b"]\n"


def _calendar_seal(rest: bytes) -> bytes:
    return _OF_CALENDAR + hashlib.sha256(rest).hexdigest()[:40].encode() + b"\r\n"


def _seal(text: hashlib._Hash) -> bytes:
    number = int.from_bytes(text.digest()[: BITS // 8], "big")
    return f"{number:0{BITS}b}".translate({ord("0"): " ", ord("1"): "\t"}).encode()


def _package(file: IO[bytes]) -> bool:
    if _OFFICE_ADDIN in properties(file, "description.xml"):
        return True
    said = properties(file).decode("utf-8", "replace")
    saved = len(set(_TIMES.findall(said))) > 1
    return not saved and (says_report(said) or _EXCEL_ADDIN.search(said) is not None)
