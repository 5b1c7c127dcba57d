"""Settings as plain JSON values and back, for files that hold registers whose Settings sheet is elsewhere."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Mapping
from functools import lru_cache
from types import UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

from kesu.register.codes import CODE_LISTS
from kesu.register.settings.limits import DEFAULT_LIMITS
from kesu.register.settings.model import Settings

_COMPLETED: Final[dict[str, Mapping[str, Any]]] = {
    "codes": CODE_LISTS,
    "limits": DEFAULT_LIMITS,
    "words": Settings().words,
}
"""Settings of which a later version may know more entries than the one that wrote them."""


def plain(settings: Settings) -> dict[str, Any]:
    """Everything that ``settings`` say, without what is as in `Settings` itself."""
    usual = Settings()
    said = ((one.name, getattr(settings, one.name)) for one in dataclasses.fields(Settings))
    return {name: _plain(value) for name, value in said if value != getattr(usual, name)}


def from_plain(said: object) -> Settings:
    """The settings of `plain`; what they do not say is as in `Settings`. Raises ValueError for anything else."""
    if not isinstance(said, dict) or not said.keys() <= _hints(Settings).keys():
        raise ValueError("settings")
    found = {key: _made(_hints(Settings)[key], value) for key, value in said.items()}
    for key, known in _COMPLETED.items():
        if key in found:
            found[key] = dict(known) | found[key]
    return Settings(**found)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return [[_plain(key), _plain(one)] for key, one in value.items()]
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def _made(kind: Any, value: Any) -> Any:
    """``value`` as a ``kind``, whatever it takes: a file may say anything."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is UnionType:
        return None if value is None else _made(parts[0], value)
    if isinstance(value, dict) and dataclasses.is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]  # a class
        return kind(**{key: _made(hints[key], one) for key, one in value.items()})  # type: ignore[operator]
    if isinstance(value, list):
        return _several(kind, origin, parts, value)
    if kind is dt.date and isinstance(value, str):
        return dt.date.fromisoformat(value)
    if kind is float and type(value) in {float, int} and math.isfinite(value):
        return value
    if kind in {str, int, bool} and type(value) is kind:
        return value
    raise ValueError(f"{kind}: {value!r:.40}")


def _several(kind: Any, origin: Any, parts: tuple[Any, ...], values: list[Any]) -> Any:
    """Pairs, tuples of any length or of a known one, rows with named places."""
    if origin is None and issubclass(kind, tuple):
        parts = tuple(_hints(kind).values())
        return kind(*(_made(part, one) for part, one in zip(parts, values, strict=True)))
    if origin is tuple and parts[-1:] == (...,):
        return tuple(_made(parts[0], one) for one in values)
    if origin is tuple:
        return tuple(_made(part, one) for part, one in zip(parts, values, strict=True))
    return {_made(parts[0], key): _made(parts[1], one) for key, one in values}


_hints = lru_cache(maxsize=16)(get_type_hints)
