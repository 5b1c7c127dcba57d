"""How long ``kesu doubles`` takes on a large register, beside comparing every row with every other.

``doubles.py [--rows 100000] [--runs 3] [--dir DIR]`` makes the register (kept in DIR and used again) and times the
comparison alone (rows to scored pairs, in this process) and the whole command. The base is what blocking spares: rapidfuzz
on every two texts of a sample of 2,000 rows, in compiled code on all processors, scaled to all pairs of the register. Goals:
the comparison in seconds, a thousandth of the base at most.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rapidfuzz import fuzz, process

from kesu.demo import AS_OF
from kesu.jobs.load import load_all
from kesu.rules.alike import alike

SAMPLE = 2_000


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
        file = (given.dir or Path(scratch)) / f"register-{given.rows}.xlsx"
        if not file.exists():
            generate = Path(__file__).with_name("generate.py")
            subprocess.run([sys.executable, generate, "--rows", str(given.rows), "-o", file], check=True)
        compare(file, given.runs, Path(scratch))


def compare(file: Path, runs: int, scratch: Path) -> None:
    """Time everything ``runs`` times and print medians and ratios."""
    (one,) = load_all([file], AS_OF)
    if one.assessment is None:
        raise SystemExit(str(one.error))
    register, counted = one.assessment.register, ~one.assessment.twins.double
    texts = register.complaints.data["verbatim"].dropna()
    sample = texts.sample(min(SAMPLE, len(texts)), random_state=1).tolist()
    kesu = str(Path(sys.executable).with_name("kesu"))
    command = [kesu, "doubles", str(file), "--as-of", AS_OF.isoformat(), "-o"]
    alone, whole, every = [], [], []
    for number in range(runs):
        begin = time.perf_counter()
        found = alike([register], [counted])
        alone.append(time.perf_counter() - begin)
        whole.append(whole_command([*command, str(scratch / f"pairs-{number}.txt")]))
        begin = time.perf_counter()
        process.cdist(sample, sample, scorer=fuzz.ratio, workers=-1)
        every.append(time.perf_counter() - begin)
    base = statistics.median(every) * (len(texts) / len(sample)) ** 2
    print(f"{file.name}: {len(texts):,} rows, {len(found.pairs):,} pairs")
    print(f"{'median of ' + str(runs):<40}{'seconds':>10}{'÷ base':>12}")
    for name, seconds in (
        ("every row with every other (base, scaled)", base),
        ("comparison alone", statistics.median(alone)),
        ("kesu doubles, whole", statistics.median(whole)),
    ):
        print(f"{name:<42}{seconds:>8.2f}{seconds / base:>12.5f}")


def whole_command(command: list[str]) -> float:
    """Seconds of one run; that pairs wait to be decided is no failure."""
    begin = time.perf_counter()
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode not in {0, 1}:
        raise SystemExit(done.stderr.decode())
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
