"""Any folder of spreadsheets through kesu: ``corpus.py DIR [--format text|json] [--seconds 60] [--jobs 2]``.

Every file is copied, read, checked and refreshed in a process of its own. A file ends as one of: ok; refused, with
the reason; crash (a traceback, a signal, or an exit code that means neither); hang (over the time-out); foreign (refresh
changed a part that is not kesu's, but for results of kesu's own formulas). The last three must be 0; the exit code is 1 where they are not.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from kesu.workbook.reading.reader import SUFFIXES

OURS: Final = re.compile(rb'displayName="(FollowUps|Kpis|Findings)"')
AS_OF: Final = "2026-10-31"
OUTCOMES: Final = ("ok", "refused", "crash", "hang", "foreign")
ALLOWED: Final = (
    "[content_types].xml",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
    "xl/calcchain.xml",
)
"""Parts that name the sheets and styles of all others: they change where a sheet is added."""
RESULT: Final = re.compile(
    rb'(<c r="[A-Z]+\d+"(?: s="\d+")?)(?: t="\w+")?(>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>))(?:<v>[^<]*</v>)?'
)
"""A formula's cell with the result it stores, which a refresh renews where the formula is kesu's."""


def outcome(path: Path, seconds: float) -> tuple[str, str]:
    """What becomes of one file, and why."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        shutil.copyfile(path, copy)
        before = _parts(copy)
        for command in (["check", "--fail-on", "never", "--format", "json"], ["refresh", "--format", "json"]):
            how, why, said = _run([command[0], str(copy), "--as-of", AS_OF, *command[1:]], seconds)
            if how != "ok":
                return how, why
        record = json.loads(said)[0]
        after = _parts(copy)
        allowed = {*ALLOWED, *_owned(copy)}
        foreign = [
            name
            for name in before
            if name.lower() not in allowed
            and before[name] != after.get(name)
            and (name not in after or _plain(*before[name]) != _plain(*after[name]))
        ]
        if foreign:
            return "foreign", ", ".join(foreign)
        added = len(after.keys() - before.keys())
        return "ok", f"{sum(record['rows'].values())} rows, {added} parts added"


def _plain(method: int, packed: bytes) -> bytes:
    """A part without the results of its formulas."""
    part = zlib.decompress(packed, -zlib.MAX_WBITS) if method == zipfile.ZIP_DEFLATED else packed
    return RESULT.sub(rb"\1\2", part)


def _run(words: list[str], seconds: float) -> tuple[str, str, str]:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "kesu.cli", *words, "--time-limit", str(seconds / 3)],
            capture_output=True, encoding="utf-8", errors="replace", timeout=seconds, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return "hang", f"{words[0]}: over {seconds:.0f} s", ""
    last = (done.stderr.strip().splitlines() or [""])[-1]
    if "Traceback" in done.stderr or "panicked" in done.stderr + done.stdout or done.returncode not in {0, 3}:
        return "crash", f"{words[0]}: exit code {done.returncode}: {last}", ""
    if done.returncode == 3:
        return ("refused", last, "") if last else ("crash", f"{words[0]}: refused without a word", "")
    return "ok", "", done.stdout


def _parts(path: Path) -> dict[str, tuple[int, bytes]]:
    """Each part's method and packed bytes; empty for what is no zip."""
    try:
        with zipfile.ZipFile(path) as book:
            data = path.read_bytes()
            return {info.filename: (info.compress_type, _packed(data, info)) for info in book.infolist()}
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return {}


def _owned(path: Path) -> set[str]:
    """The parts of kesu's tables and of the sheets on which they stand, as the file itself says."""
    found = set()
    with zipfile.ZipFile(path) as book:
        names = book.namelist()
        for table in names:
            if table.startswith("xl/tables/") and OURS.search(book.read(table)):
                found.add(table.lower())
                for rels in names:
                    if rels.startswith("xl/worksheets/_rels/") and Path(table).name.encode() in book.read(
                        rels
                    ):
                        found.add(f"xl/worksheets/{Path(rels).stem}".lower())
    return found


def _packed(data: bytes, info: zipfile.ZipInfo) -> bytes:
    lengths = data[info.header_offset + 26 : info.header_offset + 30]
    at = (
        info.header_offset
        + 30
        + int.from_bytes(lengths[:2], "little")
        + int.from_bytes(lengths[2:], "little")
    )
    return data[at : at + info.compress_size]


def run(folder: Path, seconds: float, jobs: int) -> dict[str, Any]:
    """Outcomes of every spreadsheet in ``folder`` and below: summary and files."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() in SUFFIXES)
    with ThreadPoolExecutor(jobs) as pool:
        found = list(pool.map(lambda path: outcome(path, seconds), paths))
    counts = Counter(how for how, _ in found)
    files = [
        {"file": str(path.relative_to(folder)), "outcome": how, "detail": why}
        for path, (how, why) in zip(paths, found, strict=True)
    ]
    return {"summary": {how: counts[how] for how in OUTCOMES}, "files": files}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--format", choices=["text", "json"], default="text")
    parser.add_argument("--seconds", type=float, default=120, help="time-out of each command")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    result = run(given.folder, given.seconds, given.jobs)
    summary, files = result["summary"], result["files"]
    if given.format == "json":
        print(json.dumps(result, ensure_ascii=False, indent=1))
    else:
        for one in files:
            print(f"{one['outcome']:<8} {one['file']}  {one['detail']}".encode(errors="replace").decode())
        print("  ".join(f"{how}: {summary[how]}" for how in OUTCOMES))
    sys.exit(1 if summary["crash"] + summary["hang"] + summary["foreign"] else 0)


if __name__ == "__main__":
    main()
