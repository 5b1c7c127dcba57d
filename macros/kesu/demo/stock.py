"""The words of the demo data: who, where, what went wrong and how people say it (stock_zh.toml, stock_en.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that goes wrong (or is suggested, or praised), with everything that hangs off it."""

    category: str
    products: list[str]
    cause: str
    department: str
    verbatims: list[str]
    kind: str = "complaint"
    responsibility: str = ""
    remedy: str = ""
    solution: str = ""
    demands: list[str] | None = None
    actions: list[str] | None = None
    options: list[str] | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """An invented branch. ``slow`` stretches its handling times; ``first_contact`` is its share solved at once."""

    name: str
    prefix: str
    region: str
    slow: float
    first_contact: float
    customers: int
    agents: list[str]
    supervisors: list[str]
    premises: list[str]
    lang: str
    subdivision: str = ""


@dataclass(frozen=True, slots=True)
class Stock:
    """All material of one language."""

    lang: str
    branches: tuple[Branch, ...]
    issues: tuple[Issue, ...]
    improvements: tuple[Mapping[str, Any], ...]
    family: list[str]
    given: list[str]
    words: Mapping[str, Any]
    measures: Mapping[str, list[str]]
    closings: Mapping[str, list[str]]


@cache
def load_stock(lang: str) -> Stock:
    """The material of ``lang`` (zh or en)."""
    text = resources.files(__package__).joinpath(f"stock_{lang}.toml").read_text("utf-8")
    data = tomllib.loads(text)
    return Stock(
        lang,
        tuple(Branch(**row, lang=lang) for row in data["branch"]),
        tuple(Issue(**row) for row in data["issue"]),
        tuple(data["improvement"]),
        data["names"]["family"],
        data["names"]["given"],
        data["words"],
        data["measures"],
        data["closings"],
    )


def branches() -> tuple[Branch, ...]:
    """Every branch of the demo: two Chinese ones, then the English one."""
    return load_stock("zh").branches + load_stock("en").branches


OCTOBER_RISE: Final = {"price": 2.6}
"""How much likelier an issue of the category is in October, when the bills changed."""
