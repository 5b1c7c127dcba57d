"""Registers that lie elsewhere (URLs), or that others work on (a cluster)."""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kesu.cli import options
from kesu.cli.fetching import expanded
from kesu.cli.options import UNREADABLE, USAGE
from kesu.cli.reading import password, progress, reading, say_read, sources
from kesu.cli.saving import check_targets
from kesu.cli.telling import say, ui
from kesu.workbook.reading.frame import PARQUET

if TYPE_CHECKING:
    from kesu.jobs.cluster import How
    from kesu.jobs.load import Loaded


@contextlib.contextmanager
def whence(
    given: Sequence[Path | str], instant: dt.datetime | None, scheduler: str | None
) -> Iterator[tuple[list[Loaded], dt.datetime]]:
    """`reading` of files, folders and URLs; on a cluster where there is a ``scheduler``."""
    if scheduler is not None:
        with _on_cluster(given, instant, scheduler) as found:
            yield found
        return
    with reading(given, instant, by_stack=True) as found:
        yield found


@contextlib.contextmanager
def _on_cluster(
    given: Sequence[Path | str], instant: dt.datetime | None, scheduler: str
) -> Iterator[tuple[list[Loaded], dt.datetime]]:
    meta = click.get_current_context().meta
    for option in ("cache", "map"):
        if meta.get(f"kesu.{option}"):
            raise click.UsageError(
                ui(f"--scheduler 不能与 --{option} 同用", f"--scheduler does not go with --{option}")
            )
    failed: list[Loaded] = []
    urls = [url for name in given if isinstance(name, str) for url in expanded(name, failed)]
    local = [name for name in given if isinstance(name, Path)]
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
