"""The telecom table's figures by plain pandas beside kesu's: ``compare_telecom.py TABLE.xlsx REGISTER.xlsx``.

REGISTER is what import_telecom.py made of TABLE. The left figures come from TABLE alone, without kesu; the right
ones from ``kesu kpis`` and ``kesu deadlines``, run as commands. Exit code 1 where any two differ.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd

AS_OF = "2025-10-31T00:00"
Figures = dict[str, float]

SEVERITY = {"minor": "Low", "normal": "Medium", "severe": "High", "urgent": "Critical"}
CHANNEL = {"phone": "Call", "email": "Email", "online": "Chat", "social": "Social Media", "other": "USSD"}


def by_pandas(path: Path) -> Figures:
    """Figures of the table itself. Durations in hours, to the whole second as Excel shows them."""
    table = pd.read_excel(path, sheet_name="Dataset")
    stamp = {key: table[key].dt.round("s") for key in ("CreatedDate", "ResolvedDate")}
    table["hours"] = (stamp["ResolvedDate"] - stamp["CreatedDate"]).dt.total_seconds() / 3600
    table["in_time"] = table["hours"] <= table["SLA_DeadlineHours"]
    figures: Figures = {
        "deadlines met": float(table["in_time"].sum()),
        "deadlines late": float((table["hours"] > table["SLA_DeadlineHours"]).sum()),
        "deadlines overdue": float(table["hours"].isna().sum()),
        "feedback": float((table["SubIssue"] == "Feedback").sum()),
    }
    complaints = table[table["SubIssue"] != "Feedback"]
    hours, scores = complaints["hours"].dropna(), complaints["SatisfactionScore"].dropna()
    figures |= {
        "complaints": float(len(complaints)),
        "satisfaction": float((scores >= 3).mean()),
        "cycle_mean": float(hours.mean()),
        "cycle_median": float(hours.median()),
        "cycle_p90": float(hours.quantile(0.9)),
        "resolution_in_time": float(complaints["in_time"].mean()),
        "urgent_cycle_mean": float(
            complaints.loc[complaints["Priority"].isin(["High", "Critical"]), "hours"].mean()
        ),
        # Open is what has no time of resolution; five tickets have one although their status says Escalated.
        "backlog_open": float(complaints["ResolvedDate"].isna().sum()),
    }
    for key, name in SEVERITY.items():
        own = complaints[complaints["Priority"] == name]
        figures[f"cycle_mean, {key}"] = float(own["hours"].mean())
        figures[f"resolution_in_time, {key}"] = float(own["in_time"].mean())
        figures[f"complaints, {key}"] = float(len(own))
    for key, name in CHANNEL.items():
        figures[f"complaints, {key} channel"] = float((complaints["Channel"] == name).sum())
    for team, own in complaints.groupby("AssignedTeam"):
        figures[f"cycle_mean, {team}"] = float(own["hours"].mean())
        figures[f"resolution_in_time, {team}"] = float(own["in_time"].mean())
    for month, own in complaints.groupby(complaints["CreatedDate"].dt.strftime("%Y-%m")):
        figures[f"complaints, {month}"] = float(len(own))
    return figures


def by_kesu(path: Path) -> Figures:
    """The same figures out of the commands' JSON."""
    figures: Figures = {}
    for line in _run("kpis", path):
        name, group = line["kpi"], line["group"]
        if line["value"] is None:
            continue
        if group is not None:
            name += f", {group}" + (" channel" if line["group_by"] == "channel" else "")
        figures[name] = float(line["value"])
    states = pd.Series([line["state"] for line in _run("deadlines", path) if line["target"] == "resolution"])
    return figures | {f"deadlines {state}": float(count) for state, count in states.value_counts().items()}


def _run(command: str, path: Path) -> list[dict[str, Any]]:
    kesu = Path(sys.executable).with_name("kesu")
    done = subprocess.run(
        [kesu, command, path, "--as-of", AS_OF, "--format", "json"],
        check=True,
        capture_output=True,
        text=True,
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("table", type=Path)
    parser.add_argument("register", type=Path)
    given = parser.parse_args()
    ours, theirs = by_kesu(given.register), by_pandas(given.table)
    differing = 0
    print(f"{'figure':<40}{'pandas':>14}{'kesu':>14}")
    for name, value in theirs.items():
        same = name in ours and abs(ours[name] - value) < 1e-6
        differing += not same
        print(f"{name:<40}{value:>14.6f}{ours.get(name, float('nan')):>14.6f}{'' if same else '   DIFFERS'}")
    print(f"{len(theirs)} figures, {differing} differ")
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
