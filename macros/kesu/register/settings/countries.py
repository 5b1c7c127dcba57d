"""Public holidays by country, without loading the other two hundred."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from typing import Any, Final

import holidays
from holidays.registry import COUNTRIES

_FOLDER: Final = Path(holidays.__file__).with_name("countries")


def known(region: str) -> bool:
    """Whether ``holidays`` has the country; its own list would load every one."""
    return _module_of(region) is not None


def public_holidays(region: str, subdivision: str = "", **how: Any) -> holidays.HolidayBase:
    """`holidays.country_holidays`. Raises NotImplementedError where the country or its part is unknown."""
    _load(region)
    return holidays.country_holidays(region, subdiv=subdivision or None, **how)


@cache
def _module_of(region: str) -> str | None:
    return next((name for name, (_, *codes) in COUNTRIES.items() if region in codes), None)


@cache
def _load(region: str) -> None:
    """The module of one country, where ``holidays`` then finds it.

    Imported by its name alone, the package above it comes first, and that imports all of them: a fifth of what the shortest
    command takes. Countries built on others, and whatever is laid out otherwise, are left to ``holidays`` itself.
    """
    name = f"holidays.countries.{_module_of(region)}"
    file = _FOLDER / f"{_module_of(region)}.py"
    if name in sys.modules or "holidays.countries" in sys.modules or not file.is_file():
        return
    if b"holidays.countries" in file.read_bytes():
        return
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        return
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception:
        del sys.modules[name]
