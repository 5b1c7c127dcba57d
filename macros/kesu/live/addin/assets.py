"""The texts that the add-in is made of: ours under ``addin/``, xlwings' in its own package."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Final

import xlwings as xw

from kesu.words.text import Text

_CHECKOUT: Final = Path(__file__).resolve().parents[4] / "addin"
_INSTALLED: Final = "share/kesu/addin"  # where a wheel puts them, below the environment's root
XLWINGS: Final = Path(xw.__file__).parent

_MISSING: Final = Text(
    zh="加载项的源文件 {name} 不在安装包中，请重新安装 kesu",
    en="the add-in's source {name} is not in this installation: install kesu anew",
)


class AddinError(RuntimeError):
    """The add-in could not be built, installed or removed; ``text`` says why in Chinese and English."""

    def __init__(self, text: Text) -> None:
        super().__init__(f"{text.en} / {text.zh}")
        self.text = text


class NoProgramError(AddinError):
    """The spreadsheet program is not on this computer, or cannot be reached."""


def ours(name: str) -> str:
    """The text of ``addin/NAME``, from the checkout or from the installed distribution.

    Raises:
        AddinError: if it is in neither.
    """
    for path in (_CHECKOUT / name, *_installed(name)):
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise AddinError(_MISSING.fill(name=name))


def _installed(name: str) -> list[Path]:
    try:
        listed = files("kesu") or []
    except PackageNotFoundError:
        return []
    return [Path(str(file.locate())) for file in listed if file.as_posix().endswith(f"{_INSTALLED}/{name}")]


def xlwings_text(name: str) -> str:
    """The text of one of xlwings' own VBA files (ASCII)."""
    return (XLWINGS / name).read_text(encoding="utf-8")
