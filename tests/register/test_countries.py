"""Public holidays of one country, which load no other."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import holidays
import pytest

from kesu.register.settings.countries import known, public_holidays

ALONE = """
import sys
from kesu.register.settings.countries import public_holidays
days = public_holidays(sys.argv[1], sys.argv[2], years=2026)
print(len([name for name in sys.modules if name.startswith("holidays.countries")]), *map(str, sorted(days)))
"""


@pytest.mark.parametrize(
    ("country", "part", "modules"),
    [("CN", "", range(1, 2)), ("GB", "ENG", range(1, 2)), ("PR", "", range(100, 1000))],
)
def test_a_country_is_loaded_alone_unless_it_is_built_on_another(
    country: str, part: str, modules: range
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ALONE, country, part], capture_output=True, text=True, check=True
    )
    count, *days = done.stdout.split()
    assert int(count) in modules
    theirs = holidays.country_holidays(country, subdiv=part or None, years=2026)
    assert days == [str(day) for day in sorted(theirs)]
    assert len(days) > 6


def test_a_country_or_part_that_there_is_not() -> None:
    assert known("GB")
    assert not known("XX")
    with pytest.raises(NotImplementedError):
        public_holidays("XX")
    with pytest.raises(NotImplementedError):
        public_holidays("GB", "XX", years=2026)
    assert dt.date(2026, 10, 1) in public_holidays("CN", years=2026)
