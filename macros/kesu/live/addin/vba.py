"""The VBA project: xlwings' standalone module made safe, its Dictionary class, and our callbacks."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Final
from zipfile import ZipFile

import xlwings as xw
from pyopenvba import ExcelFile  # type: ignore[import-untyped,unused-ignore]
from pyopenvba.vba import VBAModuleKind  # type: ignore[import-untyped,unused-ignore]

from kesu.live.addin.assets import AddinError, ours, xlwings_text
from kesu.words.text import Text

_NO_PYTHON: Final = Text(
    zh="不知道用哪个 Python，没有运行。请在终端运行 kesu addin install。",
    en="The add-in does not know which Python to use, so nothing was started. Run kesu addin install in a terminal, "
    "then try again.",
)


def _quoted(text: str) -> str:
    """A VBA expression for ``text``; the sources themselves hold ASCII only."""
    pieces = re.findall(r"[ -~]+|[^ -~]", text)
    return " & ".join(f'"{p}"' if p.isascii() else f"ChrW(&H{ord(p):04X})" for p in pieces)


# What is changed in xlwings' module: old text, new text, how often it must be there.
_CHANGES: Final = (
    ('Public Const PROJECT_NAME As String = "myaddin"', 'Public Const PROJECT_NAME As String = "kesu"', 1),
    # Settings come from the user's own file only: a workbook's sheet or folder could name its own interpreter.
    (
        'Optional default As String = "", Optional source As String = "")',
        'Optional default As String = "", Optional source As String = "user")',
        1,
    ),
    # Only a Python named with its whole path: a bare name would be looked for in Excel's current folder first.
    (
        """    If interpreter = "" Then
        ' Legacy
        interpreter = GetConfig("INTERPRETER", "python")
    End If
""",
        f"""    If Not (interpreter Like "[A-Za-z]:\\*" Or interpreter Like "\\\\*" Or interpreter Like "/*") Then
        MsgBox {_quoted(_NO_PYTHON.zh)} & vbLf & {_quoted(_NO_PYTHON.en)}, vbExclamation
        Exit Function
    End If
""",
        1,
    ),
    ('PYTHON_WIN = GetConfig("INTERPRETER", "pythonw")', "Err.Raise 76", 2),  # path not found
    ('OPTIMIZED_CONNECTION = GetConfig("USE UDF SERVER", False)', "OPTIMIZED_CONNECTION = False", 1),
    ('WScript.Run("cmd.exe /C "', 'WScript.Run(Environ("SystemRoot") & "\\System32\\cmd.exe /C "', 1),
    # The workbook's folder never goes on Python's path.
    ('AddExcelDir & ";" & ActiveFullName & ";" & ThisFullName & ', '"false;;" & ', 2),
    # Python code inside a workbook is never run.
    ("                uses_embedded_code = True\n", "", 1),
)

_CHANGED: Final = Text(
    zh="已安装的 xlwings {version} 的 VBA 模块与本程序预期的不同，不能安全地生成加载项；请安装 xlwings 0.37.8",
    en="the VBA module of the installed xlwings {version} is not the one expected, "
    "and the add-in cannot be made safe: install xlwings 0.37.8",
)


def modules() -> dict[str, str]:
    """The sources by module name, with ``\\n`` line ends.

    Raises:
        AddinError: if xlwings' module is not the one that the changes are written for.
    """
    runner = xlwings_text("xlwings_custom_addin.bas")
    for old, new, times in _CHANGES:
        if runner.count(old) != times:
            raise AddinError(_CHANGED.fill(version=xw.__version__))
        runner = runner.replace(old, new)
    return {
        "xlwings": runner,
        "Dictionary": xlwings_text("addin/Dictionary.cls"),
        "Callbacks": ours("vba/Callbacks.bas"),
    }


def empty_addin_with(sources: dict[str, str]) -> dict[str, bytes]:
    """The parts of an empty add-in workbook that holds these modules, in the order of the package."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "Kesu.xlam"
        with ExcelFile.create_new(path) as book:
            project = book.vba_project()
            project.delete_module("Module1")
            for name, source in sources.items():
                kind = VBAModuleKind.other if source.startswith("VERSION") else VBAModuleKind.standard
                project.add_module(name, source.replace("\n", "\r\n"), kind=kind)
            book.save()
        with ZipFile(path) as package:
            return {name: package.read(name) for name in package.namelist()}
