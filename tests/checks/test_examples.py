"""Every check finds its own example and nothing else, and says so in both languages."""

from typing import TYPE_CHECKING

import pytest

from kesu.register.columns import SHEETS
from kesu.register.text import LANGS
from kesu.rules.checks import CHECKS, CheckInfo, add_messages, run_checks

if TYPE_CHECKING:
    from tests.checks.registers import AS_OF, register
else:  # pytest puts this folder on the path, not the one above
    from registers import AS_OF, register


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
