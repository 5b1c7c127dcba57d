"""The wording checks against sentences as people write them: `wording.tsv`, two thirds to work on, one third held out.

Whoever tunes a phrasing looks at the first two thirds alone; what the held-out third says is the figure that counts.
"""

from __future__ import annotations

import sys
import zlib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from kesu.rules.checks import Example, run_checks
from kesu.words.text import LANGS
from tests.rules.checks.registers import AS_OF, register

COLUMN: Final = {"promise": "commitments", "work": "measures_taken", "customer": "verbatim"}
RULES: Final = {
    "vague_promise": "vague",
    "over_promise": "over",
    "fault_before_verification": "fault",
    "judgement_in_record": "judgement",
    "money_promised": "money",
    "claim_in_text": "claim",
    "claim_without_sum": "claim",
    "escalation_threat": "threat",
}


class Sentence(NamedTuple):
    lang: str
    kind: str
    labels: frozenset[str]
    text: str

    @property
    def held_out(self) -> bool:
        return zlib.crc32(self.text.encode()) % 3 == 0


@cache
def sentences() -> tuple[Sentence, ...]:
    lines = Path(__file__).with_name("wording.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return tuple(
        Sentence(lang, kind, frozenset(labels.split(",")) - {"-"}, text) for lang, kind, labels, text in rows
    )


@cache
def found() -> tuple[frozenset[str], ...]:
    """What the checks say of each sentence, all of them on one register."""
    rows = tuple({COLUMN[one.kind]: one.text} for one in sentences())
    findings = run_checks(register(Example(rows), "en"), AS_OF, listed=10**6)
    findings = findings[findings["rule"].isin(list(RULES))]
    said: list[set[str]] = [set() for _ in rows]
    for row, rule in zip(findings["row"].tolist(), findings["rule"].tolist(), strict=True):
        said[row - 4].add(RULES[rule])
    return tuple(map(frozenset, said))


def score(lang: str, *, held_out: bool) -> tuple[dict[str, str], float, float]:
    """Found of labelled by category; the share of all labels; the share of harmless sentences that were flagged."""
    labelled, hit = Counter[str](), Counter[str]()
    harmless = flagged = 0
    for one, said in zip(sentences(), found(), strict=True):
        if one.lang != lang or one.held_out != held_out:
            continue
        labelled.update(one.labels)
        hit.update(one.labels & said)
        harmless += not one.labels
        flagged += bool(said and not one.labels)
    told = {name: f"{hit[name]}/{labelled[name]}" for name in sorted(labelled)} | {
        "false alarms": f"{flagged}/{harmless}"
    }
    return told, hit.total() / labelled.total(), flagged / harmless


def test_the_set_is_large_half_harmless_and_says_nothing_twice() -> None:
    every = sentences()
    assert len({one.text for one in every}) == len(every) >= 600
    assert 0.4 < sum(not one.labels for one in every) / len(every) < 0.6
    assert 0.28 < sum(one.held_out for one in every) / len(every) < 0.38


def test_natural_sentences_are_told_apart_also_those_held_out() -> None:
    scores = [score(lang, held_out=True) for lang in LANGS]
    told = [one[0] for one in scores]
    assert min(recall for _, recall, _ in scores) >= 0.9, told
    assert sum(false_alarms for _, _, false_alarms in scores) / 2 <= 0.03, told


if __name__ == "__main__":
    for lang in LANGS:
        for held in (False, True):
            said, recall, false_alarms = score(lang, held_out=held)
            which = "held out" if held else "worked on"
            sys.stdout.write(f"{lang} {which}: recall {recall:.1%}, false alarms {false_alarms:.1%} {said}\n")
