"""Registers stacked before anything is worked out, and what is worked out put back into their order."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd

from kesu.jobs.assessment import Assessment
from kesu.register.stack import groups, stacked
from kesu.rules.doubles import across, twins_of
from kesu.words.text import Text

T = TypeVar("T")


@dataclass(frozen=True)
class Stacks:
    """Registers as few stacks. ``names``: of the registers in the order in which they were given."""

    parts: tuple[Assessment, ...]
    names: tuple[str, ...]

    def each(self, work: Callable[[Assessment], T]) -> list[T]:
        """``work`` on every stack."""
        return [work(part) for part in self.parts]

    def lines(self, work: Callable[[Assessment], pd.DataFrame]) -> pd.DataFrame:
        """The frames that ``work`` makes of every stack as one; a column ``register`` tells whose each line is.

        The lines of a register stand together, in the order of the registers.
        """
        found = pd.concat(self.each(work), ignore_index=True)
        if len(self.parts) == 1:
            return found
        places = {name: at for at, name in enumerate(self.names)}
        order = np.argsort(found["register"].map(places).to_numpy(), kind="stable")
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
        sizes = [len(registers[at].complaints.data) for at in own]
        ends = np.cumsum(sizes).tolist()
        for place, (at, size, end) in enumerate(zip(own, sizes, ends, strict=True)):
            found[at] = (
                whole
                if len(own) == 1
                else dataclasses.replace(found[at], stack=twins.part(end - size, end), within=(whole, place))
            )
    return found


def stacks_of(assessments: Sequence[Assessment]) -> Stacks:
    """The stacks in which ``assessments`` stand; where not all of a stack are asked for, those as they are."""
    wanted: dict[int, list[Assessment]] = {}
    for one in assessments:
        wanted.setdefault(id(one.within[0] if one.within else one), []).append(one)
    parts: list[Assessment] = []
    for some in wanted.values():
        within = some[0].within
        if within is not None and len(some) == len(within[0].register.names):
            parts.append(within[0])
        else:
            parts += some
    return Stacks(tuple(parts), tuple(one.register.name for one in assessments))


def shared(assessments: Sequence[Assessment]) -> list[Text]:
    """What the registers of `together` share with each other, a sentence each."""
    return across([one.stack for one in assessments if one.stack is not None])
