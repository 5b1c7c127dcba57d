"""The KPIs of how it ended with the customer: call-backs, satisfaction by phone and by survey; see `kesu.rules.outcomes`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kesu.register.codes import SATISFIED
from kesu.rules.deadlines import RUNNING
from kesu.rules.kpis.registry import COURSE, DECK, kpi

if TYPE_CHECKING:
    from kesu.rules.kpis.view import Bools, Floats, Scope

    Counted = tuple[Floats, Bools]


def _all(mask: Bools) -> Counted:
    return mask.astype(np.float64), mask


@kpi("satisfaction", better="higher",
     zh="（非常满意 + 满意 + 基本满意）÷ 回访成功的客户；没填是否成功而有满意度的算成功；以最后一次电话回答为准（事项里的回访，或登记表那一列，哪个在后用哪个），重开前的回访记在事项里的不算；五分制里 5、4 算满意，“一般”（3 分）不算；登记表不用“满意度”列时不计。",
     en="(Very satisfied + satisfied + basically satisfied) ÷ customers reached in call-back; a satisfaction without a note on reaching counts as reached; the last answer by phone is the one that counts (a call-back item or the column, whichever is later; where items tell of calls none from before a reopening); on a scale of five 5 and 4 are satisfied, “neutral” (3) is not; registers that do not use the column are left out.")  # fmt: skip
def satisfaction(s: Scope) -> Counted:
    said = ~s.given("callback_reached") & s.given("phone")
    reached = np.where(s.flag("noted"), s.flag("reached"), s.equals("callback_reached", "yes")) | said
    return s.equals("phone", *SATISFIED).astype(np.float64), reached & s.complaints_only & s.used("phone")


@kpi("callback_coverage", better="higher", needs=("called_back_at",), source=COURSE,
     zh="回访联系到的客户 ÷ 已解决的投诉：没联系上不算回访；没填是否联系上的算联系上。重开后还没解决的不计，重开前的回访不算。",
     en="Customers reached in call-back ÷ complaints resolved: not reached is not called back; without a note on reaching it counts as reached. Reopened ones not resolved anew are left out, a call-back before the reopening does not count.")  # fmt: skip
def callback_coverage(s: Scope) -> Counted:
    return s.flag("reached").astype(np.float64), s.resolved & s.complaints_only


@kpi("callback_tries", better="lower", needs=("called_back_at",), source=COURSE,
     zh="回访的次数（联系上和没联系上的）÷ 试过回访的投诉。", en="Call-backs tried, whether or not the customer was reached ÷ complaints on which one was tried.")  # fmt: skip
def callback_tries(s: Scope) -> Counted:
    tries = s.facts.complaints["tries"].to_numpy(np.float64)
    return tries, (tries > 0) & s.complaints_only


@kpi("closed_unreached", "count", better="lower", needs=("called_back_at",), source=COURSE,
     zh="试过回访、始终没联系上而结案的投诉。", en="Complaints closed although none of the call-backs tried reached the customer.")  # fmt: skip
def closed_unreached(s: Scope) -> Counted:
    tried = s.facts.complaints["tries"].to_numpy() > 0
    return _all(tried & ~s.flag("reached") & s.equals("status", "closed") & s.complaints_only)


@kpi("survey_satisfaction", base="items", better="higher", source=DECK,
     zh="（非常满意 + 满意 + 基本满意）÷ 答了的问卷（事项“问卷”）；电话回访的另计。",
     en="(Very satisfied + satisfied + basically satisfied) ÷ surveys answered (items of the kind survey); answers by phone are counted apart.")  # fmt: skip
def survey_satisfaction(s: Scope) -> Counted:
    said = s.facts.items["satisfaction"]
    return said.isin(SATISFIED).to_numpy(bool).astype(np.float64), s.item_kind(
        "survey"
    ) & said.notna().to_numpy(bool)


@kpi("survey_response", base="items", better="higher", source=DECK,
     zh="答了的问卷 ÷ 发出的问卷（事项“问卷”）；取消的不计。", en="Surveys answered ÷ surveys sent (items of the kind survey); cancelled ones are left out.")  # fmt: skip
def survey_response(s: Scope) -> Counted:
    said = s.facts.items["satisfaction"].notna().to_numpy(bool).astype(np.float64)
    return said, s.item_kind("survey") & ~s.dropped


@kpi("awaiting_callback", "count", better="lower", placed="now", needs=("called_back_at",), source=COURSE,
     zh="有解决时间、还没有回访的投诉，不论回访是否到期；没有回访时限的不计。没写解决时间的不计，检查会指出。", en="Complaints with a time of resolution and not called back yet, whether or not that is due; without a rule for call-backs none. Without a time of resolution they are left out; a finding names them.")  # fmt: skip
def awaiting_callback(s: Scope) -> Counted:
    running = s.facts.complaints["callback_state"].isin(RUNNING).to_numpy(bool)
    return _all(running & s.complaints_only)
