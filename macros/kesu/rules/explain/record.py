"""An explanation as plain values, for scripts."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from kesu.register.settings import in_lang
from kesu.rules.deadlines.clocks import SECONDS
from kesu.rules.explain.rule_words import rule_words
from kesu.rules.explain.stretches import EPOCH, Stretch, as_date
from kesu.rules.instants import NAT

if TYPE_CHECKING:
    from kesu.register.settings import Rule
    from kesu.rules.explain.model import Explanation, Replacement, Working


def record_of(told: Explanation, lang: str) -> dict[str, Any]:
    """The explanation as plain values for JSON; times ISO 8601 without zone, nothing known is None."""
    return {
        "register": told.register,
        "row": told.excel_row,
        "complaint_id": told.complaint_id,
        "as_of": _iso(told.as_of),
        "about": {label.of(lang): value.of(lang) for label, value in told.about},
        "received_later": _iso(told.received_later),
        "reopened_at": _iso(told.reopened),
        "reopen_mode": told.reopen_mode or None,
        "confirmed_until": told.confirmed_until.isoformat(),
        "targets": [_working(told, working, lang) for working in told.workings],
        "settings_notes": [note.of(lang) for note in told.settings_notes],
        "remarks": [remark.of(lang) for remark in told.remarks],
    }


def _working(told: Explanation, w: Working, lang: str) -> dict[str, Any]:
    rule = told.rules[w.rule] if w.rule >= 0 else None
    return {
        "target": w.target,
        "cycle": w.cycle,
        "rule": None
        if rule is None
        else {
            "number": w.rule + 1,
            "words": rule_words(rule).of(lang),
            "note": in_lang(rule.note, lang) or None,
            "fits": [fit.of(lang) for fit in w.fits],
        },
        "passed_over": [{"number": number + 1, "why": why.of(lang)} for number, why in w.passed_over],
        "start": {"event": w.event, "at": _iso(w.start)},
        "stretches": [_stretch(one, rule, lang) for one in w.stretches],
        "due_by_rule": _iso(w.by_rule),
        "replaced": None if w.replaced is None else _replacement(w.replaced, lang),
        "ignored": [_replacement(one, lang) for one in w.refused],
        "due_at": _iso(w.due),
        "confirmed": w.confirmed,
        "done_at": _iso(w.done),
        "done_by": w.done_by or None,
        "state": w.state,
        "remaining_hours": None if w.remaining == NAT else w.remaining / 3600,
        "used": None if w.used != w.used else round(w.used, 4),
        "tell": [{"at": share, "who": in_lang(who, lang)} for share, who in w.tell],
    }


def _stretch(one: Stretch, rule: Rule | None, lang: str) -> dict[str, Any]:
    in_days = rule is not None and rule.unit not in SECONDS
    return {
        "from": _iso(one.begin),
        "to": _iso(one.end),
        "counted": one.kind == "counted",
        "kind": one.kind,
        "days" if in_days else "hours": one.amount if in_days else one.amount / 3600,
        "named": [
            {"from": as_date(first).isoformat(), "to": as_date(last).isoformat(), "name": why.of(lang)}
            for first, last, why in one.days
        ],
        "why": one.why or None,
    }


def _replacement(one: Replacement, lang: str) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "due_at": _iso(one.due),
        "noted_by": one.noted_by or None,
        "noted_at": _iso(one.noted),
        "what": one.what or None,
        "items_row": one.excel_row,
        "ignored_because": one.refused.of(lang) if one.refused else None,
    }


def _iso(second: int) -> str | None:
    if second == NAT:
        return None
    return (dt.datetime.combine(EPOCH, dt.time()) + dt.timedelta(seconds=second)).isoformat()
