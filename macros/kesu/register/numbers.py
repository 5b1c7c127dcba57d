"""Complaint numbers: the next one that is free. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Final

TAIL: Final = 4
"""Digits of a number that does not end in digits behind a hyphen."""


def next_number(ids: Iterable[str], year: int) -> str:
    """The number after the highest of the series that the last of ``ids`` belongs to; ``2026-0001`` to begin with.

    The workbook's own “next free number” follows the same rule.
    """
    known = [text.strip() for text in ids if text.strip()]
    if not known:
        return f"{year}-0001"
    series = _split(known[-1])
    if series is None:
        return f"{known[-1]}-0001"
    prefix, tail = series
    used = [_tail(one) for one in known if one.startswith(prefix)]
    return f"{prefix}{max(used) + 1:0{len(tail)}d}"


def numbers_after(ids: Iterable[str], year: int) -> Iterator[str]:
    """Free numbers, one after the other, see `next_number`."""
    known = [text.strip() for text in ids if text.strip()]
    number, taken = next_number(known, year), set(known)
    prefix, tail = _split(number) or (f"{number}-", "1")
    for n in count(int(tail)):
        if (one := f"{prefix}{n:0{len(tail)}d}") not in taken:
            yield one


def _split(number: str) -> tuple[str, str] | None:
    head, hyphen, tail = number.rpartition("-")
    if re.fullmatch(r"[0-9]+", tail):
        return head + hyphen, tail
    tail = number[-TAIL:]
    return (number[:-TAIL], tail) if re.fullmatch(r"[0-9]+", tail) else None


def _tail(number: str) -> int:
    found = _split(number)
    return int(found[1]) if found else 0
