"""What was found in the sources of an import."""

from __future__ import annotations

from dataclasses import dataclass

from kesu.register.mapping.propose import Plan
from kesu.register.mapping.table import Passed
from kesu.words.text import Text


@dataclass(frozen=True)
class Survey:
    """What was found in the sources: tables with their plans, what was passed over, and why a source was not read."""

    plans: tuple[Plan, ...]
    passed: tuple[Passed, ...]
    errors: tuple[Text, ...] = ()

    @property
    def lang(self) -> str:
        """The language that the headings are in."""
        words = "".join(heading for one in self.plans for heading in one.mapping.headings)
        return "zh" if sum("一" <= ch <= "鿿" for ch in words) * 3 >= len(words) else "en"
