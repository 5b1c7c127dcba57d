"""A workbook as the pages that a printer would get: by LibreOffice, in a process and with a profile of its own."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Final

from kesu.words.errors import KesuError
from kesu.words.text import Text
from xlwings_libreoffice.bridge import OfficeError
from xlwings_libreoffice.office import RELAUNCH, environment, found

TIMEOUT_S: Final = 180
_MISSING: Final = Text(
    "PDF 要由 LibreOffice 来做，这台电脑上找不到它（soffice）。请安装 LibreOffice，或用 -o 写成 .xlsx，再从 Excel 另存为 PDF。",
    "a PDF is made by LibreOffice, which is not on this computer (soffice). Install LibreOffice, or write an .xlsx with -o and "
    "save it as a PDF from Excel.",
)
_FAILED: Final = Text(
    "LibreOffice 没有做出 PDF：{said}。请用 -o 写成 .xlsx，再从 Excel 另存为 PDF。",
    "LibreOffice did not make the PDF: {said}. Write an .xlsx with -o and save it as a PDF from Excel.",
)
_NOTHING: Final = Text("没有说明原因", "it gave no reason")
_SLOW: Final = Text("{seconds} 秒内没有完成", "it was not done within {seconds} seconds")


class PdfError(KesuError):
    """There is no PDF: no LibreOffice on this computer, or it failed."""


def pdf_of(workbook: bytes) -> bytes:
    """The PDF of an .xlsx. Raises `PdfError`."""
    try:
        program = found()
    except OfficeError as error:
        raise PdfError(_MISSING) from error
    with tempfile.TemporaryDirectory(prefix="kesu-pdf-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "case.xlsx").write_bytes(workbook)
        said: Text | str = ""
        for _ in range(2):  # a new profile is made by the first start, which may ask for a second
            code, said = _run(program, folder)
            if code != RELAUNCH:
                break
        made = folder / "case.pdf"
        if not made.is_file():
            raise PdfError(_FAILED.fill(said=said or _NOTHING))
        return made.read_bytes()


def _run(program: Path, folder: Path) -> tuple[int, Text | str]:
    """LibreOffice's exit code, and what it said."""
    words = [
        str(program),
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
        str(folder / "case.xlsx"),
    ]
    try:
        done = subprocess.run(  # noqa: S603 - LibreOffice's own program, our own words
            words,
            env=environment(),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
            timeout=TIMEOUT_S,
        )
    except subprocess.TimeoutExpired:
        return 0, _SLOW.fill(seconds=TIMEOUT_S)
    except OSError as error:
        return 0, str(error)
    return done.returncode, " ".join(done.stderr.decode("utf-8", "replace").split())[-300:]
