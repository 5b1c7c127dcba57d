"""When two cells mean the same customer or the same case, however they were typed. Column-wise.

Width, case, blanks and separators do not count; in phone numbers neither does China's country code, nor whether a
country code begins with + or 00. Letters and digits always count; a number whose last digits are lost is like none.
"""

from __future__ import annotations

import unicodedata
from typing import Final

import pandas as pd

from kesu.register.search import fullmatch, replaced

LOST: Final = "^[0-9](?:[.][0-9]+)?[eE][+][0-9]+$"
"""What a spreadsheet makes of a long number: 13812345678 becomes 1.38E+10."""
NOBODY: Final = ("", "无", "没有", "未知", "不详", "匿名", "none", "na", "nil", "unknown", "anonymous")
"""What stands, without separators, where there is nobody to know again."""
_EASY: Final = "[ -~\u4e00-\u9fff]*"
"""Texts that need no folding but lower case."""
_BETWEEN: Final = r"[ !-*,-/:-@\[-`{-~]+"
"""ASCII's punctuation but +."""
_MOBILE: Final = "1[3-9][0-9]{9}"
_AREA: Final = "(?:10|2[0-9])[0-9]{8}|[3-9][0-9]{9,10}"
_TRUNK: Final = r"^((?:\+|00)[0-9 ]{1,6})\(0\)"
"""+44 (0)20 …: the 0 is dialled at home only."""


def customer_keys(cells: pd.Series, kind: str = "text") -> pd.Series:
    """What names, accounts (``kind`` ``"text"``) or contacts (``"phone"``) are compared by; missing where nobody is named."""
    plain = _folded(cells)
    keys = replaced(plain, _BETWEEN, "")
    if kind == "phone":
        rest = keys.notna().to_numpy(bool) & ~fullmatch(keys, _MOBILE)
        if rest.any():
            keys[rest] = _contacts(plain[rest])
    return keys.mask(keys.isin(NOBODY))


def _contacts(plain: pd.Series) -> pd.Series:
    numbers = replaced(replaced(plain, _TRUNK, r"\1"), _BETWEEN, "")
    numbers = replaced(numbers, r"^\+", "00")
    numbers = numbers.str.replace(f"^(?:00)?86({_MOBILE})$", r"\1", regex=True)
    numbers = numbers.str.replace(f"^(?:00)?860?({_AREA})$", r"0\1", regex=True)
    mail = plain.str.contains("@", regex=False)  # dots and dashes tell addresses apart
    return numbers.mask(mail, plain.str.replace(" ", "", regex=False))


def case_keys(cells: pd.Series) -> pd.Series:
    """What complaint numbers are compared by: width, case and blanks do not count, separators do."""
    return _folded(cells).str.replace(" ", "", regex=False)


def _folded(cells: pd.Series) -> pd.Series:
    """Texts in lower case and half width; blanks, dashes and dots of other scripts as ASCII's, nothing invisible."""
    lost = cells.str.contains(LOST).fillna(value=False)
    if lost.any():
        cells = cells.mask(lost)
    folded = cells.str.lower()
    odd = cells.notna().to_numpy(bool) & ~fullmatch(cells, _EASY)
    if odd.any():
        at, few = pd.factorize(cells[odd])
        folded[odd] = pd.Series([_one(text) for text in few], dtype="str").to_numpy()[at]
    return folded


def _one(text: str) -> str:
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(ch if ch.isascii() else _SPELT.get(unicodedata.category(ch)[0], ch) for ch in plain)


_SPELT: Final = {"P": "-", "S": "-", "Z": " ", "C": ""}
"""What letters outside ASCII that are none are compared as, by the first letter of their Unicode category."""
