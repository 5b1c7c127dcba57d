"""Files called .parquet that are none, are broken, lie about themselves or want all the memory: one line each, exit code 3."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from kesu.jobs.load import load_all
from kesu.register.settings import Rule, Settings
from kesu.register.settings.kept import plain
from kesu.workbook.own import beside
from kesu.workbook.parquet import TOLD, parquet
from tests.jobs.kept.books import NOW, converted
from tests.jobs.kept.test_round_trip import kesu
from tests.twelve_rows import write_english

Spoil = Callable[[Path], object]
HEADS = {
    "complaint_id": ["K"],
    "received_at": ["2026-10-08"],
    "kind": ["x"],
    "channel": ["x"],
    "status": ["x"],
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole")
    write_english(folder / "r.xlsx")
    converted([folder / "r.xlsx"], folder / "all.parquet")
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def path(whole: dict[str, bytes], tmp_path: Path) -> Path:
    for name, content in whole.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path / "all.parquet"


def put(content: bytes) -> Spoil:
    return lambda path: path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def turned(path: Path) -> None:
    """Bytes of a column that are not what was written; the footer is whole, and so no mark fits any more."""
    content = bytearray(path.read_bytes())
    content[100:400] = bytes(300)
    path.write_bytes(bytes(content))


def wide(path: Path) -> None:
    pq.write_table(pa.table({f"c{at}": [1] for at in range(3000)}), path)


def bomb(path: Path) -> None:
    """Few bytes, and more text than any memory holds."""
    many = pa.DictionaryArray.from_arrays(pa.array(np.zeros(2_000_000, np.int32)), pa.array(["x" * 4000]))
    pq.write_table(pa.table({**{key: pa.repeat("a", 2_000_000) for key in HEADS}, "verbatim": many}), path)
    assert path.stat().st_size < 1_000_000


def twice(path: Path) -> None:
    cells = [pa.array(["a"])] * 6
    pq.write_table(pa.Table.from_arrays(cells, [*HEADS, "status"]), path)


def no_text(path: Path) -> None:
    """Text that is no UTF-8."""
    made = pa.StringArray.from_buffers(1, pa.py_buffer(np.array([0, 2], np.int32)), pa.py_buffer(b"\xff\xfe"))
    pq.write_table(pa.table({**HEADS, "verbatim": made}), path)


def says(change: Callable[[dict[str, Any]], object]) -> Spoil:
    """What the file says of itself is another thing; its mark fits."""

    def spoil(path: Path) -> None:
        said = json.loads(pq.read_metadata(path).metadata[TOLD])
        change(said)
        path.write_bytes(parquet(pd.read_parquet(path), said))

    return spoil


def holds(**cells: Any) -> Spoil:
    """Columns of kesu's own hold what kesu never writes; the mark fits."""

    def spoil(path: Path) -> None:
        said = json.loads(pq.read_metadata(path).metadata[TOLD])
        path.write_bytes(parquet(pd.read_parquet(path).assign(**cells), said))

    return spoil


def swapped(before: bytes, after: bytes, which: str = "register") -> Spoil:
    """Other bytes in the footer, as many: the columns are as they were."""

    def spoil(path: Path) -> None:
        own = path if which == "register" else beside(path, which)
        content = own.read_bytes()
        assert before in content
        assert len(before) == len(after)
        own.write_bytes(content.replace(before, after))

    return spoil


def rule(**cells: Any) -> Spoil:
    """A deadline rule that no Settings sheet could have said; the mark fits."""
    return says(lambda said: said["settings"][0].update(rules=[usual() | cells]))


def usual() -> dict[str, Any]:
    [rules] = [plain(Settings(rules=(Rule("reply", 4.0),)))["rules"]]
    return dict(rules[0])


def of_another_run(path: Path) -> None:
    items = beside(path, "items")
    items.write_bytes(parquet(pd.read_parquet(items).iloc[:5], {"format": 1, "sheet": "items"}))


def deep(said: dict[str, Any]) -> None:
    nest: list[Any] = []
    for _ in range(400):
        nest = [nest]
    said["settings"][0]["rules"] = nest


HOSTILE: dict[str, tuple[Spoil, str]] = {
    "empty": (put(b""), "not Parquet, only called so"),
    "text": (put(b"a,b\n1,2\n"), "not Parquet, only called so"),
    "a workbook": (lambda path: path.write_bytes(path.with_name("r.xlsx").read_bytes() + b" "), "not Parquet, only called so"),
    "encrypted": (put(b"PARE" + bytes(60) + b"PARE"), "encrypted Parquet"),
    "nothing between the marks": (put(b"PAR1PAR1"), "broken Parquet"),
    "a footer longer than the file": (put(b"PAR1" + bytes(40) + b"\xff\xff\xff\x7fPAR1"), "broken Parquet"),
    "cut off": (cut, "broken Parquet"),
    "columns turned": (turned, "broken Parquet"),
    "3,000 columns": (wide, "3,000 columns hold something"),
    "a bomb": (bomb, "over the limit of"),
    "one name twice": (twice, "two columns of one name"),
    "no UTF-8": (no_text, "broken Parquet"),
    "without its items": (lambda path: beside(path, "items").unlink(), "all.items.parquet, written together with it, is missing"),
    "items of another run": (of_another_run, "all.items.parquet beside it is not the one written together with it"),
    "items alone": (lambda path: path.write_bytes(beside(path, "items").read_bytes()), "items or improvements alone"),
    "of a version to come": (says(lambda said: said.update(format=9)), "written by another kesu"),
    "says nothing": (says(lambda said: said.clear()), "broken Parquet"),
    "another number of rows": (says(lambda said: said["registers"][0]["rows"].update(register=11)), "does not fit its columns"),
    "rows below zero": (says(lambda said: said["registers"].append(said["registers"][0] | {"name": "b", "rows": {"register": -1, "items": 0, "improvements": 0}})), "does not fit its columns"),
    "two of one name": (says(lambda said: said["registers"].append(said["registers"][0] | {"rows": {"register": 0, "items": 0, "improvements": 0}})), "does not fit its columns"),
    "settings of no kind": (says(lambda said: said["settings"][0].update(rules=[{"target": 7}])), "does not fit its columns"),
    "settings nobody knows": (says(lambda said: said["settings"][0].update(magic="x")), "does not fit its columns"),
    "endless numbers": (says(lambda said: said["settings"][0].update(due_soon_hours=float("inf"))), "does not fit its columns"),
    "a rule below zero": (rule(amount=-4.0), "does not fit its columns (ValueError: rule reply -4 hours)"),
    "a rule of eleven years": (rule(amount=4016.0, unit="days"), "ValueError: rule reply 4016 days"),
    "a rule for what there is not": (rule(target="magic"), "ValueError: rule magic 4 hours"),
    "a share of 96": (says(lambda said: said["registers"][0]["own"].update(kpi_targets=[{"kpi": "reply_in_time", "target": 96.0, "tier": "", "department": ""}])), "ValueError: target reply_in_time 96"),
    "customers below zero": (says(lambda said: said["registers"][0]["own"].update(customers=[["2026-10", -5.0]])), "ValueError: customers 2026-10"),
    "customers of no month": (says(lambda said: said["registers"][0]["own"].update(customers=[["2026-13", 5.0]])), "ValueError: 2026-13"),
    "a day of 25 hours": (says(lambda said: said["settings"][0].update(hours=[[0, [[0, 90000]]]])), "ValueError: hours"),
    "a day that ends before it begins": (says(lambda said: said["settings"][0].update(hours=[[0, [[7200, 3600]]]])), "ValueError: hours"),
    "a warning below zero": (says(lambda said: said["settings"][0].update(due_soon_hours=-1.0)), "ValueError: due_soon_hours"),
    "a limit below zero": (says(lambda said: said["settings"][0].update(limits=[["transfers", -1.0]])), "ValueError: limit transfers"),
    "another name of a register": (swapped(b'"name": "r.xlsx"', b'"name": "s.xlsx"'), "saved by another program since"),
    "columns of the items renamed": (swapped(b"due_at", b"due_xt", "items"), "all.items.parquet beside it is not the one written together with it"),
    "settings too deep": (says(deep), "does not fit its columns"),
    "places far out": (says(lambda said: said["layouts"][0]["register"][2].append(["owner", 1 << 40])), "does not fit its columns"),
    "problems of no kind": (holds(problems='[["owner", "magic", "x"]]'), "does not fit its columns"),
    "problems that are no JSON": (holds(problems="[["), "does not fit its columns"),
    "times that are words": (holds(received_at="yesterday"), "broken Parquet"),
    "no Excel rows": (holds(excel_row=None), "does not fit its columns"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_it_costs_one_line(path: Path, case: str) -> None:
    spoil, words = HOSTILE[case]
    spoil(path)
    other = path.with_name("r.xlsx")
    code, said = kesu(
        "kpis", path, other, "--as-of", "2026-10-12", "--format", "json", "-o", path.with_name("k.json")
    )
    assert code == 3
    [line] = [line for line in said.splitlines() if "all.parquet" in line]
    assert line.startswith("all.parquet")
    assert words in line
    rows = [
        one for one in json.loads(path.with_name("k.json").read_text("utf-8")) if one["kpi"] == "rows_read"
    ]
    assert rows[0]["value"] == 12  # the other one is read all the same


def test_a_folder_of_that_name_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "all.parquet").mkdir()
    code, said = kesu("kpis", tmp_path / "all.parquet")
    assert code == 3
    assert "a folder without workbooks" in said


def test_no_type_runs_code(tmp_path: Path) -> None:
    """A schema may name a class to be unpickled, as older readers did."""
    mark = tmp_path / "ran"
    pickled = b"cbuiltins\nopen\n(V" + str(mark).encode() + b"\nVw\ntR."
    field = pa.field(
        "verbatim", pa.binary(),
        metadata={b"ARROW:extension:name": b"arrow.py_extension_type", b"ARROW:extension:metadata": pickled},
    )  # fmt: skip
    cells = [pa.array(values) for values in HEADS.values()]
    schema = pa.schema([*(pa.field(key, pa.string()) for key in HEADS), field])
    pq.write_table(pa.Table.from_arrays([*cells, pa.array([b"x"])], schema=schema), tmp_path / "x.parquet")
    [found] = load_all([tmp_path / "x.parquet"], NOW)
    assert found.error is None
    assert not mark.exists()


def test_names_of_registers_steer_no_terminal(path: Path) -> None:
    says(lambda said: said["registers"][0].update(name="r\x1b[2J\n=HYPERLINK(1)"))(path)
    done = kesu("check", path, "--as-of", "2026-10-12", "-o", path.with_name("c.txt"))
    assert done[0] == 1
    assert "\x1b" not in done[1] + path.with_name("c.txt").read_text("utf-8")


def first_format(path: Path) -> None:
    """The files as they were written before the mark was on all of them."""
    marks: dict[str, str] = {}
    for name in ("items", "register"):
        own = path if name == "register" else beside(path, name)
        said = json.loads(pq.read_metadata(own).metadata[TOLD]) | {"format": 1}
        said |= {"beside": marks} if name == "register" else {}
        table = pq.read_table(own).replace_schema_metadata(None)
        mark = b""
        for _ in range(2):
            with pq.ParquetWriter(own, table.schema, compression="zstd") as writer:
                writer.write_table(table)
                writer.add_key_value_metadata(
                    {b"kesu": mark, TOLD: json.dumps(said, ensure_ascii=False).encode()}
                )
            content = own.read_bytes()
            mark = sha256(content[: -8 - int.from_bytes(content[-8:-4], "little")]).hexdigest().encode()
        marks[name] = mark.decode()


def test_a_file_of_the_first_format_is_read(path: Path) -> None:
    first_format(path)
    found = load_all([path], NOW)
    assert [one.error for one in found] == [None] * len(found)
    swapped(b'"format": 1,', b'"format": 2,')(path)
    [changed] = load_all([path], NOW)
    assert changed.error is not None
    assert "saved by another program since" in changed.error.en
