"""Messages to a customer, filled from what the register says: nothing that is not decided there, no date that is not in it.

A place for which the register has nothing stays open, visibly, and is counted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pandas as pd

from kesu.register.codes import label_of
from kesu.register.settings.playbooks import PLACEHOLDER, PLACEHOLDERS, placeholder_of
from kesu.rules.facts import SETTLED
from kesu.rules.nothing import says_nothing, undecided
from kesu.rules.playbooks import Playbook
from kesu.words.text import Text, listed
from kesu.words.typeset import cut

if TYPE_CHECKING:
    import datetime as dt

    from kesu.register.codes import CodeLists

OPEN: Final = Text("[……{name}]", "[… {name}]")
"""A place that somebody has to fill in."""
WHEN: Final[dict[str, str]] = {
    "first_response": "acknowledgement",
    "reopened_reply": "apology",
    "take_up_again": "apology",
    "call_back": "closing",
    "call_again": "closing",
    "revisit": "closing",
}
"""Kind of follow-up → draft; of others it is told by how the complaint stands, see `draft_kind`."""
OFFERED: Final = ("reply", "resolution")
FREE: Final = {"measures": "measures_taken", "solution": "solution"}
"""Places filled with what the team wrote freely, and its columns, which are declared as the customer's to see."""
NO_REMEDY: Final = "none"
"""The code of the remedies that is none."""
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
NO_MORE: Final = SETTLED | {"failed"}
LONGEST: Final = 500
"""Characters that fill a place; what is longer ends in “…”, for a person to put into few words."""
SENTENCES: Final = (*FREE, "promise", "open_demands")
"""Places in the middle of a sentence that are filled with whole ones."""
_ENDS: Final = "。.；;，, "
_DROPPED: Final = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""Signs that turn the direction of reading round."""


Cells = Mapping[str, Any]


class Case(NamedTuple):
    """A complaint: its cells by key, those of its items, and of the item that its follow-up is about, if any."""

    cells: Cells
    items: Sequence[Cells] = ()
    item: Cells | None = None


class Draft(NamedTuple):
    """A message: kind (key of `DRAFTS`), words, and the placeholders (keys of `PLACEHOLDERS`) that are still open, in order."""

    kind: str
    text: str
    open: tuple[str, ...]


def draft_kind(follow_up: str, case: Case, *, late: bool) -> str:
    """Which message fits a follow-up: nothing is offered without a solution, or again once the customer has answered; no delay told
    without a promise that is late."""
    if follow_up in WHEN:
        return WHEN[follow_up]
    if follow_up == "commitment" and late:
        return "delay"
    cells = case.cells
    if (
        follow_up in OFFERED
        and _decided(cells.get("solution"))
        and not isinstance(cells.get("customer_agreed"), str)
    ):
        return "offer"
    return "progress"


def template_of(kind: str, abouts: tuple[str, ...], books: Mapping[str, Playbook]) -> Text:
    """The text of a draft: that of the first of ``abouts`` (situation, category) that has one of its own, else the general one."""
    return next(text for about in (*abouts, "") if about in books for text in books[about].of(kind))


def filled(template: str, values: Mapping[str, str], lang: str, kind: str) -> Draft:
    """``template`` with its placeholders filled once: what is filled in is no template itself."""
    left: list[str] = []

    def fill(found: re.Match[str]) -> str:
        key = placeholder_of(found[1])
        value = values.get(key) if key else None
        if value is not None:
            return value
        left.append(key or found[1])
        name = PLACEHOLDERS[key].of(lang) if key else found[1]
        return OPEN.fill(name=name).of(lang)

    return Draft(kind, PLACEHOLDER.sub(fill, template), tuple(left))


def values_for(
    case: Case,
    organisation: str,
    codes: CodeLists,
    as_of: dt.datetime,
    lang: str,
    clean: Callable[[str, str], str],
) -> dict[str, str]:
    """What the register has for `PLACEHOLDERS`; those for which it has nothing are missing. ``clean``: (column, text) → as it may be shown."""
    cells = case.cells
    coming = sorted(
        (one for one in case.items if _undone(one) and not pd.isna(one["due_at"]) and one["due_at"] >= as_of),
        key=lambda one: one["due_at"],
    )
    spoken = [one["due_at"] for one in coming if one["item_kind"] in {"contact", "commitment"}]
    demands = [
        clean("what", one["what"]).rstrip(_ENDS)
        for one in case.items
        if one["item_kind"] == "demand" and _undone(one) and _there(one["what"])
    ]
    text = {name: clean(key, cells[key]) if _decided(cells.get(key)) else None for name, key in FREE.items()}
    remedies = str(cells["remedy"]).split("|") if _there(cells.get("remedy")) else []
    owner = next((key for key in ("owner", "first_responsible") if _there(cells.get(key))), "owner")
    found: dict[str, str | None] = {
        "customer": _text(cells.get("customer_name"), "customer_name", clean),
        "number": _text(cells.get("complaint_id"), "complaint_id", clean),
        "received": _day(cells.get("received_at"), lang),
        "owner": _text(cells.get(owner), owner, clean),
        "organisation": organisation or None,
        "next_contact": _moment(spoken[0], lang) if spoken else None,
        "open_demands": listed(demands).of(lang) or None,
        "resolved": _day(cells.get("resolved_at"), lang),
        "remedy": listed([label_of(codes["remedy"], one, lang) for one in remedies if one != NO_REMEDY]).of(
            lang
        )
        or None,
        **text,
        **_promised(case, coming, lang, clean),
    }
    shown = {key: plain(value) for key, value in found.items() if value is not None}
    return {
        key: cut(value.rstrip(_ENDS) if key in SENTENCES else value, LONGEST)
        for key, value in shown.items()
        if value
    }


def _promised(
    case: Case, coming: Sequence[Cells], lang: str, clean: Callable[[str, str], str]
) -> dict[str, str | None]:
    """A promise that is late, until when it was to be kept, and the new date: of a changed due date or a new promise."""
    item = case.item
    if item is None or item["item_kind"] != "commitment":
        return {}
    new = [
        one["due_at"] for kind in ("due_change", "commitment") for one in coming if one["item_kind"] == kind
    ]
    return {
        "promise": _text(item["what"], "what", clean),
        "old_date": _moment(item["due_at"], lang),
        "new_date": _moment(new[0], lang) if new else None,
    }


def _undone(item: Cells) -> bool:
    return bool(pd.isna(item["done_at"])) and item["result"] not in NO_MORE


def _there(value: object) -> bool:
    return isinstance(value, str) and not says_nothing(value)


def _decided(value: object) -> bool:
    return isinstance(value, str) and not undecided(value)


def _text(value: object, key: str, clean: Callable[[str, str], str]) -> str | None:
    return clean(key, value) if isinstance(value, str) and _there(value) else None


def plain(text: str) -> str:
    """One line of visible letters: what a customer typed breaks no line and no header, and turns no reading round."""
    kept = (
        " " if unicodedata.category(ch) in {"Cc", "Zl", "Zp", "Cs"} else ch
        for ch in text
        if ch not in _DROPPED
    )
    return " ".join((text if text.isprintable() else "".join(kept)).split())


def _day(value: Any, lang: str) -> str | None:
    if value is None or pd.isna(value):
        return None
    if lang == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def _moment(value: Any, lang: str) -> str | None:
    day = _day(value, lang)
    return None if day is None else day + (f"{value:%H:%M}" if lang == "zh" else f", {value:%H:%M}")


def said_open(drafts: list[Draft]) -> dict[str, int]:
    """How often each place is open, the most frequent first."""
    counts: dict[str, int] = {}
    for one in drafts:
        for name in one.open:
            counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: -pair[1]))
