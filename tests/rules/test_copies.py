"""A register that is given twice, perhaps edited since: its complaints, its customers, its improvements."""

from __future__ import annotations

import dataclasses
import math

import pandas as pd
import pytest

from kesu.jobs.assessment import Assessment
from kesu.jobs.figures import facts_of, follow_up_table, kpi_table
from kesu.jobs.stacks import shared, together
from kesu.rules.checks.registry import Example
from tests.rules.checks.registers import AS_OF, register

CUSTOMERS = {"2026-01": 1000.0}
EDITED = {"verbatim": "typed anew"}
OTHER = {"customer_name": "Han Meimei", "customer_contact": "13911112222"} | EDITED
GIVEN = {
    "cause": "loose socket", "measure": "fix it", "owner": "Li Lei", "measure_id": "G-1", "due_at": "2026-10-05", "decided_at": "2026-09-01",
}  # fmt: skip


def assessed(
    name: str,
    *numbers: str,
    customers: dict[str, float] = CUSTOMERS,
    edited: dict[str, dict[str, str]] | None = None,
    improvements: tuple[dict[str, str], ...] = (),
) -> Assessment:
    rows = tuple(
        {"complaint_id": number, "received_at": f"2026-10-0{number[-1]} 10:00:00", "verbatim": number}
        | (edited or {}).get(number, {})
        for number in numbers
    )
    one = register(Example(rows, improvements=improvements), "en")
    own = dataclasses.replace(one.settings, customers=customers)
    return Assessment(dataclasses.replace(one, name=name, settings=own), AS_OF.to_pydatetime())


def figure(some: list[Assessment], kpi: str = "complaints_per_million") -> tuple[float, float]:
    table = kpi_table(together(some), None, AS_OF.to_pydatetime(), ())
    row = table[table["kpi"].eq(kpi)].iloc[0]
    return float(row["numerator"]), float(row["denominator"])


def value(some: list[Assessment]) -> float:
    table = kpi_table(together(some), None, AS_OF.to_pydatetime(), ())
    return float(table[table["kpi"].eq("complaints_per_million")]["value"].iloc[0])


def said(some: list[Assessment]) -> list[str]:
    return [text.en for text in shared(together(some))]


def test_customers_of_a_copy_count_once() -> None:
    both = [assessed("a", "K-1", "K-2"), assessed("b", "K-1", "K-2")]
    alone = figure(both[:1])
    assert alone[0] == 2
    assert figure(both) == alone
    assert facts_of(together(both)).copies == {"b": "a"}


def test_a_copy_that_goes_on_is_a_copy() -> None:
    """Its complaint K-3 is one of the register's customers."""
    some = [assessed("a", "K-1", "K-2"), assessed("b", "K-1", "K-2", "K-3")]
    _, customers = figure(some[:1])
    assert figure(some) == (3, customers)
    assert said(some)[1].startswith("At least half of the complaints of b stand in a")


def test_registers_that_share_little_keep_their_customers() -> None:
    some = [assessed("a", "K-1", "K-2", "K-3"), assessed("b", "K-3", "K-4", "K-5")]  # one of three
    _, customers = figure(some[:1])
    assert figure(some) == (5, 2 * customers)
    assert len(said(some)) == 1


@pytest.mark.parametrize(("shared_ones", "copies"), [(4, {}), (5, {"b": "a"})])
def test_a_few_complaints_handed_on_make_no_copy(shared_ones: int, copies: dict[str, str]) -> None:
    """Four of eight may have gone from one branch to the other; five of eight or ten are half and more than a few."""
    both = [f"K-{at}" for at in range(shared_ones)]
    own = [[f"{name}-{at}" for at in range(8 - shared_ones)] for name in "ab"]
    some = [assessed("a", *both, *own[0]), assessed("b", *both, *own[1])]
    assert facts_of(together(some)).copies == copies


def test_copies_that_do_not_agree_on_customers_have_no_rate() -> None:
    some = [assessed("a", "K-1", "K-2"), assessed("b", "K-1", "K-2", customers={"2026-01": 900.0})]
    third = assessed("c", "K-7")
    assert math.isnan(value(some))
    assert math.isnan(value([*some, third]))
    table = kpi_table(together([*some, third]), None, AS_OF.to_pydatetime(), ("register",))
    rates = table[table["kpi"].eq("complaints_per_million") & table["group_by"].eq("register")]
    assert rates["group"].to_list() == ["c"]


def test_customers_that_one_of_them_has_are_known() -> None:
    some = [assessed("a", "K-1", "K-2", customers={}), assessed("b", "K-1", "K-2")]
    assert figure(some) == figure(some[1:])


def test_an_edited_copy_is_told_and_counts_its_customers_once() -> None:
    """K-1 and K-2 were edited, K-3 and K-4 not: two versions of two, and one base."""
    numbers = ("K-1", "K-2", "K-3", "K-4")
    some = [assessed("a", *numbers), assessed("b", *numbers, edited={"K-1": EDITED, "K-2": EDITED})]
    _, customers = figure(some[:1])
    assert figure(some) == (6, customers)
    same, versions, base = said(some)
    assert "same complaint as in another register: 2, counted once" in same
    assert "but different contents: 4, each counted, e.g. a row 4 and b row 4" in versions
    assert "kesu merge --base" in versions
    assert base.startswith("At least half of the complaints of b stand in a")
    found = together(some)[1].findings
    mine = found[found["rule"].isin({"complaint_in_two_versions", "number_in_two_registers"})]
    assert mine[["rule", "row"]].to_numpy().tolist() == [
        ["complaint_in_two_versions", 4],
        ["complaint_in_two_versions", 5],
    ]


def test_the_number_of_somebody_else_is_another_complaint() -> None:
    some = [assessed("a", "K-1", "K-2"), assessed("b", "K-1", "K-2", edited={"K-1": OTHER, "K-2": OTHER})]
    _, customers = figure(some[:1])
    assert figure(some) == (4, 2 * customers)
    [one] = said(some)
    assert one.startswith("Rows whose number another register uses for another complaint: 4")


def test_a_customer_whose_name_was_corrected_is_not_somebody_else() -> None:
    some = [assessed("a", "K-1"), assessed("b", "K-1", edited={"K-1": {"customer_name": "Zhang Sanfeng"}})]
    assert "different contents: 2" in said(some)[0]


def test_improvements_of_a_copy_count_once() -> None:
    """b has one of a's, spelt alike, and one of its own; c is no copy."""
    mine = (GIVEN | {"measure": " Fix  IT "}, GIVEN | {"measure_id": "G-2"})
    some = [
        assessed("a", "K-1", "K-2", improvements=(GIVEN,)),
        assessed("b", "K-1", "K-2", improvements=mine),
        assessed("c", "K-7", improvements=(GIVEN,)),
    ]
    facts = facts_of(together(some))
    left = facts.improvements[["register", "measure_id"]].astype("str").to_numpy().tolist()
    assert left == [["a", "G-1"], ["b", "G-2"], ["c", "G-1"]]
    lines = follow_up_table(together(some), "en")
    assert lines["kind"].eq("improvement").sum() == 3
    assert (
        said(some)[-1] == "Improvements in such registers that stand in the other one, too: 1, counted once."
    )


def test_improvements_that_only_the_copy_has_stay() -> None:
    some = [assessed("a", "K-1", "K-2"), assessed("b", "K-1", "K-2", improvements=(GIVEN,))]
    assert len(facts_of(together(some)).improvements) == 1
    assert not any("Improvements" in one for one in said(some))


def test_improvements_without_personal_data_are_known_by_the_rest() -> None:
    one, two = assessed("a", "K-1", improvements=(GIVEN,)), assessed("b", "K-1", improvements=(GIVEN,))
    sheet = two.register.improvements
    hidden = sheet.data.assign(measure=pd.Series(["***"], dtype="str"), owner=pd.Series(["***"], dtype="str"))
    masked = dataclasses.replace(sheet, data=hidden, withheld=frozenset({"measure", "owner"}))
    two = dataclasses.replace(two, register=dataclasses.replace(two.register, improvements=masked))
    assert facts_of(together([one, two])).improvements["register"].to_list() == ["a"]
    changed = dataclasses.replace(sheet, data=sheet.data.assign(measure=pd.Series(["other"], dtype="str")))
    two = dataclasses.replace(two, register=dataclasses.replace(two.register, improvements=changed))
    assert facts_of(together([one, two])).improvements["register"].to_list() == ["a", "b"]
