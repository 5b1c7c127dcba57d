"""Random complaints with holds, agreed times and reopenings, and the workbook recalculated by LibreOffice."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from openpyxl.workbook import Workbook

from kesu.jobs.load import load
from kesu.register.settings import DEFAULT_LIMITS, TARGETS, Rule, Settings, load_profile
from kesu.rules.deadlines import STATES
from kesu.rules.outcomes import Outcomes
from kesu.workbook.writing.live_cells import INTRICATE

NOW = dt.datetime(2026, 11, 18, 14, 37)
NEVER_STALE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""
"""LibreOffice's setting "recalculate on load: always"."""

RULES = (
    Rule("first_response", 4, "hours", "business", tier="vip"),
    Rule("first_response", 30, "minutes", "business", severity="urgent"),
    Rule("first_response", 36, "hours", valid_to=dt.date(2026, 3, 31)),
    Rule("first_response", 48, "hours"),
    Rule("reply", 8, "hours", "business", tier="vip"),
    Rule("reply", 2, "days", channel="letter"),
    Rule("reply", 24, "hours", "business", tier="mid", category="quality"),
    Rule("reply", 48, "hours", kind="complaint"),
    Rule("resolution", 16, "hours", "business", severity="severe"),
    Rule("resolution", 3, "days", "business", severity="minor", channel="letter"),
    Rule("resolution", 1, "weeks", product="X"),
    Rule("resolution", 40, "hours", "business"),
    Rule("callback", 9, "hours", "business", tier="vip", valid_from=dt.date(2026, 2, 1)),
    Rule("callback", 48, "hours"),
)


def settings() -> Settings:
    """The default profile's hours and holidays with rules on both clocks."""
    return dataclasses.replace(load_profile(), rules=RULES)


def random_register(rows: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Complaints and items by declared key; many times lie exactly on opening and closing time."""
    dice = np.random.default_rng(seed)

    def pick(*words: str | None) -> list[str | None]:
        return [words[n] for n in dice.integers(0, len(words), rows)]

    def after(
        begins: list[dt.datetime | None], low: int, high: int, share: float
    ) -> list[dt.datetime | None]:
        steps, there = dice.integers(low, high, rows), dice.random(rows) < share
        return [
            begin + dt.timedelta(minutes=int(step)) if begin is not None and given else None
            for begin, step, given in zip(begins, steps, there, strict=True)
        ]

    edges = (539, 540, 541, 719, 720, 780, 1079, 1080, 1081)
    received: list[dt.datetime | None] = []
    for _ in range(rows):
        minute = int(dice.choice(edges)) if dice.random() < 0.4 else int(dice.integers(0, 1440))
        day = dt.datetime(2026, 1, 5) + dt.timedelta(days=int(dice.integers(0, 316)), minutes=minute)
        received.append(
            NOW - dt.timedelta(minutes=int(dice.integers(0, 6000))) if dice.random() < 0.05 else day
        )
    resolved = after(received, 0, 9000, 0.6)
    ended = [end or begin for end, begin in zip(resolved, received, strict=True)]  # some were never resolved
    complaints = pd.DataFrame(
        {
            "complaint_id": [f"C-{n:05d}" for n in range(1, rows + 1)],
            "kind": pick("complaint", "complaint", "feedback", None),
            "customer_tier": pick("vip", "mid", "other", None),
            "received_at": received,
            "sent_at": after(received, -4000, 300, 0.3),
            "channel": pick("phone", "letter", "visit"),
            "category": pick("quality", "price"),
            "product": pick("X", "Y", None),
            "severity": pick("minor", "normal", "severe", "urgent", None),
            "first_response_at": after(received, -30, 4000, 0.7),
            "replied_at": after(received, 0, 6000, 0.6),
            "resolved_at": resolved,
            "reopened_at": after(ended, -100, 5000, 0.2),
            "called_back_at": after(resolved, 0, 8000, 0.5),
            "status": pick("new", "in_progress", "resolved", "closed", "reopened"),
        }
    )
    for key in (
        "received_at",
        "sent_at",
        "first_response_at",
        "replied_at",
        "resolved_at",
        "reopened_at",
        "called_back_at",
    ):
        bare = dice.random(rows) < 0.04  # dates without a time of day
        complaints[key] = complaints[key].mask(bare, pd.to_datetime(complaints[key]).dt.normalize())
    items = [
        item
        for number, begin in zip(complaints["complaint_id"], received, strict=True)
        if begin is not None
        for item in _items(dice, number, begin)
    ]
    more = np.random.default_rng(seed + 1)  # of its own, so that the rest stays as it was
    complaints = complaints.assign(
        callback_reached=more.choice(np.array(["yes", "no", None]), rows),
        satisfaction=more.choice(np.array(["satisfied", "dissatisfied", "neutral", None]), rows),
        customer_agreed=more.choice(np.array(["yes", "yes", "no", None]), rows),
        solution=more.choice(np.array(["mended", "mended", None]), rows),
        remedy=more.choice(np.array(["repair", None]), rows),
    )
    ends = zip(
        complaints["complaint_id"], complaints["resolved_at"], complaints["called_back_at"], strict=True
    )
    items += [one for number, *times in ends for one in _outcomes(more, number, *times)]
    return complaints, pd.DataFrame(items).sample(frac=1, random_state=seed).reset_index(drop=True)


def _items(dice: np.random.Generator, number: str, received: dt.datetime) -> list[dict[str, Any]]:
    def later(low: int, high: int) -> dt.datetime:
        return received + dt.timedelta(minutes=int(dice.integers(low, high)))

    found: list[dict[str, Any]] = []
    for _ in range(int(dice.choice([0, 1, 2], p=[0.75, 0.2, 0.05]))):
        begin = later(-200, 4000)
        end = begin + dt.timedelta(minutes=int(dice.integers(-5, 4000)))
        found.append(
            {
                "item_kind": "hold",
                "what": "waiting",
                "noted_at": begin,
                "started_at": begin if dice.random() < 0.8 else None,
                "done_at": end if dice.random() < 0.85 else None,
            }
        )
    for _ in range(int(dice.choice([0, 1, 2, 3], p=[0.75, 0.1, 0.1, 0.05]))):
        found.append(  # noqa: PERF401 - one item a turn reads better
            {
                "item_kind": str(dice.choice(["contact", "due_change"])),
                "what": "agreed" if dice.random() < 0.9 else None,
                "noted_by": "A" if dice.random() < 0.9 else None,
                "noted_at": later(0, 300) if dice.random() < 0.9 else None,
                "for_target": str(dice.choice(["first_response", "reply", "resolution", "callback"])),
                "due_at": later(-100, 9000),
            }
        )
    for target in ("first_response", "reply", "resolution", "callback", None):
        if dice.random() < 0.15:
            found.append(  # noqa: PERF401
                {
                    "item_kind": "cycle",
                    "what": "before it was reopened",
                    "for_target": target,
                    "started_at": later(-100, 300) if dice.random() < 0.7 else None,
                    "done_at": later(-200, 4000) if dice.random() < 0.9 else None,
                }
            )
    for _ in range(int(dice.choice([0, 1, 3], p=[0.7, 0.2, 0.1]))):
        found.append(  # noqa: PERF401
            {
                "item_kind": str(dice.choice(["demand", "commitment", "action"])),
                "what": "to do",
                "due_at": later(0, 9000) if dice.random() < 0.7 else None,
                "done_at": later(0, 9000) if dice.random() < 0.4 else None,
                "result": str(dice.choice(["done", "declined", "failed"])) if dice.random() < 0.3 else None,
            }
        )
    return [{"complaint_id": number, **item} for item in found]


def _outcomes(
    dice: np.random.Generator, number: str, resolved: pd.Timestamp, called: pd.Timestamp
) -> list[dict[str, Any]]:
    """Calls made, surveys, re-visits and decisions; one of the calls may be that of the columns."""
    if pd.isna(resolved) or dice.random() < 0.5:
        return []

    def later() -> dt.datetime:
        return (resolved + pd.Timedelta(minutes=int(dice.integers(-500, 9000)))).to_pydatetime()

    def answer() -> str | None:
        return (
            None
            if dice.random() < 0.4
            else str(dice.choice(["satisfied", "dissatisfied", "very_dissatisfied"]))
        )

    found: list[dict[str, Any]] = []
    for n in range(int(dice.integers(0, 5))):
        at = called.to_pydatetime() if n == 0 and pd.notna(called) and dice.random() < 0.5 else later()
        result = str(dice.choice(["done", "failed", "failed", "cancelled", ""])) or None
        found.append({"item_kind": "contact", "for_target": "callback", "what": "call", "noted_at": at, "done_at": at, "result": result, "satisfaction": answer()})  # fmt: skip
    for kind in ("survey", "revisit", "decision"):
        if dice.random() < 0.2:
            name, why = ("A" if dice.random() < 0.8 else None), ("so" if dice.random() < 0.9 else None)
            found.append({"item_kind": kind, "what": why, "noted_by": name, "noted_at": later() if dice.random() < 0.8 else None,
                          "done_at": later() if dice.random() < 0.7 else None, "satisfaction": answer()})  # fmt: skip
    return [{"complaint_id": number, **item} for item in found]


def moment(value: Any) -> dt.datetime | None:
    """A time as a program wrote it: day fractions, so rounded to the second."""
    if not isinstance(value, dt.datetime):
        return None
    return (value + dt.timedelta(microseconds=500_000)).replace(microsecond=0)


def tried_hastily(outcomes: Outcomes) -> list[bool]:
    """Complaints tried often enough only if tries close together count, which formulas do not look at."""
    enough = DEFAULT_LIMITS["callback_tries"]
    found: list[bool] = ((outcomes.tries >= enough) & (outcomes.apart < enough)).tolist()
    return found


def against_kesu(path: Path, lang: str, column: Callable[[str], list[Any]]) -> tuple[list[Any], Counter[str]]:
    """Where due times and states of the column that a header heads are not those of ``kesu deadlines``; the cells that
    leave it to a refresh, counted by what they say."""
    [loaded] = load([path], NOW)
    assert loaded.assessment is not None
    wanted = loaded.assessment.deadlines.table()
    words = {text.of(lang) for text in INTRICATE.values()}
    differing, intricate, hasty = [], Counter[str](), tried_hastily(loaded.assessment.deadlines.outcomes)
    for target, said in TARGETS.items():
        due = column(f"{said.zh}到期" if lang == "zh" else f"{said.en} due")
        state = column(f"{said.zh}时限状态" if lang == "zh" else f"{said.en} state")
        mine = wanted[wanted["target"] == target].reset_index(drop=True)
        for row in range(len(mine)):
            shown = state[row] or ""
            if target == "callback" and hasty[row]:
                continue
            if shown in words:
                intricate[shown] += 1
                continue
            key = mine["state"][row]
            want = "" if key == "none" else STATES[key].of(lang)
            at = mine["due_at"][row]
            expected = want, None if pd.isna(at) else at.to_pydatetime()
            if expected != (shown, moment(due[row])):
                differing.append((mine["complaint_id"][row], target, expected, shown, due[row]))
    return differing, intricate


def compared(path: Path, lang: str, book: Workbook, rows: int) -> tuple[list[Any], Counter[str]]:
    """`against_kesu` of the Register's first ``rows`` rows as ``book`` shows them."""
    head, *body = book.worksheets[1].iter_rows(min_row=5, max_row=5 + rows, values_only=True)
    return against_kesu(path, lang, lambda header: [row[list(head).index(header)] for row in body])


def all_recalculated(
    paths: list[Path], folder: Path, now: dt.datetime = NOW, clocks: Mapping[Path, dt.datetime] | None = None
) -> list[Workbook]:
    """Workbooks of different names with the clock stopped, every formula worked out anew by one LibreOffice.

    The clock stands at ``now``, or where ``clocks`` says.
    """
    soffice = shutil.which("soffice")
    if soffice is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have LibreOffice: apt-get install libreoffice-calc")
        pytest.skip("LibreOffice (soffice) is not on the PATH")
    stopped = [folder / f"stopped_{path.name}" for path in paths]
    for path, copy in zip(paths, stopped, strict=True):
        serial = ((clocks or {}).get(path, now) - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
        still = f"<v>{serial!r}</v>".encode()
        with zipfile.ZipFile(path) as given, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as made:
            for part in given.namelist():
                made.writestr(part, re.sub(rb"<f>NOW\(\)</f><v>[^<]*</v>", still, given.read(part)))
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(NEVER_STALE, "utf-8")
    subprocess.run(
        [
            soffice, "--headless", f"-env:UserInstallation={user.parent.as_uri()}",
            "--convert-to", "xlsx", "--outdir", str(folder / "out"), *map(str, stopped),
        ],
        check=True, capture_output=True, timeout=900,
    )  # fmt: skip
    return [openpyxl.load_workbook(folder / "out" / copy.name, data_only=True) for copy in stopped]
