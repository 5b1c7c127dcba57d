"""What is left of the figures of docs/performance.md: a second run with a cache, the shortest command, a million rows.

``scale.py cache FOLDER`` copies the registers in FOLDER, reports on them with an empty ``--cache``, brings one in a hundred
up to date and reports again. ``scale.py check REGISTER``: the smallest command beside ``import pandas``.
``scale.py million REGISTER…``: ``kesu report`` on them beside `pandas.read_excel(engine="calamine")` of the first one's
register sheet, for its memory. ``--runs N`` (5) rounds, one of each kind in turn.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kesu.demo import AS_OF
from kesu.register.columns import SHEETS

if TYPE_CHECKING:
    from benchmarks.whole import Ratio, Run, compare, run
else:  # run as a script
    from whole import Ratio, Run, compare, run

Cases = tuple[dict[str, Callable[[], Run]], list[Ratio]]
KESU: Final = str(Path(sys.executable).with_name("kesu"))
WHEN: Final = ("--as-of", AS_OF.isoformat())
PANDAS: Final = (
    "import sys, pandas; pandas.read_excel(sys.argv[1], sheet_name=sys.argv[2], engine='calamine')"
)


def cache(given: Sequence[Path], scratch: Path) -> Cases:
    """The first run and the second, after one register in a hundred was refreshed."""
    folder, kept = scratch / "registers", scratch / "cache"
    shutil.copytree(given[0], folder)
    report = [KESU, "report", str(folder), *WHEN, "--cache", str(kept), "-o", str(scratch / "report.html")]

    def first() -> Run:
        shutil.rmtree(kept, ignore_errors=True)
        return run(report)

    def second() -> Run:
        for path in sorted(folder.glob("*.xlsx"))[::100]:
            shutil.copyfile(given[0] / path.name, path)
            run([KESU, "refresh", str(path), *WHEN])
        return run(report)

    return {"first run": first, "second run": second}, [("first run", "second run", "goal ≥ 20")]


def check(given: Sequence[Path], _: Path) -> Cases:
    """The smallest command."""
    ours, bare = [KESU, "check", str(given[0]), *WHEN], [sys.executable, "-c", "import pandas"]
    cases: dict[str, Callable[[], Run]] = {
        "kesu check": partial(run, ours, (0, 1)),
        "import pandas": partial(run, bare),
    }
    return cases, [("kesu check", "import pandas", "goal ≤ 2")]


def million(given: Sequence[Path], scratch: Path) -> Cases:
    """Many rows: memory."""
    ours = [KESU, "report", *map(str, given), *WHEN, "-o", str(scratch / "report.html")]
    theirs = [sys.executable, "-c", PANDAS, str(given[0]), SHEETS["register"].zh]
    return {"kesu report": partial(run, ours), "pandas, one of them": partial(run, theirs)}, [
        ("kesu report", "pandas, one of them", "goal: peak ≤ 1")
    ]


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=[one.__name__ for one in (cache, check, million)])
    parser.add_argument("paths", type=Path, nargs="+")
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        made: Cases = globals()[given.what](given.paths, Path(scratch))
        cases, ratios = made
        compare(cases, given.runs, ratios)


if __name__ == "__main__":
    main()
