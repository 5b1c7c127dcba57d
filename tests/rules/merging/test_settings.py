"""The settings of several registers as one: what one alone changed holds, what differs is said, nothing depends on order."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from kesu.register.codes import CODE_LISTS, Code
from kesu.register.settings import DEFAULT_LIMITS, KpiTarget, Settings
from kesu.rules.merging.settings import LEFT_EMPTY, Difference, merge_settings
from kesu.words.text import Text

OLD = Settings(sheet="Settings", organisation="Old", limits={**DEFAULT_LIMITS, "transfers": 2.0})


def made(**changes: Any) -> Settings:
    """`OLD` with other settings; ``transfers``: of its limits."""
    if "transfers" in changes:
        changes["limits"] = {**OLD.limits, "transfers": changes.pop("transfers")}
    return dataclasses.replace(OLD, **changes)


def merged(
    south: dict[str, Any], north: dict[str, Any], base: Settings | None
) -> tuple[Settings, list[Difference]]:
    return merge_settings([("south", made(**south)), ("north", made(**north))], base)


def both(words: str) -> Text:
    return Text(words, words)


@pytest.mark.parametrize(
    ("south", "north", "based", "unbased", "told"),
    [
        ({}, {}, "Old", "Old", False),
        ({"organisation": "S"}, {}, "S", "Old", True),
        ({}, {"organisation": "N"}, "N", "N", True),
        ({"organisation": "X"}, {"organisation": "X"}, "X", "X", False),
        ({"organisation": "S"}, {"organisation": "N"}, "Old", "N", True),
    ],
)
def test_what_one_alone_changed_holds(
    south: dict[str, Any], north: dict[str, Any], based: str, unbased: str, *, told: bool
) -> None:
    """Without a base the first by name stands, whatever the order: the north."""
    for base, stands in ((OLD, based), (None, unbased), (Settings(), unbased)):
        one, differences = merged(south, north, base)
        assert one.organisation == stands
        names = [both(made(**own).organisation) for own in (north, south)]
        said = tuple(zip(("north", "south"), names, strict=True))
        wanted = [Difference(Text("单位名称", "Organisation"), said, both(stands))] if told else []
        assert differences == wanted


@pytest.mark.parametrize(
    ("south", "north", "base", "stands", "said"),
    [
        ({"transfers": 3.0}, {}, OLD, 3.0, ("2", "3", "3")), ({"transfers": 3.0}, {}, None, 2.0, ("2", "3", "2")),
        ({"transfers": 3.0}, {"transfers": 1.5}, OLD, 2.0, ("1.5", "3", "2")),
        ({"limits": {}}, {"transfers": 1200.0}, OLD, 2.0, ("1,200", "–", "2")),
    ],
)  # fmt: skip
def test_of_a_table_each_entry_is_one_setting(
    south: dict[str, Any], north: dict[str, Any], base: Settings | None, stands: float, said: tuple[str, ...]
) -> None:
    one, differences = merged(south, north, base)
    assert one.limits["transfers"] == stands
    mine = next(difference for difference in differences if difference.what.en.startswith("Handed over"))
    assert mine.sayings == (("north", both(said[0])), ("south", both(said[1])))
    assert mine.stands == both(said[2])


@pytest.mark.parametrize(
    ("south", "north", "stands"),
    [
        ({"2026-09": 900.0}, {"2026-10": 1000.0}, {"2026-09": 900.0, "2026-10": 1000.0}),
        ({"2026-10": 1000.0}, {"2026-10": 1000.0}, {"2026-10": 1000.0}),
        ({"2026-10": 900.0, "2026-11": 5.0}, {"2026-10": 1000.0}, {"2026-11": 5.0}),
    ],
)
def test_customer_bases_that_differ_are_left_empty(
    south: dict[str, float], north: dict[str, float], stands: dict[str, float]
) -> None:
    one, differences = merged({"customers": south}, {"customers": north}, None)
    assert one.customers == stands
    empty = [difference.what.en[-7:] for difference in differences if difference.stands == LEFT_EMPTY]
    assert empty == ([] if len(stands) == len({**south, **north}) else ["2026-10"])


def test_what_belongs_together_is_compared_as_a_whole() -> None:
    targets = tuple(
        KpiTarget("reply_in_time", share, tier) for share, tier in ((0.96, ""), (0.98, "vip"), (0.9, "mid"))
    )
    more = (*targets, KpiTarget("reply_in_time", 0.8, "", "Desk"))
    one, differences = merged({"kpi_targets": more}, {"kpi_targets": targets}, None)
    assert one.kpi_targets == targets
    (mine,) = differences
    assert [said.en.partition(";")[0] for _, said in mine.sayings] == ["3 rows", "4 rows"]
    assert [said.zh.partition(";")[0] for _, said in mine.sayings] == ["3 行", "4 行"]
    assert [said.en.count(";") for _, said in mine.sayings] == [3, 4]  # three are shown, then an ellipsis
    assert [said.en.endswith("; …") for _, said in mine.sayings] == [False, True]
    assert "0.98" in mine.stands.en
    assert mine.stands == mine.sayings[0][1]
    (days,) = merged({"closed_days": (dt.date(2026, 10, 1),)}, {}, OLD)[1]
    assert [said.en for _, said in days.sayings] == ["0 rows", "1 row; 2026-10-01 Closed"]
    assert days.stands == days.sayings[1][1]


def test_word_lists_are_told_by_their_names() -> None:
    words = {**OLD.words, "vague": ("soon", "尽快"), "own": ("x",)}
    one, differences = merged({"words": words}, {"words": {**OLD.words, "vague": ("soon",)}}, None)
    assert (one.words["vague"], one.words["own"]) == (("soon",), ("x",))
    assert [difference.what.en for difference in differences] == ["own", "Vague promises"]
    assert differences[1].sayings == (("north", both("soon")), ("south", both("soon、尽快")))


def test_every_choice_of_every_register_stands_with_all_words_for_it() -> None:
    phone = next(code for code in CODE_LISTS["channel"] if code.key == "phone")
    fax = Code("fax", Text("传真", "Fax"), ("telefax",))
    north = {**CODE_LISTS, "channel": (Code("phone", phone.label, ("ring",)), fax)}
    south = {
        **CODE_LISTS,
        "channel": (
            Code("phone", Text("电话", "Telephone"), ("bell", "ring")),
            Code("fax", Text("电报", "Wire"), ("telex",)),
        ),
    }
    one, differences = merged({"codes": south}, {"codes": north}, None)
    assert one.codes["channel"] == (
        Code("phone", phone.label, ("ring", "bell")), Code("fax", fax.label, ("telefax", "telex")),
    )  # fmt: skip
    assert one.codes["severity"] == CODE_LISTS["severity"]
    # One language alone may differ, as with the telephone.
    said = (("north", fax.label), ("south", Text("电报", "Wire")))
    assert differences == [Difference(both("channel.fax"), said, fax.label)]


def test_a_register_without_the_sheet_says_nothing() -> None:
    silent = Settings(organisation="Silent", problems=((1, 1, both("wrong")),), remarks=(both("lacks"),))
    one, differences = merge_settings([("a", silent), ("b", made(organisation="B"))], None)
    assert (one.organisation, differences) == ("B", [])
    alone, told = merge_settings([("b", dataclasses.replace(silent, organisation="b")), ("a", silent)], None)
    assert (alone.organisation, told, alone.problems, alone.remarks) == ("Silent", [], (), ())
