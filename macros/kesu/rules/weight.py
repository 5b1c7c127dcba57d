"""How much a complaint weighs: severe × widespread × repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.register.codes import FINISHED, label_of
from kesu.register.sameness import customer_keys
from kesu.rules.instants import DAY
from kesu.words.text import LANGS, Text, listed

if TYPE_CHECKING:
    from kesu.register.sheets import Register
    from kesu.rules.instants import Bools, Floats, Ints

STEPS: Final = ("minor", "normal", "severe", "urgent")
"""Severities, one step after the other."""
WIDESPREAD: Final = Text("影响大面积客户", "it concerns customers widely")
PROPOSED: Final = Text("建议严重程度：{severity}（{why}）", "Severity proposed: {severity} ({why})")
REPEATED: Final = Text("同一客户同一问题再次投诉", "the customer complains of the same again")


def proposed(register: Register) -> tuple[Ints, dict[Text, Bools]]:
    """For each complaint the step of `STEPS` that is proposed, 0 where the one noted stands; and the reasons, each a mask.

    One step up for what is widespread, one for what is repeated, at most the last. Rows without a severity have none.
    """
    data = register.complaints.data
    noted = np.full(len(data), -1, np.int64)
    for step, key in enumerate(STEPS):
        noted[data["severity"].eq(key).to_numpy(bool)] = step
    reasons = {WIDESPREAD: data["scope"].eq("widespread").to_numpy(bool), REPEATED: _repeated(register)}
    raised = np.minimum(noted + sum(mask.astype(np.int64) for mask in reasons.values()), len(STEPS) - 1)
    return np.where((noted >= 0) & (raised > noted), raised, 0), reasons


def _repeated(register: Register) -> Bools:
    data, of = register.cases, register.complaints.owner
    days = np.array([register.own_settings[name].repeat_window_days for name in register.names])
    mine = data["kind"].eq("complaint").to_numpy(bool)
    return repeats(data, mine, days[of] * DAY, of)


def weighs_more(register: Register, position: int) -> Text | None:
    """The severity proposed for the complaint at ``position``, and why; None where the one noted stands or all is over.

    None too of a register of old, which is judged as before.
    """
    if (
        "question" not in register.items.columns
        or register.complaints.data["status"].iloc[position] in FINISHED
    ):
        return None
    level, reasons = proposed(register)
    if not level[position]:
        return None
    why = [words for words, mask in reasons.items() if mask[position]]
    return PROPOSED.fill(severity=called(register, int(level[position])), why=listed(why))


def called(register: Register, step: int) -> Text:
    """What the team calls a step of `STEPS`."""
    codes = register.settings.codes["severity"]
    return Text(*(label_of(codes, STEPS[step], lang) for lang in LANGS))


def repeats(data: pd.DataFrame, mine: Bools, window: Floats, of: Ints | None = None) -> Bools:
    """Rows that repeat an `earlier` one."""
    found: Bools = earlier(data, mine, window, of) >= 0
    return found


def earlier(data: pd.DataFrame, mine: Bools, window: Floats, of: Ints | None = None) -> Ints:
    """For rows among ``mine`` of a customer who complained of the same category within the repeat window before, the
    position of the last such complaint; -1 for the others.

    The customer is known by account, else by contact; rows with neither repeat nothing. ``window``: seconds, by row.
    ``of``: the register of each, where customers of one are not to be known in another.
    """
    contact = customer_keys(data["customer_contact"], "phone")
    who = pd.factorize(customer_keys(data["customer_account"]).fillna(contact))[0].astype(np.int64)
    if of is not None:
        who = np.where(who >= 0, who * (int(of.max(initial=0)) + 1) + of, -1)
    what = data["category"].cat.codes.to_numpy()
    when = data["received_at"].to_numpy("datetime64[s]")
    rows = np.flatnonzero((who >= 0) & (what >= 0) & ~np.isnat(when) & mine)
    rows = rows[np.lexsort((when[rows], what[rows], who[rows]))]
    before, after = rows[:-1], rows[1:]
    gap = (when[after] - when[before]).astype("timedelta64[s]").astype(np.float64)
    again = (who[before] == who[after]) & (what[before] == what[after]) & (gap <= window[after])
    found = np.full(len(data), -1, np.int64)
    found[after[again]] = before[again]
    return found
