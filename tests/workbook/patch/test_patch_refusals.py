"""Every reason to leave a workbook alone, said in both languages, and the file as it was."""

from __future__ import annotations

import datetime as dt
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from kesu.workbook.patch import Patch, PatchRefused
from tests.workbook.patch.conftest import Look

Rewrite = dict[str, bytes]


def rewrite(path: Path, change: Callable[[Rewrite], None]) -> None:
    with zipfile.ZipFile(path) as container:
        parts = {info.filename: container.read(info) for info in container.infolist()}
    change(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as container:
        for name, data in parts.items():
            container.writestr(name, data)


def swap(part: str, old: str, new: str) -> Callable[[Rewrite], None]:
    def change(parts: Rewrite) -> None:
        assert old.encode() in parts[part]
        parts[part] = parts[part].replace(old.encode(), new.encode(), 1)

    return change


def refusal(act: Callable[[], object]) -> PatchRefused:
    with pytest.raises(PatchRefused) as caught:
        act()
    text = caught.value.text
    assert text.en == str(caught.value)
    assert any("\u4e00" <= char <= "\u9fff" for char in text.zh)
    return caught.value


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A sheet with a merged title, an array formula and a header row of a table."""
    path = tmp_path / "odd.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet("S")
    sheet.merge_range("A1:C2", "title")
    sheet.write_array_formula("E1:E3", "{=A1:A3*2}")
    sheet.add_table("G1:H3", {"name": "T", "columns": [{"header": "a"}, {"header": "b"}]})
    workbook.close()
    return path


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("B1", "S!B1: part of a merged cell stands here"),
        ("A2", "S!A2: part of a merged cell stands here"),
        ("E1", "an array formula or data table stands here (E1:E3)"),
        ("E3", "an array formula or data table stands here (E1:E3)"),
        ("G1", "S!G1: the header of table “T” stands here"),
        ("XFD1048576", "does not fit"),
    ],
)
def test_what_is_no_plain_cell_is_not_overwritten(odd: Path, place: str, reason: str) -> None:
    plan = Patch.open(odd)
    rows = [["x"]] if place != "XFD1048576" else [["x", "y"]]
    assert reason in str(refusal(lambda: plan.write_block("S", place, rows)))
    assert plan.package.touched() == ()


def test_the_anchor_of_a_merged_cell_may_be_written(odd: Path, look: Look, as_of: dt.date) -> None:
    plan = Patch.open(odd)
    plan.write_block("S", "A1", [["new title", None, None]])
    plan.commit(as_of=as_of)
    assert look.values(odd, "S")["A1"] == "new title"


def test_a_formula_that_others_share_is_not_overwritten(book: Path, as_of: dt.date) -> None:
    cells = (
        '<c r="E4"><f t="shared" ref="E4:E6" si="0">D4*2</f><v>1</v></c>',
        '<c r="A20"><f t="shared" si="0"/></c>',
    )

    def change(parts: Rewrite) -> None:
        name = "xl/worksheets/sheet2.xml"
        parts[name] = parts[name].replace(
            b"</sheetData>", f'<row r="20">{cells[1]}</row></sheetData>'.encode()
        )
        start = parts[name].index(b'<c r="E4"')
        end = parts[name].index(b"</c>", start) + 4
        parts[name] = parts[name][:start] + cells[0].encode() + parts[name][end:]

    rewrite(book, change)
    plan = Patch.open(book)
    assert "Follow-ups!E4: formulas elsewhere share" in str(
        refusal(lambda: plan.write_block("Follow-ups", "E4", [[1]]))
    )
    plan.write_block("Follow-ups", "A20", [[1]])  # the child may go
    plan.write_block("Follow-ups", "E4", [[1]])  # and then the master


def test_a_pivot_table_is_not_overwritten(book: Path) -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/pivotTable"
    rels = "http://schemas.openxmlformats.org/package/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

    def change(parts: Rewrite) -> None:
        parts["xl/worksheets/_rels/sheet3.xml.rels"] = (
            f'<Relationships xmlns="{rels}"><Relationship Id="rId1" Type="{kind}" '
            'Target="../pivotTables/pivotTable1.xml"/></Relationships>'
        ).encode()
        parts["xl/pivotTables/pivotTable1.xml"] = (
            f'<pivotTableDefinition xmlns="{main}"><location ref="C3:E9"/></pivotTableDefinition>'.encode()
        )

    rewrite(book, change)
    plan = Patch.open(book)
    assert "Register!D9: a pivot table" in str(refusal(lambda: plan.write_block("Register", "D9", [[1]])))
    plan.write_block("Register", "F9", [[1]])


@pytest.mark.parametrize("name", ["~$register.xlsx", ".~lock.register.xlsx#", ".~register.xlsx"])
def test_an_open_workbook_is_refused_unless_forced(book: Path, name: str, as_of: dt.date) -> None:
    excel = b"\x02Li" + b" " * 52 + b"\x02\x00" + "李四".encode("utf-16-le")
    content = {"~": excel, ".~l": b"Wang Wu,wang,office-pc,22.11.2025 09:00,file:///x;"}
    note = book.with_name(name)
    note.write_bytes(content.get("~" if name[0] == "~" else name[:3], b""))
    os.utime(note, (1_740_000_000, 1_740_000_000))
    since = dt.datetime.fromtimestamp(1_740_000_000, dt.UTC).astimezone().strftime("%Y-%m-%d %H:%M")
    before = book.read_bytes()
    plan = Patch.open(book)
    plan.write_block("KPIs", "B3", [[0.5]])
    for dry_run in (True, False):
        text = str(refusal(lambda dry=dry_run: plan.commit(as_of=as_of, dry_run=dry)))  # type: ignore[misc]
        assert since in text
        assert {"~": "李四", ".~l": "Wang Wu @ office-pc", ".~r": "somebody"}[
            "~" if name[0] == "~" else name[:3]
        ] in text
    assert book.read_bytes() == before
    assert plan.commit(as_of=as_of, force=True).parts_changed == ("xl/worksheets/sheet1.xml",)


def test_protected_and_signed_workbooks_need_force(book: Path, as_of: dt.date) -> None:
    signature = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin"
    end = "</Relationships>"
    for part, old, new, word in (
        ("xl/workbook.xml", "<bookViews>", '<workbookProtection lockStructure="1"/><bookViews>', "protected"),
        ("_rels/.rels", end, f'<Relationship Id="s" Type="{signature}" Target="_x/o.sigs"/>{end}', "signed"),
    ):
        rewrite(book, swap(part, old, new))
        plan = Patch.open(book)
        plan.write_block("KPIs", "B3", [[0.5]])
        assert word in str(refusal(lambda: plan.commit(as_of=as_of)))  # noqa: B023
    plan.commit(as_of=as_of, force=True)


def test_a_workbook_changed_meanwhile_is_left_alone(book: Path, as_of: dt.date) -> None:
    plan = Patch.open(book)
    plan.write_block("KPIs", "B3", [[0.5]])
    other = Patch.open(book)
    other.write_block("Register", "B9", [["someone else"]])
    other.commit(as_of=as_of, backup=False)
    theirs = book.read_bytes()
    assert "changed the workbook meanwhile" in str(refusal(lambda: plan.commit(as_of=as_of)))
    assert "changed the workbook meanwhile" in str(refusal(lambda: plan.write_block("Register", "A1", [[1]])))
    assert book.read_bytes() == theirs


def test_a_read_only_workbook_is_left_alone(book: Path, as_of: dt.date) -> None:
    book.chmod(0o444)
    plan = Patch.open(book)
    plan.write_block("KPIs", "B3", [[0.5]])
    assert "read-only" in str(refusal(lambda: plan.commit(as_of=as_of, force=True)))
    book.chmod(0o644)


def test_an_entity_bomb_is_refused(book: Path) -> None:
    rewrite(
        book, swap("xl/worksheets/sheet1.xml", "<worksheet", '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet')
    )
    assert "DTD" in str(refusal(lambda: Patch.open(book).write_block("KPIs", "A1", [[1]])))


def test_a_part_that_unpacks_beyond_512_mb_is_refused(book: Path) -> None:
    data = bytearray(book.read_bytes())
    with zipfile.ZipFile(book) as container:
        info = container.getinfo("xl/worksheets/sheet1.xml")
    entry = data.index(b"PK\x01\x02")
    while data[entry + 46 : entry + 46 + len(info.filename)] != info.filename.encode():
        entry = data.index(b"PK\x01\x02", entry + 4)
    data[entry + 24 : entry + 28] = (513 * 1024 * 1024).to_bytes(4, "little")
    book.write_bytes(bytes(data))
    assert "512 MB" in str(refusal(lambda: Patch.open(book).write_block("KPIs", "A1", [[1]])))


@pytest.mark.parametrize("keep", [0, 10, 3000, -30])
def test_a_truncated_file_is_refused(book: Path, keep: int) -> None:
    book.write_bytes(book.read_bytes()[:keep])
    assert "not a whole Excel workbook" in str(refusal(lambda: Patch.open(book)))


def test_what_is_no_patchable_workbook_is_refused(book: Path, tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    old, locked, gone = tmp_path / "a.xls", tmp_path / "b.xlsx", tmp_path / "c.xlsx"
    old.write_bytes(ole)
    locked.write_bytes(ole + "EncryptedPackage".encode("utf-16-le"))
    assert "old .xls" in str(refusal(lambda: Patch.open(old)))
    assert "encrypted" in str(refusal(lambda: Patch.open(locked)))
    assert "cannot be read" in str(refusal(lambda: Patch.open(gone)))
    assert "cannot be read" in str(refusal(lambda: Patch.open(tmp_path)))
    rewrite(book, swap("_rels/.rels", "xl/workbook.xml", "xl/workbook.bin"))
    assert "only .xlsx and .xlsm" in str(refusal(lambda: Patch.open(book)))


def test_two_parts_of_one_name_are_refused(book: Path) -> None:
    with zipfile.ZipFile(book, "a") as container:
        container.writestr("XL/Workbook.xml", b"<x/>")
    assert "two parts called XL/Workbook.xml" in str(refusal(lambda: Patch.open(book)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<row r="3"', '<row r="1"'),
        ('<row r="3"', '<row r="9999999"'),
        ('<c r="A3"', '<c r="A4"'),
        ('<c r="A3"', '<c r="???"'),
        ("</sheetData>", ""),
    ],
)
def test_a_damaged_sheet_is_refused(book: Path, old: str, new: str) -> None:
    rewrite(book, swap("xl/worksheets/sheet1.xml", old, new))
    assert "damaged inside" in str(refusal(lambda: Patch.open(book).write_block("KPIs", "A1", [["x"]] * 5)))


@pytest.mark.parametrize(
    "value",
    [float("inf"), dt.datetime(2025, 1, 1, tzinfo=dt.UTC), dt.date(1899, 1, 1), "x" * 32_768, 10**400],
)
def test_values_that_no_cell_can_hold_are_refused_with_their_cell(book: Path, value: object) -> None:
    plan = Patch.open(book)
    assert "register.xlsx ▸ KPIs!C7" in str(
        refusal(lambda: plan.write_block("KPIs", "B7", [[1, value]]))  # type: ignore[list-item]
    )


def test_chartsheets_and_unknown_sheets_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "chart.xlsx"
    workbook = xlsxwriter.Workbook(path)
    workbook.add_worksheet("S").write("A1", 1)
    chart = workbook.add_chart({"type": "line"})
    chart.add_series({"values": "=S!$A$1"})
    workbook.add_chartsheet("C").set_chart(chart)
    workbook.close()
    plan = Patch.open(path)
    for name in ("C", "nowhere"):
        with pytest.raises(PatchRefused, match=f"no worksheet called “{name}”"):
            plan.write_block(name, "A1", [[1]])


def test_the_calculation_chain_goes_only_when_a_formula_was_overwritten(
    book: Path, look: Look, as_of: dt.date
) -> None:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"

    def change(parts: Rewrite) -> None:
        parts["xl/calcChain.xml"] = (
            b'<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="A2" i="3"/></calcChain>'
        )
        swap(
            "[Content_Types].xml",
            "</Types>",
            f'<Override PartName="/xl/calcChain.xml" ContentType="{kind}"/></Types>',
        )(parts)
        relation = (
            f'<Relationship Id="rId99" Type="{office}/calcChain" Target="calcChain.xml"/></Relationships>'
        )
        swap("xl/_rels/workbook.xml.rels", "</Relationships>", relation)(parts)

    rewrite(book, change)
    plan = Patch.open(book)
    plan.write_block("Register", "A1", [["text, no formula"]])
    assert plan.commit(as_of=as_of).parts_changed == ("xl/worksheets/sheet3.xml",)
    plan = Patch.open(book)
    plan.write_block("Register", "A2", [[7]])
    changed = plan.commit(as_of=as_of).parts_changed
    assert set(changed) == {
        "xl/worksheets/sheet3.xml", "xl/calcChain.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels",
    }  # fmt: skip
    assert "xl/calcChain.xml" not in look.packed(book)
    assert openpyxl.load_workbook(book)["Register"]["A2"].value == 7


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("xl/worksheets/sheet2.xml", b"<tablePart ", b"<tablePart q:id='rId9' ", "unbound prefix"),
        ("xl/worksheets/sheet2.xml", b"</sheetData>", b"", "mismatched tag"),
        ("xl/worksheets/_rels/sheet2.xml.rels", b"</Relationships>", b"", "no element found"),
    ],
)
def test_a_part_that_no_program_could_read_is_never_written(
    book: Path, as_of: dt.date, name: str, old: bytes, new: bytes, reason: str, dry_run: bool
) -> None:
    before = book.read_bytes()
    plan = Patch.open(book)
    plan.write_block("KPIs", "B3", [[0.5]])
    data = plan.package.read(name)
    assert old in data
    plan.package.put(name, data.replace(old, new))
    said = refusal(lambda: plan.commit(as_of=as_of, force=True, dry_run=dry_run))
    assert str(said).startswith(
        f"register.xlsx ▸ {name}: with the changes this part would not be valid XML ({reason}"
    )
    assert book.read_bytes() == before
    assert list(book.parent.iterdir()) == [book]


def test_parts_that_are_no_xml_are_written_as_they_are(book: Path, as_of: dt.date) -> None:
    plan = Patch.open(book)
    plan.package.put("xl/media/image1.png", b"\x89PNG <not xml")
    plan.commit(as_of=as_of)
    with zipfile.ZipFile(book) as container:
        assert container.read("xl/media/image1.png") == b"\x89PNG <not xml"
