"""Install, remove and look at the add-in in the Excel of the user who runs this."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile

from kesu.live.addin.assets import XLWINGS, AddinError
from kesu.live.addin.build import build, made_with
from kesu.live.addin.locations import Locations, locations
from kesu.words.text import Lang, Text
from kesu.workbook.save import save_own

# The VBA reads this file in the system's code page on Windows; its lines are "KEY","VALUE".
_ENCODING: Final = "mbcs" if sys.platform == "win32" else "utf-8"
_LINE: Final = re.compile(r'"([^"]*)","([^"]*)"')

_OPEN: Final = Text(
    zh="无法写入 {path}：请先关闭 Excel 再试（{error}）",
    en="could not write {path}: close Excel and try again ({error})",
)
_CODE_PAGE: Final = Text(
    zh="Python 的路径 {path} 含有系统代码页之外的字符，Excel 读不到；请把 Python 装到别的文件夹",
    en="the path of Python, {path}, has characters outside the system's code page, which Excel cannot read: "
    "install Python in another folder",
)


@dataclass(frozen=True)
class Status:
    """What is installed for this user."""

    program: str
    addin: Path | str
    installed: bool
    made_with: str | None  # what it was built with; None if there is none or it cannot be read
    up_to_date: bool  # built with the versions that are installed here
    interpreter: Path | None  # the Python that its buttons start, by the user's configuration
    interpreter_found: bool


def install(lang: Lang = "zh", *, where: Locations | None = None, interpreter: Path | None = None) -> Status:
    """Build the add-in where Excel starts it, and note ``interpreter`` (this Python) for its buttons.

    Raises:
        AddinError: on a system without Excel, while Excel holds the file, or with an unreadable path.
    """
    where = where or locations()
    interpreter = interpreter or Path(sys.executable)
    try:
        where.addin.parent.mkdir(parents=True, exist_ok=True)
        save_own(where.addin, build(lang))
        _write_settings(where, interpreter)
        if where.script is not None:
            where.script.parent.mkdir(parents=True, exist_ok=True)
            save_own(where.script, (XLWINGS / where.script.name).read_bytes())
    except PermissionError as error:
        raise AddinError(_OPEN.fill(path=where.addin, error=error)) from error
    return status(where=where)


def uninstall(*, where: Locations | None = None) -> bool:
    """Take the add-in and its configuration away; whether there was one. (The AppleScript is xlwings' to keep.)

    Raises:
        AddinError: while Excel holds the file.
    """
    where = where or locations()
    was_there = where.addin.exists()
    try:
        where.addin.unlink(missing_ok=True)
        where.config.unlink(missing_ok=True)
    except PermissionError as error:
        raise AddinError(_OPEN.fill(path=where.addin, error=error)) from error
    return was_there


def status(*, where: Locations | None = None) -> Status:
    """What is installed for this user."""
    where = where or locations()
    made = _made_with(where.addin)
    named = settings(where.config).get(where.interpreter_key)
    return Status(
        program="Excel",
        addin=where.addin,
        installed=where.addin.exists(),
        made_with=made,
        up_to_date=made == made_with(),
        interpreter=Path(named) if named else None,
        interpreter_found=bool(named) and Path(str(named)).is_file(),
    )


def _made_with(addin: Path) -> str | None:
    try:
        with ZipFile(addin) as package:
            properties = package.read("docProps/core.xml").decode()
    except (OSError, BadZipFile, KeyError):
        return None
    found = re.search(r"<dc:description>([^<]*)</dc:description>", properties)
    return found[1] if found else None


def settings(config: Path, encoding: str = _ENCODING) -> dict[str, str]:
    """Key → value of a configuration; nothing where there is no file."""
    try:
        text = config.read_text(encoding=encoding, errors="replace")
    except OSError:
        return {}
    return {match[1]: match[2] for match in map(_LINE.fullmatch, text.splitlines()) if match}


def _write_settings(where: Locations, interpreter: Path) -> None:
    """Ours over the user's own, whose other lines stay."""
    ours = {where.interpreter_key: str(interpreter), "ADD_WORKBOOK_TO_PYTHONPATH": "False"}
    lines = [f'"{key}","{value}"' for key, value in {**settings(where.config), **ours}.items()]
    try:
        content = ("\r\n".join(lines) + "\r\n").encode(_ENCODING)
    except UnicodeEncodeError as error:
        raise AddinError(_CODE_PAGE.fill(path=interpreter)) from error
    where.config.parent.mkdir(parents=True, exist_ok=True)
    save_own(where.config, content)
