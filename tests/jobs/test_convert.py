"""``kesu convert``: typed columns that another program takes over, and what it must not give away."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from kesu.cli import main
from kesu.jobs.convert import _below
from kesu.workbook.seal import is_ours
from kesu.workbook.writing import build_register
from tests.twelve_rows import AS_OF, write_english

QUERIES = {
    "complaints": "select count(*) from cases",
    "reply_in_time": """select avg((met and not missed)::int) from (select
        reply_state in ('late', 'overdue', 'unproven') or reply_earlier_state in ('late', 'overdue', 'unproven') missed,
        reply_state = 'met' or (reply_earlier_state = 'met' and reply_state = 'none') met from cases) where met or missed""",
    "commitments_kept": """select avg(coalesce(done_at <= due_at, false)::int) from items where counted and item_kind = 'commitment'
        and (settled or result = 'failed' or due_at < timestamp '{now}')""",
}


def kesu(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], env={"LC_ALL": "en_US.UTF-8"})


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = tmp_path / "branch.xlsx"
    write_english(path)
    return path


def test_duckdb_finds_in_it_what_kesu_counts(register: Path) -> None:
    out = register.with_name("all.parquet")
    assert kesu("convert", register, "-o", out, "--as-of", AS_OF).exit_code == 0
    base = duckdb.connect()
    base.read_parquet(str(out)).filter("counted and kind = 'complaint'").create_view("cases")
    base.read_parquet(str(out.with_suffix(".items.parquet"))).create_view("items")
    done = kesu("kpis", register, "--as-of", AS_OF, "--by", "none", "--format", "json")
    values = {line["kpi"]: line["value"] for line in json.loads(done.stdout)}
    for kpi, query in QUERIES.items():
        found = base.execute(query.replace("{now}", AS_OF)).fetchone()
        assert found
        assert found[0] == pytest.approx(values[kpi]), kpi


def test_types_are_those_of_the_columns(register: Path) -> None:
    out = register.with_name("all.parquet")
    kesu("convert", register, "-o", out, "--as-of", AS_OF)
    frame = pd.read_parquet(out)
    assert str(frame["received_at"].dtype).startswith("datetime64")
    assert frame["compensation_paid"].dtype == float
    assert set(frame["channel"].dropna()) <= {
        "phone",
        "email",
        "online",
        "social",
        "letter",
        "visit",
        "other",
    }
    assert frame["excel_row"].is_unique


def test_nobody_is_named_unless_asked_for(register: Path) -> None:
    clear, out = register.with_name("open.parquet"), register.with_name("all.parquet")
    kesu("convert", register, "-o", clear, "--unmasked")
    people = pd.read_parquet(clear)
    names = {
        cell
        for key in ("customer_name", "customer_contact", "verbatim", "owner")
        for cell in people[key].dropna()
    }
    assert len(names) > 12
    done = kesu("convert", register, "-o", out)
    masked = pd.read_parquet(out)
    assert "Customer name" in done.stderr
    assert not names & {cell for key in masked for cell in masked[key].astype(str)}
    assert masked["customer"].nunique() > 3


def test_it_is_made_again_but_not_over_what_somebody_wrote_anew(register: Path) -> None:
    out = register.with_name("all.parquet")
    assert [kesu("convert", register, "-o", out).exit_code for _ in range(2)] == [0, 0]
    assert is_ours(out)
    frame = pd.read_parquet(out)
    frame.loc[0, "complaint_id"] = "mine"
    frame.to_parquet(out)
    assert not is_ours(out)
    assert kesu("convert", register, "-o", out).exit_code == 2
    assert pd.read_parquet(out).loc[0, "complaint_id"] == "mine"


def test_items_do_not_go_over_a_file_of_somebody_else(register: Path) -> None:
    beside = register.with_name("all.items.parquet")
    beside.write_text("mine")
    assert kesu("convert", register, "-o", register.with_name("all.parquet")).exit_code == 2
    assert beside.read_text() == "mine"
    assert not register.with_name("all.parquet").exists()


def test_improvements_go_to_a_file_of_their_own_without_personal_data(tmp_path: Path) -> None:
    path, out = tmp_path / "r.xlsx", tmp_path / "all.parquet"
    rows = pd.DataFrame({"cause": ["socket"], "measure": ["ask Li at 13800138000"], "owner": ["Zhao"]})
    build_register(path, "en", improvements=rows, today=dt.date(2026, 10, 31))
    assert kesu("convert", path, "-o", out, "--as-of", AS_OF).exit_code == 0
    found = pd.read_parquet(tmp_path / "all.improvements.parquet")
    assert found[["register", "excel_row", "cause"]].astype(str).to_numpy().tolist() == [
        ["r.xlsx", "5", "socket"]
    ]
    assert not {"measure", "owner", "expected_effect", "noted_effect"} & set(found)


def test_another_ending_is_refused(register: Path) -> None:
    assert kesu("convert", register, "-o", register.with_name("all.csv")).exit_code == 2


def test_stacks_stand_below_each_other_in_the_order_of_names() -> None:
    def stack(names: list[str], numbers: list[int], choices: list[str]) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "register": pd.Categorical(names),
                "n": numbers,
                "choice": pd.Categorical(choices),
                "said": [f"{n}" for n in numbers],
            }
        )

    frames = [stack(["c", "a", "c"], [1, 2, 3], ["x", "y", "x"]), stack(["b", "b"], [4, 5], ["z", "y"])]
    found = _below(frames, ["a", "b", "c"])
    assert list(found) == ["register", "n", "choice", "said"]
    assert found["n"].tolist() == [2, 4, 5, 1, 3]
    assert found["register"].tolist() == ["a", "b", "b", "c", "c"]
    assert list(found["register"].cat.categories) == ["a", "b", "c"]
    assert found["choice"].tolist() == ["y", "z", "y", "x", "x"]
    assert list(found["choice"].cat.categories) == ["x", "y", "z"]
    assert found.index.tolist() == [0, 1, 2, 3, 4]
