"""Findings as people read them: what is wrong with one complaint together, the worst first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rich.cells import cell_len

from kesu.cli.tables import Screen, hung
from kesu.rules.checks import SEVERITIES
from kesu.words.terminal import records
from kesu.words.text import Text
from kesu.xlsx.address import letters

if TYPE_CHECKING:
    import pandas as pd

    from kesu.jobs.assessment import Assessment

MANY: Final = 3
"""From so many cells of a column on the same finding is said once, with the cells."""
CELLS_SHOWN: Final = 40
"""Stretches of cells that a terminal is given; a pipe gets all."""
SIGNS: Final = {"error": ("✘", "red"), "warning": ("!", "yellow"), "info": ("·", "cyan")}
"""Severity → sign and colour, gravest first; the word stands beside them."""
WORDS: Final = {str(key): word for key, word in SEVERITIES.items()}
ROW: Final = Text("{sheet} 第 {row} 行", "{sheet} row {row}")
NO_CELL: Final = Text("第 {row} 行", "row {row}")
SAME: Final = Text("{sheet}：同一问题 {n} 处", "{sheet}: the same in {n} {n:cell|cells}")
MORE: Final = Text(
    " 等，另有 {n} 段；--format json 列出全部", " and {n} more stretches; --format json has all"
)


class Line(NamedTuple):
    """One finding: the cell (on another sheet than the heading's with the sheet), severity, message."""

    cell: str
    severity: str
    message: str


class Block(NamedTuple):
    """A heading and what was found below it; ``cells``: where, if one finding is in many."""

    heading: str
    lines: list[Line]
    cells: tuple[str, ...] = ()

    @property
    def weight(self) -> tuple[int, int]:
        """Sorts the gravest first, of equally grave ones those with the most."""
        ranks = [list(SIGNS).index(line.severity) for line in self.lines]
        return min(ranks), -max(ranks.count(min(ranks)), len(self.cells))


def by_complaint(findings: pd.DataFrame, assessments: Sequence[Assessment], lang: str) -> list[Block]:
    """The findings in blocks: of one complaint and its items, of a sheet that is neither, or one that is in many cells."""
    registers = {one.register.name: _Cells(one, lang) for one in assessments}
    alike: defaultdict[tuple[str, ...], list[Any]] = defaultdict(list)
    for one in records(findings):
        alike[one.register, one.sheet, one.column, one.severity, one.message].append(one)
    blocks: dict[tuple[object, ...], Block] = {}
    for (register, sheet, column, severity, message), some in alike.items():
        at = registers[register]
        if len(some) >= MANY:
            heading = SAME.fill(sheet=f"{register} ▸ {sheet}", n=len(some)).of(lang)
            cells = tuple(_stretches(at.letters(sheet, column), [one.row for one in some]))
            blocks[register, sheet, column, message] = Block(heading, [Line("", severity, message)], cells)
            continue
        for one in some:
            key, heading, own = at.of(sheet, one.row)
            cell = at.cell(sheet, column, one.row)
            line = Line(cell if sheet == own else f"{sheet}!{cell}", severity, message)
            blocks.setdefault((register, *key), Block(heading, [])).lines.append(line)
    return sorted(blocks.values(), key=lambda block: block.weight)


class _Cells:
    """Where the cells of one register are, and whose."""

    def __init__(self, assessment: Assessment, lang: str) -> None:
        register = assessment.register
        self.name, self.lang = register.name, lang
        self.complaints, self.items = register.complaints, register.items
        self.columns = {
            (sheet.title, key): letters(at + 1)
            for sheet in register.sheets.values()
            for key, at in sheet.columns.items()
        }
        self.columns |= {
            (register.settings.sheet, letters(at + 1)): letters(at + 1)
            for _, at, _ in register.settings.problems
        }
        data, items = register.complaints.data, register.items.data
        self.ids = dict(zip(data["excel_row"].tolist(), data["complaint_id"].tolist(), strict=True))
        rows = [*self.ids, None]
        self.case_of = {
            row: rows[position]
            for row, position in zip(items["excel_row"].tolist(), register.parent.tolist(), strict=True)
        }

    def letters(self, sheet: str, column: str) -> str:
        """The letters of a column; none for what is in no column."""
        return self.columns.get((sheet, column), "")

    def cell(self, sheet: str, column: str, row: int) -> str:
        """``C139``, or the row where it is in no column."""
        known = self.letters(sheet, column)
        return f"{known}{row}" if known else NO_CELL.fill(row=row).of(self.lang)

    def of(self, sheet: str, row: int) -> tuple[tuple[object, ...], str, str]:
        """What a row belongs to: the key of its block, the heading, the sheet that the heading names."""
        case = (
            row
            if sheet == self.complaints.title
            else self.case_of.get(row)
            if sheet == self.items.title
            else None
        )
        if case in self.ids:
            where = ROW.fill(sheet=f"{self.name} ▸ {self.complaints.title}", row=case).of(self.lang)
            number = self.ids[case]
            heading = f"{number}  {where}" if isinstance(number, str) else where
            return ("case", case), heading, self.complaints.title
        return ("sheet", sheet), f"{self.name} ▸ {sheet}", sheet


def _stretches(column: str, rows: Iterable[int]) -> Iterator[str]:
    """``C6, C9–C12``: neighbours as one."""
    ends: list[list[int]] = []
    for row in sorted(rows):
        if ends and row == ends[-1][1] + 1:
            ends[-1][1] = row
        else:
            ends.append([row, row])
    for first, last in ends:
        yield f"{column}{first}" if first == last else f"{column}{first}–{column}{last}"


def said(block: Block, lang: str, to: Screen) -> str:
    """A block in lines that fit ``to``: the heading, then cell, severity and message of each finding, the gravest first."""
    order = list(SIGNS)
    lines = sorted(block.lines, key=lambda line: order.index(line.severity))
    words = {line.severity: WORDS[line.severity].of(lang) for line in lines}
    wide, widest = max(cell_len(line.cell) for line in lines), max(map(cell_len, words.values()))
    shown = hung("", block.heading, to)
    for line in lines:
        sign, colour = SIGNS[line.severity]
        cell = line.cell + " " * (wide - cell_len(line.cell)) + "  " * bool(wide)
        word = words[line.severity] + " " * (widest - cell_len(words[line.severity]))
        shown += hung(f"  {cell}{sign} {word}  ", line.message, to, colour)
    if block.cells:
        listed = ", ".join(block.cells)
        if to.width and len(block.cells) > CELLS_SHOWN:
            more = MORE.fill(n=len(block.cells) - CELLS_SHOWN).of(lang)
            listed = ", ".join(block.cells[:CELLS_SHOWN]) + more
        shown += hung("  ", listed, to)
    return "\n".join(shown)
