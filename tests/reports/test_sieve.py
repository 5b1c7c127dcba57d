"""The sieve before labels are masked lets every cell through of which a word stands in them."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kesu.reports.masking import own_columns, sieve
from kesu.reports.masking.own_words import words_of
from kesu.reports.masking.sieve import Names
from kesu.reports.masking.spelling import bare_letters

NAMES = (
    "张三", "王 小明", "李四先生", "Müller", "Mueller", "mary-jane o'neil", "Anna van der Berg", "ＪＯＨＮ", "13800138000",
    "+86 138 0013 8000", "a.b_c@x.com", "张三、李四", "a1/b2", "VIP-00123", "José María", "㐀㐁", "acct 123", "n/a", "Oe", "陈", "Ping An",
)  # fmt: skip
LETTERS = "张三王小明金卡 abcdeoxyzGSäé1234567890-.@、，/"


@pytest.mark.parametrize("seed", range(8))
def test_no_cell_is_passed_over(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311

    def cell() -> str:
        made = "".join(dice.choice(LETTERS) for _ in range(dice.randint(1, 9)))
        return dice.choice(NAMES) if dice.random() < 0.5 else made

    found = 0
    for _ in range(25):
        columns: dict[str, Any] = {
            key: pd.Series([cell() if dice.random() < 0.9 else None for _ in range(20)], dtype="str")
            for key in own_columns()
        }
        names = Names(pd.DataFrame(columns))
        labels = [cell() + dice.choice(["", " Dept", "部"]) + cell() for _ in range(3)]
        joined = "\n".join(map(bare_letters, labels))
        digits = any(joined[at : at + 3].isdecimal() for at in range(len(joined)))
        seen = {word for _, cells in names.within(joined) for own in cells.values() for word in own}
        every = {
            word
            for cells in columns.values()
            for one in cells.dropna()
            if digits or not bare_letters(one).isdecimal()
            for word in words_of(one)
            if word.letters in joined
        }
        assert every <= seen
        found += len(every)
    assert found > 50


@pytest.mark.parametrize("seed", range(4))
def test_many_labels_are_searched_as_few_are(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(100 + seed)  # noqa: S311
    columns = {
        key: pd.Series([dice.choice([*NAMES, None]) for _ in range(60)], dtype="str") for key in own_columns()
    }
    labels = [dice.choice(NAMES) + dice.choice(["", " Dept", "部"]) + dice.choice(NAMES) for _ in range(12)]
    letters = list(map(bare_letters, labels))
    codes, rows = (
        np.array([dice.randrange(-least, size) for _ in range(80)]) for least, size in ((0, 12), (1, 60))
    )
    names = Names(pd.DataFrame(columns))
    few = names.beside(letters, codes, rows)
    monkeypatch.setattr(sieve, "MOST", 0)
    assert names.beside(letters, codes, rows) == few
    assert sum(map(len, few.values())) > 10
