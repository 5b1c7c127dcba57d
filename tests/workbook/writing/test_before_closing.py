"""The register says what is missing before closing, as the checks do that the Close button asks."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, Final

import openpyxl
import pandas as pd
import pytest

from kesu.jobs.load import load
from kesu.live.macros.complaints import GATE
from kesu.register.sheets import Register
from kesu.rules.checks import run_checks
from kesu.rules.deadlines import compute_deadlines
from kesu.workbook.writing import build_register
from tests.depth import turns
from tests.workbook.writing.live_cases import NOW, against_kesu, random_register, settings, tried_hastily

pytestmark = pytest.mark.slow
ROWS: Final = turns(150, 600)
WORDS: Final = {
    "closed_with_open_demand": "办结诉求", "closed_without_confirmation": "客户同意", "closed_without_callback": "回访",
    "closed_unreached": "联系上客户", "closed_dissatisfied": "客户不满意", "closed_without_solution": "解决方案",
    "resolved_without_time": "解决时间",
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pd.DataFrame, pd.DataFrame]:
    path = tmp_path_factory.mktemp("gate") / "gate.xlsx"
    complaints, items = random_register(ROWS, 21)
    items.loc[items["item_kind"].eq("demand"), "done_at"] = (
        None  # the formula waits for a time to come, the check does not
    )
    build_register(path, "zh", settings(), complaints=complaints, items=items, as_of=NOW)
    head, *body = (
        openpyxl.load_workbook(path, data_only=True)
        .worksheets[1]
        .iter_rows(min_row=5, max_row=5 + ROWS, values_only=True)
    )
    return path, complaints, pd.DataFrame(list(body), columns=list(head), dtype=object)


def if_closed(path: Path) -> tuple[Register, pd.DataFrame]:
    """What the checks of the button find, were everything closed."""
    [loaded] = load([path], NOW)
    assert loaded.assessment is not None
    register = loaded.assessment.register
    status = register.complaints.data["status"].copy()
    status[:] = "closed"
    sheet = dataclasses.replace(register.complaints, data=register.complaints.data.assign(status=status))
    found = run_checks(dataclasses.replace(register, complaints=sheet), NOW)
    return register, found[found["rule"].isin(GATE) & found["sheet"].eq(sheet.title)]


def test_it_says_what_the_button_would_say(made: tuple[Path, pd.DataFrame, pd.DataFrame]) -> None:
    path, complaints, shown = made
    assert list(WORDS) == list(GATE)
    register, findings = if_closed(path)
    hasty = tried_hastily(compute_deadlines(register, NOW).outcomes)
    reasons = findings.groupby("row")["rule"].agg(list).to_dict()
    compared = 0
    for n, row in enumerate(complaints.itertuples()):
        said = shown["结案前还差"].iloc[n] or ""
        if row.kind == "feedback" or (row.resolved_at is pd.NaT and row.status not in {"resolved", "closed"}):
            assert said == ""
            continue
        if row.status == "reopened" or hasty[n]:  # closed, it would be another case
            continue
        compared += 1
        words = [WORDS[rule] for rule in GATE if rule in reasons.get(n + 6, [])]
        closed = row.status == "closed"
        wanted = (
            ("结案却缺：" if closed else "结案前：") + "、".join(words)
            if words
            else ("" if closed else "可以结案")
        )
        assert said == wanted, row.complaint_id
    assert compared > ROWS / 4
    assert {rule for rules in reasons.values() for rule in rules} == set(GATE)


def test_call_backs_are_those_of_kesu(made: tuple[Path, pd.DataFrame, pd.DataFrame]) -> None:
    path, _, shown = made

    def column(header: str) -> list[Any]:
        return list(shown[header])

    differing, intricate = against_kesu(path, "zh", column)
    assert differing == []
    assert sum(intricate.values()) < 0.1 * ROWS * 4


def test_a_call_to_be_made_again_is_what_comes_next(made: tuple[Path, pd.DataFrame, pd.DataFrame]) -> None:
    path, _, shown = made
    [loaded] = load([path], NOW)
    assert loaded.assessment is not None
    lines = loaded.assessment.follow_ups("zh")
    again = lines[lines["kind"].eq("call_again") & lines["due_at"].lt(pd.Timestamp(NOW))].set_index("row")[
        "due_at"
    ]
    nothing_else = [row for row in again.index if "回访" in str(shown["接下来"].iloc[row - 6])]
    assert len(nothing_else) > 3
    for row in nothing_else:
        assert f"{again[row]:%m-%d %H:%M}" in shown["接下来"].iloc[row - 6]


def test_a_new_register_visits_customers_again_and_one_that_sets_nothing_does_not(tmp_path: Path) -> None:
    build_register(tmp_path / "new.xlsx", "en", as_of=NOW)
    build_register(tmp_path / "set.xlsx", "en", settings(), as_of=NOW)
    days = []
    for name in ("new", "set"):
        [loaded] = load([tmp_path / f"{name}.xlsx"], NOW)
        assert loaded.assessment is not None
        days.append(loaded.assessment.register.settings.limits["revisit_days"])
    assert days == [30, 0]
