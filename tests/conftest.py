"""What tests of every room share: the command line as a process of its own, the parts of a workbook."""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any
from unittest import mock

import pytest
from openxml_audit import FileFormat, OpenXmlValidator

from kesu.workbook import writing
from kesu.workbook.reading.reader import MEGABYTES, SECONDS, Reader
from kesu.workbook.writing import dashboard

Kesu = Callable[..., subprocess.CompletedProcess[str]]
Packed = Callable[[Path], dict[str, bytes]]
Audited = Callable[..., set[str]]


def run_kesu(
    *words: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """``kesu WORDS…`` in a new process, its streams read as UTF-8; English unless ``env`` says otherwise."""
    plain = {key: value for key, value in os.environ.items() if key not in {"LC_ALL", "LC_MESSAGES", "LANG"}}
    return subprocess.run(
        [sys.executable, "-m", "kesu.cli", *map(str, words)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=cwd,
        env=plain | {"LANG": "C.UTF-8"} | dict(env or {}),
        timeout=300,
    )


def share_reading_children() -> None:
    """A child that has answered all that it was asked serves the next reader (of the usual limits): starting one
    takes longer than reading most registers of these tests."""
    idle: list[subprocess.Popen[bytes]] = []
    owner = mock.Mock(_seconds=SECONDS, _megabytes=MEGABYTES)  # never ends, and no child with it
    start, stop = Reader._start, Reader._stop

    def usual(reader: Reader) -> bool:
        return (reader._seconds, reader._megabytes) == (SECONDS, MEGABYTES)

    def started(reader: Reader) -> subprocess.Popen[bytes]:
        if not usual(reader):
            return start(reader)
        while idle:
            if (child := idle.pop()).poll() is None:
                return child
        return start(owner)

    def stopped(reader: Reader) -> None:
        if usual(reader) and reader._asked is None and reader._child.poll() is None:
            idle.append(reader._child)
        else:
            stop(reader)

    Reader._start, Reader._stop = started, stopped  # type: ignore[method-assign, assignment]


def build_each_register_once() -> None:
    """The same rows and settings make the same workbook: it is built once and copied."""
    build, built = writing.build_register, dict[bytes, bytes]()

    def copied(path: Path | IO[bytes], *what: Any, **more: Any) -> None:
        columns = [
            column.key for column in vars(dashboard)["KPIS"]
        ]  # some tests build what an earlier version did
        key = pickle.dumps((what, sorted(more.items()), columns))
        if key not in built:
            build(made := io.BytesIO(), *what, **more)
            built[key] = made.getvalue()
        if isinstance(path, Path):
            path.write_bytes(built[key])
        else:
            path.write(built[key])

    writing.build_register = copied


share_reading_children()
build_each_register_once()


@pytest.fixture(scope="session")
def kesu() -> Kesu:
    """Runs ``kesu`` as a user does."""
    return run_kesu


@pytest.fixture(scope="session")
def packed() -> Packed:
    """Every part's packed bytes, cut out of the file by hand."""

    def cut(path: Path) -> dict[str, bytes]:
        data = path.read_bytes()
        found = {}
        with zipfile.ZipFile(path) as container:
            for info in container.infolist():
                names = data[info.header_offset + 26 : info.header_offset + 30]
                at = info.header_offset + 30
                at += int.from_bytes(names[:2], "little") + int.from_bytes(names[2:], "little")
                found[info.filename] = data[at : at + info.compress_size]
        return found

    return cut


@pytest.fixture(scope="session")
def audited() -> Audited:
    """What openxml-audit finds in a workbook that Excel might not open cleanly: part, element, what is wrong with it."""

    def audit(path: Path, version: FileFormat = FileFormat.OFFICE_2019) -> set[str]:
        # It counts the siblings of each element anew, only to name the place in messages: most of the time it takes.
        with mock.patch("openxml_audit.context._sibling_position", lambda _: 0):  # noqa: PT008 - a mock is as slow
            result = OpenXmlValidator(file_format=version).validate(str(path))
        return {f"{error.part_uri} {error.path}: {error.description}" for error in result.errors}

    return audit
