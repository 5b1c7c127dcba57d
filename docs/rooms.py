"""Draws the rooms of kesu and measures them: ``python docs/rooms.py`` writes architecture.md and pictures/rooms.svg.

Everything is read from the code as it stands; nothing of it is run.
"""

from __future__ import annotations

import ast
import html
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

DOCS: Final = Path(__file__).resolve().parent
SOURCE: Final = DOCS.parent / "macros"
FLOORS: Final = (
    ("cli", "live", "demo"),
    ("jobs",),
    ("reports", "workbook"),
    ("rules",),
    ("register",),
    ("words", "xlsx"),
)
"""Rooms of kesu, top floor first, as the import contracts have them."""
WHAT: Final = {
    "cli": "options in, text out",
    "live": "macros on an open workbook, add-ins",
    "demo": "sample data",
    "jobs": "what users ask for, whole",
    "reports": "chapters, masking, formats",
    "workbook": "reading, writing, patching, calc",
    "rules": "checks, deadlines, KPIs, follow-ups",
    "register": "columns, codes, settings, forms, typing",
    "words": "two languages, errors, the terminal",
    "xlsx": "the file format's texts and cells",
}
WIDE, HIGH, GAP, LEFT = 250, 56, 44, 20
ARROW: Final = (
    '<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
    'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8z" fill="#888"/></marker></defs>'
)


@dataclass
class Room:
    """What was counted in one room; ``functions`` holds the lines of each function."""

    files: dict[str, int] = field(default_factory=dict)
    functions: dict[str, int] = field(default_factory=dict)
    public: int = 0
    documented: int = 0
    imports: Counter[str] = field(default_factory=Counter)

    @property
    def lines(self) -> int:
        """Lines of all files."""
        return sum(self.files.values())


def measured(package: Path) -> Room:
    """Counts over all Python files of ``package``."""
    room = Room()
    for path in sorted(package.rglob("*.py")):
        text = path.read_text("utf-8")
        name = path.relative_to(package).as_posix()
        room.files[name] = text.count("\n")
        tree = ast.parse(text)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                room.functions[f"{name}:{node.name}"] = (node.end_lineno or node.lineno) - node.lineno + 1
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kesu."):
                room.imports[(node.module or "").split(".")[1]] += 1
        for function in public_functions(tree):
            room.public += 1
            room.documented += ast.get_docstring(function) is not None or declared(function)
    return room


def declared(function: ast.FunctionDef) -> bool:
    """Whether a decorator says what the function does: a check its message, a KPI its definition, a command its help."""
    calls = (one.func for one in function.decorator_list if isinstance(one, ast.Call))
    return any(ast.unparse(call).rpartition(".")[2] in {"check", "kpi", "command", "group"} for call in calls)


def public_functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Functions of the module and methods of its classes whose names do not begin with an underscore."""
    for holder in (tree, *(node for node in tree.body if isinstance(node, ast.ClassDef))):
        if isinstance(holder, ast.ClassDef) and holder.name.startswith("_"):
            continue
        for node in holder.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield node


def table(rooms: dict[str, Room]) -> str:
    """A Markdown table, a row a room."""
    rows = [
        "| room | files | lines | longest file | longest function | public functions documented |",
        "| --- | ---: | ---: | --- | --- | ---: |",
    ]
    for name, room in rooms.items():
        file, function = (max(of, key=of.__getitem__) for of in (room.files, room.functions))
        share = f"{room.documented / room.public:.0%}" if room.public else "–"
        rows.append(
            f"| `{name}/` | {len(room.files)} | {room.lines:,} | {file} ({room.files[file]}) "
            f"| {function.rpartition(':')[2]} ({room.functions[function]}) | {share} |"
        )
    return "\n".join(rows)


def picture(rooms: dict[str, Room]) -> str:
    """The floors as an SVG: boxes with their size, arrows for imports, thicker the more there are."""
    at_: dict[str, tuple[int, int]] = {}
    most = max(len(floor) for floor in FLOORS)
    for level, floor in enumerate(FLOORS):
        free = (most - len(floor)) * (WIDE + GAP) // 2
        for at, name in enumerate(floor):
            at_[name] = LEFT + free + at * (WIDE + GAP), 20 + level * (HIGH + GAP)
    width = LEFT * 2 + most * (WIDE + GAP) - GAP
    height = 40 + len(FLOORS) * (HIGH + GAP) - GAP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13">',
        ARROW,
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for name, room in rooms.items():
        for other, count in room.imports.items():
            if other in at_ and name in at_ and other != name:
                x, y = at_[name]
                to_x, to_y = at_[other]
                side = y == to_y  # beside each other: from edge to edge
                begin = (x + WIDE, y + HIGH // 2) if side else (x + WIDE // 2, y + HIGH)
                end = (to_x, y + HIGH // 2) if side else (to_x + WIDE // 2, to_y - 2)
                parts.append(
                    f'<line x1="{begin[0]}" y1="{begin[1]}" x2="{end[0]}" y2="{end[1]}" stroke="#888" stroke-opacity=".6" '
                    f'stroke-width="{1 + min(count, 80) / 20:.1f}" marker-end="url(#a)"/>'
                )
    for name, (x, y) in at_.items():
        parts.append(
            f'<rect x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" rx="6" fill="#eef4f8" stroke="#0b5a7d"/>'
            f'<text x="{x + 10}" y="{y + 22}" font-weight="bold">{name}/ <tspan font-weight="normal" fill="#555">'
            f"{rooms[name].lines:,} lines</tspan></text>"
            f'<text x="{x + 10}" y="{y + 42}" font-size="11" fill="#333">{html.escape(WHAT[name])}</text>'
        )
    return "\n".join([*parts, "</svg>\n"])


def main() -> None:
    """Write the page and its picture."""
    rooms = {name: measured(SOURCE / "kesu" / name) for floor in FLOORS for name in floor}
    (DOCS / "pictures" / "rooms.svg").write_text(picture(rooms), "utf-8")
    engine = {"xlwings_libreoffice": measured(SOURCE / "xlwings_libreoffice")}
    whole = list(rooms.values())
    share = sum(room.documented for room in whole) / sum(room.public for room in whole)
    page = PAGE.format(
        table=table(rooms | engine), share=f"{share:.0%}", lines=f"{sum(room.lines for room in whole):,}"
    )
    (DOCS / "architecture.md").write_text(page, "utf-8")


PAGE: Final = """# The house

Made by `python docs/rooms.py` from the code as it stands. What the rooms are for stands in
[CONTRIBUTING.md](../CONTRIBUTING.md) and in each room's `docs.md`; the import contracts in `setup.cfg` hold the floors: imports only
go down, rooms on one floor do not know each other, no module is without a floor, no modules go in circles.

![rooms](pictures/rooms.svg)

{table}

`kesu` in all: {lines} lines, {share} of its public functions documented.
"""


if __name__ == "__main__":
    main()
