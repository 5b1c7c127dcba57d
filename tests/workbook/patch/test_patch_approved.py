"""What each step writes, byte for byte, on a workbook written by hand: approved as text, see CONTRIBUTING.md.

The file says of each step the parts that changed, their new text a tag a line, the lines that are new or gone with one around them, and
that no other part did.
"""

from __future__ import annotations

import datetime as dt
import difflib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from kesu.workbook.patch import Linked, PatchRefused
from kesu.workbook.patch.area import Area
from kesu.workbook.patch.columns import Look, RowLook
from kesu.workbook.patch.growing import Growing, NewColumn
from kesu.workbook.patch.package import Package
from kesu.workbook.patch.values import KEEP, Formula
from tests.workbook.patch.parts_by_hand import BARE, BLOCK, MADE, PREFIXED, TEAM, packed

HERE: Final = Path(__file__).parent / "approved"
LOOKED_AT: Final = "# Looked at: "
NOW: Final = dt.datetime(2025, 3, 14, 9, 30)
FOLDED: Final = Look(hidden=True, level=1, collapsed=None)
RULE: Final = b'<dataValidation type="whole" sqref="F4:F6"><formula1>1</formula1></dataValidation>'

Step = Callable[[Growing, Path], object]


def typed_over(plan: Growing) -> None:
    plan.write_block("Data", "B6", [["x", 45002, 1, 1]])
    plan.append_rows("Todo", [{0: "C-7"}])


def named(plan: Growing, made: Path, names: dict[str, str]) -> None:
    plan.define(names)
    plan.add_sheet(made, "New's")


STEPS: Final[dict[str, Step]] = {
    "block of every kind of value": lambda plan, _: plan.write_block("Data", "A9", [
        [" <&> ", 1, 0.1, True, dt.date(2025, 3, 14), NOW, Linked("to", "'List'!A2"), Formula("A1&B1")],
        ["", None, -2, False, dt.date(1900, 1, 1), KEEP, Linked(None, "Data!A1"), "line\nline"],
    ]),
    "block over cells that are there": lambda plan, _: plan.write_block("Data", "B4", [["new", dt.date(2025, 3, 14), None], [KEEP, KEEP, 7], ["x", 1, 2]]),
    "block that ends with what is kept": lambda plan, _: plan.write_block("Data", "B5", [["new", 45009, KEEP], ["n", 45010, KEEP]]),
    "block with styles": lambda plan, _: plan.write_block("List", "A2", [["a", 1, "z"], ["b", 2, "y"], ["c", 3, "x"]], styles={0: 3, 2: 2}),
    "link over a link": lambda plan, _: plan.write_block("Data", "H4", [[Linked("to", "'List'!B2")]]),
    "table that shrinks": lambda plan, _: plan.write_table("Todo", [["C-9", dt.date(2025, 3, 14), 6]]),
    "table that grows": lambda plan, _: plan.write_table("Todo", [[f"C-{at}", dt.date(2025, 3, at + 1), at] for at in range(5)]),
    "table without rows": lambda plan, _: plan.write_table("Todo", [], width=3),
    "table one column wide": lambda plan, _: plan.write_table("Todo", [["a"], ["b"], ["c"], ["d"]]),
    "table over what is below": lambda plan, _: plan.write_table("Todo", [["a"]] * 12),
    "rows appended": lambda plan, _: plan.append_rows("Todo", [{0: "C-7", 1: dt.date(2025, 3, 14)}, {2: 5.5}], formats={0: "@"}),
    "rows appended below a formula that was typed over": lambda plan, _: typed_over(plan),
    "rows appended after one": lambda plan, _: plan.append_rows("Todo", [{0: "C-8", 3: 1}], after=4),
    "rows appended where there is no column": lambda plan, _: plan.append_rows("Todo", [{9: 1}]),
    "rows below a list": lambda plan, _: plan.append_below("List", Area(1, 1, 2, 2), [{0: 2, 1: "two"}, {1: "three"}], formats={1: "@"}),
    "columns shown": lambda plan, _: plan.show_columns("Data", {1: Look(hidden=None, level=None, collapsed=None, width=25.5), 3: FOLDED, 4: Look(hidden=False, level=0, collapsed=True), 6: FOLDED}),
    "columns of a sheet without any": lambda plan, _: plan.show_columns("List", {2: Look(hidden=True, level=2, collapsed=None, width=8, style="4")}),
    "rows shown": lambda plan, _: plan.show_rows("Todo", [RowLook(height=20), RowLook(level=1, hidden=True), RowLook(hidden=False, collapsed=True)], until=8),
    "formats given": lambda plan, _: plan.give_formats("Todo", {0: "@", 1: "@", 2: "0.000"}),
    "results renewed": lambda plan, _: plan.renew(lambda *_: {("Data", 5): (4, 6)}, NOW),
    "results that texts are needed for": lambda plan, _: plan.renew(lambda *_: {("Data", 6): (10, 10)}, NOW),
    "results of a column that is no formula": lambda plan, _: plan.renew(lambda *_: {("Data", 4): (4, 6), ("Gone", 1): (1, 2)}, NOW),
    "numbers of a name": lambda plan, _: (plan.numbers_called("Hours"), plan.numbers_called("Ones"), plan.numbers_called("Gone")),
    "sheet added": lambda plan, made: plan.add_sheet(made, "New's"),
    "sheet added twice": lambda plan, made: [add(made, "New's") for add in (plan.add_sheet, plan.add_sheet)],
    "sheet whose name is another's": lambda plan, made: named(plan, made, {"fresh": "List!$A$1"}),
    "sheet whose name led to a sheet that is gone": lambda plan, made: named(plan, made, {"fresh": "'Go''ne'!$A$1"}),
    "sheet whose name led nowhere": lambda plan, made: named(plan, made, {"Fresh": "#REF!$A$1"}),
    "sheet that is not there": lambda plan, made: plan.add_sheet(made, "Gone"),
    "columns added": lambda plan, _: plan.add_columns("Todo", [NewColumn("Who", 0, 18.5, RULE)]),
    "columns added where something stands": lambda plan, _: plan.add_columns("Todo", [NewColumn("a", 0, 9), NewColumn("b", 1, 9), NewColumn("c", 2, 9)]),
    "rows inserted where formulas move": lambda plan, _: plan.insert_rows("Todo", 5, [["C-5", None, 3, None]]),
    "rows inserted at the end": lambda plan, _: plan.insert_rows("Todo", 7, [["C-5", None, 3, None], ["C-6", 45002, None, "x"]]),
    "block added": lambda plan, made: plan.add_block("Data", Package(packed(BLOCK, made)), Area(1, 10, 3, 10)),
    "names defined": lambda plan, _: plan.define({"Hours": "Todo[Days]", "New": "List!$A$2:$A$3"}),
    "texts and free column": lambda plan, _: (list(plan.texts("Todo")), list(plan.texts_in("List", Area(1, 1, 6, 4))), plan.free_column("Data"), plan.free_column("List"), plan.has_filter("Todo")),
}  # fmt: skip


def tags(text: str) -> list[str]:
    """A part a tag a line, with the text that follows it."""
    return [line for line in re.sub(r"(?=<(?!/))", "\n", text.replace("\n", " ")).split("\n") if line.strip()]


def told(step: Step, parts: dict[str, str], folder: Path) -> list[str]:
    """What the step gives, and what became of the parts."""
    plan = Growing.open(packed(parts, folder / "team.xlsx"))
    try:
        given = step(plan, packed(MADE, folder / "made.xlsx"))
    except (PatchRefused, ValueError) as error:
        return [f"! {error}", *(f"!! {name}" for name in plan.package.touched())]
    lines = [] if given is None else [f"= {given}"]
    there = set(plan.package.names())
    lines += [f"-- {name} is gone" for name in parts if name not in there]
    for name in sorted(there):
        old, new = parts.get(name, ""), plan.package.read(name).decode()
        if old == new:
            continue
        if old:
            lines.append(f"-- {name}")
            shown = difflib.unified_diff(tags(old), tags(new), lineterm="", n=1)
            lines += [
                "@@" if line.startswith("@@") else line
                for line in shown
                if not line.startswith(("---", "+++"))
            ]
        else:
            lines += [f"-- {name} is new", *tags(new)]
    return lines


@pytest.mark.parametrize("name", ["plain", "prefixed", "bare"])
def test_each_step_writes_what_was_approved(name: str, tmp_path: Path) -> None:
    path, parts = HERE / f"{name}.txt", {"plain": TEAM, "prefixed": PREFIXED, "bare": BARE}[name]
    lines = [
        line for title, step in STEPS.items() for line in ("", f"== {title}", *told(step, parts, tmp_path))
    ]
    if os.environ.get("KESU_APPROVE") == "1":
        path.write_text("\n".join([f"{LOOKED_AT}not yet", *lines, ""]), "utf-8")
    head, *approved = path.read_text("utf-8").splitlines()
    changed = list(difflib.unified_diff(approved, lines, f"approved/{name}", "now", lineterm="", n=2))
    assert not changed, "\n".join(changed[:200])
    assert head.startswith(LOOKED_AT)
    assert head != f"{LOOKED_AT}not yet", "look at the diff, and write here what was checked"
