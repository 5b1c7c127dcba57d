"""What a report is made of cannot be changed once it is made, and takes little room: there are many cells."""

from __future__ import annotations

import dataclasses
import inspect
from types import ModuleType
from typing import Any

import pytest

from kesu.reports import model
from kesu.reports.chapters import blocks, changes, control_chart, distributions, kpi, volumes
from kesu.reports.formats import svg

MODULES = (model, blocks, changes, control_chart, distributions, kpi, volumes, svg)
MADE: list[type[Any]] = [
    one
    for module in MODULES
    for _, one in inspect.getmembers(module, inspect.isclass)
    if one.__module__ == module.__name__ and dataclasses.is_dataclass(one)
]


@pytest.mark.parametrize("one", MADE)
def test_what_a_report_is_made_of_is_never_changed(one: type[Any]) -> None:
    made = object.__new__(one)
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(made, dataclasses.fields(one)[0].name, None)


@pytest.mark.parametrize("module", [blocks, kpi])
def test_cells_and_blocks_have_no_room_for_more(module: ModuleType) -> None:
    found = [one for one in MADE if one.__module__ == module.__name__]
    assert found
    assert not any(hasattr(object.__new__(one), "__dict__") for one in found)
