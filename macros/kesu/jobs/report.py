"""Everything that a report shows, over a period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from kesu.jobs.assessment import second_of
from kesu.jobs.figures import (
    account_of,
    codes_of,
    facts_of,
    findings_of,
    follow_up_table,
    received_in,
    whole_span,
)
from kesu.jobs.load import Loaded
from kesu.jobs.remarks import on_figures
from kesu.jobs.stacks import shared
from kesu.register.periods import Period
from kesu.reports.model import Report, Source
from kesu.rules.checks import SEVERITIES, add_messages, finding_counts
from kesu.rules.effects import effects
from kesu.rules.facts import Facts
from kesu.rules.kpis import backlog_days, kpi_series, movement
from kesu.rules.kpis.view import Scope

REPORT_GROUPS = ("month", "tier", "category", "channel", "severity", "register", "department")
"""What the chapters break figures down by."""


FINDINGS_SHOWN = 500
"""Findings that a report lists one by one; the counts cover all of them."""


def build_report(
    loaded: Sequence[Loaded], period: Period | None, as_of: dt.datetime, lang: str, *, unmasked: bool = False
) -> Report:
    """Everything the renderers need. At least one of ``loaded`` must have been read."""
    assessments = [one.assessment for one in loaded if one.assessment is not None]
    period = period or whole_span(assessments, as_of)
    facts = facts_of(assessments)
    inside = received_in(facts.complaints, period) & facts.complaints["counted"].to_numpy(bool)
    items = facts.items[np.append(inside, False)[facts.items["place"].to_numpy()]]
    findings = findings_of(assessments, period)
    organisations = {assessment.register.settings.organisation for assessment in assessments}
    zones = {assessment.register.settings.time_zone for assessment in assessments}
    single = findings[findings["count"].eq(1).to_numpy(bool)]  # the counts say how many more there are
    by_severity = [single[single["severity"].eq(level).to_numpy(bool)] for level in SEVERITIES]
    shown = pd.concat([part.head(FINDINGS_SHOWN) for part in by_severity]).head(FINDINGS_SHOWN)
    before = period.previous()
    compared = (received_in(facts.complaints, before) & facts.complaints["counted"].to_numpy(bool)).any()
    kpis, *earlier = kpi_series(facts, (period, before) if compared else (period,), as_of, REPORT_GROUPS)
    previous = earlier[0] if compared else kpis.head(0)  # the registers may not reach back so far
    complaints, earlier_ones = _with_repeats(facts, inside, Scope(facts, period, as_of).earlier)
    return Report(
        lang=lang,
        time_zone=zones.pop() if len(zones) == 1 else "",
        organisation=organisations.pop() if len(organisations) == 1 else "",
        as_of=as_of,
        period=period,
        sources=tuple(_source(one) for one in loaded),
        complaints=complaints,
        earlier=earlier_ones,
        items=items.reset_index(drop=True),
        kpis=kpis,
        previous=previous,
        followups=follow_up_table(assessments, lang),
        findings=add_messages(shown, lang),
        finding_counts=finding_counts(findings, lang),
        improvements=facts.improvements,
        effects=tuple(effects(facts, second_of(as_of))),
        backlog_days=backlog_days(facts, period, as_of),
        movement=movement(facts, period, as_of),
        unmasked=unmasked,
        notes=(*shared(assessments), *on_figures(assessments)),
        account=account_of(assessments, period),
        limits=assessments[0].register.settings.limits,
        codes=codes_of(assessments),
    )


def _with_repeats(facts: Facts, inside: np.ndarray, earlier: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The complaints ``inside`` with ``repeat_of``, and the earlier ones that some of them repeat."""
    mine = earlier[inside]
    first, of = np.unique(mine[mine >= 0], return_inverse=True)
    places = np.full(len(mine), -1, np.int64)
    places[mine >= 0] = of
    shown = facts.complaints[inside].reset_index(drop=True).assign(repeat_of=places)
    return shown, facts.complaints.iloc[first].reset_index(drop=True)


def _source(one: Loaded) -> Source:
    if one.assessment is None:
        return Source(one.name, error=one.error)
    register = one.assessment.register
    return Source(one.name, len(register.complaints.data), len(register.items.data))
