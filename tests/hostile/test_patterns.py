"""No regular expression of kesu takes hours over what somebody typed: each grows with the text, not with its square.

The patterns are found by a walk over the modules and over the calls in their source, so that a new one is in.
"""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import chain
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, Final

import pytest

from kesu.jobs.importing import DAY_AND_MONTH
from kesu.register import figures
from kesu.register.mapping import column, headings
from kesu.register.settings import load_profile
from kesu.reports.masking.sieve import _seeds
from kesu.rules import handover, phones
from kesu.rules.checks import sayings
from kesu.rules.phrases import phrases
from kesu.rules.picked import Signs
from kesu.rules.playbooks import playbooks
from kesu.workbook.patch.rowreader import Cell
from kesu.workbook.patch.rowshape import Shape
from kesu.workbook.reading.odd import _Scan
from tests.depth import turns
from tests.hostile.patterns import Found, compiled, nasty, worst, written

FIRST: Final = 12_287
SHORT: Final = 4_096
LONG: Final = 32_767
AT_ONCE: Final = 0.005
"""Seconds of processor time below which a text of FIRST characters needs no second look."""
STEEPEST: Final = 8 * 2.5
"""From SHORT to LONG is eight times the text; its square would be sixty-four times."""
EVEN: Final = 3 * 1.3
"""From SHORT to FIRST is three times the text. What grows no faster is below STEEPEST from SHORT to LONG: of
``a n + b n²`` it leaves ``b n`` at SHORT at most 0.18 of ``a``, which is sixteen times there."""
LONGEST: Final = 0.2
"""Seconds for a whole cell."""


WHOLE: Final = {"kesu.rules.phones:_match", "kesu.register.cells:_figures"}
"""Functions that match whole texts alone."""


def _built() -> dict[str, list[str | re.Pattern[Any]]]:
    """Module and function → what it puts together at run time."""
    own = sayings.sought("judgement", "work", ("a+b", "rude", "除外：马上", "except: all phrasings"))
    row = b'<row r="7" ht="20"><c r="A7" s="1"><v>5</v></c><c r="B7" s="2"/></row>'
    shape = Shape.of(
        row, [Cell(at, 0, 0, style, True, "", None, None) for at, style in ((1, "1"), (2, "2"))], {}
    )
    scan = _Scan(b"x:")
    assert shape
    signs = Signs(playbooks(load_profile()))
    return {
        "kesu.rules.checks.rows:contains": [],
        "kesu.rules.checks.rows:_search": [],
        "kesu.register.search:contains": [],
        "kesu.register.search:fullmatch": [],
        "kesu.register.search:replaced": [],
        "kesu.reports.masking.sieve:within": [_seeds("旗舰店0571\nab12")],
        "kesu.rules.checks.sayings:_maybe": [],
        "kesu.rules.checks.sayings:_hold": [],
        "kesu.rules.checks.sayings:_without": [],
        "kesu.rules.checks.sayings:_compiled": list(own),
        "kesu.register.cells:_figures": [figures.POINT, figures.COMMA],
        "kesu.workbook.calc.formulas:_marked": [r"(?<![A-Za-z0-9_.$\w])(\$?[A-Z]{1,3})7(?![\w(.])"],
        "kesu.rules.phones:_match": [
            f"(?:{phones._CHINA}|{phones._ANYWHERE}|{phones._ABROAD})",
            phones._MAIL,
        ],
        "kesu.register.mapping.column:share": [
            f"{headings._PHONE}|{headings._MAIL}|[0-9*]{{7}}",
            column._PLAIN_NUMBER,
            DAY_AND_MONTH,
        ],
        "kesu.rules.handover:_pattern": [handover._ASKED, *handover.CUES.values()],
        "kesu.rules.picked:found": [signs._coarse, signs._exact],
        "kesu.workbook.patch.addsheet:_names": [r"(^|[^\w'])('My\ sheet'|My\ sheet)!"],
        "kesu.workbook.patch.columns:with_rows": [re.compile(rb'(<row r=")([0-9]{1,7})"([^<>]*+>)')],
        "kesu.workbook.patch.rowshape:of": [shape.pattern],
        "kesu.workbook.reading.odd:__init__": [scan.value, scan.valueless, scan.number],
    }


@cache
def _written() -> tuple[tuple[str, Found | None], ...]:
    return tuple(written())


@cache
def _every() -> tuple[Found, ...]:
    found = [*compiled(), *(one for _, one in _written() if one)]
    for where, patterns in _built().items():
        how = "fullmatch" if where in WHOLE else "search"
        found += [Found(where, re.compile(one), how) for one in patterns]
    return tuple({(one.pattern.pattern, one.pattern.flags, one.how): one for one in found}.values())


def test_the_walk_finds_patterns_of_every_kind() -> None:
    places = {one.where for one in _every()}
    assert {
        "kesu.reports.masking.numbers._DATE", "kesu.register.cells:parse_times", "kesu.rules.phones:are_contacts",
        "kesu.rules.checks.validity:text_like_formula", "kesu.rules.checks.sayings:_compiled",
    } <= places  # fmt: skip
    assert len(places) > 60


def test_a_pattern_put_together_at_run_time_is_driven_too() -> None:
    assert {where for where, found in _written() if found is None} == set(_built())


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Ends what takes longer, where the system can; a clock of the processor's time would make the other coarse."""

    def enough(*_: object) -> None:
        raise TimeoutError

    if hasattr(signal, "setitimer"):
        before = signal.signal(signal.SIGALRM, enough)
        signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)


def _seconds(run: Any, text: Any, times: int = 1) -> float:
    """Processor time at best."""
    taken = []
    for _ in range(times):
        begin = time.process_time()
        run(text)
        taken.append(time.process_time() - begin)
    return min(taken)


def _grows_with_the_text(run: Any, make: Any, part: int = 1) -> bool:
    """Whether the time over ``make(size)`` grows no faster than its size; texts of a ``part`` of the whole lengths."""
    try:
        with patience(2):
            first = _seconds(run, make(FIRST // part))
            if first < AT_ONCE / part:
                return True
            if first < LONGEST / 8 and first <= EVEN * _seconds(run, make(SHORT // part), 2):
                return True
        with patience(8):
            short, long = make(SHORT // part), make(LONG // part)
            return any(
                _seconds(run, long)
                <= min(STEEPEST * max(_seconds(run, short, 2), AT_ONCE / 5 / part), LONGEST)
                for _ in range(3)
            )
    except TimeoutError:
        return False


def _slow(found: Found, texts: Iterator[Any], part: int = 1) -> Any:
    def run(text: Any) -> None:
        if found.how == "search":
            for _ in found.pattern.finditer(text):
                pass
        else:
            getattr(found.pattern, found.how)(text)

    return next((make(24) for make in texts if not _grows_with_the_text(run, make, part)), None)


@pytest.mark.slow
def test_no_pattern_takes_more_than_its_text_is_long() -> None:
    """A quarter of a cell; whole ones with KESU_DEEP=1."""
    slow = [(one.where, _slow(one, worst(one.pattern), turns(4, 1))) for one in _every()]
    assert [one for one in slow if one[1] is not None] == []


@pytest.mark.slow
def test_nor_over_longer_texts_that_hurt_others() -> None:
    slow = [(one.where, _slow(one, nasty(one.pattern), turns(4, 1))) for one in _every()]
    assert [one for one in slow if one[1] is not None] == []


@pytest.mark.parametrize(("pattern", "part"), [(r"(a+)+$", 1), (r"\w*\D{0,20}x", 1), (r"<.*?-->", 4)])
def test_a_pattern_that_backtracks_is_seen(pattern: str, part: int) -> None:
    compiled_one = re.compile(pattern)
    assert not all(
        _grows_with_the_text(lambda text: list(compiled_one.finditer(text)), make, part)
        for make in chain(worst(compiled_one), nasty(compiled_one))
    )


def _phrasings() -> set[str]:
    every = {
        phrases(name, kind)
        for kinds in sayings.LISTS.values()
        for kind, names in kinds.items()
        for name in names
    }
    return {pattern for one in every for pattern in one if pattern}


def _longest(tree: Any) -> int:
    """How often the innermost part of ``tree`` may be repeated."""
    most = 1
    for op, value in tree:
        if op == sre.MAX_REPEAT:
            most = max(most, value[1] * _longest(value[2]))
        elif op == sre.SUBPATTERN:
            most = max(most, _longest(value[3]))
        elif op == sre.BRANCH:
            most = max(most, *map(_longest, value[1]))
        else:
            assert op in {sre.LITERAL, sre.NOT_LITERAL, sre.IN, sre.ANY, sre.AT}, (
                f"{op} is not for the fast engine"
            )
    return most


def test_phrasings_reach_no_further_than_a_sentence() -> None:
    """Hundreds of alternatives, too many to pump up each: what has a bound everywhere grows with the text."""
    assert {pattern[:40] for pattern in _phrasings() if _longest(_parser.parse(pattern)) > 100} == set()


@pytest.mark.parametrize(
    "text", ["你们 ", "客户", "不", "1", "we ", " not", '" ', "as soon ", "退我 ", "told her "]
)
def test_phrasings_take_no_time_over_what_leads_nowhere(text: str) -> None:
    taken = {
        pattern[:40]: _seconds(re.compile(pattern, re.IGNORECASE).findall, text * (SHORT // len(text)))
        for pattern in _phrasings()
    }
    assert {name for name, seconds in taken.items() if seconds > LONGEST} == set()
