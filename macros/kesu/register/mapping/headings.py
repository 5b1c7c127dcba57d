"""Which columns a heading may mean, by its words and by what stands below it; each guess with its confidence and reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

import numpy as np
from rapidfuzz import fuzz, process

from kesu.register.codes import CodeLists
from kesu.register.columns import BY_KEY, REGISTER, labels
from kesu.register.mapping.column import Column
from kesu.register.mapping.durations import durations, unit_of
from kesu.register.mapping.words import (
    choice,
    choices,
    heading_words,
    own_words,
    plain,
    says_due,
    spellings,
    tokens,
)
from kesu.words.text import Text

SURE: Final = 0.75
"""Guesses from here on are taken."""
ASKED: Final = 0.6
"""Guesses from here on are asked about, those below are not made."""
CHOICES: Final = 60
"""More different values than these are no list of choices."""
TELLING: Final = frozenset({"channel", "status", "satisfaction", "severity"})
"""Lists whose choices tell what a column is, whatever its heading."""
WORTH_ASKING: Final = 0.65
"""Confidence of a guess that is asked about and never taken."""
OWN_TERMS: Final = 12
"""States in words of a team's own, at most; each is asked about."""
_CLOSE: Final = 88
_PHONE: Final = r"^\+?[0-9() .-]{7,20}$"
_MAIL: Final = r"^[^@\s]{1,64}@[^@\s]+\.[^@\s]+$"

BY_LABEL: Final = Text("列标题就是它", "the heading itself")
BY_WORD: Final = Text("列标题的同义词", "a synonym")
BY_SPELLING: Final = Text("与“{word}”写法相近", "spelt nearly as “{word}”")
BY_END: Final = Text("以“{word}”结尾", "it ends in “{word}”")
BY_PART: Final = Text("含有“{word}”", "“{word}” is in it")
MAYBE: Final = Text("可能是它", "it may mean that")
FITS: Final = Text("，内容相符", ", and the values fit")
NOTHING: Final = Text("", "")
UNLIKE: Final = Text("，内容不符", ", but the values do not fit")


@dataclass(frozen=True)
class Guess:
    """``heading`` may be the column ``target`` (a key with its part), with a confidence from 0 to 1 and why."""

    heading: str
    target: str
    confidence: float
    reason: Text


@cache
def _spelt() -> Mapping[str, str]:
    """Headings of several letters as words → plain."""
    named = [word for column in REGISTER for word in (*column.label, *column.also)]
    from kesu.register.mapping.words import tables

    listed = [word for words in tables()["columns"].values() for word in words]
    return {tokens(word): plain(word) for word in (*named, *listed) if len(word) >= 4}


@lru_cache(maxsize=1 << 12)
def by_words(heading: str) -> list[tuple[str, float, Text]]:
    """Targets that the words of a heading mean, with confidence and reason."""
    ways, known, ours = spellings(heading), heading_words(), labels(REGISTER)
    for number, way in enumerate(ways):
        if way in known and not (number == 0 and way in own_words() and way not in ours):
            target, sure = known[way]
            if not sure:
                return [(target, 0.72, MAYBE)]
            return [
                (target, (1.0 if way in ours else 0.97) - 0.01 * number, BY_LABEL if way in ours else BY_WORD)
            ]
    if any(way in own_words() for way in ways):
        return []
    found: dict[str, tuple[float, Text]] = {}
    said = tokens(heading)
    if len(said) >= 4:
        spelt = _spelt()
        for word, score, _ in process.extract(
            said, list(spelt), scorer=fuzz.token_sort_ratio, score_cutoff=_CLOSE, limit=3
        ):
            if known[spelt[word]][1]:
                found.setdefault(known[spelt[word]][0], (0.9 * score / 100, BY_SPELLING.fill(word=word)))
    whole = ways[0]
    inside = [
        (word, target)
        for word, (target, sure) in known.items()
        if sure and len(word) >= 3 and word in whole and not word.isascii()
    ]
    if inside:
        word, target = max(inside, key=lambda one: (whole.endswith(one[0]), len(one[0])))
        ends = whole.endswith(word)
        found.setdefault(target, (0.7 if ends else 0.62, (BY_END if ends else BY_PART).fill(word=word)))
    return [(target, score, reason) for target, (score, reason) in found.items()]


def guesses(column: Column, codes: CodeLists) -> list[Guess]:
    """What ``column`` may be, the likeliest first."""
    found = []
    for meant, score, reason in by_words(column.heading):
        if BY_KEY[meant.partition(".")[0]].kind == "time" and says_due(column.heading):
            continue  # when it should have been done is no time at which it was
        target = _part_of(meant, column)
        if target == "category" and _all_known(column, "kind", codes):
            target = "kind"  # “诉求类型” with 投诉 and 咨询 below it: an enquiry is no complaint
        key, _, part = target.partition(".")
        fit = _fit(column, key, part, codes) if column.given else 0.0
        unlike = WORTH_ASKING if score > WORTH_ASKING and _states(column, key) else score * 0.45
        confidence = round(unlike if fit < 0 else min(1.0, score + 0.1 * fit), 3)
        said = UNLIKE if fit < 0 else FITS if fit > 0 else NOTHING
        found.append(
            Guess(column.heading, target, confidence, Text(reason.zh + said.zh, reason.en + said.en))
        )
    return sorted(found, key=lambda guess: -guess.confidence)


def _states(column: Column, key: str) -> bool:
    """Whether these are a few words, as they may stand for states or satisfaction in a team's own terms."""
    few = 0 < len(column.uniques) <= OWN_TERMS and column.times < 0.5 and column.numbers < 0.5
    return key in {"status", "satisfaction"} and few and column.length < 10


def _part_of(target: str, column: Column) -> str:
    """``target``, or the part of that time which stands in the column: a time of day, hours since receipt."""
    if "." in target or BY_KEY[target].kind != "time" or not column.given:
        return target
    unit = unit_of(column.heading)
    if (
        unit and column.times < 0.2
    ):  # before times of day: 01:00:00 under “(in hrs)” is an hour, not one o'clock
        spent = target in {"resolved_at", "first_response_at"} and np.isfinite(durations(column.few, unit))
        return f"{target}.after" if np.mean(spent) >= 0.9 else target
    if column.clocks >= 0.9 and column.times < 0.5:
        return f"{target}.time"
    return target


def _fit(column: Column, key: str, part: str, codes: CodeLists) -> float:  # noqa: PLR0911 - one line a kind
    """1 the values are such as belong there, 0 they may be, -1 they are others."""
    if part == "time":
        return 1.0 if column.clocks >= 0.8 else -1.0
    if part == "after":
        spent = np.isfinite(durations(column.few, unit_of(column.heading) or 1.0)).mean()
        return 1.0 if spent >= 0.9 and unit_of(column.heading) else 0.0 if spent >= 0.9 else -1.0
    match BY_KEY[key].kind:
        case "time":
            return 1.0 if column.times >= 0.8 else -1.0 if column.times < 0.5 else 0.0
        case "number":
            return 1.0 if column.numbers >= 0.9 else -1.0 if column.numbers < 0.5 else 0.0
        case "phone":
            reach = column.share(f"{_PHONE}|{_MAIL}|[0-9*]{{7}}")
            return 1.0 if reach >= 0.6 else -1.0 if reach < 0.2 else 0.0
        case "code" | "codes":
            return _choices_fit(column, key, codes)
        case "id":
            if column.times >= 0.9 and column.numbers < 0.5:
                return -1.0
            if key == "complaint_id":
                return 1.0 if column.distinct >= 0.9 else -1.0 if column.distinct < 0.2 else 0.0
            return 0.0
        case _:
            return _text_fit(column, key, codes)


def _text_fit(column: Column, key: str, codes: CodeLists) -> float:
    if column.times >= 0.9 or (column.numbers >= 0.9 and column.length < 12):
        return -1.0
    if len(column.uniques) > 1 and _all_known(column, "status", codes):
        return -1.0  # “处理情况” with states below it tells no measures
    if key == "customer_name":
        return -1.0 if column.length > 40 else 0.5
    return 0.5 if key != "verbatim" or column.length >= 6 else 0.0


def _choices_fit(column: Column, key: str, codes: CodeLists) -> float:
    known = choices(key, codes)
    if column.times >= 0.9:
        return -1.0
    share = (
        float(np.mean([choice(value, known, key) is not None for value in column.few]))
        if len(column.few)
        else 0.0
    )
    if BY_KEY[key].codes not in {"yes_no", "status"} and _yes_no(column, codes):
        return -1.0  # “escalated: no” names nobody
    if BY_KEY[key].codes in {"yes_no", "satisfaction", "status", "kind"}:
        return 1.0 if share >= 0.6 else -1.0 if share < 0.25 else 0.0
    if share >= 0.5:
        return 1.0
    many = len(column.uniques) > CHOICES or (column.given > 20 and len(column.uniques) > 0.5 * column.given)
    return -1.0 if many or column.length > 30 or column.numbers >= 0.9 else 0.0


def by_values(columns: Sequence[Column], taken: set[str], codes: CodeLists) -> list[Guess]:
    """What columns may be whose headings say nothing, by their values alone; never enough to be taken unasked."""
    found = []
    if "customer_contact" not in taken:
        phones = [
            one
            for one in columns
            if one.share(f"{_PHONE}|{_MAIL}") >= 0.8 and one.times < 0.1 and one.length >= 9
        ]
        found += [
            Guess(
                one.heading,
                "customer_contact",
                WORTH_ASKING,
                Text("内容是电话或邮箱", "the values are phones or addresses"),
            )
            for one in phones[:1]
        ]
    if "verbatim" not in taken:
        texts = [one for one in columns if one.times < 0.5 and one.numbers < 0.5]
        long = max(texts, key=lambda one: one.length, default=None)
        if long is not None and long.length >= 12 and len(long.uniques) >= 0.5 * long.given:
            found.append(
                Guess(long.heading, "verbatim", WORTH_ASKING, Text("最长的文字列", "the longest texts"))
            )
    if "received_at" not in taken:
        dated = [one for one in columns if one.times >= 0.9 and one.given and not says_due(one.heading)]
        found += [
            Guess(one.heading, "received_at", WORTH_ASKING, Text("内容是时间", "the values are times"))
            for one in dated[:1]
        ]
    for key in sorted(TELLING - taken):
        known = choices(key, codes)
        for one in columns:
            if _yes_no(one, codes):
                continue
            told = [choice(value, known, key) for value in one.few]
            others = sum(_all_known(one, other, codes) for other in TELLING)
            if len(set(told)) >= 2 and None not in told and others == 1 and key not in taken:
                found.append(
                    Guess(
                        one.heading, key, WORTH_ASKING, Text("内容都是它的选项", "the values are its choices")
                    )
                )
    return found


def _yes_no(column: Column, codes: CodeLists) -> bool:
    return _all_known(column, "customer_agreed", codes)


def _all_known(column: Column, key: str, codes: CodeLists) -> bool:
    known = choices(key, codes)
    return 0 < len(column.uniques) <= CHOICES and all(
        choice(value, known, key) is not None for value in column.few
    )
