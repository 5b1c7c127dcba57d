"""Whatever a team or a customer typed, and wherever: no output holds a formula, name, link or code that it would not hold without.

Every file is made twice, from hostile texts and from harmless ones in the same places, and what can run is compared.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import html.parser
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import click.testing
import pandas as pd
import pytest

from kesu.cli import main
from kesu.register.columns import BY_KEY
from kesu.register.settings import KpiTarget, Rule, Settings, load_profile
from kesu.words.text import Text
from kesu.workbook.writing import build_register
from kesu.xlsx.create import new_workbook
from tests.hostile.attacks import CELLS

DAY = dt.date(2026, 10, 31)
AS_OF = ("--as-of", "2026-10-31")
RUNS = {"f", "formula", "formula1", "formula2", "definedName", "calculatedColumnFormula", "totalsRowFormula"}
LISTED = (
    "complaint_id",
    "kind",
    "customer_tier",
    "received_at",
    "channel",
    "category",
    "customer_name",
    "verbatim",
    "status",
)
KEPT = {
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
    "{=1+1}",
    "http://evil.invalid/",
    "=cmd|' /C calc'!A0",
    "<r><t>evil</t></r>",
}


def run(*words: str | Path, code: int = 0) -> click.testing.Result:
    env = {"LC_ALL": None, "LC_MESSAGES": None, "LANG": "C.UTF-8"}
    done = click.testing.CliRunner().invoke(main, list(map(str, words)), env=env)
    assert done.exit_code == code, (done.output, done.stderr, done.exception)
    return done


def planted(texts: list[str]) -> Settings:
    """Settings in which everything that a team may type is one of ``texts``."""
    settings, turn = load_profile(), iter(texts * 99)
    codes = {
        name: tuple(
            dataclasses.replace(code, label=Text(words, words))
            for at, code in enumerate(choices)
            for words in [f"{next(turn)[:200]} {at}"]
        )
        for name, choices in settings.codes.items()
    }
    rules = tuple(dataclasses.replace(rule, note=next(turn)[:200]) for rule in settings.rules)
    return dataclasses.replace(
        settings,
        organisation=texts[0] + texts[-1],
        codes=codes,
        rules=(*rules, Rule("resolution", 24, product=next(turn)[:200], note=next(turn)[:200])),
        kpi_targets=(KpiTarget("work_order_in_time", 0.9, department=texts[1]),),
        closed_days=(DAY,),
        day_names={DAY: texts[2][:200]},
        words={name: (*words, next(turn)[:200]) for name, words in settings.words.items()},
        tell_at_50=texts[3], tell_at_80=texts[4], tell_at_100=texts[5],
    )  # fmt: skip


def complaints(texts: list[str], settings: Settings) -> tuple[pd.DataFrame, pd.DataFrame]:
    free = ("customer_name", "customer_contact", "customer_account", "verbatim", "details", "product", "owner",
            "involved_staff", "involved_departments", "solution", "root_cause", "commitments", "lessons", "evidence")  # fmt: skip
    number = [f"{text[:60]}#{at}" for at, text in enumerate(texts)]
    codes = {
        key: [
            settings.codes[BY_KEY[key].codes][at % len(settings.codes[BY_KEY[key].codes])].key
            for at in range(len(texts))
        ]
        for key in ("customer_tier", "channel", "category", "severity")
    }
    frame = pd.DataFrame(
        {"complaint_id": number, "kind": "complaint", "status": "new", "received_at": dt.datetime(2026, 10, 1, 9),
         **codes, **dict.fromkeys(free, texts)}
    )  # fmt: skip
    items = pd.DataFrame(
        {"complaint_id": [number[0]] * len(texts), "item_kind": "action", "what": texts, "owner": texts, "result_note": texts,
         "department": texts, "due_at": dt.datetime(2026, 10, 5)}
    )  # fmt: skip
    return frame, items


def team_list(path: Path, texts: list[str]) -> None:
    """A list of a team's own, with headings that are attacks beside those that kesu knows."""
    book = new_workbook(path, DAY)
    sheet = book.add_worksheet("投诉登记")
    look = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write_row(0, 0, [*(BY_KEY[key].label.zh for key in LISTED), *texts])
    for row, text in enumerate(texts, 1):
        words = f"{text[:99]} {row}"
        sheet.write_row(row, 0, [words, "投诉", text, None, text, text, text, text, text])
        sheet.write_datetime(row, 3, dt.datetime(2026, 10, 1, 9), look)
    book.close()


def outputs(folder: Path, texts: list[str]) -> dict[str, Path]:
    """One file of every kind that kesu makes of what somebody typed, by kind."""
    settings = planted(texts)
    frame, items = complaints(texts, settings)
    made = {name: folder / f"{name}.xlsx" for name in
            ("register", "blank", "form", "details", "masked", "report", "unmasked", "team", "collected", "merged")}  # fmt: skip
    made |= {"page": folder / "page.html", "bare": folder / "bare.html"}
    build_register(made["register"], "en", settings, complaints=frame, items=items, today=DAY)
    for name in ("team", "collected"):
        team_list(made[name], texts)
    register = made["register"]
    run("form", register, "-o", made["blank"], *AS_OF)
    for name, number, *more in (("form", 1), ("details", 0), ("masked", 2, "--mask")):
        run("form", "-o", made[name], *AS_OF, *more, "--", register, frame["complaint_id"][number].strip())
    run("report", register, "-o", made["report"], "-o", made["page"], "--period", "2026-10", *AS_OF)
    run(
        "report",
        register,
        "-o",
        made["unmasked"],
        "-o",
        made["bare"],
        "--period",
        "2026-10",
        "--unmasked",
        *AS_OF,
    )
    run("refresh", register, *AS_OF)
    run("refresh", made["team"], *AS_OF)
    other = frame.assign(
        **{key: list(reversed(texts)) for key in ("details", "product", "owner", "solution")}
    )
    build_register(folder / "copy.xlsx", "en", settings, complaints=other, items=items, today=DAY)
    run("merge", register, folder / "copy.xlsx", made["team"], "-o", made["merged"], *AS_OF, code=1)
    return made


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return outputs(tmp_path_factory.mktemp("every-hostile"), list(CELLS.values()))


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return outputs(tmp_path_factory.mktemp("every-harmless"), [f"word{at}" for at in range(len(CELLS))])


class Held:
    """What a workbook holds that could run or lead somewhere; numbers do not count, rows may be more."""

    def __init__(self, path: Path) -> None:
        self.running: set[tuple[str, str]] = set()
        self.codes: set[str] = set()
        self.texts: set[str] = set()
        with zipfile.ZipFile(path) as book:
            self.parts = {re.sub(r"\d+", "", name) for name in book.namelist()}
            for name in book.namelist():
                if name.endswith((".xml", ".rels", ".vml")):
                    self._part(ET.fromstring(book.read(name)))  # noqa: S314

    def _part(self, root: Any) -> None:
        for node in root.iter():
            tag = node.tag.rpartition("}")[2]
            if tag in RUNS:
                self.running.add((tag, re.sub(r"\d+", "", node.text or "")))
            elif tag == "Relationship":
                self.running.add((node.get("TargetMode", ""), re.sub(r"\d+", "", node.get("Target", ""))))
            elif tag in {"hyperlink", "hlinkClick", "hlinkHover"}:
                place = node.get("location", node.get("id", ""))
                self.running.add((tag, re.sub(r"![A-Z]+\d+$", "", place)))  # which cell does not count
            elif tag in {"oddHeader", "oddFooter"}:
                self.codes |= set(re.findall(r'&(?:"[^"]*"|\d+|.)', (node.text or "").replace("&&", "")))
            elif tag == "t":
                self.texts.add(
                    re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), node.text or "")
                )


WORKBOOKS = ("register", "blank", "form", "details", "masked", "report", "unmasked", "team", "merged")


CUT = re.compile(r"""IF\(('Item details'![A-Z])="","",IF\(LEN\(\1\)>,LEFT\(\1,\)&"…",\1\)\)""")
"""How the page shows an item that is too long for it: the cell itself, never what stands in it."""


@pytest.mark.parametrize("kind", WORKBOOKS)
def test_a_workbook_from_hostile_texts_holds_nothing_more_that_runs(
    hostile: dict[str, Path], harmless: dict[str, Path], kind: str
) -> None:
    bad, good = Held(hostile[kind]), Held(harmless[kind])
    assert {one for one in bad.running - good.running if not CUT.fullmatch(one[1])} == set()
    assert bad.parts - good.parts == set()
    assert not [one for one in bad.running if one[0] == "External"]
    assert bad.codes <= good.codes | {'&"Calibri"'}
    assert not [
        name
        for name in bad.parts
        if re.search("externalLink|connections|queryTable|vbaProject|embeddings", name)
    ]


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [("register", KEPT), ("blank", KEPT), ("team", KEPT), ("merged", KEPT), ("unmasked", {"=1+1"})],
)
def test_the_texts_are_there_as_they_were_typed(
    hostile: dict[str, Path], kind: str, wanted: set[str]
) -> None:
    texts = Held(hostile[kind]).texts
    assert not [
        text for text in wanted if not any(one == text or one.startswith(f"{text} ") for one in texts)
    ]


class Page(html.parser.HTMLParser):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: set[tuple[str, frozenset[str]]] = set()
        self.links: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add((tag, frozenset(name for name, _ in attrs)))
        self.links |= {
            re.sub(r"\d+", "", value or "")
            for name, value in attrs
            if name in {"href", "src", "action", "xlink:href"}
        }


@pytest.mark.parametrize("kind", ["page", "bare"])
def test_a_page_from_hostile_texts_has_no_tag_attribute_or_link_more(
    hostile: dict[str, Path], harmless: dict[str, Path], kind: str
) -> None:
    bad, good = Page(hostile[kind]), Page(harmless[kind])
    assert bad.tags - good.tags == set()
    assert bad.links - good.links == set()


def test_the_audit_finds_nothing_that_excel_would_mend(hostile: dict[str, Path], audited: Any) -> None:
    for kind in ("blank", "form", "report"):
        assert audited(hostile[kind]) == set(), kind
