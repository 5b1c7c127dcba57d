"""Every button of the script for xlwings Lite, pressed in the browser's own Python.

Skipped where node is missing or `tests/trials/pyodide/run.py` has not fetched Pyodide yet; `-rs` prints which.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).parents[3]
RUN = CHECKOUT / "tests" / "trials" / "pyodide" / "run.py"


@pytest.mark.slow
def test_every_button_tells_and_writes_in_pyodide_what_it_does_in_cpython() -> None:
    done = subprocess.run(
        [sys.executable, str(RUN), "--offline"],
        capture_output=True, encoding="utf-8", check=False, timeout=600,
    )  # fmt: skip
    if done.returncode == 3:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    ran: dict[str, Any] = json.loads(done.stdout)
    assert ran["python"]["platform"] == "emscripten"
    steps = {step["script"]: step for step in ran["steps"]}
    assert len(steps) == 8
    assert not [step for step in ran["steps"] if len(step["told"]) != 1 or "内部出错" in step["told"][0]]
    assert steps["new_complaint"]["told"][0].startswith("已登记 JC20261100061，在第 66 行")
    assert "=1+1" in steps["new_complaint"]["wrote"].values()
    assert "指标已更新：2026-10" in steps["kpis"]["told"][0]
    assert len(steps["kpis"]["wrote"]) > 100
    assert "JC20261100055" in steps["explain"]["told"][0]
    assert "JC20261100055 还不能结案" in steps["close_complaint"]["told"][0]
