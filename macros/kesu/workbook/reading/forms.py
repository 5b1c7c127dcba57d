"""Reading form workbooks: cells in the guarded child process, names from the workbook part."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kesu.register.forms.page import NO_FORM, Form, FormError, NamedArea, find_forms
from kesu.words.text import Text
from kesu.workbook.patch.package import Package
from kesu.workbook.patch.refuse import PatchRefused
from kesu.workbook.patch.workbookxml import read_structure
from kesu.workbook.reading.layout import main_part, parts_of
from kesu.workbook.reading.reader import Reader, ReadError

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST: Final = 16 << 20
"""Bytes of the parts that name sheets and cells; a form's are a thousandth of that."""

TOO_LARGE: Final = Text(
    "文件内部的目录大得不正常，可能是恶意文件，没有读取。请向提供者核实。",
    "the list of what is in it is larger than any form's, as in hostile files; it was not read. Ask where it comes from.",
)


def read_forms(reader: Reader, path: Path) -> list[Form]:
    """The forms that the workbook ``path`` holds, one or more.

    Raises `ReadError` for what cannot be read, is no form, or has content that would be lost.
    """
    sheets = reader.read(path, every_sheet=True)
    try:
        found = find_forms(sheets, _names(path))
    except PatchRefused as refused:
        raise ReadError(refused.text) from None
    except FormError as error:
        raise ReadError(error.text.at(path.name)) from None
    if not found:
        raise ReadError(NO_FORM.at(path.name))
    return found


def _names(path: Path) -> Iterator[NamedArea]:
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as book:
        parts = parts_of(book)
        large = {part for part, info in parts.items() if info.file_size > LARGEST}
        if any(part.endswith(".rels") for part in large) or main_part(book, parts) in large:
            raise ReadError(TOO_LARGE.at(path.name))
    for name in read_structure(Package(path)).names:
        yield NamedArea(name.name, name.sheet, name.refers_to)
