"""How often each number occurs, on every platform alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kesu.rules.instants import Floats, Ints


def tally(numbers: NDArray[np.integer], size: int) -> Ints:
    """For each of 0 … ``size`` - 1 (or the largest of ``numbers``, if that is more) how often it occurs, int64."""
    # Where positions have 32 bits, as in a browser, bincount itself refuses int64.
    return np.bincount(numbers.astype(np.intp), minlength=size).astype(np.int64)


def weighed(numbers: NDArray[np.integer], weights: NDArray[np.generic], size: int) -> Floats:
    """`tally`, each occurrence counting as much as its weight."""
    return np.bincount(numbers.astype(np.intp), weights=weights, minlength=size).astype(np.float64)
