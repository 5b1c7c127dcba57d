"""Numbers that several complaints share: the first received keeps it, the others get one of their own."""

from __future__ import annotations

import pandas as pd

from kesu.register.sameness import case_keys

ORDER = ("received_at", "verbatim", "customer_name", "customer_contact", "customer_account")
"""By what the complaints of one number are put in order; those without a time of receipt come last."""


def numbers_apart(
    cells: pd.DataFrame, current: pd.Series, origin: pd.Series, first: pd.Series
) -> tuple[pd.Series, pd.Series]:
    """Of each case the number that it has from now on, and the one that it came with where that is another.

    ``cells``: what stands in the cells of each case; ``current``: its number as spelt; ``origin``: the one before an
    earlier merge changed it; ``first``: that, else the number, as compared. Of the complaints of one number the second
    received becomes ``K-7_2``, the third ``K-7_3``; a number that is taken is passed over. The same complaints get the
    same numbers, however often and in which order they are merged.
    """
    crowded = first.duplicated(keep=False).to_numpy(bool) & first.notna().to_numpy(bool)
    now, before = current.copy(), origin.copy()
    if not crowded.any():
        return now, before
    taken = {*first.dropna(), *case_keys(current[~crowded]).dropna()}
    few = cells.reindex(columns=list(ORDER))[crowded]
    few = few.assign(first=first[crowded], number=origin.fillna(current)[crowded])
    few = few.sort_values(["first", *ORDER, "number"], na_position="last")
    for _, group in few.groupby("first", sort=True):
        spelt, suffix = min(group["number"]), 1
        now[group.index[0]], before[group.index[0]] = spelt, None
        for case in group.index[1:]:
            suffix += 1
            while _compared(f"{spelt}_{suffix}") in taken:
                suffix += 1
            now[case], before[case] = f"{spelt}_{suffix}", spelt
            taken.add(_compared(f"{spelt}_{suffix}"))
    return now, before


def _compared(number: str) -> str:
    return str(case_keys(pd.Series([number], dtype="str")).iloc[0])
