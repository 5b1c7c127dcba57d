"""What must be known of figures and lists: how cells were read, what settings could not be, where registers differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from kesu.jobs.assessment import Assessment, turned_dates
from kesu.jobs.parts import Part
from kesu.register.codes import relabelled
from kesu.register.columns import DECLARED, IMPROVEMENTS, sheet_key
from kesu.register.normalise import LEAST_LABELS, settings_sheet
from kesu.register.raw import RawSheet, find_header
from kesu.register.sheets import Register
from kesu.words.text import Text, listed
from kesu.workbook.reading.refusals import left_aside, uncached

NOTES_SHOWN = 5
"""Remarks on the settings of one register in a report or a message."""


NAMED = 3
"""Registers named of which the same is said."""
RENAMED = Text("“{sheet}”当作“设置”读取。", "“{sheet}” is read as the Settings sheet.")
UNREAD = Text(
    "“{sheet}”没有“改进措施”一列，没有读取。请恢复这一列的标题。",
    "“{sheet}” has no column “Measure” and was not read. Put its heading back.",
)
CODES_SHOWN = 6
"""Codes named that registers call differently."""


def as_read(name: str, sheets: Sequence[RawSheet], registers: Sequence[Register]) -> Iterator[Text]:
    """What a reader must know about how the cells were read."""
    for register in registers:
        yield from turned_dates(register)
        for raw in sheets:
            columns = {sheet.title: DECLARED[key] for key, sheet in register.sheets.items()}.get(raw.title)
            header = find_header(raw, columns) if columns and raw.uncached else None
            if header is None:
                continue
            top, ours = raw.first_row + header[0], header[1].values()
            blank = [(row, column) for row, column in raw.uncached if row > top and column in ours]
            if blank:
                from kesu.xlsx.address import cell_name

                row, column = min(blank)
                yield uncached(name, f"{raw.title}!{cell_name(row, column + 1)}", len(blank))
    if not registers[0].improvements.columns:
        yield from (UNREAD.fill(sheet=sheet.title).at(name) for sheet in sheets if _damaged(sheet))
    for sheet in sheets:
        if sheet.aside:
            yield left_aside(name, sheet.title, registers[0].complaints.title)
        yield from (remark.at(name) for remark in sheet.remarks)
    found = settings_sheet(sheets)
    if found is not None and sheet_key(found.title) != "settings":
        yield RENAMED.fill(sheet=found.title).at(name)
    if not any(sheet.all_text for sheet in sheets):  # a text table has no other sheets
        yield from registers[0].settings.notes(name)


def _damaged(sheet: RawSheet) -> bool:
    """Whether a sheet was once one of improvements: called so, with our headings, but not the one that it needs."""
    if sheet_key(sheet.title) != "improvements":
        return False
    header = find_header(sheet, IMPROVEMENTS)
    return header is not None and len(header[1]) >= LEAST_LABELS


def gathered(notes: Sequence[tuple[str, Text]]) -> Iterator[Text]:
    """Remarks by name of register, those that are the same of several registers as one."""
    said: dict[Text, list[str]] = {}
    for name, note in notes:
        zh, en = f"{name}：", f"{name}: "
        own = note.zh.startswith(zh) and note.en.startswith(en)
        rest = Text(note.zh.removeprefix(zh), note.en.removeprefix(en)) if own else note
        said.setdefault(rest, []).extend([name] if own else [])
    for rest, names in said.items():
        more = len(names) - NAMED
        who = listed(names[:NAMED])
        if more > 0:
            who = Text(f"{who.zh} 等 {len(names)} 个", f"{who.en} and {more} more")
        yield Text(f"{who.zh}：{rest.zh}", f"{who.en}: {rest.en}") if names else rest


def shortened(notes: Sequence[Text], name: str) -> Iterator[Text]:
    """The first of ``notes`` on the settings of the register called ``name``, and how many more there are."""
    yield from notes[:NOTES_SHOWN]
    if len(notes) > NOTES_SHOWN:
        more = len(notes) - NOTES_SHOWN
        yield Text(
            f"{name}：设置里还有 {more} 处看不懂，见检查结果。",
            f"{name}: {more} more settings could not be read; see the findings.",
        )


def on_figures(assessments: Sequence[Assessment], parts: Sequence[Part]) -> Iterator[Text]:
    """What a reader of the figures must know. ``parts``: of the stacks of ``assessments``."""
    for assessment in assessments:
        yield from assessment.turned
    known, latest = min(part.known for part in parts), max(part.latest for part in parts)
    if np.datetime64(latest, "s") > known + 1:
        yield Text(
            f"部分时限晚于 {known}，此后的公共假日和调休尚未正式公布。",
            f"Some deadlines fall after {known}; public holidays and make-up days beyond it are not officially known yet.",
        )
    for assessment in assessments:
        yield from shortened(
            assessment.register.settings.notes(assessment.register.name), assessment.register.name
        )
    first = assessments[0].register.settings
    settings = [own for part in parts for own in part.facts.settings.values()]
    if any(one.kpi_targets != first.kpi_targets for one in settings):
        yield Text(
            f"各登记表的指标目标不同；合计按“{assessments[0].register.name}”的目标判断。",
            f"The registers set different KPI targets; totals are judged by those of “{assessments[0].register.name}”.",
        )
    renamed = relabelled([one.codes for one in settings])
    if renamed:
        shown = listed(renamed, CODES_SHOWN)
        yield Text(
            f"各登记表对同一代码用词不同（{shown.zh}）；这里用先读到的登记表的词。",
            f"The registers call some codes differently ({shown.en}); the words here are those of the register that comes first.",
        )
    if any(one.limits != first.limits for one in settings):
        yield Text(
            f"各登记表的界限不同，各按自己的计算；指标定义写的是“{assessments[0].register.name}”的。",
            f"The registers set different limits; each counts by its own, the definitions cite those of “{assessments[0].register.name}”.",
        )
