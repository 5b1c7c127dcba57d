"""``kesu followups --calendar``: a calendar for each owner."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kesu.cli.saving import save, save_rules
from kesu.cli.telling import say
from kesu.words.text import Text, counted, listed

if TYPE_CHECKING:
    import pandas as pd

    from kesu.jobs.assessment import Assessment

WRITTEN: Final = Text("已写入 {folder}：{files}，共 {tasks}", "Wrote {files} with {tasks} into {folder}")
WAITING: Final = Text(
    "不在日历里、现在做不了的（暂停中、等到约定的时间）：{n} 件事",
    "In no calendar, as nothing can be done about it now (on hold, until a time agreed): {n}",
)
OLDER: Final = Text(
    "{folder} 里以前的日历这次没有重写（这些人现在无事可做，或这次没有列）：{names}",
    "Calendars from before that were not made again in {folder} (nothing to do for these now, or not asked for): {names}",
)
NAMED: Final = 5


def write_calendars(
    assessments: Sequence[Assessment], found: pd.DataFrame, lang: str, folder: Path, *, unmasked: bool
) -> None:
    """Write the calendars of the follow-ups ``found`` into ``folder``, all or none, and say what was written and what not."""
    from kesu.jobs.reminders import calendars
    from kesu.workbook.save import check
    from kesu.workbook.seal import is_ours, sealed

    made = calendars(assessments, found, lang, unmasked=unmasked)
    folder.mkdir(parents=True, exist_ok=True)
    for one in made:
        check(folder / one.name, save_rules(), sealed(one.content))
    for one in made:
        save(folder / one.name, one.content)
    tasks = sum(one.tasks for one in made)
    files = Text(f"{len(made)} 个日历", counted(len(made), "calendar"))
    say(WRITTEN.fill(folder=folder, files=files, tasks=Text(f"{tasks} 件事", counted(tasks, "task"))))
    if waiting := len(found) - tasks:
        say(WAITING.fill(n=Text(str(waiting), counted(waiting, "task"))))
    names = {one.name.casefold() for one in made}
    older = [
        path.name
        for path in sorted(folder.glob("*.ics"))
        if path.name.casefold() not in names and is_ours(path)
    ]
    if older:
        say(OLDER.fill(folder=folder, names=listed(older, NAMED)))
