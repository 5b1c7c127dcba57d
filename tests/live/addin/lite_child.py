"""What the browser's Python allows, imitated: run as a process by test_lite.py, with a register's path.

Forbidden are the packages that it does not have, processes, threads, the network, and files but the packages' own.
The workbook is held in memory behind xlwings' own classes and refuses what xlwings Lite refuses.
"""

from __future__ import annotations

import json
import sys
import types
from pathlib import Path
from typing import Any

import openpyxl

FORBIDDEN = {
    "click", "fastexcel", "jinja2", "pyarrow", "pyopenvba", "rich", "uno", "xlsxwriter",
}  # fmt: skip
EVENTS = {
    "_thread.start_new_thread", "os.exec", "os.fork", "os.posix_spawn", "os.system", "socket.connect",
    "subprocess.Popen",
}  # fmt: skip
ALLOWED = (
    str(Path(sys.prefix).resolve()),
    str(Path(sys.base_prefix).resolve()),
    str(Path(__file__).resolve().parents[3]),
)


class NoSuchPackage:
    """Answers imports of what is not there."""

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> None:
        if name.partition(".")[0] in FORBIDDEN:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def forbid(event: str, arguments: tuple[Any, ...]) -> None:
    if event in EVENTS:
        raise RuntimeError(f"the browser's Python cannot do this: {event}")
    if event == "open" and isinstance(arguments[0], str):
        path, mode = str(Path(arguments[0]).resolve()), str(arguments[1] or "r")
        if not path.startswith(ALLOWED) or set(mode) & set("wax+"):
            raise PermissionError(path)


def held(path: str) -> Any:
    """The workbook in memory, read before anything is forbidden."""
    import xlwings as xw

    sys.path.append(str(Path(__file__).resolve().parents[3]))
    from tests.live.addin.memory_book import Book, engine

    xw.engines.add(xw.Engine(impl=engine))
    xw.engines["memory"].activate()
    return Book(openpyxl.load_workbook(path, data_only=True))


def main() -> None:
    source, as_of = sys.argv[1], sys.argv[2]
    sys.meta_path.insert(0, NoSuchPackage())
    import xlwings as xw

    impl = held(source)
    script = types.ModuleType("main")
    code = (Path(__file__).parents[3] / "addin" / "lite" / "main.py").read_text("utf-8")
    setattr(xw, "script", lambda function: function)  # noqa: B010 - Lite's own decorator
    sys.addaudithook(forbid)
    exec(compile(code, "main.py", "exec"), script.__dict__)  # noqa: S102 - the script under test
    import datetime as dt

    from kesu.live import feedback, macros

    book = xw.Book(impl=impl)
    moment = dt.datetime.fromisoformat(as_of)
    macros.refresh(book, as_of=moment)
    script.new_complaint(book, customer_name="=1+1", channel="phone")
    script.check(book)
    assert feedback.log_file()
    loaded = sorted(name for name in sys.modules if name.partition(".")[0] in FORBIDDEN)
    told = {"loaded": loaded, "told": impl.app.told, "sheets": impl.dump()}
    sys.stdout.write(json.dumps(told, ensure_ascii=False, default=str))


if __name__ == "__main__":
    main()
