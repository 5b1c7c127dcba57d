"""The add-on in the LibreOffice of the user who runs this, by LibreOffice's own ``unopkg``."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kesu.live.addin.assets import AddinError, NoProgramError
from kesu.live.addin.extension import IDENTIFIER, build_extension
from kesu.live.addin.install import Status, settings
from kesu.words.text import Text
from kesu.words.version import VERSION
from kesu.workbook.save import save_own
from xlwings_libreoffice.bridge import OfficeError, uno
from xlwings_libreoffice.office import environment, found

NAME: Final = "Kesu.oxt"
_INTERPRETER: Final = "INTERPRETER"
_PROGRAMS: Final = ("unopkg", "unopkg.com", "unopkg.exe")
_TIMEOUT_S: Final = 300

_OPEN: Final = Text(
    zh="LibreOffice 正开着，请先关闭它的所有窗口再试",
    en="LibreOffice is open: close all its windows and try again",
)
_FAILED: Final = Text(zh="LibreOffice 的 unopkg 没有成功：{said}", en="LibreOffice's unopkg failed: {said}")


@dataclass(frozen=True)
class OfficeLocations:
    """Where LibreOffice and one user's settings are."""

    unopkg: Path
    config: Path  # names the Python that the buttons start; the add-on reads it
    profile: Path | None = None  # LibreOffice's profile; None for the user's own


def office_locations(profile: Path | None = None) -> OfficeLocations:
    """The locations on this system.

    Raises:
        NoProgramError: where there is no LibreOffice, or this Python has no way into it.
    """
    try:
        uno()
        folder = found().parent
    except OfficeError as error:
        raise NoProgramError(Text(*error.text)) from error
    here = next((folder / name for name in _PROGRAMS if (folder / name).is_file()), None)
    unopkg = here or shutil.which("unopkg")
    if unopkg is None:
        raise NoProgramError(_FAILED.fill(said=folder))
    return OfficeLocations(Path(unopkg), Path.home() / ".kesu" / "libreoffice.conf", profile)


def install_extension(*, where: OfficeLocations | None = None, interpreter: Path | None = None) -> Status:
    """Install the add-on for this user, and note ``interpreter`` (this Python) for its buttons.

    Raises:
        NoProgramError: where there is no LibreOffice.
        AddinError: while LibreOffice is open, or if it refuses.
    """
    where = where or office_locations()
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / NAME
        built.write_bytes(build_extension())
        try:
            _unopkg(where, "add", "--force", "--suppress-license", str(built))
        except AddinError:
            with contextlib.suppress(AddinError):
                _unopkg(where, "remove", IDENTIFIER)  # else it is half there
            raise
    where.config.parent.mkdir(parents=True, exist_ok=True)
    save_own(where.config, f'"{_INTERPRETER}","{interpreter or sys.executable}"\n'.encode())
    return status_of_extension(where=where)


def uninstall_extension(*, where: OfficeLocations | None = None) -> bool:
    """Take the add-on and its settings away; whether there was one.

    Raises:
        NoProgramError: where there is no LibreOffice.
        AddinError: while LibreOffice is open, or if it refuses.
    """
    where = where or office_locations()
    was_there = _version(where) is not None
    if was_there:
        _unopkg(where, "remove", IDENTIFIER)
    where.config.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        where.config.parent.rmdir()  # unless something else lies there
    return was_there


def status_of_extension(*, where: OfficeLocations | None = None) -> Status:
    """What is installed for this user.

    Raises:
        NoProgramError: where there is no LibreOffice.
        AddinError: while LibreOffice is open.
    """
    where = where or office_locations()
    version = _version(where)
    named = settings(where.config, "utf-8").get(_INTERPRETER)
    return Status(
        program="LibreOffice",
        addin=IDENTIFIER,
        installed=version is not None,
        made_with=version and f"kesu {version}",
        up_to_date=version == VERSION,
        interpreter=Path(named) if named else None,
        interpreter_found=bool(named) and Path(str(named)).is_file(),
    )


def _version(where: OfficeLocations) -> str | None:
    listed = re.search(rf"Identifier:\s*{re.escape(IDENTIFIER)}\s+Version:\s*(\S+)", _unopkg(where, "list"))
    return listed[1] if listed else None


def _unopkg(where: OfficeLocations, *words: str) -> str:
    profile = [f"-env:UserInstallation={where.profile.absolute().as_uri()}"] if where.profile else []
    try:
        done = subprocess.run(  # noqa: S603 - LibreOffice's own program, our own words
            [str(where.unopkg), *words, *profile],
            env=environment(),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
            timeout=_TIMEOUT_S,
        )
    except subprocess.TimeoutExpired as error:
        raise AddinError(_FAILED.fill(said=error)) from error
    said = done.stderr.decode("utf-8", "replace")
    if ".lock" in said:  # in every language it names the lock file of a running office
        raise AddinError(_OPEN)
    if done.returncode:
        raise AddinError(_FAILED.fill(said=" ".join(said.split())))
    return done.stdout.decode("utf-8", "replace")
