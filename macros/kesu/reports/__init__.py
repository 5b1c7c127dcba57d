"""Renderers: a Report as a workbook or a page."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

from kesu.words.errors import KesuError
from kesu.words.text import Text, listed

if TYPE_CHECKING:
    from kesu.reports.model import Report

UNKNOWN: Final = Text(
    "不认识报告格式“{suffix}”。可用：{known}。", "No report format “{suffix}”. Use one of: {known}."
)
RENDERERS: Final = {".xlsx": "kesu.reports.formats.xlsx", ".html": "kesu.reports.formats.html"}
"""Suffix → module with ``render(document) -> bytes``; imported only when it is asked for."""


class ReportFormatError(KesuError):
    """No renderer for the suffix; ``text`` says so in both languages."""


def render(report: Report, suffix: str) -> bytes:
    """``report`` in the format of ``suffix``, as the bytes of a file.

    Raises `ReportFormatError` for a suffix that no renderer knows.
    """
    module = RENDERERS.get(suffix.lower())
    if module is None:
        raise ReportFormatError(UNKNOWN.fill(suffix=suffix, known=listed(list(RENDERERS))))
    from kesu.reports.chapters.document import document

    content: bytes = importlib.import_module(module).render(document(report))
    return content
