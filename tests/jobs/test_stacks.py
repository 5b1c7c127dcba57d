"""Registers stacked give what each gives for itself: examples of the checks, in two languages and under three settings."""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kesu.jobs import assessment, load, stacks
from kesu.jobs.assessment import Assessment
from kesu.jobs.books import Book
from kesu.jobs.figures import (
    account_of,
    deadline_lines,
    facts_of,
    findings_of,
    follow_up_table,
    kpi_table,
    unconfirmed,
)
from kesu.jobs.stacks import shared, stacks_of, together
from kesu.register.columns import BY_KEY, ITEM_BY_KEY
from kesu.register.normalise import found_in, typed
from kesu.register.periods import Period
from kesu.register.settings import Settings
from kesu.register.sheets import Register
from kesu.rules.checks import CHECKS, Example
from kesu.rules.checks.registry import EXAMPLE_ITEM, EXAMPLE_ROW
from tests.rules.checks.registers import AS_OF, sheets

BUSY = Example(
    tuple(
        {"complaint_id": f"K-{at}", "verbatim": f"第 {at} 句", "received_at": "2026-10-07 00:00:00", "status": "reopened"}
        for at in range(30)
    ),
    ({"item_kind": "demand", "complaint_id": "K-3"}, {"item_kind": "action", "noted_at": "2019-01-01 10:00:00"}),
)  # fmt: skip
"""More findings of one kind than are listed, a column of dates, a step noted long before anything was received."""


WHOLE = {
    "required_column_unused", "time_of_day_missing", "day_month_swapped", "setting_unreadable", "duplicate_number",
    "number_in_two_registers", "same_customer_same_words", "cycles_overlap", "item_unknown_complaint", "first_contact_but_transferred",
    "improvement_cause_unknown", "improvement_without_due", "improvement_done_before_decided",
}  # fmt: skip
"""Checks that look at more than a row: with every eighth of the others they are enough."""


def under(settings: Settings, number: int) -> Settings:
    if number == 1:
        rules = [
            replace(rule, amount=200, unit="days", clock="calendar") if rule.target == "resolution" else rule
            for rule in settings.rules
        ]
        return replace(settings, reopen_mode="continue", due_soon_hours=90.0, rules=tuple(rules))
    return replace(settings, region="GB", subdivision="ENG") if number == 2 else settings


def wide(example: Example) -> Example:
    """The same with all columns, as registers have them that were made by one program."""
    rows, items = (
        tuple({**dict.fromkeys(set(every) - set(full), ""), **row} for row in some)
        for some, every, full in (
            (example.rows, BY_KEY, EXAMPLE_ROW),
            (example.items, ITEM_BY_KEY, EXAMPLE_ITEM),
        )
    )
    return replace(example, rows=rows, items=items)


@functools.cache
def registers() -> tuple[Register, ...]:
    checks = [info for at, info in enumerate(CHECKS) if at % 8 == 0 or info.id in WHOLE]
    examples = [wide(info.breaks) for info in checks] + [wide(BUSY)] * 3
    found = [sheets(example, "zh" if at % 3 else "en") for at, example in enumerate(examples)]
    found += [sheets(wide(Example(example.elsewhere)), "en") for example in examples if example.elsewhere]
    every = typed([one for at, raw in enumerate(found) for one in found_in(f"r{at:02}", raw)])
    assert len(every) == len(found)
    return tuple(
        replace(one, settings=replace(under(one.settings, at // 2 % 3), organisation=f"{at}"))
        for at, one in enumerate(every)
    )


def results(assessments: list[Assessment]) -> dict[str, pd.DataFrame]:
    facts = facts_of(assessments)
    september = Period.parse("2026-10-01..2026-10-08")
    return {
        "findings": findings_of(assessments, None, 4),
        "of a period": findings_of(assessments, september, 2),
        "deadlines": deadline_lines(assessments, every_cycle=True),
        "follow-ups": follow_up_table(assessments, "en"),
        "account": account_of(assessments, september),
        "kpis": kpi_table(assessments, None, AS_OF.to_pydatetime()),
        "complaints": off_shelves(facts.complaints),
        "improvements": off_shelves(facts.improvements),
        "items": off_shelves(facts.items[facts.items["place"].ge(0).to_numpy(bool)]).reset_index(drop=True),
        "stints": pd.DataFrame({"row": facts.stints.open.row, "end": facts.stints.open.end, "again": facts.stints.again}),
        "said": pd.DataFrame({"said": [text.en for text in shared(assessments)]}),
        "unconfirmed": pd.DataFrame(unconfirmed(assessments)),
    }  # fmt: skip


def off_shelves(frame: pd.DataFrame) -> pd.DataFrame:
    """All columns at hand, of a frame whose columns may wait packed."""
    return frame[list(frame)]


@pytest.mark.slow
def test_a_stack_gives_what_its_registers_give_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = [Assessment(one, AS_OF.to_pydatetime()) for one in registers()]
    stacked = together(alone)
    assert max(len(part.names) for part in stacks_of(stacked).parts) > 2
    monkeypatch.setattr(stacks, "groups", lambda some: [[at] for at in range(len(some))])
    single = together(alone)
    assert len(stacks_of(single).parts) == len(alone)

    expected, found = results(single), results(stacked)
    for name, frame in expected.items():
        assert len(frame), name
        pd.testing.assert_frame_equal(
            found[name], frame, check_dtype=False, check_categorical=False, obj=name
        )


FIGURES = (
    ("1,234", "2.5"),
    ("1.234", "3"),
    ("1.234,5", "1.234"),
    ("约三百", "12"),
    ("300 元", "1e3"),
    ("7", "1e999"),
    ("#REF!", "8"),
)
"""How figures are written is told by the column: the same cell is read in one way here and in another there."""


@pytest.mark.slow
def test_cells_are_typed_together_as_one_by_one() -> None:
    examples = [wide(info.breaks) for info in CHECKS[::3] if not info.breaks.settings]
    examples += [
        wide(Example(tuple({"compensation_claimed": figure} for figure in some))) for some in FIGURES
    ]
    found = [
        one
        for at, example in enumerate(examples)
        for one in found_in(f"r{at}", [replace(raw, all_text=at % 5 == 4, date1904=at % 7 == 6, iso_cells=frozenset({(4, 9), (4, 40), (99, 9)})) for raw in sheets(example, "zh")])
    ]  # fmt: skip
    for one, alone in zip(typed(found), (typed([one])[0] for one in found), strict=True):
        for mine, expected in ((one.complaints, alone.complaints), (one.items, alone.items)):
            pd.testing.assert_frame_equal(mine.data, expected.data)
            pd.testing.assert_frame_equal(mine.problems, expected.problems)
            pd.testing.assert_frame_equal(mine.extra, expected.extra)
            assert (mine.title, mine.columns, mine.heading) == (
                expected.title,
                expected.columns,
                expected.heading,
            )


@pytest.mark.slow
def test_some_of_a_stack_are_worked_out_as_they_are() -> None:
    stacked = together([Assessment(one, AS_OF.to_pydatetime()) for one in registers()[:12]])
    some = stacked[2:9]
    both = pd.concat(
        [findings_of(stacked[:2]), findings_of(some), findings_of(stacked[9:])], ignore_index=True
    )
    pd.testing.assert_frame_equal(both, findings_of(stacked))


@pytest.mark.parametrize("step", ["compute_deadlines", "typed"])
def test_one_of_a_stack_that_breaks_down_costs_that_one(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    place = load if step == "typed" else assessment
    done = vars(place)[step]

    def breaking(given: Any, *more: Any, **how: Any) -> Any:
        if "r2" in (given.names if isinstance(given, Register) else [one.name for one in given]):
            raise MemoryError
        return done(given, *more, **how)

    monkeypatch.setattr(place, step, breaking)
    raw = sheets(wide(CHECKS[0].keeps), "en")
    books = [Book(Path(name), name, raw, found_in(name, raw)) for name in ("r1", "r2", "r3")]
    monkeypatch.setattr(load, "read_books", lambda *_: iter(books))
    loaded = load.load_all([book.path for book in books], AS_OF.to_pydatetime())
    assert [one.error is None for one in loaded] == [True, False, True]
    assert "broke down (MemoryError" in str(loaded[1].error)
    [part] = stacks_of([one.assessment for one in loaded if one.assessment is not None]).parts
    assert part.names == ("r1", "r3")
