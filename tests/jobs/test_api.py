"""The front door for Python, over the three registers that the demo makes."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import kesu
from tests.twelve_rows import AS_OF as WRITTEN
from tests.twelve_rows import write_chinese, write_english

AS_OF = dt.datetime.fromisoformat(WRITTEN)


@pytest.fixture(scope="module")
def registers(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("api")
    write_chinese(folder / "zh.xlsx")
    write_english(folder / "en.xlsx")
    return [folder / "zh.xlsx", folder / "en.xlsx"]


def test_nothing_heavy_is_imported_before_it_is_used() -> None:
    said = "import sys, kesu; print(sorted({'pandas', 'numpy', 'click', 'openpyxl'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_frames_of_one_register(registers: list[Path]) -> None:
    one = kesu.load(registers[0], as_of=AS_OF)
    assert len(one[0].register.complaints.data) == 12
    assert set(kesu.check(one).columns) >= {
        "register",
        "sheet",
        "row",
        "column",
        "rule",
        "severity",
        "message",
    }
    assert set(kesu.deadlines(one)["complaint_id"]) <= set(one[0].register.complaints.data["complaint_id"])
    total = kesu.kpis(one, group_by=())
    assert total.loc[total["kpi"] == "rows_read", "value"].tolist() == [12]
    assert kesu.follow_ups(one, "en")["register"].unique().tolist() == ["zh.xlsx"]


def test_the_same_complaints_in_two_registers_count_once(registers: list[Path]) -> None:
    both = kesu.kpis(kesu.load(registers, as_of=AS_OF), group_by=())
    alone = kesu.kpis(kesu.load(registers[:1], as_of=AS_OF), group_by=())
    complaints = [frame.loc[frame["kpi"] == "complaints", "value"].item() for frame in (both, alone)]
    assert complaints[0] == complaints[1]


def test_a_report_and_a_refreshed_workbook(registers: list[Path], tmp_path: Path) -> None:
    kesu.report(kesu.load(registers[1], as_of=AS_OF), tmp_path / "r.html")
    assert "<html" in (tmp_path / "r.html").read_text("utf-8")
    copy = tmp_path / "copy.xlsx"
    copy.write_bytes(registers[1].read_bytes())
    done = kesu.refresh(copy, as_of=AS_OF, period="2026-10")
    assert done.rows.keys() == {"FollowUps", "Kpis", "Findings"}
    assert done.backup is not None
    assert done.backup.exists()


@pytest.mark.parametrize("suffix", [".xlsx", ".html"])
def test_what_a_user_can_mend_is_one_kind_of_error(
    registers: list[Path], tmp_path: Path, suffix: str
) -> None:
    with pytest.raises(kesu.KesuError, match=r"none\.xlsx: no such file"):
        kesu.load(tmp_path / "none.xlsx", as_of=AS_OF)
    foreign = tmp_path / f"mine{suffix}"
    foreign.write_text("mine")
    with pytest.raises(kesu.KesuError, match="nothing was written"):
        kesu.report(kesu.load(registers[1], as_of=AS_OF), foreign)
    assert foreign.read_text() == "mine"
    with pytest.raises(kesu.KesuError):
        kesu.refresh(foreign, as_of=dt.datetime(2026, 10, 31))
    assert isinstance(kesu.kpis(kesu.load(registers[1], as_of=AS_OF)), pd.DataFrame)
