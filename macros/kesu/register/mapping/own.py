"""Columns of the source that are none of kesu's: how they are headed, and what kind of cells they hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from kesu.register.cells import CANONICAL_TIME
from kesu.register.columns import REGISTER, Column, Kind
from kesu.register.mapping.times import look
from kesu.words.text import Text, folded

SOURCE: Final = Text("导入来源", "Import source")
ORIGINAL: Final = Text("{heading}（原文）", "{heading} (source)")
_OWN_ROWS: Final = 4096


def free(heading: str, known: Mapping[str, str], lang: str) -> str:
    """A heading of the team's own that is none of kesu's labels."""
    ours = {folded(word) for column in REGISTER for word in column.label}
    return (
        ORIGINAL.of(lang).format(heading=heading)
        if folded(heading) in ours and folded(heading) in known
        else heading
    )


def declared(heading: str, cells: pd.Series) -> Column:
    """A column of the team's own: true dates stay dates, figures that are nothing else figures, all else is text."""
    given = cells.dropna()
    some = given.head(_OWN_ROWS)
    kind: Kind = "text"
    if len(some) and some.str.fullmatch(CANONICAL_TIME).all() and given.str.fullmatch(CANONICAL_TIME).all():
        kind = "time"
    elif (
        len(some)
        and some.str.fullmatch(r"-?(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,8})?").all()
        and given.str.fullmatch(r"-?(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,8})?").all()
    ):
        kind = "number"
    width = min(36.0, max(12.0, float(some.str.len().mean() if len(some) else 0) * 1.1))
    return Column(
        heading,
        "own",
        kind,
        Text(heading, heading),
        Text("导入时带来的自有列。", "A column of your own, as imported."),
        int(width),
    )


def own_values(cells: pd.Series, column: Column) -> pd.Series:
    """The cells of a column of the team's own as its kind writes them."""
    if column.kind == "time":
        return pd.Series(look(cells).times)
    return pd.to_numeric(cells) if column.kind == "number" else cells


def only_times(cells: pd.Series) -> pd.Series:
    """Times of a column in which texts may stand too."""
    if cells.dtype.kind == "M":
        return cells
    return pd.Series(
        [cell if isinstance(cell, pd.Timestamp) else pd.NaT for cell in cells], dtype="datetime64[s]"
    )
