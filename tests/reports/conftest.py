"""The report that most tests of this folder render."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from kesu.reports.model import Report

if TYPE_CHECKING:
    from tests.reports.reports_by_hand import big_report
else:
    from reports_by_hand import big_report


@pytest.fixture
def big() -> Callable[..., Report]:
    """See `reports_by_hand.big_report`."""
    return big_report
