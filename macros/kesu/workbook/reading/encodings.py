"""What the bytes of a text table say, where nothing tells the encoding: one reading that is plausible, or none.

A strict decoder is no proof: GB18030 reads most of what other encodings write, as characters that nobody uses. So each
encoding is asked how many of its characters beyond ASCII are common ones, and where two readings remain, the user is.
"""

from __future__ import annotations

import codecs
import re
import string
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Final

from kesu.register.columns import ITEMS, REGISTER, labels
from kesu.words.text import folded
from kesu.workbook.reading import refusals
from kesu.workbook.reading.refusals import Refused

RUNS: Final = 20_000
"""Runs of characters beyond ASCII that are looked at."""
PLAUSIBLE: Final = 0.85
"""Share of common characters from which a reading is one that somebody may have written."""
ENOUGH: Final = 12
"""Different characters from which it is no accident that all of them lie in a small part of an encoding."""
SHOWN: Final = 16
"""Characters of a reading that a refusal shows."""
CODECS: Final = {
    "big5": "cp950",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}
"""Encodings as they are called, and the codec for all that is written in their name."""
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BEYOND: Final = re.compile(r"[A-Za-z]?[^\x00-\x7f]+[A-Za-z]?")
_SEPARATORS: Final = re.compile(r"[,;\t]")
_WESTERN: Final = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüÿßœÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŒ")
_CENTRAL: Final = frozenset(
    "áäčďéěëíĺľńňóôöőŕřšťúůüűýžąćęłńóśźżâăîşţđçßÁÄČĎÉĚËÍĹĽŃŇÓÔÖŐŔŘŠŤÚŮÜŰÝŽĄĆĘŁŚŹŻÂĂÎŞŢĐÇ"
)
_TURKISH: Final = frozenset("âçğıîöşûüÂÇĞİÎÖŞÛÜ")
_CYRILLIC: Final = frozenset(map(chr, range(0x401, 0x452)))
_SIGNS: Final = frozenset("£€§°’‘“”–—…«»·\xa0©®™´")


def decoded(name: str, data: bytes, encoding: str | None) -> str:
    """The text of the file called ``name``; in ``encoding`` where one is given and no mark says otherwise.

    Raises `Refused`, naming the encodings that fit where there is not exactly one.
    """
    for mark, marked in _MARKS:
        if data.startswith(mark):
            if (text := _strict(data, marked)) is None:
                raise Refused(refusals.undecodable(name))
            return text
    if encoding is not None:
        if (text := _strict(data, encoding)) is None:
            raise Refused(refusals.other_encoding(name, encoding))
        return text
    for sure in (unmarked_utf16, lambda data: _strict(data, "utf-8")):
        if (text := sure(data)) is not None:
            return text
    return _judged(name, data)


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(CODECS.get(encoding.lower().replace("-", "_"), encoding))
    except UnicodeError:
        return None


def unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 without its mark: every separator and line end has a zero byte, always on the same side."""
    head = data[: 1 << 16]
    zeros = head[::2].count(0), head[1::2].count(0)
    if len(data) % 2 or max(zeros) < 4 or max(zeros) < 4 * min(zeros):
        return None
    text = _strict(data, "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le")
    return text if text is not None and "\0" not in text and _SEPARATORS.search(text) else None


def _judged(name: str, data: bytes) -> str:
    readings = {encoding: text for encoding in _COMMON if (text := _strict(data, encoding)) is not None}
    headed = {encoding: _headings(text) for encoding, text in readings.items()}
    if best := max(headed.values(), default=0):  # our own headings are no accident
        fits = {encoding: readings[encoding] for encoding, number in headed.items() if number == best}
    else:
        fits = {encoding: text for encoding, text in readings.items() if _plausible(encoding, text)}
    if "euc_kr" in fits and len(_characters(fits["euc_kr"])) >= ENOUGH and not best:
        fits = {"euc_kr": fits["euc_kr"]}
    if len(set(fits.values())) == 1:
        return next(iter(fits.values()))
    raise Refused(
        refusals.undecodable(name, {key: _sample(text) for key, text in (fits or readings).items()})
    )


def _headings(text: str) -> int:
    """How many of kesu's headings, of those that are not plain ASCII, the first lines hold."""
    names = labels(REGISTER).keys() | labels(ITEMS).keys()
    cells = (cell for line in text[: 1 << 16].splitlines()[:30] for cell in _SEPARATORS.split(line))
    return sum(not cell.isascii() and folded(cell) in names for cell in cells)


def _characters(text: str) -> set[str]:
    return {ch for run in _runs(text) for ch in run if not ch.isascii()}


def _runs(text: str) -> set[str]:
    return {found[0] for found in islice(_BEYOND.finditer(text), RUNS)}


def _plausible(encoding: str, text: str) -> bool:
    worth = _COMMON[encoding](_runs(text))
    if encoding == "euc_jp" and not any("ぁ" <= ch <= "ん" for ch in worth):
        return False  # what GB2312 has in the same places is no Japanese without it
    return bool(worth) and sum(worth.values()) >= PLAUSIBLE * len(worth)


def _sample(text: str) -> str:
    found = _BEYOND.search(text)
    start = found.start() if found else 0
    word = text[max(0, start - SHOWN // 2) : start]
    start -= len(word) - len(word.rstrip(string.ascii_letters))
    return text[start : start + SHOWN].splitlines()[0].strip(' ,;\t"')


# ---- how common a character is in each: 1 every day, 0 never ---------------------------------------------------


def _by_bytes(
    codec: str, worth: Callable[[int, int], float]
) -> Callable[[Iterable[str]], Mapping[str, float]]:
    """By the two bytes of a character in ``codec``, where common characters come first; 0 for all that it lacks."""

    def common(runs: Iterable[str]) -> dict[str, float]:
        found = {}
        for ch in {ch for run in runs for ch in run if not ch.isascii()}:
            try:
                pair = ch.encode(codec)
            except UnicodeEncodeError:
                pair = b""
            found[ch] = worth(*pair) if len(pair) == 2 else 0.0
        return found

    return common


def _gb2312(lead: int, _: int) -> float:
    return 1.0 if 0xB0 <= lead <= 0xD7 or lead in {0xA1, 0xA3} else 0.6 if lead >= 0xD8 else 0.0


def _big5(lead: int, _: int) -> float:
    return 1.0 if 0xA4 <= lead <= 0xC6 or lead == 0xA1 else 0.3 if lead >= 0xC9 else 0.0


def _shift_jis(lead: int, trail: int) -> float:
    kana = (lead == 0x82 and trail >= 0x9F) or (lead == 0x83 and trail <= 0x96)
    return 1.0 if kana or 0x88 <= lead <= 0x97 or lead == 0x81 else 0.3


def _euc_kr(lead: int, _: int) -> float:
    return 1.0 if 0xB0 <= lead <= 0xC8 or lead == 0xA1 else 0.0


def _euc_jp(lead: int, _: int) -> float:
    return 1.0 if lead in {0xA1, 0xA4, 0xA5} or 0xB0 <= lead <= 0xCF else 0.3


def _letters(letters: frozenset[str]) -> Callable[[Iterable[str]], Mapping[str, float]]:
    """By words: one or two letters beyond ASCII among others, or a sign."""

    def common(runs: Iterable[str]) -> dict[str, float]:
        found = {}
        for run in runs:
            beyond = [ch for ch in run if not ch.isascii()]
            among = len(beyond) <= 2 and len(beyond) < len(run) and letters.issuperset(beyond)
            found[run] = 1.0 if among or _SIGNS.issuperset(beyond) else 0.0
        return found

    return common


def _words(letters: frozenset[str]) -> Callable[[Iterable[str]], Mapping[str, float]]:
    """By words: all of them letters of one script, without ASCII letters among them."""
    return lambda runs: {run: float(letters.issuperset(run) or _SIGNS.issuperset(run)) for run in runs}


_COMMON: Final = {
    "gb18030": _by_bytes("gb2312", _gb2312),
    "big5": _by_bytes("cp950", _big5),
    "shift_jis": _by_bytes("shift_jis", _shift_jis),
    "euc_jp": _by_bytes("euc_jp", _euc_jp),
    "euc_kr": _by_bytes("euc_kr", _euc_kr),
    "cp1252": _letters(_WESTERN),
    "cp1250": _letters(_CENTRAL),
    "cp1254": _letters(_TURKISH | _WESTERN),
    "cp1251": _words(_CYRILLIC),
}
"""Encodings → what each different character (or word) of a reading is worth."""
