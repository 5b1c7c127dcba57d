"""Headings in two rows: those of the upper one stand over several columns of the lower."""

from __future__ import annotations

import pytest

from kesu.register.mapping.table import _joined


@pytest.mark.parametrize(
    ("upper", "lower", "names"),
    [
        (["Shop", None, None, None, "Date"], ["Mark", "Size", None, "Rest", "Date"], {0: "Shop Mark", 1: "Shop Size", 3: "Rest", 4: "Date"}),
        (["Shop", None, "Lid", None], ["Mark", "Size", "Hue", "Age"], {0: "Shop Mark", 1: "Shop Size", 2: "Lid Hue", 3: "Lid Age"}),
        ([None, None, "Lid", "Lot"], ["Mark", "Size", None, "Age"], {0: "Mark", 1: "Size", 2: "Lid", 3: "Lot Age"}),
        (["客户", None], ["客户姓名", "Mark"], {0: "客户姓名", 1: "客户 Mark"}),  # what is known needs no group
        (["Shop", "Lid"], ["Mark", None], None),
        (["Shop", None, None, None, None], ["Mark", "Mark", "Mark", "Mark", "Size"], None),
    ],
)  # fmt: skip
def test_a_heading_is_told_with_its_group(
    upper: list[str | None], lower: list[str | None], names: dict[int, str] | None
) -> None:
    assert _joined(upper, lower) == names
