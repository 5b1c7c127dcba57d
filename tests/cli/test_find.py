"""``kesu find``: by name, phone, account, number or words, over registers in both languages; and at logging."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
import xlwings as xw
from click.testing import CliRunner, Result

from kesu.cli import main
from kesu.live import macros
from kesu.workbook.writing import build_register
from tests.live.addin.memory_book import Book, engine

DAY = dt.date(2026, 10, 31)


def run(*words: str | Path) -> Result:
    done = CliRunner().invoke(main, ["find", *map(str, words)], env={"LC_ALL": None, "LC_MESSAGES": None, "LANG": "C.UTF-8"})  # fmt: skip
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def case(number: str, day: int, name: str, contact: str, account: str | None, said: str, **more: object) -> dict[str, object]:  # fmt: skip
    return {
        "complaint_id": number, "kind": "complaint", "received_at": dt.datetime(2026, 10, day, 9), "channel": "phone", "customer_name": name,
        "customer_contact": contact, "customer_account": account, "verbatim": said, "category": "quality", "status": "closed", **more,
    }  # fmt: skip


@pytest.fixture(scope="module")
def registers(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two registers; Li Si complained twice, once in each."""
    folder = tmp_path_factory.mktemp("find")
    zh = [
        case("K-1", 1, "李四", "13812345678", "A-1001", "宽带断网三天，打 13987654321 没人接", customer_tier="vip", satisfaction="satisfied"),
        case("K-2", 5, "王五", "13800000002", None, "账单多收二十元", solution="退款到账户"),
    ]  # fmt: skip
    en = [
        case("E-1", 9, "Li Si", "+86 138 1234 5678", None, "Router broken again", status="in_progress"),
        case(
            "E-2", 3, "Ann O'Neil", "ann@example.com", "a 1001", "The ＲＯＵＴＥＲ is fine, the bill is not"
        ),
    ]
    items = pd.DataFrame([{"complaint_id": "E-2", "item_kind": "demand", "what": "refund of the setup fee"}])
    build_register(folder / "zh.xlsx", "zh", complaints=pd.DataFrame(zh), today=DAY)
    build_register(folder / "en.xlsx", "en", complaints=pd.DataFrame(en), items=items, today=DAY)
    return [folder / "zh.xlsx", folder / "en.xlsx"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("李四", ["K-1"]),
        ("138-1234-5678", ["E-1", "K-1"]),  # with and without the country's code, the latest first
        ("5678", ["E-1", "K-1"]),
        ("678", []),  # everybody's
        ("A1001", ["E-2", "K-1"]),  # case, blank and dash of an account do not count
        ("ann@example.com", ["E-2"]),
        ("k-2", ["K-2"]),
        ("router", ["E-1", "E-2"]),  # full width too
        ("router bill", ["E-2"]),
        ("router 账单", []),  # every word in one complaint
        ("setup fee", ["E-2"]),  # of an item
        ("退款", ["K-2"]),
        ("o'neil", ["E-2"]),
    ],
)
def test_what_is_found(registers: list[Path], text: str, found: list[str]) -> None:
    done = run(*registers, text, "--format", "json")
    assert [one["complaint_id"] for one in json.loads(done.stdout)] == found
    assert done.exit_code == 0


def test_where_it_was_found_and_nobody_is_shown(registers: list[Path]) -> None:
    done = run(registers[0], "断网", "--format", "json")
    [one] = json.loads(done.stdout)
    assert one["found_in"] == ["verbatim"]
    assert (one["customer_name"], one["customer_contact"], one["status"]) == ("李**", "138****5678", "已结案")
    assert "13987654321" not in done.output
    assert "13987654321" in run(registers[0], "断网", "--format", "json", "--unmasked").output
    [item] = json.loads(run(registers[1], "setup", "--format", "json").stdout)
    assert item["found_in"] == ["items.what"]


def test_as_a_table_and_where_there_is_nothing(registers: list[Path]) -> None:
    done = run(*registers, "router", "--lang", "en")
    head, _, first, second = done.stdout.splitlines()
    assert head.split("  ")[0] == "register"
    assert ("E-1" in first, "In progress" in first, "Verbatim" in first, "E-2" in second) == (True,) * 4
    assert "2 complaints found" in done.stderr
    nothing = run(*registers, "nobody said this")
    assert (nothing.exit_code, nothing.stdout, "0 complaints found" in nothing.stderr) == (0, "", True)


@pytest.fixture
def book(registers: list[Path]) -> Iterator[xw.Book]:
    before = xw.engines.active
    xw.engines.add(xw.Engine(impl=engine))
    xw.engines["memory"].activate()
    yield xw.Book(impl=Book(openpyxl.load_workbook(registers[0])))
    xw.engines.active = before


def test_a_promise_made_at_logging_is_noted_once(book: xw.Book) -> None:
    """It becomes an item of the complaint, which reminds; “none” does not."""
    said = macros.new_complaint(
        book, channel="电话", verbatim="x", owner="赵敏", more={"commitments": "周五前回电"}
    )
    assert "承诺已列入“事项”" in said
    none = macros.new_complaint(book, channel="电话", verbatim="y", more={"commitments": "无"})
    assert "列入“事项”" not in none
    grid = book.impl.sheets("事项").grid
    [row] = [row for (row, _), value in grid.items() if value == "周五前回电"]
    there = [value for (at, _), value in grid.items() if at == row]
    number = said.split("，", maxsplit=1)[0].split()[-1]
    assert {"承诺", "赵敏", number} <= set(map(str, there))


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ({"more": {"customer_account": "a1001"}}, True),
        ({"customer_contact": "86 138 1234 5678"}, True),
        ({"customer_contact": "86 138 1234 5678", "customer_tier": "其他"}, True),
        ({"customer_name": "李四"}, False),  # many are called so
        ({}, False),
    ],
)
def test_at_logging_the_customers_earlier_complaints_are_told(
    book: xw.Book, given: dict[str, Any], known: bool
) -> None:
    said = macros.new_complaint(book, channel="电话", verbatim="又断网了", **given)
    assert ("这位客户以前投诉过 1 次：K-1（2026-10-01、产品质量、已结案、满意）" in said) is known
    assert ("客户等级按以前的投诉填了“VIP”" in said) is (known and "customer_tier" not in given)
    grid = book.impl.sheets("投诉登记").grid
    heads = {str(words).removesuffix(" *"): at for (row, at), words in grid.items() if row == 5}
    tier = given.get("customer_tier") or ("VIP" if known else None)
    assert grid.get((8, heads["客户等级"])) == tier
