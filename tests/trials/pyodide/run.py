"""Press the buttons of xlwings Lite in Pyodide and in CPython and compare: run.py [--offline] [CACHE].

Needs node, npm and pip. What is missing in CACHE (by default .pyodide; 80 MB) is fetched from npm and PyPI: Pyodide
0.27.7 with Python 3.12, numpy as conda's emscripten-forge builds it for the same Emscripten, pandas' own wheel for
Pyodide, and the pure-Python wheels in the versions installed here. package-lock.json holds the hashes of what npm
brings; pip checks those of PyPI's index.

Prints what each button told and wrote as JSON; exit code 1 where the two Pythons differ, 3 where
something is missing and --offline forbids fetching it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from kesu.demo import AS_OF, make_branch
from kesu.workbook.writing import build_register

HERE: Final = Path(__file__).resolve().parent
CHECKOUT: Final = HERE.parents[2]
CACHE: Final = CHECKOUT / ".pyodide"
PANDAS: Final = "3.0.6"  # the last that takes numpy 2.0.1
PURE: Final = ("et_xmlfile", "holidays", "openpyxl", "python-dateutil", "six", "tzdata", "xlwings")
PLATFORM: Final = ("--python-version", "3.12", "--platform", "pyemscripten_2024_0_wasm32", "--abi", "cp312")
IN_CONDA: Final = "lib/python3.12/site-packages/"


def missing(cache: Path, offline: bool) -> str:
    """Why Pyodide cannot be run here; "" if it can."""
    if shutil.which("node") is None:
        return "node is not installed"
    if offline and not (cache / "complete").is_file():
        return f"Pyodide is not in {cache}; python tests/trials/pyodide/run.py fetches it"
    return ""


def fetch(cache: Path) -> None:
    """Fill ``cache``: node_modules/, site/ (Python's packages) and bytecode/."""
    shutil.rmtree(cache, ignore_errors=True)
    (cache / "bytecode").mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, cache)
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--silent")
    subprocess.run([shutil.which("npm") or "npm", "ci", *quiet], cwd=cache, check=True, stdout=sys.stderr)
    packages = [f"pandas=={PANDAS}", *(f"{name}=={metadata.version(name)}" for name in PURE)]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", *PLATFORM]
    pip += ["--only-binary", ":all:", "--target", str(cache / "site"), *packages]
    subprocess.run(pip, check=True, stdout=sys.stderr)
    [numpy] = (cache / "node_modules/@emscripten-forge/numpy/pkg").glob("*.tar.gz")
    with tarfile.open(numpy) as archive:
        for member in archive:
            if member.isfile() and member.name.startswith(IN_CONDA):
                member.name = member.name.removeprefix(IN_CONDA)
                archive.extract(member, cache / "site", filter="data")
    (cache / "complete").touch()


def compared(cache: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The same session in Pyodide and in this Python, on a register of sixty complaints."""
    with tempfile.TemporaryDirectory() as folder:
        register = Path(folder) / "register.xlsx"
        settings, complaints, items, lang = make_branch(0, 60, 7)
        build_register(register, lang, settings, complaints=complaints, items=items, today=AS_OF.date())
        last = (str(register), AS_OF.isoformat())
        driver = [shutil.which("node") or "node", str(HERE / "driver.mjs"), str(CHECKOUT), str(cache)]
        there, here = (
            subprocess.run([*command, *last], stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
            for command in (driver, [sys.executable, "-X", "utf8", str(HERE / "session.py")])
        )
    return json.loads(there), json.loads(here)


def main() -> int:
    """Fetch what is missing, run, compare, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cache", nargs="?", type=Path, default=CACHE)
    parser.add_argument("--offline", action="store_true", help="fetch nothing")
    given = parser.parse_args()
    cache = given.cache.resolve()
    if why := missing(cache, given.offline):
        print(why, file=sys.stderr)
        return 3
    if not (cache / "complete").is_file():
        fetch(cache)
    there, here = compared(cache)
    print(json.dumps(there, ensure_ascii=False, indent=1))
    print(f"{there['python']}\n{here['python']}", file=sys.stderr)
    same = there["steps"] == here["steps"]
    print("equal" if same else f"not equal; in CPython: {json.dumps(here['steps'])}", file=sys.stderr)
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
