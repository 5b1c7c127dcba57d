"""Reading closed workbooks: fast, column-wise, and in a child process that may die without harm."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from kesu.register.text import Text

if TYPE_CHECKING:
    from kesu.register.normalise import RawSheet

SUFFIXES: Final = (".xlsx", ".xlsm")
SECONDS: Final = 300.0
"""Longest time one workbook may take to read."""


class ReadError(Exception):
    """A register could not be read; ``text`` says why and what to do, in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class Reader:
    """Reads workbooks one after another in a child process, which is started at once and restarted if it dies.

    Use as a context manager. Not for several threads at a time: give each its own.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._child = self._start()
        self._asked: tuple[Path, bool] | None = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def ask(self, path: Path, *, every_sheet: bool = False) -> None:
        """Begin to read ``path`` in the background; `read` of the same path then takes the answer."""
        self._asked = path, every_sheet
        request = json.dumps({"path": str(path.absolute()), "all": every_sheet})
        with contextlib.suppress(OSError):  # a dead child is noticed when its answer is missing
            self._pipe("stdin").write(request.encode() + b"\n")
            self._pipe("stdin").flush()

    def read(self, path: Path, *, every_sheet: bool = False) -> list[RawSheet]:
        """The sheets of ``path`` that belong to a register (or all), every cell as text.

        Raises `ReadError` for whatever cannot be read: missing, broken, encrypted, too large, too slow.
        """
        problem = _refused(path)
        if problem is not None:
            raise ReadError(problem)
        if self._asked != (path, every_sheet):
            self.ask(path, every_sheet=every_sheet)
        self._asked = None
        timer = threading.Timer(self._seconds, self._child.kill)
        timer.start()
        try:
            return self._receive(path)
        finally:
            timer.cancel()

    def _receive(self, path: Path) -> list[RawSheet]:
        out = self._pipe("stdout")
        line = out.readline()
        try:
            answer = json.loads(line)
            if "sheets" in answer:
                return _frames(answer, out)
        except (ValueError, EOFError):
            self._stop()
            self._child = self._start()
            raise ReadError(_died(path)) from None
        raise ReadError(_broken(path, f"{answer['error']}: {answer['detail']}"))

    def _pipe(self, name: str) -> IO[bytes]:
        pipe = getattr(self._child, name)
        assert pipe is not None  # noqa: S101 - opened as a pipe in _start
        return pipe  # type: ignore[no-any-return]

    @staticmethod
    def _start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-I", "-X", "utf8", "-m", "kesu.workbook.read_child"]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own module

    def _stop(self) -> None:
        self._child.kill()
        with contextlib.suppress(OSError):
            self._pipe("stdin").close()
        self._pipe("stdout").close()
        self._child.wait()


def _frames(answer: dict[str, Any], out: IO[bytes]) -> list[RawSheet]:
    import pandas as pd
    import pyarrow as pa

    from kesu.register.normalise import RawSheet

    iso = frozenset(answer["iso_texts"])
    sheets = []
    for title in answer["sheets"]:
        size = int.from_bytes(_exactly(out, 8), "little")
        table = pa.ipc.open_stream(pa.py_buffer(_exactly(out, size))).read_all()
        cells = {
            int(name): pd.Series(column, dtype="str")
            for name, column in zip(table.column_names, table.columns, strict=True)
        }
        sheets.append(RawSheet(title, pd.DataFrame(cells), 1, iso))
    return sheets


def _exactly(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise EOFError
    return data


def _refused(path: Path) -> Text | None:
    """What can be told without opening the workbook in earnest."""
    name = path.name
    if not path.is_file():
        return Text(
            f"{name}：文件不存在。请核对路径：{path}", f"{name}: no such file. Check the path: {path}"
        )
    if path.suffix.lower() not in SUFFIXES:
        return Text(
            f"{name}：不支持这种文件。请在 Excel 中另存为 .xlsx。",
            f"{name}: not a workbook kesu reads. Save it as .xlsx in Excel.",
        )
    try:
        with path.open("rb") as stream:
            magic = stream.read(8)
    except OSError as error:
        return Text(
            f"{name}：无法打开（{error.strerror}）。", f"{name}: cannot be opened ({error.strerror})."
        )
    if magic.startswith(b"\xd0\xcf\x11\xe0"):
        return Text(
            f"{name}：文件有密码保护，或是旧版 .xls。请在 Excel 中去掉密码或另存为 .xlsx。",
            f"{name}: protected by a password, or an old .xls. Remove the password or save it as .xlsx in Excel.",
        )
    if not magic.startswith(b"PK"):
        return _broken(path, "not a zip archive")
    return None


def _broken(path: Path, detail: str) -> Text:
    return Text(
        f"{path.name}：文件已损坏，不是有效的 Excel 工作簿（{detail}）。请从备份恢复，或在 Excel 中“打开并修复”后另存。",
        f"{path.name}: broken, not a valid Excel workbook ({detail}). Restore a backup, or use Open and Repair in Excel and save it anew.",
    )


def _died(path: Path) -> Text:
    return Text(
        f"{path.name}：读取时出错或超出时间、内存限制，已放弃。请在 Excel 中另存为新文件后再试。",
        f"{path.name}: reading failed or passed the limits of time or memory. Save it as a new file in Excel and try again.",
    )
