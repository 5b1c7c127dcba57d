"""The child process that opens users' workbooks: ``python -m kesu.workbook.reading.child MEGABYTES SECONDS``.

A reader in native code may panic, abort, hang or ask for all the memory there is; here it takes only this
process with it. One request a line on standard input, JSON ``{"path", "all", "password", "encoding"}``; for each an
answer on standard output: a JSON line, then one Arrow stream a sheet, as long as ``sizes`` in the line says.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import threading
import time
import zipfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import IO, Any, Final

from kesu.words.text import printable
from kesu.workbook.reading import refusals
from kesu.workbook.reading.contents import (
    HEADER_ROWS,
    Contents,
    aside,
    beside,
    by_calamine,
    by_csv,
    by_fastexcel,
    chosen,
    heads_register,
    with_errors,
)
from kesu.workbook.reading.frame import COLUMNS, LONGEST_LINE, PARQUET, SHARE
from kesu.workbook.reading.inspect import Inspected, inspect, kind_of
from kesu.workbook.reading.layout import broken_list, laid_out
from kesu.workbook.reading.odd import Odd, odd_cells
from kesu.workbook.reading.refusals import Refused
from kesu.workbook.reading.repair import errors_of, first_rows, ods_errors, with_known_errors
from kesu.workbook.reading.unlock import PasswordError, unlocked

LARGE: Final = 2 << 20
"""Bytes of a workbook that is read by several threads."""


def main() -> None:
    """Answer requests until standard input ends."""
    memory, seconds = int(sys.argv[1]) << 20, float(sys.argv[2])
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    kept = os.dup(1)
    while kept < 3:  # a standard stream was closed; its number must not become that of the answers
        kept = os.dup(kept)
    out = os.fdopen(kept, "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader prints remarks on standard output
    os.dup2(1, 2)
    _limit("RLIMIT_AS", memory)
    import fastexcel  # noqa: F401 - loaded while the parent is still busy with its own imports

    for line in sys.stdin:
        _limit("RLIMIT_CPU", int(sum(os.times()[:2]) + seconds) + 10)  # should the parent be gone by then
        request = json.loads(line)
        path = Path(request["path"])
        for part in _answered(
            path, request, memory
        ):  # complete before it is begun: nothing can fail on the way
            out.write(part)
        out.flush()


def _answered(path: Path, request: dict[str, Any], memory: int) -> list[Any]:
    """The whole answer to a request, in parts."""
    try:
        return _answer(path, request, memory)
    except PasswordError as error:
        return [_line({"locked": "wrong" if error.wrong else "needed"})]
    except Refused as refused:
        text = refused.text
    except OSError as error:
        text = refusals.locked(path.name, error.strerror or str(error))
    except (MemoryError, KeyboardInterrupt):  # native code short of memory says so; nobody interrupts a child
        text = refusals.died(path.name, memory >> 20)
    except BaseException as error:
        detail = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        text = refusals.broken(path.name, detail)
    return [_line({"refused": text})]


def _end_with(parent: int) -> None:
    """Ends this process when ``parent`` is gone without having ended it: killed itself, it cannot.

    Windows goes on naming a parent that is gone: there the limit of seconds remains.
    """
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _limit(what: str, value: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    with contextlib.suppress(ValueError, OSError):  # already lower
        kind = getattr(resource, what)
        resource.setrlimit(kind, (value, resource.getrlimit(kind)[1]))


def _line(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer).encode() + b"\n"


def _answer(path: Path, request: dict[str, Any], memory: int) -> list[Any]:
    name, password, every_sheet = path.name, request["password"], request["all"]
    more: dict[str, Any] = {"dates": {}, "uncached": {}, "aside": [], "all_text": False, "date1904": False}
    more |= {"merged": {}, "hidden": []}
    if path.suffix.lower() == PARQUET:
        return _parquet(path, more, memory // SHARE)
    with path.open("rb") as opened:
        file: IO[bytes] = opened
        kind = kind_of(name, file, path.suffix.lower())
        if kind == "ole" and (inside := unlocked(name, file, password)) is not None:
            file = io.BytesIO(inside)
            kind = kind_of(name, file, path.suffix.lower())
        if kind == "csv":
            contents = by_csv(name, file, printable(path.stem), request["encoding"])
            more["all_text"] = True
        elif kind == "zip" and (found := inspect(name, file, memory, every_sheet=every_sheet)).kind in {
            "xlsx",
            "moved",
        }:
            if found.kind == "moved":
                file = io.BytesIO(laid_out(file))
                found = inspect(name, file, memory, every_sheet=every_sheet)
            contents = _xlsx(path, file, found, more, every_sheet=every_sheet)
        else:
            file.seek(0)
            contents, more["dates"], more["aside"] = by_calamine(file, every_sheet=every_sheet)
            errors = ods_errors(file) or errors_of(file, [title for title, _ in contents])
            contents = [(title, with_errors(batch, errors.get(title, {}))) for title, batch in contents]
    return _packed(name, contents, more, memory // SHARE)


def _parquet(path: Path, more: dict[str, Any], budget: int) -> list[Any]:
    """The answer where a file is Parquet, or called so."""
    from kesu.workbook.reading.parquet import own
    from kesu.workbook.reading.parquet_read import line_of
    from kesu.workbook.reading.parquet_said import BROKEN

    try:
        buffers = own(path, budget)
    except (Refused, MemoryError, OSError):
        raise
    except Exception as error:  # whatever a file says of itself
        raise Refused(BROKEN.fill(why=line_of(error)).at(path.name)) from None
    if buffers is not None:
        return [_line({"kept": True, "sizes": [buffer.size for buffer in buffers]}), *buffers]
    from kesu.workbook.reading.parquet_text import as_text

    more["all_text"] = True
    contents, more["notes"] = as_text(path, budget)
    return _packed(path.name, contents, more, budget)


def _xlsx(
    path: Path, file: IO[bytes], found: Inspected, more: dict[str, Any], *, every_sheet: bool
) -> Contents:
    more["date1904"] = found.date1904
    plain = isinstance(file, io.BytesIO) or path.suffix.lower() not in {".xlsx", ".xlsm"}
    source = file.read() if plain or not _utf8(str(path)) else str(path)
    wanted = chosen(list(found.parts), found.hidden, every_sheet=every_sheet)
    large = file.seek(0, os.SEEK_END) > LARGE
    with beside(partial(_scanned, file, found, wanted, merged=every_sheet), large=large) as scanned:
        try:
            contents = by_fastexcel(source, found.hidden, every_sheet=every_sheet, large=large)
        except MemoryError:
            raise
        except BaseException as first:
            with contextlib.suppress(BaseException):
                scanned()  # reads the same file
            file.seek(0)
            try:
                contents, _, _ = by_calamine(with_known_errors(file), every_sheet=every_sheet)
            except BaseException:
                if part := broken_list(file):
                    raise Refused(refusals.listless(path.name, part)) from None
                raise first from None
        odd = scanned()
    for at, (title, batch) in enumerate(contents):
        if title in odd:
            more["dates"][title], more["uncached"][title] = odd[title].dates, odd[title].uncached
            more["merged"][title] = odd[title].merged
            contents[at] = title, with_errors(batch, odd[title].errors)
    more["hidden"] = list(found.hidden)
    if not every_sheet:
        others = aside(found.parts, [title for title, _ in contents], found.hidden)
        if others:
            file.seek(0)
            with zipfile.ZipFile(file) as book:
                more["aside"] = [
                    title
                    for title in others
                    if heads_register(first_rows(book, found.parts[title], HEADER_ROWS))
                ]
    return contents


def _scanned(file: IO[bytes], found: Inspected, titles: Sequence[str], *, merged: bool) -> dict[str, Odd]:
    """What is odd on each of the sheets."""
    odd: dict[str, Odd] = {}
    with contextlib.ExitStack() as opened:
        book: zipfile.ZipFile | None = None
        for title in titles:
            name = found.parts[title]
            part: IO[bytes] = io.BytesIO(found.bytes_of.get(name, b""))
            if name not in found.bytes_of:
                book = book or opened.enter_context(zipfile.ZipFile(file))
                part = opened.enter_context(book.open(name))
            odd[title] = odd_cells(part, found.iso_strings, merged=merged, kinds=found.kinds.get(name))
    return odd


def _utf8(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _packed(name: str, contents: Contents, answer: dict[str, Any], budget: int) -> list[Any]:
    """The answer in parts; `Refused` where it is more than the parent takes over."""
    import pyarrow as pa

    contents = [(title, _filled(batch)) for title, batch in contents]
    for title, batch in contents:
        if batch.num_columns > COLUMNS:
            raise Refused(refusals.wide(name, title, batch.num_columns, COLUMNS))
    size = sum(
        batch.get_total_buffer_size() for _, batch in contents
    )  # no less than what is used of it; quicker
    if size > budget and (size := sum(batch.nbytes for _, batch in contents)) > budget:
        raise Refused(refusals.bulky(name, size, budget))
    titles = [title for title, _ in contents]
    buffers = []
    for _, batch in contents:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        buffers.append(sink.getvalue())
    line = _line({"sheets": titles, "sizes": [len(buffer) for buffer in buffers], **answer})
    if len(line) > LONGEST_LINE:
        raise Refused(refusals.bulky(name, len(line), LONGEST_LINE))
    return [line, *buffers]


def _filled(batch: Any) -> Any:
    """``batch`` without columns in which nothing stands: one cell far out makes thousands of them."""
    return batch.select([at for at, column in enumerate(batch.columns) if column.null_count < len(column)])


if __name__ == "__main__":
    main()
