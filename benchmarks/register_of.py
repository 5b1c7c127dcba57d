"""A register of any size, made of drawn times and codes, for benchmarks."""

import numpy as np
import pandas as pd

from kesu.register.codes import CODE_LISTS
from kesu.register.columns import IMPROVEMENTS, ITEMS, REGISTER, Column
from kesu.register.settings import Settings
from kesu.register.sheets import Register, Sheet, nothing

AS_OF = np.datetime64("2026-12-31T18:00:00", "s")


def register_of(complaints: int, settings: Settings, seed: int = 0) -> Register:
    """Complaints received in 2025 and 2026 as they stand at `AS_OF`; a fifth has a hold, one in fifty another due time.

    Nine in ten are answered and eight in ten resolved, one in twenty was reopened.
    """
    rng = np.random.default_rng(seed)
    received = rng.integers(1_735_689_600, 1_798_675_200, complaints)

    def later(after: np.ndarray, hours: int, share: float) -> np.ndarray:
        known = rng.random(complaints) < share
        return np.where(known, after + rng.integers(60, hours * 3600, complaints), np.iinfo(np.int64).min)

    ids = np.char.add("C", np.arange(complaints).astype(str))
    times = {
        "received_at": received,
        "first_response_at": later(received, 72, 0.9),
        "replied_at": later(received, 96, 0.9),
        "resolved_at": later(received, 200, 0.8),
        "reopened_at": later(received, 400, 0.05),
    }
    columns = {key: values.astype("datetime64[s]") for key, values in times.items()}
    codes = {
        key: rng.integers(0, len(CODE_LISTS[name]), complaints)
        for key, name in (("customer_tier", "tier"), ("severity", "severity"), ("category", "category"), ("channel", "channel"))
    }  # fmt: skip
    codes |= {"kind": np.zeros(complaints, np.int64), "status": rng.integers(0, 3, complaints)}
    given: dict[str, object] = {"complaint_id": ids, **columns, **codes}
    items = complaints // 5 + complaints // 50
    of = rng.integers(0, complaints, items)
    begin = received[of] + rng.integers(0, 200_000, items)
    is_hold = np.arange(items) < complaints // 5
    given_items: dict[str, object] = {
        "complaint_id": ids[of],
        "item_kind": np.where(is_hold, 5, 4),  # hold, contact
        "for_target": np.where(is_hold, -1, rng.integers(0, 3, items)),
        "started_at": begin.astype("datetime64[s]"),
        "noted_at": begin.astype("datetime64[s]"),
        "done_at": (begin + rng.integers(0, 400_000, items)).astype("datetime64[s]"),
        "due_at": (begin + rng.integers(0, 800_000, items)).astype("datetime64[s]"),
    }
    return Register(
        "bench.xlsx", "en", _sheet("Register", REGISTER, given, complaints), _sheet("Items", ITEMS, given_items, items),
        _sheet("", IMPROVEMENTS, {}, 0), settings,
    )  # fmt: skip


def _sheet(title: str, columns: tuple[Column, ...], given: dict[str, object], count: int) -> Sheet:
    data: dict[str, object] = {"excel_row": np.arange(count) + 2}
    for column in columns:
        values = given.get(column.key)
        if column.kind == "code":
            keys = pd.Index([code.key for code in CODE_LISTS[column.codes]], dtype="str")
            codes = np.full(count, -1) if values is None else np.asarray(values, np.int64)
            data[column.key] = pd.Categorical.from_codes(codes, categories=keys)
        elif column.kind == "time":
            data[column.key] = np.full(count, np.datetime64("NaT", "s")) if values is None else values
        elif column.kind == "number":
            data[column.key] = np.full(count, np.nan)
        else:
            data[column.key] = pd.Series([pd.NA] * count if values is None else values, dtype="str")
    none = pd.DataFrame({"row": np.zeros(0, np.int64), "column": "", "problem": "", "value": ""})
    return Sheet(title, pd.DataFrame(data), {}, none, (nothing, np.arange(0)))
