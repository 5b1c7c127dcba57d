"""A mapping file says what each heading, word and unit of a foreign table means; every block of it counts."""

from __future__ import annotations

import pytest

from kesu.register.codes import CODE_LISTS
from kesu.register.mapping.model import MapError, from_toml, to_toml

FILE = """
fingerprint = "abc"
repeated = "items: demand"
zone = "Asia/Shanghai"

[columns]
"工单号" = "complaint_id"
"等级" = "severity"

[times]
"时间" = "dmy"
"未定" = "?"

[units]
"时长" = 60.0

[values.severity]
"一级" = "urgent"
"二级" = "?"

[constants]
kind = "complaint"
"""


def test_every_block_is_read_and_what_is_not_decided_is_left_out() -> None:
    found = from_toml(FILE)
    assert (found.fingerprint, found.repeated, found.zone) == ("abc", "items: demand", "Asia/Shanghai")
    assert found.columns == {"工单号": "complaint_id", "等级": "severity"}
    assert (found.times, found.units) == ({"时间": "dmy"}, {"时长": 60.0})
    assert (found.values, found.constants) == ({"severity": {"一级": "urgent"}}, {"kind": "complaint"})
    assert from_toml(to_toml(found)) == found


@pytest.mark.parametrize(
    ("before", "after"), [("severity]", "mood]"), ('"dmy"', '"ymdd"'), ('"items: demand"', '"both"')]
)
def test_what_a_block_cannot_say_is_refused(before: str, after: str) -> None:
    with pytest.raises(MapError):
        from_toml(FILE.replace(before, after))


@pytest.mark.parametrize(
    ("name", "word", "key"),
    [("status", "escalated", "in_progress"), ("status", "跟进中", "in_progress"), ("yes_no", "已取消", None)],
)
def test_words_of_other_systems_mean_one_choice(name: str, word: str, key: str | None) -> None:
    meant = [code.key for code in CODE_LISTS[name] if word in (code.key, *code.label, *code.also)]
    assert meant == ([key] if key else [])
