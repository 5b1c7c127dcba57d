"""The page as people look at it: in Chromium, on telephone, desk and wide screen, light, dark and on paper."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from kesu.reports.chapters.blocks import Block, Chapter, Document, Table
from kesu.reports.chapters.document import document
from kesu.reports.formats import html
from kesu.reports.model import Report
from tests.reports.reports_by_hand import big_report, make

pytestmark = pytest.mark.slow

WIDTHS = (390, 1366, 1920)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
AXE = """axe.run({exclude: ["svg.chart text"]}, {preload: false, resultTypes: ["violations"]}).then(
    found => found.violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.html}`)))"""
"""What axe-core has against the page; words in charts it cannot judge (nor see what is behind them): see ``CHARTS``."""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
NARROW_CELLS = """[...document.querySelectorAll("th, td")].filter(cell => {
    const style = getComputedStyle(cell), size = parseFloat(style.fontSize), words = document.createRange();
    const room = cell.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    words.selectNodeContents(cell);
    return cell.clientWidth && room < 4 * size && words.getBoundingClientRect().height > 2.5 * parseFloat(style.lineHeight);
}).map(cell => `${cell.textContent} ${cell.clientWidth}`)"""
"""Cells of three lines or more in a column of fewer than four Chinese characters."""
CHARTS = """() => {
    const found = [];
    const light = colour => {
        const [r, g, b] = colour.match(/[\\d.]+/g).map(part => part / 255)
            .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
    const paper = getComputedStyle(document.body).backgroundColor;
    for (const chart of document.querySelectorAll("svg.chart")) {
        if (!chart.clientWidth) continue;
        const frame = chart.viewBox.baseVal, words = [];
        for (const text of chart.querySelectorAll("text")) {
            const box = text.getBBox(), x = box.x + box.width / 2, y = box.y + box.height / 2;
            const behind = [...chart.querySelectorAll("rect")].map(rect => [rect.getBBox(), rect])
                .filter(([at]) => at.x <= x && x <= at.x + at.width && at.y <= y && y <= at.y + at.height)
                .map(([, rect]) => getComputedStyle(rect).fill);
            const ratio = contrast(getComputedStyle(text).fill, behind.at(-1) ?? paper);
            if (ratio < 4.5) found.push(`${text.textContent}: contrast ${ratio.toFixed(1)}`);
            if (box.x < -1 || box.x + box.width > frame.width + 1 || box.y < 0 || box.y + box.height > frame.height + 4)
                found.push(`${text.textContent}: outside`);
            for (const [other, at] of words)
                if (box.x < at.x + at.width && at.x < box.x + box.width && box.y + 3 < at.y + at.height - 3 && at.y + 3 < box.y + box.height - 3)
                    found.push(`${text.textContent} over ${other}`);
            words.push([text.textContent, box]);
        }
    }
    return found;
}"""
DRAWN = """[...document.querySelectorAll("svg.chart")].filter(chart => chart.clientWidth)
    .map(chart => chart.classList.contains("narrow"))"""


def needed(*names: str) -> str:
    """The first of these programs that there is; without one the test is skipped, in CI it fails."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI must have {names[0]}: apt-get install chromium poppler-utils")
        pytest.skip(f"{names[0]} is not on the PATH")
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = needed(*BROWSERS)
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=program)
        yield started
        started.close()


@dataclasses.dataclass
class Shown:
    """A report open in a tab, and what it asked for or complained of."""

    tab: Page
    noise: list[str]

    def ask(self, script: str) -> Any:
        """What ``script`` finds in the page."""
        return self.tab.evaluate(script)


@pytest.fixture(scope="module")
def shown(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Shown]:
    """Pages by name, each in a tab of its own: reports in two languages, the same in brief, and one of long words."""
    axe = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    folder = tmp_path_factory.mktemp("pages")
    whole = {
        "zh": document(big_report("zh")),
        "en": document(big_report("en")),
        "long": document(long_words()),
    }
    brief = {f"{lang} in brief": in_brief(whole[lang]) for lang in ("zh", "en")}
    found = {}
    for name, content in (whole | brief).items():
        path = folder / f"{name}.html"
        path.write_bytes(html.render(content))
        found[name] = Shown(browser.new_page(), [])
        watched(found[name], path.as_uri())
        found[name].tab.goto(path.as_uri())
        found[name].ask(
            axe if name in brief else "document.querySelectorAll('details').forEach(one => one.open = true)"
        )
    return found


def watched(page: Shown, own: str) -> None:
    def heard(what: str) -> None:
        if what != own:
            page.noise.append(what)

    page.tab.on("request", lambda request: heard(request.url))
    page.tab.on("console", lambda message: heard(message.text))
    page.tab.on("pageerror", lambda error: heard(str(error)))


def in_brief(content: Document) -> Document:
    """The same with one table of each kind, of two rows: axe looks at every word, and more of a kind tell it nothing."""
    seen = set()

    def new(block: Block) -> bool:
        kind = (type(block), *((block.folded, block.chart and block.chart.kind, tuple(c.kind for c in block.columns))
                               if isinstance(block, Table) else ()))  # fmt: skip
        first = kind not in seen
        seen.add(kind)
        return first or not isinstance(block, Table)

    def cut(chapter: Chapter) -> Chapter:
        blocks = (
            dataclasses.replace(block, rows=block.rows[: 12 if block.folded else 2])
            if isinstance(block, Table)
            else block
            for block in chapter.blocks
            if new(block)
        )
        return dataclasses.replace(chapter, blocks=tuple(blocks))

    summary, *chapters, appendix = map(cut, content.all)
    return dataclasses.replace(content, summary=summary, chapters=tuple(chapters), appendix=appendix)


def long_words() -> Report:
    """A report whose customers and team write words without end, markup and addresses."""
    word = "<img src=http://evil.example/x onerror=alert(1)>" + "W" * 120
    row: dict[str, Any] = dict.fromkeys(
        ("complaint_id", "customer_name", "verbatim", "product", "root_cause", "owner", "lessons", "involved_departments"), word,
    )  # fmt: skip
    row |= {"received_at": dt.datetime(2026, 10, 2), "severity": "urgent", "resolution_state": "overdue"}
    rows = [
        row | {"kind": kind, "register": f"{word}{n}"}
        for n, kind in enumerate(("complaint", "feedback", "praise"))
    ]
    followups = big_report("en", 3).followups.head(3).assign(owner=word, register=word, complaint_id=word)
    return make(rows, followups=followups, organisation=word, unmasked=True)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_everybody_can_read_the_page(
    shown: dict[str, Shown], lang: str, scheme: Literal["light", "dark"], width: int
) -> None:
    page = shown[f"{lang} in brief"]
    page.tab.emulate_media(color_scheme=scheme, media="screen")
    page.tab.set_viewport_size({"width": width, "height": 900})
    assert page.ask(SIDEWAYS) == 0
    assert page.ask(NARROW_CELLS) == []
    assert set(page.ask(DRAWN)) == {width < 600}
    assert page.ask(CHARTS) == []
    assert page.ask(AXE) == []
    assert page.noise == []
    dark = page.ask("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"
    assert dark == (scheme == "dark")


@pytest.mark.parametrize("width", [320, 390, 600, 601, 800, 1000, 1001, 1366])
def test_no_text_makes_the_page_scroll_sideways(shown: dict[str, Shown], width: int) -> None:
    for page in shown.values():
        page.tab.emulate_media(media="screen")
        page.tab.set_viewport_size({"width": width, "height": 900})
        assert page.ask(SIDEWAYS) == 0
        assert page.noise == []


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_paper_is_filled_and_light(shown: dict[str, Shown], tmp_path: Path, lang: str, paper: str) -> None:
    read = needed("pdftotext")
    page = shown[lang]
    page.tab.emulate_media(color_scheme="dark", media="print")
    page.tab.set_viewport_size({"width": 680, "height": 1000})  # A4 without its margins
    assert page.ask("getComputedStyle(document.body).color") == "rgb(29, 43, 54)"
    assert page.ask(SIDEWAYS) == 0
    assert page.ask(NARROW_CELLS) == []
    page.tab.pdf(path=tmp_path / "report.pdf", format=paper)
    done = subprocess.run([read, "-bbox", str(tmp_path / "report.pdf"), "-"], capture_output=True, check=True)
    sheets = done.stdout.decode().split("<page ")[1:]
    filled = [used(sheet) for sheet in sheets]
    assert len(sheets) > 5
    assert [share for share in filled[:-1] if share < 0.6] == []


def used(sheet: str) -> float:
    """How far down a page of pdftotext's goes, as a share of its height without the margins."""
    height = float(re.findall(r'height="([\d.]+)"', sheet)[0])
    ends = [float(end) for end in re.findall(r'yMax="([\d.]+)"', sheet)]
    top, bottom = 14 / 25.4 * 72, height - 16 / 25.4 * 72
    return max((end - top) / (bottom - top) for end in ends if end <= bottom)
