"""How long ``kesu report`` takes on a large register, beside the bare reading of the same file.

``report.py [--rows 100000] [--runs 3] [--dir DIR]`` makes the register (kept in DIR and used again), then times
whole processes, one of each kind a round, and prints medians, ratios and the memory of the largest process.
Goals: kesu ÷ fastexcel at most 3, pandas ÷ kesu at least 5.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final, NamedTuple

from kesu.demo import AS_OF
from kesu.register.columns import SHEETS

LOAD: Final = """
import sys, fastexcel
book = fastexcel.read_excel(sys.argv[1])
for name in book.sheet_names:
    book.load_sheet(name, header_row=None, dtypes="string").to_arrow()
"""
GUESS: Final = LOAD.replace(
    """    book.load_sheet(name, header_row=None, dtypes="string").to_arrow()
""",
    """    try:
        book.load_sheet(name).to_arrow()
    except fastexcel.FastExcelError:  # mixed columns of the Settings sheet
        book.load_sheet(name, dtypes="string").to_arrow()
""",
)
PANDAS: Final = "import sys, pandas; pandas.read_excel(sys.argv[1], sheet_name=sys.argv[2])"


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


def cases(file: Path, out: Path) -> dict[str, list[str]]:
    """What is timed: name → command."""
    kesu, when = str(Path(sys.executable).with_name("kesu")), AS_OF.isoformat()
    python = [sys.executable, "-c"]
    return {
        "fastexcel, types guessed": [*python, GUESS, str(file)],
        "fastexcel, all text": [*python, LOAD, str(file)],
        "kesu report .xlsx": [kesu, "report", str(file), "--as-of", when, "-o", str(out / "report.xlsx")],
        "kesu report .html": [kesu, "report", str(file), "--as-of", when, "-o", str(out / "report.html")],
        "pandas.read_excel": [*python, PANDAS, str(file), SHEETS["register"].zh],
    }


def compare(file: Path, out: Path, runs: int) -> None:
    """Times every case ``runs`` times, in turn, and prints what came out."""
    taken: dict[str, list[Run]] = {name: [] for name in cases(file, out)}
    for number in range(runs):
        for name, command in cases(file, out).items():
            taken[name].append(run(command))
            print(f"run {number + 1}: {name:<26}{taken[name][-1].seconds:8.2f} s", flush=True)
    median, work = (
        {name: statistics.median(getattr(one, what) for one in done) for name, done in taken.items()}
        for what in ("seconds", "processor")
    )
    print(f"\n{'median of ' + str(runs):<28}{'seconds':>9}{'of processor':>14}{'peak MB':>9}")
    for name, done in taken.items():
        peak = max(one.megabytes for one in done)
        print(f"{name:<28}{median[name]:>9.2f}{work[name]:>14.2f}{peak:>9.0f}")
    print(f"\n{'ratio':<44}{'seconds':>9}{'of processor':>14}")
    for ours in (name for name in taken if name.startswith("kesu")):
        for upper, lower, goal in (
            (ours, "fastexcel, types guessed", "goal ≤ 3"),
            (ours, "fastexcel, all text", "goal ≤ 3"),
            ("pandas.read_excel", ours, "goal ≥ 5"),
        ):
            ratios = f"{median[upper] / median[lower]:>9.2f}{work[upper] / work[lower]:>14.2f}"
            print(f"{upper + ' ÷ ' + lower:<44}{ratios}   {goal}")


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
        folder = given.dir or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"register-{given.rows}.xlsx"
        if not file.exists():
            generate = Path(__file__).with_name("generate.py")
            subprocess.run([sys.executable, generate, "--rows", str(given.rows), "-o", file], check=True)
        print(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB, {os.cpu_count()} processors")
        compare(file, Path(scratch), given.runs)


if __name__ == "__main__":
    main()
