"""Results as scripts take them from standard output: JSON records; texts that cannot steer a terminal."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from kesu.words.text import printable

if TYPE_CHECKING:
    import pandas as pd

AT_ONCE: Final = 100_000
"""Records that are made JSON in one piece."""
BREAKS: Final = "\n\r\t\v\f\x85\u2028\u2029"
"""What ends a line or a cell."""
_STEERING: Final = re.compile(
    r"[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e007f]"
)
"""Control characters that JSON may carry as they are, and what turns a line round, is not seen or is half a character."""


def to_json(frame: pd.DataFrame) -> str:
    """A JSON list, one record a line; times ISO 8601 without zone, nothing known is null."""
    out = frame.copy(deep=False)
    for name in out.columns[out.dtypes.astype(str).str.startswith("datetime64")]:
        out[name] = out[name].dt.strftime("%Y-%m-%dT%H:%M:%S").where(out[name].notna(), None)
    chunks = ["["]
    for at in range(0, len(out), AT_ONCE):  # of millions of records several copies would not fit into memory
        part = out.iloc[at : at + AT_ONCE]
        lines = part.to_json(orient="records", lines=True, force_ascii=False, double_precision=10)
        chunks += [",\n "] * (at > 0) + [steady(lines.rstrip("\n").replace("\n", ",\n "))]
    return "".join([*chunks, "]"])


def dumps(value: object) -> str:
    """``value`` as indented JSON, as `to_json` writes it."""
    return steady(json.dumps(value, ensure_ascii=False, indent=1))


def steady(text: str) -> str:
    r"""JSON ``text`` of the same value in which characters that steer a terminal are escaped (``\u009b``)."""
    return text if text.isascii() and "\x7f" not in text else _STEERING.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1] if found[0] != "\x7f" else r"\u007f"


def records(frame: pd.DataFrame) -> Iterator[Any]:
    """The rows of a frame, each with its columns as attributes."""
    yield from frame.itertuples(index=False)


def clean(text: str) -> str:
    """``text`` on one line and without control characters, so that no cell can steer a terminal."""
    return "".join(
        " " if ch in BREAKS else ch
        for ch in printable(text)
        if ch in BREAKS or unicodedata.category(ch)[0] != "C"
    )
