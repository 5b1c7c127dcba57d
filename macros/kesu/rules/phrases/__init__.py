"""How people put what should not stand in a register, beside the words that a team lists on Settings.

A list of words cannot tell "we will not call soon" from "we will call soon". So each list comes with phrasings in
both languages: what to look for, and what to take out first because it is negated, quoted, asked or about somebody else.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from kesu.rules.phrases import en, zh
from kesu.rules.phrases.parts import Part

__all__ = ["GAP", "KINDS", "Part", "Phrases", "phrases"]

KINDS: Final = ("promise", "work", "customer")
"""What a column holds: what the team promised, what it did and said, what the customer said."""
GAP: Final = "□"
"""Stands where something harmless was taken out; no pattern reaches across it."""
_ENDS: Final = {"zh": f"[^，。；;？！!?,\\n{GAP}]", "en": f'[^.,;!?\\n"{GAP}]'}
EDGE: Final = "[^a-z0-9]"
_BETWEEN: Final = re.compile(r">((?:~|\[[^\]]{1,20}\])\{0,[0-9]{1,2}\})<")


class Phrases(NamedTuple):
    """Patterns blind to case, of a list in columns of one kind, for a text with a blank before and after it.

    ``coarse`` finds every text that may hold one, fast; ``harmless`` is taken out first; ``sought`` is looked for.
    """

    coarse: str
    harmless: str
    sought: str


def _spelt(pattern: str, lang: str) -> str:
    """``pattern`` with the shorthands written out."""
    if lang == "en":  # one blank may be the end of one word and the beginning of the next
        pattern = _BETWEEN.sub(r"(?:>\1)?<", pattern)
    pattern = pattern.replace("~", _ENDS[lang])
    if lang == "en":
        pattern = re.sub(r"[<>]", EDGE, pattern).replace("'", "['’]")
    return pattern


@cache
def phrases(words: str, kind: str) -> Phrases:
    """What kesu ships for the word list ``words`` in columns of ``kind``; empty where it has nothing to say there."""
    parts = [
        (part, lang)
        for lang, shipped in (("zh", zh.PARTS), ("en", en.PARTS))
        for part in shipped
        if part.words == words and kind in part.kinds.split()
    ]
    coarse = "|".join(part.coarse for part, _ in parts)
    harmless = "|".join(_spelt(one, lang) for part, lang in parts for one in part.harmless)
    sought = "|".join(_spelt(one, lang) for part, lang in parts for one in part.sought)
    return Phrases(coarse, harmless, sought)
