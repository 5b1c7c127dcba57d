"""What the tests of writing share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import click.testing

DAY = dt.date(2026, 11, 20)
Run = Callable[..., click.testing.Result]
