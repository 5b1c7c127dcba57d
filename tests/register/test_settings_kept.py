"""Settings as JSON: nothing of them is lost, and nothing else is taken for settings."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest

from kesu.register.codes import CODE_LISTS, Code
from kesu.register.settings import KpiTarget, Settings, load_profile, profile_names
from kesu.register.settings.kept import from_plain, plain
from kesu.register.settings.limits import DEFAULT_LIMITS
from kesu.register.settings.playbooks import Line
from kesu.register.settings.sheet import without_sheet
from kesu.words.text import Text

FULL = replace(
    load_profile("cn_telecom_users"),
    organisation="东海\x1b公司",
    customers={"2026-10": 1.5},
    kpi_targets=(KpiTarget("repeat_rate", 0.02, "vip"),),
    closed_days=(dt.date(2026, 10, 12),),
    day_names={dt.date(2026, 10, 12): "厂庆"},
    codes={**CODE_LISTS, "kind": (Code("complaint", Text("客诉", "Claim"), ("c",)),)},
    playbooks=(Line("quality", "principle", Text("先查", "look first")),),
    problems=((4, 7, Text("看不懂", "cannot be read")),),
)


@pytest.mark.parametrize("settings", [*map(load_profile, profile_names()), without_sheet(), Settings(), FULL])
def test_they_come_back_as_they_were(settings: Settings) -> None:
    assert from_plain(json.loads(json.dumps(plain(settings)))) == settings


def test_limits_and_lists_that_came_later_are_as_shipped() -> None:
    said: dict[str, Any] = {"limits": [["silent_days", 1.0]], "codes": [["kind", []]], "words": []}
    found = from_plain(said)
    assert found.limits == DEFAULT_LIMITS | {"silent_days": 1.0}
    assert found.codes["kind"] == ()
    assert found.codes["tier"] == CODE_LISTS["tier"]
    assert found.words == Settings().words


@pytest.mark.parametrize(
    "said",
    [
        [], {"magic": 1}, {"organisation": 7}, {"due_soon_hours": "4"}, {"due_soon_hours": True}, {"due_soon_hours": float("nan")},
        {"closed_days": ["yesterday"]}, {"hours": [["0", []]]}, {"rules": [{"target": "reply", "amount": 1, "more": 2}]},
        {"playbooks": [["quality", "principle"]]}, {"problems": [[1, 2]]}, {"customers": {"2026-10": 1}},
    ],
)  # fmt: skip
def test_nothing_else_is_taken_for_settings(said: Any) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        from_plain(said)
