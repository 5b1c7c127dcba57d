"""A register full of attacks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from kesu.workbook.writing import build_register
from tests.hostile.attacks import CELLS


def attacked() -> pd.DataFrame:
    """One complaint an attack, with the attack in every text the customer or the agent may type."""
    texts = list(CELLS.values())
    typed = dict.fromkeys(
        ("customer_name", "verbatim", "details", "product", "owner", "category", "staff"), texts
    )
    return pd.DataFrame(
        {
            "complaint_id": [f"{text[:40]}#{number}" for number, text in enumerate(texts)],
            "kind": "complaint",
            "customer_tier": "vip",
            "received_at": dt.datetime(2026, 10, 1, 9),
            "channel": "phone",
            "status": "new",
            **typed,
        }
    )


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register that kesu built from attacks, under a name that is one too."""
    path = tmp_path_factory.mktemp("hostile") / "=1+1 <b> \x1b[31m\u202e {0} %s.xlsx"
    build_register(path, "en", complaints=attacked(), today=dt.date(2026, 10, 31))
    return path
