"""Patterns over columns: what the fast engine may take is found as Python finds it, the rest is left to pandas."""

from __future__ import annotations

import pandas as pd
import pytest

from kesu.register import search

TEXTS = ["Kiosk 12", "KIOSK", "客户 说好", None, "", "价 $5\n", "a.b", "½ x"]
ARROW, PLAIN = (
    pd.StringDtype("pyarrow", na_value=float("nan")),
    pd.StringDtype("python", na_value=float("nan")),
)
KINDS = pytest.mark.parametrize("kind", [ARROW, PLAIN], ids=["arrow", "python"])


def texts(kind: pd.StringDtype) -> pd.Series:
    return pd.Series(TEXTS, range(3, 11), dtype=kind, name="said")


@KINDS
@pytest.mark.parametrize(
    ("pattern", "case", "rows"),
    [
        ("kiosk", True, []),
        ("kiosk", False, [0, 1]),
        ("客户|a[.]b", True, [2, 6]),
        ("[£$€] ?[0-9]", True, [5]),
        (r"\d", True, [0, 5]),
        (r"\bx", True, [7]),
        (r"5$", True, [5]),  # before a last line break too, as Python has it
        ("(?=K)K", True, [0, 1]),
        (r"\$5", True, [5]),
    ],
)
def test_what_holds_a_pattern(kind: pd.StringDtype, pattern: str, case: bool, rows: list[int]) -> None:
    found = search.contains(texts(kind), pattern, case=case)
    assert found.dtype == bool
    assert found.nonzero()[0].tolist() == rows


@KINDS
def test_what_is_a_pattern_as_a_whole(kind: pd.StringDtype) -> None:
    assert search.fullmatch(texts(kind), "KIOSK|a").nonzero()[0].tolist() == [1]
    assert search.fullmatch(texts(kind), r"\w[.]\w").nonzero()[0].tolist() == [6]


@KINDS
def test_what_is_found_is_replaced(kind: pd.StringDtype) -> None:
    left = search.replaced(texts(kind), "k(ios)k ?", r"<\1>", case=False)
    assert left.fillna("–").tolist() == ["<ios>12", "<IOS>", "客户 说好", "–", "", "价 $5\n", "a.b", "½ x"]
    assert (left.index.tolist(), left.name, left.dtype) == (list(range(3, 11)), "said", kind)
    assert search.replaced(texts(kind), r"\s+$", "").tolist()[5] == "价 $5"


@pytest.mark.parametrize(
    "pattern", [r"\w", r"\bx", "x$", "(?i)x", "(?!x)y", "(?P<n>x)", r"(x)\1", "x++", r"[$\d]", "(x$|[y])"]
)
def test_what_two_engines_may_read_otherwise_is_no_plain_pattern(pattern: str) -> None:
    assert not search._plain(pattern)


@pytest.mark.parametrize("pattern", ["(?:x|y){0,3}", "[$£]", r"[^\n]", r"\[x\]", "客.?户"])
def test_plain_patterns(pattern: str) -> None:
    assert search._plain(pattern)
