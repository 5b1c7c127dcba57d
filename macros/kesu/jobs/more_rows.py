"""Rows that the Settings sheet of a team's register lacks: choices of kesu's own lists, limits, settings, word lists."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from kesu.jobs.more_columns import More, lang_of, more, table_called
from kesu.register.codes import CODE_LISTS, KESUS_OWN, Code
from kesu.register.columns import DECLARED
from kesu.register.settings import LIMITS, WORD_LISTS, load_profile
from kesu.register.settings.layout import BLOCKS, GENERAL, Block, rows_of
from kesu.register.settings.rows import block_name
from kesu.words.text import Text, folded, listed
from kesu.workbook.patch.area import Area
from kesu.workbook.patch.refuse import refused
from kesu.workbook.writing.entry import list_name
from kesu.workbook.writing.settings import TABLE_NAMES, list_formula
from kesu.xlsx.address import cell_name, letters, quoted

if TYPE_CHECKING:
    from kesu.register.settings.layout import Cell
    from kesu.workbook.patch.growing import Growing
    from kesu.workbook.patch.workbookxml import TableInfo

CHOICES: Final = Text("{list}的下拉列表加 {count} 项：{names}", "drop-down {list}: {count}: {names}")
ROWS: Final = Text("{block}加 {count} 行：{names}", "{block}: {count}: {names}")
MOST_NAMED: Final = 12
_BLOCKS: Final = {block.key: block for block in BLOCKS}
_WORKBOOKS_OWN: Final = frozenset({"lang", "organisation", "profile"})
"""Settings that say what this one workbook is: none is added."""
COMPLETED: Final[dict[str, dict[str, Text]]] = {
    "general": {key: label for key, (label, _) in GENERAL.items() if key not in _WORKBOOKS_OWN},
    "words": {key: title for key, (title, _) in WORD_LISTS.items()},
    "limits": {key: limit.label for key, limit in LIMITS.items()},
}
"""Blocks of which kesu names the rows: what the first column must say, by key."""
_COLUMN: Final = re.compile(r"=?'?((?:[^'!]|'')+)'?!\$([A-Z]{1,3})\$(\d+):\$\2\$(\d+)")


def more_choices(patch: Growing) -> Iterator[More]:
    """Choices that kesu's own lists have got since, and lists that are missing altogether."""
    table = table_called(patch, TABLE_NAMES["codes"])
    if table is None:
        return
    lang, at = lang_of(patch), _columns(table, _BLOCKS["codes"])
    rows = [row for _, row in _rows(patch, table, at)]
    for name, codes in CODE_LISTS.items():
        there = [row for row in rows if row["list"] == name]
        listed_keys = {row["code"] or row["label"] for row in there}
        if there and name not in KESUS_OWN:
            continue
        missing = [code for code in codes if code.key not in listed_keys]
        if missing:
            what = CHOICES.fill(
                list=_list_label(name),
                count=more(len(missing), "choice"),
                names=listed([code.label for code in missing], MOST_NAMED),
            )
            yield More(_part_of(name), what, partial(_add_choices, patch, name, missing, lang))


def _part_of(name: str) -> str:
    """The sheet whose columns take their choices from the list."""
    return next(
        (sheet for sheet, columns in DECLARED.items() if any(one.codes == name for one in columns)),
        "settings",
    )


def _list_label(name: str) -> Text:
    """What the first column is called that takes its choices from the list."""
    label = next(
        (column.label for columns in DECLARED.values() for column in columns if column.codes == name),
        Text(name, name),
    )
    return Text("“{label}”", "“{label}”").fill(label=label)


def _add_choices(patch: Growing, name: str, missing: Sequence[Code], lang: str) -> None:
    """Behind the last choice of the list, which stays in one piece; a new list at the end of the table."""
    table = table_called(patch, TABLE_NAMES["codes"])
    assert table is not None  # noqa: S101 - whoever offers has looked
    at = _columns(table, _BLOCKS["codes"])
    rows = list(_rows(patch, table, at))
    last = _end_of(rows, name)
    words = {folded(row["label"]) for _, row in rows if row["list"] == name} - {""}
    for code in missing:
        if folded(code.label.of(lang)) in words:
            raise refused(
                f"{patch.package.path.name} ▸ {table.sheet}",
                f"列表里已有本单位自己的选项“{code.label.zh}”。请先把它的代码写成 {code.key}，或改名。",
                f"the list has a choice “{code.label.of(lang)}” of your own. Give it the code {code.key}, or another name, first.",
            )
    joint = "、" if lang == "zh" else ", "
    new = [
        {"list": name, "code": code.key, "label": code.label.of(lang), "also": joint.join(code.also)}
        for code in missing
    ]
    width = len(table.columns)
    cells = [[_at(row, at, column) for column in range(width)] for row in new]
    patch.define(_list_names(patch, table, at, name))
    patch.insert_rows(table.name, last + 1, cells)


def _at(row: Mapping[str, Cell], at: Mapping[str, int], column: int) -> Cell:
    return next((value or None for key, value in row.items() if at.get(key) == column), None)


def _end_of(rows: Sequence[tuple[int, Mapping[str, str]]], name: str) -> int:
    """The row of the last choice of the list's first piece, or the last row in which anything stands."""
    end = 0
    for number, row in rows:
        if row["list"] == name:
            end = number
        elif end:
            return end
    return end or max((number for number, row in rows if any(row.values())), default=0)


def _list_names(patch: Growing, table: TableInfo, at: Mapping[str, int], name: str) -> dict[str, str]:
    """The name of the list, and of those that the first registers defined by addresses."""
    there = {one.name.casefold(): one.refers_to for one in patch.structure.names if not one.sheet}
    heads = table.columns[at["list"]], table.columns[at["label"]]
    found = {}
    for codes in CODE_LISTS:
        now = there.get(list_name(codes).casefold())
        if codes == name or (now is not None and "!$" in now):
            found[list_name(codes)] = list_formula(codes, *heads, table.name)
    return {key: text for key, text in found.items() if there.get(key.casefold()) != text}


def more_settings(patch: Growing) -> Iterator[More]:
    """Rows of the blocks that say one thing a row, and the words that their drop-downs offer."""
    lang = lang_of(patch)
    shipped = rows_of(load_profile(), lang)
    for key, names in COMPLETED.items():
        block, table = _BLOCKS[key], table_called(patch, TABLE_NAMES[key])
        if table is None:
            continue
        at = _columns(table, block)
        there = {folded(row[block.fields[0].key]) for _, row in _rows(patch, table, at)}
        missing = [
            label for one, label in names.items() if not there & {folded(word) for word in (*label, one)}
        ]
        if missing:
            wanted = {label.of(lang) for label in missing}
            rows = [row for row in shipped[key] if row[0] in wanted]
            what = ROWS.fill(
                block=block_name(block), count=more(len(rows), "row"), names=listed(missing, MOST_NAMED)
            )
            yield More("settings", what, partial(_append, patch, table, at, block, rows))
    for block in BLOCKS:
        yield from _more_words(patch, block, lang)


def _append(
    patch: Growing, table: TableInfo, at: Mapping[str, int], block: Block, rows: Sequence[tuple[Cell, ...]]
) -> None:
    keys = [field.key for field in block.fields]
    cells = [
        {
            at[key]: value
            for key, value in zip(keys, row, strict=True)
            if key in at and value not in (None, "")
        }
        for row in rows
    ]
    patch.append_rows(table.name, cells)


def _more_words(patch: Growing, block: Block, lang: str) -> Iterator[More]:
    """What kesu's own drop-downs of the block do not offer yet; the words stand folded away at the right of the sheet."""
    there = {one.name.casefold(): one.refers_to for one in patch.structure.names if not one.sheet}
    for field in block.fields:
        name = f"Words_{block.key}_{field.key}"
        found = _COLUMN.fullmatch(there.get(name.casefold(), ""))
        if found is None:
            continue
        area = Area.parse(f"{found[2]}{found[3]}:{found[2]}{found[4]}")
        sheet = found[1].replace("''", "'")
        offered = set(map(folded, patch.words_in(sheet, area)))
        missing = [word for word in field.choices.values() if folded(word.of(lang)) not in offered]
        if missing:
            title = Text("{block}里“{field}”", "“{field}” of {block}")
            title = title.fill(block=block_name(block), field=field.label)
            what = CHOICES.fill(
                list=title, count=more(len(missing), "choice"), names=listed(missing, MOST_NAMED)
            )
            words = [word.of(lang) for word in missing]
            yield More("settings", what, partial(_add_words, patch, name, sheet, area, words))


def _add_words(patch: Growing, name: str, sheet: str, area: Area, words: Sequence[str]) -> None:
    below = area._replace(top=area.bottom + 1, bottom=area.bottom + len(words))
    if any(patch.words_in(sheet, below)):
        raise refused(
            f"{patch.package.path.name} ▸ {sheet}!{cell_name(below.top, below.left)}",
            "下面有别的内容，放不下。请把它移开。",
            "something else stands below, so there is no room. Move it away.",
        )
    patch.write_block(sheet, cell_name(below.top, below.left), [[word] for word in words])
    whole, letter = area.union(below), letters(area.left)
    patch.define({name: f"{quoted(sheet)}!${letter}${whole.top}:${letter}${whole.bottom}"})


def _columns(table: TableInfo, block: Block) -> dict[str, int]:
    """Key of a field → 0-based column of the table, for those that it has."""
    heads = {folded(head): at for at, head in enumerate(table.columns)}
    found = {
        field.key: next((heads[folded(word)] for word in field.label if folded(word) in heads), -1)
        for field in block.fields
    }
    return {key: at for key, at in found.items() if at >= 0}


def _rows(patch: Growing, table: TableInfo, at: Mapping[str, int]) -> Iterator[tuple[int, dict[str, str]]]:
    """Row number and texts by field of the rows of a block."""
    for number, texts in patch.texts(table.name):
        yield number, defaultdict(str, {key: texts[column].strip() for key, column in at.items()})
