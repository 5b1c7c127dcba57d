"""Personal data made unrecognisable in what a report shows: 张**, 138****1234, a***@x.com.

Which columns hold what is declared in `kesu.register.columns` (``personal``). Works on series of the rows shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import pandas as pd

from kesu.register.cells import SEPARATORS
from kesu.register.columns import BY_KEY, ITEM_BY_KEY, Personal

EMAIL: Final = r"([\w.+%-])[\w.+%-]*@([\w-]+(?:\.[\w-]+)+)"
_DATE: Final = (
    r"(?<!\d)(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:[ T]*\d{1,2}[:：]\d\d(?:[:：]\d\d)?)?(?!\d)"
)
_NUMBER: Final = r"\+?\d(?:[ \u00a0()（）\u2010-\u2015－-]{0,3}\d){6,}[Xx]?"
_DOTTED: Final = r"(?<!\d)1\d\d[.·]\d{4}[.·]\d{4}(?!\d)"
_NUMBERS: Final = re.compile(f"(?P<date>{_DATE})|{_DOTTED}|{_NUMBER}")
_NOBODY: Final = frozenset({"无", "none", "nobody", "n/a", "-", "–"})


def mask_names(names: pd.Series) -> pd.Series:
    """``张三`` → ``张**``, ``John Smith`` → ``J**``; several names in one cell are masked one by one."""
    return names.map(_names, na_action="ignore")


def mask_contacts(contacts: pd.Series) -> pd.Series:
    """``13812341234`` → ``138****1234``, ``anna@x.com`` → ``a***@x.com``; anything else keeps its first character."""
    return contacts.map(_contact, na_action="ignore")


def mask_accounts(accounts: pd.Series) -> pd.Series:
    """``AC20391`` → ``AC***91``; short ones vanish whole."""
    return accounts.map(_account, na_action="ignore")


def mask_texts(texts: pd.Series, *own: pd.Series) -> pd.Series:
    """Free texts without e-mail addresses, telephone, card and account numbers.

    ``own``: series alike in shape with words to be masked wherever they stand in the row's text: the customer's
    name, account and contact, the staff involved. Dates stay readable.
    """
    columns = [word.tolist() for word in own]
    masked = [
        mask_text(text, [words[at] for words in columns]) if isinstance(text, str) else text
        for at, text in enumerate(texts.tolist())
    ]
    return pd.Series(masked, texts.index, dtype="str", name=texts.name)


def mask_text(text: str, own: Iterable[object] = ()) -> str:
    """One free text, masked as `mask_texts` does."""
    for words in own:
        if not isinstance(words, str) or words.strip().casefold() in _NOBODY:
            continue
        for word in (words.strip(), *(part.strip() for part in re.split(SEPARATORS, words))):
            if len(word) > 1:
                text = re.sub(re.escape(word), lambda found: _own(found[0]), text, flags=re.IGNORECASE)
        for part in words.split():  # Smith of John Smith; as it is written, for Will is not will
            if len(part) > 2 and part.isalpha():
                text = re.sub(rf"\b{re.escape(part)}\b", lambda found: _name(found[0]), text)
    text = re.sub(EMAIL, r"\1***@\2", text)
    return _NUMBERS.sub(lambda found: found[0] if found["date"] else _digits(found[0]), text)


def is_personal(column: str) -> Personal:
    """How a column of the register or of its items must be masked; what is not declared counts as free text."""
    declared = BY_KEY.get(column) or ITEM_BY_KEY.get(column)
    return declared.personal if declared else "free"


def mask_cell(column: str, value: str, own: Iterable[object] = ()) -> str:
    """A cell's value masked as its column (a key of the register or of its items) asks for."""
    match is_personal(column):
        case "name":
            return _names(value)
        case "contact":
            return _contact(value)
        case "account":
            return _account(value)
        case "free":
            return mask_text(value, own)
        case _:
            return value


def _own(word: str) -> str:
    if "@" in word:
        return re.sub(EMAIL, r"\1***@\2", word)
    if not re.search(r"\d", word):
        return _name(word)
    return _account(word) if re.search(r"[^\W\d]", word) else _digits(word)


def _names(cell: str) -> str:
    if cell.strip().casefold() in _NOBODY:
        return cell
    parts = [part for part in re.split(SEPARATORS, cell) if part.strip()]
    between = "、" if re.search(r"[\u4e00-\u9fff]", cell) else ", "
    return between.join(_name(part) for part in parts)


def _name(name: str) -> str:
    return name.strip()[:1] + "**"


def _contact(contact: str) -> str:
    if "@" in contact:
        return re.sub(EMAIL, r"\1***@\2", contact) if re.search(EMAIL, contact) else contact[:1] + "***"
    if sum(ch.isdigit() for ch in contact) >= 7:
        return _digits(contact)
    return contact.strip()[:1] + "***"


def _account(account: str) -> str:
    account = account.strip()
    return f"{account[:2]}***{account[-2:]}" if len(account) >= 7 else "***"


def _digits(number: str) -> str:
    """The first three and the last four digits stay of eleven and more, the last two of fewer."""
    digits = re.sub(r"[^\dXx]", "", number)
    country = re.match(r"\+86|\+\d{1,2}(?=[ -])", number)
    if country and len(digits) - len(country[0]) + 1 >= 10:
        return f"{country[0]} {_digits(digits[len(country[0]) - 1 :])}"
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else f"****{digits[-2:]}"
