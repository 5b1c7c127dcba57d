"""Telephone, identity, card and account numbers and e-mail addresses inside a text, in whatever spelling.

Linear in the text: digits are taken in groups, and a number is looked for over at most `GROUPS` of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

from kesu.reports.masking.spelling import Spelt, visible

GROUPS: Final = 12
LONGEST: Final = 22
MOST_GROUPS: Final = 400
"""A text with more groups of digits shows none of them: whose numbers they are cannot be told in reasonable time."""
_GROUP: Final = re.compile(r"[0-9]+")
_BETWEEN: Final = re.compile(r"[\s\-_./\\()·•・‐-―−~,，、;；:：*|=+]{1,6}")
_SPELT_OUT: Final = re.compile(r"(?<![0-9])[0-9](?:[\s\-_./,，、·]{1,3}[0-9](?![0-9])){6,}")
"""3 1 0 1 0 …: a number told digit by digit."""
_HAN: Final = re.compile("[〇零一二三四五六七八九幺]{7,}")
_PLATE: Final = re.compile(
    "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Za-z][·•. ]?[A-HJ-NP-Za-hj-np-z0-9]{5,6}(?![A-Za-z0-9])"
)
_PASSPORT: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][0-9]{8}(?![A-Za-z0-9])")
_IBAN: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?:[ .\-]?[A-Za-z0-9]){11,30}(?![A-Za-z0-9])")
_NARROW: Final = frozenset(" ()-‐‑‒–—―−－")
_DATE: Final = re.compile(
    r"(?<![0-9])(?:(?:19|20)[0-9]{2}[-/.年][0-9]{1,2}(?:[-/.月][0-9]{1,2}日?)?(?:[ T]{0,3}[0-9]{1,2}[:：][0-9]{2}(?:[:：][0-9]{2})?)?"
    r"|[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:19|20)[0-9]{2})(?![0-9])"
)
_COMPACT: Final = re.compile(
    r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[0-9]{4}|[0-9]{6})?"
)
_MOBILE: Final = re.compile(r"(?:00)?(?:86)?1[3-9][0-9]{9}")
_IDENTITY: Final = re.compile(
    r"[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]"
)
_AREA: Final = re.compile(r"(?:(?:00)?86)?(?:0(?:10|2[0-9])[0-9]{8}|0[3-9][0-9]{9,10})|[48]00[0-9]{7}")
_CARD: Final = re.compile(r"(?:62|[34569])[0-9]{11,17}")
_REFERENCE: Final = re.compile(
    r"(?:[A-Za-z]{1,12}[-_#/]?|(?:订单|单号|工单|编号|运单|快递|型号|版本|(?i:order|ref|no|ticket|case|invoice|batch))[^0-9\n]{0,6})$"
)
_SPOKEN_OF: Final = re.compile(
    r"(?:(?i:tel|telephone|phone|mobile|mob|cell|call|fax|qq|wx|vx|wechat|weixin|whatsapp|to|at|on|is|me|id|card|acct|account)|电话|手机|座机|客服|账号|卡号)[-_#/]?(?:[^0-9A-Za-z\n]{0,2}|[ ._:：-]{0,2}(?:no|nr|number|号码?|编号)[^0-9A-Za-z\n]{0,3})$"
)
_MONEY_BEFORE: Final = re.compile(r"(?:[¥$€£]|(?i:RMB|CNY|USD|EUR|HKD)) ?$")
_MONEY_AFTER: Final = re.compile(
    r"\.[0-9]{1,2}(?![0-9])|,[0-9]{3}| ?(?:元|万|亿|块|(?i:yuan|rmb|cny|usd|eur))"
)
_HOST: Final = re.compile(r"[^\W_](?:[\w-]|\.(?=\w)){0,253}")
_OTHER_DIGITS: Final = re.compile(
    "[\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089\u2460-\u2468\u2474-\u247c\u2488-\u2490\u24ea]"
)
_LOCAL_LATIN: Final = re.compile(r"[A-Za-z0-9_.+%&'!#$*/=?^`{|}~-]")
_QUOTED: Final = re.compile(r'"[^"\n]{0,64}"$')
_IPV4: Final = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")


class Span(NamedTuple):
    """``start`` to ``end`` of the original is not to be seen; ``shown`` stands there instead."""

    start: int
    end: int
    shown: str
    number: bool = False


def digits_of(number: str) -> str:
    """The first three and the last four digits stay of eleven and more, the last two of fewer."""
    digits = re.sub(r"[^\dXx]", "", number)
    country = re.match(r"\+86|\+\d{1,2}(?=[ -])", number)
    if country and len(digits) - len(country[0]) + 1 >= 10:
        return f"{country[0]} {digits_of(digits[len(country[0]) - 1 :])}"
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else f"****{digits[-2:]}"


def find(text: str) -> list[Span]:
    """Every number and address in ``text``; they may overlap."""
    seen = visible(text)
    spans = [*_numbers(text, seen), *_addresses(text, seen), *_documents(seen)]
    if _OTHER_DIGITS.search(text):  # ①③⑧…: digits among themselves
        other = "".join(
            str(unicodedata.digit(ch)) if _OTHER_DIGITS.match(ch) else "x" if ch.isdecimal() else ch
            for ch in text
        )
        spans += [
            span._replace(shown=digits_of(other[span.start : span.end]))
            for span in _numbers(other, visible(other))
        ]
    return spans


def _numbers(text: str, seen: Spelt) -> Iterator[Span]:
    letters, offsets = seen
    groups = [found.span() for found in _GROUP.finditer(letters)]
    if sum(end - start for start, end in groups) < 7:
        return
    if len(groups) > MOST_GROUPS:
        yield from (Span(offsets[start], offsets[end - 1] + 1, "*", number=True) for start, end in groups)
        return
    for found in _SPELT_OUT.finditer(letters):
        raw = "".join(text[at] for at in offsets[found.start() : found.end()])
        yield Span(offsets[found.start()], offsets[found.end() - 1] + 1, digits_of(raw), number=True)
    dates = [found.span() for found in _DATE.finditer(letters)]
    at = day = 0
    while at < len(groups):
        while day < len(dates) and dates[day][1] <= groups[at][0]:
            day += 1
        last = _number_from(letters, groups, at, dates[day][0] if day < len(dates) else len(letters))
        if last is None:
            at += 1
            continue
        start, end = groups[at][0], groups[last][1]
        start -= letters[start - 1 : start] == "+"
        digits = "".join(letters[begin:stop] for begin, stop in groups[at : last + 1])
        end += letters[end : end + 1] in {"X", "x"} and _IDENTITY.fullmatch(f"{digits}X") is not None
        raw = "".join(text[letter] for letter in offsets[start:end])
        yield Span(offsets[start], offsets[end - 1] + 1, digits_of(raw), number=True)
        at = last + 1


def _documents(seen: Spelt) -> Iterator[Span]:
    """Passports, number plates, numbers in Chinese figures, and accounts of banks that have check digits."""
    for found in _IBAN.finditer(seen.letters):
        if end := _account_in(found[0]):
            start, last = seen.offsets[found.start()], seen.offsets[found.start() + end - 1]
            yield Span(start, last + 1, f"{found[0][:2]}****{found[0][end - 2 : end]}", number=True)
    for pattern in (_PLATE, _PASSPORT, _HAN):
        for found in pattern.finditer(seen.letters):
            start, end = seen.offsets[found.start()], seen.offsets[found.end() - 1] + 1
            yield Span(start, end, f"{found[0][:2]}***" if pattern is _PLATE else "***")


def _account_in(text: str) -> int:
    """How many letters of ``text`` are an IBAN (ISO 13616: its remainder by 97 is 1), the most of them; 0 where none are."""
    ends = [
        at for at in range(len(text), 0, -1) if not text[at : at + 1].isalnum() and text[at - 1].isalnum()
    ]
    for end in ends:
        bare = re.sub("[ .-]", "", text[:end])
        if len(bare) >= 15 and int("".join(str(int(ch, 36)) for ch in bare[4:] + bare[:4])) % 97 == 1:
            return end
    return 0


def _number_from(letters: str, groups: list[tuple[int, int]], at: int, date: int) -> int | None:
    """The last group of the longest number that begins with group ``at``; None where none does.

    ``date``: where the date begins that is next, or that the group stands in; only a mobile number may reach into one.
    """
    digits, longest, wide, parts = "", None, False, []
    first = groups[at][0]
    for last in range(at, min(at + GROUPS, len(groups))):
        start, end = groups[last]
        if last > at:
            between = letters[groups[last - 1][1] : start]
            if not _BETWEEN.fullmatch(between):
                break
            wide = wide or not _NARROW.issuperset(between)
        digits += letters[start : min(end, start + LONGEST + 1)]
        parts.append(end - start)
        if len(digits) > LONGEST and last > at:
            break
        if len(digits) < 7 or (
            len(parts) > 3 and not _may_be_long(digits, parts, letters[first - 1 : first])
        ):
            continue
        if _MOBILE.fullmatch(digits):
            longest = last
        elif end <= date:
            before, after = letters[max(first - 24, 0) : first], letters[end : end + 8]
            longest = last if _is_number(digits, parts, before, after, wide=wide) else longest
    return longest


def _may_be_long(digits: str, parts: list[int], before: str) -> bool:
    """A sieve: whether a number of more than three groups is worth a look."""
    return digits[0] == "0" or before == "+" or len(digits) in {11, 13, 17, 18} or parts[0] == parts[1] == 4


def _is_number(digits: str, parts: list[int], before: str, after: str, *, wide: bool) -> bool:
    """Whether digits in groups of the lengths ``parts`` are a number of somebody's."""
    if _IDENTITY.fullmatch(digits) or (after[:1] in {"X", "x"} and _IDENTITY.fullmatch(digits + "X")):
        return True
    if len(parts) == 1:
        return len(digits) >= 7 and not _is_harmless(digits, before, after)
    if before.endswith("+"):
        return 8 <= len(digits) <= 15
    known = parts[0] >= 3 and _AREA.fullmatch(digits) is not None
    national = digits[0] == "0" and parts[0] >= 2 and 9 <= len(digits) <= 12 and not wide
    card = set(parts[:-1]) == {4} and _CARD.fullmatch(digits) is not None
    if wide and parts != [3, 3, 4]:
        return known or card
    return known or national or card or _is_grouped(digits, parts, before, after)


def _is_grouped(digits: str, parts: list[int], before: str, after: str) -> bool:
    """Whether groups with blanks or dashes between them are no year, amount, range or number of an order."""
    if (
        digits[:2] in {"19", "20"}
        or _MONEY_AFTER.match(after)
        or _MONEY_BEFORE.search(before)
        or _is_reference(before)
    ):
        return False
    local = parts in ([3, 4], [4, 4]) and not _round(digits, parts[0])
    return local or (len(parts) == 3 and len(digits) >= 9 and min(parts) >= 2 and max(parts) >= 4)


def _round(digits: str, first: int) -> bool:
    """2000-3000 is from … to …"""
    return digits[:first].endswith("00") or digits.endswith("00")


def _is_reference(before: str) -> bool:
    return bool(_REFERENCE.search(before)) and not _SPOKEN_OF.search(before)


def _is_harmless(digits: str, before: str, after: str) -> bool:
    """A date, an amount, the number of an order: no number by which a person is known."""
    if _COMPACT.fullmatch(digits) or _MONEY_BEFORE.search(before) or _MONEY_AFTER.match(after):
        return True
    if len(digits) >= 16 and _CARD.fullmatch(digits):
        return False
    return _is_reference(before) and not (
        digits[0] == "0" and not before[-1:].isalpha() and _AREA.fullmatch(digits)
    )


def _addresses(text: str, seen: Spelt) -> Iterator[Span]:
    """The part before the @ of every e-mail address."""
    letters, offsets = seen
    letters = letters.replace("＠", "@").replace("﹫", "@")
    at = letters.find("@")
    done = 0
    while at >= 0:
        end = at
        while end > done and end > at - 3 and letters[end - 1].isspace():
            end -= 1
        start = _local(letters, end, done)
        begin = at + 1
        while begin < at + 3 and letters[begin : begin + 1].isspace():
            begin += 1
        host = _HOST.match(letters, begin)
        spaced = end < at or begin > at + 1
        if start < end and host and _is_host(host[0], letters[start:end], spaced=spaced):
            first = text[offsets[start]]
            yield Span(offsets[start], offsets[end - 1] + 1, f"{first}***")
        done, at = at + 1, letters.find("@", at + 1)


def _local(letters: str, end: int, done: int) -> int:
    quoted = _QUOTED.search(letters, max(done, end - 66), end) if letters[end - 1 : end] == '"' else None
    if quoted:
        return quoted.start()
    start = end
    latin = end > done and _LOCAL_LATIN.match(letters[end - 1]) is not None
    while start > done:
        ch = letters[start - 1]
        if not (_LOCAL_LATIN.match(ch) if latin else ch.isalnum() or ch in "_.+%-"):
            break
        start -= 1
    return start


def _is_host(host: str, local: str, *, spaced: bool) -> bool:
    top = host.rpartition(".")[2] if "." in host else ""
    if (top and not top.isdecimal()) or _IPV4.match(host):
        return True
    return not spaced and not host[0].isdecimal() and not local.isdecimal()
