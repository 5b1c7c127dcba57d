"""Renderers: a Report as a workbook or a page."""

from __future__ import annotations

import importlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kesu.register.text import Text

if TYPE_CHECKING:
    from kesu.reports.model import Report

RENDERERS: Final = {".xlsx": "kesu.reports.xlsx", ".html": "kesu.reports.html"}
"""Suffix → module with ``render(document) -> bytes``; imported only when it is asked for."""


class ReportFormatError(ValueError):
    """No renderer for the suffix; ``text`` says so in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def write(report: Report, path: Path) -> None:
    """Write ``report`` to ``path`` in the format of its suffix, replacing the file in one step.

    Raises `ReportFormatError` for a suffix that no renderer knows, `OSError` where the file cannot be written.
    """
    module = RENDERERS.get(path.suffix.lower())
    if module is None:
        known = "、".join(RENDERERS)
        raise ReportFormatError(
            Text(
                f"不认识报告格式“{path.suffix}”。可用：{known}。",
                f"No report format “{path.suffix}”. Use one of: {', '.join(RENDERERS)}.",
            )
        )
    from kesu.reports.chapters import document

    content: bytes = importlib.import_module(module).render(document(report))
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _share_mode(part)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _share_mode(part: Path) -> None:
    """mkstemp makes files for the owner alone; give the report the rights any new file would have."""
    mask = os.umask(0)
    os.umask(mask)
    part.chmod(0o666 & ~mask)
