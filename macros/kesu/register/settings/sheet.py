"""Reading the Settings sheet back: what cannot be read is a problem of its cell and says what is used instead; it stops
nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from kesu.register.cells import ERROR_VALUES
from kesu.register.codes import CODE_LISTS, KESUS_OWN, Code, CodeLists, lookup
from kesu.register.settings import (
    DEFAULT_LIMITS,
    LIMITS,
    REOPEN_MODES,
    WORD_LISTS,
    Settings,
    load_profile,
    words,
)  # fmt: skip
from kesu.register.settings.blocks import CAME_LATER, NEEDED, find
from kesu.register.settings.layout import BLOCKS, GENERAL, MAY_BE_EMPTY
from kesu.register.settings.playbooks import Line, as_shipped, completed, shipped
from kesu.register.settings.rows import (
    OVERLAP,
    WEEKDAYS_BY_WORD,
    Cell,
    RefusedError,
    Row,
    T,
    block_name,
    code_row,
    customers_row,
    day_row,
    empty_cell,
    joined,
    playbook_row,
    rule_row,
    setting_of,
    span_row,
    span_words,
    target_row,
    together,
    unreadable,
)
from kesu.register.settings.told import (
    IGNORED,
    INSTEAD,
    NAMED_BLOCKS,
    NO_BLOCK,
    NO_ROWS,
    NO_SHEET,
    NOT_USED,
    NOTHING_USED,
    SHIPPED,
    hours_used,
    named,
)  # fmt: skip
from kesu.words.text import LANGS, Text, folded, listed

_BY_KEY: Final = {block.key: block for block in BLOCKS}


def without_sheet() -> Settings:
    """The settings of a register that has no Settings sheet."""
    default = load_profile()
    return dataclasses.replace(default, remarks=(NO_SHEET.fill(profile=default.profile),))


class SettingsReader:
    """Reads the cells of a Settings sheet into `Settings`; what cannot be read becomes a problem, not an error."""

    def __init__(
        self, grid: Sequence[Sequence[str | None]], first_row: int = 1, title: str = "Settings"
    ) -> None:
        """``grid``: cell texts row by row from column A; ``first_row``: Excel row of the first."""
        self._grid = grid
        self._first_row = first_row
        self._title = title
        self._default = load_profile()
        self._problems: list[tuple[int, int, Text]] = []
        self._remarks: list[Text] = []
        self._found = {block.key: find(self._grid, block) for block in BLOCKS}

    def read(self) -> Settings:
        """The team's settings. Blocks that are missing or empty keep the default profile's values."""
        self._missing()
        changes: dict[str, Any] = self._general()
        codes = changes["codes"] = self._codes()
        changes |= self._calendar()
        hours = changes.get("hours", self._default.hours)
        readers: tuple[tuple[str, Callable[[Row], Any]], ...] = (
            ("rules", lambda row: rule_row(row, codes, hours)),
            ("kpi_targets", lambda row: target_row(row, codes)),
        )
        for name, read in readers:
            found = self._block(name, read)
            if found:
                changes[name] = tuple(found)
        changes["customers"] = dict(self._block("customers", customers_row))
        changes["words"] = self._words()
        changes["limits"] = self._limits()
        changes["playbooks"] = self._playbooks(codes)
        return dataclasses.replace(
            self._default,
            **changes,
            sheet=self._title,
            problems=tuple(self._problems),
            remarks=tuple(self._remarks),
        )

    # --- finding blocks -----------------------------------------------------------------------------------

    def _missing(self) -> None:
        """Says which blocks and columns are not there. (Registers of earlier versions have not all of them.)"""
        profile = self._default.profile
        gone = [block for block in BLOCKS if self._found[block.key] is None and block.key not in CAME_LATER]
        if gone:
            blocks = listed([block_name(block) for block in gone[:NAMED_BLOCKS]])
            if len(gone) > NAMED_BLOCKS:
                blocks = Text(
                    f"{blocks.zh} 等 {len(gone)} 块",
                    f"{blocks.en} and {len(gone) - NAMED_BLOCKS} more blocks",
                )
            self._remarks.append(NO_BLOCK.fill(blocks=blocks, profile=profile))
        for key, needed in NEEDED.items():
            found = self._found[key]
            lost = [
                f for f in _BY_KEY[key].fields if found and f.key in needed and f.key not in found.columns
            ]
            if found and lost:
                first = found.columns[_BY_KEY[key].fields[0].key]
                heads = Text(*(named((field.label.of(lang) for field in lost), lang) for lang in LANGS))
                what = Text("{block}缺少列{heads}", "{block} has no column {heads}")
                used = SHIPPED.get(key, NOTHING_USED).fill(profile=profile)
                cell = Cell("", found.top + self._first_row, first)
                self._problem(cell, what.fill(block=block_name(_BY_KEY[key]), heads=heads), used)
                self._found[key] = None

    def _rows(self, key: str) -> Iterator[Row]:
        found, block = self._found[key], _BY_KEY[key]
        if found is None:
            return
        top, columns = found
        for number, row in enumerate(self._grid[top + 1 :], start=self._first_row + top + 1):
            if not any(at < len(row) and row[at] for at in columns.values()):
                continue  # most rows of the longest block are empty in the others
            cells = {field.key: self._cell(row, number, columns.get(field.key, -1)) for field in block.fields}
            if any(cell.text for cell in cells.values()):
                yield Row(block, cells)

    def _cell(self, row: Sequence[str | None], number: int, at: int) -> Cell:
        text = (row[at] or "").strip() if 0 <= at < len(row) else ""
        if text in ERROR_VALUES:
            said = Text(
                f"单元格是错误值 {text}，按空白读取", f"the cell holds the error {text} and was read as blank"
            )
            self._problems.append((number, at, said))
            text = ""
        return Cell(text, number, max(at, 0))

    def _block(self, key: str, read: Callable[[Row], T]) -> list[T]:
        """What ``read`` makes of each row; where that is nothing at all, the shipped values are used and that is said."""
        found: list[T] = []
        refused: list[RefusedError] = []
        rows = 0
        for row in self._rows(key):
            rows += 1
            try:
                found.append(row.read(read))
            except RefusedError as error:
                refused.append(error)
        used = NOT_USED[key]
        if not found and key in SHIPPED:
            used = SHIPPED[key].fill(profile=self._default.profile)
            if not rows and self._found[key]:
                self._remarks.append(joined(NO_ROWS.fill(blocks=block_name(_BY_KEY[key])), used))
        for one in refused:
            self._problem(one.cell, one.text, used)
        return found

    def _problem(self, cell: Cell, what: Text, used: Text) -> None:
        self._problems.append((cell.row, cell.column, Text(f"{what.zh}；{used.zh}", f"{what.en}; {used.en}")))

    # --- blocks -------------------------------------------------------------------------------------------

    def _general(self) -> dict[str, Any]:
        names = {folded(word): key for key, (label, _) in GENERAL.items() for word in (*label, key)}
        found: dict[str, Any] = {}
        for row in self._rows("general"):
            key, value = names.get(folded(row.text("setting"))), row.text("value")
            if key is None:
                self._unknown(row, "setting")
            elif value or key in MAY_BE_EMPTY:
                try:
                    found[key] = setting_of(key, value, found)
                except ValueError:
                    self._problem(row.cells["value"], unreadable(GENERAL[key][0], value), self._instead(key))
        if "subdivision" in found and not found.get("region", self._default.region):
            found["subdivision"] = ""
        return found

    def _unknown(self, row: Row, key: str) -> None:
        """A row about something that is no setting; empty ones and mere remarks of the team are left alone."""
        if row.text(key) and row.text("value"):
            what = Text("没有名为“{name}”的设置", "there is no setting “{name}”").fill(name=row.text(key))
            self._problem(row.cells[key], what, IGNORED)

    def _instead(self, key: str) -> Text:
        value = getattr(self._default, key)
        if key == "lang":
            return Text("按列标题判断语言", "the language of the headings is used")
        if key == "reopen_mode":
            return INSTEAD.fill(value=REOPEN_MODES[value])
        if value == "":
            return Text("按空白处理", "it counts as blank")
        return INSTEAD.fill(value=f"{value:g}" if isinstance(value, float) else value)

    def _limits(self) -> dict[str, float]:
        names = {folded(word): key for key, limit in LIMITS.items() for word in (*limit.label, key)}
        found = dict(DEFAULT_LIMITS)
        for row in self._rows("limits"):
            key, value = names.get(folded(row.text("limit"))), row.text("value")
            if key is None:
                self._unknown(row, "limit")
                continue
            try:
                found[key] = words.amount(value)
            except ValueError:
                what = unreadable(LIMITS[key].label, value) if value else empty_cell(row, "value")
                self._problem(row.cells["value"], what, INSTEAD.fill(value=f"{found[key]:g}"))
        return found

    def _codes(self) -> CodeLists:
        lists: dict[str, list[Code]] = {}
        for name, code in self._block("codes", code_row):
            lists.setdefault(name, []).append(code)
        for name in (
            KESUS_OWN & lists.keys()
        ):  # a register may be older than one of the kinds that kesu writes
            listed = {code.key for code in lists[name]}
            lists[name] += [code for code in CODE_LISTS[name] if code.key not in listed]
        return dict(CODE_LISTS) | {name: tuple(codes) for name, codes in lists.items()}

    def _words(self) -> dict[str, tuple[str, ...]]:
        lists = {key: title for key, (title, _) in WORD_LISTS.items()}
        found: dict[str, list[str]] = {}
        for key, word in self._block(
            "words", lambda row: (words.choose(lists, row.text("words")), row.text("word"))
        ):
            if word:
                found.setdefault(key, []).append(word)
        return dict(self._default.words) | {key: tuple(own) for key, own in found.items()}

    def _playbooks(self, codes: CodeLists) -> tuple[Line, ...]:
        if found := self._found["playbooks"]:  # hundreds of rows, which most teams leave as they are
            top, columns = found
            cells = (
                tuple(row[at] if at < len(row) else None for at in columns.values())
                for row in self._grid[top + 1 :]
            )
            if tuple(row for row in cells if any(row)) in as_shipped():
                return shipped()
        categories = lookup(codes["category"])
        return completed(self._block("playbooks", lambda row: playbook_row(row, categories)))

    def _calendar(self) -> dict[str, Any]:
        days = self._block("days", day_row)
        changes: dict[str, Any] = {
            "closed_days": tuple(day for kind, day, _ in days if kind == "closed"),
            "open_days": tuple(day for kind, day, _ in days if kind == "open"),
            "day_names": {day: name for _, day, name in days if name},
        }
        hours = self._hours()
        return changes | ({"hours": hours} if hours else {})

    def _hours(self) -> dict[int, tuple[tuple[int, int], ...]]:
        """Working intervals by weekday. Those that overlap count together, once; that is said at the later row."""
        found: dict[int, list[tuple[int, int]]] = {}
        wrong: list[tuple[Cell, Text, int | None]] = []
        rows = 0
        for row in self._rows("hours"):
            rows += 1
            weekday = WEEKDAYS_BY_WORD.get(folded(row.text("weekday")))
            try:
                day, span = row.read(span_row)
            except RefusedError as error:
                wrong.append((error.cell, error.text, weekday))
                continue
            before = found.setdefault(day, [])
            if any(begin < span[1] and span[0] < end for begin, end in before):
                wrong.append((row.cells["begin"], OVERLAP.fill(span=span_words(span)), day))
            before.append(span)
        merged = {day: together(spans) for day, spans in sorted(found.items())}
        shipped = SHIPPED["hours"].fill(profile=self._default.profile)
        if not rows and self._found["hours"]:
            self._remarks.append(joined(NO_ROWS.fill(blocks=block_name(_BY_KEY["hours"])), shipped))
        for cell, what, weekday in wrong:
            self._problem(cell, what, hours_used(merged, weekday) if merged else shipped)
        return merged
