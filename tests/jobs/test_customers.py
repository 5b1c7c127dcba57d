"""The customer beside a line: whose complaint it is, and masked by that customer's words alone."""

from __future__ import annotations

import datetime as dt

from kesu.jobs.assessment import Assessment
from kesu.jobs.customers import with_customers
from kesu.jobs.figures import follow_up_table
from kesu.jobs.stacks import together
from kesu.words.terminal import records
from tests.rules.test_kpis import Row, register

NOW = dt.datetime(2026, 10, 12, 10)
CALL: Row = {"item_kind": "承诺", "what": "call Ann Bell", "due_at": "2026-10-12 15:00:00"}


def test_each_line_has_its_own_customer_in_its_own_register() -> None:
    """The same words on Ann's complaint and on Bo's, who may speak of her; the same row in another register is Cy's."""
    case: Row = {"received_at": "2026-10-12 09:00:00"}
    here = register(
        case | {"customer_name": "Ann Bell"}, case | {"customer_name": "Bo Carter"},
        items=(CALL, CALL | {"complaint_id": "C2"}), name="a.xlsx",
    )  # fmt: skip
    there = register(case | {"customer_name": "Cy Dunn"}, items=(CALL,), name="b.xlsx")
    assessments = together([Assessment(one, NOW) for one in (here, there)])
    found = with_customers(assessments, follow_up_table(assessments, "en"))
    said = {
        (one.register, one.complaint_id): (one.customer, one.what)
        for one in records(found)
        if one.kind == "commitment"
    }
    assert said == {
        ("a.xlsx", "C1"): ("A**", "call A**"),
        ("a.xlsx", "C2"): ("B**", "call Ann Bell"),
        ("b.xlsx", "C1"): ("C**", "call Ann Bell"),
    }
    clear = with_customers(assessments, follow_up_table(assessments, "en"), unmasked=True)
    assert set(clear["customer"]) == {"Ann Bell", "Bo Carter", "Cy Dunn"}
    assert set(clear["what"][clear["kind"].eq("commitment")]) == {"call Ann Bell"}
