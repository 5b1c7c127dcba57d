"""One complaint as a printable form: everything the register knows of it on one page, and how its deadlines stand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import IO, Final

from kesu.jobs.assessment import Assessment
from kesu.register.columns import BY_KEY, ITEM_BY_KEY, ITEMS
from kesu.register.forms.page import Record, Value, records_of
from kesu.register.settings import TARGETS, Settings
from kesu.reports.masking import mask_cell, own_columns
from kesu.rules.deadlines import STATES
from kesu.words.text import Text
from kesu.workbook.writing import build_form

AS_OF: Final = Text("截至 {time}", "As of {time}")
DUE: Final = Text("{target}：{state}（{due} 到期）", "{target}: {state} (due {due})")
NO_DEADLINE: Final = Text("没有时限", "no deadline")
MASKED: Final = Text("个人信息已遮盖", "personal data masked")


def write_blank_form(assessment: Assessment, out: Path | IO[bytes], lang: str) -> None:
    """An empty form with the team's own lists and name. Raises OSError where ``out`` cannot be written."""
    build_form(out, lang, assessment.register.settings, today=assessment.as_of.date())


def write_case_file(
    assessment: Assessment, place: int, out: Path | IO[bytes], lang: str, *, masked: bool = False
) -> None:
    """The complaint in row ``place`` of the register, with its items, its deadlines as of the case's instant.

    ``masked``: personal data made unrecognisable. Raises OSError where ``out`` cannot be written.
    """
    register = assessment.counted
    [record] = records_of(register.complaints, [place])
    mine = register.items.data["complaint_id"].eq(record.get("complaint_id", "")).to_numpy(bool).nonzero()[0]
    items = records_of(register.items, mine.tolist(), ITEMS)
    if masked:
        involved = {key for key in own_columns() if BY_KEY[key].section == "involved"}
        own = [cell for key in own_columns() if key not in involved and (cell := record.get(key))]
        own += [cell for item in items for key in own_columns(items=True) if (cell := item.get(key))]
        staff = [record.get(key) for key in involved]
        record, items = (
            _masked(record, own, staff, register.settings),
            [_masked(item, own, staff, register.settings) for item in items],
        )
    note = _note(assessment, place, lang) + (f" · {MASKED.of(lang)}" if masked else "")
    build_form(
        out,
        lang,
        register.settings,
        complaint=record,
        items=items,
        note=note,
        today=assessment.as_of.date(),
    )


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


def _note(assessment: Assessment, place: int, lang: str) -> str:
    """How the deadlines stand, in one line."""
    row = int(assessment.counted.complaints.data["excel_row"].iloc[place])
    table = assessment.deadlines.table()
    said = [
        DUE.fill(target=TARGETS[target], state=STATES[state], due=f"{due:%Y-%m-%d %H:%M}").of(lang)
        for at, target, state, due in table[["row", "target", "state", "due_at"]].itertuples(index=False)
        if at == row and state != "none" and due == due  # noqa: PLR0124 - NaT is not itself
    ]
    begin = AS_OF.fill(time=f"{assessment.as_of:%Y-%m-%d %H:%M}").of(lang)
    return " · ".join([begin, *(said or [NO_DEADLINE.of(lang)])])
