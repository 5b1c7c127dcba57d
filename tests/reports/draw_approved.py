"""``python -m tests.reports.draw_approved FOLDER``: pages and workbooks of what is approved as text, to be looked at."""

from __future__ import annotations

import sys
from pathlib import Path

from kesu.reports.chapters.document import document
from kesu.reports.formats import html, xlsx
from kesu.words.text import LANGS
from tests.reports.small_report import finished, running
from tests.reports.specimen import specimen


def draw(folder: Path) -> None:
    """Each document in both formats and languages."""
    for lang in LANGS:
        made = {
            "specimen": specimen(lang),
            "finished": document(finished(lang)),
            "running": document(running(lang)),
        }
        for name, one in made.items():
            (folder / f"{name}.{lang}.html").write_bytes(html.render(one))
            (folder / f"{name}.{lang}.xlsx").write_bytes(xlsx.render(one))


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
