"""Running all checks over a register, and turning findings into words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import pandas as pd

from kesu.register.codes import label_of
from kesu.register.columns import DECLARED, SHEETS
from kesu.rules.checks.registry import BOTH, DIMENSIONS, LABELS, SEVERITIES, Cells, CheckInfo, coded
from kesu.rules.checks.view import View
from kesu.rules.tally import tally
from kesu.words.text import LANGS, Text, filled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kesu.register.sheets import Register
    from kesu.rules.checks.view import Bools
    from kesu.rules.instants import Ints
    from kesu.rules.twins import Twins

    Inside = Mapping[str, Bools]

COLUMNS: Final = (
    "register", "sheet", "row", "column", "rule", "severity", "dimension", "value", "detail", "count",
)  # fmt: skip
LISTED: Final = 1000
"""Findings of one check and register that are listed one by one; the line after them says how many more there are."""
LONGEST_VALUE: Final = 1000
"""Characters of a cell that a finding keeps."""
MORE: Final = Text(
    "{title}：从这一格起还有 {n} 处同样的问题，都已计数，没有逐一列出。请先改好列出的再检查；要列出更多，用 kesu check --listed。",
    "{title}: from this cell on there are {n} more findings of this kind, counted but not listed. Mend those listed and "
    "check again; to list more use kesu check --listed.",
)
GAP: Final = "\x1f"
"""Between the parts of ``detail``: the values of the message's other placeholders, in the order of `CheckInfo.placeholders`."""
SHORT: Final = 60
"""Characters of a cell that a message quotes."""
_SHEET_ORDER: Final = (*DECLARED, "settings")


Moment: TypeAlias = dt.datetime | np.datetime64


def _second(moment: Moment) -> np.datetime64:
    second: np.datetime64 = pd.Timestamp(moment).to_datetime64().astype("datetime64[s]")
    return second


def run_all(
    checks: Sequence[CheckInfo],
    register: Register,
    as_of: Moment,
    twins: Twins | None = None,
    inside: Inside | None = None,
    listed: int = LISTED,
    now: Moment | None = None,
) -> pd.DataFrame:
    """Findings of ``checks``; see `kesu.rules.checks.run_checks`."""
    view = View(register, _second(as_of), twins, None if now is None else _second(now))
    titles: dict[str, str] = {
        **{str(key): sheet.title for key, sheet in register.sheets.items()},
        "settings": register.settings.sheet or SHEETS["settings"].of(register.lang),
    }
    blocks, counts = _found(checks, view, inside, listed)
    sizes = [_size(cells) for _, cells in blocks]
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
    owner = np.concatenate([_owners(view, cells) for _, cells in blocks] or [np.zeros(0, "int64")])
    order = np.lexsort((column, rule, excel_row, sheet, severity, owner))
    return pd.DataFrame(
        {
            "register": _words(register.names, owner[order]),
            "sheet": _words([titles[key] for key in _SHEET_ORDER], sheet[order]),
            "row": excel_row[order],
            "column": _words(names, column[order]),
            "rule": _words([info.id for info in checks], rule[order]),
            "severity": _words(list(SEVERITIES), severity[order]),
            "dimension": _words(list(DIMENSIONS), dimension[order]),
            "value": _words(values, order),
            "detail": _words(details, order),
            "count": counts[order],
        }
    )


def _found(
    checks: Sequence[CheckInfo], view: View, inside: Inside | None, listed: int
) -> tuple[list[tuple[int, Cells]], Ints]:
    """What each check found, by its number, and how many cells each of those stands for; none goes by words withheld."""
    blocks: list[tuple[int, Cells]] = []
    counts = [np.zeros(0, "int64")]
    withheld = frozenset().union(*(sheet.withheld for sheet in view.register.sheets.values()))
    for number, info in enumerate(checks):
        if info.words and not withheld.isdisjoint(info.columns):
            continue
        found = info.find(view)
        if isinstance(found, np.ndarray):
            found = [Cells(info.sheet, np.flatnonzero(found), info.columns[0])] if found.any() else []
        for cells, stand_for in _listed(view, found, inside, listed):
            blocks.append((number, cells))
            counts.append(stand_for)
    return blocks, np.concatenate(counts)


def _size(cells: Cells) -> int:
    return len(cells.rows if cells.excel_rows is None else cells.excel_rows)


def _listed(
    view: View, found: Sequence[Cells], inside: Inside | None, listed: int
) -> list[tuple[Cells, Ints]]:
    """What one check found in the rows ``inside``: the first ``listed`` cells, and one that stands for all the others.

    With each comes how many cells it stands for. Each register of a stack has its own. Rows stand in ascending order
    in ``found``.
    """
    size = len(view.register.names)
    firsts, totals = [], np.zeros(size, "int64")
    for cells in found:
        if inside is None or cells.excel_rows is not None:
            kept = np.arange(_size(cells))
        else:
            kept = (
                np.flatnonzero(inside[cells.sheet][cells.rows])
                if cells.sheet in inside
                else np.zeros(0, "int64")
            )
        if len(kept):
            of = _owners(view, cells)[kept]
            mine = tally(of, size)
            totals += mine
            if (mine > listed + 1).any():
                kept = kept[_ranks(of) <= listed]
            firsts.append(_picked(cells, kept))
    if (totals <= listed + 1).all():  # the last line can as well name the last cell
        return [(cells, np.ones(_size(cells), "int64")) for cells in firsts]
    rows, of = (np.concatenate([part(view, cells) for cells in firsts]) for part in (_excel_rows, _owners))
    block = np.repeat(np.arange(len(firsts)), [_size(cells) for cells in firsts])
    sheets = np.array([_SHEET_ORDER.index(cells.sheet) for cells in firsts])
    columns = np.unique([cells.column for cells in firsts], return_inverse=True)[1]
    order = np.lexsort((columns[block], rows, sheets[block], of))
    rank = _ranks(of[order])
    counts = np.ones(len(rows), "int64")
    ends = order[(rank == listed) & (totals[of[order]] > listed + 1)]
    counts[ends] = totals[of[ends]] - listed
    order = order[rank <= listed]
    begin = np.searchsorted(block, np.arange(len(firsts)))
    chosen = [np.sort(order[block[order] == at]) for at in range(len(firsts))]
    return [
        (_picked(cells, kept - begin[at]), counts[kept])
        for at, (cells, kept) in enumerate(zip(firsts, chosen, strict=True))
        if len(kept)
    ]


def _ranks(of: Ints) -> Ints:
    """Of ascending numbers how many equal ones stand before each."""
    begins = np.flatnonzero(np.diff(of, prepend=-1))
    return np.arange(len(of)) - np.repeat(begins, np.diff(begins, append=len(of)))


def _owners(view: View, cells: Cells) -> Ints:
    """The register of the stack of each cell."""
    if cells.excel_rows is not None:
        return np.array(cells.of or [0] * len(cells.excel_rows), "int64")
    return view.rows(cells.sheet).sheet.owner[cells.rows]


def _picked(cells: Cells, kept: Ints) -> Cells:
    """``cells`` at the positions ``kept`` alone."""
    if len(kept) == _size(cells):
        return cells

    def few(words: Sequence[Any]) -> list[Any]:
        return [words[at] for at in kept.tolist()]

    return Cells(
        cells.sheet,
        cells.rows[kept] if cells.excel_rows is None else cells.rows,
        cells.column,
        None if cells.values is None else few(cells.values),
        {name: words if isinstance(words, str) else few(words) for name, words in cells.fills.items()},
        None if cells.excel_rows is None else few(cells.excel_rows),
        few(cells.of) if cells.of else (),
    )


def _words(words: Sequence[str], numbers: np.ndarray) -> pd.Series:
    return pd.Series(words, dtype="str").iloc[numbers].reset_index(drop=True)


def _excel_rows(view: View, cells: Cells) -> np.ndarray:
    if cells.excel_rows is not None:
        return np.asarray(cells.excel_rows, dtype="int64")
    return view.rows(cells.sheet).data["excel_row"].to_numpy()[cells.rows]


def _values(view: View, cells: Cells) -> Sequence[str]:
    register = view.register
    values = cells.values
    if values is None:
        values = view.rows(cells.sheet).shown(cells.column, cells.rows, register.settings, register.lang)
    return [value if len(value) <= LONGEST_VALUE else f"{value[:LONGEST_VALUE]}…" for value in values]


def _details(view: View, cells: Cells, info: CheckInfo) -> Sequence[str]:
    size = _size(cells)
    if not info.placeholders:
        return [""] * size
    register = view.register
    parts: list[Sequence[str]] = []
    choices = coded(info.placeholders)
    for name in info.placeholders:
        if name in choices:
            codes, key = choices[name]
            own = register.settings.codes[codes]
            parts.append([BOTH.join(label_of(own, key, lang) for lang in LANGS)] * size)
            continue
        given = cells.fills.get(name)
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

        def named(detail: list[str], names: tuple[str, ...] = info.placeholders) -> dict[str, str]:
            at = LANGS.index("zh" if lang == "zh" else "en")
            return {
                name: part.split(BOTH)[at] if BOTH in part else part
                for name, part in zip(names, detail, strict=False)
            }

        also = {key: text.of(lang) for key, text in info.also.items()}
        labels = {key: LABELS[key].of(lang) if key in LABELS else "" for key in part["column"].unique()}
        messages[rows] = [
            filled(template, {"value": _short(value), "label": labels[column], **named(detail)})
            + also.get(column, "")
            for value, column, detail in zip(
                part["value"].tolist(),
                part["column"].tolist(),
                (detail.split(GAP) for detail in part["detail"].tolist()),
                strict=True,
            )
        ]
    for at in np.flatnonzero(findings["count"].to_numpy() > 1).tolist():
        count = int(findings["count"].iloc[at])
        title = by_id[str(findings["rule"].iloc[at])].title.of(lang)
        messages[at] = MORE.of(lang).format(title=title, n=f"{count:,}")
    return findings.assign(message=pd.Series(messages, findings.index, dtype="str"))


def _short(words: str) -> str:
    if len(words) <= SHORT and words.isprintable():
        return words
    line = " ".join(words.split())
    return line if len(line) <= SHORT else line[: SHORT - 1] + "…"


def count(checks: Sequence[CheckInfo], findings: pd.DataFrame, lang: str) -> pd.DataFrame:
    """How often each check found something; see `kesu.rules.checks.finding_counts`."""
    counts = findings.groupby(["rule", "register"], sort=False)["count"].sum().reset_index()
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
