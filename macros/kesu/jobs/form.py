"""One complaint on paper: everything the register knows of it and how its deadlines stand, or what its customer may have."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import IO, Final

import pandas as pd

from kesu.jobs.assessment import Assessment
from kesu.register.codes import SHARED_ITEMS
from kesu.register.columns import BY_KEY, ITEM_BY_KEY, ITEMS, REGISTER
from kesu.register.forms.page import Record, Value, records_of
from kesu.register.settings import TARGETS, Settings
from kesu.register.sheets import Register
from kesu.reports.masking import is_personal, mask_cell, mask_words, own_columns
from kesu.reports.masking.own_words import Word, words_of
from kesu.rules.deadlines import STATES
from kesu.rules.linked import linked_with
from kesu.rules.picked import Advice, Signs, advice
from kesu.rules.playbooks import playbooks
from kesu.rules.weight import weighs_more
from kesu.words.text import Text
from kesu.workbook.writing import build_form
from kesu.workbook.writing.reply import build_reply

AS_OF: Final = Text("截至 {time}", "As of {time}")
DUE: Final = Text("{target}：{state}（{due} 到期）", "{target}: {state} (due {due})")
NO_DEADLINE: Final = Text("没有时限", "no deadline")
AWAITED: Final = ("pending", "due_soon")
"""States of deadlines that a customer is told: what is over cannot be kept any more."""
MASKED: Final = Text("个人信息已遮盖", "personal data masked")


def write_blank_form(assessment: Assessment, out: Path | IO[bytes], lang: str) -> None:
    """An empty form with the team's own lists and name. Raises OSError where ``out`` cannot be written."""
    register = assessment.register
    build_form(out, lang, register.settings, questions=_asks(register), today=assessment.as_of.date())


def write_case_file(
    assessment: Assessment,
    position: int,
    out: Path | IO[bytes],
    lang: str,
    *,
    masked: bool = False,
    fitted: bool = False,
) -> None:
    """The complaint at ``position`` of the register, with its items, its deadlines as of the case's instant.

    ``masked``: personal data made unrecognisable. ``fitted``: for a PDF by LibreOffice. Raises OSError where ``out``
    cannot be written.
    """
    settings = assessment.counted.settings
    record, items = _case(assessment, position)
    if masked:
        record, items = _hidden(record, items, settings)
    linked = _linked(assessment, position)
    if masked:
        linked = [_hidden(one, [], settings)[0] for one in linked]
    note = _note(assessment, position, lang) + (f" · {MASKED.of(lang)}" if masked else "")
    day = assessment.as_of.date()
    build_form(
        out, lang, settings, complaint=record, items=items, linked=linked, questions=_asks(assessment.counted),
        note=note, advice=_advice(assessment, position), today=day, fitted=fitted,
    )  # fmt: skip


def write_reply(
    assessment: Assessment,
    position: int,
    out: Path | IO[bytes],
    lang: str,
    *,
    masked: bool = False,
    fitted: bool = False,
) -> tuple[Text, ...]:
    """The complaint at ``position`` as its customer may have it, without the names of the staff involved.

    Returns what the team wrote freely on it, by the names of the columns: nobody but a person can tell whether that
    blames anybody. ``masked`` and what is raised are those of `write_case_file`.
    """
    settings = assessment.counted.settings
    record, items = _case(assessment, position)
    involved = record.get("involved_staff")
    staff = list(words_of(involved)) if isinstance(involved, str) else []
    if masked:
        record, items = _hidden(record, items, settings)
    record, items = _unnamed(record, staff, settings), [_unnamed(item, staff, settings) for item in items]
    as_of = assessment.as_of
    due = [
        (TARGETS[target], when.to_pydatetime())
        for target, state, when in _deadlines(assessment, position)
        if state in AWAITED
    ]
    note = AS_OF.fill(time=f"{as_of:%Y-%m-%d %H:%M}").of(lang) + (f" · {MASKED.of(lang)}" if masked else "")
    build_reply(out, lang, settings, record, items, note=note, due=due, today=as_of.date(), fitted=fitted)
    free = [
        c.label
        for c in REGISTER
        if c.shared and c.personal == "free" and c.key != "verbatim" and c.key in record
    ]
    what = [ITEM_BY_KEY["what"].label] if any(item.get("item_kind") in SHARED_ITEMS for item in items) else []
    return (*free, *what)


def _advice(assessment: Assessment, position: int) -> Advice | None:
    """What the playbooks say on a complaint; feedback and praise have none."""
    register = assessment.counted
    row = register.complaints.data.iloc[[position]]
    if row["kind"].isin(["feedback", "praise"]).any():
        return None
    books = playbooks(register.settings)
    said = row["verbatim"].fillna("") + "\n" + row["details"].fillna("")
    [found] = Signs(books).found(said)
    return advice(row["category"].iloc[0], row["expectation"].iloc[0], found, books)


def _case(assessment: Assessment, position: int) -> tuple[Record, list[Record]]:
    """What the register knows of a complaint, and its items."""
    register = assessment.counted
    [record] = records_of(register.complaints, [position])
    mine = register.items.data["complaint_id"].eq(record.get("complaint_id", "")).to_numpy(bool).nonzero()[0]
    return record, records_of(register.items, mine.tolist(), ITEMS)


def _asks(register: Register) -> bool:
    """whether a register has room for answers to the five questions; a form without them is the same as ever."""
    return "question" in register.items.columns


def _linked(assessment: Assessment, position: int) -> list[Record]:
    """What the register knows of the complaints that belong to this one."""
    register = assessment.counted
    return records_of(register.complaints, linked_with(register, position))


def _hidden(record: Record, items: list[Record], settings: Settings) -> tuple[Record, list[Record]]:
    """A complaint and its items with personal data made unrecognisable."""
    involved = {key for key in own_columns() if BY_KEY[key].section == "involved"}
    own = [cell for key in own_columns() if key not in involved and (cell := record.get(key))]
    own += [cell for item in items for key in own_columns(items=True) if (cell := item.get(key))]
    staff = [record.get(key) for key in involved]
    return _masked(record, own, staff, settings), [_masked(item, own, staff, settings) for item in items]


def _unnamed(record: Record, staff: list[Word], settings: Settings) -> Record:
    """Texts without names of the staff involved; who does something for the customer is named in the column for that."""
    return {
        key: mask_words(value, staff, numbers=False)
        if isinstance(value, str)
        and is_personal(key) in {"", "free"}
        and not _is_choice(key, value, settings)
        else value
        for key, value in record.items()
    }


def _masked(
    record: Mapping[str, Value], own: list[Value], staff: list[Value | None], settings: Settings
) -> Record:
    return {
        key: mask_cell(key, value, own, staff)
        if isinstance(value, str) and not _is_choice(key, value, settings)
        else value
        for key, value in record.items()
    }


def _is_choice(key: str, value: str, settings: Settings) -> bool:
    """Whether a cell holds nothing but choices of the team's list: what is on no list is whatever somebody typed."""
    declared = BY_KEY.get(key) or ITEM_BY_KEY.get(key)
    known = (
        {code.key for code in settings.codes.get(declared.codes, ())}
        if declared and declared.codes
        else set()
    )
    return known.issuperset(value.split("|"))


def _note(assessment: Assessment, position: int, lang: str) -> str:
    """How the deadlines stand, in one line."""
    said = [
        DUE.fill(target=TARGETS[target], state=STATES[state], due=f"{due:%Y-%m-%d %H:%M}").of(lang)
        for target, state, due in _deadlines(assessment, position)
    ]
    begin = AS_OF.fill(time=f"{assessment.as_of:%Y-%m-%d %H:%M}").of(lang)
    heavier = weighs_more(assessment.counted, position)
    return " · ".join([begin, *(said or [NO_DEADLINE.of(lang)]), *([heavier.of(lang)] if heavier else [])])


def _deadlines(assessment: Assessment, position: int) -> list[tuple[str, str, pd.Timestamp]]:
    """Target, state and due time of each deadline that the complaint has."""
    row = int(assessment.counted.complaints.data["excel_row"].iloc[position])
    table = assessment.deadlines.table()
    return [
        (target, state, due)
        for at, target, state, due in table[["row", "target", "state", "due_at"]].itertuples(index=False)
        if at == row and state != "none" and due == due  # noqa: PLR0124 - NaT is not itself
    ]
