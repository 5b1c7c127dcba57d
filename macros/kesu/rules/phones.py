"""Can this contact be dialled or written to? Judged by its shape, column-wise.

Chinese numbers after the national numbering plan: mobile 1[3-9] and 9 digits; area code and 7 or 8 digits,
with an extension if any; 400 and 800 numbers; service numbers (10086, 12315, 95xxx, 96xxxx). Foreign numbers
are written internationally, + or 00 and 7 to 15 digits (ITU-T E.164); outside China national ones count too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.register.search import contains, fullmatch, replaced

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MOBILE: Final = r"1[3-9][0-9]{9}"
_AREA: Final = r"(?:(?:10|2[0-9])[0-9]{8}|[3-9][0-9]{9,10})"
_HOME: Final = rf"0{_AREA}|[48]00[0-9]{{7}}"
_CHINA: Final = (
    rf"{_MOBILE}|{_HOME}|(?:(?:\+|00)?86)(?:{_MOBILE}|0?{_AREA})|1[02][0-9]{{3}}|9[56][0-9]{{3,4}}"
)
_ABROAD: Final = r"(?:\+|00)(?:[1-79][0-9]{6,14}|8[0-57-9][0-9]{5,13})"
_ANYWHERE: Final = r"[0-9]{6,15}"
_MAIL: Final = "[^@ ]+@[^@ ]+[.][^@ .]+"
_PUNCTUATION: Final = "[ \u00a0\u3000()（）.·–—-]+|^(?i:电话|手机|tel|phone|mobile)[:：]?"
_SEVERAL: Final = "[、,，;；/|\n]+|或| or "
_EXTENSION: Final = r" {0,9}(?:转|分机|(?i:extension|ext\.?|x)|#|-) {0,9}[0-9]{1,6}$"


def are_contacts(cells: pd.Series, region: str = "CN") -> NDArray[np.bool_]:
    """Whether each text is a whole phone number or an e-mail address, or several of them.

    ``region``: where numbers without a country code are dialled, as on the Settings sheet. Missing cells count
    as good: there is nothing to judge.
    """
    numbers = _CHINA if region == "CN" else f"{_CHINA}|{_ANYWHERE}"
    good = _match(cells, _MOBILE) | cells.isna().to_numpy()
    if (rest := np.flatnonzero(~good)).size:
        texts = cells.iloc[rest]
        bare = replaced(texts, _PUNCTUATION, "")
        good[rest] = _match(bare, f"{numbers}|{_ABROAD}") | _match(texts, _MAIL)
    if (rest := np.flatnonzero(~good)).size:
        texts = replaced(cells.iloc[rest], _EXTENSION, "")
        bare = replaced(texts, _PUNCTUATION, "")
        good[rest] = _match(bare, f"{_HOME}|(?:(?:\\+|00)86)0?{_AREA}|{_ABROAD}")
    rest = np.flatnonzero(~good)
    if rest.size and (rest := rest[contains(cells.iloc[rest], _SEVERAL)]).size:
        parts = cells.iloc[rest].reset_index(drop=True).str.split(_SEVERAL, regex=True).explode()
        each = pd.Series(are_contacts(parts.astype("str").str.strip(), region), parts.index)
        good[rest] = each.groupby(level=0).all().to_numpy(dtype=bool)
    return good


def _match(cells: pd.Series, pattern: str) -> NDArray[np.bool_]:
    return fullmatch(cells, pattern)
