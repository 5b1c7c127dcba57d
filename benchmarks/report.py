"""How long ``kesu report`` takes on a large register, beside the bare reading of the same file.

``report.py [--rows 100000] [--runs 3] [--dir DIR]`` makes the register (kept in DIR and used again), then times
whole processes, one of each kind a round, and prints medians, ratios and the memory of the largest process.
Goals: kesu ÷ fastexcel at most 3 (all of it as text: 1.4), pandas ÷ kesu at least 5.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kesu.demo import AS_OF
from kesu.register.columns import SHEETS

if TYPE_CHECKING:
    from benchmarks.whole import LOAD, Ratio, Run, compare, run
else:  # run as a script
    from whole import LOAD, Ratio, Run, compare, run

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


def cases(file: Path, out: Path) -> dict[str, Callable[[], Run]]:
    """What is timed."""
    kesu, when = str(Path(sys.executable).with_name("kesu")), AS_OF.isoformat()
    python = [sys.executable, "-c"]
    commands = {
        "fastexcel, types guessed": [*python, GUESS, str(file)],
        "fastexcel, all text": [*python, LOAD, str(file)],
        "kesu report .xlsx": [kesu, "report", str(file), "--as-of", when, "-o", str(out / "report.xlsx")],
        "kesu report .html": [kesu, "report", str(file), "--as-of", when, "-o", str(out / "report.html")],
        "pandas.read_excel": [*python, PANDAS, str(file), SHEETS["register"].zh],
    }
    return {name: partial(run, command) for name, command in commands.items()}


def ratios() -> list[Ratio]:
    """What counts."""
    return [
        one
        for ours in ("kesu report .xlsx", "kesu report .html")
        for one in (
            (ours, "fastexcel, types guessed", "goal ≤ 3"),
            (ours, "fastexcel, all text", "goal ≤ 1.4"),
            ("pandas.read_excel", ours, "goal ≥ 5"),
        )
    ]


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
        compare(cases(file, Path(scratch)), given.runs, ratios())


if __name__ == "__main__":
    main()
