"""What an import does to complaints that the register knows: empty cells filled, states moved on, the rest told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from kesu.jobs.adding import Change
from kesu.register.settings import load_profile
from kesu.workbook.writing import build_register
from tests.conftest import Kesu

CODES = load_profile().codes


@pytest.mark.parametrize(
    ("before", "taken", "zh", "en"),
    [
        (None, True, "C-1（第 6 行）客户姓名：空 → 张**", "C-1, row 6, Customer name: empty → 张**"),
        ("李四", True, "C-1（第 6 行）客户姓名：李** → 张**", "C-1, row 6, Customer name: 李** → 张**"),
        ("李四", False, "C-1（第 6 行）客户姓名：登记表是 李**，源表是 张**，没有改",
         "C-1, row 6, Customer name: 李** in the register, 张** in the source; left as it is"),
    ],
)  # fmt: skip
def test_a_change_is_told_without_the_customer(before: str | None, taken: bool, zh: str, en: str) -> None:
    change = Change("C-1", 6, "customer_name", before, "张三丰", taken)
    assert (change.said(CODES, "zh").zh, change.said(CODES, "en").en) == (zh, en)


@pytest.mark.slow
def test_known_complaints_move_on_and_are_never_overwritten(tmp_path: Path, kesu: Kesu) -> None:
    rows = pd.DataFrame(
        {
            "complaint_id": ["C-1", "C-2"],
            "kind": "complaint",
            "received_at": dt.datetime(2026, 10, 1, 9),
            "channel": ["phone", "online"],
            "status": ["in_progress", "closed"],
            "owner": [None, "Bo"],
        }
    )
    register = tmp_path / "register.xlsx"
    build_register(register, "en", complaints=rows, today=dt.date(2026, 10, 31))
    (tmp_path / "list.csv").write_text(
        "Complaint no.,Kind,Received at,Channel,Status,Owner\n"
        "C-1,Complaint,2026-10-01 09:00,Phone,Resolved,Ann\n"  # later, and an owner where there was none
        "C-2,Complaint,2026-10-01 09:00,Online,In progress,Cy\n"  # earlier, and another owner
        "C-3,Complaint,2026-10-02 10:00,Letter,New,Di\n",
        "utf-8",
    )
    env = {"XDG_CONFIG_HOME": str(tmp_path / "config"), "APPDATA": str(tmp_path / "config")}
    done = kesu("import", tmp_path / "list.csv", "--into", register, env=env)
    assert done.returncode == 0, done.stderr
    assert (
        "1 complaint and 0 items added, 1 updated; 0 unchanged, 2 other differences left as is, 0 rows left out"
        in done.stdout
    )
    assert "C-1, row 6, Status: In progress → Resolved" in done.stdout
    assert "C-2, row 7, Owner: " in done.stdout
    sheet = openpyxl.load_workbook(register)["Register"]
    heads = [str(cell.value).removesuffix(" *") for cell in sheet[5]]
    at = [heads.index(name) for name in ("Complaint no.", "Status", "Owner", "Channel")]
    found = [tuple(row[place] for place in at) for row in sheet.iter_rows(6, 8, values_only=True)]
    assert found == [("C-1", "Resolved", "Ann", "Phone"), ("C-2", "Closed", "Bo", "Online / chat"), ("C-3", "New", "Di", "Letter")]  # fmt: skip
