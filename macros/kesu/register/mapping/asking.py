"""What is asked of whoever imports a table, in words."""

from __future__ import annotations

from typing import Final

from kesu.register.codes import CodeLists
from kesu.register.columns import BY_KEY
from kesu.register.mapping.column import Column
from kesu.register.mapping.evidence import Evidence
from kesu.register.mapping.headings import Guess
from kesu.register.mapping.model import AS_IT_IS, OWN, Question
from kesu.words.text import Text, listed
from kesu.words.typeset import cut

SHOWN: Final = 24

WHICH: Final = Text(
    "“{heading}”是不是“{label}”？依据：{reason}。", "is “{heading}” the column “{label}”? Because: {reason}."
)
WHICH_OF: Final = Text("“{heading}”是哪一列：{labels}，还是自有列？", "what is “{heading}”: {labels}, or a column of your own?")  # fmt: skip
WHICH_TIME: Final = Text(
    "“{one}”和“{other}”都可能是受理时间，以哪个为准？",
    "“{one}” and “{other}” may both be the time of receipt; which is it?",
)
WHICH_ORDER: Final = Text(
    "“{heading}”的日期顺序：{said}。例如 {sample}",
    "order of the dates in “{heading}”: {said}. For example {sample}",
)
WHICH_VALUE: Final = Text(
    "“{label}”的“{value}”（{n} 行）是哪一个？", "which “{label}” is “{value}” ({n} {n:row|rows})?"
)
WHICH_UNIT: Final = Text(
    "“{heading}”的单位是什么？（填秒数：3600.0 小时，86400.0 天）",
    "in which unit is “{heading}”? (seconds: 3600.0 hours, 86400.0 days)",
)
WHICH_ZONE: Final = Text(
    "“{heading}”的时间带时区，登记表用哪个时区？例如 Asia/Shanghai",
    "times in “{heading}” carry a zone; in which zone is the register kept? For example Europe/London",
)
WHICH_REPEAT: Final = Text(
    "{n} 行的编号与前面的行相同。它们是同一件的事项（items: …），还是各算一件（complaints）？",
    "{n} {n:row has|rows have} a number that an earlier row has: items of one complaint (items: …) or complaints of their own (complaints)?",
)
YMD: Final = {
    "dmy": Text("日/月/年", "day/month/year"),
    "mdy": Text("月/日/年", "month/day/year"),
    "ymd": Text("年/月/日", "year/month/day"),
}


def ask_column(asked: list[Question], guess: Guess) -> None:
    """Ask whether a column is what was guessed; where it may be several things, in one question."""
    entry, label = ("columns", guess.heading), BY_KEY[guess.target].label
    mine = (OWN, Text("自有列", "a column of your own"))
    before = next((at for at, one in enumerate(asked) if one.entry == entry), None)
    if before is None:
        said = WHICH.fill(heading=guess.heading, label=label, reason=guess.reason)
        asked.append(Question(entry, said, ((guess.target, label), mine)))
        return
    ways = (*asked[before].choices[:-1], (guess.target, label))
    labels = listed([Text(f"“{one.zh}”", f"“{one.en}”") for _, one in ways])
    said = WHICH_OF.fill(heading=guess.heading, labels=labels)
    asked[before] = Question(entry, said, (*ways, mine))


def order_question(heading: str, column: Column, found: Evidence) -> Question:
    sample = next(
        (text for text in column.few if any(ch in text for ch in "/.-") and len(text) < 30),
        column.few.iloc[0],
    )
    ways = [(key, YMD[key]) for key in ("dmy", "mdy", "ymd")]
    if bool(column.read.true.any()):
        ways += [
            (
                f"{key} turned",
                Text(f"{YMD[key].zh}，真日期的日月要换回", f"{YMD[key].en}, true dates turned back"),
            )
            for key in ("dmy", "mdy")
        ]
    return Question(
        ("times", heading), WHICH_ORDER.fill(heading=heading, said=found.said, sample=sample), tuple(ways)
    )


def value_question(key: str, word: str, n: int, codes: CodeLists) -> Question:
    ways = tuple((code.key, code.label) for code in codes[BY_KEY[key].codes])
    said = WHICH_VALUE.fill(label=BY_KEY[key].label, value=cut(word, SHOWN), n=n)
    return Question(("values", key, word), said, (*ways, (AS_IT_IS, Text("原样保留", "leave it as it is"))))
