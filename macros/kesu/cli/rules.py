"""``kesu rules``: the checks and the KPI definitions, from the facts that the code itself uses."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from kesu.cli import options
from kesu.cli.saving import write_out
from kesu.cli.telling import ui, ui_lang
from kesu.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kesu.cli.tables import Screen


@click.command(help=ui("列出全部检查项和指标定义。", "List all checks and KPI definitions."))
@options.chosen(options.lang, options.formats, options.output)
def rules(lang: str | None, output_format: str, output: Path | None) -> None:
    """Checks first, then KPIs, then the limits that both go by where a team sets no others."""
    from kesu.cli.tables import screen
    from kesu.words.terminal import dumps

    lang = lang or ui_lang()
    found = {"checks": _checks(lang), "kpis": _kpis(lang), "limits": _limits(lang)}
    if output_format == "json":
        write_out(dumps(found), output)
        return
    to = screen(output)
    write_out("\n\n".join(_table(rows, lang, to) for rows in found.values()), output)


HEADS: Final = {
    "rule": Text("代号", "id"),
    "severity": Text("级别", "severity"),
    "dimension": Text("维度", "dimension"),
    "sheet": Text("表", "sheet"),
    "title": Text("检查什么", "what is checked"),
    "kpi": Text("代号", "id"),
    "name": Text("名称", "name"),
    "unit": Text("单位", "unit"),
    "definition": Text("定义", "definition"),
    "source": Text("来源", "source"),
    "limit": Text("代号", "id"),
    "value": Text("数值", "value"),
    "note": Text("说明", "note"),
}
"""Field of a record → its heading."""
WRAPPED: Final = {"title": 24, "name": 16, "definition": 24, "source": 16, "note": 24}
LEFT_OUT: Final = {"dimension": 4, "source": 4, "unit": 3, "rule": 2, "kpi": 2, "limit": 2}
"""Field → rank of its column."""
SHEETS: Final = {
    "register": Text("投诉登记", "Register"),
    "items": Text("事项", "Items"),
    "improvements": Text("改进措施", "Improvements"),
    "settings": Text("设置", "Settings"),
}


def _table(rows: list[dict[str, Any]], lang: str, to: Screen) -> str:
    """Records with labels instead of codes."""
    from kesu.cli.tables import Column, table
    from kesu.register.kpis import UNITS
    from kesu.rules.checks import DIMENSIONS, SEVERITIES

    said: dict[str, Mapping[Any, Text]] = {
        "severity": SEVERITIES,
        "dimension": DIMENSIONS,
        "sheet": SHEETS,
        "unit": UNITS,
    }
    columns = [
        Column(HEADS[key].of(lang), LEFT_OUT.get(key, 0), WRAPPED.get(key, 0), key == "value", 99)
        for key in rows[0]
    ]
    lines = (
        [said[key][value].of(lang) if key in said else value for key, value in row.items()] for row in rows
    )
    return table(columns, lines, lang, to)


def _checks(lang: str) -> list[dict[str, Any]]:
    from kesu.rules.checks import CHECKS

    return [
        {
            "rule": c.id,
            "severity": c.severity,
            "dimension": c.dimension,
            "sheet": c.sheet,
            "title": c.title.of(lang),
        }
        for c in CHECKS
    ]


def _kpis(lang: str) -> list[dict[str, Any]]:
    from kesu.register.kpis import ACCOUNT_NAMES
    from kesu.register.settings import DEFAULT_LIMITS
    from kesu.rules.account_of_rows import DEFINITIONS
    from kesu.rules.kpis import KPIS
    from kesu.rules.kpis.registry import ISO

    return [
        {
            "kpi": k.id,
            "name": k.name.of(lang),
            "unit": k.unit,
            "definition": k.defined(DEFAULT_LIMITS).of(lang),
            "source": k.source.of(lang),
        }
        for k in KPIS.values()
    ] + [
        {
            "kpi": key,
            "name": name.of(lang),
            "unit": "count",
            "definition": DEFINITIONS[key].of(lang),
            "source": ISO.of(lang),
        }
        for key, name in ACCOUNT_NAMES.items()
    ]


def _limits(lang: str) -> list[dict[str, Any]]:
    from kesu.register.settings import LIMITS

    return [
        {"limit": key, "name": one.label.of(lang), "value": one.value, "note": one.note.of(lang)}
        for key, one in LIMITS.items()
    ]
