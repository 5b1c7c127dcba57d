"""A wheel installed outside the checkout is complete on its own."""

from __future__ import annotations

import os
import shutil
import site
import subprocess
import sys
import venv
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow


def run(*words: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env=(os.environ | {"PYTHONPATH": "", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}) | (env or {}),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def source(into: Path) -> Path:
    """What a build needs, copied, so that nothing is written into the checkout and no other build disturbs."""
    copy = into / "source"
    ignore = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for folder in ("macros", "addin"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=ignore)
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE", "setup.py", "MANIFEST.in"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, copy / name)
    return copy


def _has_build_tools() -> bool:
    try:
        return int(metadata.version("setuptools").split(".")[0]) >= 77
    except metadata.PackageNotFoundError:
        return False


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    # pip fetches the build tools unless they are here already, recent enough to be used offline.
    offline = ["--no-build-isolation", "--no-index"] if _has_build_tools() else []
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--disable-pip-version-check"]
    run(*command, *offline, "-w", folder / "out", source(folder), cwd=folder)
    (made,) = (folder / "out").glob("kesu-*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an environment's programs; libraries come from the one that runs the tests."""
    home = tmp_path_factory.mktemp("elsewhere") / "env"
    venv.create(home, with_pip=False)
    programs = home / ("Scripts" if os.name == "nt" else "bin")
    told = run(programs / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=home)
    packages = Path(told.strip())
    run(sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--quiet", "--disable-pip-version-check",
        "--prefix", home, "--ignore-installed", wheel, cwd=home)  # fmt: skip
    # A .pth line adds the libraries after the wheel, without the editable install's own .pth files.
    (packages / "libraries.pth").write_text("\n".join(site.getsitepackages()), "utf-8")
    made = programs / "kesu"
    lines = made.read_bytes().split(b"\n", 1)
    made.write_bytes(b"#!" + os.fsencode(programs / "python") + b"\n" + lines[1])
    where = run(programs / "python", "-c", "import kesu; print(kesu.__file__)", cwd=home).strip()
    assert Path(where).is_relative_to(packages)
    return programs


def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    packages = ("kesu", "xlwings_libreoffice")
    inside = {name for name in names if name.partition("/")[0] in packages}
    assets = {name.partition(".data/data/share/kesu/")[2] for name in names - inside}
    assert assets == {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "addin").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    wanted = {
        path.relative_to(ROOT / "macros").as_posix()
        for package in packages
        for path in (ROOT / "macros" / package).rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and path.suffix in {".py", ".toml", ".html", ".typed"}
    }
    assert wanted <= inside


def test_new_check_and_demo_work_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    kesu = installed / "kesu"
    run(kesu, "new", "登记.xlsx", "--lang", "zh", cwd=tmp_path)
    assert (tmp_path / "登记.xlsx").stat().st_size > 5000
    assert run(kesu, "check", "登记.xlsx", "--format", "json", cwd=tmp_path).strip() == "[]"
    said = run(kesu, "demo", "demo", "--lang", "en", cwd=tmp_path)
    assert "report-en.html" in said
    made = {path.name for path in (tmp_path / "demo").rglob("*.*")}
    assert {
        "report-en.html",
        "report-en.xlsx",
        "check.json",
        "deadlines.json",
        "kpis.json",
        "followups.json",
    } <= made
    assert len(list((tmp_path / "demo" / "registers").glob("*.xlsx"))) == 3


def test_both_add_ins_are_built_from_the_wheel_as_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    from kesu.live.addin import build, build_extension

    run(installed / "kesu", "addin", "build", cwd=tmp_path)
    assert (tmp_path / "Kesu.xlam").read_bytes() == build("en")
    assert (tmp_path / "Kesu.oxt").read_bytes() == build_extension()
    assert {path.name for path in tmp_path.iterdir()} == {"Kesu.xlam", "Kesu.oxt"}
