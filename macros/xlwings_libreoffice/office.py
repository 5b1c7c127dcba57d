"""The office process: started with a profile of its own and ended with its parent, or one that runs already."""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from xlwings_libreoffice.bridge import Message, OfficeError, error, uno

RELAUNCH: Final = 81  # soffice.bin's exit code on a fresh profile: "prepared, start me again"
_PR_SET_PDEATHSIG: Final = 1
_LIBC: Final = ctypes.CDLL(None) if sys.platform == "linux" else None
_STOP_S: Final = 15.0
_HANG_UPS: Final = 3  # of an office that runs already: one that is busy may do so once

_PROGRAMS: Final = (
    "/usr/lib/libreoffice/program",
    "/usr/lib64/libreoffice/program",
    "/opt/libreoffice/program",
    "/Applications/LibreOffice.app/Contents/MacOS",
    r"C:\Program Files\LibreOffice\program",
)

_SYSTEM: Final = ("/usr/bin", "/bin")  # the Python that Linux distributions build their LibreOffice with
_OTHER_PYTHON: Final = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV")

# What a profile of ours differs in from LibreOffice's defaults: formulas of opened files are recalculated, no
# lock files are left behind, no macro of a received workbook runs, and messages and formats are in English.
_SETTINGS: Final = (
    ("Calc/Formula/Load", "OOXMLRecalcMode", 0),
    ("Calc/Formula/Load", "ODFRecalcMode", 0),
    ("Common/Misc", "UseLocking", False),
    ("Common/Security/Scripting", "DisableMacrosExecution", True),
    ("Common/Save/Document", "WarnAlienFormat", False),
    ("Recovery/AutoSave", "Enabled", False),
    ("Linguistic/General", "UILocale", "en-US"),
    ("/Setup/L10N", "ooLocale", "en-US"),
    ("/Setup/L10N", "ooSetupSystemLocale", "en-US"),
)

_NOT_INSTALLED: Final = Message(
    zh="找不到 LibreOffice（soffice）。Debian/Ubuntu 请安装：apt-get install libreoffice-calc python3-uno",
    en="LibreOffice (soffice) was not found. Debian/Ubuntu: apt-get install libreoffice-calc python3-uno",
)
_ENDED: Final = Message(
    zh="LibreOffice 启动后即退出（退出码 {code}）：{said}",
    en="LibreOffice ended as soon as it was started (exit code {code}): {said}",
)
_SILENT: Final = Message(
    zh='{seconds:.0f} 秒内无法连接 LibreOffice（{connection}）。若要连接已打开的 LibreOffice，请这样启动它：soffice --accept="{connection};urp;"',
    en="LibreOffice did not answer at {connection} within {seconds:.0f} seconds. "
    'To be attached to, it must have been started with: soffice --accept="{connection};urp;"',
)
_NO_WAY: Final = Message(
    zh="无法这样连接 LibreOffice（{connection}）：{said}。例如写成 pipe,name=calc 或 socket,host=localhost,port=2002",
    en="LibreOffice cannot be reached in this way ({connection}): {said}. "
    "Write it like pipe,name=calc or socket,host=localhost,port=2002",
)


@dataclass
class Office:
    """A connection to one running LibreOffice; ``process`` is None where it was not started here."""

    connection: str
    context: Any
    process: subprocess.Popen[bytes] | None = None
    headless: bool = False
    temporary: tempfile.TemporaryDirectory[str] | None = None
    desktop: Any = field(init=False)

    def __post_init__(self) -> None:
        self.desktop = self.create("com.sun.star.frame.Desktop")

    def create(self, service: str) -> Any:
        """A service of the office."""
        return self.context.ServiceManager.createInstanceWithContext(service, self.context)

    def stop(self) -> None:
        """Close everything unsaved and end the office; kill it if it does not go."""
        with suppress(error()):
            for document in list(self.desktop.Components):
                with suppress(error()):
                    document.close(True)
            self.desktop.terminate()
        if self.process is not None:
            try:
                self.process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                self.kill()
        if self.temporary is not None:
            self.temporary.cleanup()

    def kill(self) -> None:
        """End the process at once (only one that was started here)."""
        if self.process is not None:
            _end(self.process)


def launched(profile: Path | None, *, visible: bool, soffice: Path | None, timeout_s: float) -> Office:
    """Start LibreOffice on ``profile`` (made ready if new; None for one that goes afterwards) and connect to it.

    Raises:
        OfficeError: if there is no LibreOffice, or it does not come up within ``timeout_s`` seconds.
    """
    uno()  # say first what is missing on the Python side
    program = soffice or found()
    with ExitStack() as undo:
        temporary = None
        if profile is None:
            temporary = tempfile.TemporaryDirectory(prefix="xlwings-office-", ignore_cleanup_errors=True)
            undo.callback(temporary.cleanup)
            profile = Path(temporary.name)
        _prepare(profile)
        log = profile / "office.log"
        connection = f"pipe,name=xlwings-{secrets.token_hex(8)}"
        while True:
            process = _spawned(program, profile, connection, log, visible=visible)
            undo.callback(_end, process)
            context = _resolved(connection, timeout_s, process, log)
            if context is not None:
                undo.pop_all()
                return Office(connection, context, process, headless=not visible, temporary=temporary)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def attached(connection: str, timeout_s: float) -> Office:
    """Connect to a LibreOffice that listens at ``connection`` ("pipe,name=…" or "socket,host=…,port=…").

    ``connection`` may go on with ``;urp;NAME`` where the office's context has a name of its own there.

    Raises:
        OfficeError: if none answers within ``timeout_s`` seconds.
    """
    return Office(connection, _resolved(connection, timeout_s, None, None))


def found() -> Path:
    """LibreOffice's program on this system.

    Raises:
        OfficeError: if there is none.
    """
    on_path = shutil.which("soffice") or shutil.which("libreoffice")
    folders = [Path(on_path).resolve().parent] if on_path else []
    for folder in (*folders, *map(Path, _PROGRAMS)):
        for name in (
            "soffice.bin",
            "soffice",
            "soffice.exe",
        ):  # the binary itself: the script would fork away
            if (folder / name).is_file():
                return folder / name
    raise OfficeError(_NOT_INSTALLED)


def environment() -> dict[str, str]:
    """This process' environment without what leads the Python inside LibreOffice to another Python's library.

    That Python takes the first ``python3`` on the path for itself, so that a virtual environment or pyenv there breaks
    add-ons in Python. Elsewhere than on Linux LibreOffice brings a Python of its own.
    """
    kept = {key: value for key, value in os.environ.items() if key not in _OTHER_PYTHON}
    if sys.platform == "linux":
        folders = kept.get("PATH", os.defpath).split(os.pathsep)
        kept["PATH"] = os.pathsep.join(
            folder for folder in folders if folder in _SYSTEM or not os.path.lexists(f"{folder}/python3")
        )
    return kept


def _prepare(profile: Path) -> None:
    registry = profile / "user" / "registrymodifications.xcu"
    if registry.exists():
        return
    registry.parent.mkdir(parents=True, exist_ok=True)
    items = "".join(_item(*setting) for setting in _SETTINGS)
    registry.write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        f'xmlns:xs="http://www.w3.org/2001/XMLSchema">{items}</oor:items>\n',
        encoding="utf-8",
    )


def _item(path: str, name: str, value: object) -> str:
    full = (
        f"/org.openoffice{path.replace('/', '.', 1)}"
        if path.startswith("/")
        else f"/org.openoffice.Office.{path}"
    )
    shown = str(value).lower() if isinstance(value, bool) else escape(str(value))
    return (
        f'<item oor:path="{full}"><prop oor:name="{name}" oor:op="fuse"><value>{shown}</value></prop></item>'
    )


def _spawned(
    program: Path, profile: Path, connection: str, log: Path, *, visible: bool
) -> subprocess.Popen[bytes]:
    arguments = [
        str(program),
        "--norestore",
        "--nologo",
        "--nodefault",
        "--nolockcheck",
        "--nofirststartwizard",
    ]
    arguments += [f"-env:UserInstallation={profile.absolute().as_uri()}", f"--accept={connection};urp;"]
    with log.open("wb") as said:
        return subprocess.Popen(  # noqa: S603 - the program is LibreOffice's own, the arguments are ours
            arguments if visible else [*arguments, "--headless"],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env={**environment(), "LC_ALL": "C.UTF-8"},
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - one system call
        )


def _end_with_parent() -> None:
    """Between fork and exec: the kernel kills the office when the thread that started it ends."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _resolved(
    connection: str, timeout_s: float, process: subprocess.Popen[bytes] | None, log: Path | None
) -> Any:
    """The office's context; None where a fresh profile wants a second start."""
    local = uno().getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    target = connection if ";urp;" in connection else f"{connection};urp;StarOffice.ComponentContext"
    deadline, hung_up = time.monotonic() + timeout_s, 0
    while True:
        try:
            context = resolver.resolve(f"uno:{target}")
        except error("connection.NoConnectException"):
            pass  # not up yet
        except error() as refused:  # contextlib, through which this passes, cannot handle it
            hung_up += 1
            patient = process is not None or hung_up < _HANG_UPS
            if not (patient and isinstance(refused, error("lang.DisposedException"))):
                raise OfficeError(_NO_WAY.fill(connection=connection, said=refused)) from None
            # else an office that hung up: busy, starting anew, or ending, of which its exit code tells where it is ours
        else:
            if context is None:
                raise OfficeError(_NO_WAY.fill(connection=connection, said="no such object"))
            return context
        code = process.poll() if process else None
        if code == RELAUNCH:
            return None
        if code is not None:
            said = log.read_text("utf-8", "replace").strip()[-500:] if log else ""
            raise OfficeError(_ENDED.fill(code=code, said=said))
        if time.monotonic() > deadline:
            raise OfficeError(_SILENT.fill(seconds=timeout_s, connection=connection))
        time.sleep(0.02)
