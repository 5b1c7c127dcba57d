"""Number formats of one workbook: Excel's codes to LibreOffice's keys and back."""

from __future__ import annotations

import re
from typing import Any

from xlwings_libreoffice.bridge import error, struct
from xlwings_libreoffice.cells import Kind

_DATE, _TIME, _TEXT, _LOGICAL = 2, 4, 256, 1024  # com.sun.star.util.NumberFormat
_PER_LANGUAGE = 10_000  # keys of one language start at a multiple of this, with "General"
_LITERAL = re.compile(r'"[^"]*"|\\.|\[\$[^\[\]]*+\]|AM/PM|A/P')


class NumberFormats:
    """The formats of a document. Keys are LibreOffice's, codes are Excel's (English)."""

    def __init__(self, document: Any) -> None:
        self._formats = document.NumberFormats
        self._locale = struct("lang.Locale", Language="en", Country="US")
        self._keys: dict[str, int] = {}
        self._known: dict[int, tuple[Kind, str]] = {}

    def key(self, code: str) -> int:
        """The key of a format code.

        Raises:
            ValueError: if the code is malformed.
        """
        if code not in self._keys:
            key = self._formats.queryKey(code, self._locale, False)
            try:
                self._keys[code] = key if key != -1 else self._formats.addNew(code, self._locale)
            except error("util.MalformedNumberFormatException") as bad:
                raise ValueError(f"not a number format: {code!r}") from bad
        return self._keys[code]

    def kind(self, key: int) -> Kind:
        """What the format makes of a number."""
        return self._look_up(key)[0]

    def code(self, key: int) -> str:
        """The format's code as Excel spells it: ``yyyy-mm-dd`` in small letters."""
        return self._look_up(key)[1]

    def _look_up(self, key: int) -> tuple[Kind, str]:
        if key not in self._known:
            found = self._formats.getByKey(key)
            self._known[key] = _kind(key, found.Type), _excel_code(found.FormatString, found.Type)
        return self._known[key]


def _kind(key: int, type_: int) -> Kind:
    if key % _PER_LANGUAGE == 0:
        return Kind.GENERAL
    for flag, kind in ((_TEXT, Kind.TEXT), (_LOGICAL, Kind.LOGICAL), (_DATE, Kind.DATE)):
        if type_ & flag:
            return kind
    return Kind.OTHER


def _excel_code(code: str, type_: int) -> str:
    if not type_ & (_DATE | _TIME):
        return code
    parts = _LITERAL.split(code)
    literals = [*_LITERAL.findall(code), ""]
    return "".join(part.lower() + literal for part, literal in zip(parts, literals, strict=True))
