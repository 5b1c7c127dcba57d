"""Which pairs of complaints are said to be one matter, with which score, and what a decision does."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from kesu.register.sheets import Register
from kesu.rules.alike import NEIGHBOURS, alike, decisions, reasons
from kesu.words.text import LANGS
from tests.rules.merging.parts import part

SAME: dict[str, str | None] = {
    "received_at": "2026-10-01 09:00:00", "customer_name": "Li Lei", "customer_contact": "138 0013 8000",
    "verbatim": "The phone does not charge any more", "kind": "Complaint", "category": "Product quality",
}  # fmt: skip


def register(*rows: Mapping[str, str | None], items: list[dict[str, str]] | None = None) -> Register:
    made = [{"complaint_id": f"K-{at}", **SAME, **row} for at, row in enumerate(rows, 1)]
    return part("r.xlsx", made, items).register


def found(*registers: Register, **more: float) -> pd.DataFrame:
    counted = [np.ones(len(one.complaints.data), bool) for one in registers]
    return alike(list(registers), counted, **more).pairs  # type: ignore[arg-type]


def test_the_score_is_the_sum_of_what_a_pair_has_in_common() -> None:
    [pair] = found(register({}, {"received_at": "2026-10-16 09:00:00"})).to_dict("records")
    # 40 for the contact, 40 for the same words, 10 for the category, 5 × (1 − 15 / 30 days) for being near
    assert (pair["score"], pair["words"], pair["hours"]) == (92, 100.0, 360.0)


@pytest.mark.parametrize(
    ("other", "score"),
    [
        ({}, 95),
        ({"customer_contact": "+86 13800138000"}, 95),  # the same, typed otherwise
        ({"customer_contact": None}, 80),  # by name alone: 25
        ({"customer_contact": "li@x.com"}, 80),  # an address contradicts no telephone
        ({"customer_name": "Wu Di"}, 85),  # another name: −10
        ({"category": "Process"}, 85),
        ({"category": None}, 85),
        ({"product": "P1"}, 95),
        ({"verbatim": "the PHONE does not charge, any more!"}, 95),  # letters count, nothing else
        ({"verbatim": "I say: The phone does not charge any more. Do something about it at once please"}, 91),  # 90 % of 40
    ],
)  # fmt: skip
def test_what_counts_and_what_speaks_against(other: dict[str, str | None], score: int) -> None:
    assert found(register({}, other), least=0)["score"].tolist() == [score]


@pytest.mark.parametrize(
    "other",
    [
        {"customer_contact": "13900139000", "customer_name": "Wu Di"},  # another customer
        {"customer_contact": None, "customer_name": None},  # nobody
        {"received_at": "2026-11-01 09:00:00"},  # 31 days later
        {"received_at": None},
        {"verbatim": "Nobody came to the appointment"},
        {"customer_contact": "13900139000"},  # name alone, and another telephone
    ],
)
def test_what_is_not_said_to_be_one(other: dict[str, str | None]) -> None:
    assert not len(found(register({}, other)))


def test_the_window_may_be_set() -> None:
    later = register({}, {"received_at": "2026-11-01 09:00:00"})
    assert len(found(later, days=31)) == 1
    assert not len(found(register({}, {"received_at": "2026-10-01 10:00:00"}), days=0))


def test_rows_of_several_registers_are_compared() -> None:
    [pair] = found(register({}), register({"complaint_id": "Z-1"})).to_dict("records")
    assert (pair["left"], pair["right"]) == (0, 1)


def test_a_crowd_is_compared_with_the_next_only_and_counted() -> None:
    crowd = register(*({"received_at": f"2026-10-01 09:{at:02}:00"} for at in range(NEIGHBOURS + 3)))
    result = alike([crowd], [np.ones(NEIGHBOURS + 3, bool)])
    assert result.crowded == 2  # the first two have more than that many after them
    size = NEIGHBOURS + 3
    assert len(result.pairs) == size * (size - 1) // 2 - 3


def test_rows_without_customer_or_time_are_counted() -> None:
    nobody = {"customer_name": "无", "customer_contact": None}
    rows = register({}, nobody, {"received_at": None})
    assert alike([rows], [np.ones(3, bool)]).unknown == 2


def decided(verdict: str, at: str, one: str = "K-1", other: str = "K-2") -> dict[str, str]:
    return {"complaint_id": one, "item_kind": "Double check", "what": other, "result": verdict, "noted_at": at,
            "noted_by": "Ann"}  # fmt: skip


def test_the_latest_decision_counts_whichever_was_named_first() -> None:
    items = [
        decided("Same complaint", "2026-10-03 09:00:00", "k-2", "K-1"),
        decided("Another matter", "2026-10-02 09:00:00"),
    ]
    rows = register({}, {}, items=items)
    assert decisions([rows])[frozenset({"k-1", "k-2"})].verdict == "same"
    assert found(rows)["verdict"].tolist() == ["same"]


def test_the_reasons_are_said_in_both_languages() -> None:
    [pair] = found(register({"resolved_at": "2026-10-01 12:00:00"}, {"received_at": "2026-10-03 10:00:00", "customer_name": "Wu"})).to_dict("records")  # fmt: skip
    zh, en = (
        [one.of(lang) for one in reasons({str(key): value for key, value in pair.items()})] for lang in LANGS
    )
    assert en == ["same contact", "another name", "words 100 % alike", "same category", "2 days apart", "the first was resolved by then"]  # fmt: skip
    assert zh == ["联系方式相同", "姓名不同", "原话 100% 相似", "同类", "相隔 2 天", "前一件已解决后才来"]
