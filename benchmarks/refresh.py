"""How long ``kesu refresh`` takes on a large register, beside the bare reading, and what its patching alone costs.

``refresh.py [--rows 100000] [--runs 3] [--dir DIR]`` makes the register (kept in DIR and used again) and runs whole
processes on copies of it, one of each kind a round: the bare load, the first refresh (which fills the tables) and a
second one a day later (which rewrites them). Then, in this process, the same rows are put in by patching alone. Prints
medians by the clock and of processor time (which other work on the machine disturbs less), ratios and memory.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kesu.demo import AS_OF
from kesu.jobs.load import load
from kesu.jobs.refresh import as_patched, fill
from kesu.jobs.tables import owned_names, owned_tables
from kesu.workbook.patch import Patch

if TYPE_CHECKING:
    from benchmarks.whole import LOAD, Run, run
else:  # run as a script
    from whole import LOAD, Run, run

Patching = Callable[[Path], None]


def processes(file: Path, copy: Path) -> dict[str, Run]:
    """One round of whole processes: name → what it took."""
    kesu = str(Path(sys.executable).with_name("kesu"))
    shutil.copyfile(file, copy)
    taken = {"fastexcel, all text": run([sys.executable, "-c", LOAD, str(file)])}
    for name, moment in (("refresh, first", AS_OF), ("refresh, a day later", AS_OF + dt.timedelta(days=1))):
        taken[name] = run([kesu, "refresh", str(copy), "--as-of", moment.isoformat()])
    return taken


def patching(file: Path, days: int = 0) -> Patching:
    """Patching with the rows of ``file`` as of ``days`` after `AS_OF`; the rows are worked out beforehand."""
    gc.set_threshold(100_000, 20, 20)  # as the command line does
    (one,) = load([file], AS_OF + dt.timedelta(days=days))
    if one.assessment is None:
        raise SystemExit(str(one.error))
    tables = owned_tables(one.assessment, None, one.assessment.register.lang)
    rows = {name: [tuple(map(as_patched, row)) for row in body] for name, body in tables.items()}
    names, lang, settings = (
        owned_names(one.assessment),
        one.assessment.register.lang,
        one.assessment.register.settings,
    )

    def patch(path: Path) -> None:
        plan = Patch.open(path)
        fill(plan, rows, names, lang, settings)
        plan.commit(as_of=AS_OF.date())

    return patch


def measured(patch: Patching, path: Path) -> float:
    """Processor seconds of one patching."""
    begin = time.process_time()
    patch(path)
    return time.process_time() - begin


def megabytes(steps: dict[str, Patching], path: Path) -> dict[str, float]:
    """The most memory that each of ``steps`` has taken at a time beyond the rows that it was given."""
    most = {}
    for name, patch in steps.items():
        tracemalloc.start()
        patch(path)
        most[name] = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
    return most


def compare(file: Path, copy: Path, runs: int) -> None:
    """Run everything ``runs`` times and print what came out."""
    taken: dict[str, list[Run]] = {}
    for _ in range(runs):
        for name, one in processes(file, copy).items():
            taken.setdefault(name, []).append(one)
    clock, work = (
        {name: statistics.median(getattr(one, what) for one in done) for name, done in taken.items()}
        for what in ("seconds", "processor")
    )
    bare = next(iter(taken))
    print(
        f"{'median of ' + str(runs):<30}{'seconds':>9}{'÷ bare':>8}{'of processor':>14}{'÷ bare':>8}{'peak MB':>9}"
    )
    for name, done in taken.items():
        ratios = f"{clock[name]:>9.2f}{clock[name] / clock[bare]:>8.2f}{work[name]:>14.2f}{work[name] / work[bare]:>8.2f}"
        print(f"{name:<30}{ratios}{max(one.megabytes for one in done):>9.0f}")
    steps = {"patching alone, first": patching(file), "patching alone, a day later": patching(file, 1)}
    seconds: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(runs):
        shutil.copyfile(file, copy)
        for name, patch in steps.items():
            seconds[name].append(measured(patch, copy))
    shutil.copyfile(file, copy)
    for name, most in megabytes(steps, copy).items():
        print(f"{name:<30}{statistics.median(seconds[name]):>31.2f}{most:>17.0f}")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument(
        "--dir", type=Path, help="where the register is kept; by default a temporary directory"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder, copy = given.dir or Path(scratch), Path(scratch) / "copy.xlsx"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"register-{given.rows}.xlsx"
        if not file.exists():
            generate = Path(__file__).with_name("generate.py")
            subprocess.run([sys.executable, generate, "--rows", str(given.rows), "-o", file], check=True)
        print(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB")
        compare(file, copy, given.runs)


if __name__ == "__main__":
    main()
