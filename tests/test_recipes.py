"""The recipes of CONTRIBUTING, followed in a copy of kesu: one addition each, seen wherever it must show."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from tests.twelve_rows import AS_OF, write_english

pytestmark = pytest.mark.slow
MACROS: Final = Path(__file__).resolve().parents[1] / "macros"
INSERTED: Final = {
    "register/columns.py": (
        '    _col("emotional_state",',
        """    _col("serial_no", "description", "text", "序列号", "Serial no.",
         "机身上的号。", "On the back of the device.", 14, personal="account"),
""",
    ),
    "register/kpis.py": (
        '    "backlog_open":',
        '    "by_telephone": Kpi(Text("电话投诉", "By telephone"), "share"),\n',
    ),
    "rules/playbooks.py": (
        '    "call_back": (',
        '    "thank": (Text("致谢", "Thank"), Text("感谢客户", "Thank the customer")),\n',
    ),
    "rules/followups/lines.py": (
        "        yield self._open_demands()",
        """        rows = np.flatnonzero(self.data["kind"].eq("praise").to_numpy(bool))
        received = seconds_of(self.data["received_at"])[rows]
        yield Lines("thank", rows, received, self.now - received)
""",
    ),
    "reports/__init__.py": ('".html":', '".txt": "kesu.reports.formats.plain", '),
    "reports/chapters/results.py": (
        '    title = ctx.say("效果评估：指标与目标"',
        '    blocks.append(Table("A table more", (Column("what"),), (("a row more",),)))\n',
    ),
}
"""Room and file → before what, and which lines."""
APPENDED: Final = {
    "rules/checks/wording.py": """

@check(
    "shouting", "info", "validity", ("verbatim",),
    Text("全是大写", "All capitals"),
    Text("“{label}”全是大写：“{value}”。", "“{label}” is all capitals: “{value}”. Write it as it was said."),
    breaks=row(verbatim="NO LINE"), keeps=row(verbatim="No line"),
)  # fmt: skip
def shouting(view: View) -> Bools:
    verbatim = view.complaints.data["verbatim"]
    return verbatim.str.fullmatch("[A-Z !]{4,}").fillna(value=False).to_numpy(dtype=bool)
""",
    "rules/kpis/definitions.py": """

@kpi("by_telephone", better="higher", zh="电话投诉 ÷ 投诉。", en="Complaints by telephone ÷ complaints.", source=DECK)
def by_telephone(s: Scope) -> Counted:
    return s.equals("channel", "phone").astype(float), s.complaints_only
""",
    "reports/formats/plain.py": '''"""A report as plain text."""

from kesu.reports.chapters.blocks import Document, Table


def render(document: Document) -> bytes:
    """Titles of chapters and tables, a line each."""
    tables = [block.title for chapter in document.chapters for block in chapter.blocks if isinstance(block, Table)]
    return "\\n".join([document.title, *tables]).encode()
''',
}
CHILD: Final = """
import datetime as dt, io, json, sys
from pathlib import Path
import openpyxl
import kesu
from kesu.jobs.tables import owned_tables
from kesu.register.settings.layout import rows_of
from kesu.register.settings import load_profile
from kesu.reports.masking import own_columns
from kesu.rules.checks import CHECKS
from kesu.workbook.writing import build_form, build_register

source, folder, as_of = Path(sys.argv[1]), Path(sys.argv[2]), dt.datetime.fromisoformat(sys.argv[3])
build_register(folder / "new.xlsx", "en", today=as_of.date())
build_form(folder / "form.xlsx", "en", today=as_of.date())
book = openpyxl.load_workbook(source)
words = next(c for s in book for r in s.iter_rows(max_row=10) for c in r if str(c.value or "").startswith("Verbatim"))
sheet, top, last = words.parent, words.row, words.parent.max_column + 1
sheet.tables.clear()
sheet.cell(top, last, "Serial no.")
sheet.cell(top + 1, last, "SN-7712345")
sheet.cell(top + 1, words.column, "MY SN-7712345 IS BROKEN")
sheet.cell(top + 2, words.column, "IT IS BROKEN AGAIN")
book.save(folder / "more.xlsx")
registers = kesu.load(folder / "more.xlsx", as_of=as_of)
for suffix in (".txt", ".html", ".xlsx"):
    kesu.report(registers, folder / f"r{suffix}", lang="en")
new = openpyxl.load_workbook(folder / "new.xlsx")
every = [cell.value for s in new for row in s.iter_rows() for cell in row if isinstance(cell.value, str)]
kpis = kesu.kpis(registers, group_by=())
print(json.dumps({
    "headings": [word for word in every if word.startswith("Serial no.")],
    "form": sorted(name for name in openpyxl.load_workbook(folder / "form.xlsx").defined_names if "serial" in name),
    "read": registers[0].register.complaints.data["serial_no"].dropna().tolist(),
    "own": "serial_no" in own_columns(),
    "checks": [one.id for one in CHECKS if one.id == "shouting"],
    "findings": int((kesu.check(registers)["rule"] == "shouting").sum()),
    "kpi": kpis.loc[kpis["kpi"] == "by_telephone", ["value", "unit"]].to_numpy().tolist(),
    "kpi in the workbook": "By telephone" in every,
    "kpi on the sheet": [row[0] for row in owned_tables(registers[0], None, "en", ("Kpis",))["Kpis"]].count("By telephone"),
    "follow-ups": kesu.follow_ups(registers, "en").query("kind == 'thank'")["next_step"].tolist(),
    "thanks on the sheet": [row[1] for row in owned_tables(registers[0], None, "en", ("FollowUps",))["FollowUps"]].count("Thank"),
    "txt": (folder / "r.txt").read_text("utf-8"),
    "html": (folder / "r.html").read_text("utf-8"),
    "xlsx": [c.value for s in openpyxl.load_workbook(folder / "r.xlsx") for row in s.iter_rows() for c in row if c.value],
}, default=str))
"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("recipes")
    shutil.copytree(MACROS / "kesu", folder / "kesu", ignore=shutil.ignore_patterns("__pycache__"))
    for name, (before, lines) in INSERTED.items():
        path = folder / "kesu" / name
        text = path.read_text("utf-8")
        assert text.count(before) == 1, name
        path.write_text(text.replace(before, lines + before), "utf-8")
    for name, lines in APPENDED.items():
        with (folder / "kesu" / name).open("a", encoding="utf-8") as file:
            file.write(lines)
    write_english(folder / "twelve.xlsx")
    command = [sys.executable, "-c", CHILD, str(folder / "twelve.xlsx"), str(folder), AS_OF]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONPATH": str(folder), "PYTHONUTF8": "1"},
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_column_is_one_row(seen: dict[str, Any]) -> None:
    assert seen["headings"]
    assert seen["form"] == ["Form_serial_no"]
    assert seen["read"] == ["SN-7712345"]
    assert seen["own"]
    assert "SN-7712345" not in seen["html"]


def test_a_check_is_one_function(seen: dict[str, Any]) -> None:
    assert seen["checks"] == ["shouting"]
    assert seen["findings"] == 1  # the other text has a number in it
    assert "All capitals" in seen["html"]


def test_a_kpi_is_its_name_and_one_function(seen: dict[str, Any]) -> None:
    [(value, unit)] = seen["kpi"]
    assert (value, unit) == (0.5, "share")  # C01, C02, C05, C08, C09 of ten complaints
    assert seen["kpi in the workbook"]
    assert seen["kpi on the sheet"] >= 1
    assert "By telephone" in seen["html"]
    assert "By telephone" in seen["xlsx"]


def test_a_kind_of_follow_up_is_its_words_and_its_lines(seen: dict[str, Any]) -> None:
    assert seen["follow-ups"] == ["Thank the customer"]
    assert seen["thanks on the sheet"] == 1
    assert "Thank the customer" in seen["html"]


def test_a_table_of_the_report_shows_in_every_format(seen: dict[str, Any]) -> None:
    assert "A table more" in seen["txt"]
    assert "a row more" in seen["html"]
    assert "a row more" in seen["xlsx"]


def test_a_format_is_a_module_and_a_line(seen: dict[str, Any]) -> None:
    assert seen["txt"].startswith("Customer complaint report\n")
