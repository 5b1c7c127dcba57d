"""kesu (客诉): complaint registers in Excel that a team can trust.

For those who know pandas::

    import datetime as dt
    import kesu

    branches = kesu.load(["harbour.xlsx", "registers/north.xlsx"], as_of=dt.datetime(2026, 10, 31, 18))
    late = kesu.deadlines(branches).query("state == 'overdue'")
    kesu.report(branches, "october.html", period="2026-10")
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from kesu.words.errors import KesuError
from kesu.words.version import VERSION

if TYPE_CHECKING:
    from kesu.jobs.api import check, deadlines, follow_ups, kpis, load, refresh, report

__version__ = VERSION
__all__ = ["KesuError", "check", "deadlines", "follow_ups", "kpis", "load", "refresh", "report"]


def __getattr__(name: str) -> object:
    """What is asked for, imported only then: ``kesu --help`` must feel instant."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module("kesu.jobs.api"), name)
