"""Approved outputs: what reports look like, as text, line by line; a change shows as a diff that somebody looks at.

Each file in ``approved/`` begins with what was checked when it was looked at. ``KESU_APPROVE=1 pytest
tests/reports/test_approved.py`` writes the files anew and puts "not yet" there; the tests fail until somebody has looked at
the diff and at the outputs themselves (`draw_approved.py` makes them), and has written down what was checked.
"""

from __future__ import annotations

import difflib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from kesu.reports.chapters.document import document
from kesu.reports.formats import html, xlsx
from tests.reports.as_text import page_lines, report_lines, workbook_lines
from tests.reports.small_report import finished, running
from tests.reports.specimen import specimen

HERE: Final = Path(__file__).parent / "approved"
LOOKED_AT: Final = "# Looked at: "
OUTPUTS: Final[dict[str, Callable[[], list[str]]]] = {
    "finished.zh.txt": lambda: report_lines(document(finished("zh"))),
    "finished.en.txt": lambda: report_lines(document(finished("en"))),
    "running.en.txt": lambda: report_lines(document(running("en"))),
    "page.zh.txt": lambda: page_lines(html.render(specimen("zh"))),
    "workbook.en.txt": lambda: workbook_lines(xlsx.render(specimen("en"))),
}


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """In a time zone that no report is about."""
    with monkeypatch.context() as here:
        here.setenv("TZ", "America/New_York")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize("name", OUTPUTS)
def test_outputs_are_as_they_were_approved(name: str, elsewhere: None) -> None:
    path, lines = HERE / name, OUTPUTS[name]()
    if os.environ.get("KESU_APPROVE") == "1":
        path.write_text("\n".join([f"{LOOKED_AT}not yet", "", *lines, ""]), "utf-8")
    head, _, *approved = path.read_text("utf-8").splitlines()
    changed = list(difflib.unified_diff(approved, lines, f"approved/{name}", "now", lineterm="", n=2))
    assert not changed, "\n".join(changed[:200])
    assert head.startswith(LOOKED_AT)
    assert head != f"{LOOKED_AT}not yet", (
        "look at the diff and at the output, and write here what was checked"
    )
