"""Stacks that are put away give what they gave before: every list and figure, and a report to the byte."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from kesu.jobs import load
from kesu.jobs.assessment import Assessment
from kesu.jobs.away import Kept, Member, Stack, all_away, side_by_side
from kesu.jobs.load import Loaded
from kesu.jobs.packing import ROWS, packed
from kesu.jobs.report import build_report
from kesu.jobs.stacks import stacks_of, together
from kesu.register.shelves import below, picked
from kesu.reports import render
from tests.jobs.test_stacks import registers, results
from tests.rules.checks.registers import AS_OF


def put_away(assessments: list[Assessment]) -> list[Loaded]:
    """Each in a batch of its own stack, as `load_all` does with batches of files."""
    away: list[Stack] = []
    found: list[Assessment | None] = []
    for begin in range(0, len(assessments), 5):
        found += all_away(together(assessments[begin : begin + 5]), away)
    assert len(away) > 1
    members = [one for one in side_by_side(found, away) if one]
    return [Loaded(Path(one.register.name), one.register.name, one) for one in members]


@pytest.mark.slow
def test_what_is_put_away_gives_the_same() -> None:
    alone = [Assessment(one, AS_OF.to_pydatetime()) for one in registers()[::3]]
    here = together(alone)
    loaded = put_away(alone)
    members = [one.assessment for one in loaded if one.assessment]
    assert all(isinstance(one, Member) for one in members)
    expected, found = results(here), results(members)
    for name, frame in expected.items():
        pd.testing.assert_frame_equal(
            found[name], frame, check_dtype=False, check_categorical=False, obj=name
        )
    there = [Loaded(Path(one.register.name), one.register.name, one) for one in here]
    first, second = (build_report(some, None, AS_OF.to_pydatetime(), "en") for some in (there, loaded))
    for suffix in (".html", ".xlsx"):
        assert render(first, suffix) == render(second, suffix), suffix


@pytest.mark.slow
def test_some_of_a_stack_that_is_put_away() -> None:
    """Where one register breaks something down, the others of its stack are worked on one by one."""
    alone = [Assessment(one, AS_OF.to_pydatetime()) for one in registers()[20:30]]
    some = [one.assessment for at, one in enumerate(put_away(alone)) if at % 3 and one.assessment]
    here = [one for at, one in enumerate(together(alone)) if at % 3]
    found = results(some)
    for name, frame in results(here).items():
        pd.testing.assert_frame_equal(
            found[name], frame, check_dtype=False, check_categorical=False, obj=name
        )


def frame() -> pd.DataFrame:
    """Every kind of column, some cells of each missing."""
    size = 2 * ROWS + 5
    at = np.arange(size)
    return pd.DataFrame(
        {
            "text": pd.Series([f"第 {n} 句" if n % 7 else None for n in at], dtype="str"),
            "choice": pd.Categorical.from_codes(
                at % 4 - 1, categories=pd.Index(["甲", "b", "c"], dtype="str")
            ),
            "time": (at * 61).astype("datetime64[s]"),
            "number": np.where(at % 5, at / 3, np.nan),
            "whole": at,
            "yes": at % 2 == 0,
        }
    ).assign(time=lambda data: data["time"].mask(at % 11 == 0))


def test_columns_come_off_the_shelf_as_they_were_put_there() -> None:
    whole = frame()
    shelves = packed(whole)
    assert len(shelves) == len(whole)
    assert list(shelves) == list(whole)
    for key in whole.columns:
        pd.testing.assert_series_equal(shelves[str(key)], whole[key], check_names=False)
    places = np.array([ROWS, 3, 3, 2 * ROWS + 4, 0])
    pd.testing.assert_frame_equal(shelves.iloc[places], whole.iloc[places].reset_index(drop=True))
    mask = whole["whole"] > 2 * ROWS
    kept = whole[mask].reset_index(drop=True)
    pd.testing.assert_frame_equal(shelves[mask][list(map(str, whole))], kept)
    twice = picked(shelves[mask].assign(more=np.arange(4)), np.array([2, 0]))
    assert twice["more"].tolist() == [2, 0]
    assert twice["whole"].tolist() == [2 * ROWS + 3, 2 * ROWS + 1]
    assert twice.iloc[np.array([1])]["more"].tolist() == [0]
    assert "more" in twice
    assert "other" not in twice


def test_rows_are_found_whatever_pieces_their_columns_were_in() -> None:
    """Of two texts put together, as of registers typed one after the other: the pieces do not end where the shelf's do."""
    whole = frame()
    parts = [whole["text"].iloc[:700], whole["text"].iloc[700 : ROWS + 9], whole["text"].iloc[ROWS + 9 :]]
    texts: Any = pd.concat(parts, ignore_index=True).array
    assert pa.array(texts).num_chunks == 3
    shelves = packed(whole.assign(text=texts))
    places = np.array([2 * ROWS + 4, 699, 2 * ROWS])  # nothing of the piece between
    pd.testing.assert_frame_equal(shelves.iloc[places], whole.iloc[places].reset_index(drop=True))


def test_shelves_below_each_other() -> None:
    one, other = frame().head(10), frame().tail(7).reset_index(drop=True)
    other = other.assign(choice=other["choice"].cat.rename_categories(["甲", "z", "c"]))
    both = below([one, other])
    shelves = below([packed(one).assign(side=1), packed(other).assign(side=2)])
    assert list(both["choice"].cat.categories) == ["甲", "b", "c", "z"]
    for key in both.columns:
        pd.testing.assert_series_equal(shelves[str(key)], both[key], check_names=False)
    assert shelves["side"].tolist() == [1] * 10 + [2] * 7
    places = np.array([12, 4, 9, 10])
    found = shelves.iloc[places]
    assert found["text"].tolist() == both["text"].iloc[places].tolist()
    assert found["choice"].astype("str").tolist() == both["choice"].astype("str").iloc[places].tolist()
    assert not len(picked(shelves, np.zeros(0, np.int64)))


def test_batches_are_put_away_when_they_are_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files fill a batch; the last one stays as it is only where nothing was put away before."""
    alone = registers()[:5]
    monkeypatch.setattr(
        load,
        "read_books",
        lambda *_: iter(
            [SimpleNamespace(name=one.name, rows=10, register=one, path=Path(one.name)) for one in alone]
        ),
    )
    monkeypatch.setattr(
        load,
        "_typed",
        lambda some, as_of, now: [
            [Loaded(Path(b.name), b.name, Assessment(b.register, as_of, now=now))] for b in some
        ],
    )
    paths = [Path(one.name) for one in alone]

    def sizes(most: int | None) -> list[int]:
        found = load.load_all(paths, dt.datetime(2026, 10, 8), most=most)
        assert [one.name for one in found] == [one.name for one in alone]
        batches = [part.names for part in stacks_of([o.assessment for o in found if o.assessment]).parts]
        kinds = {type(one.assessment) for one in found}
        assert kinds == ({Member} if most == 15 else {Assessment})
        return sorted(len(names) for names in batches)

    assert sum(sizes(15)) == 5
    assert max(sizes(15)) <= 2
    assert sum(sizes(None)) == sum(sizes(50)) == 5


def test_where_no_file_can_be_written_a_stack_waits_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    one = registers()[0]
    kept = Kept(one).register()
    pd.testing.assert_frame_equal(kept.complaints.data, one.complaints.data)
    assert kept.name == one.name
