"""Whatever a complaint holds, it comes through a form into a register as it was."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kesu.jobs.collect import commit, decide, open_target
from kesu.register.codes import CODE_LISTS
from kesu.register.columns import ITEMS, REGISTER, Column
from kesu.workbook.reading.reader import Reader
from kesu.workbook.writing import build_form
from tests.depth import turns

CHARACTERS = st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"), exclude_characters="￾￿")
TEXT = (
    st.text(CHARACTERS | st.sampled_from("=+-@'\"<&\n"), min_size=1, max_size=60)
    .map(str.strip)
    .filter(lambda text: text and "\n" not in text[:1])
)
TIMES = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2099, 12, 31)).map(
    lambda t: t.replace(microsecond=0)
)


def values(column: Column) -> st.SearchStrategy[Any]:
    """Whatever may stand in a column."""
    match column.kind:
        case "time":
            return TIMES
        case "number":
            return st.floats(-1e9, 1e9, allow_nan=False).map(lambda n: round(n, 6))
        case "code":
            return st.sampled_from([code.key for code in CODE_LISTS[column.codes]])
        case "codes":
            keys = st.lists(
                st.sampled_from([code.key for code in CODE_LISTS[column.codes]]), min_size=1, unique=True
            )
            return keys.map("|".join)
        case _:
            return TEXT


def records(columns: tuple[Column, ...], *always: str) -> st.SearchStrategy[dict[str, Any]]:
    keyed = {column.key: values(column) for column in columns}
    return st.fixed_dictionaries(
        {key: keyed[key] for key in always},
        optional={
            key: strategy for key, strategy in keyed.items() if key not in always and key != "complaint_id"
        },
    )


FACTS = ("received_at", "customer_name", "customer_contact", "verbatim")


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "form_lang"), [("zh", "en"), ("en", "zh")])
def test_a_complaint_and_its_items_come_through(built: dict[str, Path], lang: str, form_lang: str) -> None:
    with Reader() as reader:

        @settings(
            max_examples=turns(4, 40),
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate],  # shrinking would read workbooks for minutes
        )
        @given(
            records(REGISTER, "complaint_id", *FACTS),
            st.lists(records(ITEMS, "item_kind", "what"), max_size=4),
        )
        def comes_through(complaint: dict[str, Any], items: list[dict[str, Any]]) -> None:
            with tempfile.TemporaryDirectory() as folder:
                register, form = Path(folder) / "register.xlsx", Path(folder) / "form.xlsx"
                shutil.copy(built[lang], register)
                build_form(form, form_lang, complaint=complaint, items=items, today=dt.date(2026, 11, 22))
                target = open_target(reader, register)
                [outcome] = decide(target, [form], reader, 2026)
                assert outcome.decision is not None, outcome.reason
                assert outcome.decision.outcome == "added"
                commit(target, [outcome.decision], as_of=dt.datetime(2026, 11, 22))
                found = open_target(reader, register).register
                assert row_of(found.complaints.data, REGISTER) == [complaint]
                wanted = [{**item, "complaint_id": complaint["complaint_id"]} for item in items]
                assert row_of(found.items.data, ITEMS) == wanted
                assert len(found.complaints.problems) == len(found.items.problems) == 0

        comes_through()


def row_of(data: pd.DataFrame, columns: tuple[Column, ...]) -> list[dict[str, Any]]:
    """The rows as they were given: without what is missing, times and numbers as Python has them."""
    found = []
    for at in range(len(data)):
        row = {column.key: data[column.key].iloc[at] for column in columns}
        found.append(
            {key: _plain(value) for key, value in row.items() if isinstance(value, str) or not pd.isna(value)}
        )
    return found


def _plain(value: Any) -> Any:
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
