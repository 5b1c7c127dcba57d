"""What an import did, in words: the account of rows, how times were read, what cannot be proven; samples for a dry run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kesu.register.columns import BY_KEY
from kesu.register.mapping.apply import Taken
from kesu.register.mapping.column import Column
from kesu.register.mapping.model import OWN
from kesu.register.mapping.propose import Plan
from kesu.register.mapping.survey import Survey
from kesu.register.mapping.whole import labels_used
from kesu.reports.masking import mask_cell
from kesu.rules.kpis import KPIS
from kesu.words.text import Text, counted, listed

MANY_NAMES: Final = 20
ADDED: Final = Text(
    "“{label}”新增选项：{words}（已加入“设置”）。", "New choices of “{label}”: {words} (added to Settings)."
)
"""Of choices that the source has and the lists lack: they went into the lists of the new register."""
LACKED: Final = Text(
    "“{label}”的选项里没有：{words}。请加到“设置”的代码表，或在对照表里改成已有的选项；kesu check 会指出这些单元格。",
    "Not among the choices of “{label}”: {words}. Add them to the code list on Settings, or give them existing choices in the "
    "mapping; kesu check names the cells.",
)
"""The same where the lists are the team's own, which stay as they are."""


def account(found: Survey, taken: Taken, lang: str, choices: Text = ADDED) -> list[Text]:
    """The account of rows and all that must be known of them, a line each. ``choices``: what is said of new ones."""
    out = len(taken.rejected)
    lines = [Text(
        f"数据勾稽：读取 {taken.rows} 行 = 投诉 {len(taken.complaints)} + 并入事项 {taken.further} + 未采用 {out}。",
        f"Account of rows: {taken.rows} read = {counted(len(taken.complaints), 'complaint')} + {taken.further} that became items + {out} left out.",
    )]  # fmt: skip
    if len(taken.items):
        lines.append(Text(f"事项 {len(taken.items)} 行。", f"{counted(len(taken.items), 'item')} in all."))
    lines += _times_said(found)
    for key, n in taken.derived.items():
        label = BY_KEY[key].label
        lines.append(Text(f"“{label.zh}”有 {n} 格由受理时间加时长推算（见自有列“推算的列”）。", f"“{label.en}”: {counted(n, 'cell')} worked out as receipt plus duration (marked in the column “Derived columns”)."))  # fmt: skip
    for key, n in taken.unread.items():
        label = BY_KEY[key].label
        lines.append(Text(f"“{label.zh}”有 {n} 格看不懂，原样保留；kesu check 会指出。", f"“{label.en}”: {counted(n, 'cell')} could not be read, kept as typed; see kesu check."))  # fmt: skip
    for name, words in labels_used(taken.added, lang).items():
        label = next(column.label for column in BY_KEY.values() if column.codes == name)
        lines.append(choices.fill(label=label, words=listed(words, 12)))
    if any(one.mapping.constants.get("kind") == "complaint" for one in found.plans):
        lines.append(
            Text(
                "没有“类别”列，各行都按投诉登记。",
                "There is no column “Kind”: every row is taken as a complaint.",
            )
        )
    lines += _numbers_said(found)
    lines += _kpis_said(taken)
    return lines


def _times_said(found: Survey) -> Iterator[Text]:
    names = {
        "dmy": Text("日/月/年", "day/month/year"),
        "mdy": Text("月/日/年", "month/day/year"),
        "ymd": Text("年/月/日", "year/month/day"),
    }
    for one in found.plans:
        for heading, seen in one.evidence.items():
            if seen.order in names:
                yield Text(f"“{heading}”按{names[seen.order].zh}读：{seen.said.zh}。", f"“{heading}” is read as {names[seen.order].en}: {seen.said.en}.")  # fmt: skip
            if seen.zones:
                yield Text(f"“{heading}”有 {seen.zones} 个时间带时区，已换算为 {one.mapping.zone}。", f"“{heading}”: {counted(seen.zones, 'time')} with a zone, converted to {one.mapping.zone}.")  # fmt: skip


def _numbers_said(found: Survey) -> Iterator[Text]:
    if any(one.mapping.heading_of("complaint_id") is None for one in found.plans):
        yield Text("源表没有编号列，编号由 kesu 编排。", "The source has no numbers; kesu gave them.")
    if any(one.mapping.numbers == "sheet" for one in found.plans):
        yield Text(
            "各工作表的编号都从头开始，已在前面加上工作表名。",
            "Each sheet counts from one, so its title stands before the number.",
        )


def _kpis_said(taken: Taken) -> Iterator[Text]:
    lacking: dict[str, list[Text]] = {}
    there = {key for key in taken.complaints if key in BY_KEY and taken.complaints[key].notna().any()}
    for info in KPIS.values():
        for need in info.needs if info.base == "complaints" else ():
            if not there & set(need.split("|")):
                lacking.setdefault(need.split("|")[0], []).append(info.name)
    for key, names in lacking.items():
        label, said = BY_KEY[key].label, listed(names)
        yield Text(
            f"源表没有“{label.zh}”，以下指标不能作数：{said.zh}。",
            f"The source has no “{label.en}”, so these figures prove nothing: {said.en}.",
        )


def target_said(target: str) -> Text:
    """What a target of a mapping is called."""
    if target == OWN:
        return Text("自有列", "your own column")
    key, _, part = target.partition(".")
    label = BY_KEY[key].label
    more = {"": Text("", ""), "time": Text("（钟点）", " (time)"), "after": Text("（时长）", " (duration)")}[
        part
    ]
    return Text(label.zh + more.zh, label.en + more.en)


def samples(one: Plan) -> dict[str, str]:
    """Three different values of each column, personal data masked."""
    shown = {}
    for heading, column in one.columns.items():
        key = one.mapping.columns.get(heading, OWN).partition(".")[0]
        if key not in BY_KEY and _of_persons(column):
            key = "customer_name"
        shown[heading] = " · ".join(mask_cell(key, _bare(value[:60])) for value in column.few.head(3))
    return shown


def _bare(value: str) -> str:
    """A date or a time of day as people write it."""
    return re.sub(r"^1899-12-3[01] | 00:00:00$|(?<=:\d\d):00$", "", value)


def _of_persons(column: Column) -> bool:
    """Whether a column that is none of kesu's holds names: by its heading, or many different short Chinese words."""
    named = re.search(r"姓名|名字|联系人|(?<![a-z])names?(?![a-z])", column.heading, re.IGNORECASE)
    return named is not None or (len(column.uniques) > MANY_NAMES and column.share("^[一-鿿]{2,4}$") >= 0.8)
