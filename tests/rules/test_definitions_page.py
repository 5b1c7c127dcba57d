"""The page of definitions says what the declarations say today."""

from __future__ import annotations

import runpy
import tomllib
from pathlib import Path
from typing import Final

import pytest

from kesu.rules.kpis import KPIS
from tests.rules.test_kpis import one, register

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_page_of_definitions_is_that_of_the_declarations() -> None:
    made = runpy.run_path(str(DOCS / "definitions.py"))["page"]()
    assert (DOCS / "definitions.md").read_text("utf-8") == made, "python docs/definitions.py writes it anew"
    assert all(made.count(f"`{kpi}`") == 1 for kpi in KPIS)
    assert "{" not in made


EXAMPLES: Final = tomllib.loads((DOCS / "examples.toml").read_text("utf-8"))
USUAL: Final = {
    "kind": "Complaint", "customer_tier": "Other", "received_at": "2026-10-05 10:00", "channel": "Phone", "category": "Process",
    "severity": "Normal", "status": "In progress",
}  # fmt: skip


@pytest.mark.parametrize("kpi", list(KPIS))
def test_every_kpi_has_an_example_of_three_rows_that_adds_up(kpi: str) -> None:
    told = EXAMPLES[kpi]
    items, rows = told.get("items", []), told.get("rows", [{}])
    assert len(items or rows) == 3
    months: list[dict[str, str]] = []
    if "customers" in told:
        months = [{"月份": told["period"], "客户数": str(told["customers"])}]
    found = register(
        *(USUAL | {key: full(key, cell) for key, cell in row.items()} for row in rows),
        items=tuple({key: full(key, cell) for key, cell in item.items()} for item in items),
        settings=months or None,
    )
    numerator, *rest = told["result"]
    value, above, below = one(kpi, found, period=told.get("period", "2026-10"))
    wanted = numerator if not rest else numerator / rest[0] * (1e6 if "customers" in told else 1)
    assert value == pytest.approx(wanted)
    if rest:
        assert above == pytest.approx(numerator)
        assert below == rest[0]


def full(key: str, cell: str) -> str:
    """A time with its seconds, as a workbook gives it."""
    return f"{cell}:00" if key.endswith("_at") and len(cell) == 16 else cell
