"""Saying no: every reason for not touching a workbook is a `PatchRefused`, in Chinese and in English."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from kesu.words.errors import KesuError
from kesu.words.text import Text


class PatchRefused(KesuError):  # noqa: N818  (a decision, not a defect)
    """The workbook was left as it is. ``text`` says where, why, and how to mend it."""


def refused(where: str, zh: str, en: str) -> PatchRefused:
    """A refusal at ``where`` (``register.xlsx ▸ Follow-ups!A5``)."""
    return PatchRefused(Text(zh=f"{where}：{zh}", en=f"{where}: {en}"))


def damaged(where: str, what: str) -> PatchRefused:
    """A refusal because the file itself is broken at ``where``; ``what`` is the technical reason."""
    return refused(
        where,
        f"文件内部已损坏（{what}）。请用 Excel 打开并修复、另存后再试。",
        f"the file is damaged inside ({what}). Open it in Excel, let it repair and save, then try again.",
    )


@contextlib.contextmanager
def hostile(where: str) -> Iterator[None]:
    """Numbers that are none, references that lead nowhere: a part that breaks the format is a damaged file."""
    try:
        yield
    except (KeyError, IndexError, ValueError, OverflowError, RecursionError) as error:
        raise damaged(where, f"{type(error).__name__}: {error}") from error
