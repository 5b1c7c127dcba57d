"""Names on the command line that are URLs, as copies of what lies there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kesu.cli.telling import say
from kesu.workbook.own import BESIDE
from kesu.workbook.reading.frame import PARQUET

if TYPE_CHECKING:
    from kesu.jobs.load import Loaded
    from kesu.words.errors import KesuError


@dataclass
class Here:
    """``paths``: what is read. ``called``: where copies came from. ``failed``: what could not be fetched, which was told."""

    paths: list[Path] = field(default_factory=list)
    called: dict[Path, str] = field(default_factory=dict)
    failed: list[Loaded] = field(default_factory=list)


@contextlib.contextmanager
def here(given: Sequence[Path | str]) -> Iterator[Here]:
    """Paths as they are, and copies of what lies at the URLs (texts), which are gone at the end."""
    from kesu.jobs.urls import folder, sweep

    if not any(isinstance(one, str) for one in given):
        sweep()
        yield Here([Path(one) for one in given])
        return
    with folder() as into:
        found = Here()
        for one in given:
            if isinstance(one, str):
                _fetch(one, into, found)
            else:
                found.paths.append(one)
        yield found


def _fetch(name: str, folder: Path, found: Here) -> None:
    from kesu.jobs.urls import UrlError, fetched, path_of, shown

    for url in expanded(name, found.failed):
        into = folder / path_of(url).parent.relative_to("/")
        into.mkdir(parents=True, exist_ok=True)
        try:
            path = fetched(url, into)
        except UrlError as error:
            _fails(url, error, found.failed)
            continue
        for kind in BESIDE if path.suffix.lower() == PARQUET else ():
            with contextlib.suppress(UrlError):  # where it is needed and missing, reading says so
                fetched(url[: -len(PARQUET)] + f".{kind}{PARQUET}", into)
        found.paths.append(path)
        found.called[path] = shown(url)


def expanded(name: str, failed: list[Loaded]) -> list[str]:
    """The URLs meant by one; none where that cannot be told, which is added to ``failed``."""
    from kesu.jobs.urls import UrlError
    from kesu.jobs.urls import expanded as meant

    try:
        return meant(name)
    except UrlError as error:
        _fails(name, error, failed)
        return []


def _fails(url: str, error: KesuError, failed: list[Loaded]) -> None:
    """It is told, and missing from the result; the others are worked on."""
    from kesu.jobs.load import Loaded
    from kesu.jobs.urls import shown

    say(error.text)
    failed.append(Loaded(Path(shown(url)), shown(url), None, error.text))
