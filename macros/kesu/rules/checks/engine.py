"""Running all checks over a register, and turning findings into words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kesu.register.codes import label_of
from kesu.register.columns import SHEETS
from kesu.rules.checks.registry import DIMENSIONS, LABELS, SEVERITIES, Cells, CheckInfo, coded
from kesu.rules.checks.view import View
from kesu.words.text import LANGS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kesu.register.normalise import Register
    from kesu.rules.doubles import Twins

COLUMNS: Final = ("register", "sheet", "row", "column", "rule", "severity", "dimension", "value", "detail")
BOTH: Final = "\x1e"
"""Between the two languages of a part."""
GAP: Final = "\x1f"
"""Between the parts of ``detail``: the values of the message's other places, in the order of `CheckInfo.places`."""
SHORT: Final = 60
"""Characters of a cell that a message quotes."""
_SHEET_ORDER: Final = ("register", "items", "settings")


def run_all(
    checks: Sequence[CheckInfo],
    register: Register,
    as_of: pd.Timestamp | np.datetime64,
    twins: Twins | None = None,
) -> pd.DataFrame:
    """Findings of ``checks``; see `kesu.rules.checks.run_checks`."""
    view = View(register, pd.Timestamp(as_of).to_datetime64().astype("datetime64[s]"), twins)
    titles = {
        "register": register.complaints.title,
        "items": register.items.title,
        "settings": register.settings.sheet or SHEETS["settings"].of(register.lang),
    }
    blocks: list[tuple[int, Cells]] = []
    for number, info in enumerate(checks):
        found = info.find(view)
        if isinstance(found, np.ndarray):
            found = [Cells(info.sheet, np.flatnonzero(found), info.columns[0])] if found.any() else []
        blocks += [(number, cells) for cells in found if len(cells.excel_rows or cells.rows)]
    sizes = [len(cells.excel_rows or cells.rows) for _, cells in blocks]
    rule = np.repeat(np.array([number for number, _ in blocks], dtype="int64"), sizes)
    sheet = np.repeat(
        np.array([_SHEET_ORDER.index(cells.sheet) for _, cells in blocks], dtype="int64"), sizes
    )
    names = sorted({cells.column for _, cells in blocks})
    column = np.repeat(np.array([names.index(cells.column) for _, cells in blocks], dtype="int64"), sizes)
    excel_row = np.concatenate([_excel_rows(view, cells) for _, cells in blocks] or [np.zeros(0, "int64")])
    severity = np.array([list(SEVERITIES).index(info.severity) for info in checks])[rule]
    dimension = np.array([list(DIMENSIONS).index(info.dimension) for info in checks])[rule]
    values = [value for _, cells in blocks for value in _values(view, cells)]
    details = [part for number, cells in blocks for part in _details(view, cells, checks[number])]
    order = np.lexsort((column, rule, excel_row, sheet, severity))
    return pd.DataFrame(
        {
            "register": _words([register.name], np.zeros(len(rule), "int64")),
            "sheet": _words([titles[key] for key in _SHEET_ORDER], sheet[order]),
            "row": excel_row[order],
            "column": _words(names, column[order]),
            "rule": _words([info.id for info in checks], rule[order]),
            "severity": _words(list(SEVERITIES), severity[order]),
            "dimension": _words(list(DIMENSIONS), dimension[order]),
            "value": _words(values, order),
            "detail": _words(details, order),
        }
    )


def _words(words: Sequence[str], numbers: np.ndarray) -> pd.Series:
    return pd.Series(words, dtype="str").iloc[numbers].reset_index(drop=True)


def _excel_rows(view: View, cells: Cells) -> np.ndarray:
    if cells.excel_rows is not None:
        return np.asarray(cells.excel_rows, dtype="int64")
    return view.rows(cells.sheet).data["excel_row"].to_numpy()[cells.rows]


def _values(view: View, cells: Cells) -> Sequence[str]:
    if cells.values is not None:
        return cells.values
    register = view.register
    return view.rows(cells.sheet).shown(cells.column, cells.rows, register.settings, register.lang)


def _details(view: View, cells: Cells, info: CheckInfo) -> Sequence[str]:
    size = len(cells.excel_rows or cells.rows)
    if not info.places:
        return [""] * size
    register = view.register
    parts: list[Sequence[str]] = []
    choices = coded(info.places)
    for name in info.places:
        if name in choices:
            codes, key = choices[name]
            own = register.settings.codes[codes]
            parts.append([BOTH.join(label_of(own, key, lang) for lang in LANGS)] * size)
            continue
        given = cells.places.get(name)
        if given is None:
            whole = view.rows(cells.sheet).shown(name, cells.rows, register.settings, register.lang)
            given = [_short(words) for words in whole]
        parts.append([given] * size if isinstance(given, str) else given)
    return [GAP.join(part) for part in zip(*parts, strict=True)]


def say(checks: Sequence[CheckInfo], findings: pd.DataFrame, lang: str) -> pd.DataFrame:
    """``findings`` with a column ``message``; see `kesu.rules.checks.add_messages`."""
    messages = np.full(len(findings), "", dtype=object)
    by_id = {info.id: info for info in checks}
    for rule, rows in findings.groupby("rule").indices.items():
        info = by_id[str(rule)]
        template = info.message.of(lang)
        part = findings.iloc[rows]
        names, choices = info.places, coded(info.places)

        def filled(
            detail: list[str], names: tuple[str, ...] = names, choices: Mapping[str, object] = choices
        ) -> dict[str, str]:
            at = LANGS.index("zh" if lang == "zh" else "en")
            return {
                name: part.split(BOTH)[at] if name in choices else part
                for name, part in zip(names, detail, strict=False)
            }

        labels = {key: LABELS[key].of(lang) if key in LABELS else "" for key in part["column"].unique()}
        messages[rows] = [
            template.format(value=_short(value), label=labels[column], **filled(detail))
            for value, column, detail in zip(
                part["value"].tolist(),
                part["column"].tolist(),
                (detail.split(GAP) for detail in part["detail"].tolist()),
                strict=True,
            )
        ]
    return findings.assign(message=pd.Series(messages, findings.index, dtype="str"))


def _short(words: str) -> str:
    if len(words) <= SHORT and "\n" not in words:
        return words
    line = " ".join(words.split())
    return line if len(line) <= SHORT else line[: SHORT - 1] + "…"


def count(checks: Sequence[CheckInfo], findings: pd.DataFrame, lang: str) -> pd.DataFrame:
    """How often each check found something; see `kesu.rules.checks.finding_counts`."""
    counts = findings.groupby(["rule", "register"], sort=False).size().rename("count").reset_index()
    order = {info.id: number for number, info in enumerate(checks)}
    by_id = {info.id: info for info in checks}
    infos = [by_id[rule] for rule in counts["rule"]]
    severity_order = list(SEVERITIES)
    counts = counts.assign(
        title=pd.Series([info.title.of(lang) for info in infos], dtype="str"),
        severity=pd.Series([info.severity for info in infos], dtype="str"),
        dimension=pd.Series([info.dimension for info in infos], dtype="str"),
        by_severity=pd.Series([severity_order.index(info.severity) for info in infos], dtype="int64"),
        by_check=pd.Series([order[info.id] for info in infos], dtype="int64"),
    ).sort_values(["by_severity", "by_check", "register"], kind="stable", ignore_index=True)
    return counts[["rule", "title", "severity", "dimension", "register", "count"]]
