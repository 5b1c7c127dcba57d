"""Where Ctrl+arrow lands on a line of cells; pure."""

from __future__ import annotations

from collections.abc import Sequence


def between(gaps: Sequence[tuple[int, int]], last: int) -> list[tuple[int, int]]:
    """What the ascending ``gaps`` leave of 1 to ``last``: stretches, first and last, both ends included."""
    filled, start = [], 1
    for first, final in [*gaps, (last + 1, last + 1)]:
        if first > start:
            filled.append((start, first - 1))
        start = final + 1
    return filled


def landing(filled: list[tuple[int, int]], start: int, step: int, edge: int) -> int:
    """Where Ctrl+arrow lands on a line with those filled stretches."""
    inside = next((stretch for stretch in filled if stretch[0] <= start <= stretch[1]), None)
    if step > 0:
        if inside and start < inside[1]:
            return inside[1]
        return next((first for first, _ in filled if first > start), edge)
    if inside and start > inside[0]:
        return inside[0]
    return next((last for _, last in reversed(filled) if last < start), 1)
