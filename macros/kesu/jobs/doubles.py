"""Complaints that may be one matter logged twice, over all registers; what somebody decides of a pair is kept as an item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import pandas as pd

from kesu.jobs.assessment import Assessment
from kesu.jobs.collect import Target, Writing, append
from kesu.register.columns import ITEM_BY_KEY
from kesu.register.forms.intake import NO_COLUMN, NO_ITEMS
from kesu.register.forms.page import Record
from kesu.register.sameness import case_keys
from kesu.reports.masking import mask_cell
from kesu.rules.alike import CUSTOMER, LEAST, NEIGHBOURS, Alike, alike, decisions, reasons
from kesu.words.errors import KesuError
from kesu.words.text import Text
from kesu.workbook.patch import Result

UNKNOWN: Final = Text(
    "没有比较 {n} 行：缺受理时间，或客户姓名、联系方式、账号一个也没有。",
    "Not compared: {n} {n:row|rows} without a time of receipt, or without any name, contact or account.",
)
CROWDED: Final = Text(
    "{n} 行所属客户在时间窗内投诉太多，每行只与其后 {most} 行比较（同一个热线号码或占位的姓名？）。",
    "{n} {n:row is|rows are} of customers with very many complaints within the window; each was compared with the next {most} only "
    "(a hotline's own number, a name that stands for anybody?).",
)
DECIDED: Final = Text(
    "已有判定的 {n} 对没有再列（--all 列出）。",
    "Pairs decided before and not listed again: {n} (--all lists them).",
)
SHOWN: Final = (*CUSTOMER, "verbatim")


def find(
    assessments: Sequence[Assessment], *, days: float | None = None, least: int = LEAST
) -> tuple[Alike, list[Text]]:
    """Every pair, decided ones too, and what must be known of the comparison. See `kesu.rules.alike.alike`."""
    counted = [~one.twins.double for one in assessments]
    found = alike([one.register for one in assessments], counted, days=days, least=least)
    said = [UNKNOWN.fill(n=f"{found.unknown:,}")] if found.unknown else []
    if found.crowded:
        said.append(CROWDED.fill(n=f"{found.crowded:,}", most=NEIGHBOURS))
    return found, said


def told(
    found: Alike,
    assessments: Sequence[Assessment],
    lang: str,
    *,
    decided: bool = False,
    unmasked: bool = False,
) -> Iterator[dict[str, Any]]:
    """Each pair as a record: score, reasons in ``lang``, verdict ("" none) and its two rows under ``complaints``.

    Personal data is masked unless ``unmasked``. ``decided``: also pairs on which somebody has decided.
    """
    pairs = found.pairs if decided else found.pairs[found.pairs["verdict"].eq("").to_numpy(bool)]
    for number in range(len(pairs)):
        pair: dict[str, Any] = {str(key): value for key, value in pairs.iloc[number].items()}
        sides = [found.stack.iloc[pair[at]] for at in ("left", "right")]
        own = [side[key] for side in sides for key in CUSTOMER]
        yield {
            "score": int(pair["score"]),
            "reasons": [reason.of(lang) for reason in reasons(pair)],
            "verdict": pair["verdict"] or None,
            "complaints": [
                {
                    "register": assessments[side["register"]].register.name,
                    "row": int(side["excel_row"]),
                    "complaint_id": _cell("complaint_id", side["complaint_id"], own, unmasked=unmasked),
                    "received_at": f"{side['received_at']:%Y-%m-%dT%H:%M:%S}",
                    **{key: _cell(key, side[key], own, unmasked=unmasked) for key in SHOWN},
                }
                for side in sides
            ],
        }


def _cell(key: str, value: object, own: Sequence[object], *, unmasked: bool) -> str | None:
    if not isinstance(value, str):
        return None
    return value if unmasked else mask_cell(key, value, own)


def decide(target: Target, ids: tuple[str, str], verdict: str, by: str, how: Writing) -> Result | None:
    """Keep what was decided of the complaints ``ids`` (the first is one of ``target``) as an item of the first.

    None where the same was decided last. Raises `KesuError` where the register has no place for it or must not be written.
    """
    register = target.register
    pair = frozenset(case_keys(pd.Series(ids, dtype="str")))
    before = decisions([register]).get(pair)
    if before is not None and before.verdict == verdict:
        return None
    record: Record = {
        "complaint_id": ids[0], "item_kind": "double", "what": ids[1], "noted_by": by,
        "noted_at": pd.Timestamp(how.as_of), "done_at": pd.Timestamp(how.as_of), "result": verdict,
    }  # fmt: skip
    if not register.items.columns:
        raise KesuError(NO_ITEMS.fill(n=1).at(target.path.name))
    missing = [ITEM_BY_KEY[key].label for key in record if key not in register.items.columns]
    if missing:
        from kesu.words.text import listed

        said = NO_COLUMN.fill(sheet=register.items.title, columns=listed(missing))
        raise KesuError(said.at(target.path.name))
    return append(target, [], [record], how)[0]
