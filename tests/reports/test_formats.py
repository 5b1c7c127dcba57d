"""The page and the workbook: complete, inert, valid, written in one step."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree
from lxml import html as lxml_html
from openxml_audit import FileFormat

from kesu.reports import ReportFormatError, render
from kesu.reports.chapters.blocks import plain
from kesu.reports.model import Report, Source
from kesu.words.errors import KesuError
from kesu.words.text import Text
from tests.conftest import Audited
from tests.reports.reports_by_hand import kpi, kpi_frame, make

ATTACKS = [
    "=1+1", "@SUM(A1)", "+1", "-2+3", "=HYPERLINK(\"http://evil.example\",\"x\")", "<script>alert(1)</script>", "]]><b>x</b>",
    "javascript:alert(1)", "http://evil.example/x", "\x1b[31mred", "{{ 7*7 }}", "a\x00b\x0b", "\u202etxt.exe",
]  # fmt: skip


def write(report: Report, path: Path) -> None:
    path.write_bytes(render(report, path.suffix))


def attacked() -> Report:
    rows: list[dict[str, Any]] = [
        {
            "complaint_id": attack, "kind": kind, "received_at": dt.datetime(2026, 10, 2), "severity": "urgent", "customer_name": attack,
            "verbatim": attack, "product": attack, "root_cause": attack, "involved_departments": attack, "owner": attack,
            "lessons": attack, "register": attack, "resolution_state": "overdue",
        }
        for attack in ATTACKS for kind in ("complaint", "feedback", "praise")
    ]  # fmt: skip
    unread = Source("lone \ud800.xlsx", error=Text(ATTACKS[5], ATTACKS[5]))
    sources = (*(Source(attack, 1, 1) for attack in ATTACKS), unread)
    kpis = kpi_frame(
        *(
            kpi("work_order_in_time", 0.5, 1, 2, target=0.9, met=False, by="department", group=attack)
            for attack in ATTACKS
        )
    )
    return make(rows, sources=sources, kpis=kpis, organisation="=cmd|<b>&R", unmasked=True)


def parts_of(path: Path, pattern: str) -> list[bytes]:
    with zipfile.ZipFile(path) as parts:
        return [parts.read(name) for name in parts.namelist() if re.fullmatch(pattern, name)]


def page(path: Path) -> lxml_html.HtmlElement:
    return lxml_html.fromstring(path.read_bytes())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_is_self_contained_and_says_its_language(
    tmp_path: Path, big: Callable[..., Report], lang: str
) -> None:
    path = tmp_path / "report.html"
    write(big(lang), path)
    root = page(path)
    assert root.get("lang") == {"zh": "zh-Hans", "en": "en"}[lang]
    assert not root.xpath("//script | //link | //img | //iframe | //object | //*[@src]")
    assert all(href.startswith("#") for href in root.xpath("//@href"))
    assert "url(" not in path.read_text("utf-8")
    assert [section.get("id") for section in root.xpath("//section")] == [
        "summary", "scope", "complaints", "feedback", "process", "results", "improvements", "appendix",
    ]  # fmt: skip
    assert root.xpath("//svg[@role='img']/@aria-label")
    assert len(root.xpath("//svg//text")) > 20


def test_tables_have_a_caption_and_headings_that_say_what_they_head(
    tmp_path: Path, big: Callable[..., Report]
) -> None:
    path = tmp_path / "report.html"
    write(big("en"), path)
    root = page(path)
    tables = root.xpath("//table")
    assert len(tables) > 20
    assert all(table.xpath("string(caption)") for table in tables)
    assert all(head.get("scope") == "col" for head in root.xpath("//thead//th"))
    rows = [row for row in root.xpath("//tbody/tr") if row.xpath("th")]
    assert len(rows) > 100
    assert all(row.xpath("count(th)") == 1 and row[0].get("scope") == "row" for row in rows)
    levels = [int(head.tag[1]) for head in root.xpath("//h1 | //h2 | //h3")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_page_and_workbook_hold_the_same_tables(
    tmp_path: Path, big: Callable[..., Report], lang: str
) -> None:
    for suffix in (".html", ".xlsx"):
        write(big(lang), tmp_path / f"r{suffix}")
    titles = [heading.text_content() for heading in page(tmp_path / "r.html").xpath("//h3")]
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    cells = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert titles
    assert [title for title in titles if title not in cells] == []


def test_what_customers_wrote_is_no_markup_on_the_page(tmp_path: Path) -> None:
    path = tmp_path / "r.html"
    write(attacked(), path)
    root = page(path)
    assert not root.xpath("//script | //b")
    assert {href for href in root.xpath("//@href") if not href.startswith("#")} == set()
    text = root.text_content()
    assert "<script>alert(1)</script>" in text
    assert "{{ 7*7 }}" in text
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\ud800-\udfff]", path.read_text("utf-8"))


def test_what_customers_wrote_is_text_in_the_workbook(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    write(attacked(), path)
    with zipfile.ZipFile(path) as parts:
        for name in parts.namelist():
            content = parts.read(name)
            if name.endswith((".xml", ".rels")):
                etree.fromstring(content)
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in content
                assert b"<hyperlink" not in content
                assert b"=cmd|&lt;b&gt;&amp;&amp;R" in content  # in a header & alone would begin a code
        assert not [name for name in parts.namelist() if "externalLink" in name]
        assert not any(
            b"evil.example" in parts.read(name) for name in parts.namelist() if name.endswith(".rels")
        )
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"]
    assert cells
    # openpyxl takes any text that begins with = for a formula; the file says inline or shared text
    values = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "@SUM(A1)" in values
    assert not any("\x1b" in value for value in values if isinstance(value, str))


def test_control_and_direction_characters_are_dropped_and_words_kept() -> None:
    assert plain("a\x1b[31mb\u202ec\nd") == "a[31mbc d"
    assert plain("张三 👨‍👩‍👧 Ünïcode") == "张三 👨‍👩‍👧 Ünïcode"


def test_the_workbook_opens_cleanly(tmp_path: Path, big: Callable[..., Report], audited: Audited) -> None:
    path = tmp_path / "r.xlsx"
    for report in (big("zh"), make([], lang="en"), attacked()):
        write(report, path)
        assert audited(path, FileFormat.OFFICE_2016) == set()


def test_charts_are_native_and_bound_to_the_cells_of_their_tables(
    tmp_path: Path, big: Callable[..., Report]
) -> None:
    path = tmp_path / "r.xlsx"
    write(big("en"), path)
    book = openpyxl.load_workbook(path)
    charts = parts_of(path, r"xl/charts/chart\d+\.xml")
    assert len(charts) > 10
    seen = 0
    for chart in charts:
        areas = etree.fromstring(chart).xpath("//*[local-name()='val']//*[local-name()='f']/text()")
        assert areas
        for where in areas:
            name, _, area = where.rpartition("!")
            cells = book[name.strip("'")][area.replace("$", "")]
            assert all(isinstance(row[0].value, int | float) for row in cells), where
            seen += len(cells)
    assert seen > 50


def test_charts_have_a_description(tmp_path: Path, big: Callable[..., Report]) -> None:
    path = tmp_path / "r.xlsx"
    write(big("zh"), path)
    drawings = parts_of(path, r"xl/drawings/drawing\d+\.xml")
    frames = [frame for part in drawings for frame in re.findall(rb"<xdr:cNvPr [^>]*>", part)]
    assert frames
    assert all(b'descr="' in frame for frame in frames)


def test_every_sheet_prints_on_one_page_width_with_header_and_page_numbers(
    tmp_path: Path, big: Callable[..., Report]
) -> None:
    path = tmp_path / "r.xlsx"
    write(big("zh"), path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [
        "摘要",
        "1 目的与范围",
        "2 投诉概述",
        "3 客户反馈",
        "4 流程与时效",
        "5 效果评估",
        "6 改进建议",
        "附录",
    ]
    sheets = parts_of(path, r"xl/worksheets/sheet\d+\.xml")
    assert len(sheets) == 8
    for content in sheets:
        text = content.decode()
        assert "<pageSetUpPr fitToPage=" in text
        assert re.search(r'<pageSetup paperSize="9" fitToHeight="0" orientation="landscape"', text)
        assert "<oddHeader>" in text
        assert "第 &amp;P 页，共 &amp;N 页" in text
        assert 'state="frozen"' in text
        assert "<mergeCell" not in text


def test_figures_are_numbers_in_the_workbook(tmp_path: Path) -> None:
    kpis = kpi_frame(kpi("reply_in_time", 0.6, 3, 5, target=0.96, met=False))
    path = tmp_path / "r.xlsx"
    write(
        make(
            [{"complaint_id": "A1", "kind": "complaint", "received_at": dt.datetime(2026, 10, 1)}], kpis=kpis
        ),
        path,
    )
    sheet = openpyxl.load_workbook(path)["5 Results"]
    row = next(
        row for row in sheet.iter_rows() if row[0].value == "Substantive reply in time" and row[3].value == 5
    )
    assert [cell.value for cell in row[1:6]] == [0.6, 3, 5, 0.96, "✘ missed"]
    assert row[1].number_format == "0.0%"


@pytest.mark.parametrize("suffix", [".html", ".xlsx"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_report_without_a_single_record_can_be_written(tmp_path: Path, lang: str, suffix: str) -> None:
    path = tmp_path / f"empty{suffix}"
    write(make([], lang=lang, sources=()), path)
    assert path.stat().st_size > 1000
    if suffix == ".html":
        assert "–" in page(path).text_content()
        assert "nan" not in page(path).text_content().lower().replace("finance", "")


@pytest.mark.parametrize("suffix", [".html", ".xlsx"])
def test_the_same_report_gives_the_same_file(big: Callable[..., Report], suffix: str) -> None:
    assert render(big("zh"), suffix) == render(big("zh"), suffix)


def test_an_unknown_format_is_refused_in_words() -> None:
    with pytest.raises(ReportFormatError) as caught:
        render(make([]), ".docx")
    assert "docx" in caught.value.text.zh
    assert ".html" in caught.value.text.en
    assert isinstance(caught.value, KesuError)


def test_writing_a_page_does_not_load_the_workbook_writer_nor_a_plotting_library(tmp_path: Path) -> None:
    code = "import sys, kesu.reports.formats.html; print([m for m in ('xlsxwriter', 'matplotlib', 'openpyxl') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
