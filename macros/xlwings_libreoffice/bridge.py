"""Python's door into LibreOffice: finding ``uno``, and the small things that every call needs."""

from __future__ import annotations

import builtins
import importlib
import sys
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

_SYSTEM_PYTHON: Final = Path("/usr/bin/python3")
_SYSTEM_PACKAGES: Final = (
    "/usr/lib/python3/dist-packages",
    "/usr/lib64/python{0}/site-packages",
    "/usr/lib/python{0}/site-packages",
)


class Message(NamedTuple):
    """One thing said in Chinese and in English."""

    zh: str
    en: str

    def fill(self, **values: object) -> Message:
        """The same message with its ``{name}`` places filled in both languages."""
        return Message(self.zh.format(**values), self.en.format(**values))


_NO_UNO: Final = Message(
    zh="找不到 LibreOffice 的 Python 接口 (uno)，或它属于另一个 Python 版本（此处为 {version}）。"
    "Debian/Ubuntu 请安装：apt-get install libreoffice-calc python3-uno，并用系统的 Python {version} 建立虚拟环境",
    en="LibreOffice's Python interface (uno) is missing, or belongs to another Python than this {version}. "
    "Debian/Ubuntu: apt-get install libreoffice-calc python3-uno, and a virtual environment of the system's Python",
)


class OfficeError(RuntimeError):
    """LibreOffice is missing, did not start, or refused; ``text`` says so in Chinese and English."""

    def __init__(self, text: Message) -> None:
        super().__init__(f"{text.en} / {text.zh}")
        self.text = text


@cache
def uno() -> Any:
    """The ``uno`` module.

    It lies among the system's packages, which stay off ``sys.path`` but for this one import; and its
    replacement of ``__import__`` is taken back.

    Raises:
        OfficeError: where there is none for this Python.
    """
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    path, importer = sys.path[:], builtins.__import__
    if _SYSTEM_PYTHON.resolve().name == f"python{version}":  # a module of another version would crash
        sys.path += [folder.format(version) for folder in _SYSTEM_PACKAGES]
    try:
        return importlib.import_module("uno")
    except ImportError as error:
        raise OfficeError(_NO_UNO.fill(version=version)) from error
    finally:
        sys.path[:] = path
        builtins.__import__ = importer


def struct(name: str, **fields: object) -> Any:
    """A struct of ``com.sun.star``, filled."""
    made = uno().createUnoStruct(f"com.sun.star.{name}")
    for field, value in fields.items():
        setattr(made, field, value)
    return made


def enum(name: str, value: str) -> Any:
    """A value of an enumeration of ``com.sun.star``."""
    return uno().Enum(f"com.sun.star.{name}", value)


def properties(**values: object) -> tuple[Any, ...]:
    """Named arguments as LibreOffice takes them."""
    return tuple(struct("beans.PropertyValue", Name=name, Value=value) for name, value in values.items())


def error(name: str = "uno.Exception") -> type[Exception]:
    """An exception class of ``com.sun.star``, to be caught."""
    found: type[Exception] = uno().getClass(f"com.sun.star.{name}")
    return found


def url(path: str | Path) -> str:
    """The file's URL."""
    made: str = uno().systemPathToFileUrl(str(Path(path).absolute()))
    return made
