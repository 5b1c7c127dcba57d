"""A mutation fuzzer over the reader and the patcher: ``fuzz.py [--seconds 60] [--seed N] [--keep DIR]``.

Takes workbooks that kesu built and workbooks of other make, damages them (bytes of the file; bytes, numbers and
elements inside its parts; labels, settings, names and other texts; parts swapped, doubled, dropped), and reads, checks, fills
and writes them. Anything but a result or a refusal in words is a defect; so is a part changed that was not to be, and more
time or memory than files of this size are worth. Same seed, same files. Exit code 1 on defects.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import io
import random
import re
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
from collections import Counter
from pathlib import Path
from typing import Final

import openpyxl
import pandas as pd
import xlsxwriter

from kesu.jobs.assessment import Assessment
from kesu.register.normalise import normalise_all
from kesu.register.raw import RegisterError
from kesu.rules.checks import add_messages
from kesu.workbook.patch import Linked, Patch, PatchRefused
from kesu.workbook.patch.values import Value
from kesu.workbook.reading.reader import Reader, ReadError
from kesu.workbook.writing import build_register

NASTY: Final = (b"", b"\x00", b"&bomb;", b"<", b'"', b"-1", b"99999999999999999999", b"1e309", b"XFD1048576", b"A0", b"\xff\xfe",
                b"<!DOCTYPE a>", b"]]>", b"../../x", b"#REF!")  # fmt: skip
TEXTS: Final = ("", "24:00", "25:61", "-1", "9" * 400, "1e309", "0.5h", "=1+1", "2026-13-45", "refund " * 4000, "x" * 32_767, "1 " * 9000,
                "[" * 9000, "Register", "Items", "Settings", "Complaint no.", "Received at", "投诉编号", "Calendar days", "\u202e", "😀",
                "_x0001_", "A1:XFD1048576", "Asia/Nowhere", "vip", "CN")  # fmt: skip
SECONDS: Final = 8
"""Longest that reading and checking one file may take; those here have at most a quarter of a megabyte."""
MEGABYTES: Final = 700
"""Most memory that the child or we may come to."""
DAY: Final = dt.date(2026, 10, 31)


def seeds() -> list[bytes]:
    """Workbooks to damage."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "seed.xlsx"
        complaints = pd.DataFrame(
            {
                "complaint_id": [f"C-{n}" for n in range(5)],
                "received_at": dt.datetime(2026, 10, 1, 9),
                "kind": "complaint",
            }
        )
        build_register(path, "en", complaints=complaints, today=DAY)
        patch = Patch.open(path)
        patch.write_table("FollowUps", [follow_up(n) for n in range(5)])
        patch.commit(as_of=DAY, backup=False)
        built = path.read_bytes()
    out = io.BytesIO()
    book = openpyxl.Workbook()
    sheet = book.create_sheet("投诉登记", 0)
    sheet.append(["投诉编号", "类别", "客户等级", "受理时间", "投诉渠道"])
    sheet.append(["1", "投诉", "VIP", dt.datetime(2026, 10, 1, 9), "电话"])
    book.save(out)
    odd = io.BytesIO()
    with xlsxwriter.Workbook(odd, {"constant_memory": True}) as other:
        lines = other.add_worksheet("Register")
        lines.write_row(0, 0, ["Complaint no.", "Kind", "Tier", "Received at", "Channel", "Details"])
        for row in range(1, 6):
            lines.write_row(row, 0, [f"C-{row}", "Complaint", "VIP", "2026-10-01 09:00:00", "Phone"])
            lines.write_formula(
                row, 5, "=A1", None, ("#N/A", "#REF!", "", "2026-10-01 09:00:00", 46296.5)[row - 1]
            )
        other.add_worksheet("North").write_row(
            0, 0, ["Complaint no.", "Kind", "Tier", "Received at", "Channel"]
        )
    csv = "投诉编号,类别,客户等级,受理时间,投诉渠道\n1,投诉,VIP,2026-10-01 09:00,电话\n".encode()
    return [built, out.getvalue(), odd.getvalue(), csv]


def follow_up(number: int) -> list[Value]:
    """A row of the table of follow-ups."""
    return [Linked(f"C-{number}", f"'Register'!A{6 + number}"), "x", "y", None, DAY, -1.5, "a & <b>", 6]


def damaged(data: bytes, chance: random.Random) -> bytes:
    """``data`` with one to five wounds."""
    if data.startswith(b"PK") and chance.random() < 0.8:
        return _parts_damaged(data, chance)
    return _bytes_damaged(data, chance)


def _bytes_damaged(data: bytes, chance: random.Random) -> bytes:
    wounded = bytearray(data)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(wounded) + 1)
        end = min(at + chance.choice((0, 1, 4, 64)), len(wounded))
        match chance.randrange(4):
            case 0:
                wounded[at:end] = chance.choice(NASTY)
            case 1:
                wounded[at:end] = chance.randbytes(end - at)
            case 2 if chance.random() < 0.2:
                del wounded[at:]
            case _:
                wounded[at:at] = wounded[at:end]
    return bytes(wounded)


def _parts_damaged(data: bytes, chance: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        parts = [(name, book.read(name)) for name in book.namelist()]
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(parts))
        name, inside = parts[at]
        match chance.randrange(10):
            case 7 | 8 | 9:
                _texts_damaged(parts, chance)
            case 0:
                parts.pop(at) if len(parts) > 1 else None
            case 1:
                parts.append((name, chance.choice(parts)[1]))
            case 2:
                parts[at] = name, chance.choice(parts)[1]
            case 3:
                parts[at] = name, _bytes_damaged(inside, chance)
            case 4 | 5:
                numbers = list(re.finditer(rb'"[^"]{1,20}"', inside))
                if numbers:
                    hit = chance.choice(numbers)
                    parts[at] = (
                        name,
                        inside[: hit.start() + 1] + chance.choice(NASTY) + inside[hit.end() - 1 :],
                    )
            case _:
                tags = list(re.finditer(rb"<[^>]{1,80}>", inside))
                if tags:
                    hit = chance.choice(tags)
                    parts[at] = name, inside[: hit.start()] + inside[hit.end() :]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # parts of one name are meant
        for name, inside in parts:
            book.writestr(name, inside)
    return out.getvalue()


def _texts_damaged(parts: list[tuple[str, bytes]], chance: random.Random) -> None:
    """Other words in a few places where texts, numbers or names stand: labels, settings, cells, sheets, areas."""
    named = [
        at
        for at, (name, _) in enumerate(parts)
        if re.search("shared|workbook.xml$|sheet[0-9]", name, re.IGNORECASE)
    ]
    for at in chance.choices(named, k=4) if named else ():
        name, inside = parts[at]
        places = list(re.finditer(rb'>[^<>]{1,200}<| name="[^"]{1,200}"', inside))
        if places:
            hit = chance.choice(places)
            lead = hit[0].index(b'"') if hit[0].startswith(b" ") else 0
            words = chance.choice(TEXTS).encode()
            parts[at] = name, inside[: hit.start() + lead + 1] + words + inside[hit.end() - 1 :]


class DefectError(Exception):
    """What kesu must never do."""


def must(holds: bool, what: str) -> None:
    """Raise `DefectError` where it does not hold."""
    if not holds:
        raise DefectError(what)


def read_one(reader: Reader, path: Path) -> str:
    """read or refused. Raises whatever else happens."""
    begin = time.monotonic()
    try:
        for register in normalise_all(path.name, reader.read(path, every_sheet=True)):
            assessment = Assessment(register, dt.datetime.combine(DAY, dt.time(12)))
            _ = assessment.deadlines
            add_messages(assessment.findings, "en")
    except (ReadError, RegisterError) as refused:
        must(all(refused.text), "refused without a word")
        must("--time-limit" not in refused.text.en, "took too long")
        return "refused"
    finally:
        taken = time.monotonic() - begin
        must(taken < SECONDS, f"{path.stat().st_size} bytes took {taken:.1f} s")
        must(_megabytes(reader) < MEGABYTES, f"{path.stat().st_size} bytes took {_megabytes(reader)} MB")
    return "ok"


def _megabytes(reader: Reader) -> int:
    """The most memory that the reader's child, or we, have come to; 0 where the system does not say."""
    found = [0]
    for process in ("self", str(reader._child.pid)):
        with contextlib.suppress(OSError):
            status = Path(f"/proc/{process}/status").read_text("utf-8")
            found += [int(line.split()[1]) >> 10 for line in status.splitlines() if line.startswith("VmHWM")]
    return max(found)


def patch_one(path: Path) -> str:
    """patched or refused; `DefectError` where a part changed that the plan does not name."""
    before = path.read_bytes()
    try:
        patch = Patch.open(path)
        patch.write_table("FollowUps", [follow_up(n) for n in range(3)])
        done = patch.commit(as_of=DAY, backup=False)
    except PatchRefused as refused:
        must(all(refused.text), "refused without a word")
        must(path.read_bytes() == before, "changed although refused")
        return "refused"
    with zipfile.ZipFile(io.BytesIO(before)) as old, zipfile.ZipFile(path) as new:
        infos = {info.orig_filename: info for info in new.infolist()}
        for info in old.infolist():
            if info.orig_filename not in done.parts_changed:
                other = infos[info.orig_filename]
                must((info.CRC, info.compress_size) == (other.CRC, other.compress_size), info.filename)
    return "ok"


def fuzz(seconds: float, seed: int, keep: Path | None = None, limit: float = 20) -> Counter[str]:
    """Damage, read and patch for ``seconds``: how often each came out as what; defects are printed."""
    chance, counts, stock = random.Random(seed), Counter[str](), seeds()
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder, Reader(limit, 2048) as reader:
        while time.monotonic() < end:
            data = chance.choice(stock)
            path = Path(folder) / ("fuzzed.xlsx" if data.startswith(b"PK") else "fuzzed.csv")
            wounded = damaged(data, chance)
            path.write_bytes(wounded)
            for step in ("read", "patch"):
                try:
                    how = read_one(reader, path) if step == "read" else patch_one(path)
                    counts[f"{step} {how}"] += 1
                except Exception:
                    counts["defects"] += 1
                    print(
                        f"seed {seed}, file {sum(counts.values())}, {step}:\n{traceback.format_exc()}",
                        file=sys.stderr,
                    )
                    if keep is not None:
                        keep.mkdir(parents=True, exist_ok=True)
                        (keep / f"{seed}-{sum(counts.values())}-{step}{path.suffix}").write_bytes(wounded)
    return counts


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="where files that show a defect are kept")
    given = parser.parse_args()
    counts = fuzz(given.seconds, given.seed, given.keep)
    print("  ".join(f"{what}: {count}" for what, count in sorted(counts.items())))
    sys.exit(1 if counts["defects"] else 0)


if __name__ == "__main__":
    main()
