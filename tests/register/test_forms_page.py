"""What stands on a form: which cell is which column, what is one line of items, and what would be lost."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest

from kesu.register.forms.page import Block, Form, FormError, NamedArea, block_of, find_forms
from kesu.register.raw import RawSheet

FIRST = 3
"""The row in which the sheet begins."""


def sheet(
    *rows: Sequence[str | None], title: str = "Form", uncached: frozenset[tuple[int, int]] = frozenset()
) -> RawSheet:
    width = max(map(len, rows))
    cells = pd.DataFrame([[*row, *[None] * (width - len(row))] for row in rows], dtype="str")
    return RawSheet(title, cells, first_row=FIRST, uncached=uncached, iso_texts=frozenset({title}))


def names(scope: str = "", **areas: str) -> list[NamedArea]:
    return [
        NamedArea(f"Form_{key}", scope, f"=Form!{area}" if "!" not in area else area)
        for key, area in areas.items()
    ]


@pytest.mark.parametrize(
    ("refers_to", "block"),
    [
        ("=Form!$B$3", Block("Form", 2, 1, 2, 1)),
        ("='My form'!$B$3:$AA$12", Block("My form", 2, 1, 11, 26)),
        ("'It''s'!C4:D5", Block("It's", 3, 2, 4, 3)),
        ("Form!$A1", Block("Form", 0, 0, 0, 0)),
        ("=Form!$B$3,Form!$C$4", None), ("=SUM(A1:A2)", None), ("#REF!", None), ("=Form!$B", None), ("", None),
    ],
)  # fmt: skip
def test_where_a_name_leads(refers_to: str, block: Block | None) -> None:
    assert block_of(refers_to) == block


def test_a_form_is_what_its_names_lead_to() -> None:
    page = sheet(
        ["Name", " Li Si "], ["Verbatim", "it "], [None, "broke"], ["Status", None], ["Item kind", "内容", "查明什么"],
        ["demand", " refund "], [None, None], ["contact"],
        ["五问", "Found", "Asked", "Dept"], ["facts"], ["law", "ten times", "Wu", "Legal"],
    )  # fmt: skip
    more = sheet(["x", "Ann"], title="Extra")
    found = find_forms(
        [page, more],
        [
            *names(customer_name="$B$3", verbatim="$B$4:$B$5", status="$B$6", Items="$A$8:$B$10", Questions="$A$12:$D$13"),
            *names(owner="extra!$B$3", solution="Gone!$A$1", product="$Z$90", lessons="#REF!"),
            NamedArea("FORM_account", "", "=Form!$A$1"), NamedArea("Other", "", "=Form!$A$3"),
        ],
    )  # fmt: skip
    assert found == [
        Form(
            "Form",
            {"customer_name": "Li Si", "verbatim": "it broke", "owner": "Ann"},
            (
                {"item_kind": "demand", "what": "refund"},
                {"item_kind": "contact"},
                {
                    "item_kind": "verification",
                    "question": "law",
                    "what": "ten times",
                    "owner": "Wu",
                    "department": "Legal",
                },
            ),
            frozenset({"Form", "Extra"}),
        )
    ]


def test_a_copied_sheet_is_a_form_of_its_own() -> None:
    pages = [sheet(["Li"]), sheet(["Wu"], title="Form (2)")]
    areas = [
        *names(customer_name="$A$3"),
        *names("Form (2)", customer_name="'Form (2)'!$A$3"),
        *names("Notes", Items="$A$3:$A$4"),
    ]
    assert [(one.sheet, one.texts) for one in find_forms(pages, areas)] == [
        ("Form", {"customer_name": "Li"}), ("Form (2)", {"customer_name": "Wu"}),
    ]  # fmt: skip
    assert find_forms(pages, [NamedArea("Form_nothing", "", "=Form!$A$3")]) == []


def test_a_field_ends_where_its_area_or_the_sheet_does() -> None:
    page = sheet(*([str(at % 10)] for at in range(1100)))
    assert find_forms([page], names(verbatim="$A$3:$A$5"))[0].texts["verbatim"] == "012"
    # as many cells as are read as one, and one more: the rest is no text of a form
    whole = find_forms([page], names(verbatim="$A$3:$A$1102"))[0].texts["verbatim"]
    assert len(whole) == 1001
    assert find_forms([page], names(verbatim="$A$1101:$A$9999"))[0].texts["verbatim"] == "89"
    assert find_forms([page], names(verbatim="$A$1:$A$3"))[0].texts["verbatim"] == "0"


@pytest.mark.parametrize(
    ("areas", "said"),
    [
        ({"nothing": "$A$3"}, "the cell named Form_nothing"),
        ({"Items": "$A$4:$B$5"}, "there is something in Form!B5"),
        ({"Questions": "$A$4:$B$5"}, "there is something in Form!B5"),
        ({"solution": "$C$4"}, "Form!C4 holds a formula without a stored result"),
    ],
)
def test_what_would_be_lost_is_refused(areas: dict[str, str], said: str) -> None:
    page = sheet(["What", "Mark"], ["refund"], ["more", "x"], uncached=frozenset({(4, 2)}))
    with pytest.raises(FormError) as error:
        find_forms([page], [*names(customer_name="$A$3"), *names(**areas)])
    assert said in error.value.text.en
