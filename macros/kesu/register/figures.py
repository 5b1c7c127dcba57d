"""Figures as people write them: ``1,234.56`` and ``1.234,56``, with currency signs and units. Never guessed.

A text that can be read in one way only is that number. One that can be read in two (``1,234``, ``1.234``) is read as
the rest of its column is written, where that is written in one way (`kesu.register.cells.parse_figures`); otherwise
it stays unread, for a person to say.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

POINTED: Final = "[¥￥元圆]|CNY|RMB|(?:HK|US)?[$]|HKD|USD|£|GBP"
"""Where these are paid commas stand between thousands, never before decimals."""
_MONEY: Final = f"{POINTED}|€|EUR|CHF"
BEFORE: Final = f"^([+-]?)(?:{_MONEY})? ?([+-]?)"
AFTER: Final = f" ?(?:{_MONEY}|秒|次)$"
GAPS: Final = "^[+-]?[0-9]{1,3}(?:[ '’][0-9]{3})+(?:[.,][0-9]+)?$"
"""Thousands set apart by blanks or apostrophes."""
_GROUPS: Final = (
    "(?:[1-9][0-9]{0,2}(?:%s[0-9]{3})+|[1-9][0-9]?(?:%s[0-9]{2})+%s[0-9]{3}|[1-9][0-9]{0,3}(?:%s[0-9]{4})+)"
)
"""Groups of three digits, of India's two and three, of China's four."""


def _written(group: str, point: str) -> str:
    return f"[+-]?(?:{_GROUPS % ((group,) * 4)}(?:{point}[0-9]+)?|[0-9]*{point}[0-9]+)"


POINT: Final = _written(",", "[.]")
"""Numbers with a decimal point; commas stand between groups."""
COMMA: Final = _written("[.]", ",")
"""Numbers with a decimal comma; points stand between groups."""
TWO_WAYS: Final = "[+-]?[1-9][0-9]{0,2}[.][0-9]{3}|[+-]?[1-9][0-9]{0,3}[.][0-9]{4}"
"""What a cell that holds a number may look like, and a typed text of another value too."""
PLAIN: Final = "[+-]?[0-9]{1,300}(?:[.][0-9]{0,300})?"
INEXACT: Final = 1e15
"""Numbers from here on have more digits than a spreadsheet keeps (15)."""


def exponent(number: float) -> str:
    """A number whose last digits are lost, as it is shown: ``1.23456789012346E+15``."""
    return f"{number:.14E}"


def figure(text: str) -> float:
    """The number that one cell says, all by itself. Raises ValueError for what is none, or can be read in two ways.

    Digits with a point and nothing else are a number as a cell holds it: ``1.234`` is one and a bit.
    """
    bare = unicodedata.normalize("NFKC", text).strip()
    if re.fullmatch(PLAIN, bare):
        return float(bare)
    pointed = re.search(POINTED, bare) or "，" in text
    bare = re.sub(BEFORE, r"\1\2", re.sub(AFTER, "", bare))
    if re.match(GAPS, bare):
        bare = re.sub("[ '’]", "", bare)
    point, comma = re.fullmatch(POINT, bare), re.fullmatch(COMMA, bare)
    if point and (pointed or not comma):
        return float(bare.replace(",", ""))
    if comma and not point and "，" not in text:
        return float(bare.replace(".", "").replace(",", "."))
    if re.fullmatch(PLAIN, bare):
        return float(bare)
    raise ValueError(text)
