"""How the times and durations of a foreign table are to be read: order of dates, zone, unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from kesu.register.columns import BY_KEY
from kesu.register.mapping.asking import WHICH_UNIT, WHICH_ZONE, order_question
from kesu.register.mapping.column import Column
from kesu.register.mapping.durations import unit_of
from kesu.register.mapping.evidence import Evidence, decide, order_of, proofs
from kesu.register.mapping.model import Question, TableMap
from kesu.words.text import Text

ZONES: Final = {"CN": "Asia/Shanghai", "HK": "Asia/Hong_Kong", "GB": "Europe/London", "SG": "Asia/Singapore", "JP": "Asia/Tokyo", "DE": "Europe/Berlin", "FR": "Europe/Paris"}  # fmt: skip
"""Regions of one clock only."""


def read_times(
    mapping: TableMap, columns: Mapping[str, Column], region: str, asked: list[Question]
) -> tuple[TableMap, dict[str, Evidence]]:
    """The order of dates in every column of times, from its own evidence or that of the others."""
    dated = [
        heading
        for heading, target in mapping.columns.items()
        if heading in columns and target in BY_KEY and BY_KEY[target].kind == "time"
    ]
    dated += [
        entry[1]
        for entry in (one.entry for one in asked)
        if entry[0] == "columns" and entry[1] in columns and columns[entry[1]].times >= 0.8
    ]
    each = {heading: proofs(columns[heading].read) for heading in dated}
    pool = sum(one[0] for one in each.values()), sum(one[1] for one in each.values())
    evidence: dict[str, Evidence] = {}
    orders = dict(mapping.times)
    for heading in dated:
        found = decide(columns[heading].read, pool)
        said = mapping.times.get(heading, "")
        if found.order == "?" and said and not _against(said, each[heading]):
            found = replace(
                found,
                order=order_of(said.split()[0]),
                turned="turned" in said,
                said=Text("对照表所定", "as the mapping says"),
            )
        evidence[heading] = found
        if found.order == "?":
            orders.pop(heading, None)
            asked.append(order_question(heading, columns[heading], found))
        elif found.order:
            orders[heading] = found.word
        if found.zones and not mapping.zone:
            if zone := ZONES.get(region, region if "/" in region else ""):
                mapping = replace(mapping, zone=zone)
            elif ("zone",) not in {one.entry for one in asked}:
                asked.append(Question(("zone",), WHICH_ZONE.fill(heading=heading), ()))
    units = dict(mapping.units)
    for heading, target in mapping.columns.items():
        if target.endswith(".after") and heading not in units and heading in columns:
            units[heading] = unit_of(heading)
            if not units[heading] and columns[heading].numbers > 0:
                del units[heading]
                asked.append(Question(("units", heading), WHICH_UNIT.fill(heading=heading), ()))
    return replace(mapping, times=orders, units=units), evidence


def _against(word: str, proof: tuple[int, int]) -> bool:
    """Whether dates of the column prove that ``word`` is not their order."""
    return bool(
        proof[1]
        if word.startswith("dmy")
        else proof[0]
        if word.startswith("mdy")
        else sum(proof) and word.startswith("ymd")
    )
