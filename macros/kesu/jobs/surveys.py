"""Surveys of satisfaction: a list of complaints out, answers in by number; each an item of the kind "survey"."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.jobs.collect import Target, Writing, append_to, cell_value
from kesu.jobs.refresh import CHANGED_MEANWHILE
from kesu.register.codes import FINISHED, label_of
from kesu.register.columns import BY_KEY, ITEM_BY_KEY
from kesu.register.forms.page import Record, shown
from kesu.register.raw import find_header
from kesu.register.sameness import case_keys
from kesu.register.sheets import COMPLAINT
from kesu.register.typed import typed_sheet
from kesu.rules.nothing import says_nothing
from kesu.words.errors import KesuError
from kesu.words.text import LANGS, Text, folded, listed
from kesu.workbook.patch import Patch, Result
from kesu.workbook.patch.refuse import refused
from kesu.workbook.patch.values import KEEP, Value
from kesu.workbook.writing.own_formulas import own_formulas
from kesu.xlsx.address import cell_name, letters
from kesu.xlsx.text import plain

if TYPE_CHECKING:
    from kesu.jobs.assessment import Assessment
    from kesu.register.periods import Period
    from kesu.register.raw import RawSheet
    from kesu.workbook.reading.reader import Reader

SENT: Final = Text("满意度问卷", "Satisfaction survey")
NUMBER: Final = ITEM_BY_KEY["complaint_id"]
ANSWER: Final = replace(
    ITEM_BY_KEY["satisfaction"], also=(*ITEM_BY_KEY["satisfaction"].also, *BY_KEY["satisfaction"].label, *BY_KEY["satisfaction"].also, "评价", "答案", "answer", "rating", "score")
)  # fmt: skip
ANSWERED: Final = replace(
    ITEM_BY_KEY["done_at"], label=Text("回答时间", "Answered at"), also=("完成时间", "答复时间", "提交时间", "done at", "answered", "submitted at", "date")
)  # fmt: skip
SUGGESTION: Final = replace(
    ITEM_BY_KEY["what"],
    label=Text("建议", "Suggestion"),
    also=("客户建议", "意见和建议", "意见建议", "您的建议", "suggestions", "comment", "comments", "feedback"),
)
COLUMNS: Final = (NUMBER, ANSWER, ANSWERED, SUGGESTION)
SENT_ALONG: Final = frozenset(
    folded(word) for key in ("received_at", "category") for word in BY_KEY[key].label
)
"""Columns of the list that come back with the answers and say nothing new."""
NEEDED: Final = ("complaint_id", "item_kind", "what", "noted_at", "done_at", "satisfaction")

NO_ANSWERS: Final = Text(
    "没有答卷：要有“{number}”和“{answer}”两列。", "holds no answers: it needs the columns “{number}” and “{answer}”."
).fill(number=NUMBER.label, answer=ANSWER.label)  # fmt: skip
NO_ROOM: Final = Text(
    "“事项”里没有{columns}这些列，放不下问卷。可用 kesu upgrade 加上。",
    "Items has no columns headed {columns}, so surveys have no place there. kesu upgrade adds them.",
)


@dataclass(frozen=True)
class Answers:
    """What came back. ``filled``: position of a survey in Items that was sent, and what it says now; ``new``: answers to none
    that was noted; ``suggested``: suggestions that came with answers and were not noted yet; ``same``: how many answers were known;
    ``refused``: rows that were not taken, and why; ``unread``: columns that were not, as they are headed."""

    filled: tuple[tuple[int, Record], ...]
    new: tuple[Record, ...]
    same: int
    refused: tuple[Text, ...]
    suggested: tuple[Record, ...] = ()
    unread: tuple[str, ...] = ()


def to_send(assessment: Assessment, inside: Period | None) -> list[str]:
    """Numbers of complaints (received in ``inside``) that are resolved and were never sent a survey, in order."""
    register = assessment.known
    data, items = register.cases, register.items.data
    ended = assessment.deadlines.targets["resolution"].done != np.iinfo(np.int64).min
    mine = data["kind"].eq(COMPLAINT).to_numpy(bool) & (ended | data["status"].isin(FINISHED).to_numpy(bool))
    sent = register.parent[items["item_kind"].eq("survey").to_numpy(bool) & (register.parent >= 0)]
    mine[sent] = False
    if inside is not None:
        received = data["received_at"].to_numpy("datetime64[s]")
        mine &= (received >= np.datetime64(inside.begin, "s")) & (received < np.datetime64(inside.end, "s"))
    return [str(number) for number in data["complaint_id"][mine].dropna()]


def list_of(assessment: Assessment, numbers: Sequence[str], lang: str) -> bytes:
    """The list to be sent as CSV that Excel opens: number, receipt, category, and two columns for the answer; nobody's data."""
    data = assessment.register.complaints.data
    rows = data[data["complaint_id"].isin(numbers)].drop_duplicates("complaint_id")
    codes = assessment.register.settings.codes["category"]
    out = io.StringIO()
    writer = csv.writer(out)
    heads = (
        NUMBER.label,
        BY_KEY["received_at"].label,
        BY_KEY["category"].label,
        ANSWER.label,
        ANSWERED.label,
    )
    writer.writerow([head.of(lang) for head in heads])
    for number, received, category in rows[["complaint_id", "received_at", "category"]].itertuples(
        index=False
    ):
        day = "" if pd.isna(received) else f"{received:%Y-%m-%d}"
        writer.writerow(
            [
                _inert(str(number)),
                day,
                label_of(codes, category, lang) if isinstance(category, str) else "",
                "",
                "",
            ]
        )
    return out.getvalue().encode("utf-8-sig")


def _inert(text: str) -> str:
    """Text that no spreadsheet program takes for a formula."""
    text = plain(text)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text


def read_answers(reader: Reader, path: Path, target: Target, how: Writing) -> Answers:
    """The answers in the file ``path``. Raises `KesuError` where it holds none."""
    found = [(raw, header) for raw in reader.read(path, every_sheet=True) if (header := find_header(raw, COLUMNS)) and {"complaint_id", "satisfaction"} <= header[1].keys()]  # fmt: skip
    if not found:
        raise KesuError(NO_ANSWERS.at(path.name))
    raw, header = found[0]
    sheet = typed_sheet(raw, header, COLUMNS, target.register.settings.codes)
    answers = _matched(target, sheet.data, {int(row) for row in sheet.problems["row"]}, path.name, how)
    return replace(
        answers, suggested=tuple(_suggested(target, sheet.data, how)), unread=tuple(_unread(raw, header))
    )


def _unread(raw: RawSheet, header: tuple[int, dict[str, int]]) -> Iterator[str]:
    """Headings of the columns with content that are not read, nor were sent."""
    at, read = header
    for column in sorted(map(int, set(raw.cells.columns) - set(read.values()))):
        head = raw.cells[column].iloc[at]
        known = isinstance(head, str) and folded(head) in SENT_ALONG
        if not known and raw.cells[column].iloc[at + 1 :].notna().any():
            yield head if isinstance(head, str) else letters(column + 1)


def _suggested(target: Target, given: pd.DataFrame, how: Writing) -> Iterator[Record]:
    """Suggestions on complaints of the register that are not among its items yet."""
    if "what" not in given:
        return
    register = target.register
    numbers = register.complaints.data["complaint_id"]
    known = dict(zip(case_keys(numbers), numbers, strict=True))
    items = register.items.data[register.items.data["item_kind"].eq("suggestion").to_numpy(bool)]
    noted = set(zip(case_keys(items["complaint_id"]), items["what"], strict=True))
    for key, words, when in zip(
        case_keys(given["complaint_id"]), given["what"], given["done_at"], strict=True
    ):
        if not isinstance(key, str) or key not in known or not isinstance(words, str) or says_nothing(words):
            continue
        if (key, words) not in noted:
            noted.add((key, words))
            noted_at = pd.Timestamp(how.as_of) if pd.isna(when) else when
            yield {"complaint_id": known[key], "item_kind": "suggestion", "what": words, "noted_at": noted_at}


def _matched(target: Target, given: pd.DataFrame, odd: set[int], name: str, how: Writing) -> Answers:
    register = target.register
    items = register.items.data
    known = {key: number for key, number in zip(case_keys(register.complaints.data["complaint_id"]), register.complaints.data["complaint_id"], strict=True) if isinstance(key, str)}  # fmt: skip
    mine = items["item_kind"].eq("survey").to_numpy(bool)
    sent: dict[str, list[int]] = {}
    for at, key in zip(np.flatnonzero(mine).tolist(), case_keys(items["complaint_id"][mine]), strict=True):
        sent.setdefault(str(key), []).append(at)
    filled, new, same, refused_rows = list[tuple[int, Record]](), list[Record](), 0, list[Text]()
    taken: set[str] = set()
    with_words = set(np.flatnonzero(given["what"].notna())) if "what" in given else set()
    for at, key in enumerate(case_keys(given["complaint_id"])):
        row, answer, when = (
            int(given["excel_row"].iloc[at]),
            given["satisfaction"].iloc[at],
            given["done_at"].iloc[at],
        )
        where = Text(f"{name} 第 {row} 行", f"{name} row {row}")
        if pd.isna(answer) and at not in odd:  # not answered
            if at in with_words and key not in known:
                refused_rows.append(_why(where, odd=False, twice=False))
            continue
        if at in odd or not isinstance(key, str) or key not in known or key in taken:
            refused_rows.append(_why(where, odd=at in odd, twice=key in taken))
            continue
        taken.add(key)
        values: Record = {
            "satisfaction": str(answer),
            "done_at": pd.Timestamp(how.as_of) if pd.isna(when) else when,
        }
        waiting = [one for one in sent.get(key, []) if pd.isna(items["satisfaction"].iloc[one])]
        if waiting:
            filled.append((waiting[0], values))
        elif any(items["satisfaction"].iloc[one] == answer for one in sent.get(key, [])):
            same += 1
        else:
            new.append(
                {
                    "complaint_id": known[key],
                    "item_kind": "survey",
                    "what": SENT.of(register.lang),
                    "noted_at": values["done_at"],
                    **values,
                }
            )
    return Answers(tuple(filled), tuple(new), same, tuple(refused_rows))


def _why(where: Text, *, odd: bool, twice: bool) -> Text:
    if odd:
        why = Text("答案或时间看不懂", "the answer or its time cannot be read")
    elif twice:
        why = Text("同一编号前面已有一行，只取第一行", "a row before has the same number; the first is taken")
    else:
        why = Text("登记表里没有这个编号", "the register has no such number")
    return Text(*(f"{where.of(lang)}{'：' if lang == 'zh' else ': '}{why.of(lang)}" for lang in LANGS))


def note(target: Target, numbers: Sequence[str], how: Writing) -> Result:
    """Note in Items that a survey was sent for each number. Raises `KesuError` where it has no place or must not be written."""
    now, what = pd.Timestamp(how.as_of), SENT.of(target.register.lang)
    sent: list[Record] = [
        {"complaint_id": number, "item_kind": "survey", "what": what, "noted_at": now} for number in numbers
    ]
    return _write(target, Answers((), tuple(sent), 0, ()), how)


def take(target: Target, answers: Answers, how: Writing) -> Result:
    """Write the answers into Items, in one step. Raises as `note`."""
    return _write(target, answers, how)


def _write(target: Target, answers: Answers, how: Writing) -> Result:
    sheet = target.register.items
    missing = [ITEM_BY_KEY[key].label for key in NEEDED if key not in sheet.columns]
    if missing:
        raise KesuError(NO_ROOM.fill(columns=listed(missing)).at(target.path.name))
    patch = Patch.open(target.path)
    if patch.package.signature != target.seen:
        raise refused(target.path.name, *CHANGED_MEANWHILE)
    for first, block in _blocks(target, answers.filled):
        patch.write_block(sheet.title, first, block)
    append_to(patch, target, sheet, ITEM_BY_KEY, [*answers.new, *answers.suggested])
    patch.renew(own_formulas, how.as_of)
    return patch.commit(as_of=how.as_of.date(), backup=how.backup, force=how.force, dry_run=how.dry_run)


def _blocks(target: Target, filled: Sequence[tuple[int, Record]]) -> Iterator[tuple[str, list[list[Value]]]]:
    """The cells of answers, all in one block in which everything else is kept."""
    if not filled:
        return
    sheet, codes, lang = target.register.items, target.register.settings.codes, target.register.lang
    rows = sheet.data["excel_row"].to_numpy()
    cells = {
        (int(rows[at]), sheet.columns[key]): cell_value(shown(ITEM_BY_KEY[key], value, codes, lang))
        for at, values in filled
        for key, value in values.items()
    }
    down, across = zip(*cells, strict=True)
    width = range(min(across), max(across) + 1)
    block: list[list[Value]] = [
        [cells.get((row, at), KEEP) for at in width] for row in range(min(down), max(down) + 1)
    ]
    yield cell_name(min(down), min(across) + 1), block
