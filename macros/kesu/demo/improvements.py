"""What an invented branch does about the causes of its complaints."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from kesu.demo.stock import Branch, load_stock
from kesu.register.columns import IMPROVEMENTS


def sample_improvements(branch: Branch, as_of: dt.datetime) -> pd.DataFrame:
    """The measures of the branch's language, dated by days before ``as_of``; its supervisors see to them in turn."""
    today = dt.datetime.combine(as_of.date(), dt.time.min)
    rows = []
    for at, known in enumerate(load_stock(branch.lang).improvements):
        days = {f"{key}_at": known.get(key) for key in ("decided", "due", "done")}
        rows.append({
            "measure_id": f"{branch.prefix}-G{at + 1:02}",
            **{key: known[key] for key in ("cause", "measure", "department")},
            "owner": branch.supervisors[at % len(branch.supervisors)],
            **{key: None if ago is None else today - dt.timedelta(days=ago) for key, ago in days.items()},
            "expected_effect": known["expected"],
            "noted_effect": known.get("noted"),
        })  # fmt: skip
    return pd.DataFrame(rows, columns=[column.key for column in IMPROVEMENTS])
