"""Registers as typed columns: what DuckDB, Power BI and pandas take over from a Parquet file, and kesu reads again."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from kesu.jobs.assessment import Assessment, second_of
from kesu.jobs.kept import WITHHELD
from kesu.jobs.load import Loaded
from kesu.jobs.stacks import stacks_of
from kesu.jobs.unnamed import Unnamed, unnamed
from kesu.register.columns import DECLARED, EntrySheet
from kesu.register.kept import FORMAT, KIND_ASSUMED, PROBLEMS, problem_cells, told
from kesu.register.sameness import customer_keys
from kesu.register.settings import Settings
from kesu.register.sheets import Register, Sheet, nothing
from kesu.register.withheld import FINGERPRINT, HIDDEN, PERSONAL, hidden
from kesu.reports.masking import mask_text, own_columns
from kesu.rules.doubles import fingerprints
from kesu.rules.facts import INHERITED
from kesu.rules.history import as_known
from kesu.words.text import Text, folded, listed
from kesu.workbook.parquet import checksum, parquet

INNER: Final = ("place", "limit_at")
"""Columns of the facts that mean something only within kesu."""
LEFT_OUT: Final = Text(
    "个人信息的列没有写出：{columns}。“customer”一列以号码区分客户。要写出，用 --unmasked。",
    "Columns with personal data are left out: {columns}. The column “customer” tells customers apart by a number. "
    "To write them, use --unmasked.",
)
MASKED: Final = Text(
    "其他列里有 {n} 格写着客户、涉及人员或号码，写出时已遮盖，同样的字处处相同：{columns}。编号里有的，与工作簿一起读时不再认作同一件。",
    "In other columns {n} {n:cell names|cells name} customers, staff involved or numbers and {n:is|are} masked, equal ones alike: {columns}. A complaint whose number "
    "is among them is not known again beside its workbook.",
)


@dataclass(frozen=True)
class Tables:
    """``frames``: by sheet, see `kesu.register.columns.DECLARED`; improvements only where a register has such a sheet.
    ``said``: what the columns do not say (`kesu.register.kept.told`). ``remarks``: what is left out."""

    frames: dict[EntrySheet, pd.DataFrame]
    said: dict[str, Any]
    remarks: list[Text]


def tables(loaded: Sequence[Loaded], *, unmasked: bool) -> Tables:
    """Complaints, items and improvements of all registers that were read in one frame each, a register below the other.

    Every row of the sheets, as it is written there: columns are keys (`kesu.register.columns`), choices are code keys, times
    the local wall clock; beside them ``excel_row`` and ``register``. What is worked out as of the instant stands in columns of its own:
    ``counted`` (goes into figures), ``double`` (another row counts for it), each deadline's ``_state``, ``_earlier_state`` and
    ``_due_at``, ``customer`` (one number for each customer). ``unmasked``: with personal data. The teams' own columns are left
    out. At least one register.
    """
    read = [(one.assessment, _lasting(one.notes)) for one in loaded if one.assessment is not None]
    stacks = stacks_of([one for one, _ in read])
    parts = stacks.each(lambda one: _worked_out(one, unmasked=unmasked))
    frames = {name: _below([part[name] for part in parts], stacks.names) for name in DECLARED}
    frames["register"] = frames["register"].assign(customer=_customers(frames["register"]))
    registers = [(one.register, notes) for one, notes in read]
    if not any(register.improvements.columns for register, _ in registers):
        del frames["improvements"]
    said = told(registers, unmasked=unmasked)
    if unmasked:
        return Tables(frames, said, [])
    found = unnamed(frames, _named_in([register.settings for register, _ in registers]))
    frames = found.frames
    _told_masked(said, found)
    labels = {column.key: column.label for name in frames for column in DECLARED[name] if column.personal}
    kept = {
        name: frame.drop(columns=PERSONAL[name]).assign(**{HIDDEN: hidden(frame, PERSONAL[name])})
        for name, frame in frames.items()
    }
    remarks = [LEFT_OUT.fill(columns=listed([*labels.values()]))]
    if found.changed:
        remarks.append(MASKED.fill(n=f"{sum(found.changed.values()):,}", columns=listed([*found.changed])))
    return Tables(kept, said, remarks)


def _named_in(settings: Sequence[Settings]) -> frozenset[str]:
    """Products and departments that deadline rules and targets go by, folded: they are the team's words, and must stay them."""
    each = {id(one): one for one in settings}.values()
    words = [rule.product for one in each for rule in one.rules]
    words += [target.department for one in each for target in one.kpi_targets]
    return frozenset(map(folded, words)) - {""}


def _told_masked(said: dict[str, Any], found: Unnamed) -> None:
    """Names of registers, and remarks on them, as they may be handed over."""
    for one in said["registers"]:
        one["name"] = found.registers[one["name"]]
        words = iter(found.told([words for zh, en, _ in one["notes"] for words in (zh, en)]))
        one["notes"] = [[next(words), next(words), at] for *_, at in one["notes"]]


def _worked_out(one: Assessment, *, unmasked: bool) -> dict[EntrySheet, pd.DataFrame]:
    """The sheets of a stack with what is worked out of each row, and which cells could not be understood."""
    register, facts = one.register, one.facts
    cases = register.cases
    assumed = register.complaints.data["kind"].isna().to_numpy(bool)
    frames: dict[EntrySheet, pd.DataFrame] = {
        "register": cases.assign(
            **_placed(facts.complaints, np.flatnonzero(~one.twins.double), cases),
            **{KIND_ASSUMED: assumed, "double": one.twins.double},
            **({} if unmasked else {FINGERPRINT: _fingerprints(register.complaints)}),
        ),
        "items": register.items.data.assign(
            **_placed(facts.items.drop(columns=[*INNER, *INHERITED]), _known_items(one), register.items.data)
        ),
        "improvements": register.improvements.data,
    }
    for name, sheet in register.sheets.items():
        wrong = problem_cells(sheet, (lambda _, cell: cell) if unmasked else _masked(register, name))
        frames[name] = frames[name].assign(register=_named(register, sheet), **{PROBLEMS: wrong})
    return frames


def _lasting(notes: Sequence[Text]) -> list[Text]:
    """Remarks that hold wherever the register goes: not that a file before came without personal data, of which the next says so itself."""
    return [note for note in notes if not note.en.endswith(WITHHELD.en)]


def _fingerprints(sheet: Sheet) -> np.ndarray:
    return fingerprints(sheet.data) if sheet.fingerprints is None else sheet.fingerprints


def _masked(register: Register, name: EntrySheet) -> Callable[[int, str], str]:
    """A cell of a row of a sheet without what tells who the customer, or the staff involved, is."""
    data = register.complaints.data
    own = [key for key in own_columns() if key in data]
    parent = {"register": np.arange(len(data)), "items": register.parent}.get(name)

    def masked(row: int, cell: str) -> str:
        of = -1 if parent is None else int(parent[row])
        return mask_text(cell, data[own].iloc[of] if of >= 0 else ())

    return masked


def _placed(facts: pd.DataFrame, rows: np.ndarray, data: pd.DataFrame) -> dict[str, pd.Series]:
    """The columns of ``facts`` that ``data`` has not, the n-th line of ``facts`` being about row ``rows[n]``."""
    found = {}
    for key in facts.columns.difference([*data.columns, "register"], sort=False):
        cells = facts[key].set_axis(rows)
        if len(rows) < len(data):
            blank = {"b": False, "i": 0}.get(cells.dtype.kind)
            cells = cells.reindex(data.index, fill_value=blank)
        found[str(key)] = cells.set_axis(data.index)
    return found


def _known_items(one: Assessment) -> np.ndarray:
    """Positions of the items that were known at the instant, which facts are about."""
    items = one.counted.items
    numbered = dataclasses.replace(items, others=(nothing, np.arange(len(items.data))))
    known = as_known(
        dataclasses.replace(one.counted, items=numbered), one.second, second_of(one.now or one.as_of)
    )
    return known.items.others[1]


def _named(register: Register, sheet: Sheet) -> pd.Series:
    """The name of the register of each row."""
    names = pd.Index(register.names, dtype="str")
    return pd.Series(pd.Categorical.from_codes(sheet.owner, categories=names), sheet.data.index)


def _below(frames: Sequence[pd.DataFrame], names: Sequence[str]) -> pd.DataFrame:
    """Frames of stacks as one, the registers in the order of ``names``."""
    columns = {}
    for key in frames[0]:
        parts = [frame[key] for frame in frames]
        if isinstance(parts[0].dtype, pd.CategoricalDtype):
            words = (
                names
                if key == "register"
                else dict.fromkeys(word for part in parts for word in part.cat.categories)
            )
            parts = [part.cat.set_categories(pd.Index(list(words), dtype="str")) for part in parts]
        columns[key] = pd.concat(parts, ignore_index=True)
    order = np.argsort(columns["register"].cat.codes.to_numpy(), kind="stable")
    return pd.DataFrame(columns).iloc[order].reset_index(drop=True)


def _customers(complaints: pd.DataFrame) -> pd.Series:
    """One number for each customer, by account, else contact; missing where neither is known."""
    account = customer_keys(complaints["customer_account"].astype("str"))
    contact = customer_keys(complaints["customer_contact"].astype("str"), "phone")
    codes, _ = pd.factorize(account.fillna(contact))
    return pd.Series(codes + 1, complaints.index, dtype="Int64").mask(codes < 0)


def contents(made: Tables) -> dict[EntrySheet, bytes]:
    """Each table as a Parquet file; that of the complaints says what it needs to be read again, and which others belong to it."""
    files: dict[EntrySheet, bytes] = {
        name: parquet(frame, {"format": FORMAT, "sheet": name})
        for name, frame in made.frames.items()
        if name != "register"
    }
    beside = {name: checksum(io.BytesIO(content)).decode() for name, content in files.items()}
    said = made.said | {"sheet": "register", "beside": beside}
    return {"register": parquet(made.frames["register"], said), **files}
