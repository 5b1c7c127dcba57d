"""Seconds of damage to workbooks (minutes with KESU_DEEP=1): a result or a refusal in words, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.depth import turns

TRIALS = Path(__file__).parent


@pytest.mark.slow
def test_seconds_of_mutations_find_no_defect() -> None:
    command = [sys.executable, str(TRIALS / "fuzz.py"), "--seconds", str(turns(3, 120)), "--seed", "6"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    counts = dict(pair.split(": ") for pair in done.stdout.strip().split("  "))
    assert int(counts["read ok"]) > 0
    assert int(counts["read refused"]) > 0


@pytest.mark.slow
def test_the_corpus_harness_tells_ok_from_refused(tmp_path: Path) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"PK no")
    (tmp_path / "none.csv").write_bytes(b"a,b\n1,2\n")
    subprocess.run(
        [sys.executable, "-m", "kesu.cli", "new", tmp_path / "good.xlsx"],
        check=True,
        capture_output=True,
        timeout=300,
    )
    command = [
        sys.executable,
        str(TRIALS / "corpus.py"),
        str(tmp_path),
        "--format",
        "json",
        "--seconds",
        "300",
    ]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=900, check=False)
    assert done.returncode == 0, done.stdout
    result = json.loads(done.stdout)
    assert result["summary"] == {"ok": 1, "refused": 2, "crash": 0, "hang": 0, "foreign": 0}
    assert {one["file"]: one["outcome"] for one in result["files"]}["good.xlsx"] == "ok"
