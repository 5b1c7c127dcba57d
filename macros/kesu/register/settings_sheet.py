"""Reading the Settings sheet back.

The blocks stand side by side, each headed by a row of labels; the first label of a block is found nowhere
else on the sheet, so blocks are recognised wherever a team moves them.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from holidays.registry import COUNTRIES

from kesu.register.cells import ERROR_VALUES
from kesu.register.codes import CODE_LISTS, Code, CodeLists, lookup
from kesu.register.figures import figure
from kesu.register.kpi_names import KPI_NAMES, SHARES
from kesu.register.settings import (
    CLOCKS,
    CONDITIONS,
    REOPEN_MODES,
    RULE_TARGETS,
    STARTS,
    UNITS,
    WEEKDAY_NAMES,
    KpiTarget,
    Rule,
    Settings,
    load_profile,
    parse_clock,
    rule_problem,
)  # fmt: skip
from kesu.register.settings_layout import BLOCKS, DAY_KINDS, GENERAL, MAY_BE_EMPTY, SWITCHES, YES_NO, Block
from kesu.register.text import LANGS, Text, folded


class SettingsReader:
    """Reads the cells of a Settings sheet into `Settings`; what cannot be read becomes a problem, not an error."""

    def __init__(self, grid: Sequence[Sequence[str | None]], first_row: int = 1) -> None:
        """``grid``: cell texts row by row from column A; ``first_row``: Excel row of the first."""
        self._grid = grid
        self._first_row = first_row
        self._problems: list[tuple[int, int, Text]] = []

    def read(self) -> Settings:
        """The team's settings. Blocks that are missing or empty keep the default profile's values."""
        changes: dict[str, Any] = dict(self._general())
        default = load_profile()
        codes = self._codes()
        changes["codes"] = codes
        for name, read in (
            ("rules", self._rule), ("kpi_targets", self._kpi_target),
        ):  # fmt: skip
            rows = [
                row
                for row in (self._try(read, cells, codes) for cells in self._rows(name))
                if row is not None
            ]
            if rows:
                changes[name] = tuple(rows)
        changes |= self._calendar()
        customers = [self._try(self._customers, cells, codes) for cells in self._rows("customers")]
        changes["customers"] = dict(pair for pair in customers if pair)
        words: dict[str, list[str]] = {}
        lists = _choices(next(b for b in BLOCKS if b.key == "words").fields[0].choices)
        for cells in self._rows("words"):
            key = lists.get(folded(cells["words"].text))
            if key and cells["word"].text:
                words.setdefault(key, []).append(cells["word"].text)
        changes["words"] = dict(default.words) | {key: tuple(found) for key, found in words.items()}
        return dataclasses.replace(default, **changes, problems=tuple(self._problems))

    # --- blocks -------------------------------------------------------------------------------------------

    def _rows(self, block_key: str) -> Iterator[dict[str, _Cell]]:
        block = next(block for block in BLOCKS if block.key == block_key)
        place = self._find(block)
        if place is None:
            return
        top, columns = place
        for offset, row in enumerate(self._grid[top + 1 :], start=top + 1):
            cells = {
                field.key: self._cell(row, self._first_row + offset, columns.get(field.key, -1))
                for field in block.fields
            }
            if any(cell.text for cell in cells.values()):
                yield cells

    def _cell(self, row: Sequence[str | None], number: int, at: int) -> _Cell:
        text = (row[at] or "").strip() if 0 <= at < len(row) else ""
        if text in ERROR_VALUES:
            said = Text(
                f"单元格是错误值 {text}，按空白读取", f"A cell holds the error {text} and was read as blank"
            )
            self._problems.append((number, at, said))
            text = ""
        return _Cell(text, number, max(at, 0))

    def _find(self, block: Block) -> tuple[int, dict[str, int]] | None:
        names = {folded(field.label.of(lang)): field.key for field in block.fields for lang in LANGS}
        first = {folded(word) for word in block.fields[0].label}
        for top, row in enumerate(self._grid[:40]):
            for left, text in enumerate(row):
                if text and folded(text) in first:
                    columns: dict[str, int] = {}
                    for at in range(left, len(row)):
                        key = names.get(folded(row[at] or ""))
                        if key is None or key in columns:
                            break
                        columns[key] = at
                    if len(columns) > 1:
                        return top, columns
        return None

    def _general(self) -> Iterator[tuple[str, Any]]:
        names = {folded(word): key for key, (label, _) in GENERAL.items() for word in (*label, key)}
        for cells in self._rows("general"):
            key = names.get(folded(cells["setting"].text))
            value = cells["value"]
            if key is None or not (value.text or key in MAY_BE_EMPTY):
                continue
            if key == "reopen_mode":
                mode = self._try(lambda c, _: _choose(REOPEN_MODES, c["value"].text), cells, {})
                if mode is not None:
                    yield key, mode
            elif key == "region":
                region = self._try(lambda c, _: _region(c["value"].text), cells, {})
                if region is not None:
                    yield key, region
            elif key in {"due_soon_hours", "repeat_window_days"}:
                number = self._try(lambda c, _: _number(c["value"].text), cells, {})
                if number is not None:
                    yield key, number
            else:
                yield key, value.text

    def _codes(self) -> CodeLists:
        lists: dict[str, list[Code]] = {}
        for cells in self._rows("codes"):
            name, key, label = cells["list"].text, cells["code"].text, cells["label"].text
            if name not in CODE_LISTS or not (key or label):
                self._problem(
                    cells["list"], Text(f"没有名为“{name}”的代码列表", f"There is no code list “{name}”")
                )
                continue
            known = next((code for code in CODE_LISTS[name] if code.key == key), None)
            also = tuple(word for word in cells["also"].text.replace(",", "、").split("、") if word.strip())
            words = (*also, *((*known.label, *known.also) if known else ()))
            lists.setdefault(name, []).append(Code(key or label, Text(label or key, label or key), words))
        return dict(CODE_LISTS) | {name: tuple(codes) for name, codes in lists.items()}

    def _rule(self, cells: dict[str, _Cell], codes: CodeLists) -> Rule:
        more: dict[str, Any] = {key: _code(codes, key, cells[key].text) for key in CONDITIONS[:-1]}
        more |= {key: _choose(YES_NO, cells[key].text or "no") == "yes" for key in SWITCHES}
        more |= {
            key: _date(cells[key].text) if cells[key].text else None for key in ("valid_from", "valid_to")
        }
        rule = Rule(
            target=_choose(RULE_TARGETS, cells["target"].text),
            amount=_number(cells["amount"].text),
            unit=_choose(UNITS, cells["unit"].text or "hours"),
            clock=_choose(CLOCKS, cells["clock"].text or "calendar"),
            product=cells["product"].text,
            start=_choose(STARTS, cells["start"].text or "received"),
            note=cells["note"].text,
            **more,
        )
        problem = rule_problem(rule)
        if problem:
            raise _RefusedError(problem)
        return rule

    @staticmethod
    def _kpi_target(cells: dict[str, _Cell], codes: CodeLists) -> KpiTarget:
        kpi, target = _choose(KPI_NAMES, cells["kpi"].text), _number(cells["target"].text)
        if target < 0 or (kpi in SHARES and target > 1):  # 96 for 96 %: nothing could ever meet it
            raise ValueError(cells["target"].text)
        return KpiTarget(
            kpi=kpi,
            target=target,
            tier=_code(codes, "tier", cells["tier"].text),
            department=cells["department"].text,
        )

    def _calendar(self) -> dict[str, Any]:
        hours: dict[int, list[tuple[int, int]]] = {}
        for cells in self._rows("hours"):
            span = self._try(
                lambda c, _: (_day_second(c["begin"].text), _day_second(c["end"].text)), cells, {}
            )
            name = next(
                (
                    str(i)
                    for i, day in enumerate(WEEKDAY_NAMES)
                    if folded(cells["weekday"].text) in map(folded, day)
                ),
                None,
            )
            if span is None or name is None or span[1] <= span[0]:
                self._problem(
                    cells["weekday"],
                    Text(
                        "工作时间看不懂；例如：星期一 09:00 12:00",
                        "Cannot read these working hours; e.g. Monday 09:00 12:00",
                    ),
                )
            else:
                hours.setdefault(int(name), []).append(span)
        days: dict[str, list[dt.date]] = {"closed": [], "open": []}
        names: dict[dt.date, str] = {}
        for cells in self._rows("days"):
            pair = self._try(
                lambda c, _: (_choose(DAY_KINDS, c["open"].text or "closed"), _date(c["day"].text)), cells, {}
            )
            if pair:
                days[pair[0]].append(pair[1])
                if cells["name"].text:
                    names[pair[1]] = cells["name"].text
        found: dict[str, Any] = {
            "closed_days": tuple(days["closed"]),
            "open_days": tuple(days["open"]),
            "day_names": names,
        }
        if hours:
            found["hours"] = {day: tuple(sorted(spans)) for day, spans in sorted(hours.items())}
        return found

    @staticmethod
    def _customers(cells: dict[str, _Cell], _codes: CodeLists) -> tuple[str, float]:
        month = re.match(r"(\d{4})[-/.年](\d{1,2})(?!\d)", cells["month"].text)
        if month is None or not 1 <= int(month[2]) <= 12:
            raise ValueError(cells["month"].text)
        number = _number(cells["customers"].text)
        if number < 0:
            raise ValueError(cells["customers"].text)
        return f"{month[1]}-{int(month[2]):02d}", number

    def _try(
        self, read: Callable[[dict[str, _Cell], CodeLists], Any], cells: dict[str, _Cell], codes: CodeLists
    ) -> Any:
        try:
            return read(cells, codes)
        except _RefusedError as refusal:
            why = refusal.text
            self._problem(
                cells["amount"],
                Text(f"{why.zh}；这一行未采用", f"{why.en[:1].upper()}{why.en[1:]}; this row is not used"),
            )
            return None
        except ValueError as error:
            text = error.args[0]
            cell = next((cell for cell in cells.values() if cell.text == text), next(iter(cells.values())))
            self._problem(
                cell,
                Text(
                    f"设置“{text}”看不懂，这一行未采用",
                    f"Cannot read the setting “{text}”; this row is not used",
                ),
            )
            return None

    def _problem(self, cell: _Cell, text: Text) -> None:
        self._problems.append((cell.row, cell.column, text))


class _RefusedError(ValueError):
    """A rule that can be read but not used."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class _Cell(NamedTuple):
    text: str
    row: int
    column: int


def _choices(choices: Mapping[str, Text]) -> dict[str, str]:
    return {folded(word): key for key, label in choices.items() for word in (*label, key)}


def _choose(choices: Mapping[str, Text], words: str) -> str:
    key = _choices(choices).get(folded(words))
    if key is None:
        raise ValueError(words)
    return key


def _code(codes: CodeLists, name: str, words: str) -> str:
    if not words:
        return ""
    key = lookup(codes[name]).get(folded(words))
    if key is None:
        raise ValueError(words)
    return key


def _number(words: str) -> float:
    try:
        number = figure(words.rstrip("% ")) / 100 if words.endswith("%") else figure(words)
    except ValueError:
        raise ValueError(words) from None
    if not math.isfinite(number):
        raise ValueError(words)
    return number


def _region(words: str) -> str:
    """A country code that ``holidays`` knows, or "" for no public holidays."""
    # The package's registry of names; its list of supported countries would import every country.
    if words and not (len(words) <= 3 and any(words in names[1:] for names in COUNTRIES.values())):
        raise ValueError(words)
    return words


def _day_second(words: str) -> int:
    if ":" not in words:
        return round(_number(words) * 86400)
    try:
        return parse_clock(words.rpartition(" ")[2])
    except ValueError:
        raise ValueError(words) from None


def _date(words: str) -> dt.date:
    try:
        year, month, day = words.split(maxsplit=1)[0].replace("/", "-").replace(".", "-").split("-")
        return dt.date(int(year), int(month), int(day))
    except (ValueError, IndexError):
        raise ValueError(words) from None
