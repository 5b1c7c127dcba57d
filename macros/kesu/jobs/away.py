"""Stacks of registers put away while others are worked on: packed, and opened for as long as somebody works on them."""

from __future__ import annotations

import gc
import io
import pickle
import tempfile
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar

import pandas as pd

from kesu.jobs.assessment import Assessment
from kesu.register.settings import Settings
from kesu.register.stack import only
from kesu.rules.doubles import Numbered, numbered, standing, twins
from kesu.rules.twins import Twins

if TYPE_CHECKING:
    import datetime as dt

    from kesu.register.sheets import Register
    from kesu.rules.instants import Ints
    from kesu.words.text import Text

T = TypeVar("T")
CODEC: Final = "lz4"
LEAST: Final = 1 << 12
"""Bytes of a buffer that is packed; smaller ones stay as they are."""


@dataclass(frozen=True)
class Stack:
    """A stack whose rows are not at hand. ``numbered``: what telling its doubles apart takes; ``twins``: see `Assessment`."""

    names: tuple[str, ...]
    as_of: dt.datetime
    now: dt.datetime | None
    numbered: Numbered | None = field(repr=False)
    twins: Twins | None = field(default=None, repr=False)

    def begin(self, work: Callable[[Assessment], T]) -> Callable[[], T]:
        """See `kesu.jobs.stacks.Begun`."""
        raise NotImplementedError

    def standing(self, rows: Ints) -> pd.DataFrame:
        """See `kesu.rules.doubles.standing`."""
        return self.begin(partial(standing_of, rows=rows))()


def standing_of(one: Assessment, rows: Ints) -> pd.DataFrame:
    """See `kesu.rules.doubles.standing`."""
    return standing(one.register, rows, one.second)


@dataclass(frozen=True)
class Away(Stack):
    """A stack put away in this process."""

    kept: Kept | None = field(default=None, repr=False)

    def begin(self, work: Callable[[Assessment], T]) -> Callable[[], T]:
        """See `kesu.jobs.stacks.Begun`: it is opened when the result is asked for."""
        return partial(self._worked, work)

    def _worked(self, work: Callable[[Assessment], T]) -> T:
        gc.freeze()  # what was there before need not be looked through again and again
        try:
            return _let_go(work(self._opened()))
        finally:
            gc.unfreeze()

    def _opened(self) -> Assessment:
        assert self.kept is not None  # noqa: S101 - it was put away
        return Assessment(self.kept.register(), self.as_of, self.twins, self.now)


@dataclass(frozen=True)
class Name:
    """What is at hand of a register that is put away."""

    name: str
    lang: str
    settings: Settings


@dataclass(frozen=True)
class Member(Assessment):
    """A register of a stack that is put away, in a list of assessments; of its ``register`` a `Name` alone is at hand.

    ``within`` is an `Away` and the position there. ``said``: what `turned` was.
    """

    said: tuple[Text, ...] = ()

    @property
    def turned(self) -> tuple[Text, ...]:
        """See `Assessment.turned`."""
        return self.said

    def begin(self, work: Callable[[Assessment], T]) -> Callable[[], T]:
        """``work`` on this register alone."""
        assert self.within is not None  # noqa: S101 - a member of a stack
        whole, at = self.within
        return whole.begin(lambda one: work(replace(one, register=only(one.register, at), stack=self.stack)))


def _let_go(done: T) -> T:
    """``done``, with what it took besides given back to the system."""
    import pyarrow as pa

    gc.collect()  # what was worked out knows what it was worked out from, and that it
    pa.default_memory_pool().release_unused()
    return done


class Kept:
    """A register in a file without a name that is gone with this process (in memory where none can be written): what pickle
    makes of it, packed."""

    def __init__(self, register: Register) -> None:
        buffers: list[pickle.PickleBuffer] = []
        own: dict[str, Any] = {
            name: replace(sheet)  # cut out of what was typed together
            for name, sheet in zip(
                ("complaints", "items", "improvements"), register.sheets.values(), strict=True
            )
        }
        head = pickle.dumps(replace(register, **own), 5, buffer_callback=buffers.append)
        every = [memoryview(head), *(buffer.raw() for buffer in buffers)]
        try:
            self._fill(tempfile.TemporaryFile(), every)  # noqa: SIM115 - as long as this lives
        except OSError:  # no room, or no right
            self._fill(io.BytesIO(), every)

    def _fill(self, file: IO[bytes], every: Sequence[memoryview]) -> None:
        self._file = file
        weakref.finalize(self, file.close)
        self._sizes = [self._put(raw) for raw in every]
        file.flush()

    def _put(self, raw: memoryview) -> tuple[int, int]:
        """How long a buffer is packed, and how long it was; 0: it is as it was."""
        import pyarrow as pa

        data = pa.Codec(CODEC).compress(raw) if raw.nbytes >= LEAST else raw
        self._file.write(data)
        return memoryview(data).nbytes, raw.nbytes if raw.nbytes >= LEAST else 0

    def register(self) -> Register:
        """The register."""
        self._file.seek(0)
        buffers = map(self._next, self._sizes)
        found: Register = pickle.loads(next(buffers), buffers=buffers)  # noqa: S301 - made by us, in a file of ours
        return found

    def _next(self, sizes: tuple[int, int]) -> Any:
        import pyarrow as pa

        data = self._file.read(sizes[0])
        return pa.Codec(CODEC).decompress(data, sizes[1]) if sizes[1] else data


def put_away(whole: Assessment) -> Away:
    """A stack, packed."""
    kept, said = Kept(whole.register), numbered(whole.register)
    return Away(whole.names, whole.as_of, whole.now, said, kept=kept)


def all_away(
    assessments: Sequence[Assessment | None],
    away: list[Stack],
    how: Callable[[Assessment], Stack] = put_away,
) -> list[Assessment | None]:
    """``assessments`` with their stacks put away as ``how`` does, which are added to ``away``; `side_by_side` then tells
    what all of them share."""
    known: dict[int, Stack] = {}
    found: list[Assessment | None] = []
    for one in assessments:
        if one is None:
            found.append(one)
            continue
        whole, at = one.within or (one, 0)
        if id(whole) not in known:
            known[id(whole)] = how(whole)
        name: Any = Name(one.register.name, one.register.lang, one.register.settings)
        within: Any = known[id(whole)], at
        found.append(Member(name, one.as_of, None, one.now, within, one.turned))
    away += known.values()
    return _let_go(found)


def side_by_side(assessments: Sequence[Assessment | None], away: Sequence[Stack]) -> list[Assessment | None]:
    """``assessments``, whose stacks are ``away``, each knowing which of its rows stand in another."""
    told = [one.numbered for one in away if one.numbered is not None]
    now: dict[int, tuple[Stack, list[Twins]]] = {}
    shared = twins(told, lambda at, rows: away[at].standing(rows))
    for one, said, own in zip(away, told, shared, strict=True):
        now[id(one)] = replace(one, twins=own, numbered=None), own.cut(said.owner, len(one.names))
    return [_with_twins(one, now) for one in assessments]


def _with_twins(one: Assessment | None, now: dict[int, tuple[Stack, list[Twins]]]) -> Assessment | None:
    if one is None or one.within is None:
        return one
    whole, at = one.within
    stack, cuts = now[id(whole)]
    within: Any = stack, at
    return replace(one, stack=cuts[at], within=within)
