"""``kesu followups --drafts``: a file a line, safe whatever the register says, nothing of anybody's lost; and on the sheet."""

from __future__ import annotations

import dataclasses
import email
import email.policy
from pathlib import Path
from typing import Any

import click.testing
import openpyxl
import pandas as pd
import pytest

from kesu.cli import main
from kesu.register.settings import load_profile
from kesu.words.text import LANGS
from kesu.workbook.seal import is_ours
from kesu.workbook.writing import build_register
from tests.jobs.forms.case_values import DAY

AS_OF = "2026-10-12T12:00"
HOSTILE = "=cmd|'/c calc'!A1\r\nBcc: all@example.com"


MEASURE = {
    "measure": "Check ports before handing over",
    "owner": "Li Li",
    "due_at": pd.Timestamp("2026-10-01 09:00"),
}
"""It is on the list too, and nobody's complaint."""


def complaint(number: str | None, **cells: Any) -> dict[str, Any]:
    return {
        "complaint_id": number,
        "kind": "complaint",
        "customer_name": "Anna Zhang",
        "customer_contact": "anna@example.com",
        "received_at": pd.Timestamp("2026-10-10 09:00"),
        "channel": "phone",
        "category": "quality",
        "owner": "Li Li",
        "verbatim": "It broke",
        "status": "in_progress",
    } | cells


@pytest.fixture(scope="module")
def registers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Three complaints: an ordinary one, a hostile one, one whose first response names staff involved."""
    folder = tmp_path_factory.mktemp("drafts")
    rows = [
        complaint("K-1"),
        complaint("../../K:2*?", customer_name=HOSTILE, customer_contact="x@example.com\nBcc: y@example.com", verbatim="He is in hospital"),
        complaint("K-3", first_response_at=pd.Timestamp("2026-10-10 10:00"), measures_taken="Chen Bo swapped the port",
                  involved_staff="Chen Bo", customer_contact="13812341234"),
    ]  # fmt: skip
    for lang in LANGS:
        build_register(
            folder / f"{lang}.xlsx",
            lang,
            complaints=pd.DataFrame(rows),
            improvements=pd.DataFrame([MEASURE]),
            today=DAY,
        )
    return {lang: folder / f"{lang}.xlsx" for lang in LANGS}


def run(*words: str | Path) -> click.testing.Result:
    env = {"LC_ALL": None, "LC_MESSAGES": None, "LANG": "C.UTF-8"}
    done = click.testing.CliRunner().invoke(main, ["followups", *map(str, words), "--as-of", AS_OF], env=env)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def texts(folder: Path) -> dict[str, str]:
    """Name → what is below the line by which kesu knows its draft."""
    return {
        path.name: path.read_text("utf-8").partition("\n\n")[2].rstrip("\n")
        for path in sorted(folder.iterdir())
    }


def test_a_draft_for_each_line_without_the_name_unless_asked(
    registers: dict[str, Path], tmp_path: Path
) -> None:
    done = run(registers["en"], "--drafts", tmp_path / "out")
    assert done.exit_code == 0
    made = texts(tmp_path / "out")
    assert list(made) == [
        "K-1-6-first_response-acknowledgement.txt",
        "K-3-8-reply-progress.txt",
        "K_2-7-first_response-acknowledgement.txt",
    ]
    first, third, second = made.values()
    assert first == (
        "Dear [… customer], what you told us on 10 October 2026 has been received under number K-1; Li Li will see it through. "
        "We will next contact you: [… time of the next contact]. To add anything, please reply quoting the number. "
        "Thank you for telling us. [… organisation]"
    )
    assert "keep medical receipts" in second  # the customer mentions a hospital
    assert "Chen" not in third
    assert "swapped the port" in third
    assert "Wrote 3 drafts" in done.stderr
    assert "nothing was sent" in done.stderr
    assert (
        "10 places in them" in done.stderr
    )  # customer, organisation, next contact of each; the open demands of one
    assert "customer 3" in done.stderr
    assert "name is left open" in done.stderr


def test_unmasked_the_customer_is_addressed_and_nothing_breaks_a_line(
    registers: dict[str, Path], tmp_path: Path
) -> None:
    done = run(registers["zh"], "--drafts", tmp_path / "out", "--unmasked")
    assert done.exit_code == 0
    first, third, second = texts(tmp_path / "out").values()
    assert first.startswith("Anna Zhang，您好：")
    assert second.startswith("=cmd|'/c calc'!A1 Bcc: all@example.com，您好：")
    assert [text.count("\n") for text in (first, second, third)] == [0, 0, 0]
    assert "our colleague swapped the port" in third
    assert "*" not in third
    assert "Chen" not in third  # the names of the staff involved are the team's


def test_names_that_are_words_leave_sentences_whole(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    row = complaint("K-1", customer_name="Will", involved_staff="Mark", owner="Will Smith", solution="We will replace it; Mark will call",
                    first_response_at=pd.Timestamp("2026-10-10 10:00"))  # fmt: skip
    build_register(path, "en", complaints=pd.DataFrame([row]), today=DAY)
    for words in ([], ["--unmasked"]):
        folder = tmp_path / f"out{len(words)}"
        run(path, "--drafts", folder, *words)
        [text] = texts(folder).values()
        assert "this is what we offer: We will replace it; our colleague will call." in text
        assert f"Your contact is {'Will Smith' if words else 'our colleague'}." in text
        assert "*" not in text


@pytest.mark.parametrize("lang", LANGS)
def test_a_colleague_is_named_in_the_language_of_the_text(tmp_path: Path, lang: str) -> None:
    path = tmp_path / "r.xlsx"
    first = {"first_response_at": pd.Timestamp("2026-10-10 10:00"), "involved_staff": "陈博"}
    rows = [
        complaint("K-1", measures_taken="由陈博更换", **first),
        complaint("K-2", measures_taken="陈博 swapped it", **first),
    ]
    build_register(path, "en", complaints=pd.DataFrame(rows), today=DAY)
    run(path, "--drafts", tmp_path / "out", "--lang", lang)
    one, two = texts(tmp_path / "out").values()
    assert "由同事更换" in one
    assert "our colleague swapped it" in two


def test_a_draft_holds_nothing_that_cannot_be_seen(registers: dict[str, Path], tmp_path: Path) -> None:
    run(registers["en"], "--drafts", tmp_path)
    for path in tmp_path.iterdir():
        first, blank, message, end = path.read_text("utf-8").split("\n")
        assert first.startswith("[kesu 草稿，未发送 · draft, not sent · ")
        assert first.endswith("]")
        assert (blank, end) == ("", "")
        assert message == message.strip()
        assert "\t" not in first
        assert is_ours(path)
        path.write_bytes(path.read_bytes() + b"x")
        assert not is_ours(path)


def test_mails_are_drafts_whose_headers_hold_nothing_that_somebody_typed(
    registers: dict[str, Path], tmp_path: Path
) -> None:
    assert run(registers["en"], "--drafts", tmp_path, "--as", "eml", "--unmasked").exit_code == 0
    mails = {
        path.name[:3]: email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in tmp_path.glob("*.eml")
    }
    assert set(mails) == {"K-1", "K-3", "K_2"}
    for mail in mails.values():
        assert set(mail.keys()) <= {
            "Subject",
            "To",
            "X-Unsent",
            "MIME-Version",
            "Content-Type",
            "Content-Transfer-Encoding",
        }
        assert mail["X-Unsent"] == "1"
        assert not mail.defects
    assert [mails[key]["To"] for key in ("K-1", "K-3", "K_2")] == ["anna@example.com", None, None]
    assert mails["K-1"]["Subject"] == "K-1 Draft: acknowledgement"
    assert mails["K-1"].get_content().startswith("Dear Anna Zhang, ")


def test_the_name_of_the_organisation_breaks_no_header(tmp_path: Path) -> None:
    settings = dataclasses.replace(load_profile(), organisation="North\r\nBcc: all@example.com")
    path = tmp_path / "r.xlsx"
    build_register(path, "en", settings=settings, complaints=pd.DataFrame([complaint("K-1")]), today=DAY)
    assert run(path, "--drafts", tmp_path / "out", "--as", "eml").exit_code == 0
    [file] = (tmp_path / "out").iterdir()
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert mail["Bcc"] is None
    assert mail["Subject"] == "North Bcc: all@example.com K-1 Draft: acknowledgement"


def test_notes_for_a_call_have_lines_to_say_and_to_avoid(registers: dict[str, Path], tmp_path: Path) -> None:
    assert run(registers["en"], "--drafts", tmp_path, "--as", "call").exit_code == 0
    [notes] = [text for name, text in texts(tmp_path).items() if name.startswith("K_2")]
    parts = [part.splitlines() for part in notes.split("\n\n")]
    assert [part[0] for part in parts] == ["To tell the customer:", "To check:", "To say:", "To avoid:"]
    assert parts[2][1] == "· How is the person? Is somebody with them?"


def test_what_somebody_changed_is_left_alone_and_the_rest_is_made_again(
    registers: dict[str, Path], tmp_path: Path
) -> None:
    run(registers["en"], "--drafts", tmp_path)
    first, *others = sorted(tmp_path.iterdir())
    first.write_text("mine", "utf-8")
    foreign = tmp_path / "notes.txt"
    foreign.write_text("notes", "utf-8")
    before = [path.read_bytes() for path in others]
    done = run(registers["en"], "--drafts", tmp_path)
    assert done.exit_code == 0
    assert (first.read_text("utf-8"), foreign.read_text("utf-8")) == ("mine", "notes")
    assert [path.read_bytes() for path in others] == before
    assert "Wrote 2 drafts" in done.stderr
    assert "1 changed since, or not made by kesu, left as they stand" in done.stderr
    assert first.name in done.stderr
    forced = run(registers["en"], "--drafts", tmp_path, "--force")
    assert "Wrote 3 drafts" in forced.stderr
    assert texts(tmp_path)[first.name].startswith("Dear [… customer]")
    assert "mine" in [path.read_text("utf-8") for path in tmp_path.glob("*kesu-kept*")]


def test_how_drafts_are_written_is_said_only_with_drafts(registers: dict[str, Path]) -> None:
    done = run(registers["en"], "--as", "eml")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--as goes with --drafts" in done.stderr


def test_only_what_is_listed_is_written(registers: dict[str, Path], tmp_path: Path) -> None:
    done = run(registers["en"], "--drafts", tmp_path, "--owner", "Nobody")
    assert list(tmp_path.iterdir()) == []
    assert "Wrote 0 drafts" in done.stderr
    run(registers["en"], registers["zh"], "--drafts", tmp_path)  # the same three complaints
    assert sorted(path.name[:6] for path in tmp_path.iterdir()) == ["en-K-1", "en-K-3", "en-K_2"]


@pytest.mark.parametrize("lang", LANGS)
def test_the_sheet_shows_the_message_beside_the_line_as_text(
    registers: dict[str, Path], tmp_path: Path, lang: str
) -> None:
    path = tmp_path / "r.xlsx"
    path.write_bytes(registers[lang].read_bytes())
    done = click.testing.CliRunner().invoke(main, ["refresh", str(path), "--no-backup", "--as-of", AS_OF])
    assert done.exit_code in {0, 1}, done.output
    sheet = openpyxl.load_workbook(path)[{"zh": "跟进清单", "en": "Follow-ups"}[lang]]
    heads = [cell.value for cell in sheet[5]]
    at = heads.index({"zh": "消息草稿", "en": "Draft message"}[lang])
    cells = [row[at] for row in sheet.iter_rows(min_row=6) if row[at].value]
    assert len(cells) == 3
    assert {cell.data_type for cell in cells} == {"s"}
    said = [str(cell.value) for cell in cells]
    greeting = {"zh": "Anna Zhang，您好：", "en": "Dear Anna Zhang, "}[lang]
    assert sum(text.startswith(greeting) for text in said) == 2
    assert sum("=cmd|'/c calc'!A1 Bcc: all@example.com" in text for text in said) == 1
