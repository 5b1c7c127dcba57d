"""Changed cells go into a register in one block, in which everything else is kept."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kesu.jobs import adding as room
from kesu.jobs.adding import _update
from kesu.register.codes import CODE_LISTS
from kesu.workbook.patch import Patch, PatchRefused
from kesu.workbook.patch.values import KEEP

SHEET: Any = SimpleNamespace(title="Register", columns={"owner": 3, "status": 5, "transfers": 4})
TARGET: Any = SimpleNamespace(register=SimpleNamespace(settings=SimpleNamespace(codes=CODE_LISTS), lang="en"))


def change(row: int, key: str, after: Any) -> Any:
    return SimpleNamespace(row=row, key=key, after=after, taken=True)


def test_changed_cells_are_one_block() -> None:
    asked: list[Any] = []
    patch: Any = SimpleNamespace(write_block=lambda *given: asked.append(given))
    _update(patch, TARGET, SHEET, [])
    assert asked == []
    _update(
        patch,
        TARGET,
        SHEET,
        [change(7, "owner", "Bo"), change(9, "status", "closed"), change(9, "transfers", 2.0)],
    )
    assert asked == [("Register", "D7", [["Bo", KEEP, KEEP], [KEEP] * 3, [KEEP, 2.0, "Closed"]])]
    _update(patch, TARGET, SHEET, [change(4, "transfers", 1.0)])
    assert asked[1] == ("Register", "E4", [[1.0]])


@pytest.mark.parametrize("changed", [False, True])
def test_everything_is_written_in_one_step(monkeypatch: pytest.MonkeyPatch, *, changed: bool) -> None:
    done: list[Any] = []
    patch = SimpleNamespace(
        package=SimpleNamespace(signature="new" if changed else "seen"),
        renew=lambda _, as_of: done.append(("renewed", as_of)),
        commit=lambda **how: how,
    )
    monkeypatch.setattr(Patch, "open", lambda _: patch)
    monkeypatch.setattr(room, "_with_own", lambda *given: (given[1], given[3]))
    monkeypatch.setattr(room, "_update", lambda *given: done.append(("updated", given[2], given[3])))
    monkeypatch.setattr(room, "append_to", lambda *given: done.append(("added", given[2], given[4])))
    register = SimpleNamespace(complaints="complaints", items="items")
    target: Any = SimpleNamespace(path=Path("team.xlsx"), seen="seen", register=register)
    taken: Any = SimpleNamespace(own=(), item_own=())
    changes = [SimpleNamespace(taken=True), SimpleNamespace(taken=False)]
    added: Any = SimpleNamespace(changes=changes, new="new rows", items="new items")
    now = dt.datetime(2026, 11, 1, 10)
    if changed:
        with pytest.raises(PatchRefused, match=r"^team\.xlsx: "):
            room.write(target, taken, added, as_of=now)
        return
    how: Any = room.write(target, taken, added, as_of=now, backup=False, force=True, dry_run=True)
    assert how == {"as_of": now.date(), "backup": False, "force": True, "dry_run": True}
    assert done == [
        ("updated", ("complaints", ()), changes[:1]), ("added", ("complaints", ()), "new rows"),
        ("added", ("items", ()), "new items"), ("renewed", now),
    ]  # fmt: skip
    usual: Any = room.write(target, taken, added, as_of=now)
    assert usual == {"as_of": now.date(), "backup": True, "force": False, "dry_run": False}
