"""Patterns over a column of texts, handed to the engine behind it.

pandas first takes every pattern apart, each time anew, to see whether that engine reads it as Python does: several
milliseconds for a long one. Here a pattern that neither could read otherwise is told by a look, once a process.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]

_TOLD_APART: Final = re.compile(r"\\[^\Wnrt]|\(\?(?!:)|[$](?![^\[\]\\]{0,80}\])|[*+?}]\+", re.ASCII)
"""What may mean something else to one of the two: classes, edges, looks around, flags, the end of a text."""


def contains(texts: pd.Series, pattern: str, *, case: bool = True) -> Bools:
    """In which texts the pattern is found; in missing ones it never is. As ``texts.str.contains``."""
    arrow = _arrow(texts) if _plain(pattern) else None
    if arrow is None:
        return texts.str.contains(pattern, case=case).fillna(value=False).to_numpy(dtype=bool)
    return _found(arrow, pattern, case=case)


def fullmatch(texts: pd.Series, pattern: str) -> Bools:
    """Which texts are the pattern as a whole; missing ones never are. As ``texts.str.fullmatch``."""
    arrow = _arrow(texts) if _plain(pattern) else None
    if arrow is None:
        return texts.str.fullmatch(f"(?:{pattern})").fillna(value=False).to_numpy(dtype=bool)
    return _found(arrow, f"^(?:{pattern})$", case=True)


def replaced(texts: pd.Series, pattern: str, by: str, *, case: bool = True) -> pd.Series:
    """The texts with ``by`` in place of all that the pattern finds. As ``texts.str.replace``."""
    arrow = _arrow(texts) if _plain(pattern) else None
    spelt = pattern if case else f"(?i){pattern}"
    if arrow is None:
        return texts.str.replace(spelt, by, regex=True)
    import pyarrow.compute as pc

    left = pc.replace_substring_regex(arrow, spelt, by)
    return pd.Series(pd.array(left, dtype=texts.dtype), texts.index, name=texts.name)


def _found(arrow: Any, pattern: str, *, case: bool) -> Bools:
    import pyarrow.compute as pc

    found: Bools = pc.match_substring_regex(arrow, pattern, ignore_case=not case).fill_null(False).to_numpy()
    return found


def _arrow(texts: pd.Series) -> Any:
    """The texts as Arrow has them; None where they are kept otherwise, as in the browser."""
    if isinstance(texts.dtype, pd.StringDtype) and texts.dtype.storage == "pyarrow":
        return texts.array.__arrow_array__()
    return None


@lru_cache(maxsize=512)
def _plain(pattern: str) -> bool:
    return bool(pattern) and _TOLD_APART.search(pattern) is None
