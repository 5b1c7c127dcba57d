"""Columns with personal data that are kept back when registers are handed over, and what takes their place.

What stands there is gone. That something stands there, which customer is which, and which rows are one complaint, is still
known, so that nothing that is counted, due or open comes out otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from kesu.register.columns import DECLARED

HIDDEN: Final = "hidden"
"""Keys of the columns with personal data, which were withheld, in which something stands, with | between them."""
FINGERPRINT: Final = "fingerprint"
"""See `kesu.rules.doubles.fingerprints`."""
MASK: Final = "***"
"""What a cell says of which is known only that something stands there."""
PERSONAL: Final = {
    name: [column.key for column in columns if column.personal] for name, columns in DECLARED.items()
}
_LETTERS: Final = str.maketrans("0123456789", "ghijklmnop")
"""No digits, of which a telephone number might be made."""


def hidden(frame: pd.DataFrame, keys: Sequence[str]) -> pd.Series:
    """What stands in `HIDDEN` for each row: those of the columns ``keys`` in which something stands."""
    filled = [frame[key].notna().to_numpy(np.int64) << at for at, key in enumerate(keys)]
    codes, rows = np.unique(np.sum(filled, axis=0), return_inverse=True)
    words = ["|".join(key for at, key in enumerate(keys) if code >> at & 1) for code in codes.tolist()]
    return pd.Series(words, dtype="str").iloc[rows].set_axis(frame.index)


def masked(frame: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """``frame`` with `MASK` in the cells of columns ``keys`` that were filled."""
    rows, words = pd.factorize(frame[HIDDEN])
    said = [set(word.split("|")) for word in words] + [set()]
    there = {key: np.array([key in one for one in said])[rows] for key in keys}
    empty = pd.Series(pd.NA, frame.index, dtype="str")
    return frame.assign(**{key: empty.mask(mask, MASK) for key, mask in there.items()})


def told_apart(frame: pd.DataFrame, mark: str) -> pd.DataFrame:
    """Complaints with the customer's number where the account stood, else the contact: the same in no other file than that
    of ``mark``."""
    number = MASK + mark[:6].translate(_LETTERS) + frame["customer"]
    known = number.notna().to_numpy(bool)
    account = frame["customer_account"].notna().to_numpy(bool)
    return frame.assign(
        customer_account=frame["customer_account"].mask(known & account, number),
        customer_contact=frame["customer_contact"].mask(known & ~account, number),
    )
