"""Forms and registers that a spreadsheet program saved, and a form sheet in the open register: real LibreOffice."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click.testing
import openpyxl
import pytest
import xlwings as xw
from openpyxl.workbook.defined_name import DefinedName

from kesu.live import macros
from kesu.live.feedback import MacroError
from kesu.register.columns import ITEMS, REGISTER, SHEETS
from kesu.workbook.writing import build_form
from tests.depth import in_turn
from tests.jobs.forms.case_values import CASE, DAY
from tests.jobs.forms.case_values import ITEMS as CASE_ITEMS
from tests.places import letter
from xlwings_libreoffice import start

pytestmark = [pytest.mark.libreoffice, pytest.mark.filterwarnings("ignore:.*extension is not supported")]
Run = Callable[..., click.testing.Result]
Filled = Callable[..., Path]
Rows = Callable[[Path, str], list[dict[str, Any]]]
RECEIVED = dt.datetime(2026, 11, 20, 9, 5)


@pytest.fixture(scope="module")
def app() -> Iterator[xw.App]:
    if shutil.which("soffice") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have LibreOffice: apt-get install libreoffice-calc python3-uno")
        pytest.skip("LibreOffice (soffice) is not on the PATH")
    with start() as app:
        yield app


@pytest.mark.parametrize("lang", in_turn("zh"))
def test_a_form_filled_in_and_saved_in_libreoffice_is_collected(
    app: xw.App, tmp_path: Path, built: dict[str, Path], collect: Run, rows: Rows, lang: str
) -> None:
    path = tmp_path / "form.xlsx"
    build_form(path, lang, today=DAY)
    book = app.books.open(str(path))
    for key, value in (
        ("customer_name", "王小明"), ("customer_contact", "0013812341234"), ("received_at", RECEIVED),
        ("verbatim", "=1+1 @x\nsecond line"), ("channel", "Phone"), ("transfers", 2), ("customer_tier", "VIP"),
        ("expectation", "被尊重、得到补偿"),
    ):  # fmt: skip
        book.names[f"Form_{key}"].refers_to_range[0, 0].value = value
    items = book.names["Form_Items"].refers_to_range
    items[0, 0].value, items[0, 1].value = "诉求", "+money"
    book.save(str(path))
    book.close()
    with_formats = openpyxl.load_workbook(path)
    assert with_formats.defined_names["Form_verbatim"]  # LibreOffice has written it, not kesu
    register = Path(shutil.copy(built["en"], tmp_path / "register.xlsx"))
    done = collect(path, "--into", register)
    assert (done.exit_code, done.stderr) == (0, "")
    [line] = rows(register, "Register")
    shown = {head: line[head] for head in ("Customer name", "Contact", "Received at", "Verbatim", "Channel",
                                           "Transfers", "Tier", "Expectation")}  # fmt: skip
    assert shown == {
        "Customer name": "王小明", "Contact": "0013812341234", "Received at": RECEIVED, "Channel": "Phone",
        "Verbatim": "=1+1 @x\nsecond line", "Transfers": 2, "Tier": "VIP", "Expectation": "Respect, Compensation",
    }  # fmt: skip
    [item] = rows(register, "Items")
    assert (item["Item kind"], item["What"]) == ("Demand", "+money")


def test_a_case_is_printed_as_a_pdf(
    app: xw.App, tmp_path: Path, full: Path, form: Run, pages: Callable[[bytes], int]
) -> None:
    out = tmp_path / "case.pdf"
    assert form(full, "C-1", "-o", out, "--for", "customer").exit_code == 0
    made = out.read_bytes()
    assert (made[:5], made.rstrip()[-5:], pages(made)) == (b"%PDF-", b"%%EOF", 1)


def test_a_register_saved_in_libreoffice_goes_on_numbering_and_calculating(
    app: xw.App, empty: Path, filled: Filled, collect: Run
) -> None:
    book = app.books.open(str(empty))
    book.sheets["Register"][f"{letter('complaint_id')}6"].value = "N-7"
    book.sheets["Register"][f"{letter('kind')}6"].value = "Complaint"
    assert book.sheets["Register"]["B2"].value == "N-8"
    book.save(str(empty))
    book.close()
    done = collect(filled("a.xlsx"), filled("b.xlsx", verbatim="b", complaint_id="N-20"), "--into", empty)
    assert "a.xlsx: became N-21 in row 7" in done.stdout
    book = app.books.open(str(empty))
    sheet = book.sheets["Register"]
    assert sheet["B2"].value == "N-22"
    heads = [str(head).removesuffix(" *") for head in sheet.range("A5:DZ5").value]
    tails, received = (heads.index(head) + 1 for head in ("Number tail", "Received, s"))
    assert sheet.range((7, tails), (8, tails)).value == [21, 20]
    # seconds from 1970 to 20 November 2026, 9:05: 20,777 days and 32,700 seconds
    assert sheet.range((7, received), (8, received)).value == [20_777 * 86_400 + 32_700] * 2
    assert sheet.range(f"{letter('open_demands')}7:{letter('open_demands')}8").value == [
        1,
        1,
    ]  # each brought one open demand
    book.close()


@pytest.fixture(scope="module", params=in_turn("en"))
def with_form(
    request: pytest.FixtureRequest, built: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A register into which somebody moved the sheet of a filled-in form, with its names."""
    folder = tmp_path_factory.mktemp("moved")
    build_form(folder / "form.xlsx", request.param, complaint=CASE, items=CASE_ITEMS, today=DAY)
    form = openpyxl.load_workbook(folder / "form.xlsx")
    book = openpyxl.load_workbook(built[request.param])
    source = form.worksheets[0]
    sheet = book.create_sheet(source.title)
    for row in source.iter_rows():
        for cell in row:
            if cell.value is not None:
                copy = sheet.cell(cell.row, cell.column, cell.value)
                copy.number_format, copy.data_type = cell.number_format, cell.data_type
    for area in source.merged_cells.ranges:
        sheet.merge_cells(str(area))
    for name, defined in form.defined_names.items():
        if name.startswith("Form_"):
            book.defined_names[name] = DefinedName(name, attr_text=defined.attr_text)
    book.save(folder / "register.xlsx")
    return folder / "register.xlsx"


def test_the_button_logs_a_form_moved_into_the_register_once(
    app: xw.App, with_form: Path, rows: Rows, told: Callable[..., Any]
) -> None:
    book = app.books.open(str(with_form))
    lang = "zh" if "投诉登记" in [sheet.name for sheet in book.sheets] else "en"
    said = macros.new_complaint(book, owner="Zhao")
    register, items = SHEETS["register"].of(lang), SHEETS["items"].of(lang)
    assert str(book.sheets[register][f"{letter('complaint_id')}6"].value) in said
    with pytest.raises(MacroError) as caught:
        macros.new_complaint(book, owner="Zhao")
    assert "is logged already as" in caught.value.text.en
    book.save(str(with_form))
    book.close()
    [line] = rows(with_form, register)
    label = {column.key: column.label.of(lang) for column in REGISTER}
    assert line[label["owner"]] == "Zhao"
    assert line[label["customer_contact"]] == CASE["customer_contact"]
    assert line[label["received_at"]] == RECEIVED
    assert line[label["verbatim"]] == CASE["verbatim"]
    assert line[label["expectation"]] == {"zh": "被尊重、得到补偿", "en": "Respect, Compensation"}[lang]
    assert line[label["answered_after_seconds"]] == 12
    what = next(column.label.of(lang) for column in ITEMS if column.key == "what")
    assert [item[what] for item in rows(with_form, items)] == ["@refund", "call back"]
    assert {one["row"] for one in told("deadlines", with_form, "--as-of", "2026-11-22")} == {6}
