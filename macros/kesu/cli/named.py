"""What a command line names: one complaint of a register, a workbook that is to be made."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kesu.cli.options import USAGE
from kesu.cli.telling import meant, near, say, ui
from kesu.words.text import Text, counted

if TYPE_CHECKING:
    from kesu.jobs.assessment import Assessment


def workbook_name(out: Path) -> None:
    """Ends the command as wrongly used unless ``out`` is the name of an .xlsx."""
    if out.suffix.lower() != ".xlsx":
        raise click.BadParameter(ui("文件名要以 .xlsx 结尾", "the name must end in .xlsx"))


def the_complaint(assessments: Sequence[Assessment], complaint_id: str) -> tuple[Assessment, int]:
    """The register and the position of the complaint of that number.

    Ends the command as wrongly used where there is none, with near numbers, or where there are several.
    """
    found = positions_of(assessments, complaint_id)
    if len(found) == 1:
        return found[0]
    if not found:
        say(unknown(assessments, complaint_id))
    else:
        rows = [
            str(assessment.counted.complaints.data["excel_row"].iloc[position])
            for assessment, position in found
        ]
        say(
            Text(
                f"编号 {complaint_id} 用了 {len(found)} 次（第 {'、'.join(rows)} 行），分不清是哪一件。请先在登记表里改正编号。",
                f"{complaint_id} is used {len(found)} times (rows {', '.join(rows)}), so it is not clear which is meant. "
                "Correct the numbers in the register first.",
            )
        )
    sys.exit(USAGE)


def positions_of(assessments: Sequence[Assessment], complaint_id: str) -> list[tuple[Assessment, int]]:
    """Where that number stands, however it is typed: the registers and the positions in them."""
    import pandas as pd

    from kesu.register.sameness import case_keys

    [wanted] = case_keys(pd.Series([complaint_id], dtype="str"))
    return [
        (assessment, position)
        for assessment in assessments
        for position in case_keys(assessment.counted.complaints.data["complaint_id"])
        .eq(wanted)
        .to_numpy(bool)
        .nonzero()[0]
        .tolist()
    ]


def unknown(assessments: Sequence[Assessment], complaint_id: str) -> Text:
    """There is no such complaint; the numbers that are spelt nearly so."""
    ids = [assessment.counted.complaints.data["complaint_id"] for assessment in assessments]
    known = [word for some in ids for word in some.dropna().unique().tolist()]
    register = ", ".join(dict.fromkeys(assessment.register.name for assessment in assessments))
    close = near(complaint_id, map(str, known))
    more = (
        meant(close)
        if close
        else Text(f"登记表里有 {len(known)} 个编号。", f"It holds {counted(len(known), 'number')}.")
    )
    return Text(
        f"{register} 里没有投诉编号“{complaint_id}”。{more.zh}",
        f"{register} has no complaint “{complaint_id}”. {more.en}",
    )
