"""The built register, looked at with openpyxl and with the Open XML SDK's rules."""

from __future__ import annotations

import datetime as dt
import inspect
import itertools
import re
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries
from openpyxl.workbook import Workbook
from openxml_audit import FileFormat

from kesu.register.columns import BY_KEY, ITEMS, REGISTER, SHEETS, labels
from kesu.words.text import LANGS, folded
from kesu.workbook.writing import build_register, build_templates
from kesu.workbook.writing.live import ITEM_CALCS, REGISTER_CALCS
from kesu.workbook.writing.style import (
    INK,
    LIMITS,
    PALE,
    SECTION_COLOURS,
    ExcelLimitError,
    contrast,
    ink_on,
    tint,
    within,
)  # fmt: skip
from tests.conftest import Audited
from tests.places import letter
from tests.quicker import all_free_rows

TEMPLATES = Path(__file__).parents[3] / "workbook_templates"

both = pytest.mark.parametrize("lang", LANGS)


@pytest.mark.slow
@both
@pytest.mark.parametrize("version", [FileFormat.OFFICE_2016, FileFormat.MICROSOFT_365])
def test_excel_is_expected_to_open_it_cleanly(
    built: dict[str, Path], lang: str, version: FileFormat, audited: Audited
) -> None:
    assert audited(built[lang], version) == set()


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("templates")
    with all_free_rows():
        build_templates(folder)
    return folder


@both
@pytest.mark.parametrize("name", ["register.xlsx", "form.xlsx"])
def test_shipped_templates_are_what_the_builder_makes(templates: Path, lang: str, name: str) -> None:
    with (
        zipfile.ZipFile(templates / lang / name) as made,
        zipfile.ZipFile(TEMPLATES / lang / name) as shipped,
    ):
        assert made.namelist() == shipped.namelist()
        differing = [part for part in made.namelist() if made.read(part) != shipped.read(part)]
    assert differing == [], "build the templates again (see workbook_templates/README.md)"


def test_sheets_in_order_in_both_languages(books: dict[str, Workbook]) -> None:
    zh = [
        "使用说明",
        "投诉登记",
        "事项",
        "改进措施",
        "今日",
        "跟进清单",
        "指标",
        "检查结果",
        "设置",
        "工作日历",
        "推算",
    ]
    en = [
        "Guide",
        "Register",
        "Items",
        "Improvements",
        "Today",
        "Follow-ups",
        "KPIs",
        "Findings",
        "Settings",
        "Calendar",
        "Workings",
    ]
    assert [books["zh"].sheetnames, books["en"].sheetnames] == [zh, en]
    assert [sheet.title for sheet in books["zh"] if sheet.sheet_state != "visible"] == ["推算"]


@both
def test_tables_cover_their_headers_and_no_names_repeat(books: dict[str, Workbook], lang: str) -> None:
    tables = {
        name: (sheet, table)
        for sheet in books[lang]
        for name, table in zip(sheet.tables.keys(), sheet.tables.values(), strict=True)
    }
    assert {"Complaints", "Items", "FollowUps", "Kpis", "Findings", "WorkCalendar", "SettingsRules"} <= set(
        tables
    )
    for sheet, table in tables.values():
        first = sheet[table.ref][0]
        heads = [cell.value for cell in first]
        assert heads == [column.name for column in table.tableColumns]
        assert len({str(head).casefold() for head in heads}) == len(heads)
    ids = [table.id for _, table in tables.values()]
    assert len(set(ids)) == len(ids)


@both
def test_every_declared_column_is_there_with_its_hint(books: dict[str, Workbook], lang: str) -> None:
    for name, declared in (("Complaints", REGISTER), ("Items", ITEMS)):
        sheet = next(sheet for sheet in books[lang] if name in sheet.tables)
        header = {str(cell.value).removesuffix(" *"): cell for cell in sheet[sheet.tables[name].ref][0]}
        for column in declared:
            cell = header[column.label.of(lang)]
            assert str(cell.value).endswith(" *") == bool(column.required)
            below = f"{cell.column_letter}{cell.row + 1}"
            [rule] = [rule for rule in sheet.data_validations.dataValidation if below in rule.sqref]
            assert (rule.promptTitle, rule.prompt) == (column.label.of(lang), column.hint.of(lang))
            assert rule.showInputMessage
            far = f"{cell.column_letter}{cell.row + 5000}"
            assert far in rule.sqref


@both
def test_codes_are_chosen_from_the_lists_on_settings(books: dict[str, Workbook], lang: str) -> None:
    sheet = books[lang].worksheets[1]
    header = {str(cell.value).removesuffix(" *"): cell for cell in sheet[5]}
    rules = sheet.data_validations.dataValidation
    for column in REGISTER:
        if column.codes:
            cell = f"{get_column_letter(header[column.label.of(lang)].column or 0)}6"
            [rule] = [rule for rule in rules if cell in rule.sqref]
            assert (rule.type, rule.formula1) == ("list", f"List_{column.codes}")
            assert f"List_{column.codes}" in books[lang].defined_names


@both
def test_texts_are_text_and_times_are_times_to_excel(books: dict[str, Workbook], lang: str) -> None:
    sheet = books[lang].worksheets[1]
    widths = {dim.min: dim for dim in sheet.column_dimensions.values() if dim.min}
    for cell in sheet[5]:
        column = next((c for c in REGISTER if c.label.of(lang) == str(cell.value).removesuffix(" *")), None)
        if column is None:
            continue
        dim = widths[max(start for start in widths if start <= (cell.column or 0))]
        wanted = {"time": "yyyy-mm-dd hh:mm", "number": "General"}.get(column.kind, "@")
        assert dim.number_format == wanted, column.key


@both
def test_named_ranges_point_at_sheets_that_exist(books: dict[str, Workbook], lang: str) -> None:
    book = books[lang]
    names = {table for sheet in book for table in sheet.tables}
    for name, defined in book.defined_names.items():
        for sheet in re.findall(r"'([^']+)'!", defined.value):
            assert sheet in book.sheetnames, name
        for table in re.findall(r"(\w+)\[", defined.value):
            assert table in names, name
        assert "#REF!" not in defined.value


@both
def test_formulas_use_no_name_that_is_not_defined(
    built: dict[str, Path], books: dict[str, Workbook], lang: str
) -> None:
    with zipfile.ZipFile(built[lang]) as parts:
        xml = "".join(parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name)
    used = set(
        re.findall(
            r"\b((?:Cal|Rule|Word|Target|Set|Now|Unit|State|Start|Next|Number|Open|Clock|Far|Day|Last)_\w+)",
            xml,
        )
    )
    assert len(used) > 40
    assert used <= set(books[lang].defined_names)


def test_calculated_columns_are_not_taken_for_declared_ones() -> None:
    for declared, calculated in ((REGISTER, REGISTER_CALCS), (ITEMS, ITEM_CALCS)):
        known = labels(declared)
        assert [word for calc in calculated for word in calc.label if folded(word) in known] == []


@both
def test_frozen_header_and_number_and_print_titles(books: dict[str, Workbook], lang: str) -> None:
    register, items = books[lang].worksheets[1:3]
    assert (register.freeze_panes, items.freeze_panes) == ("C6", "B5")
    for sheet in books[lang]:
        assert sheet.page_setup.paperSize in {8, 9}
        fit = sheet.sheet_properties.pageSetUpPr and sheet.sheet_properties.pageSetUpPr.fitToPage
        assert bool(fit) == (sheet.title != SHEETS["settings"].of(lang))
        assert sheet.oddFooter
        assert "&P" in str(sheet.oddFooter.right.text)
        assert sheet.oddHeader
        assert sheet.oddHeader.left.text


def box(ref: str) -> tuple[int, int, int, int]:
    """Left, top, right, bottom."""
    left, top, right, bottom = (place or 0 for place in range_boundaries(ref))
    return left, top, right, bottom


@both
def test_settings_are_printed_in_whole_blocks(books: dict[str, Workbook], lang: str) -> None:
    """Each page as high as its longest block, so that none comes empty beside a long one. Playbooks stand on the Guide."""
    sheet = books[lang][SHEETS["settings"].of(lang)]
    tables = {table.name: box(table.ref) for table in sheet.tables.values()}
    pages = [box(one.split("!")[1].replace("$", "")) for one in str(sheet.print_area).split(",")]
    inside = [
        [name for name, one in tables.items() if left <= one[0] and one[2] <= right]
        for left, _, right, _ in pages
    ]
    assert inside == [
        ["SettingsGeneral"],
        ["SettingsRules"],
        ["SettingsTargets", "SettingsHours", "SettingsDays", "SettingsCustomers"],
        ["SettingsCodes", "SettingsWords", "SettingsLimits"],
    ]
    for names, (left, top, right, bottom) in zip(inside, pages, strict=True):
        boxes = [tables[name] for name in names]
        assert (left, right, bottom) == (boxes[0][0], boxes[-1][2], max(one[3] for one in boxes))
        assert top == (1 if left == 1 else 4)
    assert sheet.page_setup.scale == 60


@both
def test_nothing_is_merged_where_there_is_data(books: dict[str, Workbook], lang: str) -> None:
    merged = {
        sheet.title: {area.min_row for area in sheet.merged_cells.ranges}
        for sheet in books[lang].worksheets[1:]
    }
    counts = {SHEETS["kpis"].of(lang): {4, 5}}  # above the table
    assert {title: rows for title, rows in merged.items() if rows} == counts


@both
def test_what_people_fill_in_is_open_and_the_rest_is_protected_without_password(
    books: dict[str, Workbook], lang: str
) -> None:
    guide, register, items, improvements, today, *others, workings = books[lang].worksheets
    for sheet in (guide, today, workings):
        assert sheet.protection.sheet
        assert sheet.protection.password is None
    assert not any(sheet.protection.sheet for sheet in (register, items, improvements, *others))
    assert not today["B3"].protection.locked


@both
def test_charts_have_alternative_text(built: dict[str, Path], lang: str) -> None:
    with zipfile.ZipFile(built[lang]) as parts:
        drawings = [parts.read(name).decode() for name in parts.namelist() if "drawings/drawing" in name]
    described = [text for xml in drawings for text in re.findall(r'<xdr:cNvPr [^>]*descr="([^"]+)"', xml)]
    assert len(described) == 4
    assert all(len(text) > (15 if lang == "zh" else 30) for text in described)


def test_every_colour_carries_readable_ink() -> None:
    for colour in SECTION_COLOURS.values():
        for fill in (colour, tint(colour, 0.72)):
            assert contrast(fill, ink_on(fill)) >= 4.5
    assert contrast(PALE, "#595959") >= 4.5
    assert contrast("#FFFFFF", INK) == pytest.approx(17.4, abs=0.05)  # webaim.org contrast checker: 17.4


@pytest.mark.parametrize("kind", LIMITS)
def test_texts_longer_than_excel_allows_are_refused(kind: str) -> None:
    longest = "長" * LIMITS[kind]
    assert within(kind, longest) == longest
    with pytest.raises(ExcelLimitError):
        within(kind, longest + "x")


def test_limits_count_as_excel_does() -> None:
    assert [LIMITS[kind] for kind in ("list formula", "prompt", "title", "sheet name")] == [255, 255, 32, 31]
    with pytest.raises(ExcelLimitError):
        within("sheet name", "𠮷" * 16)  # two UTF-16 units each


@both
def test_formulas_fit_into_excel(books: dict[str, Workbook], lang: str) -> None:
    cells = itertools.chain.from_iterable(
        sheet.iter_rows(min_row=1, max_row=8, values_only=True) for sheet in books[lang]
    )
    formulas = [str(v) for row in cells for v in row if isinstance(v, str) and v.startswith("=")]
    assert len(formulas) > 100
    assert max(map(len, formulas)) <= 8192


def test_same_arguments_same_file(built: dict[str, Path], tmp_path: Path) -> None:
    anew = inspect.unwrap(build_register)  # not the copy that tests get
    with all_free_rows():
        anew(tmp_path / "again.xlsx", "zh", today=dt.date(2026, 11, 22))
    assert (tmp_path / "again.xlsx").read_bytes() == built["zh"].read_bytes()


@both
def test_an_empty_table_offers_empty_rows(books: dict[str, Workbook], lang: str) -> None:
    sheet = books[lang].worksheets[1]
    assert sheet.tables["Complaints"].ref.startswith("A5:")
    assert range_boundaries(sheet.tables["Complaints"].ref)[3] == 305
    number = letter("complaint_id")
    assert [sheet[f"{number}{row}"].value for row in range(6, 306)] == [None] * 300


@both
def test_no_header_needs_escaping_in_structured_references(books: dict[str, Workbook], lang: str) -> None:
    heads = [
        column.name
        for sheet in books[lang]
        for table in sheet.tables.values()
        for column in table.tableColumns
    ]
    assert len(heads) > 100
    assert [head for head in heads if set(head) & set("[]#'@")] == []


@both
def test_paper_shows_what_fits_on_it(books: dict[str, Workbook], lang: str) -> None:
    with zipfile.ZipFile(
        TEMPLATES / lang / "register.xlsx"
    ) as packed:  # openpyxl knows no areas of whole columns
        names = re.findall(r'Print_Area"[^>]*>(.*?)</definedName>', packed.read("xl/workbook.xml").decode())
    areas = {area.rpartition("!")[0].strip("'"): area.rpartition("!")[2].replace("$", "") for area in names}
    title = {key: name.of(lang) for key, name in SHEETS.items()}
    first, last = areas[title["register"]].split(":")
    assert first == "A"
    printed = [cell.value for cell in books[lang][title["register"]][5][: column_index_from_string(last)]]
    assert BY_KEY["complaint_id"].label.of(lang) + " *" in printed
    assert BY_KEY["verbatim"].label.of(lang) + " *" not in printed  # no row shows that whole
    assert areas[title["items"]] == "A:L"
    assert areas[title["today"]] == "A1:I35"  # five lines of head and thirty
    assert books[lang][title["calendar"]][areas[title["calendar"]]].value is None
    for key in ("register", "items", "today"):
        footer = books[lang][title[key]].oddFooter
        assert footer is not None
        assert footer.center.text


def test_rows_of_items_are_as_high_as_their_text(tmp_path: Path) -> None:
    items = pd.DataFrame({"complaint_id": "C-1", "what": ["short", "客户要求退款。" * 12, "x " * 5000, None]})
    build_register(tmp_path / "r.xlsx", "en", items=items, today=dt.date(2026, 11, 22))
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx")["Items"]
    heights = [sheet.row_dimensions[row].height for row in range(5, 9)]
    # 45.57 wide: 22 Chinese characters a line, 84 of them on four lines; at most twelve lines
    assert heights == [20, 59.6, 165.2, 20]  # 13.2 points a line, and 6.8
