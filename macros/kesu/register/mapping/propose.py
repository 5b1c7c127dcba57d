"""A mapping for a foreign table: what is sure is taken, what is not becomes a question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from kesu.register.cells import SEPARATORS
from kesu.register.codes import CodeLists
from kesu.register.columns import BY_KEY
from kesu.register.mapping.asking import (
    WHICH_REPEAT,
    WHICH_TIME,
    ask_column,
    value_question,
)
from kesu.register.mapping.column import Column
from kesu.register.mapping.evidence import Evidence
from kesu.register.mapping.headings import ASKED, SURE, Guess, by_values, guesses
from kesu.register.mapping.model import AS_IT_IS, NEW, OWN, UNSURE, Question, TableMap
from kesu.register.mapping.reading import read_times
from kesu.register.mapping.table import Table
from kesu.register.mapping.words import choice, choices, plain
from kesu.words.text import Text

EXTENDED: Final = frozenset({"channel", "category", "tier", "severity", "remedy", "escalated_to", "responsibility", "scope", "emotional_state", "expectation"})  # fmt: skip
"""Lists to which choices of the source are added; in the others a word decides figures, so that it is asked about."""
MATTER: Final = (
    "complaint_id",
    "received_at",
    "verbatim",
    "customer_contact",
    "resolved_at",
    "status",
    "category",
    "channel",
    "satisfaction",
    "severity",
)
"""Columns about which an unsure guess is asked; any other travels along as the team's own."""
BLANK: Final = frozenset(
    plain(word)
    for word in (
        "无",
        "n/a",
        "na",
        "none",
        "null",
        "未评价",
        "offered",
        "unoffered",
        "not offered",
        "未回访",
        "未知",
        "不详",
        "nil",
        "not rated",
        "no data",
        "空",
    )
)


@dataclass(frozen=True)
class Plan:
    """What is to become of a group of tables with the same headings.

    ``cells``: all of them one below the other; ``table``, ``row``: position of each row's table, and its Excel row.
    ``guesses``: heading → the guess that was taken, or asked about. ``evidence``: heading of times → how they are read.
    """

    tables: tuple[Table, ...]
    cells: pd.DataFrame
    table: pd.Series
    row: pd.Series
    mapping: TableMap
    guesses: Mapping[str, Guess]
    evidence: Mapping[str, Evidence]
    columns: Mapping[str, Column]
    questions: tuple[Question, ...]


def plan(tables: Sequence[Table], known: TableMap | None, codes: CodeLists, region: str) -> Plan:
    """The mapping of ``tables``, which have the same headings: what ``known`` says, and proposals for the rest.

    ``region``: that of the register, or the name of its zone of time.
    """
    spelt = {plain(heading): heading for heading in tables[0].headings if plain(heading)}
    alike = [one.cells.rename(columns=lambda word: spelt.get(plain(word), word)) for one in tables]
    cells = pd.concat(alike, ignore_index=True)
    at = pd.Series([number for number, one in enumerate(tables) for _ in range(len(one.rows))], dtype="int64")
    rows = pd.Series([int(row) for one in tables for row in one.rows], dtype="int64")
    headings = tables[0].headings
    by_1904 = tables[0].date1904
    columns = {
        heading: Column(heading, cells[heading], at, date1904=by_1904)
        for heading in headings
        if heading in cells
    }
    mapping = replace(known or TableMap(), headings=headings, fingerprint=tables[0].fingerprint)
    asked: list[Question] = []
    mapping, found = _columns(mapping, columns, codes, asked)
    rest = [
        heading
        for heading in columns  # a blank one is looked at anew when something stands in it
        if heading not in mapping.columns and ("columns", heading) not in {one.entry for one in asked}
    ]
    mapping = replace(mapping, columns={**mapping.columns, **dict.fromkeys(rest, OWN)})
    mapping, evidence = read_times(mapping, columns, region, asked)
    mapping = _values(mapping, columns, codes, asked)
    mapping = _numbers(mapping, cells, at, len(tables), asked)
    if "kind" not in mapping.columns.values() and "kind" not in mapping.constants:
        mapping = replace(mapping, constants={**mapping.constants, "kind": "complaint"})
    return Plan(tuple(tables), cells, at, rows, mapping, found, evidence, columns, tuple(asked))


def _columns(
    mapping: TableMap, columns: Mapping[str, Column], codes: CodeLists, asked: list[Question]
) -> tuple[TableMap, dict[str, Guess]]:
    given = {heading: target for heading, target in mapping.columns.items() if target != UNSURE}
    taken, chosen = {target for target in given.values() if target != OWN}, dict(given)
    rest = [column for heading, column in columns.items() if heading not in given]
    every = sorted(
        (guess for column in rest for guess in guesses(column, codes)), key=lambda guess: -guess.confidence
    )
    found: dict[str, Guess] = {}
    doubtful: list[Guess] = []
    for guess in every:
        if guess.heading in chosen or guess.target in taken:
            if (
                guess.target == "received_at"
                and guess.target in taken
                and guess.heading not in chosen
                and guess.confidence >= SURE
            ):
                _rival(guess, found, asked)
            continue
        if guess.confidence >= SURE:
            chosen[guess.heading], found[guess.heading] = guess.target, guess
            taken.add(guess.target)
        elif guess.confidence >= ASKED:
            doubtful.append(guess)
    for part in [target for target in taken if target.endswith(".after")]:
        if part.partition(".")[0] in taken:
            _drop(part, chosen, found, given)
    doubtful += by_values([column for column in rest if column.heading not in chosen], taken, codes)
    for guess in doubtful:
        if guess.heading not in chosen and guess.target not in taken and guess.target in MATTER:
            taken.add(guess.target)
            found.setdefault(guess.heading, guess)
            ask_column(asked, guess)
    for question in asked:
        if question.entry[0] == "columns":
            chosen.pop(question.entry[1], None)
    return replace(mapping, columns=chosen), found


def _rival(guess: Guess, found: dict[str, Guess], asked: list[Question]) -> None:
    """Two headings that are the time of receipt in the same way: a wrong one would be wrong in every figure."""
    first = next((one for one in found.values() if one.target == guess.target), None)
    if (
        first is None
        or first.confidence - guess.confidence >= 0.005
        or any(one.entry == ("columns", first.heading) for one in asked)
    ):
        return
    found[guess.heading] = guess
    said = WHICH_TIME.fill(one=first.heading, other=guess.heading)
    label = BY_KEY[guess.target].label
    ways = ((guess.target, label), (OWN, Text("自有列", "a column of your own")))
    asked += [Question(("columns", heading), said, ways) for heading in (first.heading, guess.heading)]


def _drop(target: str, chosen: dict[str, str], found: dict[str, Guess], given: Mapping[str, str]) -> None:
    heading = next(heading for heading, one in chosen.items() if one == target)
    if heading not in given:
        chosen[heading] = OWN
        found.pop(heading, None)


def _values(
    mapping: TableMap, columns: Mapping[str, Column], codes: CodeLists, asked: list[Question]
) -> TableMap:
    values = {key: dict(words) for key, words in mapping.values.items()}
    for heading, key in mapping.columns.items():
        if heading not in columns or key not in BY_KEY or not BY_KEY[key].codes:
            continue
        known, mine = choices(key, codes), values.setdefault(key, {})
        counts = columns[heading].cells.value_counts()
        for word, n in _words(counts.items(), several=BY_KEY[key].kind == "codes"):
            if word in mine:
                continue
            found = choice(word, known, key)
            if found is not None:
                mine[word] = found
            elif plain(word) in BLANK or not plain(word):
                mine[word] = AS_IT_IS
            elif BY_KEY[key].codes in EXTENDED:
                mine[word] = NEW
            else:
                asked.append(value_question(key, word, n, codes))
    return replace(mapping, values=values)


def _words(counts: Iterable[tuple[object, int]], *, several: bool) -> Iterator[tuple[str, int]]:
    for cell, n in counts:
        for word in (
            pd.Series([str(cell)]).str.split(SEPARATORS, regex=True).iloc[0] if several else [str(cell)]
        ):
            if word.strip():
                yield word.strip(), int(n)


def _numbers(
    mapping: TableMap, cells: pd.DataFrame, at: pd.Series, tables: int, asked: list[Question]
) -> TableMap:
    """Numbers that come more than once: of sheets that each count from one, or of rows that belong together."""
    heading = mapping.heading_of("complaint_id")
    if heading is None or heading not in cells:
        return mapping
    ids = cells[heading]
    if not ids.dropna().duplicated().any():  # looking at whole rows is dear
        return mapping
    whole = cells.assign(**{"\0table": at}) if tables > 1 else cells
    double = ids.notna() & ids.duplicated() & ~cells.duplicated()
    within = pd.DataFrame({"id": ids, "table": at}).duplicated() & ids.notna() & ~whole.duplicated()
    if (
        tables > 1
        and not within.any()
        and double.sum() > 0.2 * len(cells)
        and ids.dropna().str.fullmatch("[0-9]{1,5}").all()
    ):
        return replace(mapping, numbers=mapping.numbers or "sheet")
    if mapping.numbers == "sheet":
        double = within
    if double.any() and not mapping.repeated:
        ways = (("items: demand", Text("诉求", "demands")), ("items: action", Text("措施", "actions")), ("items: contact", Text("联系", "contacts")), ("complaints", Text("各算一件", "complaints of their own")))  # fmt: skip
        asked.append(Question(("repeated",), WHICH_REPEAT.fill(n=int(double.sum())), ways))
    return mapping
