"""Hand-overs judged by what they say: sentences written for the purpose, each with what it lacks."""

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from kesu.rules.handover import OWN, PARTS, lacking

LETTERS = {"c": "customer", "p": "problem", "m": "measures"}
OF = {
    "zh": {
        "complaint_id": "JC-20261101-017",
        "customer_name": "张伟",
        "customer_account": "YD20231188",
        "customer_contact": "13912345678",
        "product": "智慧宽带1000M",
        "verbatim": "家里宽带这两天晚上老是断，打游戏直接掉线，你们管不管",
        "details": "江边小区3栋，每晚八点后掉线，光猫红灯闪",
        "measures_taken": "已远程重启光猫并登记故障，预约师傅上门检测",
    },
    "en": {
        "complaint_id": "HB-20261101-017",
        "customer_name": "Mary Collins",
        "customer_account": "HB-40217",
        "customer_contact": "+44 7700 900123",
        "product": "Harbour Fibre 500",
        "verbatim": "The broadband drops every evening and I cannot work",
        "details": "Router light turns red after eight, engineer missed the first appointment",
        "measures_taken": "Restarted the router remotely and logged a fault; engineer booked",
    },
}
SENTENCES = [
    line.split("\t") for line in (Path(__file__).parent / "hand_overs.tsv").read_text("utf-8").splitlines()
]


def lacks(text: str, **own: str | None) -> set[str]:
    """What ``text`` lacks as the hand-over of a complaint with the cells ``own``."""
    complaint = pd.DataFrame(
        {key: pd.Series([own.get(key)], dtype="str") for keys in OWN.values() for key in keys}
    )
    return {part for part, mask in lacking(pd.Series([text], dtype="str"), complaint).items() if mask[0]}


def test_of_a_hundred_sentences_nearly_all_are_judged_as_a_reader_does() -> None:
    assert len(SENTENCES) >= 60
    assert len({text for *_, text in SENTENCES}) == len(SENTENCES)
    wrong: Counter[str] = Counter()
    for lang, letters, text in SENTENCES:
        missing = {LETTERS[letter] for letter in letters if letter in LETTERS}
        for part in missing ^ lacks(text, **OF[lang]):
            wrong[f"{lang} {part} {'overlooked' if part in missing else 'false alarm'}"] += 1
    judged = len(SENTENCES) * len(PARTS)
    assert sum(wrong.values()) <= judged * 0.03, wrong


@pytest.mark.parametrize(
    ("key", "cell", "text", "part"),
    [
        ("customer_name", "Quentin", "quentin again", "customer"),
        ("customer_account", "ＡＢ 77", "re ab77", "customer"),
        ("complaint_id", "K-9", "K-9 for you", "customer"),
        ("product", "Zephyr", "about the zephyr", "problem"),
        ("verbatim", "花盆摔碎", "花盆摔碎一事", "problem"),
        ("measures_taken", "Wardrobe taken away", "the wardrobe is away with us", "measures"),
    ],
)
def test_the_complaints_own_words_count(key: str, cell: str, text: str, part: str) -> None:
    assert part in lacks(text)
    assert part not in lacks(text, **{key: cell})


def test_what_the_next_one_shall_do_was_not_done() -> None:
    assert "measures" in lacks("Please have the router restarted and the line checked")
    assert "measures" in lacks("请重启光猫，尽快派师傅检测")
    assert "measures" not in lacks("已请师傅检测")


def test_no_text_lacks_everything() -> None:
    assert lacks("") == set(PARTS)
