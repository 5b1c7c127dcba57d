"""A foreign table read as a register without writing one: for commands that are given a mapping."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import pandas as pd

from kesu.jobs.books import Foreign
from kesu.jobs.import_account import account
from kesu.jobs.importing import extended, survey, take
from kesu.register.columns import IMPROVEMENTS, ITEMS, REGISTER, Column
from kesu.register.mapping.apply import Taken
from kesu.register.mapping.model import MapError, TableMap
from kesu.register.mapping.own import SOURCE
from kesu.register.mapping.survey import Survey
from kesu.register.mapping.table import Passed, Table, find_table
from kesu.register.raw import RawSheet, RegisterError
from kesu.register.settings import Settings, load_profile
from kesu.register.sheets import Register, Sheet
from kesu.register.typed import typed_sheet
from kesu.words.text import Text

UNSURE: Final = Text(
    "按对照表读还有 {n} 处拿不准：{first} 请用 kesu import {name} --dry-run 查看，补全对照表。",
    "with this mapping {n} {n:thing is|things are} still not sure: {first} See them with kesu import {name} --dry-run, and complete the mapping.",
)
AS_FOUND: Final = Text(
    "“{label}”的选项里没有：{words}，照原文当作选项。",
    "Not among the choices of “{label}”: {words}; taken as choices of their own.",
)
NO_TABLE: Final = Text("没有找到投诉表。", "no complaint table was found.")


def by_map(mapping: TableMap, year: int) -> Foreign:
    """How a workbook that is no register is read by ``mapping``; ``year``: that of the first number where there are none.

    What it gives raises `RegisterError` where something is not sure, or nothing fits.
    """

    def read(name: str, sheets: Sequence[RawSheet]) -> tuple[list[Register], tuple[Text, ...]]:
        settings = load_profile()
        found = [find_table(name, sheet) for sheet in sheets]
        tables = [one for one in found if isinstance(one, Table)]
        passed = [one for one in found if isinstance(one, Passed)]
        try:
            seen = survey(tables, passed, settings.codes, settings.time_zone or settings.region, mapping)
        except MapError as error:
            raise RegisterError(error.text) from None
        asked = [question for one in seen.plans for question in one.questions]
        if asked:
            raise RegisterError(UNSURE.fill(n=len(asked), first=asked[0].asked, name=name))
        if not seen.plans:
            raise RegisterError(NO_TABLE)
        taken = take(seen, settings.codes, seen.lang, year)
        lines = account(seen, taken, seen.lang, AS_FOUND)
        return list(_registers(name, seen, taken, extended(settings, taken, seen.lang))), tuple(
            line.at(name) for line in lines
        )

    return read


def _registers(name: str, seen: Survey, taken: Taken, settings: Settings) -> Iterator[Register]:
    """A register for each sheet, with the rows and columns of the source."""
    tables = [table for one in seen.plans for table in one.tables]
    label = SOURCE.of(seen.lang)
    for table in tables:
        prefix = f"{table.file} ▸ {table.sheet}!"
        mine = taken.complaints[taken.complaints[label].str.startswith(prefix).to_numpy(bool)]
        ids = set(mine["complaint_id"])
        items = (
            taken.items[taken.items["complaint_id"].isin(ids).to_numpy(bool)]
            if len(taken.items)
            else taken.items
        )
        mapping = next(one.mapping for one in seen.plans if table in one.tables)
        columns = {
            target: table.columns[heading]
            for heading, target in mapping.columns.items()
            if heading in table.columns
        }
        complaints = _sheet(table.sheet, mine, REGISTER, taken.own, settings, prefix, label)
        columns = {key: columns.get(key, at) for key, at in complaints.columns.items()}
        yield Register(
            name if len(tables) == 1 else f"{name}#{table.sheet}", seen.lang,
            dataclasses.replace(complaints, columns=columns), _sheet("", items, ITEMS, taken.item_own, settings, prefix, label),
            _sheet("", pd.DataFrame(), IMPROVEMENTS, (), settings, prefix, label), settings,
        )  # fmt: skip


def _sheet(
    title: str, frame: pd.DataFrame, columns: tuple[Column, ...], own: Sequence[Column], settings: Settings, prefix: str, label: str
) -> Sheet:  # fmt: skip
    """Rows as a sheet that was read; what no column could take stays a problem of its cell."""
    there = [column for column in columns if column.key in frame]
    cells = pd.DataFrame({at: _texts(frame[column.key], column) for at, column in enumerate(there)})
    raw = RawSheet(title, cells.reset_index(drop=True))
    made = typed_sheet(
        raw, (-1, {column.key: at for at, column in enumerate(there)}), columns, settings.codes
    )
    if label not in frame:
        return made
    source = frame[label].iloc[made.data["excel_row"].to_numpy() - 1]
    rows = pd.to_numeric(source.str.removeprefix(prefix)).to_numpy(np.int64)
    extra = frame[[column.key for column in own if column.key in frame]].reset_index(drop=True)
    return dataclasses.replace(
        made,
        data=made.data.assign(excel_row=rows),
        others=(lambda: extra, made.data["excel_row"].to_numpy(np.int64) - 1),
    )


def _texts(cells: pd.Series, column: Column) -> pd.Series:
    """Cells as they are read: choices by their keys, times in canonical form."""
    if cells.dtype.kind == "M":
        return pd.Series(cells.dt.strftime("%Y-%m-%d %H:%M:%S"), dtype="str")
    if column.kind == "time":
        said = [
            cell.strftime("%Y-%m-%d %H:%M:%S")
            if isinstance(cell, pd.Timestamp) and not pd.isna(cell)
            else cell
            for cell in cells
        ]
        return pd.Series([cell if isinstance(cell, str) else None for cell in said], cells.index, dtype="str")
    if column.kind == "number":
        return pd.Series(
            [
                None if pd.isna(cell) else f"{cell:.15g}" if isinstance(cell, float) else str(cell)
                for cell in cells
            ],
            cells.index,
            dtype="str",
        )
    return (
        cells.astype("str").str.replace("|", ", ", regex=False)
        if column.kind == "codes"
        else cells.astype("str")
    )
