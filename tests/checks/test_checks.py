"""Every check finds its own example and nothing else; findings point at cells and speak both languages."""

from collections.abc import Mapping, Sequence

import pandas as pd
import pytest

from kesu.register.columns import BY_KEY, ITEM_BY_KEY, SHEETS, Column
from kesu.register.normalise import RawSheet, Register, normalise
from kesu.register.text import LANGS
from kesu.rules.checks import CHECKS, CheckInfo, Example, add_messages, run_checks
from kesu.rules.checks._registry import EXAMPLE_AS_OF, EXAMPLE_ITEM, EXAMPLE_ROW

HEADER_ROW = 3
AS_OF = pd.Timestamp(EXAMPLE_AS_OF)
Row = Mapping[str, str | None]


def sheet(title: str, rows: Sequence[Row], declared: Mapping[str, Column], lang: str) -> RawSheet:
    """Rows below a heading in Excel row 3; a column that is None in any row is left out."""
    keys = [key for key in declared if all(row.get(key, "") is not None for row in rows)]
    keys = [key for key in keys if any(key in row for row in rows)]
    lines = [
        [declared[key].label.of(lang) for key in keys],
        *([row.get(key) or None for key in keys] for row in rows),
    ]
    return RawSheet(title, pd.DataFrame(lines, dtype="str"), first_row=HEADER_ROW)


def register(example: Example, lang: str) -> Register:
    rows = [{**EXAMPLE_ROW, "complaint_id": f"K-00{n}", **row} for n, row in enumerate(example.rows, 1)]
    sheets = [sheet(SHEETS["register"].of(lang), rows, BY_KEY, lang)]
    if example.items:
        items = [{**EXAMPLE_ITEM, **row} for row in example.items]
        sheets.append(sheet(SHEETS["items"].of(lang), items, ITEM_BY_KEY, lang))
    if example.settings:
        sheets.append(RawSheet(SHEETS["settings"].of(lang), pd.DataFrame(example.settings, dtype="str")))
    return normalise("branch", sheets)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("info", CHECKS, ids=lambda info: info.id)
def test_a_check_finds_its_breaking_example_and_nothing_else(info: CheckInfo, lang: str) -> None:
    findings = run_checks(register(info.breaks, lang), AS_OF)

    assert findings["rule"].tolist() == [info.id]
    finding = findings.iloc[0]
    assert finding["register"] == "branch"
    assert finding["sheet"] == SHEETS[info.sheet].of(lang)
    assert finding["severity"] == info.severity
    assert finding["dimension"] == info.dimension
    assert (finding["column"] in info.columns) or (finding["column"], info.columns) == ("", ())
    spoken = add_messages(findings, lang)["message"].iloc[0]
    assert finding["value"] in spoken
    assert "{" not in spoken


@pytest.mark.parametrize("number", range(len(CHECKS)), ids=lambda number: CHECKS[number].id)
def test_no_check_finds_anything_in_the_keeping_examples(number: int) -> None:
    lang = LANGS[number % 2]
    assert run_checks(register(CHECKS[number].keeps, lang), AS_OF).empty
