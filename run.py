#!/usr/bin/env python3
"""Sets everything up and runs it, on a fresh machine with Python 3.11+ and git only.

python3 run.py demo    makes sample registers, runs the whole job on them, says where the reports are
python3 run.py tests   linters, types, import contracts and all tests
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree as ET

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
GONE = (
    "bridge already disposed",
    "bridge disposed during call",
    "UnknownPropertyException cannot get value",
    "illegal object given",
)
"""What is said of an office that is no more: LibreOffice 7.4 crashes now and then where rows are deleted."""
DEBIAN = ("libreoffice-calc", "python3-uno", "fonts-noto-cjk", "poppler-utils", "chromium")


def main() -> int:
    """Run what the command line asks for; returns the exit code."""
    wanted = sys.argv[1:2]
    if wanted not in (["demo"], ["tests"]):
        print(__doc__)
        return 2
    if sys.version_info < (3, 11):
        print("kesu needs Python 3.11 or newer / kesu 需要 Python 3.11 或更高版本")
        return 2
    if wanted == ["demo"]:
        install(".")
        return call(PYTHON, "-m", "kesu.cli", "demo", *sys.argv[2:])
    install(".[test]")
    debian_packages()
    return tests(sys.argv[2:])


def install(what: str) -> None:
    """An environment in .venv with the project, editable, and what it needs."""
    if not PYTHON.exists():
        print("Making .venv …", flush=True)
        venv.create(VENV, with_pip=True)
    print(f"Installing {what} …", flush=True)
    quiet = ("--quiet", "--disable-pip-version-check")
    if call(PYTHON, "-m", "pip", "install", *quiet, "--editable", what):
        sys.exit("The installation failed; see above. / 安装失败，见上。")


def debian_packages() -> None:
    """LibreOffice, Chromium and fonts, where this is Debian and we may install; otherwise say what will be skipped."""
    if all(map(shutil.which, ("soffice", "pdftoppm", "chromium"))):
        return
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print("Installing LibreOffice and Chromium …", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", *DEBIAN]):
            subprocess.run(command, env=quiet, check=False, stdout=subprocess.DEVNULL)
    if not shutil.which("soffice"):
        print("No LibreOffice (soffice): the tests marked libreoffice are skipped.", flush=True)
    if not shutil.which("chromium"):
        print(
            "No Chromium: the tests of the report's page in a browser need one and are skipped.", flush=True
        )


def tests(extra: list[str]) -> int:
    """Everything that must be green: linters side by side, then the tests; stops after the first that are not."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else every kesu that a test starts compiles itself anew
    linters = {
        "ruff check": (PYTHON, "-m", "ruff", "check", "."),
        "ruff format": (PYTHON, "-m", "ruff", "format", "--check", "."),
        "mypy": (PYTHON, "-m", "mypy"),
        "lint-imports": (PYTHON.with_name("lint-imports"), "--no-cache"),
    }
    print("── " + ", ".join(linters), flush=True)
    with ThreadPoolExecutor() as side_by_side:
        codes = list(side_by_side.map(lambda command: call(*command), linters.values()))
    for name, code in zip(linters, codes, strict=True):
        if code:
            print(f"{name} is not content.", flush=True)
            return code
    words = ("-q", "-rs", "-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder", *extra)
    print("── pytest " + " ".join(words), flush=True)
    report = VENV / "tests.xml"
    code = call(PYTHON, "-m", "pytest", *words, f"--junitxml={report}")
    again = broken_off(report) if code == 1 else []
    if again:
        print(
            "── LibreOffice itself broke off in these, which is all that failed; once more:",
            *again,
            flush=True,
        )
        code = call(PYTHON, "-m", "pytest", "-q", *again)
    return code


def broken_off(report: Path) -> list[str]:
    """Files of the tests that failed, where every one of them failed because the office was gone."""
    files = set()
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - pytest has just written it
        for failed in (*case.iter("failure"), *case.iter("error")):
            if not any(words in (failed.text or "") for words in GONE):
                return []
            files.add(case.get("classname", "").replace(".", "/") + ".py")
    return sorted(files)


def call(*command: str | Path) -> int:
    """Run a command in the project's folder; returns its exit code."""
    return subprocess.run([str(word) for word in command], cwd=HERE, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
