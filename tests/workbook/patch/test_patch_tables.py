"""Tables: rewritten, grown, shrunk and appended to, with everything that hangs on them."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from kesu.workbook.patch import Linked, Patch, PatchRefused
from kesu.workbook.patch.area import Area
from kesu.workbook.patch.values import Value
from tests.workbook.patch.conftest import Look


def refs(path: Path, sheet: str, table: str) -> tuple[str, str]:
    book = openpyxl.load_workbook(path)
    found = book[sheet].tables[table]
    book.close()
    return str(found.ref), str(found.autoFilter.ref)


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as container:
        return container.read(name).decode()


def test_a_growing_table_extends_style_formula_and_range(book: Path, look: Look, as_of: dt.date) -> None:
    plan = Patch.open(book)
    plan.write_table("Todo", [[f"N-{n}", dt.date(2025, 1, n), n] for n in range(1, 6)])
    plan.commit(as_of=as_of)
    assert refs(book, "Follow-ups", "Todo") == ("B3:E8", "B3:E8")
    values = look.values(book, "Follow-ups")
    assert [values[f"B{row}"] for row in range(4, 9)] == ["N-1", "N-2", "N-3", "N-4", "N-5"]
    assert [values[f"C{row}"] for row in (4, 8)] == [dt.datetime(2025, 1, 1), dt.datetime(2025, 1, 5)]
    assert [values[f"E{row}"] for row in range(4, 9)] == ["=Todo[[#This Row],[hours]]/24"] * 5
    assert look.formats(book, "Follow-ups")["C8"] == "yyyy-mm-dd"
    assert (values["A1"], values["G5"], values["B3"]) == ("mine", "a note of the team", "No")
    assert "A1:G8" in part(book, "xl/worksheets/sheet2.xml")


def test_a_shrinking_table_leaves_no_stale_values(book: Path, look: Look, as_of: dt.date) -> None:
    plan = Patch.open(book)
    plan.write_table("Todo", [["N-1", dt.date(2025, 1, 1), 1]])
    plan.commit(as_of=as_of)
    assert refs(book, "Follow-ups", "Todo") == ("B3:E4", "B3:E4")
    values = look.values(book, "Follow-ups")
    assert {at for at in values if at[0] in "BCDE" and int(at[1:]) > 4} == set()
    assert values["G5"] == "a note of the team"


def test_nothing_to_say_leaves_one_blank_row_with_its_formula(book: Path, look: Look, as_of: dt.date) -> None:
    plan = Patch.open(book)
    plan.write_table("Todo", [], width=3)
    plan.commit(as_of=as_of)
    assert refs(book, "Follow-ups", "Todo")[0] == "B3:E4"
    values = look.values(book, "Follow-ups")
    assert {at: values[at] for at in values if at[0] in "BCDE" and at[1:] != "3"} == {
        "E4": "=Todo[[#This Row],[hours]]/24"
    }


def test_growing_again_after_shrinking_needs_no_room_made(book: Path, as_of: dt.date) -> None:
    for count in (1, 40, 0, 7):
        plan = Patch.open(book)
        plan.write_table("Todo", [[f"N-{n}", None, n] for n in range(count)], width=3)
        plan.commit(as_of=as_of)
        assert refs(book, "Follow-ups", "Todo")[0] == f"B3:E{3 + max(count, 1)}"


def test_content_below_stops_a_growing_table(book: Path, as_of: dt.date) -> None:
    plan = Patch.open(book)
    plan.write_block("Follow-ups", "D9", [["mine too"]])
    plan.commit(as_of=as_of)
    before = book.read_bytes()
    plan = Patch.open(book)
    with pytest.raises(
        PatchRefused, match=r"register\.xlsx ▸ Follow-ups!D9: table “Todo” has to grow"
    ) as refusal:
        plan.write_table("Todo", [["N", None, 1]] * 6)
    assert "请把它移开" in refusal.value.text.zh
    assert plan.commit(as_of=as_of).parts_changed == ()
    assert book.read_bytes() == before
    plan.write_table("Todo", [["N", None, 1]] * 5)  # down to row 8 there is room


def test_what_somebody_typed_beside_kesus_columns_is_not_cleared(book: Path) -> None:
    plan = Patch.open(book)
    plan.write_block("Follow-ups", "E6", [["typed"]])
    with pytest.raises(PatchRefused, match="E6: table “Todo” has to shrink"):
        plan.write_table("Todo", [["N", None, 1]])


def test_appended_rows_take_style_and_formulas_of_the_row_above(
    tmp_path: Path, look: Look, as_of: dt.date
) -> None:
    path = tmp_path / "log.xlsx"
    workbook = xlsxwriter.Workbook(path)
    money = workbook.add_format({"num_format": "0.00"})
    sheet = workbook.add_worksheet("Register")
    sheet.add_table("A1:D3", {"name": "Log", "columns": [{"header": h} for h in "abcd"]})
    sheet.write_row("A2", ["x", 1.5], money)
    sheet.write_formula("C2", "=B2*$B$2+LOG10(B2)", money)
    sheet.write_formula("D2", "=SUM(Log[[#This Row],[b]],Other!A1)", money)
    sheet.write_blank("E2", None, money)  # beside the table
    workbook.add_worksheet("Other")
    workbook.close()
    plan = Patch.open(path)
    plan.append_rows("Log", [{0: "y", 1: 2}, {0: "z", 3: "own"}])  # row 3 is blank: used first, then it grows
    plan.append_rows("log", [{1: 4}])
    plan.commit(as_of=as_of)
    assert refs(path, "Register", "Log")[0] == "A1:D5"
    values = look.values(path, "Register")
    assert {at: value for at, value in values.items() if int(at[1:]) > 2} == {
        "A3": "y", "B3": 2, "C3": "=B3*$B$2+LOG10(B3)", "D3": "=SUM(Log[[#This Row],[b]],Other!A2)",
        "A4": "z", "C4": "=B4*$B$2+LOG10(B4)", "D4": "own",
        "B5": 4, "C5": "=B5*$B$2+LOG10(B5)",
    }  # fmt: skip
    formats = {at for at, code in look.formats(path, "Register").items() if code == "0.00"}
    assert formats >= {f"{column}{row}" for column in "ABCD" for row in (3, 4, 5)}
    assert not formats & {"E3", "E4", "E5"}
    assert 'fullCalcOnLoad="1"' in part(path, "xl/workbook.xml")


def test_formulas_that_stood_in_a_blank_row_lose_what_they_showed(
    tmp_path: Path, look: Look, as_of: dt.date
) -> None:
    path = tmp_path / "spare.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet("Register")
    sheet.add_table("A1:C4", {"name": "Log", "columns": [{"header": h} for h in "abc"]})
    sheet.write("A2", "x")
    for row, shown in ((2, 1), (3, 0), (4, 0)):
        sheet.write_formula(f"B{row}", f"=LEN(A{row})", None, shown)
        sheet.write(f"C{row}", f"mine {row}")
    workbook.close()
    plan = Patch.open(path)
    plan.append_rows("Log", [{0: "yyy"}], after=2, formats={0: "@"})
    plan.commit(as_of=as_of)
    xml = part(path, "xl/worksheets/sheet1.xml")
    assert '<c r="B2"><f>LEN(A2)</f><v>1</v></c>' in xml
    assert '<c r="B3"><f>LEN(A3)</f></c>' in xml
    assert '<c r="B4"><f>LEN(A4)</f><v>0</v></c>' in xml
    values = look.values(path, "Register")
    assert (values["A3"], values["C3"]) == ("yyy", "mine 3")
    assert look.formats(path, "Register") == {"A3": "@"}
    assert 'fullCalcOnLoad="1"' in part(path, "xl/workbook.xml")
    with pytest.raises(PatchRefused, match="rows 5–6 stand below the table “Log”"):
        Patch.open(path).append_rows("Log", [{0: "z"}], after=6)


def test_rows_are_appended_below_a_list_that_is_no_table(tmp_path: Path, look: Look, as_of: dt.date) -> None:
    path = tmp_path / "list.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet("S")
    sheet.write_row("B2", ["a", "b", "c"])
    sheet.write_row("B3", ["x", 5])
    sheet.write_formula("D3", "=C3*2", None, 10)
    sheet.data_validation("B3:B3", {"validate": "list", "source": ["x", "y"]})
    workbook.close()
    plan = Patch.open(path)
    rows: list[dict[int, Value]] = [{0: "007", 1: dt.datetime(2026, 1, 2, 3, 4)}]
    plan.append_below("S", Area.parse("B2:D3"), rows, formats={0: "@", 1: "yyyy-mm-dd hh:mm"})
    plan.commit(as_of=as_of)
    values = look.values(path, "S")
    assert (values["B4"], values["C4"], values["D4"]) == ("007", dt.datetime(2026, 1, 2, 3, 4), "=C4*2")
    assert look.formats(path, "S") == {"B4": "@", "C4": "yyyy-mm-dd hh:mm"}
    assert 'sqref="B3:B4"' in part(path, "xl/worksheets/sheet1.xml")


def test_a_shared_formula_is_extended_from_its_master(book: Path, look: Look, as_of: dt.date) -> None:
    replace_in(
        book,
        "xl/worksheets/sheet2.xml",
        lambda xml: re.sub(
            r'<c r="E(\d)"[^>]*>.*?</c>',
            lambda m: (
                '<c r="E4"><f t="shared" ref="E4:E6" si="0">D4*2</f><v>0</v></c>'
                if m[1] == "4"
                else f'<c r="E{m[1]}"><f t="shared" si="0"/><v>0</v></c>'
            ),
            xml,
        ).replace(
            '<c r="E4"><f t="shared" ref="E4:E6" si="0">', '<c r="E4"><f t="shared" ref="E4:E6" si="0">'
        ),
    )
    plan = Patch.open(book)
    plan.append_rows("Todo", [{0: "new"}])
    plan.commit(as_of=as_of)
    assert look.values(book, "Follow-ups")["E7"] == "=D7*2"


def replace_in(path: Path, name: str, change: object) -> None:
    """Rewrite one part of a workbook, as another program might have written it."""
    assert callable(change)
    with zipfile.ZipFile(path) as container:
        parts = {info.filename: container.read(info) for info in container.infolist()}
    parts[name] = change(parts[name].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as container:
        for each, data in parts.items():
            container.writestr(each, data)


def test_a_filter_that_hides_rows_is_taken_off(tmp_path: Path, as_of: dt.date) -> None:
    path = tmp_path / "filtered.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet("S")
    sheet.add_table(
        "A1:A4", {"name": "T", "columns": [{"header": "who"}], "data": [["Li"], ["Wang"], ["Li"]]}
    )
    sheet.set_row(2, None, None, {"hidden": True})
    workbook.close()
    criteria = '<filterColumn colId="0"><filters><filter val="Li"/></filters></filterColumn>'
    replace_in(
        path,
        "xl/tables/table1.xml",
        lambda xml: xml.replace(
            '<autoFilter ref="A1:A4"/>',
            f'<autoFilter ref="A1:A4">{criteria}</autoFilter><sortState ref="A2:A4"/>',
        ),
    )
    plan = Patch.open(path)
    plan.write_table("T", [["Zhao"]] * 3)
    plan.commit(as_of=as_of)
    assert "hidden" not in part(path, "xl/worksheets/sheet1.xml")
    assert "filterColumn" not in part(path, "xl/tables/table1.xml")
    assert "sortState" not in part(path, "xl/tables/table1.xml")


def test_formats_and_validations_that_end_with_the_table_follow_it(tmp_path: Path, as_of: dt.date) -> None:
    path = tmp_path / "formats.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet("S")
    sheet.add_table("A1:B3", {"name": "T"})
    sheet.conditional_format("A2:A3", {"type": "cell", "criteria": ">", "value": 1})
    sheet.conditional_format("B2:B90", {"type": "cell", "criteria": ">", "value": 1})
    sheet.conditional_format("D2:D3", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format("B2:B3", {"type": "data_bar", "data_bar_2010": True})
    sheet.data_validation("B2:B3", {"validate": "list", "source": ["x", "y"]})
    workbook.close()
    plan = Patch.open(path)
    plan.write_table("T", [[1, "x"]] * 7)
    plan.commit(as_of=as_of)
    found = re.findall(r'sqref="([^"]*)"|<xm:sqref>([^<]*)<', part(path, "xl/worksheets/sheet1.xml"))
    assert sorted(one or two for one, two in found) == [
        "A2:A8", "B2:B8", "B2:B8", "B2:B8", "B2:B90", "D2:D3", "D2:D3",
    ]  # fmt: skip


def test_links_are_replaced_and_stale_ones_go(book: Path, as_of: dt.date) -> None:
    for count in (3, 2, 0):
        plan = Patch.open(book)
        plan.write_table(
            "Todo", [[Linked(f"C-{n}", f"'Register'!A{n + 6}"), None, n] for n in range(count)], width=3
        )
        plan.commit(as_of=as_of)
        loaded = openpyxl.load_workbook(book)
        sheet = loaded["Follow-ups"]
        links = {at: sheet[at].hyperlink for at in ("B4", "B5", "B6")}
        loaded.close()
        assert {at: link.location for at, link in links.items() if link} == {
            f"B{n + 4}": f"'Register'!A{n + 6}" for n in range(count)
        }
    assert "hyperlink" not in part(book, "xl/worksheets/sheet2.xml")


@pytest.mark.parametrize(
    ("links", "left"),
    [
        ('<hyperlink ref="B4" location="A1"/><hyperlink ref="G5" location="\'a>b\'!A1"/>', 1),
        (
            "<hyperlink r:id='rId9' ref='G5'/> <!-- ours --> <hyperlink location=\"A1\" ref=\"B4\"></hyperlink>",
            1,
        ),
        ('<hyperlink ref="A1:XFD1" location="A1"/><hyperlink ref="B5:B6" location="A1"/>', 1),
        ('<hyperlink ref="B4:G4" location="A1"/>', 1),
        ('<hyperlink ref="B4" location="A1"/><hyperlink ref="B5" location="A1"/>', 0),
    ],
)
def test_links_of_the_team_stay_however_they_are_written(book: Path, links: str, left: int) -> None:
    name = "xl/worksheets/sheet2.xml"
    r = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    sheet = part(book, name).replace(
        "<pageMargins", f'<hyperlinks xmlns:r="{r}">{links}</hyperlinks><pageMargins'
    )
    for xml in (sheet, sheet.replace(f'<hyperlinks xmlns:r="{r}">', "<hyperlinks>")):
        plan = Patch.open(book)
        plan.package.put(name, xml.encode())
        plan.write_table("Todo", [["N-1", None, 1]])
        after = plan.package.read(name).decode()
        kept = re.search(r"<hyperlinks[^>]*>(.*)</hyperlinks>", after)
        assert (kept[1].count("<hyperlink ") if kept else 0) == left
        own = re.compile(r"""<hyperlink [^<>]*ref="B[456](:B\d)?"[^<>]*(/>|></hyperlink>)""")
        assert (kept[1] if kept else "") == (own.sub("", links) if left else "")
        assert after.endswith(xml[xml.index("<pageMargins") :])


@pytest.mark.parametrize("empty", ["<hyperlinks/>", "<hyperlinks></hyperlinks>", "<hyperlinks />"])
def test_links_come_into_the_element_that_is_there_for_them(book: Path, empty: str, as_of: dt.date) -> None:
    name = "xl/worksheets/sheet2.xml"
    plan = Patch.open(book)
    plan.package.put(name, part(book, name).replace("<pageMargins", f"{empty}<pageMargins").encode())
    plan.write_table("Todo", [[Linked("C-1", "A1"), None, 1]])
    plan.commit(as_of=as_of)
    assert '<hyperlink ref="B4" location="A1"/></hyperlinks><pageMargins' in part(book, name)
    sheet = openpyxl.load_workbook(book)["Follow-ups"]
    assert sheet["B4"].hyperlink.location == "A1"


def test_a_totals_row_is_not_pushed_down(tmp_path: Path) -> None:
    path = tmp_path / "totals.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet("S")
    sheet.add_table(
        "A1:A4", {"name": "T", "total_row": True, "columns": [{"header": "n", "total_function": "sum"}]}
    )
    workbook.close()
    plan = Patch.open(path)
    plan.write_table("T", [[1], [2]])  # as many rows as there are
    for rows in ([[1]], [[1]] * 3):
        with pytest.raises(PatchRefused, match="totals row"):
            Patch.open(path).write_table("T", rows)
    with pytest.raises(PatchRefused, match="S!A4: the totals row of table “T”"):
        plan.write_block("S", "A4", [[1]])


def test_another_table_below_or_ragged_rows_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "two.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet("S")
    sheet.add_table("A1:B3", {"name": "T"})
    sheet.add_table("A6:B8", {"name": "U", "header_row": False})
    workbook.close()
    plan = Patch.open(path)
    with pytest.raises(PatchRefused, match="table “U”"):
        plan.write_table("T", [[1, 2]] * 5)
    with pytest.raises(ValueError, match="columns"):
        plan.write_table("T", [[1, 2, 3]])
    with pytest.raises(ValueError, match="columns"):
        plan.write_table("T", [[1], [1, 2]])
    with pytest.raises(ValueError, match="no columns"):
        plan.append_rows("T", [{2: 1}])
    with pytest.raises(PatchRefused, match="no table called “V”"):
        plan.write_table("V", [])
