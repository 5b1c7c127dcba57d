"""What picks a playbook, and the next steps that it gives."""

from __future__ import annotations

import dataclasses
import re

import pandas as pd
import pytest

from kesu.register.codes import CODE_LISTS, Code
from kesu.register.settings import Settings, load_profile
from kesu.register.settings.playbooks import DRAFTS, PLACEHOLDER, VALUES, Line, completed, shipped
from kesu.rules.checks.sayings import sought
from kesu.rules.picked import Signs, advice, mentioned, valued, values_of
from kesu.rules.playbooks import FOLLOW_UPS, STAGES, next_steps, playbooks
from kesu.words.text import Text

DEFAULT = load_profile()


def with_lines(*lines: Line, categories: tuple[Code, ...] = ()) -> Settings:
    codes = dict(CODE_LISTS) | {"category": (*CODE_LISTS["category"], *categories)}
    return dataclasses.replace(DEFAULT, playbooks=completed(lines), codes=codes)


def line(about: str, kind: str, words: str) -> Line:
    return Line(about, kind, Text(words, words))


def test_the_next_step_follows_the_category_and_what_is_due() -> None:
    books = playbooks(
        with_lines(line("price", "reply", "Show the bill"), line("price", "resolve", "Pay it back"))
    )
    assert next_steps("reply", books)["price"].en == "Give a reply of substance, with times; show the bill"
    assert next_steps("resolution", books)["price"].zh == "落实方案并请客户确认；Pay it back"
    assert "price" not in next_steps("first_response", books)  # the team says nothing of that
    assert next_steps("commitment", books) == {"": FOLLOW_UPS["commitment"][1]}


def test_every_stage_has_a_step_in_every_shipped_playbook() -> None:
    books = playbooks(DEFAULT)
    for kind in STAGES:
        assert {"", "quality", "attitude", "delivery", "price", "process", "privacy"} <= set(
            next_steps(kind, books)
        )


def test_an_own_category_called_as_a_situation_has_its_playbook() -> None:
    by_name = Code("own1", Text("个人信息", "个人信息"))
    by_code = Code("outage", Text("停电停网", "停电停网"))
    books = playbooks(with_lines(categories=(by_name, by_code)))
    assert "先止住" in next_steps("first_response", books)["own1"].zh
    assert "已知故障" in next_steps("first_response", books)["outage"].zh
    assert books["outage"].name.zh == "停电停网"


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("我家断网两天了", ("outage", "断网")),
        ("The INTERNET IS DOWN again", ("outage", "internet is down")),
        ("我的身份证号被公开了", ("privacy", "身份证号被")),
        ("My details were on the web", ("privacy", "my details")),
        ("这个月多扣了二十元", ("billing", "多扣")),
        ("I was charged twice in May", ("billing", "charged twice")),
        ("充电器冒烟了", ("safety", "冒烟")),
        ("He had to go to hospital", ("safety", "hospital")),
        ("因为我是外地人就不给办", ("discrimination", "外地人")),
        ("That is discrimination", ("discrimination", "discriminat")),
        ("送货晚了三天", None),
        ("The parcel is late and the service slow", None),
        ("indiscriminate", None),  # a word begins where it begins
        ("", None),
        ("昨天在HOSPITAL看病", ("safety", "hospital")),
        ("OUTAGE ı İ ſ", ("outage", "outage")),
    ],
)
def test_signs_of_situations(said: str, found: tuple[str, str] | None) -> None:
    assert Signs(playbooks(DEFAULT)).found(pd.Series([said, "nothing"], dtype="str")) == [found, None]


def test_a_team_has_its_own_signs() -> None:
    books = playbooks(with_lines(line("privacy", "sign", "人脸、 Gesicht ")))
    signs = Signs(books).found(pd.Series(["人脸", "mein gesicht", "泄露", "hospital"], dtype="str"))
    assert signs == [("privacy", "人脸"), ("privacy", "gesicht"), None, ("safety", "hospital")]


def test_a_situation_is_pointed_out_once_with_the_word() -> None:
    books = playbooks(DEFAULT)
    told = mentioned("first_response", ("safety", "hospital"), "quality", books)
    assert told.en.startswith("; “hospital” is mentioned, so as for “Safety”: ask first how the person is")
    nothing = Text("", "")
    assert mentioned("first_response", ("safety", "hospital"), "safety", books) == nothing
    assert mentioned("first_response", ("safety", "hospital"), "privacy", books) == nothing
    assert mentioned("commitment", ("safety", "hospital"), "quality", books) == nothing
    assert mentioned("reply", None, "quality", books) == nothing


@pytest.mark.parametrize("words", ["vague", "overpromise", "fault", "judgement", "money"])
@pytest.mark.parametrize("kind", ["promise", "work"])
def test_what_kesu_proposes_to_say_its_own_checks_let_pass(words: str, kind: str) -> None:
    what = sought(words, kind, DEFAULT.words[words])
    texts = [
        PLACEHOLDER.sub("9:30", said).replace("……", "9:30").replace("…", "9:30")
        for one in shipped()
        if one.kind in {"say", *DRAFTS}
        for said in one.text
    ]
    assert len(texts) > 100
    spared = [
        re.sub(what.harmless, "□", f" {text} ", flags=re.IGNORECASE) if what.harmless else f" {text} "
        for text in texts
    ]
    assert [text for text in spared if what.wanted and re.search(what.wanted, text, re.IGNORECASE)] == []


@pytest.mark.parametrize(
    ("category", "expectation", "values"),
    [
        ("delivery", None, ("speed",)),
        ("attitude", None, ("respect",)),
        ("price", None, ("money",)),
        ("quality", None, ("reliability",)),
        ("process", None, ("flexibility",)),
        ("discrimination", None, ("fairness",)),
        (
            "delivery",
            "compensation",
            ("money", "speed"),
        ),  # what this customer said goes before the kind of complaint
        ("price", "compensation", ("money",)),
        (None, "respect|improvement", ("respect", "reliability")),
        ("other", None, ()),
        (None, None, ()),
        ("delivery", "a pony", ("speed",)),
    ],
)
def test_what_a_customer_values(
    category: str | None, expectation: str | None, values: tuple[str, ...]
) -> None:
    books = playbooks(DEFAULT)
    assert values_of(category, expectation, books) == values


def test_what_a_category_values_is_the_teams_to_correct() -> None:
    books = playbooks(with_lines(Line("delivery", "value", VALUES["reliability"])))
    assert values_of("delivery", None, books) == ("reliability",)
    assert valued(("money", "speed")) == Text("；客户看重金钱、速度", "; the customer values money, speed")


def test_advice_puts_the_situation_first_then_the_category_then_what_is_valued() -> None:
    books = playbooks(DEFAULT)
    told = advice("delivery", "compensation", ("safety", "hospital"), books)
    assert told.values == ("money", "speed")
    assert [one.en for one in told.named] == ["Safety", "Delivery delay"]
    places = [
        told.say.index(text)
        for about in ("safety", "delivery", "money", "speed", "")
        for text in books[about].of("say")
    ]
    assert places == list(range(len(told.say)))
    nothing = advice(None, None, None, books)
    assert nothing.named == () == nothing.steps
    assert nothing.say == books[""].of("say")
