"""A register that is given twice counts once: its complaints, and its customers."""

from __future__ import annotations

import dataclasses

from kesu.jobs.assessment import Assessment
from kesu.jobs.figures import facts_of, kpi_table
from kesu.jobs.stacks import together
from kesu.rules.checks.registry import Example
from tests.rules.checks.registers import AS_OF, register

CUSTOMERS = {"2026-01": 1000.0}


def assessed(name: str, *numbers: str) -> Assessment:
    rows = tuple(
        {"complaint_id": number, "received_at": f"2026-10-0{at + 1} 10:00:00", "verbatim": number}
        for at, number in enumerate(numbers)
    )
    one = register(Example(rows), "en")
    own = dataclasses.replace(one.settings, customers=CUSTOMERS)
    return Assessment(dataclasses.replace(one, name=name, settings=own), AS_OF.to_pydatetime())


def figure(some: list[Assessment], kpi: str) -> tuple[float, float]:
    table = kpi_table(together(some), None, AS_OF.to_pydatetime(), ())
    row = table[table["kpi"].eq(kpi)].iloc[0]
    return float(row["numerator"]), float(row["denominator"])


def test_customers_of_a_copy_count_once() -> None:
    both = [assessed("a", "K-1", "K-2"), assessed("b", "K-1", "K-2")]
    alone = figure(both[:1], "complaints_per_million")
    assert alone[0] == 2
    assert figure(both, "complaints_per_million") == alone
    assert facts_of(together(both)).copies == {"b"}


def test_a_register_with_rows_of_its_own_keeps_its_customers() -> None:
    some = [assessed("a", "K-1", "K-2"), assessed("b", "K-1", "K-2", "K-3")]
    _, customers = figure(some[:1], "complaints_per_million")
    assert figure(some, "complaints_per_million") == (3, 2 * customers)
