"""The demo data: the same on every machine, complete, plausible, and wrong exactly where it should be."""

import datetime as dt
import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from kesu.demo import AS_OF, FAULTS, SEED, demo_registers, make_branch
from kesu.demo.stock import load_stock
from kesu.register.codes import CODE_LISTS
from kesu.register.columns import ITEMS, REGISTER

BRANCHES = (0, 1, 2)
ROWS = (165, 160, 140)
Frames = tuple[pd.DataFrame, pd.DataFrame]


@cache
def frames(branch: int) -> Frames:
    _, complaints, items, _ = make_branch(branch, ROWS[branch], SEED)
    return complaints, items


@cache
def faultless(branch: int) -> Frames:
    _, complaints, items, _ = make_branch(branch, ROWS[branch], SEED, fault_share=0)
    return complaints, items


def every(what: int) -> pd.DataFrame:
    return pd.concat([frames(branch)[what].astype(object) for branch in BRANCHES], ignore_index=True)


DIGEST = """
import hashlib
from kesu.demo import make_branch, SEED
made = hashlib.sha256()
for branch, rows in enumerate((165, 160, 140)):
    settings, complaints, items, lang = make_branch(branch, rows, SEED)
    made.update(repr(settings.customers).encode() + complaints.to_csv().encode() + items.to_csv().encode())
print(made.hexdigest())
"""


def digest(**environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", DIGEST],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_the_data_are_the_same_whatever_the_hash_seed_time_zone_and_locale() -> None:
    one = digest(PYTHONHASHSEED="1", TZ="UTC", LANG="C", LC_ALL="C", PYTHONUTF8="1")
    other = digest(PYTHONHASHSEED="77", TZ="Asia/Shanghai", LANG="zh_CN.UTF-8", LC_ALL="")
    assert len(one) == 64
    assert one == other


def test_another_seed_makes_other_data() -> None:
    _, complaints, _, _ = make_branch(0, ROWS[0], SEED + 1)
    assert not complaints["received_at"].equals(frames(0)[0]["received_at"])


def test_a_branch_is_known_by_position_name_and_prefix_and_others_are_refused() -> None:
    by_name = make_branch("江城分公司", ROWS[0], SEED)[1]
    assert by_name.equals(frames(0)[0])
    assert make_branch("HB", ROWS[2], SEED)[3] == "en"
    with pytest.raises(ValueError, match="Nowhere"):
        make_branch("Nowhere", 100, SEED)


def test_two_branches_speak_chinese_and_one_english_with_their_own_settings() -> None:
    settings = [make_branch(branch, ROWS[branch], SEED) for branch in BRANCHES]
    assert [lang for *_, lang in settings] == ["zh", "zh", "en"]
    assert [made[0].region for made in settings] == ["CN", "CN", "GB"]
    assert [made[0].organisation for made in settings] == ["江城分公司", "云岭分公司", "Harbour branch"]
    for made in settings:
        assert list(made[0].customers) == [f"2026-{month:02d}" for month in range(6, 12)]


def test_about_four_hundred_complaints_between_june_and_the_instant_of_looking() -> None:
    complaints = every(0)
    assert 380 <= complaints["kind"].eq("complaint").sum() <= 420
    received = complaints["received_at"][
        complaints["received_at"].map(lambda at: isinstance(at, dt.datetime))
    ]
    assert received.min() >= dt.datetime(2026, 6, 1)
    assert received.max() <= AS_OF
    assert Counter(received.map(lambda at: at.month)).keys() == {6, 7, 8, 9, 10, 11}


def test_columns_are_the_declared_ones_in_their_order() -> None:
    complaints, items = frames(0)
    assert list(complaints) == [column.key for column in REGISTER]
    assert list(items) == [column.key for column in ITEMS]


def test_numbers_are_unique_but_for_the_one_planted() -> None:
    counts = Counter(every(0)["complaint_id"])
    assert sorted(counts.values())[-2:] == [1, 2]


def test_items_hang_off_complaints_but_for_the_one_planted() -> None:
    orphans = set(every(1)["complaint_id"]) - set(every(0)["complaint_id"])
    assert len(orphans) == 1


@pytest.mark.parametrize(
    ("what", "key", "codes"),
    [(0, column.key, column.codes) for column in REGISTER if column.codes]
    + [
        (1, column.key, column.codes)
        for column in ITEMS
        if column.codes and column.key not in {"for_target", "satisfaction"}
    ],
)
def test_every_code_is_used_and_no_other_but_the_planted_ones(what: int, key: str, codes: str) -> None:
    used = {one for cell in every(what)[key].dropna() for one in str(cell).split("|")}
    # Nobody is left without a remedy; blaming the customer, failed and cancelled items need no sample.
    unused = {"remedy": {"none"}, "responsibility": {"customer"}, "result": {"failed", "cancelled"}}
    unused["collection"] = {"interview", "other"}  # by letter or in person, which few do with feedback
    unused["satisfaction"] = {"neutral"}  # the customers answer in the five levels
    unused["item_kind"] = {"double", "conflict"}  # what `kesu doubles` and `kesu merge` write
    unused["item_kind"] |= {"suggestion", "revisit", "survey"}
    unused["result"] |= {"same", "repeat", "different"}
    strangers = {"超级会员", "Platinum plus", "飞鸽传书", "Carrier pigeon", "杂七杂八", "Bits and bobs"}
    declared = {code.key for code in CODE_LISTS[codes]}
    assert declared - used <= unused.get(key, set())
    assert used - declared <= strangers


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_customers_say_at_least_sixty_different_things(lang: str) -> None:
    complaints = [
        text for issue in load_stock(lang).issues if issue.kind == "complaint" for text in issue.verbatims
    ]
    assert len(set(complaints)) >= 60
    said = [frames(branch)[0]["verbatim"] for branch in BRANCHES if (branch < 2) == (lang == "zh")]
    texts = pd.concat(said)
    assert texts.nunique() > 0.85 * len(texts)
    assert not texts.str.contains(r"[{}]").any()


def test_the_two_languages_do_not_mix() -> None:
    chinese = re.compile("[一-鿿]")
    for column in ("verbatim", "details", "measures_taken", "commitments", "solution", "root_cause"):
        english = frames(2)[0][column].dropna()
        assert not english.str.contains(chinese).any(), column
        assert frames(0)[0][column].dropna().str.contains(chinese).all(), column


def test_people_and_numbers_are_invented_and_the_same_customer_stays_the_same() -> None:
    contacts = every(0).groupby("customer_account")["customer_contact"].first().dropna().astype(str)
    plausible = r"1990000\d{4}|\+44 7700 900\d{3}|user\d{6}@example\.com"
    assert contacts.str.fullmatch(plausible).mean() > 0.98
    accounts = frames(1)[0].groupby("customer_account")
    assert accounts.size().max() > 1
    assert (accounts["customer_name"].nunique() <= 1).all()


def test_most_complaints_come_on_working_days_by_daylight() -> None:
    received = frames(1)[0]["received_at"]
    assert received.dt.hour.between(8, 21).mean() > 0.9
    assert received.dt.day_of_week.lt(5).mean() > 5 / 7


def test_price_disputes_rise_in_october() -> None:
    complaints = every(0)
    months = pd.to_datetime(complaints["received_at"]).dt.month
    share = complaints["category"].eq("price").groupby(months).mean()
    assert share.idxmax() == 10


def test_one_branch_misses_the_reply_target_and_the_others_reach_it() -> None:
    """Limits of the telecom table: VIP 8 h, mid tier 24 h, others 48 h; at least 96 % in time."""
    shares = []
    for branch in BRANCHES:
        complaints = frames(branch)[0]
        replied = complaints[complaints["replied_at"].notna() & complaints["reopened_at"].isna()]
        limit = replied["customer_tier"].map({"vip": 8.0, "mid": 24.0, "other": 48.0})
        took = (replied["replied_at"] - pd.to_datetime(replied["received_at"])).dt.total_seconds() / 3600
        shares.append((took <= limit)[limit.notna()].mean())
    assert shares[0] >= 0.96
    assert shares[1] < 0.96
    assert shares[2] >= 0.96


def test_repeats_reopened_escalated_and_severe_ones_are_there() -> None:
    complaints = every(0)
    assert complaints["reopened_at"].notna().sum() >= 10
    assert complaints["escalated_to"].dropna().str.contains("regulator").any()
    assert complaints["severity"].isin(["severe", "urgent"]).sum() >= 50
    again = complaints[complaints["kind"] == "complaint"].groupby(["customer_account", "category"]).size()
    assert again.gt(1).sum() >= 10


def test_nothing_has_happened_after_the_instant_of_looking_but_the_planted_mistake() -> None:
    later = []
    for what, columns in ((0, REGISTER), (1, ITEMS)):
        for column in columns:
            if column.kind == "time" and column.key != "due_at":
                times = pd.to_datetime(every(what)[column.key], errors="coerce")
                later += [(column.key, at) for at in times[times > AS_OF]]
    assert [key for key, _ in later] == ["called_back_at"]


def _sum(mask: "pd.Series[bool]") -> int:
    return int(mask.sum())


def _items_of(items: pd.DataFrame, kind: str) -> pd.DataFrame:
    return items[items["item_kind"] == kind]


def _contains(frame: pd.DataFrame, key: str, pattern: str) -> int:
    return _sum(frame[key].astype(str).str.contains(pattern))


def _texts(frame: pd.DataFrame, key: str) -> int:
    return _sum(frame[key].map(lambda cell: isinstance(cell, str)))


def _before(frame: pd.DataFrame, early: str, late: str) -> int:
    return _sum(pd.to_datetime(frame[early], errors="coerce") < pd.to_datetime(frame[late], errors="coerce"))


def _closed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["status"].eq("closed") & frame["kind"].eq("complaint")]


def _open_demands(c: pd.DataFrame, i: pd.DataFrame) -> int:
    demands = _items_of(i, "demand")
    still = demands[demands["done_at"].isna() & demands["result"].isna()]
    return _sum(_closed(c)["complaint_id"].isin(still["complaint_id"]))


# How each planted mistake shows in the bare frames, said without the checks of the program.
SHOWS: dict[str, Callable[[pd.DataFrame, pd.DataFrame], int]] = {
    "closed_with_open_demand": _open_demands,
    "closed_without_callback": lambda c, _: _sum(_closed(c)["called_back_at"].isna()),
    "closed_without_confirmation": lambda c, _: _sum(_closed(c)["customer_agreed"].ne("yes")),
    "vague_promise": lambda c, _: _contains(c, "commitments", "尽快|as soon as possible"),
    "promise_without_time": lambda _, i: _sum(_items_of(i, "commitment")["due_at"].isna()),
    "judgement_in_verbatim": lambda c, _: _contains(c, "verbatim", "无理取闹|unreasonable"),
    "blame_in_involved": lambda c, _: _contains(c, "involved_staff", "明显是|obviously"),
    "fault_admitted_early": lambda c, _: _contains(
        c[c["responsibility"] == "pending"], "measures_taken", "我们的错|our fault"
    ),
    "several_transfers": lambda c, _: _sum(c["transfers"].gt(4)),
    "transfer_without_content": lambda _, i: _sum(_items_of(i, "transfer")["what"].str.len().lt(12)),
    "quick_fix_left_lying": lambda c, _: _sum(
        c["severity"].eq("minor") & c["status"].eq("in_progress") & c["resolved_at"].isna()
    ),
    "severe_not_escalated": lambda c, _: _sum(
        c["severity"].isin(["severe", "urgent"]) & c["escalated_to"].isna() & c["status"].eq("in_progress")
    ),
    "response_before_receipt": lambda c, _: _before(c, "first_response_at", "received_at"),
    "resolution_before_response": lambda c, _: _before(c, "resolved_at", "first_response_at"),
    "future_time": lambda c, _: _sum(c["called_back_at"].gt(AS_OF)),
    "time_as_text": lambda c, _: _texts(c, "received_at"),
    "time_unreadable": lambda c, _: _texts(c, "resolved_at"),
    "phone_in_exponent": lambda c, _: _contains(c, "customer_contact", r"1\.38E\+10"),
    "phone_incomplete": lambda c, _: _sum(c["customer_contact"].str.len().eq(6)),
    "duplicate_number": lambda c, _: _sum(c["complaint_id"].duplicated()),
    "unknown_tier": lambda c, _: _contains(c, "customer_tier", "超级会员|Platinum"),
    "unknown_channel": lambda c, _: _contains(c, "channel", "飞鸽|pigeon"),
    "unknown_category": lambda c, _: _contains(c, "category", "杂七杂八|Bits"),
    "satisfaction_without_callback": lambda c, _: _sum(
        c["satisfaction"].notna() & c["called_back_at"].isna()
    ),
    "money_in_text": lambda c, _: _contains(c, "verbatim", "赔偿我800元|claim £800"),
    "number_unreadable": lambda c, _: _texts(c, "compensation_paid"),
    "form_incomplete": lambda c, _: _sum(c["kind"].eq("complaint") & c["expectation"].isna()),
    "orphan_item": lambda c, i: _sum(~i["complaint_id"].isin(c["complaint_id"])),
    "required_empty": lambda c, _: _sum(c["customer_name"].isna()),
    "owner_missing": lambda c, _: _sum(c["owner"].isna()),
    "resolved_but_open": lambda c, _: _sum(c["status"].eq("in_progress") & c["resolved_at"].notna()),
    "callback_before_resolution": lambda c, _: _before(c, "called_back_at", "resolved_at"),
    "first_contact_but_transferred": lambda c, _: _sum(
        c["resolved_on_first_contact"].eq("yes") & c["transfers"].gt(0)
    ),
    "paid_more_than_claimed": lambda c, _: _sum(
        pd.to_numeric(c["compensation_paid"], errors="coerce") > c["compensation_claimed"].astype(float)
    ),
    "options_without_choice": lambda _, i: _sum(
        ~_items_of(i, "option").groupby("complaint_id")["chosen"].agg(lambda s: "yes" in set(s))
    ),
    "hold_end_before_start": lambda _, i: _before(_items_of(i, "hold"), "done_at", "started_at"),
    "responsibility_unverified": lambda _, i: _sum(_items_of(i, "verification")["done_at"].isna()),
    "hand_over_without_measures": lambda _, i: _sum(
        ~_items_of(i, "transfer")["what"].str.contains("已采取|Measures taken")
    ),
}


def test_every_mistake_has_a_way_to_see_it() -> None:
    assert [fault.key for fault in FAULTS] == list(SHOWS)


@pytest.mark.parametrize("key", list(SHOWS))
def test_every_mistake_is_planted_and_was_not_there_before(key: str) -> None:
    home = [fault.key for fault in FAULTS].index(key) % 3
    clean = faultless(home)
    assert SHOWS[key](*frames(home)) > SHOWS[key](*clean)


def test_mistakes_come_as_often_as_asked_in_a_large_register() -> None:
    mistakes = len(FAULTS) + 4  # the first four kinds twice, all others once
    _, complaints, _, _ = make_branch(
        "JC", 2000, 1, begin=dt.datetime(2025, 12, 1), itemised=0.5, fault_share=mistakes / 2000
    )
    assert SHOWS["closed_without_confirmation"](complaints, complaints) == 2
    assert SHOWS["unknown_channel"](complaints, complaints) == 1


@pytest.mark.slow
def test_the_demo_registers_read_back_and_every_mistake_is_found(tmp_path: Path) -> None:
    from kesu.jobs.load import load

    made = demo_registers()
    assert list(made) == ["江城分公司.xlsx", "云岭分公司.xlsx", "Harbour branch.xlsx"]
    paths = [tmp_path / name for name in made]
    for path, content in zip(paths, made.values(), strict=True):
        path.write_bytes(content)
    for branch, loaded in enumerate(load(paths, AS_OF)):
        assert loaded.assessment is not None, loaded.error
        assert len(loaded.assessment.register.complaints.data) == ROWS[branch]
        found = set(loaded.assessment.findings["rule"])
        assert {fault.rule for fault in FAULTS[branch::3]} <= found


@pytest.mark.slow
def test_a_large_register_has_the_same_bytes_each_time(tmp_path: Path) -> None:
    script = Path(__file__).parents[2] / "benchmarks" / "generate.py"
    sums = []
    for number, seed in enumerate(("0", "9")):
        out = tmp_path / f"{number}.xlsx"
        subprocess.run(
            [sys.executable, script, "--rows", "300", "-o", out, "--lang", "en"],
            env=os.environ | {"PYTHONHASHSEED": seed}, check=True, capture_output=True,
        )  # fmt: skip
        sums.append(hashlib.sha256(out.read_bytes()).hexdigest())
    assert sums[0] == sums[1]
