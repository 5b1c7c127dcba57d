"""The one base of what goes wrong for a user: where, what, and how to mend it, in both languages."""

from __future__ import annotations

from kesu.words.text import Text


class KesuError(Exception):
    """Something that a user can mend; ``text`` says where it is, what it is and what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text
