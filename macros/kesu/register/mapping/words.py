"""The words by which foreign tables call kesu's columns and choices (``words.toml``), made comparable."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final

from kesu.register.codes import Code, CodeLists
from kesu.register.columns import BY_KEY, REGISTER, labels
from kesu.words.text import folded

_TRADITIONAL: Final = (
    "訴編號時間戶電話聯繫絡內類別狀態處結滿責門賠償額級優進應覆復決訪來產單員負見說詳細備註稱嚴緊關閉開轉辦實際觸數據貨費質務網傳點標題區報發過"
    "請問對終經驗訓達條圖錄記簽變參與種週國臺灣線顧歷總計診隊師專組絕圓滿適補醫樓層資訊會議檔訊誠願歡謝誤壞損漏郵寫營業廳遲買賣錢價銀號碼機運輸"
    "優劣輕較雜繁煩陳項擇滯換維護護禮貌為親現場網頁軟體視頻響聲讓從萬億歲裡後採證據應該態勢確認識檢測"
)
_SIMPLIFIED: Final = (
    "诉编号时间户电话联系络内类别状态处结满责门赔偿额级优进应复复决访来产单员负见说详细备注称严紧关闭开转办实际触数据货费质务网传点标题区报发过"
    "请问对终经验训达条图录记签变参与种周国台湾线顾历总计诊队师专组绝圆满适补医楼层资讯会议档讯诚愿欢谢误坏损漏邮写营业厅迟买卖钱价银号码机运输"
    "优劣轻较杂繁烦陈项择滞换维护护礼貌为亲现场网页软体视频响声让从万亿岁里后采证据应该态势确认识检测"
)
_SIMPLE: Final = str.maketrans(_TRADITIONAL, _SIMPLIFIED)
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ORDINAL: Final = re.compile(
    r"^[\s\W]*(?:[0-9]{1,2}\s*[-.、:：)）]\s*|[（(][0-9]{1,2}[)）]\s*)(?=\S*[^\W\d_])"
)
"""What numbers a choice: ``1 - Critical``, ``2.投诉``."""
_BRACKETS: Final = re.compile(r"[(（【\[][^()（）【】\[\]]*[)）】\]]")
_PARTS: Final = re.compile(r"[/／|\n\r]+")
_UNIT: Final = re.compile(r" (?:in )?(?:minutes?|mins?|hours?|hrs?|days?|seconds?|secs?)$", re.IGNORECASE)
"""What a heading of durations ends in."""
_BOTH: Final = re.compile(r"(?<![a-z])date\s*/\s*time(?![a-z])|日期\s*/\s*时间", re.IGNORECASE)
_REALLY: Final = re.compile(r"^(?:实际|最终|actual )", re.IGNORECASE)
_DUE: Final = re.compile(
    r"^(?:应|须|需|拟|计划|预计|要求|规定|承诺|目标|最晚|最迟)|(?<![反])应[办回答结完]|[时期]限|截止|到期|(?<![a-z])(?:due|deadline|target|expected|planned|estimated|promised|eta)(?![a-z])",
    re.IGNORECASE,
)
_HAN: Final = re.compile("[一-鿿]+")
SATISFACTION_OF_FIVE: Final = ("very_dissatisfied", "dissatisfied", "neutral", "satisfied", "very_satisfied")
_STARS: Final = re.compile(
    r"([1-5])(?:\.0+)?(?:\s*(?:分|星|颗星|stars?|points?|/\s*5|out of 5|of 5))?(?:\s*stars?)?"
)


@cache
def tables() -> Mapping[str, Any]:
    """``words.toml`` as it stands."""
    return tomllib.loads(resources.files("kesu.register.mapping").joinpath("words.toml").read_text("utf-8"))


@lru_cache(maxsize=1 << 14)
def plain(text: str) -> str:
    """A heading or a choice as it is compared: folded, traditional characters as simplified ones."""
    return folded(text.translate(_SIMPLE))


@cache
def heading_words() -> Mapping[str, tuple[str, bool]]:
    """Plain heading → the column (with its part) that it means, and whether it surely does."""
    found: dict[str, tuple[str, bool]] = {plain(word): (key, True) for word, key in labels(REGISTER).items()}
    for key, words in tables()["columns"].items():
        for word in words:
            found.setdefault(plain(word), (key, True))
    for key, words in tables()["maybe"].items():
        for word in words:
            found.setdefault(plain(word) or word, (key, False))
    return found


@cache
def own_words() -> frozenset[str]:
    """Plain headings of columns that kesu has not."""
    return frozenset(map(plain, tables()["own"]["words"]))


@lru_cache(maxsize=1 << 12)
def spellings(heading: str) -> tuple[str, ...]:
    """What a heading may be read as, the whole first: without brackets or a unit, by language, either side of a slash."""
    apart = _BOTH.sub(lambda both: both[0][: 4 if both[0].isascii() else 2], _HUMP.sub(" ", heading))
    bare = _BRACKETS.sub(" ", apart)
    once = " ".join(bare.split())
    found = [heading, bare, _UNIT.sub("", once), _REALLY.sub("", once), *_PARTS.split(bare)]
    if han := "".join(_HAN.findall(bare)):
        found += [han, _HAN.sub(" ", bare)]
    return tuple(dict.fromkeys(word for word in map(plain, found) if word)) or (
        (heading.strip(),) * bool(heading.strip())
    )


def says_due(heading: str) -> bool:
    """Whether a heading of times says when something should be done, not when it was."""
    return _DUE.search(" ".join(re.sub(r"[\W_]+", " ", _HUMP.sub(" ", heading)).split())) is not None


def tokens(heading: str) -> str:
    """A heading as words with blanks between them, for comparing the spelling."""
    return " ".join(re.sub(r"[\W_]+", " ", _HUMP.sub(" ", heading.translate(_SIMPLE))).casefold().split())


def choices(column: str, codes: CodeLists) -> Mapping[str, str]:
    """Plain word → code key, for the code list of ``column``: the list's own words before those of ``words.toml``."""
    name = BY_KEY[column].codes
    found: dict[str, str] = {}
    for code in codes[name]:
        for word in (code.key, *code.label):
            found.setdefault(_plain_or(word), code.key)
    keys = {code.key for code in codes[name]}
    for code in codes[name]:
        for word in code.also:
            found.setdefault(_plain_or(word), code.key)
    for key, words in tables()["values"].get(name, {}).items():
        for word in words if key in keys else ():
            found.setdefault(_plain_or(word), key)
    return found


def choice(value: str, known: Mapping[str, str], column: str) -> str | None:
    """The code that a cell means in its own words; None where none of them is known."""
    if column == "satisfaction":
        return _satisfaction(value, known)
    return known.get(_plain_or(value)) or known.get(_plain_or(_ORDINAL.sub("", value)))


def _satisfaction(value: str, known: Mapping[str, str]) -> str | None:
    text = value.strip()
    stars = text.count("★")
    if stars and not text.strip("★☆ "):
        return SATISFACTION_OF_FIVE[stars - 1] if stars <= 5 else None
    if found := _STARS.fullmatch(text.casefold()):
        return SATISFACTION_OF_FIVE[int(found[1]) - 1]
    return known.get(_plain_or(text))


def _plain_or(word: str) -> str:
    return plain(word) or word.strip()


def new_code(value: str) -> Code:
    """A choice of the team's own, called as it stands in the source."""
    from kesu.words.text import Text

    label = " ".join(value.split())
    return Code(re.sub(r"\W+", "_", label.casefold()).strip("_") or label, Text(label, label))
