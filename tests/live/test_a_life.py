"""The life of one complaint that goes wrong at every step, played with the macros in LibreOffice and with commands."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw
from click.testing import CliRunner

from kesu.cli import main
from kesu.live import macros
from kesu.live.feedback import MacroError
from kesu.register.codes import CODE_LISTS, label_of
from kesu.register.columns import BY_KEY, ITEM_BY_KEY, SHEETS
from tests.depth import in_turn

pytestmark = [pytest.mark.libreoffice, pytest.mark.slow]

RECEIVED = dt.datetime(2026, 11, 2, 10)  # a Monday
LATE = dt.datetime(2026, 11, 5, 9)
FRIDAY = dt.datetime(2026, 11, 6, 12)
MONDAY = dt.datetime(2026, 11, 9, 10)
TUESDAY = MONDAY + dt.timedelta(days=1)
STEP, DEMAND = 5, 6
"""Rows of Items, in the order in which they are entered: the promise, the transfer, two options, the step, the demand."""
WORDS = {
    "zh": {
        "verbatim": "宽带天天断，你们必须赔我500元，不然我就打12315", "measures_taken": "这次是我们的错，尽快回复客户",
        "details": "客户无理取闹", "commitments": "尽快派师傅上门", "root_cause": "光猫老化", "solution": "更换光猫",
        "lessons": "老化光猫批量更换",
    },
    "en": {
        "verbatim": "The line drops every day. Pay me 500 pounds or I go to the regulator", "measures_taken": "This is our fault, we will call back as soon as possible",
        "details": "The customer is being unreasonable", "commitments": "An engineer as soon as possible", "root_cause": "Old router", "solution": "Router replaced",
        "lessons": "Replace old routers in one go",
    },
}  # fmt: skip


class Life:
    """One register, open in the office, and its one complaint."""

    def __init__(self, app: xw.App, path: Path, lang: str) -> None:
        self.lang, self.path = lang, path
        made = CliRunner().invoke(main, ["new", str(path), "--lang", lang, "--columns", "full"])
        assert made.exit_code == 0, made.output
        self.book = app.books.open(str(path))
        self.number, self.items = "", 0

    def word(self, codes: str, key: str) -> str:
        return label_of(CODE_LISTS[codes], key, self.lang)

    def put(self, sheet: str, row: int, heading: int, **values: Any) -> None:
        """Type into a row as an agent does."""
        columns = BY_KEY if sheet == "register" else ITEM_BY_KEY
        page = self.book.sheets[SHEETS[sheet].of(self.lang)]
        headings = [str(one).removesuffix(" *") for one in page.range((heading, 1), (heading, 150)).value]
        for key, value in values.items():
            column = columns[key]
            at = headings.index(column.label.of(self.lang)) + 1
            page.range((row, at)).value = self.word(column.codes, value) if column.codes else value

    def case(self, **values: Any) -> None:
        self.put("register", 6, 5, **values)

    def item(self, kind: str, what: str, **values: Any) -> int:
        """One more row of Items; its Excel row."""
        self.items += 1
        self.again(self.items, complaint_id=self.number, item_kind=kind, what=what, **values)
        return self.items

    def again(self, item: int, **values: Any) -> None:
        self.put("items", 4 + item, 4, **values)

    def asked(self, command: str, as_of: dt.datetime, *more: str) -> list[dict[str, Any]]:
        """What a command says of the register as it stands, as JSON."""
        if self.book.api.isModified():
            self.book.save()
        done = CliRunner().invoke(
            main, [command, str(self.path), "--format", "json", "--as-of", as_of.isoformat(), *more]
        )
        assert done.exit_code in {0, 1}, done.output
        found: list[dict[str, Any]] = json.loads(done.stdout)
        return found

    def wrong(self, as_of: dt.datetime) -> set[str]:
        return {line["rule"] for line in self.asked("check", as_of)}

    def to_do(self, as_of: dt.datetime) -> set[str]:
        return {line["kind"] for line in self.asked("followups", as_of)}

    def close(self, as_of: dt.datetime) -> str:
        """What stands against closing; "" once it is closed."""
        try:
            macros.close_complaint(self.book, self.number, as_of)
        except MacroError as refused:
            return refused.text.of(self.lang)
        return ""


@pytest.fixture(params=in_turn("zh"))
def life(request: pytest.FixtureRequest, app: xw.App, tmp_path: Path) -> Iterator[Life]:
    made = Life(app, tmp_path / "life.xlsx", request.param)
    yield made
    made.book.close()


def test_what_goes_wrong_is_said_and_comes_back_until_the_customer_is_content(life: Life) -> None:
    _logged(life, WORDS[life.lang])
    _late(life)
    _worked_on(life, WORDS[life.lang])
    _called_back(life)
    _taken_up(life, WORDS[life.lang])


def _logged(life: Life, said: dict[str, str]) -> None:
    # logged in a hurry: words that do harm, nothing of customer and staff but a name
    told = macros.new_complaint(
        life.book, customer_name="王小明", channel="phone", category="quality", received_at=RECEIVED,
        verbatim=said["verbatim"], owner="Li", more={key: said[key] for key in ("measures_taken", "details", "commitments")},
    )  # fmt: skip
    life.number = next(word for word in told.replace("，", " ").split() if word.startswith("2026"))
    life.items = 1  # the promise
    assert {
        "form_incomplete", "vague_promise", "judgement_in_record", "claim_in_text", "escalation_threat",
        "fault_before_verification", "commitment_without_due",
    } <= life.wrong(RECEIVED + dt.timedelta(hours=1))  # fmt: skip


def _late(life: Life) -> None:
    # nobody answers within 48 hours, and the promise is broken
    life.case(severity="severe", status="in_progress", answered_after_seconds=40, emotional_state="furious")
    life.again(1, noted_at=RECEIVED, due_at=dt.datetime(2026, 11, 4, 18))
    assert {"first_response", "commitment", "escalate"} <= life.to_do(LATE)
    assert {"severe_not_escalated", "answered_late"} <= life.wrong(LATE)

    # handed on late and with nothing in the hand-over; up without a reason
    life.case(first_response_at=dt.datetime(2026, 11, 5, 9, 30), escalated_to="internal")
    life.item("transfer", {"zh": "请处理", "en": "please handle"}[life.lang], department="Field", noted_at=LATE,
              started_at=LATE + dt.timedelta(minutes=7))  # fmt: skip
    assert {"transfer_without_facts", "started_late"} <= life.wrong(LATE)


def _worked_on(life: Life, said: dict[str, str]) -> None:
    # responsibility without asking anybody, two options taken, a plan nobody owns
    life.case(responsibility="internal", root_cause=said["root_cause"], solution=said["solution"])
    for what in ("A", "B"):
        life.item("option", what, chosen="yes", cost=100)
    assert life.item("action", said["solution"], noted_at=LATE) == STEP
    assert life.item("demand", {"zh": "赔500元", "en": "500 pounds"}[life.lang]) == DEMAND
    assert {"responsibility_unverified", "plan_unanswered", "two_options_chosen", "action_without_owner"} <= life.wrong(FRIDAY)  # fmt: skip
    assert "plan_step" in life.to_do(FRIDAY)

    # "done", they say: the customer does not agree, a demand is open, nobody called
    life.case(replied_at=FRIDAY, resolved_at=FRIDAY, status="resolved", customer_agreed="no")
    against = life.close(FRIDAY)
    demand_words = life.book.sheets[SHEETS["items"].of(life.lang)].range((4 + DEMAND, 3)).value
    assert demand_words in against
    assert len(against.splitlines()) >= 4  # what it is about, and three reasons
    assert {"take_up_again", "settle_demands"} <= life.to_do(FRIDAY)


def _called_back(life: Life) -> None:
    # the demand is settled and the customer agrees, but cannot be reached; then is, and is furious
    life.again(DEMAND, result="done", done_at=FRIDAY)
    life.again(STEP, owner="Wang", result="done", done_at=FRIDAY)
    life.case(customer_agreed="yes", compensation_claimed=500, compensation_paid=500)
    life.case(called_back_at=MONDAY, callback_reached="no")
    assert life.close(MONDAY)
    assert "call_again" in life.to_do(MONDAY + dt.timedelta(days=1, hours=1))
    life.case(called_back_at=TUESDAY, callback_reached="yes", satisfaction="very_dissatisfied")
    assert life.close(TUESDAY)
    assert "take_up_again" in life.to_do(TUESDAY)
    coverage = {line["kpi"]: line["value"] for line in life.asked("kpis", TUESDAY)}
    assert coverage["callback_coverage"] == 1.0  # reached, whatever was said
    assert coverage["satisfaction"] == 0.0


def _taken_up(life: Life, said: dict[str, str]) -> None:
    # taken up again, to the end
    macros.reopen_complaint(life.book, life.number, as_of=TUESDAY + dt.timedelta(hours=1))
    again = TUESDAY + dt.timedelta(hours=2)
    assert "reopened_reply" in life.to_do(again)
    done = TUESDAY + dt.timedelta(hours=6)
    life.case(
        replied_at=done, resolved_at=done, status="resolved", customer_agreed="yes", lessons=said["lessons"]
    )
    life.case(called_back_at=done + dt.timedelta(hours=1), callback_reached="yes", satisfaction="satisfied")
    life.again(1, result="failed", done_at=done)
    assert life.close(done + dt.timedelta(hours=2)) == ""
    figures = {line["kpi"]: line["value"] for line in life.asked("kpis", done + dt.timedelta(hours=3))}
    assert figures["reopen_rate"] == 1.0
    assert figures["commitments_kept"] == 0.0
    assert figures["demands_settled"] == 1.0
    assert life.to_do(done + dt.timedelta(hours=3)) == set()
