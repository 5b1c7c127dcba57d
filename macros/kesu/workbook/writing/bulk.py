"""The body of a large table, written column-wise: no Python object per cell, strings shared as Excel shares them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.sax.saxutils import escape

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_col_to_name, xl_range

from kesu.xlsx.create import NewSheet
from kesu.xlsx.text import LONGEST_TEXT

EPOCH: Final = dt.datetime(1899, 12, 30)

ROW: Final = "\x00"
"""Where the row number stands in the text of a `Formula`."""

Mids = list[str | None]
"""Per row what follows the row number in a cell's XML, or None where there is no cell."""


@dataclass(frozen=True)
class Formula:
    """A calculated column.

    ``text``: the formula with `ROW` wherever the row number stands; written once for all rows, as Excel does.
    ``values``: the number that each row shows; None: worked out once the workbook is made (`kesu.workbook.calc`).
    """

    text: str
    values: Sequence[Any] | None = None


class BulkSheet(NewSheet):
    """A worksheet whose last rows are given as whole columns."""

    body_first_row = 0
    body_rows = 0
    body_height: float | Sequence[float] = 30.0

    def set_body(
        self,
        first_row: int,
        rows: int,
        height: float | Sequence[float],
        columns: Mapping[int, tuple[Any, Any]],
    ) -> None:
        """Rows from ``first_row`` (0-based) on: column index → (values or `Formula`, cell format).

        ``height``: of every row, or of each, in points.

        Values are frames' columns of ``rows`` rows: text, numbers, datetimes; missing ones make no cell.
        """
        self.body_first_row, self.body_rows, self.body_height = first_row, rows, height
        self.body_last_column = max(columns, default=0)
        self._body = [
            (xl_col_to_name(at), self._mids(values, at, cell_format))
            for at, (values, cell_format) in sorted(columns.items())
        ]

    def _mids(self, values: Any, at: int, cell_format: Any) -> Mids:
        style = f'" s="{cell_format._get_xf_index()}"'
        if isinstance(values, Formula):
            return self._formula_mids(values, at, style)
        if isinstance(values.dtype, np.dtype) and values.dtype.kind == "M":
            seconds = values.to_numpy().astype("datetime64[ms]").astype("int64")
            days = (seconds + 25569 * 86_400_000) / 86_400_000
            return _numbers(days, values.notna().to_numpy(), style)
        if pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype):
            return _numbers(values.to_numpy(dtype=float, na_value=np.nan), values.notna().to_numpy(), style)
        codes, uniques = pd.factorize(values)
        mids: Mids = [self._mid(value, style) for value in uniques]
        used = np.bincount(codes[codes >= 0], minlength=len(mids))
        self.str_table.count += sum(
            int(n) - 1 for n, mid in zip(used, mids, strict=True) if mid and ' t="s"' in mid
        )
        return [mids[code] if code >= 0 else None for code in codes.tolist()]

    def _mid(self, value: Any, style: str) -> str | None:
        if isinstance(value, dt.datetime):
            plain = value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
            return f"{style}><v>{(plain - EPOCH).total_seconds() / 86400!r}</v></c>"
        if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool):
            return f"{style}><v>{float(value):.16g}</v></c>"
        text = str(value)
        if 2 * len(text) > LONGEST_TEXT:
            text = text.encode("utf-16-le", "surrogatepass")[: 2 * LONGEST_TEXT].decode("utf-16-le", "ignore")
        if not text:
            return None
        return f'{style} t="s"><v>{self.str_table._get_shared_string_index(text)}</v></c>'

    def _formula_mids(self, formula: Formula, at: int, style: str) -> Mids:
        first, count = self.body_first_row + 1, self.body_rows
        text = escape(formula.text.removeprefix("="))
        letter = xl_col_to_name(at)
        ref = f"{letter}{first}:{letter}{first + count - 1}"
        head = f'<f t="shared" ref="{ref}" si="{at}">{text.replace(ROW, str(first))}</f>'
        formulas = [head, *[f'<f t="shared" si="{at}"/>'] * (count - 1)]
        if formula.values is None:
            return [f"{style}>{f}</c>" for f in formulas]
        shown = zip(formulas, formula.values, strict=True)
        return [f"{style}>{f}<v>{value:.16g}</v></c>" for f, value in shown]

    def _write_dimension(self) -> None:
        if not self.body_rows:
            super()._write_dimension()
            return
        last = self.body_first_row + self.body_rows - 1
        ref = xl_range(0, 0, last, max(self.body_last_column, self.dim_colmax or 0))
        self._xml_empty_tag("dimension", [("ref", ref)])

    def _write_rows(self) -> None:
        super()._write_rows()
        write: Callable[[str], object] = self.fh.write
        letters = [f'<c r="{letter}' for letter, _ in self._body]
        first = self.body_first_row + 1
        height = self.body_height
        heights = [height] * self.body_rows if isinstance(height, (int, float)) else height
        row_ends = {each: f'" ht="{each:g}" customHeight="1">' for each in set(heights)}
        columns = [mids for _, mids in self._body]
        for number, (tall, row) in enumerate(
            zip(heights, zip(*columns, strict=True), strict=True), start=first
        ):
            at, row_end = str(number), row_ends[tall]
            cells = [letter + at + mid for letter, mid in zip(letters, row, strict=True) if mid is not None]
            write(f'<row r="{at}{row_end}{"".join(cells)}</row>')


def _numbers(values: Any, known: Any, style: str) -> Mids:
    return [
        f"{style}><v>{value:.16g}</v></c>" if ok else None
        for value, ok in zip(values.tolist(), known.tolist(), strict=True)
    ]
