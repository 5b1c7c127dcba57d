"""What every chapter looks things up in: the report's frames, indexed once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd

from kesu.register.columns import BY_KEY, IMPROVEMENT_BY_KEY, ITEM_BY_KEY
from kesu.reports.chapters.blocks import Figure
from kesu.reports.chapters.figures import UNCHANGED, show
from kesu.reports.chapters.grouped import Grouped
from kesu.reports.chapters.kpi import Kpi, indexed
from kesu.reports.chapters.labels import BLANK
from kesu.reports.masking import mask_cell, mask_text, own_columns
from kesu.reports.model import Report
from kesu.rules.followups import short
from kesu.rules.kpis import KPIS
from kesu.words.text import Text, listed

TYPED: Final = frozenset({"id", "text", "long_text", "phone"})
"""Kinds of columns that show what somebody typed."""
FOLLOWUPS_SHOWN: Final = 50
FINDINGS_SHOWN: Final = 40


class Context:
    """A report with its language; the chapters ask it for words, KPIs and columns."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.lang = report.lang if report.lang == "zh" else "en"

    def say(self, zh: str, en: str, **values: object) -> str:
        """The words in the report's language, ``values`` filled in."""
        words = Text(zh, en)
        return words.fill(**values).of(self.lang) if values else words.of(self.lang)

    def listed(self, words: list[str]) -> str:
        """Words as an enumeration."""
        return listed(words).of(self.lang)

    def of_kind(self, kind: str) -> np.ndarray:
        """Which records are complaints, feedback or praise."""
        return (self.report.complaints["kind"] == kind).to_numpy(dtype=bool, na_value=False)

    @cached_property
    def is_complaint(self) -> np.ndarray:
        return self.of_kind("complaint")

    @property
    def total(self) -> int:
        """Number of complaints (feedback and praise not counted)."""
        return int(self.is_complaint.sum())

    def column(self, key: str, mask: np.ndarray | None = None) -> pd.Series:
        """Column ``key`` of the complaints, or of the records of ``mask``; all missing where there is no such column."""
        chosen = self.is_complaint if mask is None else mask
        frame = self.report.complaints
        if key not in frame:
            return pd.Series(pd.NA, frame.index[chosen], dtype="str")
        return frame[key] if chosen.all() else frame[key][chosen]

    def scored(self, key: str, score: Callable[[str], float]) -> np.ndarray:
        """What ``score`` says of each complaint's ``key``, float; -1 where it is missing. Asked once a value."""
        codes, words = pd.factorize(self.column(key))
        return np.array([*(score(word) for word in words), -1.0])[codes]

    def rows(self, positions: np.ndarray, *keys: str) -> list[dict[Hashable, Any]]:
        """Columns ``keys`` of the records at ``positions`` as they may be shown."""
        return self.shown(self.report.complaints.iloc[positions], *keys)

    def shown(self, frame: pd.DataFrame, *keys: str) -> list[dict[Hashable, Any]]:
        """Columns ``keys`` of some records as they may be shown."""
        wanted = [key for key in dict.fromkeys((*keys, *own_columns())) if key in frame]
        return self._shown(frame[wanted]).to_dict("records")

    @cached_property
    def kpis(self) -> dict[tuple[str, str, str], Kpi]:
        return indexed(self.report.kpis)

    @cached_property
    def previous(self) -> dict[tuple[str, str, str], Kpi]:
        return indexed(self.report.previous)

    def kpi(self, kpi: str, group_by: str = "", group: str = "") -> Kpi | None:
        return self.kpis.get((kpi, group_by, group))

    @cached_property
    def _labels(self) -> dict[str, dict[str, str]]:
        lang = self.lang
        return {name: {c.key: c.label.of(lang) for c in codes} for name, codes in self.report.codes.items()}

    def label(self, code_list: str, key: object) -> str:
        """What the team calls ``key`` of ``code_list``; keys joined by ``|`` get all their labels; blank for missing."""
        if not isinstance(key, str) or not key:
            return BLANK.of(self.lang)
        known = self._labels.get(code_list, {})
        return self.listed([known.get(part, part) for part in key.split("|")])

    def groups(self, group_by: str) -> list[str]:
        """The groups that any KPI is split into by ``group_by``; codes in the order of their list, else by name."""
        found = {group for _, by, group in self.kpis if by == group_by and group}
        order = list(self._labels.get(group_by, ()))
        return sorted(found, key=lambda group: (order.index(group) if group in order else len(order), group))

    def change(self, now: Kpi | None) -> Figure:
        """Against the period before: points for shares, relative otherwise; nothing where there is no value."""
        before = self.previous.get((now.kpi, now.group_by, now.group)) if now else None
        if now is None or now.value is None or before is None or before.value is None:
            return Figure(None, "change")
        return self.difference(now.kpi, now.value, before.value, now.unit)

    def difference(self, kpi: str, now: float, before: float, unit: str) -> Figure:
        """The change from ``before`` to ``now`` of a figure of KPI ``kpi`` in ``unit``."""
        share = unit == "share"
        if not share and before == 0:
            return Figure(None, "change")
        size = (now - before) * 100 if share else now / before - 1
        found = Figure(size, "points" if share else "change")
        rising_is_good = KPIS[kpi].higher_is_better if kpi in KPIS else None
        if rising_is_good is None or show(found, self.lang) == UNCHANGED:
            return found
        return replace(found, tone="good" if (size > 0) == rising_is_good else "bad")

    @cached_property
    def days(self) -> float:
        """Days of the period that have passed at the time of the report, fractions included."""
        period = self.report.period
        until = min(self.report.as_of, period.end)
        return max((until - period.begin) / dt.timedelta(days=1), 0.0)

    @cached_property
    def previous_days(self) -> float:
        before = self.report.period.previous()
        return (before.end - before.begin) / dt.timedelta(days=1)

    @property
    def running(self) -> bool:
        """Whether the period is not over yet."""
        return self.report.as_of < self.report.period.end

    @property
    def several(self) -> bool:
        """Whether more than one register was read."""
        return sum(source.error is None for source in self.report.sources) > 1

    def _shown(self, rows: pd.DataFrame) -> pd.DataFrame:
        """``rows`` of the complaints with every text masked, unless unmasking was asked for."""
        if self.report.unmasked:
            return rows
        words = list(zip(*(rows[key].tolist() for key in own_columns() if key in rows), strict=True))
        masked = {
            key: pd.Series(
                [
                    mask_cell(key, cell, own) if isinstance(cell, str) else cell
                    for cell, own in zip(rows[key].tolist(), words, strict=True)
                ],
                rows.index,
                dtype="str",
            )
            for key in rows.columns
            if key in BY_KEY and BY_KEY[key].kind in TYPED
        }
        return rows.assign(**masked)

    def free(self, text: str, own: tuple[object, ...] = ()) -> str:
        """One free text as it may be shown."""
        return text if self.report.unmasked else mask_text(text, own)

    def cell(self, column: str, text: str, own: tuple[object, ...]) -> str:
        """A cell of ``column`` as it may be shown, in the row of which ``own`` are the words, those of staff last."""
        staff = min(self._of_staff, len(own))
        return (
            text
            if self.report.unmasked
            else mask_cell(column, text, own[: len(own) - staff], own[len(own) - staff :])
        )

    @cached_property
    def grouped(self) -> Grouped:
        """Masks texts that stand for many rows."""
        return Grouped(self.report)

    @cached_property
    def followups(self) -> pd.DataFrame:
        """The short list of follow-ups on complaints, see `kesu.rules.followups.short`; chapter 6 has the improvements."""
        every = self.report.followups
        return short(every[every["sheet"].eq("register").to_numpy(bool)], self.lang)

    def register_name(self, name: object) -> str:
        """What a register is called, without what is personal of anybody in it."""
        return self.grouped.register(str(name))

    def told(self, text: str) -> str:
        """A remark of the program on registers: their names as they may be shown, numbers and addresses masked."""
        if self.report.unmasked:
            return text
        for source in self.report.sources:
            text = text.replace(source.name, self.register_name(source.name))
        return mask_text(text)

    def own_words(self, register: object, sheet: str, row: object) -> tuple[object, ...] | None:
        """Words of the complaint at ``row`` of a sheet (register or items) that must not show through.

        None where the complaint is not in the report, so that nobody knows whom its texts may name.
        """
        return self._own.get((register, sheet, row))

    @property
    def _of_staff(self) -> int:
        return sum(BY_KEY[key].section == "involved" for key in own_columns())

    @cached_property
    def _own(self) -> dict[tuple[object, str, object], tuple[object, ...]]:
        """Looked up for the rows that follow-ups and findings point at, not for all."""
        line = ["register", "row"]
        shown = pd.concat(
            [
                self.followups[line].head(FOLLOWUPS_SHOWN),
                self.report.findings[line].head(FINDINGS_SHOWN),
            ]
        )
        names, rows = shown["register"].unique(), shown["row"].unique()
        complaints, items = (
            frame[frame["register"].isin(names)] for frame in (self.report.complaints, self.report.items)
        )
        found = _by_row(complaints[complaints["excel_row"].isin(rows)], "register")
        mine = items[items["excel_row"].isin(rows)]
        owners = complaints[complaints["complaint_id"].isin(mine["complaint_id"])]
        by_id = dict(
            zip(
                zip(owners["register"], owners["complaint_id"], strict=True),
                _by_row(owners, "").values(),
                strict=True,
            )
        )
        for register, number, row, *own in zip(
            *(
                mine[key].tolist()
                for key in ("register", "complaint_id", "excel_row", *own_columns(items=True))
            ),
            strict=True,
        ):
            if (register, number) in by_id:
                found[register, "items", row] = (*own, *by_id[register, number])
        return found


def _by_row(rows: pd.DataFrame, sheet: str) -> dict[tuple[object, str, object], tuple[object, ...]]:
    """Own words of complaints by register, sheet and row, those of staff last."""
    keys = sorted(
        (key for key in own_columns() if key in rows), key=lambda key: BY_KEY[key].section == "involved"
    )
    words = zip(*(rows[key].tolist() for key in keys), strict=True)
    where = zip(rows["register"].tolist(), rows["excel_row"].tolist(), strict=True)
    return {(register, sheet, row): own for (register, row), own in zip(where, words, strict=True)}


def column_label(key: str, lang: str) -> str:
    """What a column of the register, of its items or improvements is called."""
    declared = BY_KEY.get(key) or ITEM_BY_KEY.get(key) or IMPROVEMENT_BY_KEY.get(key)
    return declared.label.of(lang) if declared else key
