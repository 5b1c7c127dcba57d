"""How long a foreign table takes to become a register, beside the bare reading and beside ``DataFrame.to_excel``.

``importing.py [--rows 100000] [--runs 3] [--dir DIR]`` makes a ticket export (kept in DIR and used again): true times in
two columns, day-first texts in a third, choices in other words. Prints medians of seconds by the clock and ratios.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import fastexcel

from kesu.jobs.importing import built, find_tables, survey, take
from kesu.register.settings import load_profile
from kesu.workbook.reading.reader import Reader
from kesu.xlsx.create import new_workbook

AS_OF = dt.datetime(2026, 11, 20, 17, 0)
HEADS = (
    "Ticket ID", "Requester", "Phone number", "Created at", "Contact channel", "Issue type", "Priority", "Description", "Assignee",
    "Assigned team", "Closed at", "First response at", "Ticket status", "CSAT", "Region", "Plan",
)  # fmt: skip


def export(path: Path, rows: int) -> None:
    """The same export every time."""
    dice = random.Random(1)
    book = new_workbook(path, AS_OF.date())
    sheet = book.add_worksheet("Export")
    when = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for at, heading in enumerate(HEADS):
        sheet.write_string(0, at, heading)
    for row in range(1, rows + 1):
        opened = dt.datetime(2025, 11, 1) + dt.timedelta(minutes=dice.randrange(500_000))
        closed = opened + dt.timedelta(minutes=dice.randrange(30, 9000))
        words = (
            f"T{row:07}", f"Name {dice.randrange(40_000)}", f"13{dice.randrange(10**8, 10**9)}", opened, dice.choice(("Call", "Chat", "E-mail")),
            dice.choice(("Billing", "Network", "Delivery")), dice.choice(("P1", "P2", "P3", "P4")), f"It broke {row % 700} days ago and nobody came",
            f"Agent {dice.randrange(40)}", dice.choice(("North", "South")), closed, (opened + dt.timedelta(minutes=9)).strftime("%d/%m/%Y %H:%M"),
            dice.choice(("Closed", "Resolved")), str(dice.randrange(1, 6)), dice.choice(("East", "West")), dice.choice(("Basic", "Premium")),
        )  # fmt: skip
        for at, word in enumerate(words):
            if isinstance(word, dt.datetime):
                sheet.write_datetime(row, at, word, when)
            else:
                sheet.write_string(row, at, word)
    book.close()


def timed(work: Callable[[], object], runs: int) -> float:
    """Median seconds by the clock."""
    taken = []
    for _ in range(runs):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


def main() -> None:
    """Make the export, time the steps, print them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--dir", type=Path, default=Path(tempfile.gettempdir()))
    given = parser.parse_args()
    file: Path = given.dir / f"export-{given.rows}.xlsx"
    if not file.exists():
        export(file, given.rows)
    settings = load_profile()

    def bare() -> object:
        return fastexcel.read_excel(file).load_sheet(0, header_row=None, dtypes="string", eager=True)

    def imported() -> object:
        with Reader() as reader:
            tables, passed, _ = find_tables(reader, [file])
        found = survey(tables, passed, settings.codes, settings.region)
        return found, take(found, settings.codes, "en", AS_OF.year)

    found, taken = imported()  # type: ignore[misc]
    frame = taken.complaints  # type: ignore[has-type]
    load = timed(bare, given.runs)
    import_ = timed(imported, given.runs)
    write = timed(lambda: built(found, taken, settings, "en", AS_OF), given.runs)  # type: ignore[has-type]
    plain = timed(lambda: frame.to_excel(given.dir / "plain.xlsx", engine="xlsxwriter", index=False), 1)
    print(f"{given.rows:,} rows × {len(HEADS)} columns")
    print(f"bare fastexcel load       {load:6.2f} s")
    print(f"read, map, type           {import_:6.2f} s   {import_ / load:.2f} × the bare load")
    print(f"register written          {write:6.2f} s")
    print(f"DataFrame.to_excel        {plain:6.2f} s   {plain / write:.2f} × the register")


if __name__ == "__main__":
    main()
