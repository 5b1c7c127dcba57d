"""The child process that opens users' workbooks: ``python -m kesu.workbook.read_child``.

A reader in native code may panic, abort, hang or ask for all the memory there is; here it takes only this
process with it. One request a line on standard input, JSON ``{"path", "all"}``; for each an answer on
standard output: a JSON line, then one Arrow stream a sheet, each after its length in 8 bytes.
"""

from __future__ import annotations

import json
import os
import re
import sys
import zipfile
from typing import IO, Any, Final

from kesu.register.columns import sheet_key

WANTED: Final = {"register", "items", "settings"}
ISO_TEXT: Final = re.compile(rb">\s*(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?)\s*</")
MEMORY_LIMIT: Final = 8 << 30


def main() -> None:
    """Answer requests until standard input ends."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader prints remarks on standard output
    os.dup2(1, 2)
    _limit_memory()
    import fastexcel  # noqa: F401 - loaded while the parent is still busy with its own imports

    for line in sys.stdin:
        request = json.loads(line)
        try:
            _answer(out, request["path"], every_sheet=request["all"])
        except Exception as error:
            _say(out, {"error": type(error).__name__, "detail": str(error)[:300]})
        out.flush()


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


def _say(out: IO[bytes], answer: dict[str, Any]) -> None:
    out.write(json.dumps(answer).encode() + b"\n")


def _answer(out: IO[bytes], path: str, *, every_sheet: bool) -> None:
    import fastexcel
    import pyarrow as pa

    reader = fastexcel.read_excel(path)
    wanted = [name for name in reader.sheet_names if every_sheet or sheet_key(name) in WANTED]
    if not any(sheet_key(name) == "register" for name in wanted):
        wanted = reader.sheet_names
    sheets: list[tuple[str, Any]] = []
    for name in wanted:
        sheet = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        batch = sheet.to_arrow()
        columns = [str(column.absolute_index) for column in sheet.selected_columns]
        sheets.append((name, batch.rename_columns(columns) if columns else batch))
    _say(out, {"sheets": [name for name, _ in sheets], "iso_texts": sorted(iso_texts(path))})
    for _, batch in sheets:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        buffer = sink.getvalue()
        out.write(len(buffer).to_bytes(8, "little"))
        out.write(buffer)


def iso_texts(path: str) -> set[str]:
    """Cells typed as text that look exactly like a true date does once it is read (``2026-10-01 09:05:00``)."""
    found: set[bytes] = set()
    with zipfile.ZipFile(path) as book:
        for part in book.namelist():
            name = part.lower()
            if name == "xl/sharedstrings.xml" or (
                name.startswith("xl/worksheets/") and _has_inline(book, part)
            ):
                found.update(ISO_TEXT.findall(book.read(part)))
    return {text.decode() for text in found}


def _has_inline(book: zipfile.ZipFile, part: str) -> bool:
    with book.open(part) as stream:
        return b"inlineStr" in stream.read(1 << 16)


if __name__ == "__main__":
    main()
