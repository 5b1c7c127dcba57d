"""How long LibreOffice takes over a register's live formulas: ``recalculate.py [--rows 10000]``.

Prints processor seconds of the office process: opening a workbook whose formulas have no values yet, working all
of them out anew, and what one change costs. Needs LibreOffice with its Python bridge.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from kesu.register.columns import BY_KEY, ITEM_BY_KEY, SHEETS
from xlwings_libreoffice.office import Office, launched

HEADER_ROWS: Final = {"register": 4, "items": 3}
TIMEOUT_S: Final = 90.0


def _processor_seconds(office: Office) -> float:
    pid = office.process.pid if office.process else 0
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _column(sheet: Any, key: str, label: str) -> int:
    """0-based index of the column that ``label`` heads."""
    row = HEADER_ROWS[key]
    heads = sheet.getCellRangeByPosition(0, row, 60, row).getDataArray()[0]
    return next(at for at, head in enumerate(heads) if str(head).removesuffix(" *") == label)


def measure(path: Path) -> dict[str, float]:
    """Step → processor seconds, on a Chinese register."""
    office = launched(None, visible=False, soffice=None, timeout_s=TIMEOUT_S)
    try:
        found: dict[str, float] = {}

        def step(name: str, act: Callable[[], Any]) -> Any:
            before = _processor_seconds(office)
            result = act()
            found[name] = _processor_seconds(office) - before
            return result

        document = step("open", lambda: office.desktop.loadComponentFromURL(path.as_uri(), "_blank", 0, ()))
        step("recalculate", document.calculateAll)
        register, items = (document.Sheets.getByName(SHEETS[key].zh) for key in HEADER_ROWS)
        seen = register.getCellRangeByPosition(0, 5, 12, 45)
        received = register.getCellByPosition(
            _column(register, "register", BY_KEY["received_at"].label.zh), 8
        )
        number = register.getCellByPosition(_column(register, "register", BY_KEY["complaint_id"].label.zh), 8)
        due = items.getCellByPosition(_column(items, "items", ITEM_BY_KEY["due_at"].label.zh), 10)

        def change(cell: Any, name: str, value: float | str) -> Callable[[], Any]:
            def act() -> Any:
                setattr(cell, name, value)
                return seen.getDataArray()

            return act

        step("change a time in Register", change(received, "Value", received.Value - 0.5))
        step("change a due time in Items", change(due, "Value", 46_400.5))
        step("type a number anew", change(number, "String", number.String))
        return found
    finally:
        office.stop()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=10_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.xlsx"
        maker = Path(__file__).with_name("generate.py")
        subprocess.run([sys.executable, maker, "--rows", str(given.rows), "-o", path], check=True)
        for name, seconds in measure(path).items():
            print(f"{seconds:8.1f} s  {name}")


if __name__ == "__main__":
    main()
