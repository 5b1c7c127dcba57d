"""The wording checks against sentences as people write them: `wording.tsv`, two thirds to work on, one third held out.

Whoever tunes a phrasing looks at the first two thirds alone; what the held-out third says is the figure that counts.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from kesu.register.settings import WORD_LISTS
from kesu.rules.checks import Example, run_checks
from kesu.rules.checks.sayings import FEW
from kesu.rules.phrases import phrases
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


def rules(changes: dict[str, str], settings: tuple[tuple[str, ...], ...] = ()) -> list[str]:
    findings = run_checks(register(Example((changes,), (), settings), "zh"), AS_OF)
    return [rule for rule in findings["rule"] if rule in RULES]


@pytest.mark.parametrize(
    ("column", "said", "turned"),
    [
        ("measures_taken", "承认是我们的错", "不是我们的错"),
        ("measures_taken", "Told her it was our fault", "It was not our fault"),
        ("measures_taken", "已答应赔客户500元", "客户要求赔500元，未答应"),
        ("measures_taken", "We promised it would never happen again", "Could not promise it would never happen again"),
        ("commitments", "尽快回电", "客户要求尽快回电，约定10月12日9:30"),
        ("commitments", "Will call back soon", "Will call back soon, by Friday noon"),
        ("commitments", "保证不再发生", "不能保证不再发生"),
        ("verbatim", "客户无理取闹", "客户说“别以为我无理取闹”"),
        ("verbatim", "赔我！", "我不要你们赔，道个歉就行"),
        ("verbatim", "I want my money back", "I don't want my money back, I want it mended"),
        ("verbatim", "我要去消协投诉", "我不会去消协投诉"),
        ("verbatim", "I’ll go to the press", "I won’t go to the press"),
    ],
)  # fmt: skip
def test_what_is_negated_quoted_or_has_a_time_is_let_pass(column: str, said: str, turned: str) -> None:
    items = {"commitments": "无"} if column != "commitments" else {}
    assert len(rules(items | {column: said})) == 1
    assert rules(items | {column: turned}) == []


def test_the_words_of_the_customer_are_no_admission_and_no_promise_of_the_team() -> None:
    assert rules({"verbatim": "赔我，是你们的错，保证绝不再犯"}) == ["claim_without_sum"]
    assert rules({"measures_taken": "客户说“赔我，是你们的错”，已登记"}) == []


WORDS: Final = ("词表", "词语")


def test_a_phrase_is_let_pass_and_a_deleted_word_is_found_no_more() -> None:
    spared = (WORDS, ("含糊的承诺", "除外：马上到账"))
    assert rules({"commitments": "马上到账"}, spared) == []
    assert rules({"commitments": "马上处理"}, spared) == ["vague_promise"]
    without = (WORDS, *(("含糊的承诺", word) for word in WORD_LISTS["vague"][1] if word != "马上"))
    assert rules({"commitments": "马上处理"}, without) == []
    assert rules({"commitments": "过几天处理"}, without) == ["vague_promise"]


def test_phrasings_are_switched_off_a_list_at_a_time() -> None:
    off = (WORDS, ("含糊的承诺", "除外：全部句式"), ("含糊的承诺", "得空"))
    assert rules({"commitments": "改天再来"}, off) == []
    assert rules({"commitments": "得空就办"}, off) == ["vague_promise"]
    assert rules({"commitments": "没得空"}, off) == []
    assert rules({"verbatim": "再不解决我就打12315"}, off) == ["escalation_threat"]


def test_a_register_with_the_lists_of_earlier_times_gains_the_phrasings() -> None:
    earlier = (WORDS, *(("含糊的承诺", word) for word in WORD_LISTS["vague"][1]))
    assert rules({"commitments": "过两天再打给客户", "verbatim": "法庭上见"}, earlier) == [
        "vague_promise",
        "escalation_threat",
    ]


@pytest.mark.parametrize(("name", "kind"), [("vague", "promise"), ("overpromise", "promise"), ("fault", "work"), ("judgement", "customer"), ("money", "promise"), ("claim", "customer"), ("threat", "customer")])  # fmt: skip
def test_every_shipped_word_is_covered_by_the_phrasings(name: str, kind: str) -> None:
    ours = phrases(name, kind)
    for word in WORD_LISTS[name][1]:
        text = f" 客户{word} " if word == "不讲理" else f" {word}他的错 " if word == "明显是" else f" {word} "
        text = (
            " obviously his fault "
            if word == "obviously"
            else " clearly the customer lied "
            if "clearly" in word
            else text
        )
        assert re.search(ours.coarse, text, re.IGNORECASE), word
        assert re.search(ours.sought, text, re.IGNORECASE), word


def test_many_texts_are_searched_as_few_are() -> None:
    texts = [one.text for one in sentences() if one.kind == "promise"]
    few = run_checks(register(Example(tuple({"commitments": text} for text in texts)), "en"), AS_OF)
    many = run_checks(
        register(Example(tuple({"commitments": text} for text in texts * 12)), "en"), AS_OF, listed=10**6
    )
    assert len(texts) * 12 > FEW * 2
    wanted = ["vague_promise", "over_promise", "fault_before_verification", "money_promised"]
    count = [frame["rule"].value_counts().reindex(wanted).tolist() for frame in (few, many)]
    assert [12 * one for one in count[0]] == count[1]


if __name__ == "__main__":
    for lang in LANGS:
        for held in (False, True):
            said, recall, false_alarms = score(lang, held_out=held)
            which = "held out" if held else "worked on"
            sys.stdout.write(f"{lang} {which}: recall {recall:.1%}, false alarms {false_alarms:.1%} {said}\n")
