"""A real scheduler and two real workers on this machine, one of them killed on the way: the report is that of one process."""

from __future__ import annotations

import datetime as dt
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kesu.demo import AS_OF, make_branch
from kesu.jobs.cluster import Cluster, ClusterError, How
from kesu.jobs.load import Loaded, load_all
from kesu.jobs.report import build_report
from kesu.jobs.stacks import shared
from kesu.reports import render
from kesu.workbook.reading.reader import MEGABYTES, SECONDS
from kesu.workbook.writing import build_register

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("default"),  # distributed's own
]
HOW = How(AS_OF, None, SECONDS, MEGABYTES, None, None)


def started(*words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", *words]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def answering(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = started(
        "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"
    )
    try:
        until = time.monotonic() + 60
        while not answering(port) and time.monotonic() < until:
            time.sleep(0.1)
        yield f"tcp://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def workers(address: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Two, for the tests that follow; the last of them kills one."""
    from distributed import Client

    both = [
        started("distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard")
        for _ in range(2)
    ]
    try:
        make: Any = Client
        with make(address, timeout=60, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        yield both
    finally:
        for one in both:
            one.kill()
            one.wait()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Six small registers in two languages that number alike, a copy of one under another number of rows, one that is none."""
    folder = tmp_path_factory.mktemp("branches")
    begin = dt.datetime(2026, 8, 1)
    for at in range(6):
        lang = "zh" if at % 3 else "en"
        own, rows, items, _ = make_branch(
            "JC" if at % 3 else "HB", 9 + at % 2, at, AS_OF, begin=begin, fault_share=0
        )
        build_register(folder / f"{at}.xlsx", lang, own, complaints=rows, items=items, today=AS_OF.date())
    (folder / "broken.xlsx").write_bytes(b"PK\3\4 and then nothing")
    own, rows, items, _ = make_branch("JC", 9, 2, AS_OF, begin=begin, fault_share=0)
    build_register(folder / "again.xlsx", "zh", own, complaints=rows.head(4), items=items, today=AS_OF.date())
    return sorted(folder.iterdir())


def told(loaded: list[Loaded]) -> tuple[list[bytes], list[str], list[str]]:
    made = build_report(loaded, None, AS_OF, "en")
    own = [one.assessment for one in loaded if one.assessment is not None]
    errors = [str(one.error) for one in loaded if one.error is not None]
    return [render(made, suffix) for suffix in (".html", ".xlsx")], errors, [str(one) for one in shared(own)]


def test_nobody_answers_and_nobody_works(address: str) -> None:
    with pytest.raises(ClusterError, match="has no workers"):
        Cluster(address)
    with pytest.raises(ClusterError, match="does not answer"):
        Cluster("tcp:/nowhere")


def test_urls_are_read_by_the_workers(
    address: str, workers: list[subprocess.Popen[bytes]], files: list[Path]
) -> None:
    few = files[:3]
    with Cluster(address) as cluster:
        loaded = cluster.load_all([file.as_uri() for file in few] + ["file:///not/there.xlsx"], HOW)
        assert told(loaded[:3]) == told(load_all(few, AS_OF))
        assert "cannot be fetched" in str(loaded[3].error)
        assert not [*cluster.lost()]


def test_one_of_two_workers_is_killed(
    address: str, workers: list[subprocess.Popen[bytes]], files: list[Path]
) -> None:
    here = told(load_all(files, AS_OF))
    assert len(here[1]) == 1  # the broken one
    assert any("counted once" in one for one in here[2])  # complaints that stand in two registers, read apart
    done: list[Path] = []

    def progress(path: Path) -> None:
        done.append(path)
        if len(done) == 3:
            os.kill(workers[0].pid, signal.SIGKILL)

    with Cluster(address) as cluster:
        assert len(cluster.workers) == 2
        loaded = cluster.load_all([str(file) for file in files], HOW, progress)
        assert sorted(done) == files
        assert told(loaded) == here
        [said] = cluster.lost()
    assert said.en.startswith("The worker tcp://127.0.0.1:")
    assert "others did its work again (" in said.en
