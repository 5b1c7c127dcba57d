"""Whole processes, timed in turn: what the other scripts print."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

LOAD: Final = """
import sys, fastexcel
book = fastexcel.read_excel(sys.argv[1])
for name in book.sheet_names:
    book.load_sheet(name, header_row=None, dtypes="string").to_arrow()
"""
"""All sheets of a workbook as text."""

Ratio = tuple[str, str, str]
"""Names of the one above and the one below the line, and the goal."""


class Run(NamedTuple):
    """One process and its children: wall-clock and processor seconds; peak memory of the largest one in MB."""

    seconds: float
    processor: float
    megabytes: float


def run(arguments: list[str], good: tuple[int, ...] = (0,)) -> Run:
    """Runs a command to its end with what it says thrown away. Raises SystemExit where it ends with another code."""
    quiet = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
    begin = time.perf_counter()
    process = os.posix_spawn(arguments[0], arguments, os.environ, file_actions=quiet)
    _, status, used = os.wait4(process, 0)
    seconds = time.perf_counter() - begin
    if os.waitstatus_to_exitcode(status) not in good:
        raise SystemExit(f"failed: {' '.join(arguments)}")
    per_megabyte = 1e6 if sys.platform == "darwin" else 1e3
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / per_megabyte)


def compare(cases: Mapping[str, Callable[[], Run]], runs: int, ratios: Sequence[Ratio]) -> None:
    """Times every case ``runs`` times, in turn, and prints medians, ratios and peaks."""
    taken: dict[str, list[Run]] = {name: [] for name in cases}
    for number in range(runs):
        for name, case in cases.items():
            taken[name].append(case())
            print(f"run {number + 1}: {name:<28}{taken[name][-1].seconds:8.2f} s", flush=True)
    median, work, peak = (
        {name: statistics.median(one[at] for one in done) for name, done in taken.items()} for at in range(3)
    )
    print(f"\n{'median of ' + str(runs):<30}{'seconds':>9}{'of processor':>14}{'peak MB':>9}")
    for name in taken:
        print(f"{name:<30}{median[name]:>9.2f}{work[name]:>14.2f}{peak[name]:>9.0f}")
    print(f"\n{'ratio':<54}{'seconds':>9}{'of processor':>14}{'peak MB':>9}")
    for upper, lower, goal in ratios:
        three = (f"{of[upper] / of[lower]:.2f}" for of in (median, work, peak))
        print("{:<54}{:>9}{:>14}{:>9}   {}".format(f"{upper} ÷ {lower}", *three, goal))
