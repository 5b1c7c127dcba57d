"""What an upgrade finds missing and has put where, on a workbook of which only tables, names and texts are there."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kesu.jobs import upgrade as room
from kesu.jobs.more_columns import ENTRY_TABLES, more_columns
from kesu.jobs.more_rows import more_choices, more_settings
from kesu.jobs.more_sheets import more_blocks, more_sheets
from kesu.jobs.upgrade import Added, Upgraded, upgrade
from kesu.register.codes import CODE_LISTS
from kesu.register.columns import DECLARED, ITEMS
from kesu.register.settings import LIMITS
from kesu.register.settings.layout import BLOCKS, GENERAL
from kesu.words.text import Text
from kesu.workbook.patch import PatchRefused
from kesu.workbook.patch.area import Area
from kesu.workbook.patch.columns import Look
from kesu.workbook.patch.growing import Growing
from kesu.workbook.patch.workbookxml import TableInfo
from kesu.workbook.writing.layouts import widths
from kesu.workbook.writing.settings import TABLE_NAMES
from kesu.workbook.writing.table import ROOM

FIELDS = {block.key: [field.label.en for field in block.fields] for block in BLOCKS}
FIRST = 10
"""The first row of every table's body."""


class Book:
    """Tables by name with the texts of their bodies; what is done to it is noted."""

    def __init__(
        self, tables: Mapping[str, tuple[Sequence[str], Sequence[Sequence[str]]]], **names: str
    ) -> None:
        self.done: list[tuple[Any, ...]] = []
        self.tables, self.body = {}, {}
        for name, (heads, rows) in tables.items():
            area = Area(FIRST - 1, 3, FIRST + len(rows) - 1, 2 + len(heads))
            sheet = "Settings" if name.casefold().startswith("settings") else name
            self.tables[name] = TableInfo(name, sheet, "", area, 1, 0, tuple(heads), 1)
            self.body[name] = [tuple(row) + ("",) * (len(heads) - len(row)) for row in rows]
        self.package = SimpleNamespace(path=Path("team.xlsx"))
        known = [SimpleNamespace(name=name, refers_to=text, sheet="") for name, text in names.items()]
        known.append(SimpleNamespace(name="List_channel", refers_to="elsewhere!$A$1", sheet="Other"))
        sheets = [SimpleNamespace(name=info.sheet) for info in self.tables.values()]
        self.structure = SimpleNamespace(names=known, sheets=sheets, date1904=False)
        self.cells: dict[Area, list[tuple[int, tuple[str, ...]]]] = {}
        self.above: list[str] = []

    def texts(self, name: str) -> Iterator[tuple[int, tuple[str, ...]]]:
        yield from enumerate(self.body[name], FIRST)

    def texts_in(self, sheet: str, area: Area) -> Iterator[tuple[int, tuple[str, ...]]]:
        assert sheet == "Settings"
        if area.left == 1 and area.top == 1:
            yield 5, tuple(self.above)
        yield from self.cells.get(area, [])

    def words_in(self, sheet: str, area: Area) -> set[str]:
        return {word for _, texts in self.texts_in(sheet, area) for word in texts if word}

    def free_column(self, name: str) -> int:
        assert name == "Settings"
        return 40

    def add_sheet(self, source: Path, title: str) -> None:
        with zipfile.ZipFile(source) as file:
            head = DECLARED["improvements"][0].label.en.encode()
            self.done.append(("add_sheet", title, any(head in file.read(name) for name in file.namelist())))

    def __getattr__(self, name: str) -> Any:
        return lambda *given: self.done.append((name, *given))


def offers(find: Any, book: Book) -> list[tuple[str, str]]:
    return [(one.part, one.what.en) for one in find(book)]


def carried_out(find: Any, book: Book) -> list[tuple[Any, ...]]:
    for one in find(book):
        one.carry_out()
    return book.done


def heads(sheet: str, *without: str, lang: str = "en") -> list[str]:
    return [one.label.of(lang) for one in DECLARED[sheet] if one.key not in without]  # type: ignore[index]


REGISTER: tuple[list[str], list[list[str]]] = (heads("register"), [[]])


def choices(**lists: Sequence[str]) -> list[list[str]]:
    """Rows of the table of lists: what is said of each is its keys, else the keys as they are shipped."""
    return [
        [name, key]
        for name, codes in CODE_LISTS.items()
        for key in lists.get(name, [code.key for code in codes])
    ]


def test_nothing_is_offered_to_a_register_that_has_all() -> None:
    book = Book({"complaints": REGISTER, "SettingsCodes": (FIELDS["codes"], choices())})
    assert [offers(find, book) for find in (more_choices, more_columns)] == [[], []]
    assert offers(more_settings, Book({"Complaints": REGISTER})) == []


def test_choices_of_kesus_own_lists_come_behind_their_last() -> None:
    kinds = [code.key for code in CODE_LISTS["item_kind"]]
    rows = choices(item_kind=kinds[:-2], channel=["phone"], severity=[])
    names = {
        "List_item_kind": "=Settings!$A$1:$A$9",
        "list_tier": "SettingsCodes[x]",
        "List_kind": "Settings!$B$1:$B$3",
    }
    book = Book({"Complaints": REGISTER, "SettingsCodes": (FIELDS["codes"], rows)}, **names)
    labels = [code.label for code in CODE_LISTS["item_kind"][-2:]]
    severities = CODE_LISTS["severity"]
    assert offers(more_choices, book) == [
        # A team may shorten lists of its own, such as the channels; one that is missing altogether comes anew.
        (
            "register",
            f"drop-down “Severity”: {len(severities)} more choices: {', '.join(one.label.en for one in severities)}",
        ),
        ("items", f"drop-down “Item kind”: 2 more choices: {labels[0].en}, {labels[1].en}"),
    ]
    done = carried_out(more_choices, book)
    assert [one[0] for one in done] == ["define", "insert_rows"] * 2
    end = FIRST + max(at for at, row in enumerate(rows) if row[0] == "item_kind")
    also = ", ".join(CODE_LISTS["item_kind"][-1].also) or None
    assert done[3][1:3] == ("SettingsCodes", end + 1)
    assert done[3][3][-1] == ["item_kind", kinds[-1], labels[1].en, also]
    assert done[1][1:3] == ("SettingsCodes", FIRST + len(rows))  # a new list at the end of the table
    assert [row[:3] for row in done[1][3]] == [["severity", one.key, one.label.en] for one in severities]
    # Those that the first registers defined by addresses are defined by the table, as is the new one.
    assert {key: text[:6] for key, text in done[0][1].items()} == {
        "List_severity": "INDEX(", "List_item_kind": "INDEX(", "List_kind": "INDEX(",
    }  # fmt: skip
    assert done[0][1]["List_severity"].startswith(
        'INDEX(SettingsCodes[Choice],MATCH("severity",SettingsCodes[Code list],0)):'
    )


def test_a_list_in_pieces_is_continued_in_its_first() -> None:
    """A choice without a key is known by its label; that of a team's own by the same word is in the way."""
    kinds = [code.key for code in CODE_LISTS["item_kind"]]
    rows = (
        [["item_kind", key] for key in kinds[:3]]
        + [["channel", "phone"]]
        + [["item_kind", "", key] for key in kinds[3:-1]]
    )
    tables = {"Complaints": REGISTER, "SettingsCodes": (FIELDS["codes"], [*rows, ["", ""]])}
    book = Book(tables)
    mine = [one for one in more_choices(book) if one.part == "items" and "kind" in one.what.en]  # type: ignore[arg-type]
    assert [one.what.en for one in mine] == [
        f"drop-down “Item kind”: 1 more choice: {CODE_LISTS['item_kind'][-1].label.en}"
    ]
    mine[0].carry_out()
    assert [one[2] for one in book.done if one[0] == "insert_rows"] == [FIRST + 3]
    own = Book(
        tables
        | {
            "SettingsCodes": (
                FIELDS["codes"],
                [*rows, ["item_kind", "ours", f" {CODE_LISTS['item_kind'][-1].label.en.upper()}"]],
            )
        }
    )
    (asked,) = (one for one in more_choices(own) if one.part == "items" and "kind" in one.what.en)  # type: ignore[arg-type]
    with pytest.raises(
        PatchRefused,
        match=r"^team\.xlsx ▸ Settings: the list has a choice “.*” of your own\. Give it the code ",
    ):
        asked.carry_out()


def test_settings_that_say_one_thing_a_row_come_below() -> None:
    limits = [limit.label.en for limit in LIMITS.values()]
    names = [key for key in GENERAL if key not in {"lang", "organisation", "profile"}]
    tables = {
        "Complaints": REGISTER,
        "SettingsLimits": (["Our mark", *FIELDS["limits"]], [["", word.upper()] for word in limits[:-1]]),
        "SettingsGeneral": (FIELDS["general"], [[GENERAL[key][0].zh] for key in names[1:]]),
    }
    book = Book(tables)
    assert offers(more_settings, book) == [
        ("settings", f"“General”: 1 more row: {GENERAL[names[0]][0].en}"),
        ("settings", f"“Limits of checks”: 1 more row: {limits[-1]}"),
    ]
    done = carried_out(more_settings, book)
    last = list(LIMITS.values())[-1]
    assert done == [
        (
            "append_rows",
            "SettingsGeneral",
            [{0: GENERAL[names[0]][0].en, 1: "CN", 2: GENERAL[names[0]][1].en}],
        ),
        ("append_rows", "SettingsLimits", [done[1][2][0]]),
    ]
    assert done[1][2][0][1] == limits[-1]
    assert 0 not in done[1][2][0]
    assert last.label.en == limits[-1]


@pytest.mark.parametrize("taken", [False, True])
def test_words_of_kesus_own_drop_downs_go_on_below(*, taken: bool) -> None:
    area = Area.parse("AA5:AA6")
    book = Book(
        {"Complaints": REGISTER},
        Words_days_open="='Settings'!$AA$5:$AA$6",
        Words_rules_unit="=Settings!$AB$5:$AC$6",
    )
    book.cells[area] = [(5, ("open",)), (6, ("",))]
    book.cells[Area.parse("AA7")] = [(7, ("x" if taken else "",))]
    (one,) = more_settings(book)  # type: ignore[arg-type]
    assert one.part == "settings"
    assert one.what.en.endswith("1 more choice: Closed")
    if taken:
        with pytest.raises(PatchRefused, match=r"^team\.xlsx ▸ Settings!AA7: something else stands below"):
            one.carry_out()
        return
    one.carry_out()
    assert book.done == [
        ("write_block", "Settings", "AA7", [["Closed"]]), ("define", {"Words_days_open": "'Settings'!$AA$5:$AA$7"}),
    ]  # fmt: skip


def test_columns_come_behind_the_last_with_the_looks_of_their_like() -> None:
    late = ("question", "basis", "done_at")
    there = heads("items", *late)
    book = Book({"Complaints": REGISTER, "Items": ([*there, "Mine"], [[]]), "Improvements": (["Mine"], [[]])})
    labels = {one.key: one.label.en for one in ITEMS}
    (told,) = offers(more_columns, book)
    missing = [one for one in ITEMS if one.key in late]
    assert told[0] == "items"
    assert told[1].startswith(
        f"3 more columns: {', '.join(one.label.en for one in missing)}. With them checks begin to ask"
    )
    ((_, name, added),) = carried_out(more_columns, book)
    assert name == "Items"
    assert [one.heading for one in added] == [labels[one.key] for one in missing]
    like = {column.heading: there[column.like] for column in added}
    times = [one.label.en for one in ITEMS if one.kind == "time" and one.key not in late]
    assert like[labels["done_at"]] == times[-1]
    assert all(b"dataValidation" in one.rule for one in added if one.heading == labels["done_at"])
    alone = Book({"Complaints": (heads("register", "transfers"), [[]]), "Items": (heads("items"), [[]])})
    assert [(part, what) for part, what in offers(more_columns, alone)] == [
        ("register", "1 more column: Transfers")
    ]


def test_blocks_and_sheets_that_came_later() -> None:
    every: dict[str, tuple[list[str], list[list[str]]]] = {
        TABLE_NAMES[block.key]: (FIELDS[block.key], [[]]) for block in BLOCKS
    }
    assert offers(more_blocks, Book(every)) == []
    assert offers(more_blocks, Book({"Complaints": REGISTER})) == []  # no sheet of settings
    few = {
        name: one
        for name, one in every.items()
        if name not in {"SettingsPlaybooks", "SettingsLimits", "SettingsCodes", "SettingsDays"}
    }
    book = Book({"Complaints": REGISTER, **few})
    book.above = [FIELDS["limits"][0], "", FIELDS["days"][0].upper()]
    # Days were taken out of their Table: nothing is offered. Limits would need rows there: that is refused, in words.
    assert [what for _, what in offers(more_blocks, book)] == [
        "a new table: “Code lists”", "new rows of “Limits of checks”", "a new table: “Playbooks”",
    ]  # fmt: skip
    wanted = next(one for one in more_blocks(book) if one.what.en.startswith("new rows of"))  # type: ignore[arg-type]
    with pytest.raises(
        PatchRefused, match=r"^team\.xlsx ▸ Settings: “Limits of checks” is no Excel Table any more"
    ):
        wanted.carry_out()
    playbooks = next(one for one in more_blocks(book) if one.what.en == "a new table: “Playbooks”")  # type: ignore[arg-type]
    playbooks.carry_out()
    ((name, sheet, _, area),) = book.done
    assert (name, sheet, area.left) == ("add_block", "Settings", 40)
    assert offers(more_sheets, book) == [("improvements", "a new sheet “Improvements”, behind the others")]
    assert offers(more_sheets, Book({"Improvements": (["x"], [[]])})) == []
    (more,) = more_sheets(book)  # type: ignore[arg-type]
    more.carry_out()
    assert book.done[-1] == ("add_sheet", "Improvements", True)  # with its headings


def test_the_language_is_that_of_most_headings() -> None:
    book = Book({"Complaints": (heads("register", "transfers", lang="zh"), [[]])})
    ((_, _, (column,)),) = carried_out(more_columns, book)
    assert column.heading == "转办次数"
    assert set(ENTRY_TABLES) == {"Complaints", "Items", "Improvements"}


def test_what_is_refused_costs_itself_alone() -> None:
    done, refusal = Upgraded(Path("x")), PatchRefused(Text("不", "no"))

    def more(part: str, *, fails: bool = False) -> Any:
        def carry_out() -> None:
            if fails:
                raise refusal

        return SimpleNamespace(part=part, what=Text(part, part), carry_out=carry_out)

    def find(_: Any) -> Iterator[Any]:
        yield more("items")
        yield more("settings", fails=True)
        yield more("register")
        yield more("items")
        raise refusal

    room._carry_out(None, ("items", "settings"), find, done)  # type: ignore[arg-type]
    assert done.added == [Added("items", Text("items", "items"))] * 2
    assert [one.en for one in done.left_out] == ["Not added: settings. no", "no"]


@pytest.mark.parametrize("dry_run", [False, True])
def test_an_upgrade_is_one_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, dry_run: bool) -> None:
    """Parts that were not asked for are left alone; nothing is shown or folded where no layout is given."""
    path = tmp_path / "team.xlsx"
    path.write_bytes(b"")
    link = tmp_path / "link.xlsx"
    link.hardlink_to(path)
    book = Book(
        {"Complaints": (heads("register", "transfers"), [[]]), "Items": (heads("items", "basis"), [[]])}
    )
    kept: list[dict[str, Any]] = []
    monkeypatch.setattr(book, "sheets_changed", ("Register",), raising=False)

    def commit(**how: Any) -> Any:
        kept.append(how)
        return SimpleNamespace(backup=path)

    monkeypatch.setattr(book, "commit", commit, raising=False)
    monkeypatch.setattr(Growing, "open", lambda _: book)
    day = dt.date(2026, 11, 1)
    done = upgrade(link, day, add=["register"], backup=False, force=True, dry_run=dry_run)
    assert kept == [{"as_of": day, "backup": False, "force": True, "dry_run": dry_run}]
    assert [(one.part, one.what.en) for one in done.added] == [("register", "1 more column: Transfers")]
    assert [one[0] for one in book.done] == ["add_columns"]
    assert (done.left_out, done.shown, done.folded, done.reason) == ([], 0, 0, None)
    assert (done.sheets, done.backup, done.path) == (("Register",), path, link)
    assert len(done.remarks) == (not dry_run)
    upgrade(path, day, layout="short")
    assert kept[1] == {"as_of": day, "backup": True, "force": False, "dry_run": False}
    assert [one[0] for one in book.done[1:]] == ["show_columns"]


def test_what_is_shown_and_folded_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the register of a team: workings are neither, an own column is left as it is."""
    book, done = Book({"Complaints": ([*heads("register"), "Mine"], [[]])}), Upgraded(Path("x"))
    looks = {
        0: Look(True, 1, False),
        1: Look(False, 0, True, 9.0),
        2: Look(True, 1, False),
        3: Look(None, None, False),
    }
    monkeypatch.setattr(
        room,
        "looks_of",
        lambda columns, layout: looks if (len(columns), layout) == (len(REGISTER[0]) + 1, "short") else {},
    )
    monkeypatch.setattr(room, "_is_working", lambda heading: heading == REGISTER[0][2])
    room._fold(book, "short", done)  # type: ignore[arg-type]
    assert book.done == [("show_columns", "Complaints", {at + 3: look for at, look in looks.items()})]
    assert (done.shown, done.folded) == (len(REGISTER[0]) - 1, 1)


def test_a_workbook_that_is_no_register_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Growing, "open", lambda _: Book({"Items": (heads("items"), [[]])}))
    done = upgrade(Path("other.xlsx"), dt.date(2026, 11, 1), add=["items"])
    assert done.reason == Text(f"other.xlsx：{room.NO_TABLE.zh}", f"other.xlsx: {room.NO_TABLE.en}")
    assert (done.added, done.sheets) == ([], ())


@pytest.mark.parametrize("layout", ["standard", "full"])
def test_times_are_wide_enough_for_their_year(layout: str) -> None:
    """The format of cells that are there stays; other columns are as wide as in a new register."""
    columns = [
        one
        for one in DECLARED["register"]
        if one.key in {"complaint_id", "received_at", "verbatim", "resolved_at"}
    ]
    looks = room.looks_of((*(one.label.en for one in columns), "Mine"), layout)
    wide = dict(zip((one.key for one in columns), widths(columns, layout, ROOM), strict=True))
    for at, one in enumerate(columns):
        if not looks[at].hidden:
            assert looks[at].width == (max(wide[one.key], 16.2) if one.key.endswith("_at") else wide[one.key])
    assert looks[len(columns)].width is None
    assert looks[len(columns)].hidden is None
    assert any(value != 16.2 for key, value in wide.items() if not key.endswith("_at"))
