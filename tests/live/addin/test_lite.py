"""The script for xlwings Lite runs where there are no compiled packages, processes, threads or files.

An imitation of the browser's limits that needs nothing more; Pyodide itself is in test_pyodide.py.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from kesu.demo import AS_OF, make_branch
from kesu.live import macros
from kesu.workbook.writing import build_register
from tests.conftest import Kesu

HERE = Path(__file__).parent
SCRIPT = HERE.parents[2] / "addin" / "lite" / "main.py"


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lite") / "register.xlsx"
    settings, complaints, items, lang = make_branch(0, 60, 7)
    build_register(path, lang, settings, complaints=complaints, items=items, today=AS_OF.date())
    return path


@pytest.fixture(scope="module")
def ran(register: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(HERE / "lite_child.py"), str(register), AS_OF.isoformat()],
        capture_output=True, encoding="utf-8", check=False, timeout=300, env={"PYTHONUTF8": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_script_runs_without_what_a_browser_has_not(ran: dict[str, Any]) -> None:
    assert ran["loaded"] == []
    assert len(ran["told"]) == 2
    assert "已登记 JC20261100061" in ran["told"][0]
    assert "检查完毕" in ran["told"][1]
    row = [row for row in ran["sheets"]["投诉登记"] if "JC20261100061" in row][
        -1
    ]  # above stands the next free number
    assert "=1+1" in row
    assert "电话" in row


def test_it_lists_what_the_command_line_lists(ran: dict[str, Any], register: Path, kesu: Kesu) -> None:
    done = kesu("followups", register, "--as-of", AS_OF.isoformat(), "--format", "json")
    wanted = [(one["next_step"], one["row"]) for one in json.loads(done.stdout) if one["first"]]
    assert len(wanted) >= 2
    rows = [row for row in ran["sheets"]["跟进清单"][5:] if row[11] is not None]
    assert [(row[10], row[11]) for row in rows] == wanted


def test_every_script_runs_a_macro_with_arguments_it_takes() -> None:
    tree = ast.parse(SCRIPT.read_text("utf-8"))
    scripts = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert set(scripts) == set(macros.MACROS) - {"report"}  # a browser has no folder to write to
    for name, node in scripts.items():
        assert [d.id for d in node.decorator_list if isinstance(d, ast.Name)] == ["script"]
        assert all(argument.annotation is not None for argument in node.args.args)
        code = macros.MACROS[name].__wrapped__.__code__  # type: ignore[attr-defined]
        takes = code.co_varnames[: code.co_argcount]
        assert {argument.arg for argument in node.args.args} <= set(takes)


def test_its_requirements_are_pure_python() -> None:
    lines = (SCRIPT.parent / "requirements.txt").read_text("utf-8").splitlines()
    names = {line.partition(">")[0] for line in lines if line and not line.startswith("#")}
    assert names == {"holidays", "tzdata", "kesu"}


def test_in_the_browser_kesu_asks_for_nothing_that_is_compiled_but_what_is_there_already() -> None:
    asked = [Requirement(line) for line in metadata.requires("kesu") or ()]
    browser = {"sys_platform": "emscripten", "extra": ""}
    names = {one.name for one in asked if one.marker is None or one.marker.evaluate(browser)}
    assert names == {"holidays", "numpy", "openpyxl", "pandas", "tzdata"}
