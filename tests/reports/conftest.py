"""The report that most tests of this folder render."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kesu.reports.model import Report
from tests.reports.reports_by_hand import big_report


@pytest.fixture
def big() -> Callable[..., Report]:
    """See `reports_by_hand.big_report`."""
    return big_report
