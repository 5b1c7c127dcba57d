"""Formulas between the two spellings: Excel's ``Sheet!A1``, ``,`` and LibreOffice's ``$Sheet.A1``, ``;``.

LibreOffice reads and writes whole blocks of formulas only in its own spelling, with English function names.
Text in quotes, error values and column names of tables pass through untouched.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xlwings_libreoffice.addresses import MAX_COLUMNS, MAX_ROWS, column_letters, column_number

if TYPE_CHECKING:
    from collections.abc import Callable

_TEXT = r'"(?:[^"]|"")*+"'
_ERROR = r"\#(?:REF!|DIV/0!|N/A|NAME\?|NULL!|NUM!|VALUE!)"
_BRACKETS = r"(?<!')\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*+\])*+\]"
_QUOTED = r"(?<!')'(?:[^']|'')++'"
_CELL = r"\$?[A-Z]{1,3}\$?\d"
_WHOLE = r"\$?[A-Z]{1,3}:|\$?\d+:"

_EXCEL = re.compile(
    rf"(?P<keep>{_TEXT}|{_ERROR})|(?P<brackets>{_BRACKETS})"
    rf"|(?P<quoted>{_QUOTED})!"
    r"|(?<![\w.])(?P<plain>[^\W\d][\w.]*+)!|(?P<future>_xlfn\.(?:_xlws\.)?)|(?P<mark>[{};,])"
)
_OFFICE = re.compile(
    rf"(?P<keep>{_TEXT}|{_ERROR})|(?P<brackets>{_BRACKETS})"
    rf"|\$?(?P<quoted>{_QUOTED})\.|\$(?P<plain>[^\W\d]\w*+)\.(?={_CELL}|{_WHOLE}|\#REF!)|(?P<mark>[{{}};|])"
)
_REFERENCE = re.compile(
    rf"(?P<keep>{_TEXT}|{_BRACKETS}|{_QUOTED})"
    r"|(?<![\w.])(?P<columns>\$?[A-Z]{1,3}:\$?[A-Z]{1,3})(?![\w(.])"
    r"|(?<![\w.$])(?P<rows>\$?\d{1,7}:\$?\d{1,7})(?![\w(.])"
    r"|(?<![\w$])(?P<cell>\$?[A-Z]{1,3}\$?\d{1,7})(?![\w(.])"
)
_THIS_ROW = re.compile(r"\[@(?:\[(?P<inner>[^\]]+)\]|(?P<bare>[^\[\]]+))\]")


def to_office(formula: str) -> str:
    """Excel's spelling to LibreOffice's: ``=SUM('My sheet'!A1,{1,2;3,4})`` to ``=SUM($'My sheet'.A1;{1;2|3;4})``."""
    return _respelled(_EXCEL, formula, _office_sheet, {",": ";"}, {",": ";", ";": "|"})


def to_excel(formula: str) -> str:
    """The reverse of `to_office`."""
    return _respelled(_OFFICE, formula, lambda sheet: f"{sheet}!", {";": ","}, {"|": ";", ";": ","})


def _office_sheet(name: str) -> str:
    return f"$'{name}'." if "." in name and not name.startswith("'") else f"${name}."


def _respelled(
    pattern: re.Pattern[str],
    formula: str,
    sheet: Callable[[str], str],
    outside: dict[str, str],
    in_braces: dict[str, str],
) -> str:
    braces = 0

    def spell(match: re.Match[str]) -> str:
        nonlocal braces
        part = match.groupdict()
        if name := part["quoted"] or part["plain"]:
            return sheet(name)
        if part["brackets"]:
            return _table_part(part["brackets"], outside)
        if mark := part["mark"]:
            braces += {"{": 1, "}": -1}.get(mark, 0)
            return (in_braces if braces else outside).get(mark, mark)
        return "" if part.get("future") else match.group()

    return pattern.sub(spell, formula)


def _table_part(brackets: str, marks: dict[str, str]) -> str:
    """``[[#This Row],[No]]`` with its separators respelled; ``[@No]``, which files never hold, written out."""
    if match := _THIS_ROW.fullmatch(brackets):
        brackets = f"[[#This Row],[{match['inner'] or match['bare']}]]"
    if not brackets.startswith("[["):
        return brackets
    return re.sub(r"(?<=\])([,;])(?=\[)", lambda mark: marks.get(mark[1], mark[1]), brackets)


def shifted(formula: str, rows: int, columns: int) -> str:
    """The formula as it reads when filled down by ``rows`` and right by ``columns``: relative references move."""

    def move(match: re.Match[str]) -> str:
        if match["keep"]:
            return match.group()
        moved = [_moved(end, rows, columns) for end in match.group().split(":")]
        return "#REF!" if None in moved else ":".join(filter(None, moved))

    return _REFERENCE.sub(move, formula)


def _moved(reference: str, rows: int, columns: int) -> str | None:
    """One end of a reference, moved; None once it leaves the sheet."""
    match = re.fullmatch(r"(\$?)([A-Z]*)(\$?)(\d*)", reference)
    if match is None:
        raise ValueError(reference)
    column_fixed, letters, row_fixed, digits = match.groups()
    if not letters:  # a whole row: the only mark stands before the digits
        row_fixed = row_fixed or column_fixed
        column_fixed = ""
    if letters and not column_fixed:
        number = column_number(letters) + columns
        if not 1 <= number <= MAX_COLUMNS:
            return None
        letters = column_letters(number)
    if digits and not row_fixed:
        number = int(digits) + rows
        if not 1 <= number <= MAX_ROWS:
            return None
        digits = str(number)
    return f"{column_fixed}{letters}{row_fixed}{digits}"
