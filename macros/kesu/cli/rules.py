"""``kesu rules``: the checks and the KPI definitions, from the facts that the code itself uses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kesu.cli import options
from kesu.cli.saving import write_out
from kesu.cli.telling import ui, ui_lang


@click.command(help=ui("列出全部检查项和指标定义。", "List all checks and KPI definitions."))
@options.chosen(options.lang, options.formats, options.output)
def rules(lang: str | None, form: str, output: Path | None) -> None:
    """Checks first, then KPIs, then the limits that both go by where a team sets no others."""
    from kesu.words.terminal import dumps, table

    lang = lang or ui_lang()
    found = {"checks": _checks(lang), "kpis": _kpis(lang), "limits": _limits(lang)}
    if form == "json":
        write_out(dumps(found), output)
        return
    tables = [
        table(list(rows[0]), (list(row.values()) for row in rows), limit=120) for rows in found.values()
    ]
    write_out("\n\n".join(tables), output)


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
