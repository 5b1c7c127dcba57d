"""What is left of a pattern for a few texts finds in them what the whole pattern finds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kesu.register.settings import WORD_LISTS
from kesu.rules.checks.sayings import LISTS, sought
from kesu.rules.phrases.sieve import sifted

TEXTS = [
    f" {cell} "
    for line in (Path(__file__).parent / "wording.tsv").read_text("utf-8").splitlines()[::5]
    for cell in line.split("\t")
]
PATTERNS = sorted(
    {
        pattern
        for kinds in LISTS.values()
        for kind, names in kinds.items()
        for name in names
        for pattern in sought(name, kind, WORD_LISTS[name][1])
        if pattern
    }
)


@pytest.mark.parametrize(
    ("pattern", "text", "left"),
    [
        ("soon|later|马上", "Call SOON", "soon"),
        ("soon|later", "马上", None),
        ("(?:will|shall) (?:call|write)", "we will write", "(?:will) (?:write)"),
        ("(?:will|shall) call", "we may call", None),
        ("calls?|writes?", "I call", "call"),
        ("(?:not ){0,1}sure|maybe", "so sure", "sure"),
        ("ab{2}c|x", "abbc", "ab{2}c"),
        ("a(?:b|)c|x", "ac", "a(?:)c"),
        ("[^.]{0,3}x|y[.]z", "y.z", "y[.]z"),
        (r"\$5|(?=no)n|(n)o", "$5 no", r"\$5|(?=no)n|(n)o"),  # what is not understood stays
        ("istanbul|Task", "İSTANBUL taſk", "istanbul|Task"),
        ("", "x", ""),
    ],
)
def test_what_is_left(pattern: str, text: str, left: str | None) -> None:
    assert sifted(pattern, [text]) == left


@pytest.mark.parametrize("pattern", PATTERNS)
def test_shipped_patterns_find_the_same(pattern: str) -> None:
    whole = re.compile(pattern, re.IGNORECASE)
    for some in (TEXTS[at : at + 40] for at in range(0, len(TEXTS), 40)):
        left = sifted(pattern, some)
        part = re.compile(left, re.IGNORECASE) if left is not None else None
        assert len(left or "") <= len(pattern)
        for text in (*some, *(text.upper() for text in some)):
            assert (part.sub("□", text) if part else text) == whole.sub("□", text)
