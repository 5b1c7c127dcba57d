"""Registers as typed columns that leave their workbooks, and registers again: no cell is read or typed a second time.

What a column cannot say travels as plain JSON values (`told`): the settings, each distinct ones once; where columns and
headings stand on the sheets; how the workbook was read. Cells that could not be understood stand in a column of their own.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from kesu.register.columns import DECLARED, Column, EntrySheet
from kesu.register.settings import Settings
from kesu.register.settings.kept import from_plain, plain
from kesu.register.settings.sound import sound
from kesu.register.sheets import Part, Register, Sheet, nothing
from kesu.register.stack import OWN
from kesu.register.withheld import FINGERPRINT, PERSONAL, masked, told_apart
from kesu.words.text import Text, printable
from kesu.words.version import VERSION

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kesu.register.codes import CodeLists

    Ints = NDArray[np.int64]

FORMAT: Final = 2
"""Of what is told."""
FORMATS: Final = (1, FORMAT)
"""What is read; a file of another one is refused. The first had a mark on its columns alone."""
ROW: Final = "excel_row"
KIND_ASSUMED: Final = "kind_assumed"
"""Rows whose kind nothing (or nothing readable) says: ``kind`` then stands for how they are handled."""
PROBLEMS: Final = "problems"
"""Cells of the row that could not be understood: JSON, a list of [column, problem, what stands there]."""
KINDS: Final = (
    "error_value",
    "uncached",
    "text_time",
    "bad_time",
    "bad_number",
    "unsure_number",
    "unknown_code",
)
"""Problems in the order in which a sheet's are told."""
FURTHEST: Final = 1 << 20
"""No sheet has more rows or columns."""


def told(registers: Sequence[tuple[Register, Sequence[Text]]], *, unmasked: bool) -> dict[str, Any]:
    """What the columns of ``registers`` (each with the remarks on how it was read) do not say, as JSON values.

    ``unmasked``: whether columns with personal data are among them, else `hidden` is.
    """
    layouts: list[Any] = []
    settings: list[Any] = []
    known: dict[int, int] = {}
    listed = []
    for register, notes in registers:
        layout = {
            name: [sheet.title, sheet.heading, [*map(list, sheet.columns.items())]]
            for name, sheet in register.sheets.items()
        }
        if id(register.settings) not in known:
            bare = plain(dataclasses.replace(register.settings, **OWN))
            known[id(register.settings)] = _known_as(settings, bare)
        listed.append(
            {
                "name": register.name,
                "lang": register.lang,
                "layout": _known_as(layouts, layout),
                "settings": known[id(register.settings)],
                "own": plain(Settings(**{key: getattr(register.settings, key) for key in OWN})),
                "rows": {name: len(sheet.data) for name, sheet in register.sheets.items()},
                "notes": [_note(register.name, note) for note in notes],
            }
        )
    return {
        "format": FORMAT,
        "kesu": VERSION,
        "unmasked": unmasked,
        "layouts": layouts,
        "settings": settings,
        "registers": listed,
    }


def registers_of(
    said: Mapping[str, Any], frames: Mapping[EntrySheet, pd.DataFrame], called: Callable[[str], str]
) -> list[tuple[Register, tuple[Text, ...]]]:
    """The registers of `told`, each with the remarks on it, from their rows, one register below the other.

    ``frames``: by sheet `ROW`, `PROBLEMS` and the declared columns, typed but for choices, which are categories of any
    order; `KIND_ASSUMED` beside the complaints; where columns with personal data were withheld `HIDDEN` in their place, and
    beside the complaints ``customer`` and `FINGERPRINT`. ``called``: what a register of that name is called here. Raises whatever
    is wrong where ``said`` and ``frames`` do not fit together.
    """
    first = frames["register"]
    kind = first["kind"].mask(first[KIND_ASSUMED].to_numpy(bool))
    frames = {**frames, "register": first.assign(kind=kind)}
    if not said["unmasked"]:
        frames = {name: masked(frame, PERSONAL[name]) for name, frame in frames.items()}
        frames["register"] = told_apart(frames["register"], str(said["beside"]["items"]))
    settings: dict[str, Settings] = {}
    bare = [from_plain(one) for one in said["settings"]]
    whose = [_settings(one, bare, settings) for one in said["registers"]]
    sheets = [
        _sheets(
            frames[name],
            columns,
            [int(one["rows"][name]) for one in said["registers"]],
            [said["layouts"][one["layout"]][name] for one in said["registers"]],
            [own.codes for own in whose],
            frozenset() if said["unmasked"] else frozenset(PERSONAL[name]),
        )
        for name, columns in DECLARED.items()
    ]
    names = [called(printable(str(one["name"]))) for one in said["registers"]]
    if len(set(names)) < len(names) or not names:
        raise ValueError("names")
    found = []
    for name, one, own, *three in zip(names, said["registers"], whose, *sheets, strict=True):
        lang = {"zh": "zh", "en": "en"}[one["lang"]]
        notes = (
            Text(str(zh), str(en)).at(name) if at else Text(str(zh), str(en)) for zh, en, at in one["notes"]
        )
        found.append((Register(name, lang, three[0], three[1], three[2], own), tuple(notes)))
    return found


def problem_cells(sheet: Sheet, shown: Callable[[int, str], str]) -> pd.Series:
    """What stands in `PROBLEMS` for each row of ``sheet``; ``shown``: a cell of a row (its position) as it may be handed over."""
    wrong = sheet.problems
    cells: list[str | None] = [None] * len(sheet.data)
    found: dict[int, list[list[str | None]]] = {}
    parts = (wrong[key].to_list() for key in ("row", "column", "problem", "value"))
    for row, column, problem, value in zip(*parts, strict=True):
        found.setdefault(row, []).append(
            [column, problem, shown(row, value) if isinstance(value, str) else None]
        )
    for row, several in found.items():
        cells[row] = json.dumps(several, ensure_ascii=False)
    return pd.Series(cells, sheet.data.index, dtype="str")


def _known_as(known: list[Any], one: Any) -> int:
    """Where ``one`` stands among those ``known``; it is put there if need be."""
    if one not in known:
        known.append(one)
    return known.index(one)


def _note(name: str, note: Text) -> list[Any]:
    """A remark, without the name of the register (True) where it begins with that."""
    rest = Text(*(words.removeprefix(lead) for words, lead in zip(note, Text("", "").at(name), strict=True)))
    own = rest.at(name) == note
    return [*(rest if own else note), own]


def _settings(one: Mapping[str, Any], bare: Sequence[Settings], known: dict[str, Settings]) -> Settings:
    """The settings of a register; registers that share them share the object, too."""
    key = json.dumps([one["settings"], one["own"]], sort_keys=True)
    if key not in known:
        own = from_plain(one["own"])
        known[key] = sound(
            dataclasses.replace(bare[one["settings"]], **{name: getattr(own, name) for name in OWN})
        )
    return known[key]


def _sheets(
    frame: pd.DataFrame,
    columns: tuple[Column, ...],
    heights: Sequence[int],
    layouts: Sequence[Any],
    codes: Sequence[CodeLists],
    withheld: frozenset[str],
) -> Iterator[Sheet]:
    """One sheet of each register; those with the same choices are cut out of one frame."""
    ends = np.cumsum(heights, dtype=np.int64)
    begins = ends - np.asarray(heights, np.int64)
    if (
        frame[ROW].dtype.kind != "i"
        or min(heights, default=0) < 0
        or (ends[-1] if len(ends) else 0) != len(frame)
    ):
        raise ValueError("rows")
    problems = _problems(frame[PROBLEMS], columns)
    wrong = np.searchsorted(problems["row"].to_numpy(), np.append(begins, len(frame)))
    parts = _parts(frame, columns, begins, heights, codes)
    for at, (part, (title, heading, heads)) in enumerate(zip(parts, layouts, strict=True)):
        own = problems.iloc[wrong[at] : wrong[at + 1]]
        there = _columns(heads, columns)
        prints = frame[FINGERPRINT].to_numpy(np.int64) if withheld and FINGERPRINT in frame else None
        yield Sheet(
            str(title),
            part,
            there,
            _in_order(own.assign(row=own["row"] - begins[at]), columns),
            (nothing, np.arange(heights[at])),
            _number(heading),
            withheld=withheld.intersection(there),
            fingerprints=None if prints is None else prints[begins[at] : ends[at]],
        )


def _parts(
    frame: pd.DataFrame,
    columns: tuple[Column, ...],
    begins: Ints,
    heights: Sequence[int],
    codes: Sequence[CodeLists],
) -> list[Part]:
    """The rows of each register, typed."""
    groups: list[list[int]] = []
    for at, one in enumerate(codes):
        alike = [group for group in groups if codes[group[0]] is one or codes[group[0]] == one]
        if not alike:
            groups.append([])
        (alike or groups[-1:])[0].append(at)
    found: dict[int, Part] = {}
    for group in groups:
        rows = [np.arange(begins[at], begins[at] + heights[at]) for at in group]
        mine = frame if len(groups) == 1 else frame.iloc[np.concatenate(rows)]
        whole = _typed(mine.set_axis(pd.RangeIndex(len(mine))), columns, codes[group[0]])
        begin = 0
        for at in group:
            found[at] = Part(whole, begin, begin + heights[at])
            begin += heights[at]
    return [found[at] for at in range(len(codes))]


def _typed(frame: pd.DataFrame, columns: tuple[Column, ...], codes: CodeLists) -> pd.DataFrame:
    """Columns as `kesu.register.typed` makes them of cells; those that are not there are empty."""
    made = {ROW: frame[ROW]}
    for column in columns:
        if column.kind != "code":
            made[column.key] = frame[column.key]
            continue
        keys = pd.Index(list(dict.fromkeys(code.key for code in codes[column.codes])), dtype="str")
        made[column.key] = frame[column.key].cat.set_categories(keys)
    return pd.DataFrame(made)


def _columns(said: Any, columns: tuple[Column, ...]) -> dict[str, int]:
    found = {str(key): _number(at) for key, at in said}
    if not found.keys() <= {column.key for column in columns}:
        raise ValueError("columns")
    return found


def _number(said: Any) -> int:
    if type(said) is not int or not 0 <= said < FURTHEST:
        raise ValueError("places")
    return said


def _problems(cells: pd.Series, columns: tuple[Column, ...]) -> pd.DataFrame:
    """See `Sheet.problems`, of all registers together, by row."""
    keys = {column.key for column in columns}
    rows = np.flatnonzero(cells.notna().to_numpy(bool))
    found: list[tuple[int, str, str, str | None]] = []
    for row, cell in zip(rows.tolist(), cells.iloc[rows].to_list(), strict=True):
        for column, problem, value in json.loads(cell):
            if column not in keys or problem not in KINDS or not isinstance(value, str | None):
                raise ValueError(PROBLEMS)
            found.append((row, column, problem, value))
    made = pd.DataFrame(found, columns=pd.Index(["row", "column", "problem", "value"]))
    return made.astype({"row": "int64", "column": "str", "problem": "str", "value": "str"})


def _in_order(problems: pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    """The problems of a sheet by column, then by kind, then by row."""
    if len(problems) < 2:
        return problems.reset_index(drop=True)
    keys = {column.key: at for at, column in enumerate(columns)}
    by = problems["column"].map(keys), problems["problem"].map(KINDS.index), problems["row"]
    order = np.lexsort([part.to_numpy(np.int64) for part in by][::-1])
    return problems.iloc[order].reset_index(drop=True)
