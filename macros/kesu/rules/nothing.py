"""What people write where there is nothing to write, or nothing yet."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

NOTHING: Final = "^(?:无|没有|暂无|尚无|还没有|无承诺|未承诺|不适用|none(?: yet)?|no|nil|nothing(?: yet)?|not yet|n/?a|[-—–/]+)[。.]?$"
"""For whole cells, in any case."""
_NOTHING: Final = re.compile(NOTHING, re.IGNORECASE)
_UNDECIDED: Final = re.compile(
    r"(?:处理|解决)?(?:方案|措施)?(?:待(?:定|确定|商定|核实|协商|研究|讨论|审批|批复)|未定|尚未确定|研究中|处理中)(?:$|[^\w])"
    r"|(?:tb[adc]|pending|undecided|not (?:yet )?(?:decided|known)|to be (?:decided|confirmed|determined|agreed|discussed|advised|announced))(?![\w-])"
    r"|[?？.…*·\s]+$",
    re.IGNORECASE,
)
_AROUND: Final = " \t\r\n()（）[]【】“”\"'"


def says_nothing(text: str) -> bool:
    """Whether a cell's words stand for an empty cell: none, n/a, 无, /."""
    return not text.strip(_AROUND) or _NOTHING.match(_even(text)) is not None


def undecided(text: str) -> bool:
    """Whether a cell's words say nothing, or say that it is still to be decided: TBD, 待定."""
    return says_nothing(text) or _UNDECIDED.match(_even(text)) is not None


def _even(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip(_AROUND)
