"""Parquet that `kesu convert` made, in the child process: the typed columns as they are, and what the file says of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kesu.register.columns import DECLARED, Column, EntrySheet, Kind
from kesu.register.kept import FORMATS, KIND_ASSUMED, PROBLEMS, ROW
from kesu.register.withheld import FINGERPRINT, HIDDEN
from kesu.workbook.own import beside
from kesu.workbook.parquet import MAGIC, TOLD, checksum, is_marked
from kesu.workbook.reading.parquet_read import opened, read
from kesu.workbook.reading.parquet_said import LOCKED, NEWER, NO_PARQUET, NOT_THE_REGISTER, OTHER_RUN, WITHOUT
from kesu.workbook.reading.refusals import Refused

if TYPE_CHECKING:
    import pyarrow as pa

ENCRYPTED: Final = b"PARE"


def told(path: Path) -> dict[str, Any] | None:
    """What a file of kesu's says beside its columns; None where somebody else made or changed it. Raises `Refused`."""
    with path.open("rb") as file:
        head = file.read(len(MAGIC))
        if head == ENCRYPTED:
            raise Refused(LOCKED.at(path.name))
        if head != MAGIC:
            raise Refused(NO_PARQUET.at(path.name))
        own = is_marked(file)
    said = opened(path).metadata.metadata or {}
    if TOLD not in said or not own:
        return None
    found: dict[str, Any] = json.loads(said[TOLD])
    if found["format"] not in FORMATS:
        raise Refused(NEWER.fill(version=str(found.get("kesu", "?"))[:20]).at(path.name))
    if found["sheet"] != "register":
        raise Refused(NOT_THE_REGISTER.at(path.name))
    return found


def own(path: Path, budget: int) -> list[pa.Buffer] | None:
    """What a file of kesu's says (JSON) and the typed columns of each sheet as Arrow streams; None where it is not kesu's.

    Raises `Refused`.
    """
    import pyarrow as pa

    said = told(path)
    if said is None:
        return None
    buffers = [pa.py_buffer(json.dumps(said).encode())]
    for name, columns in DECLARED.items():
        table = _sheet(path, name, columns, said, budget - sum(buffer.size for buffer in buffers))
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        buffers.append(sink.getvalue())
    return buffers


def _sheet(
    path: Path, name: EntrySheet, columns: Sequence[Column], said: dict[str, Any], budget: int
) -> pa.Table:
    """The columns of a sheet that is read again; no rows where none were written."""
    import pyarrow as pa

    schema = {
        ROW: pa.int64(),
        PROBLEMS: pa.large_string(),
        **{column.key: _type(column.kind) for column in columns},
    }
    if not said["unmasked"]:
        schema[HIDDEN] = pa.large_string()
    if name == "register":
        schema[KIND_ASSUMED] = pa.bool_()
        if not said["unmasked"]:
            schema |= {"customer": pa.large_string(), FINGERPRINT: pa.int64()}
    elif name not in said["beside"]:
        return pa.schema(schema).empty_table()
    else:
        _same_run(path, beside(path, name), said["beside"][name])
    table = read(path if name == "register" else beside(path, name), list(schema), budget)
    there = set(table.column_names)
    return pa.table(
        {
            key: table.column(key).cast(kind) if key in there else pa.nulls(len(table), kind)
            for key, kind in schema.items()
        }
    ).combine_chunks()


def _same_run(path: Path, own: Path, mark: str) -> None:
    """Raises `Refused` unless ``own`` is the file that was written together with ``path``."""
    if not own.is_file():
        raise Refused(WITHOUT.fill(other=own.name).at(path.name))
    with own.open("rb") as file:
        if checksum(file).decode() != mark or not is_marked(file):
            raise Refused(OTHER_RUN.fill(other=own.name).at(path.name))


def _type(kind: Kind) -> pa.DataType:
    import pyarrow as pa

    match kind:
        case "time":
            return pa.timestamp("s")
        case "number":
            return pa.float64()
        case "code":
            return pa.dictionary(pa.int32(), pa.large_string())
        case _:
            return pa.large_string()
