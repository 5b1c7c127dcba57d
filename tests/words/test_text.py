"""Words that agree with a number: one row, two rows, in every message."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import kesu
from kesu.words.text import Text, counted

NOUNS: Final = (
    "backups", "calls", "cases", "cells", "columns", "complaints", "dates", "days", "errors", "files", "findings", "forms", "formulas",
    "items", "notes", "numbers", "pairs", "points", "records", "registers", "remarks", "rows", "sheets", "tables", "texts",
    "things", "times", "warnings",
)  # fmt: skip
MANY: Final = {
    "the result has {rows:,} rows", "it has {count:,} sheets", "{count:,} columns hold something", "{len(found)} times",
    "{len(told)} times", "used {n} times", "of {limit} times",
    "{texts} texts of this column", "{a} days and more", "to {b} days", "at most {days} days before", "by {days} days", "there are {n} more findings", "from {least} points", "more than {most} cells", "values for {len(writer.columns)}",
    "true dates", "columns in {table",
}  # fmt: skip
"""Counts that are never one where they are told."""


@pytest.mark.parametrize(("rows", "said"), [(1, "1 row is left"), (2, "2 rows are left"), ("1", "1 row is left"), ("1,001", "1,001 rows are left"), (0, "0 rows are left")])  # fmt: skip
def test_words_agree_with_their_number(rows: object, said: str) -> None:
    text = Text("剩 {n} 行", "{n} {n:row is|rows are} left").fill(n=rows)
    assert text == Text(f"剩 {rows} 行", said)


def test_figures_and_other_words_are_filled_as_ever() -> None:
    text = Text("{a}：{n:,} 行", "{a}: {n:,} {n:row|rows}").fill(n=1234, a=Text("甲", "one"))
    assert text == Text("甲：1,234 行", "one: 1,234 rows")


def test_counted_makes_the_plural() -> None:
    assert [counted(n, noun) for n, noun in ((1, "entry"), (2, "entry"), (1000, "day"))] == ["1 entry", "2 entries", "1,000 days"]  # fmt: skip


def _words(source: str) -> Iterator[str]:
    """Every text of a module, f-strings with their places as they are written."""
    inside: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            inside |= {id(part) for part in node.values}
            yield ast.unparse(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value


def test_no_message_says_1_rows() -> None:
    """A count before a plural, told as it is: ``counted`` or ``{n:row|rows}`` makes the noun agree."""
    told = re.compile(
        r"[^.;:(“]{0,12}\{[\w.()]+(?::[,g]*)?\} (?:\w+ )?(?:" + "|".join(NOUNS) + r")\b[^.;:(“]{0,14}"
    )
    found = {
        f"{path.name}: {part}"
        for path in Path(kesu.__file__).parent.rglob("*.py")
        for words in _words(path.read_text("utf-8"))
        for part in told.findall(words)
        if not any(known in words for known in MANY)
    }
    assert found == set()
