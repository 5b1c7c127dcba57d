"""Everything that a report shows, over a period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from kesu.jobs.assessment import second_of
from kesu.jobs.away import Member
from kesu.jobs.figures import received_in, span_over
from kesu.jobs.load import Loaded
from kesu.jobs.parts import FINDINGS_SHOWN, first_of, part_of
from kesu.jobs.remarks import on_figures
from kesu.jobs.stacks import in_their_order, shared, stacks_of
from kesu.register.codes import merged
from kesu.register.periods import Period
from kesu.register.shelves import picked
from kesu.reports.model import Report, Source
from kesu.rules.checks import add_messages, finding_counts
from kesu.rules.effects import effects
from kesu.rules.facts import Facts, together
from kesu.rules.followups import merge_follow_ups
from kesu.rules.kpis import backlog_days, kpi_series, movement
from kesu.rules.kpis.view import Scope

REPORT_GROUPS = ("month", "tier", "category", "channel", "severity", "register", "department")
"""What the chapters break figures down by."""


def build_report(
    loaded: Sequence[Loaded], period: Period | None, as_of: dt.datetime, lang: str, *, unmasked: bool = False
) -> Report:
    """Everything the renderers need. At least one of ``loaded`` must have been read."""
    assessments = [one.assessment for one in loaded if one.assessment is not None]
    stacks = stacks_of(assessments)
    names = stacks.names
    away = any(isinstance(one, Member) for one in assessments)
    parts = stacks.each(partial(part_of, period=period, lang=lang, shelved=away))
    period = period or span_over([part.span for part in parts], as_of)
    facts = together([part.facts for part in parts], names)
    inside = _counted_in(facts, period)
    items = picked(facts.items, np.flatnonzero(np.append(inside, False)[facts.items["place"].to_numpy()]))
    findings = first_of(in_their_order([part.findings for part in parts], names)).head(FINDINGS_SHOWN)
    organisations = {settings.organisation for settings in facts.settings.values()}
    zones = {settings.time_zone for settings in facts.settings.values()}
    before = period.previous()
    compared = _counted_in(facts, before).any()
    kpis, *earlier = kpi_series(facts, (period, before) if compared else (period,), as_of, REPORT_GROUPS)
    previous = earlier[0] if compared else kpis.head(0)  # the registers may not reach back so far
    complaints, earlier_ones = _with_repeats(facts, inside, Scope(facts, period, as_of).earlier)
    sizes = {name: size for part in parts for name, size in part.sizes.items()}
    return Report(
        lang=lang,
        time_zone=zones.pop() if len(zones) == 1 else "",
        organisation=organisations.pop() if len(organisations) == 1 else "",
        as_of=as_of,
        period=period,
        sources=tuple(Source(one.name, *sizes.get(one.name, (0, 0)), one.error) for one in loaded),
        complaints=complaints,
        earlier=earlier_ones,
        items=items,
        kpis=kpis,
        previous=previous,
        followups=merge_follow_ups([part.followups for part in parts], as_of, names),
        findings=add_messages(findings, lang),
        finding_counts=finding_counts(pd.concat([part.counts for part in parts]), lang),
        improvements=facts.improvements,
        effects=tuple(effects(facts, second_of(as_of))),
        backlog_days=backlog_days(facts, period, as_of),
        movement=movement(facts, period, as_of),
        unmasked=unmasked,
        notes=(*shared(assessments), *on_figures(assessments, parts)),
        account=pd.concat([part.account for part in parts]).loc[list(names)],
        limits=facts.settings[names[0]].limits,
        codes=merged([part.codes for part in parts]),
    )


def _counted_in(facts: Facts, period: Period) -> np.ndarray:
    """Which complaints were received in ``period`` and go into figures."""
    counted: np.ndarray = facts.complaints["counted"].to_numpy(bool) & received_in(facts.complaints, period)
    return counted


def _with_repeats(facts: Facts, inside: np.ndarray, earlier: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The complaints ``inside`` with ``repeat_of``, and the earlier ones that some of them repeat."""
    mine = earlier[inside]
    first, of = np.unique(mine[mine >= 0], return_inverse=True)
    positions = np.full(len(mine), -1, np.int64)
    positions[mine >= 0] = of
    shown = picked(facts.complaints, np.flatnonzero(inside)).assign(repeat_of=positions)
    return shown, picked(facts.complaints, first)
