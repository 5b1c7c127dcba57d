"""Whose name it is: each line stands at the edge of a rule of own words, beside one on the other side of it."""

from __future__ import annotations

import pytest

from kesu.reports.masking import mask_text
from kesu.reports.masking.own_words import MOST_WORDS

NAMED: dict[str, list[tuple[str, str, str | None]]] = {
    "a word or none": [
        ("张", "张来了", None), ("12", "12 件", None), ("123", "123 件", "****23 件"), ("A1", "A1 来电", "*** 来电"), ("无", "无人", None), (" ", "a b", None),
    ],
    "addresses": [
        ("Anna.Lee@example.com", "anna.lee@example.com", "a***@example.com"), ("anna@example.com", "ANNA @ EXAMPLE.COM", "A***@ EXAMPLE.COM"),
        ("annalee＠home", "写 annalee＠home 吧", "写 a***@home 吧"), ("annalee@home", "annalee 来电", "a** 来电"), ("anna@home", "anna 来电", None),
    ],
    "numbers": [
        ("13812345678转12", "13812345678", "138****5678"), ("8613812345678", "x13812345678x", "x138****5678x"), ("02012345678", "2012345678", "****78"),
        ("12345", "a12345", None), ("12345", "12345a", None), ("12345", "第12345号", "第****45号"), ("1234567", "a1234567b", "a****67b"),
    ],
    "parts of Chinese names": [
        ("欧阳明", "阳明来电", "**来电"), ("欧阳明月", "明月来电", "**来电"), ("张伟", "伟来电", None), ("欧阳明月光", "月光来电", None), ("欧阳明", "明来电", None),
    ],
    "parts of Latin names": [
        ("Anna Keller", "Keller", "K**"), ("Anna Keller", "kellers", "k**s"), ("Anna Keller", "Kellerx", None), ("Anna Keller", "xkeller", None),
        ("Anna Keller", "annaKeller", "a**"), ("Anna Will", "we will", None), ("Anna Will", "Will", "W**"), ("Anna de Vries", "de", None), ("J Keller", "J", None),
        ("Bo Li", "Li and li", "L** and li"), ("Müller", "Mueller, Muller", "M**, M**"),
    ],
    "what may stand between letters": [
        ("张伟", "张 伟", "张**"), ("张伟", "张...伟", "张**"), ("张伟", "张....伟", None), ("张伟", "张，伟", None), ("欧阳明月", "欧--------阳明月", "欧**"),
        ("欧阳明月", "欧---------阳明月", "欧---------阳**"), ("Xiaoming Wang", "Xiao-ming", "X**"), ("Xiaoming Wang", "Xiao--ming", None), ("Keller Anna", "Kell-er", "K**"), ("Benno Anna", "Ben-no", None),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("cell", "text", "shown"), [line for lines in NAMED.values() for line in lines])
def test_each_rule_has_an_edge(cell: str, text: str, shown: str | None) -> None:
    """None: it names nobody, it stays."""
    assert mask_text(text, [cell]) == (text if shown is None else shown)


def test_as_many_words_are_looked_for_as_can_be() -> None:
    names = [f"李{chr(0x4E00 + at)}" for at in range(MOST_WORDS + 1)]
    assert mask_text("王五来过", names[:-1]) == "王五来过"
    assert mask_text("王五来过", names) == "***"
