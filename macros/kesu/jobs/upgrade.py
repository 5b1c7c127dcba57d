"""How many columns of a register are in view, changed in the team's own workbook; their order stays as it is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kesu.register.columns import REGISTER, labels
from kesu.words.text import Text, folded
from kesu.workbook.patch import Patch, PatchRefused
from kesu.workbook.patch.columns import Look
from kesu.workbook.patch.refuse import refused
from kesu.workbook.writing.layouts import columns_in_order, foldable, widths
from kesu.workbook.writing.layouts import folded as begins_folded
from kesu.workbook.writing.table import ROOM

if TYPE_CHECKING:
    from kesu.register.columns import Column
    from kesu.workbook.writing.live_cells import Calc

TABLE: Final = "Complaints"
GLANCE: Final = frozenset({"next_due", "overall_state", "open_demands", "next_item_due"})
"""What registers of an earlier version show instead of what is due next."""
WHOLE_TIME: Final = 16.2
"""Characters of a time with its year: the format of the cells stays."""
NO_TABLE: Final = Text(
    "里面没有 kesu 建的登记表（表“Complaints”），不知道哪些列该折叠。",
    "it holds no register that kesu made (the table Complaints), so it is not clear which columns to fold.",
)


@dataclass(frozen=True)
class Upgraded:
    """What became of one workbook: columns in view and folded away (not counting workings, which nobody sees), the parts
    that changed, the backup; or the reason why nothing was written."""

    path: Path
    shown: int = 0
    folded: int = 0
    parts: tuple[str, ...] = ()
    backup: Path | None = None
    reason: Text | None = None


def upgrade(
    path: Path, layout: str, day: dt.date, *, backup: bool = True, force: bool = False, dry_run: bool = False
) -> Upgraded:
    """Show the columns of ``layout`` (`LAYOUTS`) and fold the others away; the team's own are left as they are.

    ``day`` dates the backup. Raises nothing that a workbook may cause: the reason stands in the result.
    """
    try:
        patch = Patch.open(path)
        table = next((one for name, one in patch.tables.items() if name.casefold() == TABLE.casefold()), None)
        if table is None:
            raise refused(path.name, NO_TABLE.zh, NO_TABLE.en)
        looks = looks_of(table.columns, layout)
        left = table.area.left
        patch.show_columns(table.sheet, {left + at: look for at, look in looks.items()})
        result = patch.commit(as_of=day, backup=backup, force=force, dry_run=dry_run)
    except PatchRefused as error:
        return Upgraded(path, reason=error.text)
    hidden = [at for at, look in looks.items() if look.hidden]
    workings = [at for at in hidden if _is_working(table.columns[at])]
    return Upgraded(
        path,
        len(table.columns) - len(hidden),
        len(hidden) - len(workings),
        result.parts_changed,
        result.backup,
    )


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
