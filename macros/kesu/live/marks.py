"""Marks on the cells that a check found: a colour and a note. Those of last time go, nothing else does.

A mark is known by the first word of its note, so that it is found again after rows were inserted or sorted. The
note's last line keeps the colour that the cell had; a note of the team's own stays below the mark's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kesu.rules.checks import SEVERITIES, add_messages
from kesu.words.terminal import records
from kesu.words.text import Text

if TYPE_CHECKING:
    import xlwings as xw

    from kesu.live.frames import Opened

SIGN: Final = "kesu ▸ "
RULE: Final = "\n――――――――\n"
"""Between a mark and the team's own note in the same cell."""
BEFORE: Final = Text("原底色", "colour before")
BEFORE_LINE: Final = re.compile(r"\n\((?:原底色|colour before) #([0-9A-F]{6})\)$")
COLOURS: Final = {"error": (255, 190, 178), "warning": (255, 226, 168), "info": (214, 232, 248)}
MARKS: Final = 500
"""Most cells that are marked, the gravest first; the Findings sheet has all."""


def renew(opened: Opened) -> int:
    """Take last time's marks away and mark what is found now; how many cells are marked.

    None are where the program has no notes (an older Excel under xlwings Lite): they could not be found again.
    """
    try:
        clear(opened.book)
        return _mark(opened)
    except NotImplementedError:
        return 0


def clear(book: xw.Book) -> int:
    """Take all marks away; how many there were."""
    ours = [note for sheet in book.sheets for note in list(sheet.notes) if note.text.startswith(SIGN)]
    for note in ours:
        mark, _, own = note.text.partition(RULE)
        cell = note.location
        if _readable(cell):
            found = BEFORE_LINE.search(mark)
            cell.color = f"#{found[1]}" if found else None
        if own:
            note.text = own
        else:
            note.delete()
    return len(ours)


def _mark(opened: Opened) -> int:
    register, lang = opened.assessment.register, opened.lang
    sheets = {sheet.title: sheet for sheet in reversed(register.sheets.values())}
    cells: dict[tuple[str, int, int], list[tuple[str, str]]] = {}
    findings = opened.assessment.findings
    for one in records(add_messages(findings.head(MARKS * 4), lang)):
        sheet = sheets.get(one.sheet)
        if sheet is None or one.column not in sheet.columns:
            continue
        cell = one.sheet, int(one.row), sheet.columns[one.column] + 1
        if cell in cells or len(cells) < MARKS:
            cells.setdefault(cell, []).append((one.severity, one.message))
    for (title, row, column), found in cells.items():
        _mark_cell(opened.book.sheets[title].range((row, column)), found, lang)
    return len(cells)


def _mark_cell(cell: xw.Range, found: list[tuple[str, str]], lang: str) -> None:
    lines = [f"{SEVERITIES[severity].of(lang)}：{message}" if lang == "zh" else f"{SEVERITIES[severity].of(lang)}: {message}"  # type: ignore[index]
             for severity, message in found]  # fmt: skip
    words = SIGN + "\n".join(lines)
    if _readable(cell):
        before = cell.color
        if before is not None:
            words += f"\n({BEFORE.of(lang)} #{before[0]:02X}{before[1]:02X}{before[2]:02X})"
        cell.color = COLOURS[found[0][0]]
    note = cell.note
    if note is None:
        cell.add_note(words)
    else:
        note.text = words + RULE + note.text


def _readable(cell: xw.Range) -> bool:
    """Whether the program tells a cell's colour; where it does not, none is changed that could not be put back."""
    try:
        _ = cell.color
    except NotImplementedError:
        return False
    return True
