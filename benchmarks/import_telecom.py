"""Brings a telecom ticket table into a register: ``import_telecom.py TABLE.xlsx OUT.xlsx``.

The table's columns and words are those of a public sample data set (TicketID, CreatedDate, IssueType, …).
What the table does not hold (names, contacts, first response, reply, call-back) stays empty; nothing is made up.
"""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import Final

import pandas as pd

from kesu.register.settings import Rule, Settings, load_profile
from kesu.workbook.build import build_register

SHEET: Final = "Dataset"

STRAIGHT: Final = {
    "complaint_id": "TicketID",
    "customer_account": "CustomerID",
    "received_at": "CreatedDate",
    "resolved_at": "ResolvedDate",
    "root_cause": "SubIssue",
    "product": "PlanType",
    "verbatim": "ComplaintDescription",
    "involved_departments": "AssignedTeam",
    "owner": "AssignedTeam",
}

CODED: Final[dict[str, tuple[str, dict[object, str]]]] = {
    "status": ("Status", {
        "Open": "new", "In Progress": "in_progress", "Escalated": "in_progress", "Resolved": "resolved", "Closed": "closed",
    }),
    "channel": ("Channel", {
        "Call": "phone", "Email": "email", "Chat": "online", "Social Media": "social", "USSD": "other",
    }),
    "severity": ("Priority", {"Low": "minor", "Medium": "normal", "High": "severe", "Critical": "urgent"}),
    "satisfaction": ("SatisfactionScore", {
        5.0: "very_satisfied", 4.0: "satisfied", 3.0: "basically_satisfied", 2.0: "dissatisfied", 1.0: "very_dissatisfied",
    }),
    "customer_tier": ("PlanType", {
        "Postpaid Premium": "vip", "Postpaid Standard": "mid", "Prepaid Basic": "other", "Prepaid Unlimited": "other",
    }),
    "category": ("SubIssue", {
        **dict.fromkeys((
            "Slow Data", "No Signal", "Dropped Call", "Intermittent Connectivity", "Data Not Working Abroad", "SIM Fault",
            "Content Failure", "Handset Incompatibility", "IMEI Issue", "Firmware",
        ), "quality"),
        **dict.fromkeys(("Overcharge", "Refund", "Invoice Error", "Bill Not Received", "Roaming Charges Discrepancy"), "price"),
        **dict.fromkeys(("Incorrect Plan Activated", "Subscription Issue"), "process"),
        "SIM Activation Delay": "delivery", "General Query": "other", "Feedback": "other",
    }),
}  # fmt: skip
"""Our column → their column and what their words mean in our code lists."""


def complaints_of(table: pd.DataFrame) -> pd.DataFrame:
    """The tickets as rows of a register, columns by declared key. Raises ValueError for words without a code."""
    out = table[list(STRAIGHT.values())].set_axis(list(STRAIGHT), axis=1)
    for key, (column, codes) in CODED.items():
        unknown = set(table[column].dropna()) - set(codes)
        if unknown:
            raise ValueError(f"{column}: no code for {', '.join(sorted(map(str, unknown)))}")
        out[key] = table[column].map(codes)
    out["kind"] = table["SubIssue"].eq("Feedback").map({True: "feedback", False: "complaint"})
    out["escalated_to"] = table["Status"].eq("Escalated").map({True: "internal", False: None})
    out["details"] = (
        table["IssueType"] + " / " + table["SubIssue"] + "; " + table["DeviceType"] + "; " + table["Region"]
    )
    return out


def settings_of(table: pd.DataFrame) -> Settings:
    """The default profile with the table's own limits: hours to resolution by priority, and no other deadline."""
    limits = table.groupby("Priority")["SLA_DeadlineHours"].unique()
    severity = CODED["severity"][1]
    rules = []
    for priority, hours in limits.items():
        if len(hours) != 1:
            raise ValueError(f"{priority} has several limits: {hours}")
        rules.append(
            Rule("resolution", float(hours[0]), severity=severity[priority], note="SLA_DeadlineHours")
        )
    return dataclasses.replace(
        load_profile(), organisation="Telecom tickets", lang="en", region="BD", rules=tuple(rules)
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("table", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args()
    table = pd.read_excel(given.table, sheet_name=SHEET)
    complaints = complaints_of(table)
    build_register(given.out, "en", settings_of(table), complaints=complaints)
    print(f"{given.out}: {len(complaints)} rows")


if __name__ == "__main__":
    main()
