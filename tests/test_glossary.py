"""One word for one thing: names in the code keep to docs/glossary.md; the words that go are not taken up again."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
KESU: Final = ROOT / "macros" / "kesu"
TERMS: Final = (
    "complaint", "record", "register", "item", "assessment", "check", "finding", "deadline rule", "cell address",
    "row position", "format", "form", "call-back",
)  # fmt: skip
CALLBACKS: Final = {
    "callback_coverage", "callback_not_last", "callback_tries", "awaiting_callback", "closed_without_callback",
    "satisfaction_without_callback",
}  # fmt: skip
"""Functions that bear the name of their KPI or check, which files hold."""


def _names(path: Path) -> Iterator[str]:
    """Every name that a module gives: to variables, arguments, functions, classes, attributes."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.id if isinstance(node, ast.Name) else node.attr


def _with(word: str) -> Counter[str]:
    """How many names of each room have ``word`` among their words."""
    found = Counter[str]()
    for path in KESU.rglob("*.py"):
        room = path.relative_to(KESU).parts[0]
        found[room] += sum(bool({word, f"{word}s"} & set(name.lower().split("_"))) for name in _names(path))
    return +found


def test_every_term_has_one_meaning() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    rows = [
        row.split("|")[1].strip() for row in text.splitlines() if row.startswith("| ") and "---" not in row
    ]
    assert [word for word in rows if word in TERMS] == [*TERMS]


def test_no_name_with_place_comes_anew() -> None:
    assert _with("place") == {}


def test_a_call_back_is_spelt_so_where_no_file_holds_it() -> None:
    every = {name for path in KESU.rglob("*.py") for name in _names(path)}
    assert {name for name in every if "callback" in name.split("_")} <= CALLBACKS


def test_a_form_is_of_paper_and_a_file_has_a_format() -> None:
    taken = {
        path.name: line.strip()
        for path in (KESU / "cli").glob("*.py")
        if path.name != "form.py"
        for line in path.read_text("utf-8").splitlines()
        if re.search(r'\bform: |\bform ==|^\s*"form",$', line)
    }
    assert taken == {}
