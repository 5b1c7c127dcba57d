"""Registers that lie elsewhere (URLs), or that others work on (a cluster)."""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kesu.cli import options
from kesu.cli.options import UNREADABLE, USAGE
from kesu.cli.reading import password, progress, reading, say_read, sources
from kesu.cli.saving import check_targets
from kesu.cli.telling import say, ui
from kesu.words.errors import KesuError
from kesu.workbook.own import BESIDE
from kesu.workbook.reading.frame import PARQUET

if TYPE_CHECKING:
    from kesu.jobs.cluster import How
    from kesu.jobs.load import Loaded


@contextlib.contextmanager
def whence(
    given: Sequence[str], instant: dt.datetime | None, scheduler: str | None
) -> Iterator[tuple[list[Loaded], dt.datetime]]:
    """`reading` of files, folders and URLs; on a cluster where there is a ``scheduler``."""
    if scheduler is not None:
        with _on_cluster(given, instant, scheduler) as found:
            yield found
        return
    if not any("://" in name for name in given):
        with reading([Path(name) for name in given], instant, by_stack=True) as found:
            yield found
        return
    failed: list[Loaded] = []
    with tempfile.TemporaryDirectory(prefix="kesu-") as folder:
        paths = [path for name in given for path in _here(name, Path(folder), failed)]
        if not paths:
            sys.exit(UNREADABLE)
        with reading(paths, instant, by_stack=True) as (loaded, moment):
            yield [*loaded, *failed], moment


def _here(name: str, folder: Path, failed: list[Loaded]) -> Iterator[Path]:
    """What is read for a name: it itself, or copies of what lies at a URL."""
    if "://" not in name:
        yield Path(name)
        return
    from kesu.jobs.urls import UrlError, fetched, path_of

    for url in _expanded(name, failed):
        into = folder / path_of(url).parent.relative_to("/")
        into.mkdir(parents=True, exist_ok=True)
        try:
            path = fetched(url, into)
        except UrlError as error:
            _fails(url, error, failed)
            continue
        for kind in BESIDE if path.suffix.lower() == PARQUET else ():
            with contextlib.suppress(UrlError):  # where it is needed and missing, reading says so
                fetched(url[: -len(PARQUET)] + f".{kind}{PARQUET}", into)
        yield path


def _expanded(name: str, failed: list[Loaded]) -> list[str]:
    from kesu.jobs.urls import UrlError, expanded

    try:
        return expanded(name)
    except UrlError as error:
        _fails(name, error, failed)
        return []


def _fails(url: str, error: KesuError, failed: list[Loaded]) -> None:
    """It is told, and missing from the result; the others are worked on."""
    from kesu.jobs.load import Loaded
    from kesu.jobs.urls import shown

    say(error.text)
    failed.append(Loaded(Path(shown(url)), shown(url), None, error.text))


@contextlib.contextmanager
def _on_cluster(
    given: Sequence[str], instant: dt.datetime | None, scheduler: str
) -> Iterator[tuple[list[Loaded], dt.datetime]]:
    meta = click.get_current_context().meta
    for option in ("cache", "map"):
        if meta.get(f"kesu.{option}"):
            raise click.UsageError(
                ui(f"--scheduler 不能与 --{option} 同用", f"--scheduler does not go with --{option}")
            )
    failed: list[Loaded] = []
    urls = [url for name in given if "://" in name for url in _expanded(name, failed)]
    local = [Path(name) for name in given if "://" not in name]
    names = [*(str(path) for path in (sources(local) if local else ())), *urls]
    if not names:
        sys.exit(UNREADABLE)
    if any(name.lower().endswith(PARQUET) for name in names):
        raise click.UsageError(
            ui(
                "--scheduler 分发工作簿；.parquet 里本来就是许多登记表，请不带它读取",
                "--scheduler hands out workbooks; a .parquet holds many registers already: read it without",
            )
        )
    check_targets()
    from kesu.jobs.cluster import Cluster, ClusterError

    moment = instant or options.now()
    try:
        cluster = Cluster(scheduler)
    except ClusterError as error:
        say(error.text)
        sys.exit(USAGE)
    with cluster:
        with progress(len(names)) as advance:
            loaded = cluster.load_all(names, _how(moment), advance)
        say_read(loaded)
        yield [*loaded, *failed], moment
        for text in cluster.lost():
            say(text)


def _how(moment: dt.datetime) -> How:
    from kesu.jobs.cluster import How
    from kesu.workbook.reading.reader import MEGABYTES, SECONDS

    given = click.get_current_context().meta
    return How(
        moment,
        options.now(),
        given.get("kesu.time_limit") or SECONDS,
        given.get("kesu.memory_limit_mb") or MEGABYTES,
        password(),
        given.get("kesu.encoding"),
    )
