"""What a cluster is asked for and gives back, with one that works in this process; tests/jobs/test_cluster.py has a real one."""

from __future__ import annotations

import csv
import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest

from kesu.jobs import cluster as room
from kesu.jobs.cluster import Cluster, ClusterError, How
from kesu.jobs.figures import facts_of, follow_up_table
from kesu.jobs.load import Loaded, load_all
from kesu.jobs.packing import Packed
from kesu.jobs.stacks import shared
from kesu.words.version import VERSION
from kesu.workbook.reading.reader import MEGABYTES, SECONDS

NOW = dt.datetime(2026, 10, 12, 10)
HOW = How(NOW, None, SECONDS, MEGABYTES, "secret", None)
HEADS = ("Complaint no.", "Kind", "Received at", "Channel", "Customer name", "Verbatim", "Status")


class Future:
    """Of work that is done at once; a future among what is given stands for its result."""

    def __init__(self, work: Callable[..., Any], given: tuple[Any, ...]) -> None:
        self.value, self.error = None, None
        try:
            self.value = work(*(one.result() if isinstance(one, Future) else one for one in given))
        except Exception as error:
            self.error = error

    def result(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.value


class Client:
    """Two workers with two threads and one, both here."""

    workers: ClassVar[dict[str, Any]] = {"tcp://one": {"nthreads": 2}, "tcp://two": {"nthreads": 1}}
    versions: ClassVar[dict[str, object]] = dict.fromkeys(workers, VERSION)
    closed = 0

    def __init__(self, address: str, *, timeout: int, set_as_default: bool, name: str) -> None:
        if address != "tcp://here":
            raise OSError(f"no {address}\nnor anybody" if timeout == 15 else "")
        self.known, self.asked = (set_as_default, name), list[int]()

    def scheduler_info(self, *, n_workers: int) -> dict[str, Any]:
        return {"workers": dict(list(self.workers.items())[: n_workers if n_workers >= 0 else None])}

    def run(self, work: Callable[[], Any], *, on_error: str) -> dict[str, Any]:
        assert (work(), on_error) == (VERSION, "return")
        return dict(self.versions)

    def submit(self, work: Callable[..., Any], *given: Any, pure: bool) -> Future:
        assert not pure
        if work is room._taken:
            self.asked.append(len(given[0]))
        return Future(work, given)

    def close(self) -> None:
        type(self).closed += 1


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> type[Client]:
    """``distributed`` as above."""
    own = type(
        "Own", (Client,), {"workers": dict(Client.workers), "versions": dict(Client.versions), "closed": 0}
    )
    there = SimpleNamespace(Client=own, get_worker=lambda: SimpleNamespace(address="tcp://one"))
    monkeypatch.setitem(sys.modules, "distributed", there)
    return own


def write(path: Path, *numbers: str) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        lines = [
            (number, "Complaint", f"2026-10-0{at + 5} 09:00", "Phone", "Li", f"it broke {number}", "New")
            for at, number in enumerate(numbers)
        ]
        csv.writer(file).writerows([HEADS, *lines])
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two registers that share K-1, and what is none."""
    folder = tmp_path_factory.mktemp("branches")
    broken = folder / "c.xlsx"
    broken.write_bytes(b"PK\3\4 and then nothing")
    return [write(folder / "a.csv", "K-1", "K-2"), write(folder / "b.csv", "K-1", "K-3", "K-4"), broken]


def told(loaded: list[Loaded]) -> list[Any]:
    own = [one.assessment for one in loaded if one.assessment is not None]
    frame = follow_up_table(own, "en")
    lines = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
    said = [one.error.en if one.error else None for one in loaded]
    return [lines, [one.en for one in shared(own)], said, [(one.path, one.name) for one in loaded]]


def test_what_is_read_there_gives_what_is_read_here(files: list[Path], here: type[Client]) -> None:
    done: list[Path] = []
    with Cluster("tcp://here") as cluster:
        assert cluster.workers == {"tcp://one": 2, "tcp://two": 1}
        client: Any = cluster._client
        assert client.known == (False, "kesu")
        loaded = cluster.load_all([str(file) for file in files], HOW, done.append)
        assert client.asked == [1, 1, 1]
        assert done == files
        assert told(loaded) == told(load_all(files, NOW))
        assert "counted once" in told(loaded)[1][0]  # K-1 stands in both
        rows = facts_of([one.assessment for one in loaded if one.assessment]).complaints
        assert rows["complaint_id"].tolist() == ["K-1", "K-2", "K-3", "K-4"]
        assert rows["counted"].tolist() == [True] * 4
        some = rows.iloc[np.array([3, 0])][["complaint_id", "verbatim"]]
        assert some.to_numpy().tolist() == [["K-4", "it broke K-4"], ["K-1", "it broke K-1"]]
        assert not [*cluster.lost()]
        here.workers.pop("tcp://one")
        assert [one.en for one in cluster.lost()] == [
            "The worker tcp://one was lost on the way; others did its work again (3 registers)."
        ]
        assert here.closed == 0
    assert here.closed == 1


def test_urls_are_fetched_by_the_workers(files: list[Path]) -> None:
    with Cluster("tcp://here") as cluster:
        loaded = cluster.load_all([files[1].as_uri(), "file:///not/there.xlsx", str(files[0])], HOW)
    assert [one.name for one in loaded] == ["b.csv", "there.xlsx", "a.csv"]
    assert [one.path for one in loaded] == [files[1], Path("/not/there.xlsx"), files[0]]
    assert [one.error is None for one in loaded] == [True, False, True]
    assert loaded[1].error is not None
    assert "cannot be fetched" in loaded[1].error.en
    sizes = [len(one.assessment.register.name) for one in loaded if one.assessment]
    assert sizes == [len("b.csv"), len("a.csv")]


def test_batches_are_of_a_size(here: type[Client], monkeypatch: pytest.MonkeyPatch) -> None:
    """Four for each thread, a hundred registers at most; what breaks down costs its batch, and says so."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broke")

    monkeypatch.setattr(room, "load_all", broken)
    for count, sizes in ((12, [1] * 12), (13, [2] * 6 + [1]), (0, []), (1201, [100] * 12 + [1])):
        done: list[Path] = []
        with Cluster("tcp://here") as cluster:
            client: Any = cluster._client
            loaded = cluster.load_all([f"/k/{at}.csv" for at in range(count)], HOW, done.append)
        assert client.asked == sizes
        assert [one.name for one in loaded] == [f"{at}.csv" for at in range(count)]
        assert all(one.error and "(RuntimeError: broke)" in one.error.en for one in loaded)
        assert all(one.assessment is None for one in loaded)
        assert done == []


def test_the_password_is_tried_once() -> None:
    assert [HOW.word(Path("x"), wrong) for wrong in (False, True)] == ["secret", None]


@pytest.mark.parametrize(("there", "said"), [("0.1", "0.1"), (OSError("gone"), "OSError")])
def test_workers_have_the_same_version(here: type[Client], there: object, said: str) -> None:
    here.versions["tcp://two"] = there
    with pytest.raises(ClusterError) as error:
        Cluster("tcp://here")
    assert error.value.text.en.startswith(f"The worker tcp://two has kesu {said}, here is {VERSION}. ")
    assert here.closed == 1


def test_nobody_answers_and_nobody_works(here: type[Client], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ClusterError, match=r"tcp:/nowhere does not answer \(OSError: no tcp:/nowhere\)\."):
        Cluster("tcp:/nowhere")
    here.workers.clear()
    with pytest.raises(ClusterError, match="has no workers"):
        Cluster("tcp://here")
    assert here.closed == 1
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match="needs more libraries"):
        Cluster("tcp://here")


def test_what_is_fetched_once_is_kept() -> None:
    """A column comes once, its rows each time."""
    part = SimpleNamespace(complaints=None)
    shelf = Packed(pd.DataFrame({"mark": pd.Series(["a", None, "c"], dtype="str"), "at": [1, 2, 3]}))
    asked: list[str] = []

    def submit(work: Any, *given: Any) -> Any:
        asked.append(work.__name__)
        return shelf if work is room._column else shelf.rows(given[2], given[3])

    here: Any = SimpleNamespace(submit=submit, result=lambda one: one)
    there = room.There(here, part, "complaints", 3, shelf.kinds)
    assert (there.size, list(there.kinds)) == (3, ["mark", "at"])
    assert [there.column("at").tolist() for _ in range(2)] == [[1, 2, 3]] * 2
    assert there.rows(np.array([2, 1]), ["at"])["at"].tolist() == [3, 2]
    assert asked == ["_column", "_rows"]
