"""``kesu doubles`` as it is typed: what is shown, what is hidden, and decisions that stay."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from kesu.cli import main
from kesu.workbook.writing import build_register

AS_OF = ("--as-of", "2026-10-31")
ROWS = {
    "complaint_id": ["K-1", "K-2", "K-3"], "kind": "complaint", "status": "new", "channel": "phone", "category": "quality",
    "received_at": [dt.datetime(2026, 10, 1, 9), dt.datetime(2026, 10, 2, 9), dt.datetime(2026, 10, 2, 10)],
    "customer_name": ["张三", "张三", "李四"], "customer_contact": ["13800138000", "13800138000", "13900139000"],
    "verbatim": ["手机充不进电，张三打了三次电话", "手机充不进电，打了三次电话", "=手机充不进电，打了三次电话"],
}  # fmt: skip


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = tmp_path / "r.xlsx"
    build_register(path, "zh", complaints=pd.DataFrame(ROWS), today=dt.date(2026, 10, 31))
    return path


def run(*words: object, lang: str = "C.UTF-8") -> Result:
    env = {"LC_ALL": None, "LC_MESSAGES": None, "LANG": lang}
    return CliRunner().invoke(main, ["doubles", *map(str, words)], env=env)


def test_a_pair_is_shown_with_reasons_and_without_personal_data(register: Path) -> None:
    done = run(register, *AS_OF)
    assert done.exit_code == 1
    assert "K-1" in done.stdout
    assert "K-2" in done.stdout
    assert "K-3" not in done.stdout
    assert "联系方式相同；姓名相同" in done.stdout  # the register is Chinese
    assert "1 pair to be decided" in done.stderr  # whoever types is not
    assert "13800138000" not in done.stdout
    assert "张三" not in done.stdout
    assert "张三" in run(register, *AS_OF, "--unmasked").stdout


def test_the_same_as_json(register: Path) -> None:
    [pair] = json.loads(run(register, *AS_OF, "--format", "json", "--lang", "en").stdout)
    assert pair["verdict"] is None
    assert pair["reasons"][:2] == ["same contact", "same name"]
    one, other = pair["complaints"]
    assert (one["complaint_id"], one["row"], other["complaint_id"], other["row"]) == ("K-1", 6, "K-2", 7)
    assert one["customer_contact"] == "138****8000"
    assert "张三" not in json.dumps(pair, ensure_ascii=False)


def test_a_decision_is_an_item_and_is_not_asked_again(register: Path) -> None:
    before = parts(register)
    done = run(register, *AS_OF, "--decide", "k-2", "K-1", "repeat", "--by", "王五")
    assert done.exit_code == 0, done.stderr
    sheet = openpyxl.load_workbook(register)["事项"]
    row = [cell.value for cell in sheet[5]]
    assert row[:5] == ["K-2", "重复核对", "K-1", "王五", dt.datetime(2026, 10, 31, 23, 59, 59)]
    assert "再次投诉" in row
    changed = {name for name, data in parts(register).items() if before.get(name) != data}
    assert not [name for name in changed if "sheet2" in name and "投诉" in name]
    again = run(register, *AS_OF)
    assert again.exit_code == 0
    assert again.stdout.strip() == ""
    assert "Pairs decided before and not listed again: 1" in again.stderr
    assert "[再次投诉]" in run(register, *AS_OF, "--all").stdout


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name) for name in book.namelist()}


@pytest.mark.slow
def test_the_same_decision_twice_is_written_once_and_another_one_counts(register: Path) -> None:
    done = run(register, *AS_OF, "--decide", "K-1", "K-2", "same", "--by", "Ann")
    assert "Figures still count both rows" in done.stderr
    before = register.read_bytes()
    done = run(register, *AS_OF, "--decide", "K-2", "K-1", "same", "--by", "Ann")
    assert (done.exit_code, register.read_bytes()) == (0, before)
    run(register, "--as-of", "2026-11-01", "--decide", "K-1", "K-2", "different", "--by", "Bob")
    [pair] = json.loads(run(register, *AS_OF, "--all", "--format", "json").stdout)
    assert pair["verdict"] == "different"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--decide", "K-1", "K-9", "same", "--by", "Ann"), "has no complaint “K-9”"),
        (("--decide", "K-1", "k-1", "same", "--by", "Ann"), "the same row"),
        (("--decide", "K-1", "K-2", "same"), "--by"),
        (("--decide", "K-1", "K-2", "maybe", "--by", "Ann"), "maybe"),
    ],
)
def test_what_cannot_be_decided_is_said(register: Path, words: tuple[str, ...], said: str) -> None:
    before = register.read_bytes()
    done = run(register, *AS_OF, *words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert register.read_bytes() == before


@pytest.mark.slow
def test_a_register_made_before_knows_the_choices(register: Path) -> None:
    book = openpyxl.load_workbook(register)
    for row in book["设置"].iter_rows():
        for cell in row:
            if cell.value in {"double", "conflict", "same", "repeat", "different"}:
                cell.value = cell.offset(0, -1).value = cell.offset(0, 1).value = cell.offset(0, 2).value = (
                    None
                )
    book.save(register)
    assert run(register, *AS_OF, "--decide", "K-1", "K-2", "same", "--by", "Ann").exit_code == 0
    done = run(register, *AS_OF)
    assert (done.exit_code, done.stdout.strip()) == (0, "")


def test_a_text_table_is_listed_but_takes_no_decision(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    rows = pd.DataFrame(ROWS).assign(kind="投诉", channel="电话", category="产品质量", status="新建")
    heads = [
        "投诉编号",
        "类别",
        "状态",
        "投诉渠道",
        "投诉类型",
        "受理时间",
        "客户姓名",
        "联系方式",
        "客户原话",
    ]
    rows.to_csv(path, index=False, header=heads)
    assert run(path, *AS_OF).exit_code == 1
    done = run(path, *AS_OF, "--decide", "K-1", "K-2", "same", "--by", "Ann")
    assert done.exit_code == 3
    assert "r.csv" in done.stderr
