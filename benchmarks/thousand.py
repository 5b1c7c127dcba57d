"""How long ``kesu report`` takes on a thousand registers, beside the bare reading of the same files.

``thousand.py [--registers 1000] [--rows 200] [--runs 5] [--dir DIR]`` makes the registers (kept in DIR and used
again; all number their complaints alike, the hardest case for telling doubles apart), then times whole processes, one of each kind a round, and prints medians and ratios.
Goals: kesu ÷ fastexcel at most 2, pandas ÷ kesu at least 1.5.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Final, NamedTuple

from kesu.demo import AS_OF, make_branch
from kesu.register.columns import SHEETS
from kesu.workbook.writing import build_register

BEGIN: Final = dt.datetime(2025, 12, 1)

FASTEXCEL: Final = """
import sys, pathlib, fastexcel
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.xlsx")):
    book = fastexcel.read_excel(str(path))
    for name in sys.argv[2:]:
        book.load_sheet(name, header_row=None, dtypes="string").to_arrow()
"""
PANDAS: Final = """
import sys, pathlib, pandas
paths = sorted(pathlib.Path(sys.argv[1]).glob("*.xlsx"))
pandas.concat([pandas.read_excel(path, sheet_name=sys.argv[2], engine="calamine") for path in paths])
"""


class Run(NamedTuple):
    """One process and its children: wall-clock and processor seconds; peak memory of the largest one in MB."""

    seconds: float
    processor: float
    megabytes: float


def run(arguments: list[str]) -> Run:
    """Runs a command to its end with what it says thrown away. Raises SystemExit where it fails."""
    quiet = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
    begin = time.perf_counter()
    process = os.posix_spawn(arguments[0], arguments, os.environ, file_actions=quiet)
    _, status, used = os.wait4(process, 0)
    seconds = time.perf_counter() - begin
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"failed: {' '.join(arguments)}")
    per_megabyte = 1e6 if sys.platform == "darwin" else 1e3
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / per_megabyte)


def registers(folder: Path, count: int, rows: int) -> Path:
    """A folder with ``count`` registers of ``rows`` rows, each of its own seed; those already there stay."""
    made = folder / f"registers-{count}-{rows}"
    made.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        file = made / f"branch-{number:04}.xlsx"
        if not file.exists():
            part = file.with_suffix(".part")
            settings, complaints, items, _ = make_branch(
                "JC", rows, number + 1, AS_OF, begin=BEGIN, itemised=0.49, fault_share=0.015
            )
            build_register(part, "zh", settings, complaints=complaints, items=items, today=AS_OF.date())
            part.rename(file)
    return made


def cases(folder: Path, out: Path) -> dict[str, list[str]]:
    """What is timed: name → command."""
    kesu, when = str(Path(sys.executable).with_name("kesu")), AS_OF.isoformat()
    python = [sys.executable, "-c"]
    complaints, items = (SHEETS[key].zh for key in ("register", "items"))
    return {
        "fastexcel, two sheets": [*python, FASTEXCEL, str(folder), complaints, items],
        "pandas, one sheet": [*python, PANDAS, str(folder), complaints],
        "kesu report": [kesu, "report", str(folder), "--as-of", when, "-o", str(out / "report.html")],
    }


def compare(commands: dict[str, list[str]], runs: int) -> None:
    """Times every command ``runs`` times, in turn, and prints what came out."""
    taken: dict[str, list[Run]] = {name: [] for name in commands}
    for number in range(runs):
        for name, command in commands.items():
            taken[name].append(run(command))
            print(f"run {number + 1}: {name:<24}{taken[name][-1].seconds:8.2f} s", flush=True)
    median, work = (
        {name: statistics.median(getattr(one, what) for one in done) for name, done in taken.items()}
        for what in ("seconds", "processor")
    )
    print(f"\n{'median of ' + str(runs):<26}{'seconds':>9}{'of processor':>14}{'peak MB':>9}")
    for name, done in taken.items():
        print(f"{name:<26}{median[name]:>9.2f}{work[name]:>14.2f}{max(one.megabytes for one in done):>9.0f}")
    print(f"\n{'ratio':<44}{'seconds':>9}{'of processor':>14}")
    ours, bare, other = "kesu report", "fastexcel, two sheets", "pandas, one sheet"
    for upper, lower, goal in ((ours, bare, "goal ≤ 2"), (other, ours, "goal ≥ 1.5")):
        ratios = f"{median[upper] / median[lower]:>9.2f}{work[upper] / work[lower]:>14.2f}"
        print(f"{upper + ' ÷ ' + lower:<44}{ratios}   {goal}")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--registers", type=int, default=1000)
    parser.add_argument("--rows", type=int, default=200)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--dir", type=Path, help="where the registers are kept; by default a temporary directory"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = registers(given.dir or Path(scratch), given.registers, given.rows)
        size = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
        print(
            f"{given.registers:,} registers of {given.rows} rows: {size:.1f} MB, {os.cpu_count()} processors"
        )
        compare(cases(folder, Path(scratch)), given.runs)


if __name__ == "__main__":
    main()
