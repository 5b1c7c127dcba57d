"""When a complaint and an improvement are about the same cause, however it was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kesu.register.sameness import customer_keys

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kesu.register.sheets import Register


def cause_codes(register: Register) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Causes of the complaints and of the improvements as small integers, -1 where there is none.

    Equal where the register (of a stack) and the cause are the same; width, case, blanks and punctuation do not count.
    """
    sheets = (register.complaints, "root_cause"), (register.improvements, "cause")
    words = pd.concat([sheet.data[key].astype("str") for sheet, key in sheets], ignore_index=True)
    codes, found = pd.factorize(customer_keys(words))
    owner = np.concatenate([sheet.owner for sheet, _ in sheets])
    both = np.where(codes < 0, -1, owner * len(found) + codes).astype(np.int64)
    return both[: len(register.complaints.data)], both[len(register.complaints.data) :]
