"""A large register, the same bytes for the same arguments: ``generate.py --rows N -o FILE [--lang zh|en]``.

Twelve months of complaints as realistic as the demo's, about 1.2 items a row, mistakes in 1.5 % of the rows.
"""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import Final

from kesu.demo import AS_OF, make_branch
from kesu.workbook.writing import build_register

BEGIN: Final = dt.datetime(2025, 12, 1)
BRANCH: Final = {"zh": "JC", "en": "HB"}


def generate(rows: int, out: Path, lang: str = "zh", seed: int = 1) -> None:
    """Writes a register of ``rows`` rows, received from `BEGIN` to the demo's `AS_OF`, to ``out``."""
    settings, complaints, items, _ = make_branch(
        BRANCH[lang], rows, seed, AS_OF, begin=BEGIN, itemised=0.49, fault_share=0.015
    )
    build_register(out, lang, settings, complaints=complaints, items=items, today=AS_OF.date())


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--lang", choices=sorted(BRANCH), default="zh")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    generate(given.rows, given.output, given.lang, given.seed)
    print(f"{given.output}: {given.rows:,} rows, {given.output.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
