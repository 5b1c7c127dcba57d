"""When a complaint and an improvement are about the same cause, however it was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kesu.register.sameness import customer_keys

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kesu.register.sheets import Register


def same_causes(
    complaints: pd.Series, improvements: pd.Series
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Causes as small integers, equal where they are the same, -1 where there is none.

    Width, case, blanks and punctuation do not count.
    """
    words = pd.concat([complaints.astype("str"), improvements.astype("str")], ignore_index=True)
    spelt, few = pd.factorize(words)
    codes = np.append(pd.factorize(customer_keys(pd.Series(few, dtype="str")))[0], -1)[spelt].astype(np.int64)
    return codes[: len(complaints)], codes[len(complaints) :]


def cause_codes(register: Register) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """`same_causes` of a register; those of other registers in the stack are others."""
    sheets = register.complaints, register.improvements
    ours, theirs = same_causes(sheets[0].data["root_cause"], sheets[1].data["cause"])
    size = len(ours) + len(theirs)  # no code is as large
    of, whose = (
        np.where(codes < 0, -1, sheet.owner * size + codes)
        for sheet, codes in zip(sheets, (ours, theirs), strict=True)
    )
    return of, whose
