"""Text as the file format of .xlsx must hold it: never markup, a code, or a character that XML forbids."""

from __future__ import annotations

import re
from typing import Final

LONGEST_TEXT: Final = 32_767
"""UTF-16 units in one cell."""
LONGEST_HEADER: Final = 90
"""UTF-16 units of one text in a header or footer; Excel allows 255 for all of it."""

_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def escape(text: str) -> str:
    """Text as it must stand in a cell: ``_x0001_`` for what XML cannot hold, look-alikes protected."""
    if "_x" not in text and text.isprintable():
        return text
    return _FORBIDDEN.sub(lambda found: f"_x{ord(found[0]):04X}_", _ESCAPED.sub("_x005F_", text))


def plain(text: str) -> str:
    """Text for places that know no escapes (alternative texts, document properties): without what XML cannot hold."""
    return text if text.isprintable() else _FORBIDDEN.sub("", text)


def header_words(text: str, longest: int = LONGEST_HEADER) -> str:
    """Text for a header or footer: on one line, no ``&`` a code, no digit part of the size before it; cut to fit."""
    said, room = [], longest
    for char in " ".join(plain(text).split()):
        shown = "&&" if char == "&" else char
        room -= 2 if shown == "&&" or ord(char) > 0xFFFF else 1
        if room < 0:
            break
        said.append(shown)
    words = "".join(said)
    return f" {words}" if words[:1].isdecimal() else words
