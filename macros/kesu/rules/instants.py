"""Instants as the rules reckon with them: whole seconds since 1970-01-01 00:00 on the team's wall clock, int64."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float64]

DAY: Final = 86_400
"""Seconds of a day."""

NAT: Final = int(np.iinfo(np.int64).min)
"""No instant: what NaT becomes as int64. Instants in, instants out; it passes through unchanged."""
