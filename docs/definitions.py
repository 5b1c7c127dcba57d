"""Writes definitions.md, the KPIs as they are declared: ``python docs/definitions.py``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from kesu.register.columns import BY_KEY, ITEM_BY_KEY
from kesu.register.kpis import UNITS
from kesu.register.settings import DEFAULT_LIMITS, LIMITS
from kesu.rules.kpis import KPIS
from kesu.words.text import Text

PAGE: Final = Path(__file__).resolve().with_suffix(".md")
EXAMPLES: Final = tomllib.loads(PAGE.with_name("examples.toml").read_text("utf-8"))
HEAD: Final = """# 指标定义 · Definitions

由 `python docs/definitions.py` 从声明生成，与“使用说明”表、报告附录和 `kesu rules` 同一来源；括号里的界限是自带的值，可在“设置”里改。

Made by `python docs/definitions.py` from the declarations that the Guide sheet, the report's appendix and `kesu rules` show too.
Limits are the shipped ones; a team sets its own on Settings.

例子：除另有写明外，是 2026-10-05 10:00 电话受理、处理中的投诉，截至 2026-10-12 10:00，用自带的电信规则（首次响应 48 小时；其他等级有效回复
48 小时；一般投诉解决 72 小时）。

Examples: unless a row says otherwise a complaint by phone received on 2026-10-05 at 10:00 and in progress, as of 2026-10-12 10:00, by the
shipped rules of a telecom operator (first response 48 h; reply, other tiers, 48 h; resolution of normal ones 72 h).
"""
AGGREGATES: Final = {
    "count": Text("件数", "a count"),
    "sum": Text("合计", "a sum"),
    "ratio": Text("分子 ÷ 分母", "numerator ÷ denominator"),
    "median": Text("中位数", "the median"),
    "p90": Text("第 90 百分位（相邻值之间线性插值，同 Excel 的 PERCENTILE.INC）", "the 90th percentile, linear between neighbours as Excel's PERCENTILE.INC"),
}  # fmt: skip


def example(kpi: str) -> Iterator[str]:
    """Three rows and what comes of them."""
    told = EXAMPLES[kpi]
    columns = ITEM_BY_KEY if "items" in told else BY_KEY
    rows = told.get("items") or told["rows"]
    keys = list(dict.fromkeys(key for row in rows for key in row))
    yield "| " + " | ".join(f"{columns[key].label.zh} · {columns[key].label.en}" for key in keys) + " |"
    yield "| " + " | ".join("---" for _ in keys) + " |"
    yield from ("| " + " | ".join(row.get(key, "") for key in keys) + " |" for row in rows)
    yield f"\n{result(told, KPIS[kpi].unit)}\n"


def result(told: dict[str, Any], unit: str) -> str:
    """The value of an example in words."""
    numerator, *rest = told["result"]
    if not rest:
        return f"= {numerator:g}"
    value = numerator / rest[0]
    shown = (
        f"{value:.1%}" if unit == "share" else f"{value * 1e6:g}" if unit == "per_million" else f"{value:g}"
    )
    return f"{numerator:g} ÷ {rest[0]:,} = {shown}"


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
        yield from example(info.id)
    yield "## 界限 · Limits\n"
    yield "| | | |\n| --- | --- | --- |"
    yield from (f"| {one.label.zh} · {one.label.en} | {one.value:g} | {one.note.zh} · {one.note.en} |" for one in LIMITS.values())  # fmt: skip


def page() -> str:
    """The text of definitions.md."""
    return "\n".join(lines()) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
