"""What a register of an earlier version lacks, put into the team's own workbook part by part, and how many of its columns
are in view; what is there stays, and where it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from kesu.jobs.more_columns import more_columns, table_called
from kesu.jobs.more_rows import more_choices, more_settings
from kesu.jobs.more_sheets import more_blocks, more_sheets
from kesu.register.columns import REGISTER, labels
from kesu.words.text import Text, folded
from kesu.workbook.atomic import linked
from kesu.workbook.patch import PatchRefused
from kesu.workbook.patch.columns import Look
from kesu.workbook.patch.growing import Growing
from kesu.workbook.patch.refuse import refused
from kesu.workbook.writing.layouts import columns_in_order, foldable, widths
from kesu.workbook.writing.layouts import folded as begins_folded
from kesu.workbook.writing.table import ROOM

if TYPE_CHECKING:
    from kesu.jobs.more_columns import More
    from kesu.register.columns import Column
    from kesu.workbook.writing.live_cells import Calc

_FINDERS: Final[tuple[Callable[[Growing], Iterator[More]], ...]] = (
    more_choices,
    more_columns,
    more_settings,
    more_blocks,
    more_sheets,
)
"""In the order in which they are carried out: the drop-downs of columns look for their lists."""
TABLE: Final = "Complaints"
GLANCE: Final = frozenset({"next_due", "overall_state", "open_demands", "next_item_due"})
"""What registers of an earlier version show instead of what is due next."""
WHOLE_TIME: Final = 16.2
"""Characters of a time with its year: the format of the cells stays."""
NO_TABLE: Final = Text(
    "里面没有 kesu 建的登记表（表“Complaints”），没有可加、可折叠的。",
    "it holds no register that kesu made (the table Complaints), so there is nothing to add to or to fold.",
)


class Added(NamedTuple):
    """One addition: the part it belongs to (`PARTS`), and what it is."""

    part: str
    what: Text


@dataclass
class Upgraded:
    """What became of one workbook: what was, or would be, added, and why the rest could not be; columns in view and folded
    away (not counting workings, which nobody sees; 0 where that was not asked for); the titles of the sheets that changed,
    the backup; or the reason why nothing was written. ``remarks``: what must be said besides."""

    path: Path
    added: list[Added] = field(default_factory=list)
    left_out: list[Text] = field(default_factory=list)
    shown: int = 0
    folded: int = 0
    sheets: tuple[str, ...] = ()
    backup: Path | None = None
    reason: Text | None = None
    remarks: list[Text] = field(default_factory=list)


def upgrade(
    path: Path,
    day: dt.date,
    *,
    add: Collection[str] = (),
    layout: str | None = None,
    backup: bool = True,
    force: bool = False,
    dry_run: bool = False,
) -> Upgraded:
    """Add what of the parts ``add`` (keys of `PARTS`) the register lacks; show the columns of ``layout`` (`LAYOUTS`) and
    fold the others away, where one is given. The team's own columns are left as they are, and an addition for which there is
    no room costs that one alone.

    ``day`` dates the backup. Raises nothing that a workbook may cause: the reason stands in the result.
    """
    done = Upgraded(path)
    try:
        patch = Growing.open(path)
        if table_called(patch, TABLE) is None:
            raise refused(path.name, NO_TABLE.zh, NO_TABLE.en)
        for find in _FINDERS:
            _carry_out(patch, add, find, done)
        if layout is not None:
            _fold(patch, layout, done)
        said, done.sheets = linked(path), patch.sheets_changed
        done.backup = patch.commit(as_of=day, backup=backup, force=force, dry_run=dry_run).backup
    except PatchRefused as error:
        return Upgraded(path, reason=error.text)
    done.remarks += [said] if said is not None and done.sheets and not dry_run else []
    return done


def _carry_out(
    patch: Growing, parts: Collection[str], find: Callable[[Growing], Iterator[More]], done: Upgraded
) -> None:
    try:
        for more in find(patch):
            if more.part not in parts:
                continue
            try:
                more.carry_out()
            except PatchRefused as error:
                done.left_out.append(
                    Text("没有加上：{what}。{why}", "Not added: {what}. {why}").fill(
                        what=more.what, why=error.text
                    )
                )
            else:
                done.added.append(Added(more.part, more.what))
    except PatchRefused as error:
        done.left_out.append(error.text)


def _fold(patch: Growing, layout: str, done: Upgraded) -> None:
    table = table_called(patch, TABLE)
    assert table is not None  # noqa: S101 - `upgrade` has looked
    looks = looks_of(table.columns, layout)
    left = table.area.left
    patch.show_columns(table.sheet, {left + at: look for at, look in looks.items()})
    hidden = [at for at, look in looks.items() if look.hidden]
    workings = [at for at in hidden if _is_working(table.columns[at])]
    done.shown, done.folded = len(table.columns) - len(hidden), len(hidden) - len(workings)


def looks_of(headings: tuple[str, ...], layout: str) -> dict[int, Look]:
    """Place of a heading (from 0, one behind the last included) → how it is shown."""
    known = _known()
    found = [known.get(folded(heading.removesuffix(" *"))) for heading in headings]
    mine = [column for column in found if column is not None]
    wide = dict(zip((column.key for column in mine), widths(mine, layout, ROOM), strict=True))
    wide |= {key: max(width, WHOLE_TIME) for key, width in wide.items() if key.endswith("_at")}
    glance = GLANCE if "due_next" not in wide else frozenset[str]()
    looks: dict[int, Look] = {}
    before = False
    for at, column in enumerate([*found, None]):
        if column is None:
            looks[at] = Look(None, None, before)
            before = False
            continue
        hides = column.key not in glance and begins_folded(column, layout)
        level = hides or (
            column.key not in glance and foldable(column, layout) and not _beside_workings(found, at)
        )
        shown = not hides and column.section != "workings"
        looks[at] = Look(hides, int(level), before and not hides, wide[column.key] if shown else None)
        before = hides
    return looks


def _beside_workings(found: list[Column | Calc | None], at: int) -> bool:
    """Whether the columns from here to the workings could all be folded: programs would take them for one group."""
    for column in found[at:]:
        if column is None or not foldable(column, "standard"):
            return False
        if column.section == "workings":
            return True
    return False


def _is_working(heading: str) -> bool:
    column = _known().get(folded(heading.removesuffix(" *")))
    return column is not None and column.section == "workings"


def _known() -> dict[str, Column | Calc]:
    declared = {column.key: column for column in REGISTER}
    found: dict[str, Column | Calc] = {word: declared[key] for word, key in labels(REGISTER).items()}
    calculated = (column for column in columns_in_order(live=True) if column.key not in declared)
    for calc in calculated:
        found |= dict.fromkeys(map(folded, calc.label), calc)
    return found
