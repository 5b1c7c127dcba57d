"""The shipped profiles: each says where it comes from, and its due dates are those of the rule's text.

Every date below was counted by hand on a calendar; the dates tested are those that ``kesu deadlines`` would show.
"""

import datetime as dt
import tomllib
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from kesu.register.codes import CODE_LISTS
from kesu.register.kpis import KPIS
from kesu.register.settings import CLOCKS, CONDITIONS, RULE_TARGETS, TARGETS, UNITS, load_about, load_profile
from kesu.rules.deadlines import rule_limits
from kesu.rules.deadlines.business_time import build_calendar
from tests.rules.deadlines.deadline_cases import deadlines, register

EPOCH = dt.datetime(1970, 1, 1)
FILES = {
    file.name.removesuffix(".toml"): tomllib.loads(file.read_text("utf-8"))
    for file in resources.files("kesu.register.settings.profiles").iterdir()
    if file.name.endswith(".toml")
}
OPTIONS = ("count_start_day", "end_of_day", "roll_forward")
RULE_KEYS = {
    "target",
    "amount",
    "unit",
    "clock",
    "start",
    "note",
    "valid_from",
    "valid_to",
    *OPTIONS,
    *CONDITIONS,
}


CASES = [
    # 48 h, and by tier 8 / 24 / 48 h, day and night.
    ("telecom", "first_response", {}, "2026-09-30 17:00", "2026-10-02 17:00:00"),
    ("telecom", "reply", {"tier": "vip"}, "2026-09-30 17:00", "2026-10-01 01:00:00"),
    ("telecom", "reply", {"tier": "mid"}, "2026-09-30 17:00", "2026-10-01 17:00:00"),
    ("telecom", "reply", {"tier": "other"}, "2026-09-30 17:00", "2026-10-02 17:00:00"),
    ("telecom", "resolution", {"severity": "urgent"}, "2026-09-30 17:00", "2026-10-01 17:00:00"),
    ("telecom", "resolution", {"severity": "severe"}, "2026-09-30 17:00", "2026-10-02 17:00:00"),
    ("telecom", "resolution", {"severity": "normal"}, "2026-09-30 17:00", "2026-10-03 17:00:00"),
    ("telecom", "plan_step", {}, "2026-09-30 17:00", "2026-10-01 17:00:00"),
    ("retail", "first_response", {}, "2026-02-28 20:30", "2026-03-01 20:30:00"),
    ("retail", "reply", {}, "2026-02-28 20:30", "2026-03-02 20:30:00"),
    ("retail", "plan_step", {}, "2026-12-31 08:00", "2027-01-01 08:00:00"),
    ("retail", "resolution", {}, "2026-02-28 20:30", "2026-03-03 20:30:00"),
    # 15 days, the first not counted: Tuesday 17 March; 1 October is a holiday, so the 8th; Sunday 20 September
    # is a make-up working day, so no move.
    ("cn_telecom_users", "reply", {}, "2026-03-02 10:00", "2026-03-17 23:59:59"),
    ("cn_telecom_users", "reply", {}, "2026-09-16 10:00", "2026-10-08 23:59:59"),
    ("cn_telecom_users", "reply", {}, "2026-09-05 10:00", "2026-09-20 23:59:59"),
    # 15 and 30 calendar days, which no day off moves: 16 April + 15 is 1 May.
    ("cn_banking_insurance", "reply", {}, "2026-03-02 10:00", "2026-03-17 23:59:59"),
    ("cn_banking_insurance", "reply", {}, "2026-04-16 10:00", "2026-05-01 23:59:59"),
    ("cn_banking_insurance", "resolution", {}, "2026-03-02 10:00", "2026-04-01 23:59:59"),
    # 7 working days from Monday 28 September: 29, 30, then 8, 9, Saturday 10, 12, 13 October.
    ("cn_market_supervision", "first_response", {}, "2026-09-28 10:00", "2026-10-13 18:00:00"),
    # Before 15 April 45 working days: 21 in March, 21 in April, 6, 7, 8 May. Since then 60 days: Sunday 14 June.
    ("cn_market_supervision", "resolution", {}, "2026-03-02 10:00", "2026-05-08 18:00:00"),
    ("cn_market_supervision", "resolution", {}, "2026-04-15 10:00", "2026-06-15 23:59:59"),
    # Thursday before Easter: business days 7, 8, 9 April; eight weeks: Thursday 28 May; 15 business days: 27 April.
    ("uk_fca_disp", "reply", {}, "2026-04-02 15:00", "2026-04-09 17:00:00"),
    ("uk_fca_disp", "resolution", {}, "2026-04-02 15:00", "2026-05-28 23:59:59"),
    ("uk_fca_disp", "resolution", {"product": "payment services"}, "2026-04-02 15:00", "2026-04-27 17:00:00"),
    ("uk_fca_disp", "resolution", {"product": "E-money"}, "2026-04-02 15:00", "2026-04-27 17:00:00"),
    # Eight weeks up to 7 April 2026, six from the 8th.
    ("uk_ofcom", "resolution", {}, "2026-04-07 23:30", "2026-06-02 23:59:59"),
    ("uk_ofcom", "resolution", {}, "2026-04-08 00:00", "2026-05-20 23:59:59"),
    # From Wednesday 25 March, no member state's holidays: day 15 is 15 April, day 35 is 13 May.
    ("eu_psd2", "reply", {}, "2026-03-25 09:30", "2026-04-15 17:00:00"),
    ("eu_psd2", "resolution", {}, "2026-03-25 09:30", "2026-05-13 17:00:00"),
    # 20 February + 15 is 7 March, + 60 is 21 April; a Saturday does not move. It counts from when it was sent.
    ("us_cfpb", "reply", {"sent_at": "2026-02-20 12:00"}, "2026-02-23 09:00", "2026-03-07 23:59:59"),
    ("us_cfpb", "resolution", {"sent_at": "2026-02-20 12:00"}, "2026-02-23 09:00", "2026-04-21 23:59:59"),
    ("us_cfpb", "reply", {}, "2026-02-20 12:00", "2026-03-07 23:59:59"),
    ("us_cfpb", "resolution", {}, "2026-02-20 12:00", "2026-04-21 23:59:59"),
    # Thursday before Easter: the next business day is Tuesday 7 April; 30 and 45 days are 2 and 17 May.
    ("au_rg271", "first_response", {}, "2026-04-02 16:00", "2026-04-07 16:00:00"),
    ("au_rg271", "resolution", {}, "2026-04-02 16:00", "2026-05-02 23:59:59"),
    ("au_rg271", "resolution", {"product": "superannuation"}, "2026-04-02 16:00", "2026-05-17 23:59:59"),
    # Day 1 is Thursday 5 March; for a Saturday it is Monday 9 March.
    ("public_service", "first_response", {}, "2026-03-05 11:00", "2026-03-09 17:00:00"),
    ("public_service", "reply", {}, "2026-03-05 11:00", "2026-03-11 17:00:00"),
    ("public_service", "resolution", {}, "2026-03-05 11:00", "2026-04-01 17:00:00"),
    ("public_service", "reply", {}, "2026-03-07 11:00", "2026-03-13 17:00:00"),
    ("public_service", "reply", {}, "2026-03-05 17:30", "2026-03-12 17:00:00"),  # after hours: Friday is day 1
]  # fmt: skip


@pytest.mark.parametrize(("profile", "target", "complaint", "received", "expected"), CASES)
def test_due_dates_are_those_of_the_rules_text(
    profile: str, target: str, complaint: dict[str, str], received: str, expected: str
) -> None:
    settings = load_profile(profile)
    known = {"tier": "customer_tier"}
    row = {known.get(key, key): value for key, value in complaint.items()} | {"received_at": received}
    found = register([row], (), settings)
    result = deadlines(found, received)
    if target in TARGETS:
        due = result.targets[target].due
    else:
        start = result.targets["first_response"].start
        due = rule_limits(result, target, np.array([0]), start)
    assert str(EPOCH + dt.timedelta(seconds=int(due[0]))) == expected


def test_every_deadline_that_a_profile_sets_has_a_hand_worked_case() -> None:
    for name, data in FILES.items():
        shown = {target for profile, target, *_ in CASES if profile == name}
        assert shown == {rule["target"] for rule in data["rules"]} - {"callback", "silence"}


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_profile_says_where_it_comes_from_when_it_was_checked_and_whether_its_text_was_read(
    name: str,
) -> None:
    about = FILES[name]["profile"]
    assert (load_about(name).checked, load_about(name).verified) == (about["checked"], about["verified"])
    assert about["name"] == name
    assert isinstance(about["verified"], bool)
    assert type(about["checked"]) is dt.date
    for words in (about["title"], about["source"]):
        assert words["zh"].strip()
        assert words["en"].strip()


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_rules_of_a_profile_use_known_words_only(name: str) -> None:
    for rule in FILES[name]["rules"]:
        assert rule.keys() <= RULE_KEYS
        assert rule["target"] in RULE_TARGETS
        assert rule["unit"] in UNITS
        assert rule.get("clock", "calendar") in CLOCKS
        assert rule["amount"] > 0
        assert all(type(rule[key]) is bool for key in OPTIONS if key in rule)
        assert all(type(rule[key]) is dt.date for key in ("valid_from", "valid_to") if key in rule)
        for key in ("kind", "tier", "severity", "category", "channel"):
            assert key not in rule or rule[key] in {code.key for code in CODE_LISTS[key]}
        if "note" in rule:
            assert rule["note"].keys() == {"zh", "en"}
    assert {target["kpi"] for target in FILES[name].get("kpi_targets", ())} <= KPIS.keys()


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_profile_loads_with_its_rules_and_a_region_that_has_a_calendar(name: str) -> None:
    settings = load_profile(name)
    assert settings.profile == name
    assert [(rule.target, rule.amount) for rule in settings.rules] == [
        (rule["target"], rule["amount"]) for rule in FILES[name]["rules"]
    ]
    calendar = build_calendar(
        dt.date(2026, 3, 2), dt.date(2026, 3, 2), settings.hours, settings.region or None,
        settings.subdivision or None,
    )  # fmt: skip
    assert calendar.total > 0


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_documentation_says_of_every_profile_when_it_was_checked_and_whether_its_text_was_read(
    name: str,
) -> None:
    page = (Path(__file__).parents[3] / "docs" / "deadlines.md").read_text("utf-8")
    about = FILES[name]["profile"]
    for lang, answers in (("zh", ("否", "是")), ("en", ("no", "yes"))):
        row = f"| `{name}` | {about['title'][lang]} | {about['checked']} | {answers[about['verified']]} |"
        assert row in page.splitlines()
