"""Personal data made unrecognisable in what leaves the team: 张**, 138****1234, a***@x.com.

Which columns hold what is declared in `kesu.register.columns` (``personal``). Every text that leaves goes through
`mask_text` or `mask_cell`, which know the row's own words: its customer's name, contact and account.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import pandas as pd

from kesu.register import columns
from kesu.register.cells import SEPARATORS
from kesu.register.columns import Column, Personal
from kesu.reports.masking.numbers import Span, digits_of, find
from kesu.reports.masking.own_words import NOBODY, Word, find_words, masked_account, words_of
from kesu.reports.masking.spelling import bare

WORDS_OF: Final = frozenset({"name", "contact", "account"})
"""Kinds of personal columns whose words are masked wherever they stand in the texts of the same row."""
HIDDEN: Final = "***"
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_ADDRESS: Final = re.compile(r"[^@＠]{1,320}[@＠]([^@＠]{1,320})")


def own_columns(*, items: bool = False) -> tuple[str, ...]:
    """Columns of the register (or of its items) whose words must not show in other texts of the row."""
    declared = columns.ITEM_BY_KEY if items else columns.BY_KEY
    return tuple(key for key, column in declared.items() if column.personal in WORDS_OF)


def mask_names(names: pd.Series) -> pd.Series:
    """``张三`` → ``张**``, ``John Smith`` → ``J**``; several names in one cell are masked one by one."""
    return names.map(_names, na_action="ignore")


def mask_contacts(contacts: pd.Series) -> pd.Series:
    """``13812341234`` → ``138****1234``, ``anna@x.com`` → ``a***@x.com``; anything else keeps its first character."""
    return contacts.map(_contact, na_action="ignore")


def mask_accounts(accounts: pd.Series) -> pd.Series:
    """``AC20391`` → ``AC***91``; short ones vanish whole."""
    return accounts.map(_account, na_action="ignore")


def mask_text(text: str, own: Iterable[object] = ()) -> str:
    """One free text without e-mail addresses, telephone, identity, card and account numbers.

    ``own``: cells with words to be masked wherever they stand in it, in whatever spelling: the customer's name,
    account and contact, the staff involved. Dates, amounts and numbers of orders stay readable.
    """
    return mask_words(text, [word for cell in own if isinstance(cell, str) for word in words_of(cell)])


def mask_words(text: str, words: Iterable[Word], *, numbers: bool = True, shown: str = "") -> str:
    """`mask_text` with its own words taken apart already; without ``numbers`` nothing but those is masked.

    ``shown``: what stands instead of each word, else its first letter and asterisks. A text in which so many words might stand that they cannot be looked for is not shown: ``***``.
    """
    spans = find_words(text, bare(text), list(dict.fromkeys(words)))
    if spans is None:
        return HIDDEN
    if shown:
        spans = [span._replace(shown=shown) for span in spans]
    return _covered(text, spans + find(text) if numbers else spans)


def is_personal(column: str) -> Personal:
    """How a column of the register or of its items must be masked; what is not declared counts as free text."""
    declared = _declared(column)
    return declared.personal if declared else "free"


def mask_cell(column: str, value: str, own: Iterable[object] = (), staff: Iterable[object] = ()) -> str:
    """A cell's value masked as its column (a key of the register or of its items) asks for.

    ``own``: the words of the row's customer; ``staff``: those of the staff involved, who are shown in a column of the
    team's own people and nowhere else.
    """
    declared = _declared(column)
    match declared.personal if declared else "free":
        case "name":
            return _names(value)
        case "contact":
            return _contact(value)
        case "account":
            return _account(value)
        case "team":
            return mask_text(value, own)
    own = (*own, *staff)
    if declared and declared.kind == "id":
        words = [word for cell in own if isinstance(cell, str) for word in words_of(cell) if word.whole]
        return mask_words(value, words, numbers=False)
    return mask_text(value, own)


def _declared(column: str) -> Column | None:
    return columns.BY_KEY.get(column) or columns.ITEM_BY_KEY.get(column)


def _covered(text: str, spans: list[Span]) -> str:
    """``text`` with what is shown instead of each span; spans that overlap are one."""
    if not spans:
        return text
    done, pieces = 0, []
    spans = sorted(spans, key=lambda span: (span.start, -span.number, -span.end))
    at = 0
    while at < len(spans):
        begin, end, shown, _ = spans[at]
        at += 1
        while at < len(spans) and spans[at].start < end:
            if spans[at].number and spans[at].end > end and spans[at].shown not in shown:
                shown += spans[at].shown
            end = max(end, spans[at].end)
            at += 1
        pieces += [text[done:begin], shown]
        done = end
    return "".join([*pieces, text[done:]])


def _names(cell: str) -> str:
    if cell.strip().casefold() in NOBODY or cell == HIDDEN:
        return cell
    parts = [part for part in re.split(SEPARATORS, cell) if part.strip()]
    return _between(cell).join(_first(part.strip()) + "**" for part in parts)


def _first(part: str) -> str:
    """What may be seen of a name: not its only letter (spelt a letter a line it would show whole), no digit."""
    return part[0] if len(part) > 1 and part[0].isalpha() else ""


def _between(cell: str) -> str:
    return "、" if _CHINESE.search(cell) else ", "


def _contact(contact: str) -> str:
    if contact.startswith(HIDDEN):  # withheld before it came here
        return HIDDEN
    parts = [part.strip() for part in re.split(SEPARATORS, contact) if part.strip()]
    return (
        _between(contact).join(map(_one_contact, parts))
        if "@" in contact and len(parts) > 1
        else _one_contact(contact.strip())
    )


def _one_contact(contact: str) -> str:
    if address := _ADDRESS.fullmatch(contact):
        return f"{contact[:1]}***@{mask_text(address[1])}"
    if "@" not in contact and sum(ch.isdecimal() for ch in contact) >= 7:
        return digits_of(contact)
    return contact[:1] + "***"


def _account(account: str) -> str:
    return HIDDEN if account.startswith(HIDDEN) else masked_account(account.strip())
