"""Press every button of the xlwings Lite script, and print what it told and wrote, as JSON: session.py REGISTER AS_OF.

Runs in CPython and in Pyodide alike. The workbook is held in memory; the clock stands at AS_OF.
"""

from __future__ import annotations

import datetime as dt
import json
import platform
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

CHECKOUT: Final = Path(__file__).resolve().parents[3]
PRESSED: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("refresh", {}),
    ("new_complaint", {"customer_name": "=1+1", "channel": "phone", "verbatim": "一直没人回电"}),
    ("check", {}),
    ("deadlines", {}),
    ("kpis", {"period": "2026-10"}),
    ("followups", {"owner": "罗敏"}),
    ("explain", {"complaint_id": "JC20261100055"}),
    ("close_complaint", {"complaint_id": "JC20261100055"}),
)
"""Scripts in order, with what their forms are filled with."""


def scripts() -> dict[str, Callable[..., None]]:
    """The functions of main.py that become buttons. The decorator is xlwings Lite's own, which PyPI does not have."""
    import xlwings as xw

    found: dict[str, Callable[..., None]] = {}
    setattr(xw, "script", lambda one: found.setdefault(one.__name__, one))  # noqa: B010
    main = CHECKOUT / "addin" / "lite" / "main.py"
    module = types.ModuleType("main")
    exec(compile(main.read_text("utf-8"), main.name, "exec"), module.__dict__)  # noqa: S102
    return found


def opened(register: Path) -> Any:
    """The workbook in memory behind xlwings' own classes."""
    import openpyxl
    import xlwings as xw

    sys.path.append(str(CHECKOUT))
    from tests.live.addin.memory_book import Book, engine

    xw.engines.add(xw.Engine(impl=engine))
    xw.engines["memory"].activate()
    return xw.Book(impl=Book(openpyxl.load_workbook(register, data_only=True)))


def stop_the_clock(as_of: dt.datetime) -> None:
    """Macros take the present from here when no time is given, and the script gives none."""
    from kesu.jobs.assessment import Assessment
    from kesu.live import frames

    setattr(frames, "Assessment", lambda register, _now: Assessment(register, as_of))  # noqa: B010


def cells(book: Any) -> dict[str, Any]:
    """Every filled cell by its place."""
    return {
        f"{sheet.name}!{row},{column}": value
        for sheet in book.impl.sheets
        for (row, column), value in sheet.grid.items()
    }


def main() -> None:
    """Print ``{"python", "steps": [{"script", "told", "wrote": {place: value}}]}``."""
    register, as_of = Path(sys.argv[1]), dt.datetime.fromisoformat(sys.argv[2])
    buttons, book = scripts(), opened(register)
    stop_the_clock(as_of)
    if set(buttons) != {name for name, _ in PRESSED}:
        raise SystemExit(f"main.py has other scripts: {sorted(buttons)}")
    steps = []
    for name, arguments in PRESSED:
        before = cells(book)
        told = len(book.app.impl.told)
        buttons[name](book, **arguments)
        after = cells(book)
        wrote = {at: after.get(at) for at in sorted({*before, *after}) if before.get(at) != after.get(at)}
        steps.append({"script": name, "told": book.app.impl.told[told:], "wrote": wrote})
    import numpy as np
    import pandas as pd

    here = {"platform": sys.platform, "version": platform.python_version()}
    here |= {"pandas": pd.__version__, "numpy": np.__version__}
    sys.stdout.write(json.dumps({"python": here, "steps": steps}, ensure_ascii=False, default=str) + "\n")


if __name__ == "__main__":
    main()
