"""Columns that are declared to be about nobody name somebody all the same: not in what is handed over, and figures stay."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd

from kesu.jobs.convert import Tables, contents, tables
from kesu.jobs.figures import kpi_table
from kesu.jobs.load import load_all
from kesu.jobs.unnamed import unnamed
from kesu.register.columns import DECLARED, EntrySheet
from kesu.workbook.own import beside
from tests.jobs.kept.books import NOW

HEAD = "投诉编号,受理时间,类别,客户姓名,联系方式,客户原话,投诉渠道,投诉类型,产品,版本,涉及人员,涉及部门,根本原因,赔付金额,状态"
ROWS = (
    "T-1,2026-10-08 09:00,投诉,张三丰,13800138000,坏了,电话,产品质量,张三丰定制版,给13800138000,王小二,仓储部（王小二）、客服部,张三丰误操作,DE89370400440532013000,处理中",
    "T-2,2026-10-08 10:00,投诉,李四光,13900139000,慢了,电话,产品质量,张三丰定制版,4.2,无,客服部,张三丰误操作,退到李四光卡上,处理中",
    "T-3,2026-10-08 11:00,投诉,张三岁,13700137000,慢了,电话,产品质量,标准版,4.2,无,客服部,张三岁误操作,,处理中",
)
NAMES = (
    "张三丰",
    "李四光",
    "张三岁",
    "王小二",
    "三丰",
    "四光",
    "三岁",
    "小二",
    "13800138000",
    "3704004405320130",
)


def written(folder: Path, name: str = "a.csv") -> Tables:
    (folder / name).write_text("\n".join([HEAD, *ROWS]) + "\n", encoding="utf-8")
    return tables(load_all([folder / name], NOW), unmasked=False)


def test_every_column_loses_who_is_named_in_its_row(tmp_path: Path) -> None:
    made = written(tmp_path)
    cases = made.frames["register"]
    assert cases["product"].to_list() == [
        "张**定制版",
        "张**定制版",
        "标准版",
    ]  # the second row's customer is another one
    assert cases["root_cause"].to_list() == ["张**误操作", "张**误操作", "张**误操作 (2)"]
    assert cases["version"].to_list() == ["给138****8000", "4.2", "4.2"]
    assert cases["involved_departments"].to_list() == ["仓储部（王**）、客服部", "客服部", "客服部"]
    problems = [json.loads(cell)[0][2] for cell in cases["problems"].dropna()]
    assert problems == ["DE****00", "退到李**卡上"]
    assert cases["complaint_id"].to_list() == ["T-1", "T-2", "T-3"]
    assert "7 cells name customers" in made.remarks[1].en
    assert "Product, Version, Departments involved, Root cause" in made.remarks[1].en
    for content in contents(made).values():
        frame = pd.read_parquet(io.BytesIO(content))
        text = "\n".join(map(str, frame.astype(object).to_numpy().ravel())) + content.decode("latin-1")
        assert not [name for name in NAMES if name in text or name.encode().decode("latin-1") in text]


def test_figures_by_department_and_cause_are_those_of_the_register(tmp_path: Path) -> None:
    for name, content in contents(written(tmp_path)).items():
        out = tmp_path / "all.parquet"
        (out if name == "register" else beside(out, name)).write_bytes(content)
    before, after = (
        kpi_table([one.assessment for one in load_all([tmp_path / name], NOW) if one.assessment], None, NOW)
        for name in ("a.csv", "all.parquet")
    )
    departments = [set(table[table["group_by"].eq("department")]["group"]) for table in (before, after)]
    assert departments == [{"仓储部（王小二）、客服部", "客服部"}, {"仓储部（王**）、客服部", "客服部"}]
    figures = ["kpi", "group_by", "value", "numerator", "denominator"]
    pd.testing.assert_frame_equal(after[figures], before[figures])


def test_a_register_called_by_a_number(tmp_path: Path) -> None:
    made = written(tmp_path, "张三丰 13912345678.csv")
    assert made.said["registers"][0]["name"] == "张** 139****5678.csv"
    assert set(made.frames["register"]["register"]) == {"张** 139****5678.csv"}


def frames() -> dict[EntrySheet, pd.DataFrame]:
    """Two registers; an item of the second complaint, one of none, an improvement for the cause of the second."""
    given: dict[EntrySheet, list[dict[str, str]]] = {
        "register": [
            {"complaint_id": "1", "customer_name": "Anna Lovelace", "root_cause": "late", "product": "Lovelace plan", "register": "a"},
            {"complaint_id": "1", "customer_name": "Bo Turing", "root_cause": "Turing's router", "register": "b"},
            {"complaint_id": "turing bo/2", "customer_name": "Bo Turing", "register": "b"},
        ],
        "items": [
            {"complaint_id": "1", "department": "Repair (Turing)", "register": "b"},
            {"complaint_id": "1", "department": "Repair (Turing)", "register": "a"},
            {"complaint_id": "9", "department": "for Anna Lovelace", "register": "a"},
            {"complaint_id": "turing bo/2", "basis": "asked Turing", "register": "b"},
        ],
        "improvements": [{"cause": "Turing's router", "measure_id": "G-1", "department": "IT", "register": "b"}],
    }  # fmt: skip
    made: dict[EntrySheet, pd.DataFrame] = {}
    for name, rows in given.items():
        keys = [
            column.key for column in DECLARED[name] if column.kind in {"id", "text", "long_text", "phone"}
        ]
        frame = pd.DataFrame(rows, columns=pd.Index([*keys, "register"])).astype("str")
        made[name] = frame.assign(register=pd.Categorical(frame["register"], ["a", "b"]))
    return made


def test_items_go_by_their_complaint_and_what_is_nobodys_by_all() -> None:
    found = unnamed(frames(), frozenset({"lovelaceplan"})).frames
    assert found["register"]["product"].to_list()[0] == "Lovelace plan"  # what a deadline rule goes by stays
    assert found["register"]["root_cause"].dropna().to_list() == ["late", "T**'s router"]
    assert found["improvements"]["cause"].to_list() == ["T**'s router"]  # still the same cause
    assert found["items"]["department"].dropna().to_list() == ["Repair (T**)", "Repair (T**)", "for A**"]
    assert found["items"]["basis"].dropna().to_list() == ["asked T**"]
    assert found["register"]["complaint_id"].to_list() == [
        "1",
        "1",
        "t**/2",
    ]  # and its item still hangs off it
    assert found["items"]["complaint_id"].to_list() == ["1", "1", "9", "t**/2"]
