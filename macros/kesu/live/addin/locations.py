"""Where Excel of one user looks for add-ins, and xlwings for its configuration."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import xlwings as xw

from kesu.live.addin.assets import AddinError, NoProgramError
from kesu.words.text import Text

NAME: Final = "Kesu.xlam"
_NO_EXCEL: Final = Text(
    zh="此系统（{platform}）上没有 Excel，它的加载项只能装在 Windows 或 macOS 上",
    en="there is no Excel on this system ({platform}): its add-in is for Windows and macOS",
)
_NO_VARIABLE: Final = Text(zh="环境变量 {name} 未设置", en="the environment variable {name} is not set")


@dataclass(frozen=True)
class Locations:
    """The files of one user's installation; all lie in the user's own folders."""

    addin: Path
    config: Path
    interpreter_key: str  # the setting that names Python
    script: Path | None  # macOS: the AppleScript that lets a sandboxed Excel start Python


def locations(platform: str | None = None, environment: Mapping[str, str] | None = None) -> Locations:
    """The locations on this system (or, for tests, on another).

    Raises:
        NoProgramError: where there is no Excel.
        AddinError: where the user's folders are not known.
    """
    platform, environment = platform or sys.platform, environment if environment is not None else os.environ

    def folder(variable: str) -> Path:
        if not environment.get(variable):
            raise AddinError(_NO_VARIABLE.fill(name=variable))
        return Path(environment[variable])

    if platform == "win32":
        return Locations(
            addin=folder("APPDATA") / "Microsoft" / "Excel" / "XLSTART" / NAME,
            config=folder("USERPROFILE") / ".kesu" / "kesu.conf",
            interpreter_key="INTERPRETER_WIN",
            script=None,
        )
    if platform == "darwin":
        library = folder("HOME") / "Library"
        startup = library / "Group Containers" / "UBF8T346G9.Office" / "User Content.localized"
        return Locations(
            addin=startup / "Startup.localized" / "Excel" / NAME,
            config=library / "Containers" / "com.microsoft.Excel" / "Data" / "kesu.conf",
            interpreter_key="INTERPRETER_MAC",
            script=library
            / "Application Scripts"
            / "com.microsoft.Excel"
            / f"xlwings-{xw.__version__}.applescript",
        )
    raise NoProgramError(_NO_EXCEL.fill(platform=platform))
