"""A workbook that was just made, to be written with the results that its formulas show."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from kesu.workbook.patch.package import Package
from kesu.workbook.patch.renew import renew
from kesu.workbook.patch.workbookxml import read_structure, read_tables
from kesu.workbook.writing.own_formulas import own_formulas

MADE_ON: Final = (1980, 1, 1, 0, 0, 0)
"""Date of every part: the same workbook is the same file."""


class Made(Package):
    """The parts of a workbook in memory."""

    def __init__(self, parts: dict[str, bytes]) -> None:
        self._parts = parts
        self.path = Path("new.xlsx")

    def has(self, part: str) -> bool:
        """Whether there is such a part."""
        return part in self._parts

    def read(self, part: str) -> bytes:
        """The part's bytes."""
        return self._parts[part]

    def put(self, part: str, data: bytes) -> None:
        """Replace a part."""
        self._parts[part] = data

    def write(self, path: Path | IO[bytes], as_of: dt.datetime) -> None:
        """Write the workbook with what its formulas show at ``as_of``. Raises OSError where that cannot be done."""
        structure = read_structure(self)
        tables = {table.name: table for table in read_tables(self, structure)}
        renew(self, structure, tables, own_formulas(structure, tables), as_of)
        with ZipFile(path, "w", ZIP_DEFLATED) as container:
            for name, data in self._parts.items():
                info = ZipInfo(name, MADE_ON)
                info.compress_type = ZIP_DEFLATED
                container.writestr(info, data)
