"""The words by which a customer is known, from the personal columns of their row, and where they stand in a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from kesu.register.cells import SEPARATORS
from kesu.reports.masking.numbers import Span, digits_of
from kesu.reports.masking.spelling import Spelt, bare_letters

NOBODY: Final = frozenset(
    """
    无 none nobody n/a na nil - – / 匿名 不详 未知 保密 未提供 同上 anonymous unknown unnamed
    """.split()  # noqa: SIM905
)
_TITLES: Final = re.compile(
    "(?:先生|女士|小姐|太太|老师|经理|师傅|医生|同学|主任|客户|本人|公司|会员|さん){1,9}$"
)
"""What stands after a Chinese name and is no part of it."""
_NO_NAMES: Final = frozenset(
    """
    mr mrs ms miss dr prof sir the and of van von der den de da di del la le el al bin ibn he an do so
    to me my no on in is it we us up or at as by be am go hi ok if oh ah co ltd inc llc
    """.split()  # noqa: SIM905
)
"""Parts of names that are none by themselves."""
_ALSO_WORDS: Final = frozenset(
    """
    will may mark rose grace hope faith joy bill frank art dawn june april august summer autumn young
    long short white black brown green gray grey king price page day best gold silver stone wood woods
    hill lake rich good major case cash post park rice cook baker miller hunter fisher mason penny pat
    sue drew chase grant wade lance miles dean earl duke prince bishop pope church bell ball ring
    field ford banks rivers waters fields wells mills moon star sky sunny ray iris ivy lily daisy
    violet olive ruby pearl amber jade cherry candy honey ginger robin jay swan fox wolf bear lamb
    little small large strong sharp swift wise noble power powers love self still early moody blunt
    cross west north south east way street house hall hand hands head hurt man sun son song fan gong
    ming ping pin pan can sang wang ran shan tan kong dong ding hong
    """.split()  # noqa: SIM905
)
"""Names that are words as well: a person only where they begin with a capital."""
_STOPS: Final = frozenset("，。；：！？、,;!?")
_CJK: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]{2,6}")
_RUNS: Final = re.compile(
    r"[\u3400-\u9fff\U00020000-\U0003ffff]+(?:[ \u3000]?[\u3400-\u9fff\U00020000-\U0003ffff]+)*|[^\W\u3400-\u9fff]+(?:['’`.-][^\W\u3400-\u9fff]+)*"
)
"""Chinese names, perhaps with blanks in them, and words of other scripts."""
_PARTS: Final = re.compile(r"[\W_]+")
_EXTENSION: Final = re.compile(r"(?:转|分机|#|(?i:ext))")
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
_SPELT_OUT: Final = (("ae", "a"), ("oe", "o"), ("ue", "u"))
"""Müller is Mueller, and Mueller may be Müller."""
MOST_WORDS: Final = 64
"""So many words of one row are looked for; a text of a row with more is not shown at all."""
MOST_TRIES: Final = 20_000
"""So many places of a text are looked at; where words might stand in more, it is not shown at all."""


class Word(NamedTuple):
    """``letters`` as `bare` compares them. ``whole``: a name, account or number; else a part of a name.

    ``written``: how a part must be written to count, "" anyhow, "A" with a capital.
    """

    letters: str
    whole: bool
    written: str = ""


@lru_cache(maxsize=4096)
def words_of(cell: str) -> tuple[Word, ...]:
    """The words of a cell of a personal column: as a whole, each name in it, the parts of each name."""
    if _CJK.fullmatch(cell) and not _TITLES.search(cell) and cell not in NOBODY:  # most names in China
        return tuple(_chinese(bare_letters(cell)))
    found: dict[str, Word] = {}
    for word in dict.fromkeys((cell.strip(), *(part.strip() for part in re.split(SEPARATORS, cell)))):
        if not word or word.casefold() in NOBODY:
            continue
        for letters in _wholes(word):
            found.setdefault(letters, Word(letters, whole=True, written=_written(letters)))
        if "@" not in word and "＠" not in word:
            for part in _names(word):
                found.setdefault(part.letters, part)
        if len(found) > MOST_WORDS:
            break
    return tuple(found.values())


def _wholes(word: str) -> Iterator[str]:
    letters = bare_letters(word)
    if len(letters) > 1 and (len(letters) > 2 or not letters.isdecimal()):
        yield letters
    local, at, _ = word.replace("＠", "@").partition("@")
    if at and len(bare_letters(local)) >= 5:
        yield bare_letters(local)
    number = bare_letters(_EXTENSION.split(word)[0])
    if number.isdecimal() and len(number) >= 7:
        yield number
        national = re.sub("^(?:00)?86(?=[0-9]{10,12}$)", "", number)
        yield national
        yield national.removeprefix("0")


def _names(word: str) -> Iterator[Word]:
    """Every name, number and handle that stands in ``word``, whatever stands beside it, and the parts of names."""
    latin: list[str] = []
    for run in _RUNS.findall(word):
        letters = bare_letters(run)
        if _CJK.match(letters):
            for name in dict.fromkeys((run, *run.split())):
                yield from _chinese(bare_letters(_TITLES.sub("", name)))
        elif any(ch.isdecimal() for ch in letters):
            pieces = (
                letters,
                *(piece for piece in map(bare_letters, _PARTS.split(run)) if piece.isdecimal()),
            )
            yield from (Word(piece, whole=True) for piece in pieces if len(piece) >= 5)
        elif letters not in _NO_NAMES and len(letters) > 1:
            latin.append(letters)
            for part in dict.fromkeys((run, *_PARTS.split(run))):
                yield from _part(part)
    if 1 < len(latin) <= 4:  # in any order, also without what stands between the first and the last
        for order in (latin[::-1], [latin[0], latin[-1]], [latin[-1], latin[0]]):
            yield Word("".join(order), whole=True)


def _chinese(name: str) -> Iterator[Word]:
    if len(name) > 1:
        yield Word(name, whole=True)
    if len(name) in {3, 4}:
        yield Word(name[-2:], whole=False)


def _part(part: str) -> Iterator[Word]:
    letters = bare_letters(part)
    if len(letters) < 2 or letters in _NO_NAMES:
        return
    written = _written(letters)
    spelt_out = bare_letters(part.casefold().translate(_UMLAUTS))
    without = letters
    for two, one in _SPELT_OUT:
        without = without.replace(two, one)
    for form in dict.fromkeys((letters, spelt_out, without)):
        if len(form) > 1:
            yield Word(form, whole=False, written=written)


def _written(letters: str) -> str:
    """How a name must be written to count: one that is a word as well with a capital, as "We will" is about nobody called Will."""
    short = len(letters) == 2 and letters.isascii() and letters.isalpha()
    return "A" if short or letters in _ALSO_WORDS or letters in _NO_NAMES else ""


def find_words(text: str, spelt: Spelt, words: Sequence[Word]) -> list[Span] | None:
    """Where ``words`` stand in ``text``, whose `bare` spelling is ``spelt``; None where that is too much to look for."""
    letters, offsets = spelt
    if len(words) > MOST_WORDS:
        return None
    found: list[Span] = []
    tries = 0
    for word in words:
        at = letters.find(word.letters)
        while at >= 0:
            tries += 1
            if tries > MOST_TRIES:
                return None
            end = at + len(word.letters)
            if _stands(text, offsets, at, end, word):
                found.append(Span(offsets[at], offsets[end - 1] + 1, _shown(text, offsets[at:end], word)))
                at = letters.find(word.letters, end)
            else:
                at = letters.find(word.letters, at + 1)
    return found


def _stands(text: str, offsets: list[int], at: int, end: int, word: Word) -> bool:
    """Whether letters ``at`` to ``end`` are the word itself, not a stretch of other words."""
    first, last = offsets[at], offsets[end - 1]
    if last - first + 1 > len(word.letters) and not _close(
        text, offsets[at:end], _gap(word), stops=not word.letters.isdecimal()
    ):
        return False
    before, after = text[first - 1] if first else "", text[last + 1 : last + 2]
    if word.letters.isdecimal():
        return len(word.letters) >= 7 or not (_numeric(before) or _numeric(after))
    if word.whole and len(word.letters) >= 6:
        return True
    if word.written and not text[first].isupper():
        return False
    return not _joined(before, text[first]) and not (
        _joined(text[last], after) and not _plural(text, last + 1)
    )


def _gap(word: Word) -> int:
    """How many characters may stand between two letters of a word."""
    if word.whole:
        return 8 if len(word.letters) > 3 else 3
    return 1 if len(word.letters) > 5 and not word.written else 0  # Xiao Ming, Xiao-ming


def _close(text: str, offsets: list[int], most: int, *, stops: bool) -> bool:
    """Whether at most ``most`` characters that can be seen, and where ``stops`` no comma or stop, stand between two letters."""
    for one, two in pairwise(offsets):
        between = [ch for ch in text[one + 1 : two] if ch.isprintable() and not unicodedata.combining(ch)]
        if len(between) > most or (stops and not _STOPS.isdisjoint(between)):
            return False
    return True


def _numeric(ch: str) -> bool:
    return bool(ch) and (ch.isdecimal() or (ch.isascii() and ch.isalpha()))


def _joined(one: str, two: str) -> bool:
    """Whether two characters belong to one word: letters with case, but for humpBack; a digit beside a digit."""
    if not one or not two:
        return False
    if one.isdecimal() or two.isdecimal():
        return one.isdecimal() and two.isdecimal()
    cased = one.lower() != one.upper() and two.lower() != two.upper()
    return cased and not (one.islower() and two.isupper())


def _plural(text: str, at: int) -> bool:
    return text[at : at + 1] in {"s", "S"} and not text[at + 1 : at + 2].isalpha()


def _shown(text: str, offsets: list[int], word: Word) -> str:
    letters = "".join(text[offset] for offset in dict.fromkeys(offsets))
    if not word.whole and _CJK.fullmatch(letters):
        return "**"
    if word.letters.isdecimal():
        return digits_of(letters)
    if "@" in text[offsets[0] : offsets[-1]] or "＠" in text[offsets[0] : offsets[-1]]:
        return f"{letters[:1]}***@{text[offsets[0] : offsets[-1] + 1].replace('＠', '@').partition('@')[2]}"
    if any(ch.isdecimal() for ch in word.letters):
        return masked_account(letters)
    return letters[:1] + "**"


def masked_account(account: str) -> str:
    """Two characters stay at each end of seven and more; shorter ones vanish whole."""
    return f"{account[:2]}***{account[-2:]}" if len(account) >= 7 else "***"
