"""A register in the binary format is read like any other."""

from __future__ import annotations

import csv
import datetime as dt
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from kesu.jobs.load import load
from tests.hostile.xlsb_writer import Value, write_xlsb

HEADER = ("投诉编号", "类别", "客户等级", "受理时间", "投诉渠道", "联系方式", "问题细节", "赔付金额")
ROWS: list[tuple[Value, ...]] = [
    ("2026 年投诉登记表",),
    HEADER,
    ("001", "投诉", "VIP", dt.datetime(2026, 10, 1, 9, 5), "电话", 13800138000.0, "屏幕碎了 <b>&", 200.5),
    (20261002.0, "表扬", "中端", dt.datetime(2026, 12, 31, 23, 59, 59), "来访", None, None, None),
    ("003", "反馈", "其他", "2026-10-03 10:00:00", "信函", "a@b.cn", "#N/A", 0.0),
]
ITEMS: list[tuple[Value, ...]] = [("投诉编号", "事项类别", "内容"), ("003", "承诺", "回电")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_xlsb(tmp_path / "登记.xlsb", {"投诉登记": ROWS, "事项": ITEMS})


def test_a_binary_register_is_read_with_dates_texts_and_numbers(path: Path) -> None:
    (one,) = load([path], dt.datetime(2027, 1, 5, 10))
    assert one.assessment is not None, one.error
    data = one.assessment.register.complaints.data
    assert list(data["excel_row"]) == [3, 4, 5]
    assert list(data["complaint_id"]) == ["001", "20261002", "003"]
    assert list(data["kind"]) == ["complaint", "praise", "feedback"]
    assert list(data["customer_contact"].fillna("-")) == ["13800138000", "-", "a@b.cn"]
    assert [time.to_pydatetime() for time in data["received_at"]] == [
        dt.datetime(2026, 10, 1, 9, 5),
        dt.datetime(2026, 12, 31, 23, 59, 59),
        dt.datetime(2026, 10, 3, 10),
    ]
    assert list(data["compensation_paid"].fillna(-1)) == [200.5, -1, 0]
    assert list(data["details"].fillna("-")) == ["屏幕碎了 <b>&", "-", "-"]
    assert list(one.assessment.register.items.data["item_kind"]) == ["commitment"]
    found = one.assessment.findings
    found = found[found["rule"].isin(["time_as_text", "error_value"])]
    assert found[["rule", "row", "value"]].to_numpy().tolist() == [
        ["error_value", 5, "#N/A"],
        ["time_as_text", 5, "2026-10-03 10:00:00"],
    ]


@pytest.mark.libreoffice
@pytest.mark.slow
def test_libreoffice_reads_the_same_workbook(path: Path, tmp_path: Path) -> None:
    """So that the writer of these tests does not agree with the reader alone."""
    found = shutil.which("soffice")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("LibreOffice is missing")
        pytest.skip("no LibreOffice (soffice) here")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"
    command = [found, profile, "--headless", "--convert-to", form, "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    rows = list(csv.reader((tmp_path / "登记.csv").read_text(encoding="utf-8").splitlines()))
    assert rows[1] == list(HEADER)
    assert rows[2] == [
        "001",
        "投诉",
        "VIP",
        "2026-10-01 09:05:00",
        "电话",
        "13800138000",
        "屏幕碎了 <b>&",
        "200.5",
    ]
    assert rows[3][:4] == ["20261002", "表扬", "中端", "2026-12-31 23:59:59"]
    assert rows[4][6] == "#N/A"
