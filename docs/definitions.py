"""Writes definitions.md, the KPIs as they are declared: ``python docs/definitions.py``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kesu.register.kpis import UNITS
from kesu.register.settings import DEFAULT_LIMITS, LIMITS
from kesu.rules.kpis import KPIS
from kesu.words.text import Text

PAGE: Final = Path(__file__).resolve().with_suffix(".md")
HEAD: Final = """# 指标定义 · Definitions

由 `python docs/definitions.py` 从声明生成，与“使用说明”表、报告附录和 `kesu rules` 同一来源；括号里的界限是自带的值，可在“设置”里改。

Made by `python docs/definitions.py` from the declarations that the Guide sheet, the report's appendix and `kesu rules` show too.
Limits are the shipped ones; a team sets its own on Settings.
"""
AGGREGATES: Final = {
    "count": Text("件数", "a count"),
    "sum": Text("合计", "a sum"),
    "ratio": Text("分子 ÷ 分母", "numerator ÷ denominator"),
    "median": Text("中位数", "the median"),
    "p90": Text("第 90 百分位（相邻值之间线性插值，同 Excel 的 PERCENTILE.INC）", "the 90th percentile, linear between neighbours as Excel's PERCENTILE.INC"),
}  # fmt: skip


def lines() -> Iterator[str]:
    """The page, line by line."""
    yield HEAD
    for info in KPIS.values():
        said, unit, kind = info.defined(DEFAULT_LIMITS), UNITS[info.unit], AGGREGATES[info.aggregate]
        yield f"## {info.name.zh} · {info.name.en}\n"
        yield f"`{info.id}` · {kind.zh}（{unit.zh}）· {kind.en} ({unit.en})\n"
        yield f"{said.zh}\n"
        yield f"{said.en}\n"
        yield f"来源 · Source: {info.source.zh} · {info.source.en}\n"
    yield "## 界限 · Limits\n"
    yield "| | | |\n| --- | --- | --- |"
    yield from (f"| {one.label.zh} · {one.label.en} | {one.value:g} | {one.note.zh} · {one.note.en} |" for one in LIMITS.values())  # fmt: skip


def page() -> str:
    """The text of definitions.md."""
    return "\n".join(lines()) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
