"""Words that a user reads, in both languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, Literal, NamedTuple

Lang = Literal["zh", "en"]
LANGS: Final[tuple[Lang, ...]] = ("zh", "en")


class Text(NamedTuple):
    """One thing said in Chinese and in English."""

    zh: str
    en: str

    def of(self, lang: str) -> str:
        """The words in ``lang`` (``"zh"``; anything else reads English)."""
        return self.zh if lang == "zh" else self.en

    def fill(self, **values: object) -> Text:
        """The same text with ``{name}`` filled in both languages; a `Text` value fills in its own language.

        Words that agree with a number stand side by side: ``{n} {n:row is|rows are} left out``.
        """
        return Text(*(self._fill_one(lang, values) for lang in LANGS))

    def at(self, where: str) -> Text:
        """The same text with where it holds before it: ``register.xlsx：…``, ``register.xlsx: …``."""
        return Text(f"{where}：{self.zh}", f"{where}: {self.en}")

    def _fill_one(self, lang: str, values: dict[str, object]) -> str:
        said = {key: value.of(lang) if isinstance(value, Text) else value for key, value in values.items()}
        return filled(self.of(lang), said)


class _Agreeing:
    """A value that ``{n:row|rows}`` shows as the first word if it is one, else as the second."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __format__(self, how: str) -> str:
        one, either, many = how.partition("|")
        if either:
            return one if str(self._value) == "1" else many
        return format(self._value, how)


def filled(words: str, values: Mapping[str, object]) -> str:
    """One language of a text with ``values`` in it; see `Text.fill`."""
    if "|" in words:
        return words.format_map({name: _Agreeing(value) for name, value in values.items()})
    return words.format_map(values)


def counted(number: float, noun: str) -> str:
    """English: ``1 row``, ``2 rows``, ``1,000 entries``."""
    many = f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2:-1] not in "aeiou" else f"{noun}s"
    return f"{number:,} {noun if number == 1 else many}"


def listed(words: Sequence[str | Text], most: int | None = None) -> Text:
    """``words`` side by side as each language lists them; those beyond ``most`` become an ellipsis."""
    shown, more = words[:most], "…" * (most is not None and len(words) > most)
    zh, en = ([one.of(lang) if isinstance(one, Text) else one for one in shown] for lang in LANGS)
    return Text("、".join(zh) + more, ", ".join(en) + more)


@lru_cache(maxsize=8192)  # the same headings and choices in every register
def printable(name: str) -> str:
    """A file's name as it can be shown and stored: bytes that are no UTF-8 stand as ``\\xb5``.

    Systems give such bytes as lone surrogates, which no file and no table takes.
    """
    if name.isprintable():
        return name
    return re.sub("[\ud800-\udfff]", _byte, name)


def _byte(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number - 0xDC00:02x}" if 0xDC80 <= number <= 0xDCFF else f"\\u{number:04x}"


LONGEST_KEPT: Final = 80
"""Characters of a label that is folded once and remembered; whole sentences are not."""


def folded(label: str) -> str:
    """A label as compared when columns, sheets and codes are looked up.

    Full-width letters, case, white space and the punctuation people put around labels do not count:
    ``"受理时间 *"``, ``"受理时间："`` and ``"受理时间"`` are one label.
    """
    return _known(label) if len(label) <= LONGEST_KEPT else _folded(label)


def _folded(label: str) -> str:
    plain = unicodedata.normalize("NFKC", label).casefold()
    return "".join(ch for ch in plain if ch.isalnum())


_known = lru_cache(maxsize=1 << 14)(_folded)  # the same headings stand on every sheet of every register
