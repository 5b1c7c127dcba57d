"""From frames to cell values: code keys become labels, everything else stays as it is."""

from __future__ import annotations

import pandas as pd

from kesu.register.codes import Code
from kesu.register.columns import Column
from kesu.register.settings import Settings


def cells(frame: pd.DataFrame | None, column: Column, settings: Settings, lang: str) -> pd.Series:
    """The column's values as they are written: labels for known code keys (several joined by ``|``), else verbatim.

    Missing columns give missing cells.
    """
    if frame is None or column.key not in frame:
        return pd.Series([None] * (0 if frame is None else len(frame)), dtype=object)
    values = frame[column.key]
    if not column.codes:
        return values
    codes, uniques = pd.factorize(values)
    labels = labels_of(settings.codes[column.codes], lang)
    joint = "、" if lang == "zh" else ", "
    words = [_said(value, labels, joint) for value in uniques]
    return pd.Series([words[code] if code >= 0 else None for code in codes.tolist()], dtype=object)


def labels_of(codes: tuple[Code, ...], lang: str) -> dict[str, str]:
    """Key → label in ``lang``; keys in the order of the list."""
    return {code.key: code.label.of(lang) for code in codes}


def _said(value: object, labels: dict[str, str], joint: str) -> object:
    if not isinstance(value, str):
        return value
    parts = value.split("|")
    return joint.join(labels[part] for part in parts) if all(part in labels for part in parts) else value
