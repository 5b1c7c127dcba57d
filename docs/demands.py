"""Writes demands.md, what the field's training insists on and where kesu does it: ``python docs/demands.py``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

PAGE: Final = Path(__file__).resolve().with_suffix(".md")
DEMANDS: Final[list[dict[str, Any]]] = tomllib.loads(PAGE.with_suffix(".toml").read_text("utf-8"))["demand"]
HEAD: Final = """# 培训的要求，逐句 · What the training insists on, sentence by sentence

由 `python docs/demands.py` 从 `demands.toml` 生成；能在登记表上看到的，`tests/rules/test_demands.py` 在一张手填的登记表上逐条试过。

Made by `python docs/demands.py` from `demands.toml`; what shows itself in a register is tried on one filled by hand in
`tests/rules/test_demands.py`.

| 要求 · Demand | 在哪里 · Where | 怎样看到 · Shown by |
| --- | --- | --- |
"""


def shown(one: dict[str, Any]) -> str:
    """By what a demand shows itself."""
    parts = [f"检查 · check `{rule}`" for rule in one.get("check", ())]
    parts += [f"跟进 · follow-up `{kind}`" for kind in one.get("follow_up", ())]
    parts += [f"{word} `{one[key][0]}`" for key, word in (("kpi", "指标 · KPI"), ("deadline", "时限 · deadline")) if key in one]  # fmt: skip
    parts += [f"{word} `{one[key]}`" for key, word in (("column", "列 · column"), ("item", "事项列 · item column")) if key in one]  # fmt: skip
    parts += ["使用说明 · Guide"] if "guide" in one else []
    parts += [f"`{one['test']}`"] if "test" in one else []
    parts += [f"不做：{one['not']['zh']} · not done: {one['not']['en']}"] if "not" in one else []
    return "<br>".join(parts)


def lines() -> Iterator[str]:
    """The page, line by line."""
    for one in DEMANDS:
        if "topic" in one:
            yield f"| **{one['topic']['zh']} · {one['topic']['en']}** | | |"
        yield f"| {one['zh']}<br>{one['en']} | {one['where']['zh']}<br>{one['where']['en']} | {shown(one)} |"


def page() -> str:
    """The page as it should be."""
    return HEAD + "\n".join(lines()) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
