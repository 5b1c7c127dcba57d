"""What a register knows of a customer whose complaint is being logged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from kesu.register.codes import label_of
from kesu.register.columns import BY_KEY
from kesu.rules.lookup import of_customer
from kesu.words.text import LANGS, Text, listed

if TYPE_CHECKING:
    from kesu.live.frames import Opened

EARLIER: Final = 3
"""Complaints of a customer that are named when another is logged."""
BEFORE_THIS: Final = Text(
    "这位客户以前投诉过 {n} 次：{cases}。", "This customer complained before, {n} in all: {cases}."
)
TIER: Final = Text(
    "客户等级按以前的投诉填了“{tier}”，不对请改。",
    "The tier was put in as “{tier}”, as before; change it if it is another now.",
)


def history(register: Opened, values: dict[str, Any]) -> tuple[list[Text], dict[str, str]]:
    """What is said of the customer's earlier complaints, and the tier that they were logged with where none is given."""
    held = register.assessment.register
    data, codes = held.complaints.data, held.settings.codes
    rows = of_customer(held, values)
    if not rows:
        return [], {}

    def word(key: str, row: int) -> list[Text]:
        cell = data[key].iloc[row]
        return (
            [Text(*(label_of(codes[BY_KEY[key].codes], cell, lang) for lang in LANGS))]
            if isinstance(cell, str)
            else []
        )

    cases = []
    for row in rows[:EARLIER]:
        day = data["received_at"].iloc[row]
        when = [] if pd.isna(day) else [f"{day:%Y-%m-%d}"]
        about = listed([*when, *word("category", row), *word("status", row), *word("satisfaction", row)])
        cases.append(
            Text(
                f"{data['complaint_id'].iloc[row]}（{about.zh}）",
                f"{data['complaint_id'].iloc[row]} ({about.en})",
            )
        )
    said = [BEFORE_THIS.fill(n=len(rows), cases=listed([*cases, *[Text("…", "…")] * (len(rows) > EARLIER)]))]
    tiers = [
        data["customer_tier"].iloc[row] for row in rows if isinstance(data["customer_tier"].iloc[row], str)
    ]
    if not tiers or "customer_tier" in values or tiers[0] not in {code.key for code in codes["tier"]}:
        return said, {}
    tier = Text(*(label_of(codes["tier"], tiers[0], lang) for lang in LANGS))
    return [*said, TIER.fill(tier=tier)], {"customer_tier": tiers[0]}
