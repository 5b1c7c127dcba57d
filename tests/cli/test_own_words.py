"""What a team calls its codes stands in every output; the limits it sets are the ones that checks and KPIs go by."""

from __future__ import annotations

import dataclasses
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

from kesu.cli import main
from kesu.register.codes import CODE_LISTS, Code, label_of, merged, relabelled
from kesu.register.normalise import normalise
from kesu.register.raw import RawSheet
from kesu.register.settings import DEFAULT_LIMITS, LIMITS, load_profile
from kesu.register.settings.layout import rows_of
from kesu.register.settings.sheet import SettingsReader
from kesu.register.sheets import Register
from kesu.rules.checks import add_messages, run_checks
from kesu.rules.kpis import KPIS
from kesu.words.text import LANGS, Text

AS_OF = "2026-10-20T09:00"
RENAMED = {name: (codes[0].key, f"Own{name.replace('_', '').title()}") for name, codes in CODE_LISTS.items()}
ADDED = {name: f"New{name.replace('_', '').title()}" for name in CODE_LISTS}
HEAD = ("Complaint no.", "Received at", "Kind", "Customer name", "Customer tier", "Channel", "Category", "Severity",
        "Status", "Owner", "Emotional state", "Expectation", "Scope", "Responsibility", "Remedy", "Escalated to",
        "Customer agreed", "Satisfaction", "Commitments", "Verbatim")  # fmt: skip
LISTS = (None, None, "kind", None, "tier", "channel", "category", "severity", "status", None, "emotional_state",
         "expectation", "scope", "responsibility", "remedy", "escalated_to", "yes_no", "satisfaction", None, None)  # fmt: skip


def settings_rows() -> list[tuple[Any, ...]]:
    """The code lists with the first of each list renamed, and one more at the end of each."""
    rows: list[tuple[Any, ...]] = [("Code list", "Code", "Choice", "Also written")]
    for name, codes in CODE_LISTS.items():
        for code in codes:
            label = RENAMED[name][1] if code.key == RENAMED[name][0] else code.label.en
            rows.append((name, code.key, label, None))
        rows.append((name, ADDED[name].lower(), ADDED[name], None))
    return rows


def row(number: str, words: dict[str, Any], **own: Any) -> tuple[Any, ...]:
    plain = {"Complaint no.": number, "Received at": "2026-10-12 09:00:00", "Customer name": "Li Lei", "Owner": "Wang",
             "Verbatim": "It broke", "Commitments": "call back"} | own  # fmt: skip
    return tuple(plain.get(head, words.get(name or "")) for head, name in zip(HEAD, LISTS, strict=True))


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What every command makes of such a register, as text."""
    folder = tmp_path_factory.mktemp("own")
    path = folder / "r.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Register"
    sheet.append(HEAD)
    renamed = {name: label for name, (_, label) in RENAMED.items()}
    sheet.append(row("C-1", renamed))
    sheet.append(row("C-2", ADDED | {"kind": renamed["kind"], "yes_no": "No"}))
    items = book.create_sheet("Items")
    items.append(("Complaint no.", "Item", "What", "Noted at"))
    items.append(("C-1", renamed["item_kind"], "refund", "2026-10-12 10:00:00"))
    settings = book.create_sheet("Settings")
    for line in settings_rows():
        settings.append(line)
    book.save(path)

    def run(*words: str) -> str:
        done = CliRunner().invoke(main, [*words, "--as-of", AS_OF])
        assert done.exit_code in {0, 1}, done.output
        return done.stdout

    by = [word for group in ("tier", "category", "channel", "severity") for word in ("--by", group)]
    found = {
        "check": run("check", str(path)),
        "kpis": run("kpis", str(path), *by),
        "followups": run("followups", str(path)),
        "explain": run("explain", str(path), "C-1") + run("explain", str(path), "C-2"),
    }
    for name in ("report.html", "report.xlsx"):
        run("report", str(path), "-o", str(folder / name))
    run("form", str(path), "C-1", "-o", str(folder / "form.xlsx"))
    run("refresh", str(path), "--no-backup", "--period", "2026-10")
    found["html"] = (folder / "report.html").read_text("utf-8")
    found["xlsx"] = texts_of(folder / "report.xlsx")
    found["form"] = texts_of(folder / "form.xlsx")
    refreshed = openpyxl.load_workbook(path, read_only=True)
    for name in ("KPIs", "Findings"):
        cells = refreshed[name].iter_rows(values_only=True)
        found[name] = "\n".join(str(cell) for line in cells for cell in line if cell is not None)
    found["json"] = json.dumps(json.loads(run("kpis", str(path), "--format", "json")))
    return found


def texts_of(path: Path) -> str:
    with zipfile.ZipFile(path) as parts:
        return "\n".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))


SHOWN = [
    ("kpis", "tier"), ("kpis", "category"), ("kpis", "channel"), ("kpis", "severity"), ("KPIs", "tier"),
    ("explain", "tier"), ("explain", "category"), ("explain", "severity"), ("explain", "kind"),
    ("html", "tier"), ("html", "category"), ("html", "channel"), ("html", "severity"), ("html", "responsibility"),
    ("xlsx", "tier"), ("xlsx", "category"), ("xlsx", "channel"), ("xlsx", "severity"),
    ("form", "tier"), ("form", "category"), ("form", "status"), ("form", "item_kind"), ("form", "emotional_state"),
]  # fmt: skip


@pytest.mark.parametrize(("output", "codes"), SHOWN, ids=["-".join(one) for one in SHOWN])
def test_every_output_calls_codes_as_the_team_does(outputs: dict[str, str], output: str, codes: str) -> None:
    said = outputs[output]
    own = RENAMED[codes][1]
    assert own in said
    if output != "form" and codes != "kind":
        assert ADDED[codes] in said
        assert not re.search(rf"\b{ADDED[codes].lower()}\b", said)  # the bare code
    shipped = {"tier": "VIP", "category": "Product quality", "emotional_state": "Calm"}.get(codes)
    if shipped and output != "explain":  # a rule's remark may name the shipped tiers
        assert shipped not in re.sub(r"Tiers?[^<>|]*VIP[^<>|]*", "", said)


@pytest.mark.parametrize("output", ["check", "Findings"])
def test_findings_speak_of_what_the_team_typed(outputs: dict[str, str], output: str) -> None:
    for own in (RENAMED["severity"][1], RENAMED["satisfaction"][1], ADDED["satisfaction"]):
        assert f"“{own}”" in outputs[output]
    shipped = {codes[0].label.en for codes in (CODE_LISTS["severity"], CODE_LISTS["satisfaction"])}
    assert not [label for label in shipped if f"“{label}”" in outputs[output]]


def test_json_keeps_the_codes(outputs: dict[str, str]) -> None:
    assert '"vip"' in outputs["json"]
    assert f'"{ADDED["tier"].lower()}"' in outputs["json"]
    assert RENAMED["tier"][1] not in outputs["json"]


def test_findings_tell_what_to_choose_in_the_teams_words() -> None:
    def raw(title: str, rows: list[tuple[Any, ...]]) -> RawSheet:
        return RawSheet(title, pd.DataFrame([list(line) for line in rows], dtype="object"))

    lines = settings_rows()
    closed = row("C-1", {"kind": RENAMED["kind"][1], "status": "Closed", "yes_no": "No"})
    register = normalise("r.xlsx", [raw("Register", [HEAD, closed]), raw("Settings", lines)])
    for lang in LANGS:
        found = add_messages(run_checks(register, pd.Timestamp(AS_OF)), lang).set_index("rule")["message"]
        assert f"“{RENAMED['yes_no'][1]}”" in found["closed_without_confirmation"]
        own = label_of(register.settings.codes["item_kind"], "commitment", lang)
        assert f"“{own}”" in found["promise_without_item"]
        assert not re.search("[{}\x1e\x1f]", " ".join(found))


def test_codes_of_several_registers_keep_every_code_and_the_first_label() -> None:
    diamond = dict(CODE_LISTS) | {
        "tier": (Code("vip", Text("Diamond", "Diamond")), Code("gold", Text("Gold", "Gold")))
    }
    both = merged([CODE_LISTS, diamond])
    assert [code.key for code in both["tier"]] == ["vip", "mid", "other", "gold"]
    assert label_of(both["tier"], "vip", "en") == "VIP"
    assert label_of(merged([diamond, CODE_LISTS])["tier"], "vip", "en") == "Diamond"
    assert relabelled([CODE_LISTS, diamond]) == ["tier.vip"]
    assert relabelled([CODE_LISTS, CODE_LISTS]) == []


# ---- limits -------------------------------------------------------------------------------------------------


def with_limits(example: Register, **limits: float) -> Register:
    own = dataclasses.replace(example.settings, limits=DEFAULT_LIMITS | limits)
    return dataclasses.replace(example, settings=own)


def register_of(**cells: str) -> Register:
    base = {"complaint_id": "K-1", "received_at": "2026-10-01 09:00:00", "kind": "complaint", "status": "in_progress"} | cells  # fmt: skip
    from kesu.register.columns import BY_KEY

    heads = [BY_KEY[key].label.en for key in base]
    return normalise(
        "r.xlsx", [RawSheet("Register", pd.DataFrame([heads, list(base.values())], dtype="object"))]
    )


LIMITED = [
    ("severe_not_escalated", {"severity": "urgent"}, "escalate_urgent_hours", 24, "over 24 hours"),
    ("severe_not_escalated", {"severity": "severe"}, "escalate_severe_hours", 24, "over 24 hours"),
    ("left_lying", {"severity": "minor"}, "lying_days", 1, "over 1 day"),
    ("several_transfers", {"transfers": "3"}, "transfers", 3, "from 3 on"),
]


@pytest.mark.parametrize(("rule", "cells", "key", "limit", "said"), LIMITED, ids=[one[2] for one in LIMITED])
def test_checks_go_by_the_limits_that_the_team_sets(
    rule: str, cells: dict[str, str], key: str, limit: float, said: str
) -> None:
    """Received a day and a half, to the minute, before the check; the transfers are three."""
    register, now = register_of(**cells), pd.Timestamp("2026-10-02 21:00")
    found = add_messages(run_checks(with_limits(register, **{key: limit}), now), "en").set_index("rule")
    assert said in str(found.loc[rule, "message"])
    wide = run_checks(with_limits(register, **{key: 400}), now)
    assert rule not in set(wide["rule"])


@pytest.mark.parametrize(("seconds", "share"), [(None, 0.0), (20.0, 1.0), (19.0, 0.0)])
def test_kpis_go_by_the_limits_of_each_register(seconds: float | None, share: float) -> None:
    from kesu.jobs.assessment import Assessment
    from kesu.jobs.figures import kpi_table

    register = register_of(answered_after_seconds="20")
    register = with_limits(register, ring_seconds=seconds) if seconds else register
    table = kpi_table(
        [Assessment(register, pd.Timestamp(AS_OF).to_pydatetime())],
        None,
        pd.Timestamp(AS_OF).to_pydatetime(),
        (),
    )
    assert table.set_index("kpi").loc["answered_in_time", "value"] == share


def test_limits_stand_on_the_sheet_and_are_read_back() -> None:
    assert dict(load_profile().limits) == {
        "escalate_urgent_hours": 24, "escalate_severe_hours": 48, "lying_days": 7, "transfers": 2,
        "ring_seconds": 15, "start_seconds": 60, "callback_tries": 3, "callback_gap_hours": 24, "revisit_days": 0,
        "authority_amount": 0,
    }  # fmt: skip
    for lang in LANGS:
        rows = [list(line) for line in rows_of(load_profile(), lang)["limits"]]
        assert [line[0] for line in rows] == [limit.label.of(lang) for limit in LIMITS.values()]
        rows[2][1] = "3,5"
        head = Text("界限|值|说明", "Limit|Value|Note").of(lang).split("|")
        read = SettingsReader([head, *([str(cell) for cell in line] for line in rows)]).read()
        assert read.limits == DEFAULT_LIMITS | {"lying_days": 3.5}
        assert read.problems == ()


def test_definitions_and_the_list_of_rules_show_the_limits() -> None:
    assert "within 20 s" in KPIS["answered_in_time"].defined(DEFAULT_LIMITS | {"ring_seconds": 20}).en
    told = json.loads(CliRunner().invoke(main, ["rules", "--format", "json", "--lang", "en"]).stdout)
    assert {one["limit"]: one["value"] for one in told["limits"]} == dict(DEFAULT_LIMITS)
    assert "{" not in json.dumps(told["kpis"], ensure_ascii=False).replace("[{", "").replace(", {", "")
