"""Registers read and worked on by other machines: batches on a Dask cluster. Rows stay there, what a report takes travels.

Each batch is read where it is worked on, by the same guarded child and the same steps as here. When a worker is lost,
the scheduler has others read its batches again.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numpy as np
import pandas as pd

from kesu.jobs.assessment import Assessment
from kesu.jobs.away import Stack, all_away, side_by_side
from kesu.jobs.books import unique_names
from kesu.jobs.load import Loaded, load_all
from kesu.jobs.packing import Packed
from kesu.jobs.parts import Part
from kesu.jobs.urls import UrlError, fetched, folder, is_url, path_of
from kesu.register.shelves import Shelves, as_frame
from kesu.rules.doubles import numbered
from kesu.words.errors import KesuError
from kesu.words.text import Text
from kesu.words.version import VERSION
from kesu.workbook.reading.reader import Reader
from kesu.workbook.reading.refusals import broke_down

T = TypeVar("T")
LARGEST: Final = 100
"""Registers of a batch."""
SHARES: Final = 4
"""Batches a worker gets, where there are enough registers: the last ones even out."""
SECONDS: Final = 15
"""How long the scheduler is waited for."""
NO_LIBRARY: Final = Text(
    "--scheduler 要另装程序库：pip install 'kesu[cluster]'。",
    "--scheduler needs more libraries: pip install 'kesu[cluster]'.",
)
NO_SCHEDULER: Final = Text(
    "连不上调度器 {address}（{reason}）。请先在那里运行 dask scheduler，再看地址和防火墙。",
    "The scheduler {address} does not answer ({reason}). Start it there (dask scheduler), then check the address and the firewall.",
)
NO_WORKER: Final = Text(
    "调度器 {address} 没有工作进程。请在各台机器上运行 dask worker {address}。",
    "The scheduler {address} has no workers. Start some: dask worker {address}.",
)
OTHER_VERSION: Final = Text(
    "工作进程 {worker} 上的 kesu 是 {there}，这里是 {here}。请装同一版本：pip install 'kesu[cluster]=={here}'。",
    "The worker {worker} has kesu {there}, here is {here}. Install the same there: pip install 'kesu[cluster]=={here}'.",
)
LOST: Final = Text(
    "工作进程 {worker} 中途退出，它手上的工作（{n} 个登记表）由别的工作进程重做。",
    "The worker {worker} was lost on the way; others did its work again ({n} {n:register|registers}).",
)


class ClusterError(KesuError):
    """The cluster cannot be used; ``text`` says why and what to do."""


@dataclass(frozen=True)
class How:
    """How registers are read: see `load_all` and `Reader`."""

    as_of: dt.datetime
    now: dt.datetime | None
    seconds: float
    megabytes: int
    password: str | None
    encoding: str | None

    def word(self, _: Path, wrong: bool) -> str | None:
        """The password, once."""
        return None if wrong else self.password


@dataclass(frozen=True)
class Elsewhere(Stack):
    """A stack on a worker: position ``at`` of those of ``batch``."""

    cluster: Cluster | None = field(default=None, repr=False, compare=False)
    batch: Any = field(default=None, repr=False)
    at: int = 0

    def begin(self, work: Callable[[Assessment], T]) -> Callable[[], T]:
        """See `kesu.jobs.stacks.Begun`: it begins at once, beside the others."""
        assert self.cluster is not None  # noqa: S101 - set where it came in
        cluster = self.cluster
        done = cluster.submit(_worked, self.batch, self.at, self.twins, work)
        sent = cluster.submit(_light, done)
        return lambda: _back(cluster.result(sent), cluster, done)


class There:
    """A `kesu.register.shelves.Shelf` on a worker: columns are fetched when asked for, and kept packed."""

    def __init__(self, cluster: Cluster, part: Any, name: str, size: int, kinds: dict[str, Any]) -> None:
        self.size, self.kinds = size, kinds
        self._cluster, self._part, self._name = cluster, part, name
        self._known: dict[str, Packed] = {}

    def column(self, key: str) -> pd.Series:
        """See `kesu.register.shelves.Shelf`."""
        if key not in self._known:
            self._known[key] = self._cluster.result(
                self._cluster.submit(_column, self._part, self._name, key)
            )
        return self._known[key].column(key)

    def rows(self, positions: np.ndarray, keys: Sequence[str]) -> pd.DataFrame:
        """See `kesu.register.shelves.Shelf`."""
        asked = self._cluster.submit(_rows, self._part, self._name, positions, list(keys))
        found: pd.DataFrame = self._cluster.result(asked)
        return found


class Cluster:
    """A connection to a scheduler. Use as a context manager. Raises `ClusterError` where it, or its workers, will not do."""

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ImportError:
            raise ClusterError(NO_LIBRARY) from None
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is told in words
        try:
            make: Any = Client  # without types
            self._client = make(address, timeout=SECONDS, set_as_default=False, name="kesu")
        except (OSError, ValueError, TypeError) as error:
            reason = f"{type(error).__name__}: {error}".splitlines()[0][:200]
            raise ClusterError(NO_SCHEDULER.fill(address=address, reason=reason)) from None
        self._had: dict[str, int] = {}
        try:
            self.workers = self._fit(address)
        except BaseException:
            self._client.close()
            raise

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def _fit(self, address: str) -> dict[str, int]:
        """Workers and how many threads each has, all of them with the same kesu as here."""
        workers = self._present()
        if not workers:
            raise ClusterError(NO_WORKER.fill(address=address))
        for worker, there in self._client.run(_version, on_error="return").items():
            if there != VERSION:
                said = there if isinstance(there, str) else type(there).__name__
                raise ClusterError(OTHER_VERSION.fill(worker=worker, there=said, here=VERSION))
        return workers

    def _present(self) -> dict[str, int]:
        known = self._client.scheduler_info(n_workers=-1)["workers"]
        return {str(address): int(one["nthreads"]) for address, one in known.items()}

    def submit(self, work: Callable[..., Any], *given: Any) -> Any:
        """Begin ``work`` there."""
        return self._client.submit(work, *given, pure=False)

    def result(self, future: Any) -> Any:
        """What came of it; its error is raised."""
        return future.result()

    def load_all(
        self, sources: Sequence[str], how: How, progress: Callable[[Path], None] | None = None
    ) -> list[Loaded]:
        """`kesu.jobs.load.load_all` of files and URLs, which the workers must see as they are called here."""
        paths = [path_of(name) if is_url(name) else Path(name).absolute() for name in sources]
        names, done = unique_names(paths), progress or (lambda _: None)
        threads = sum(self.workers.values())
        size = max(1, min(LARGEST, -(-len(sources) // (SHARES * threads))))
        batches = [slice(at, at + size) for at in range(0, len(sources), size)]
        taken = [self.submit(_taken, list(sources[one]), names[one], paths[one], how) for one in batches]
        told = [self.submit(_told, batch) for batch in taken]
        found: list[Loaded] = []
        stacks: list[Stack] = []
        for one, batch, answer in zip(batches, taken, told, strict=True):
            try:
                worker, loaded, own = self.result(answer)
            except Exception as error:
                found += [
                    Loaded(p, n, None, broke_down(n, error))
                    for p, n in zip(paths[one], names[one], strict=True)
                ]
                continue
            self._had[worker] = self._had.get(worker, 0) + len(paths[one])
            real = [replace(stack, cluster=self, batch=batch) for stack in own]
            stacks += real
            found += [_within(one_loaded, real) for one_loaded in loaded]
            for path in paths[one]:
                done(path)
        beside = side_by_side([one.assessment for one in found], stacks)
        return [replace(one, assessment=own) for one, own in zip(found, beside, strict=True)]

    def lost(self) -> Iterator[Text]:
        """Which workers were lost since the beginning, and how much others did again."""
        present = self._present()
        for worker in self.workers:
            if worker not in present:
                yield LOST.fill(worker=worker, n=self._had.get(worker, 0))


def _within(one: Loaded, real: Sequence[Elsewhere]) -> Loaded:
    own = one.assessment
    if own is None or own.within is None:
        return one
    stack, at = own.within
    within: Any = real[cast("Elsewhere", stack).at], at
    return replace(one, assessment=replace(own, within=within))


# --- on a worker -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Taken:
    """A batch that was read: each register's `Loaded`, and the stacks in which they stand."""

    loaded: list[Loaded]
    stacks: list[Assessment]
    stand_ins: list[Elsewhere]


def _version() -> str:
    return VERSION


def _taken(sources: list[str], names: list[str], paths: list[Path], how: How) -> Taken:
    """A batch read and stacked."""
    with folder() as copies:
        here: dict[Path, int] = {}
        failed: list[Loaded] = []
        for at, (source, path) in enumerate(zip(sources, paths, strict=True)):
            into = copies / str(at)
            into.mkdir()
            try:
                here[fetched(source, into) if is_url(source) else path] = at
            except UrlError as error:
                failed.append(Loaded(path, names[at], None, error.text))
        reader = Reader(how.seconds, how.megabytes, how.word, how.encoding)
        with reader:
            kept = [names[at] for at in here.values()]
            loaded = load_all([*here], how.as_of, reader, now=how.now, names=kept) if here else []
    loaded = [replace(one, path=paths[here[one.path]]) for one in loaded]
    loaded = sorted([*loaded, *failed], key=lambda one: paths.index(one.path))
    stacks: list[Assessment] = []

    def stand_in(whole: Assessment) -> Elsewhere:
        stacks.append(replace(whole))  # without what was worked out on the way
        own = numbered(whole.register)
        return Elsewhere(whole.names, whole.as_of, whole.now, own, at=len(stacks) - 1)

    stand_ins: list[Any] = []
    members = all_away([one.assessment for one in loaded], stand_ins, stand_in)
    found = [replace(one, assessment=member) for one, member in zip(loaded, members, strict=True)]
    return Taken(found, stacks, stand_ins)


def _told(batch: Taken) -> tuple[str, list[Loaded], list[Elsewhere]]:
    from distributed import get_worker

    return get_worker().address, batch.loaded, batch.stand_ins


def _worked(batch: Taken, at: int, twins: Any, work: Callable[[Assessment], T]) -> T:
    return work(replace(batch.stacks[at], stack=twins, within=None))


def _light(done: Any) -> Any:
    """What travels: of a part no rows, but how many there are, and of what kinds."""
    if not isinstance(done, Part):
        return done
    rows: Any
    items: Any
    rows, items = (_shelf(frame) for frame in (done.facts.complaints, done.facts.items))
    rows, items = ((one.size, one.kinds) for one in (rows, items))
    return replace(done, facts=replace(done.facts, complaints=rows, items=items))


def _back(done: Any, cluster: Cluster, part: Any) -> Any:
    """The same, whose rows are fetched when they are asked for."""
    if not isinstance(done, Part):
        return done
    rows, items = (
        as_frame(Shelves([There(cluster, part, name, *getattr(done.facts, name))]))
        for name in ("complaints", "items")
    )
    return replace(done, facts=replace(done.facts, complaints=rows, items=items))


def _shelf(frame: Any) -> Packed:
    packed: Packed = frame.shelves[0]
    return packed


def _column(part: Part, name: str, key: str) -> Packed:
    cells = _shelf(getattr(part.facts, name)).column(key)
    return Packed(pd.DataFrame({key: cells}))


def _rows(part: Part, name: str, positions: np.ndarray, keys: list[str]) -> pd.DataFrame:
    return _shelf(getattr(part.facts, name)).rows(positions, keys)
