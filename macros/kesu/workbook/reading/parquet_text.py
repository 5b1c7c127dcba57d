"""Parquet that others made, as the sheets of a table of text: what reads CSV reads it, too."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kesu.register.columns import DECLARED, SHEETS, EntrySheet, labels
from kesu.register.settings.sheet import without_sheet
from kesu.words.text import Text, folded, listed, printable
from kesu.workbook.own import BESIDE, beside
from kesu.workbook.reading.contents import Contents
from kesu.workbook.reading.parquet_read import read
from kesu.workbook.reading.parquet_said import CHANGED, IGNORED, LOCAL, ONE_REGISTER
from kesu.workbook.reading.refusals import Refused

if TYPE_CHECKING:
    import pyarrow as pa

OURS: Final = frozenset({"register", "excel_row", "counted"})
"""Columns that `kesu convert` adds: with its mark gone, somebody has saved the file since."""
NAMED: Final = 5
"""Columns named of which the same is said."""
LIKE_TIME: Final = "%Y-%m-%d %H:%M:%S"
TWO_WAYS: Final = r"^(-?[0-9]{1,3}[.][0-9]{3}|-?[0-9]{1,4}[.][0-9]{4})$"
"""Numbers that somebody may have meant otherwise, had he typed them; with two digits more they are plain."""


def as_text(path: Path, budget: int) -> tuple[Contents, dict[str, list[Text]]]:
    """The table of a file, and of those beside it, and by title what must be known of how it was read.

    Times stand as a spreadsheet's true dates do, by the clock of their own zone. Raises `Refused`.
    """
    contents: Contents = []
    remarks: dict[str, list[Text]] = {}
    for name in ("register", *BESIDE):
        own = path if name == "register" else beside(path, name)
        if name != "register" and not own.is_file():
            continue
        title = printable(path.stem) if name == "register" else SHEETS[name].en
        batch, said = _table(own, name, budget - sum(batch.nbytes for _, batch in contents))
        contents.append((title, batch))
        remarks[title] = said
    remarks[contents[0][0]] += without_sheet().remarks
    return contents, remarks


def _table(path: Path, name: EntrySheet, budget: int) -> tuple[pa.RecordBatch, list[Text]]:
    import pyarrow as pa

    table = read(path, None, budget)
    if set(table.column_names) >= OURS:
        raise Refused(CHANGED.at(path.name))
    heads = {key: labels(DECLARED[name]).get(folded(key), "") for key in table.column_names}
    numbers = {column.key for column in DECLARED[name] if column.kind == "number"}
    cells: dict[str, pa.Array] = {}
    ignored: list[str] = []
    zones: dict[str, list[str]] = {}
    for key, column in zip(table.column_names, table.columns, strict=True):
        made = _texts(column, number=heads[key] in numbers)
        if made is None:
            ignored.append(key)
            continue
        cells[key] = made
        if heads[key] and (zone := getattr(column.type, "tz", None)):
            zones.setdefault(str(zone), []).append(key)
    heading = pa.array([*cells], pa.large_string())
    columns = [pa.concat_arrays([heading.slice(at, 1), *one.chunks]) for at, one in enumerate(cells.values())]
    batch = pa.RecordBatch.from_arrays(columns, [str(at) for at in range(len(columns))])
    said = [LOCAL.fill(columns=_named(keys), zone=zone[:40]) for zone, keys in zones.items()]
    if ignored:
        said.append(IGNORED.fill(n=len(ignored), columns=_named(ignored)))
    several = cells["register"].unique().drop_null() if "register" in cells else ()
    if name == "register" and len(several) > 1:
        said.append(ONE_REGISTER.fill(n=len(several)))
    return batch, said


def _named(keys: Sequence[str]) -> Text:
    return listed([printable(key)[:40] for key in keys], NAMED)


def _texts(column: pa.ChunkedArray, *, number: bool) -> pa.ChunkedArray | None:
    """A column as texts; None where its values are no cells."""
    import pyarrow as pa
    from pyarrow import compute as pc
    from pyarrow import types

    kind, text = column.type, pa.large_string()
    if types.is_dictionary(kind):
        return _texts(column.cast(kind.value_type), number=number)
    if types.is_timestamp(kind) and kind.tz:
        return _texts(pc.local_timestamp(column), number=False)
    if types.is_date(kind) or types.is_timestamp(kind):
        return pc.strftime(column.cast(pa.timestamp("s"), safe=False), LIKE_TIME).cast(text)
    if types.is_floating(kind):
        column = pc.if_else(pc.is_finite(column.cast(pa.float64())), column.cast(pa.float64()), None)
        whole = pc.and_(pc.equal(column, pc.floor(column)), pc.less(pc.abs(column), WHOLE))
        column = pc.coalesce(pc.if_else(whole, column, None).cast(pa.int64()).cast(text), column.cast(text))
    elif (
        types.is_large_string(kind)
        or types.is_string(kind)
        or types.is_string_view(kind)
        or types.is_null(kind)
    ):
        return column.cast(text)
    elif types.is_integer(kind) or types.is_decimal(kind) or types.is_boolean(kind):
        column = column.cast(text)
    else:
        return None
    return pc.replace_substring_regex(column, TWO_WAYS, r"\100") if number else column


WHOLE: Final = 1e15
"""Floats below this are written without an exponent where they are whole."""
