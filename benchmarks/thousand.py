"""How long ``kesu report`` takes on a thousand registers, beside the bare reading of the same files.

``thousand.py [--registers 1000] [--rows 200] [--runs 5] [--dir DIR]`` makes the registers (kept in DIR and used
again; all number their complaints alike, the hardest case for telling doubles apart), then times whole processes, one of each kind a round, and prints medians and ratios.
Goals: kesu ÷ fastexcel at most 2, pandas ÷ kesu at least 1.5.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kesu.demo import AS_OF, make_branch
from kesu.register.columns import SHEETS
from kesu.workbook.writing import build_register

if TYPE_CHECKING:
    from benchmarks.whole import Ratio, Run, compare, run
else:  # run as a script
    from whole import Ratio, Run, compare, run

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
RATIOS: Final[tuple[Ratio, ...]] = (
    ("kesu report", "fastexcel, two sheets", "goal ≤ 2"),
    ("pandas, one sheet", "kesu report", "goal ≥ 1.5"),
)


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


def cases(folder: Path, out: Path) -> dict[str, Callable[[], Run]]:
    """What is timed."""
    kesu, when = str(Path(sys.executable).with_name("kesu")), AS_OF.isoformat()
    python = [sys.executable, "-c"]
    complaints, items = (SHEETS[key].zh for key in ("register", "items"))
    commands = {
        "fastexcel, two sheets": [*python, FASTEXCEL, str(folder), complaints, items],
        "pandas, one sheet": [*python, PANDAS, str(folder), complaints],
        "kesu report": [kesu, "report", str(folder), "--as-of", when, "-o", str(out / "report.html")],
    }
    return {name: partial(run, command) for name, command in commands.items()}


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
        compare(cases(folder, Path(scratch)), given.runs, RATIOS)


if __name__ == "__main__":
    main()
