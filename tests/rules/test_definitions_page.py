"""The page of definitions says what the declarations say today."""

from __future__ import annotations

import runpy
from pathlib import Path

from kesu.rules.kpis import KPIS

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_page_of_definitions_is_that_of_the_declarations() -> None:
    made = runpy.run_path(str(DOCS / "definitions.py"))["page"]()
    assert (DOCS / "definitions.md").read_text("utf-8") == made, "python docs/definitions.py writes it anew"
    assert all(made.count(f"`{kpi}`") == 1 for kpi in KPIS)
    assert "{" not in made
