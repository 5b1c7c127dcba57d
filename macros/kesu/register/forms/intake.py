"""Complaints that come in on forms: what becomes of each, given what is logged already. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from kesu.register.columns import BY_KEY, ITEM_BY_KEY, ITEMS, Column
from kesu.register.forms.page import Record, records_of
from kesu.register.numbers import next_number
from kesu.register.sameness import case_keys, customer_keys
from kesu.register.sheets import Register, Sheet
from kesu.words.text import Text, listed
from kesu.words.typeset import cut
from kesu.xlsx.text import LONGEST_TEXT

SHOWN: Final = 24
"""Characters of a value that a message shows."""

BLANK: Final = Text("表上什么都没有填。", "nothing is filled in.")
NAMELESS: Final = Text(
    "没有编号，又缺{missing}，以后就认不出是否已经登记过。请补填，或给它一个编号。",
    "it has no number and lacks {missing}, so nobody could tell later whether it was logged already. "
    "Fill that in, or give it a number.",
)
TAKEN: Final = Text(
    "编号 {id} 已用于{where}的另一件投诉（{columns}不同），没有写入。请给这张表另一个编号，或留空由 kesu 编号。",
    "{id} is the number of another complaint already, {where} (other {columns}); nothing was written. Give this form a "
    "number of its own, or none and kesu gives it one.",
)
OTHER_NUMBER: Final = Text(
    "同一件投诉已登记为 {id}（{where}），没有以编号 {own} 再登记一次。",
    "the same complaint is logged already as {id}, {where}; it was not logged again as {own}.",
)
ALIKE: Final = Text(
    "{where}的 {id} 是同一客户同一时间的投诉，只是原话不同，看不出是不是同一件。如是另一件，请在表上给它一个编号。",
    "{id}, {where}, is of the same customer at the same time with other words, so it may be the same complaint. "
    "If it is another one, give the form a number.",
)
MORE: Final = Text(
    "{id} 已登记（{where}），但这张表填得更多：{columns}。collect 只新增、不改已有的行，请在登记表里补填。",
    "{id} is logged already, {where}, but the form says more: {columns}. Collecting adds complaints and changes none; "
    "fill that in in the register.",
)
NO_COLUMN: Final = Text(
    "登记表的“{sheet}”里没有{columns}这些列，放不下表上的内容，没有写入。请加上这些列标题。",
    "the sheet “{sheet}” has no columns for {columns}, which the form fills in; nothing was written. Add these headings.",
)
NO_ITEMS: Final = Text(
    "表上有 {n} 项诉求、承诺或措施，登记表却没有“事项”工作表，没有写入。请加上（可从 kesu new 新建的登记表复制）。",
    "the form has {n} {n:item|items}, but the register has no sheet “Items”; nothing was written. Add one (copy it from a register "
    "made with kesu new).",
)
TOO_LONG: Final = Text(
    "“{column}”的文字超过单元格能放的 32,767 个字符，没有写入。请缩短。",
    "“{column}” is longer than the 32,767 characters of a cell; nothing was written. Shorten it.",
)


@dataclass(frozen=True)
class Decision:
    """What becomes of a form: added, already (logged before, nothing lost by leaving it out) or refused.

    ``record``, ``items``: what to log, with its number, where added. ``where``: the row that has it, where already.
    ``differs``: columns in which that row says something else by now.
    """

    outcome: Literal["added", "already", "refused"]
    complaint_id: str
    record: Record
    items: tuple[Record, ...] = ()
    where: Text | None = None
    differs: tuple[Column, ...] = ()
    reason: Text | None = None


@dataclass(frozen=True)
class _Known:
    record: Record
    items: tuple[Record, ...]
    where: Text

    @property
    def number(self) -> str:
        return str(self.record.get("complaint_id", "–"))


class Intake:
    """The complaints that a register holds, and those that are added one after another.

    ``reserved``: numbers that later forms bring with them, which no form without a number may get. ``year``: that of
    the first number of a register that has none.
    """

    def __init__(self, register: Register, year: int, reserved: Iterable[str] = ()) -> None:
        self.register, self._year = register, year
        data = register.complaints.data
        self._ids = [str(one) for one in data["complaint_id"].dropna()]
        self._keys = case_keys(data["complaint_id"])
        self._reserved = [one for one in reserved if one]
        self._taken = {_case(one) for one in (*self._ids, *self._reserved)}
        self._given = ""
        self._added: list[_Known] = []

    def decide(self, record: Record, items: Sequence[Record], source: Text) -> Decision:
        """What to do with a complaint as filled in; one that is added counts as known from then on.

        ``source`` names the form in what is said of a later one that brings the same.
        """
        number = str(record.get("complaint_id", ""))
        reason, twin = self._twin(record, number)
        if reason is None and twin is not None:
            if more := _more(record, items, twin):
                reason = MORE.fill(id=twin.number, where=twin.where, columns=listed(more))
        elif reason is None:
            reason = self._without_room(record, items)
        if reason is not None:
            return Decision("refused", number, record, reason=reason)
        if twin is not None:
            differs = tuple(
                BY_KEY[key] for key in record if key != "complaint_id" and _differ(record, twin.record, key)
            )
            return Decision("already", twin.number, record, where=twin.where, differs=differs)
        given = {**record, "complaint_id": number or self._next()}
        mine = tuple({**item, "complaint_id": given["complaint_id"]} for item in items)
        self._ids.append(str(given["complaint_id"]))
        self._taken.add(_case(str(given["complaint_id"])))
        self._added.append(_Known(given, mine, source))
        return Decision("added", str(given["complaint_id"]), given, mine)

    def _twin(self, record: Record, number: str) -> tuple[Text | None, _Known | None]:
        """The known complaint that this is, or the reason why it must not be logged."""
        if not record.keys() - {"complaint_id"}:
            return BLANK, None
        if number and (twin := self._numbered(number)):
            both = record.keys() & twin.record.keys()
            other = [key for key in FACTS if key in both and _differ(record, twin.record, key)]
            taken = TAKEN.fill(id=twin.number, where=twin.where, columns=_names(other)) if other else None
            return taken, twin
        alike = list(self._of_the_same_customer(record))
        same = next((one for one in alike if not _differ(record, one.record, "verbatim")), None)
        reason = None
        if number:
            if same is not None:
                reason = OTHER_NUMBER.fill(id=same.number, where=same.where, own=number)
        elif missing := _lacking(record):
            reason = NAMELESS.fill(missing=_names(missing))
        elif same is None and alike:
            reason = ALIKE.fill(id=alike[0].number, where=alike[0].where)
        return reason, same

    def _without_room(self, record: Record, items: Sequence[Record]) -> Text | None:
        sheets: list[tuple[Sheet, Mapping[str, Column], Iterable[Record]]] = [
            (self.register.complaints, BY_KEY, [record]),
            (self.register.items, ITEM_BY_KEY, items),
        ]
        for sheet, columns, records in sheets:
            used = {key: value for one in records for key, value in one.items()}
            if used and not sheet.columns:
                return NO_ITEMS.fill(n=len(items))
            if missing := [columns[key].label for key in used if key not in sheet.columns]:
                return NO_COLUMN.fill(sheet=sheet.title, columns=listed(missing))
            for one in records:
                for key, value in one.items():
                    if (
                        isinstance(value, str)
                        and len(value.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST_TEXT
                    ):
                        return TOO_LONG.fill(column=columns[key].label)
        return None

    def _numbered(self, number: str) -> _Known | None:
        wanted = _case(number)
        found = next((one for one in self._added if _case(one.number) == wanted), None)
        if found is None:
            positions = self._keys.eq(wanted).to_numpy(bool).nonzero()[0]
            found = self._at(int(positions[0])) if len(positions) else None
        return found

    def _of_the_same_customer(self, record: Record) -> Iterator[_Known]:
        """Complaints received at the same time from the same customer; none where time, customer or words are missing."""
        if _lacking(record):
            return
        data = self.register.complaints.data
        received = data["received_at"].eq(pd.Timestamp(record["received_at"])).to_numpy(bool)
        for position in received.nonzero()[0].tolist():
            row = {key: data[key].iloc[position] for key in CUSTOMER}
            if _same_customer(record, {key: text for key, text in row.items() if isinstance(text, str)}):
                yield self._at(position)
        yield from (
            one
            for one in self._added
            if not _differ(record, one.record, "received_at") and _same_customer(record, one.record)
        )

    def _at(self, position: int) -> _Known:
        sheet = self.register.complaints
        row = sheet.data["excel_row"].iloc[position]
        [record] = records_of(sheet, [position])
        positions = (
            case_keys(self.register.items.data["complaint_id"])
            .eq(_case(str(record.get("complaint_id", ""))))
            .to_numpy(bool)
            .nonzero()[0]
        )
        items = records_of(self.register.items, positions.tolist(), ITEMS)
        return _Known(record, tuple(items), Text(f"第 {row} 行", f"in row {row}"))

    def _next(self) -> str:
        if (
            self._given and self._ids[-1] == self._given
        ):  # the series goes on; all that is taken was looked at before
            number = next_number([self._given], self._year)
        else:
            number = next_number([*self._reserved, *self._ids], self._year)
        while _case(number) in self._taken:
            number = next_number([number], self._year)
        self._given = number
        return number


CUSTOMER: Final = ("customer_name", "customer_contact")
FACTS: Final = ("received_at", "customer_name", "customer_contact", "verbatim")
"""What makes two records with one number the same complaint: it is written down at logging and stays."""


def folded_value(value: object) -> object:
    """A value as compared: text without case, full width and the white space of its lines."""
    if not isinstance(value, str):
        return value
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())


def _case(number: str) -> str:
    [key] = case_keys(pd.Series([number], dtype="str")).fillna(number)
    return str(key)


def _differ(one: Record, other: Record, key: str) -> bool:
    if key in CUSTOMER:
        kind = BY_KEY[key].kind
        ours, theirs = customer_keys(pd.Series([one.get(key), other.get(key)], dtype="str"), kind)
        if isinstance(ours, str) and ours == theirs:
            return False
    return folded_value(one.get(key)) != folded_value(other.get(key))


def _same_customer(record: Record, known: Record) -> bool:
    """Same name and same contact, as far as both say it; and one of the two."""
    both = [key for key in CUSTOMER if key in record and key in known]
    return bool(both) and not any(_differ(record, known, key) for key in both)


def _lacking(record: Record) -> list[str]:
    lacking = [] if isinstance(record.get("received_at"), pd.Timestamp) else ["received_at"]
    if not record.keys() & set(CUSTOMER):
        lacking.append("customer_name")
    return lacking if "verbatim" in record else [*lacking, "verbatim"]


def _more(record: Record, items: Iterable[Record], known: _Known) -> list[Text]:
    """Labels of what the form says and the known complaint does not say at all."""
    more = [BY_KEY[key].label for key in record if key not in known.record]
    for item in items:
        fits = [
            one for one in known.items if not any(_differ(item, one, key) for key in ("item_kind", "what"))
        ]
        if not any(item.keys() <= one.keys() for one in fits):
            what = str(item.get("what", item.get("item_kind", "")))
            more.append(Text(f"事项“{cut(what, SHOWN)}”", f"the item “{cut(what, SHOWN)}”"))
    return more


def _names(keys: Iterable[str]) -> Text:
    return listed([BY_KEY[key].label for key in keys])
