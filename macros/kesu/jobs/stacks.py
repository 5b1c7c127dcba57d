"""Registers stacked before anything is worked out, and what is worked out put back into their order."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
import pandas as pd

from kesu.jobs.assessment import Assessment
from kesu.register.stack import groups, stacked
from kesu.rules.doubles import twins_of
from kesu.rules.twins import across
from kesu.words.text import Text

T = TypeVar("T")


class Begun(Protocol):
    """A stack on which work can begin: an assessment here, one put away, or one elsewhere."""

    @property
    def names(self) -> tuple[str, ...]:
        """The registers in it."""

    def begin(self, work: Callable[[Assessment], T]) -> Callable[[], T]:
        """Begin ``work`` on the stack, if that can be done beside others; what comes back waits for its result."""


@dataclass(frozen=True)
class Stacks:
    """Registers as few stacks. ``names``: of the registers in the order in which they were given."""

    parts: tuple[Begun, ...]
    names: tuple[str, ...]

    def each(self, work: Callable[[Assessment], T]) -> list[T]:
        """``work`` on every stack."""
        return [wait() for wait in [part.begin(work) for part in self.parts]]

    def lines(self, work: Callable[[Assessment], pd.DataFrame]) -> pd.DataFrame:
        """The frames that ``work`` makes of every stack as one; a column ``register`` tells whose each line is.

        The lines of a register stand together, in the order of the registers.
        """
        return in_their_order(self.each(work), self.names)


def in_their_order(lines: Sequence[pd.DataFrame], names: Sequence[str]) -> pd.DataFrame:
    """Lines with a column ``register`` as one frame, in the order of ``names``; those of a register stay as they are."""
    found = pd.concat(lines, ignore_index=True)
    if len(lines) == 1:
        return found
    order_of = {name: at for at, name in enumerate(names)}
    order = np.argsort(found["register"].map(order_of).to_numpy(), kind="stable")
    return found.iloc[order].reset_index(drop=True)


def together(assessments: Sequence[Assessment]) -> list[Assessment]:
    """The same registers, stacked: each knows its stack, and which of its rows stand in another register."""
    registers = [assessment.register for assessment in assessments]
    members = groups(registers)
    stacks = [stacked([registers[at] for at in own]) for own in members]
    found = list(assessments)
    if not found:
        return found
    for own, stack, twins in zip(members, stacks, twins_of(stacks, found[0].second), strict=True):
        whole = dataclasses.replace(found[own[0]], register=stack, stack=twins, within=None)
        if len(own) == 1:
            found[own[0]] = whole
            continue
        for number, (at, mine) in enumerate(
            zip(own, twins.cut(stack.complaints.owner, len(own)), strict=True)
        ):
            found[at] = dataclasses.replace(found[at], stack=mine, within=(whole, number))
    return found


def stacks_of(assessments: Sequence[Assessment]) -> Stacks:
    """The stacks in which ``assessments`` stand; where not all of a stack are asked for, those as they are."""
    wanted: dict[int, list[Assessment]] = {}
    for one in assessments:
        wanted.setdefault(id(one.within[0] if one.within else one), []).append(one)
    parts: list[Begun] = []
    for some in wanted.values():
        within = some[0].within
        if within is not None and len(some) == len(within[0].names):
            parts.append(within[0])
        else:
            parts += some
    return Stacks(tuple(parts), tuple(one.register.name for one in assessments))


def shared(assessments: Sequence[Assessment]) -> list[Text]:
    """What the registers of `together` share with each other, a sentence each."""
    return across([one.stack for one in assessments if one.stack is not None])
