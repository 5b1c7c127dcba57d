"""What a phrasing is made of."""

from __future__ import annotations

from typing import NamedTuple


class Part(NamedTuple):
    """How one language puts what a word list is about, in columns of the kinds ``kinds`` (words apart by spaces).

    ``coarse``: what any text must hold to be looked at. ``harmless``: passages that are taken out first (negated,
    quoted, asked, of somebody else). ``sought``: what is a finding in the rest.
    """

    words: str
    kinds: str
    coarse: str
    harmless: tuple[str, ...]
    sought: tuple[str, ...]
