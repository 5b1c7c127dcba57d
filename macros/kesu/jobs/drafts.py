"""Drafts of messages to customers, one for a line of the follow-up list: as text, as a mail, as notes for a call.

Nothing is sent. Names and what the team wrote freely stand in them as they do in a reply to the customer
(`kesu.jobs.form.write_reply`): without the names of the staff involved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, count
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from kesu.register.settings.playbooks import DRAFTS
from kesu.reports.masking import HIDDEN, mask_cell, mask_words, own_columns
from kesu.reports.masking.own_words import Word, words_of
from kesu.rules.drafts import Case, Draft, draft_kind, filled, plain, template_of, values_for
from kesu.rules.picked import Advice, Signs, advice
from kesu.rules.playbooks import QUESTIONS, playbooks
from kesu.words.terminal import records
from kesu.words.text import Text
from kesu.workbook.seal import DRAFT

if TYPE_CHECKING:
    from kesu.jobs.assessment import Assessment

FORMS: Final = ("text", "eml", "call")
SAYS: Final = {
    "check": Text("要核实", "To check"),
    "say": Text("可以这样说", "To say"),
    "avoid": Text("不要这样说", "To avoid"),
}
QUESTIONED: Final = Text("提出方案之前", "Before a plan is offered")
MESSAGE: Final = Text("要告诉客户的", "To tell the customer")
TEAM: Final = ("owner", "first_responsible")
COLLEAGUE: Final = Text("同事", "our colleague")
"""Instead of the names of staff in what a customer reads."""
CALL_LINES: Final = 8
"""Lines of each kind in the notes for a call, the ones that fit best."""
_MAIL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}")
_HAN: Final = re.compile("[\u4e00-\u9fff]")
_NAME: Final = re.compile(r"[^\w-]+")
_LONGEST: Final = 40


class Written(NamedTuple):
    """A draft and what goes with it. ``name``: of a file, without ending; ``to``: the customer's mail address, or ""."""

    draft: Draft
    name: str
    subject: str
    to: str
    advice: Advice
    lang: str


def drafts(
    assessments: Sequence[Assessment], found: pd.DataFrame, lang: str, *, unmasked: bool = False
) -> list[Written | None]:
    """A draft for each line of ``found`` (of `kesu.rules.followups`), in its order; None where it is about no complaint.

    Without ``unmasked`` the customer's name stays an open place, and personal data in texts are masked.
    """
    by_name = {one.register.name: one for one in assessments}
    lines = found.reset_index(drop=True)
    about = lines[lines["sheet"].eq("register")]
    made: dict[int, Written] = {}
    for name, mine in about.groupby("register", sort=False):
        writer = _Writer(by_name[str(name)], mine, lang, unmasked=unmasked)
        before = f"{str(name).rsplit('.', 1)[0]}-" if len(assessments) > 1 else ""
        made |= {at: writer.write(line, before) for at, line in zip(mine.index, records(mine), strict=True)}
    apart = dict(zip(made, _apart(list(made.values())), strict=True))
    return [apart.get(at) for at in range(len(lines))]


def _apart(made: Sequence[Written]) -> Iterator[Written]:
    """No two files of one name."""
    used: set[str] = set()
    for one in made:
        names = chain([one.name], (f"{one.name}-{number}" for number in count(2)))
        name = next(name for name in names if name.casefold() not in used)
        used.add(name.casefold())
        yield one._replace(name=name)


class _Writer:
    """Writes the drafts on lines ``found`` of one register."""

    def __init__(self, assessment: Assessment, found: pd.DataFrame, lang: str, *, unmasked: bool) -> None:
        self.register = register = assessment.known
        self.as_of, self.lang, self.unmasked = assessment.as_of, lang, unmasked
        self.books = playbooks(register.settings)
        mine = np.flatnonzero(register.complaints.data["excel_row"].isin(found["row"]))
        rows = register.complaints.data.iloc[mine]
        self.cells = dict(zip(rows["excel_row"].tolist(), rows.to_dict("records"), strict=True))
        said = rows["verbatim"].astype("str").fillna("") + "\n" + rows["details"].astype("str").fillna("")
        signs = Signs(self.books).found(said)
        self.mentioned = dict(zip(rows["excel_row"].tolist(), signs, strict=True))
        chosen = np.isin(register.parent, mine)
        items = register.items.data[chosen]
        of = register.complaints.data["excel_row"].to_numpy()[register.parent[chosen]]
        self.told: dict[tuple[object, ...], Advice] = {}
        self.items: dict[int, list[dict[Any, Any]]] = {}
        for row, item in zip(of.tolist(), items.to_dict("records"), strict=True):
            self.items.setdefault(row, []).append(item)

    def write(self, line: Any, before: str) -> Written:
        """The draft for a line; ``before``: what its file's name begins with."""
        cells, items = self.cells[line.row], self.items.get(line.row, [])
        mine = None if pd.isna(line.item_row) else line.item_row
        case = Case(cells, items, next((one for one in items if one["excel_row"] == mine), None))
        kind = draft_kind(line.kind, case, late=line.group == "overdue")
        found, category = self.mentioned[line.row], cells["category"]
        abouts = tuple(one for one in (found[0] if found else None, category) if isinstance(one, str))
        settings = self.register.settings
        values = values_for(
            case, settings.organisation, settings.codes, self.as_of, self.lang, self._clean(cells)
        )
        draft = filled(template_of(kind, abouts, self.books).of(self.lang), values, self.lang, kind)
        number = values.get("number", "")
        parts = (settings.organisation, number, DRAFTS[kind].of(self.lang))
        why = category, cells["expectation"], found
        told = self.told[why] = self.told.get(why) or advice(*why, self.books)
        name = _file_name(f"{before}{number or 'row'}-{int(line.row)}-{line.kind}-{kind}")
        return Written(draft, name, plain(" ".join(parts)), self._address(cells), told, self.lang)

    def _address(self, cells: dict[Any, Any]) -> str:
        contact = cells["customer_contact"]
        to = contact.strip() if self.unmasked and isinstance(contact, str) else ""
        return to if _MAIL.fullmatch(to) else ""

    def _clean(self, cells: dict[Any, Any]) -> Callable[[str, str], str]:
        """How texts of the complaint may be shown to its customer."""
        own = [cells[key] for key in own_columns() if key != "involved_staff"]
        involved = cells["involved_staff"]
        staff = list(words_of(involved)) if isinstance(involved, str) else []

        somebody = COLLEAGUE.of(self.lang)

        def clean(key: str, text: str) -> str:
            if key == "customer_name":
                return text if self.unmasked else ""
            if key in TEAM:
                return text if self.unmasked or mask_cell(key, text, own) == text else somebody
            if key != "complaint_id":
                text = _without_names(text, staff)
            if text == HIDDEN:
                return ""  # too much to look for: an open place
            return text if self.unmasked else mask_cell(key, text, own, [involved])

        return clean


def _without_names(text: str, staff: Sequence[Word]) -> str:
    """``text`` with a colleague for each name of ``staff``, in the language in which it is written."""
    chinese = mask_words(text, staff, numbers=False, shown=COLLEAGUE.zh)
    if chinese == text or _HAN.search(chinese.replace(COLLEAGUE.zh, "")):
        return chinese
    return mask_words(text, staff, numbers=False, shown=COLLEAGUE.en)


def _file_name(words: str) -> str:
    """A name that is one on every system: letters, figures and hyphens."""
    parts = [_NAME.sub("_", part).strip("_")[:_LONGEST] for part in words.split("-")]
    return "-".join(part for part in parts if part)


def content(written: Written, form: str) -> bytes:
    """The draft as a file of one of `FORMS`."""
    if form == "eml":
        return _mail(written)
    text = _call(written) if form == "call" else written.draft.text
    return DRAFT + f"\n{text}\n".encode()


def _mail(written: Written) -> bytes:
    """A mail that is not sent: mail programs open it to be finished. Headers are single lines whatever the register says."""
    from email.headerregistry import Address
    from email.message import EmailMessage
    from email.policy import SMTP

    message = EmailMessage(policy=SMTP)
    message["Subject"] = written.subject
    if written.to:
        message["To"] = Address(addr_spec=written.to)
    message["X-Unsent"] = "1"
    message.set_content(written.draft.text + "\n", charset="utf-8", cte="base64")
    return message.as_bytes()


def _call(written: Written) -> str:
    """Notes for a call: the message, and below it the lines of the playbook."""
    lang = written.lang
    parts = [(MESSAGE, [written.draft.text])]
    for key, name in SAYS.items():
        parts.append((name, [text.of(lang) for text in getattr(written.advice, key)[:CALL_LINES]]))
    if written.draft.kind == "offer":
        parts.append((QUESTIONED, [text.of(lang) for text in QUESTIONS]))
    return "\n\n".join(
        "\n".join([f"【{name.zh}】" if lang == "zh" else f"{name.en}:", *(f"· {one}" for one in said)])
        for name, said in parts
        if said
    )
