"""What tests of every room share: the command line as a process of its own, the parts of a workbook."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final
from unittest import mock

import pytest
from click.testing import CliRunner
from openxml_audit import FileFormat, OpenXmlValidator

from kesu.cli import main
from tests import quicker
from tests.thinned import thinned

Kesu = Callable[..., subprocess.CompletedProcess[str]]
Packed = Callable[[Path], dict[str, bytes]]
Audited = Callable[..., set[str]]


def run_kesu(
    *words: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """``kesu WORDS…`` in a new process, its streams read as UTF-8; English unless ``env`` says otherwise."""
    plain = {key: value for key, value in os.environ.items() if key not in {"LC_ALL", "LC_MESSAGES", "LANG"}}
    return subprocess.run(
        [sys.executable, "-m", "kesu.cli", *map(str, words)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=cwd,
        env=plain | {"LANG": "C.UTF-8"} | dict(env or {}),
        timeout=300,
    )


quicker.share_reading_children()
quicker.build_each_register_once()
quicker.cut_each_formula_once()
quicker.shift_only_what_moves()
quicker.leave_few_rows_free()
quicker.read_sheets_when_asked_for()
quicker.leave_borders_of_merged_cells()
quicker.parse_each_pattern_once()
quicker.collect_garbage_seldom()


SLOW_ROOMS: Final = (
    "cli/test_find.py", "cli/test_followups.py", "cli/test_import.py", "cli/test_own_words.py", "cli/test_remarks.py", "cli/test_tables.py",
    "demo", "engine", "hostile", "jobs", "live", "rules/checks/test_listed.py", "rules/deadlines/test_deadline_commands.py",
    "rules/test_account_of_rows.py", "rules/test_days.py", "rules/test_definitions_page.py", "rules/test_followups_measures.py", "test_quicker.py",
    "trials", "workbook/patch/test_patch_layouts.py", "workbook/reading", "workbook/saving", "workbook/writing",
)  # fmt: skip
"""Here whole workbooks are made and opened again and again, processes or an office started: every test is slow."""
FAST_THERE: Final = (
    "hostile/test_patterns.py", "jobs/importing", "jobs/merging/test_doubles_command.py", "jobs/merging/test_join.py", "jobs/refresh/test_finding_rows.py", "jobs/refresh/test_kpi_rows.py", "jobs/forms/test_collect_own.py", "jobs/forms/test_what_is_written.py", "jobs/test_foreign_tables.py", "jobs/refresh/test_hours_that_differ.py",
    "jobs/kept/test_foreign.py",
    "jobs/test_api.py", "jobs/test_cluster_here.py", "jobs/test_convert.py", "jobs/test_customers.py", "jobs/test_find.py", "jobs/test_reminders.py", "jobs/test_said.py",
    "jobs/test_twelve_rows.py", "jobs/test_tables_high_enough.py", "jobs/test_urls.py", "jobs/upgrading/test_offers.py",
    "jobs/upgrading/test_columns_in_view.py::test_a_register_of_an_earlier_version_keeps_its_order_and_its_glance",
    "jobs/kept/test_round_trip.py::test_a_register_without_rows_stays_one",
    "jobs/test_away.py::test_columns_come_off_the_shelf_as_they_were_put_there", "jobs/test_away.py::test_shelves_below_each_other",
    "jobs/test_surveys.py::test_answers_find_their_survey_by_number",
    "jobs/kept/test_unnamed.py::test_items_go_by_their_complaint_and_what_is_nobodys_by_all",
    "jobs/kept/test_unnamed.py::test_a_register_called_by_a_number",
    "workbook/reading/test_near_registers.py",
    "rules/checks/test_listed.py::test_the_last_line_says_how_many_more_and_how_to_see_them",
    "jobs/test_drafts.py::test_a_draft_holds_nothing_that_cannot_be_seen", "jobs/test_drafts.py::test_notes_for_a_call_have_lines_to_say_and_to_avoid",
    "jobs/test_drafts.py::test_mails_are_drafts_whose_headers_hold_nothing_that_somebody_typed",
    "jobs/test_drafts.py::test_unmasked_the_customer_is_addressed_and_nothing_breaks_a_line",
    "jobs/test_surveys.py::test_what_holds_no_answers_is_refused",
    "rules/deadlines/test_deadline_commands.py::test_explain_as_json_adds_up",
    "rules/deadlines/test_deadline_commands.py::test_explain_in_english_counts_working_days_and_warns_of_days_not_known_yet",
    "rules/deadlines/test_deadline_commands.py::test_explain_in_chinese_reads_as_written_by_hand",
    "rules/test_days.py::test_a_column_of_dates_is_one_finding_in_every_period",
    "rules/test_followups_measures.py::test_overdue_measures_stand_behind_what_customers_wait_for",
)  # fmt: skip
"""What is not, in those rooms: files, folders, single tests."""
LONGEST_FIRST: Final = (
    "jobs/test_away.py", "live/oxt/test_oxt_failures.py", "live/oxt/test_oxt_office.py", "live/test_cases.py", "test_readme.py",
    "jobs/merging/test_merge_command.py", "jobs/test_cluster.py", "jobs/upgrading/test_additions.py", "jobs/upgrading/test_refusals.py",
    "live/test_live_cli.py", "live/test_live_refresh.py", "workbook/writing/test_live_profiles.py", "live/test_a_life.py", "jobs/kept/test_round_trip.py",
    "workbook/writing/test_renewed_results.py", "cli/test_import.py", "rules/test_sql.py", "workbook/writing/test_stored_results.py",
    "hostile/test_patterns.py", "jobs/forms/test_collect.py", "live/test_calls.py", "workbook/writing/test_live_formulas.py",
    "workbook/saving/test_ends.py", "reports/test_page_in_browser.py", "jobs/refresh/test_refresh.py", "jobs/forms/test_collect_again.py",
    "live/test_import_table.py", "jobs/test_stacks.py", "jobs/refresh/test_refresh_teams.py", "hostile/test_every_output.py",
    "hostile/test_no_network.py", "test_wheel.py", "rules/checks/test_facts.py", "jobs/upgrading/test_columns_in_view.py",
    "jobs/forms/test_with_libreoffice.py",
)  # fmt: skip
"""Workers take a file at a time: with the longest at the end, one would work while the others are done."""


def _slow(path: Path, test: str = "") -> bool:
    """Whether every test in the file or folder is; or ``test`` of that file."""
    here = Path(__file__).parent
    if not any(path.is_relative_to(here / room) for room in SLOW_ROOMS):
        return False
    for name in FAST_THERE:
        file, _, alone = name.partition("::")
        if (path.is_relative_to(here / file) or (here / file).is_relative_to(path)) and (
            not alone or test in {"", alone}
        ):
            return False
    return True


def _fast_alone(config: pytest.Config) -> bool:
    return bool(config.getoption("markexpr") == "not slow")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What is slow as a whole need not even be read where the fast tests alone are wanted."""
    return True if _fast_alone(config) and _slow(collection_path) else None


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """One worker more than there are cores for the whole suite: tests with an office or a browser wait a lot."""
    return None if _fast_alone(config) else (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {Path(__file__).parent / name: at for at, name in enumerate(LONGEST_FIRST)}
    for item in items:
        if _slow(item.path, getattr(item, "originalname", item.name)) or item.get_closest_marker(
            "libreoffice"
        ):
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: order.get(item.path, len(order)))


@pytest.fixture(scope="session")
def kesu_process() -> Kesu:
    """``kesu WORDS…`` in a new process, as a user runs it: where the process itself is what is tested."""
    return run_kesu


@pytest.fixture(scope="session")
def kesu() -> Kesu:
    """The same in this process, which has imported everything already."""

    def run(
        *words: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        plain: dict[str, str | None] = {"LC_ALL": None, "LC_MESSAGES": None, "LANG": "C.UTF-8"}
        given = ["kesu", *map(str, words)]
        with contextlib.chdir(cwd or Path.cwd()), mock.patch.object(sys, "argv", given):
            done = CliRunner().invoke(main, given[1:], env=plain | dict(env or {}))
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def packed() -> Packed:
    """Every part's packed bytes, cut out of the file by hand."""

    def cut(path: Path) -> dict[str, bytes]:
        data = path.read_bytes()
        found = {}
        with zipfile.ZipFile(path) as container:
            for info in container.infolist():
                names = data[info.header_offset + 26 : info.header_offset + 30]
                at = info.header_offset + 30
                at += int.from_bytes(names[:2], "little") + int.from_bytes(names[2:], "little")
                found[info.filename] = data[at : at + info.compress_size]
        return found

    return cut


@pytest.fixture(scope="session")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Audited:
    """What openxml-audit finds in a workbook that Excel might not open cleanly: part, element, what is wrong with it."""

    folder = tmp_path_factory.mktemp("audited")

    def audit(path: Path, version: FileFormat = FileFormat.OFFICE_2019) -> set[str]:
        # It counts the siblings of each element anew, only to name the place in messages: most of the time it takes.
        with mock.patch("openxml_audit.context._sibling_position", lambda _: 0):  # noqa: PT008 - a mock is as slow
            result = OpenXmlValidator(file_format=version).validate(str(thinned(path, folder / path.name)))
        return {f"{error.part_uri} {error.path}: {error.description}" for error in result.errors}

    return audit
