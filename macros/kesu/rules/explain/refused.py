"""Why an item that would move a deadline does not count."""

from __future__ import annotations

import pandas as pd

from kesu.rules.instants import NAT
from kesu.words.text import Text


def why_refused(item: pd.Series, due: int, start: int) -> Text:
    """Why ``item`` (a row of Items), which would move a deadline to ``due``, does not; times in seconds, `NAT` none."""
    by_hand = item["item_kind"] == "due_change"
    if by_hand and pd.isna(item["noted_by"]):
        return Text("没有写谁改的", "it does not say who changed it")
    if by_hand and pd.isna(item["what"]):
        return Text("没有写为什么改", "it does not say why")
    if due == NAT:
        return Text("没有可信的到期时间", "it has no believable due time")
    if start == NAT or due <= start:
        return Text("不在起算时间之后", "it is not after the start")
    return Text("后来又另行约定", "another was noted later")
