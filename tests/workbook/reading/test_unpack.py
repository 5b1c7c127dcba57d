"""Parts come out as `zipfile` gives them, or fail as it says."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from kesu.workbook.reading.unpack import MOST, SMALL, TOP, beginning, content

SHORT, LONG = b"<a>short</a>", b"<a>" + b"long and longer " * 1000
VARIED = b"<a>" + b"".join(b"%d " % (at * at) for at in range(9000))
NAME = "xl/sheet1.xml"


def packed(data: bytes, how: int = zipfile.ZIP_DEFLATED, name: str = NAME) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr(name, data)
    return out.getvalue()


def directory(book: bytes) -> int:
    """Where the last entry of the directory begins."""
    return book.rindex(b"PK\1\2")


def at(book: bytes, place: int, data: bytes) -> bytes:
    return book[:place] + data + book[place + len(data) :]


HARM: dict[str, Callable[[bytes], bytes]] = {
    "none": lambda book: book,
    "before it": lambda book: b"MZ program" + book,
    "checksum": lambda book: at(book, directory(book) + 16, b"\1\2\3\4"),
    "longer than said": lambda book: at(book, directory(book) + 24, b"\5\0\0\0"),
    "shorter than said": lambda book: at(book, directory(book) + 24, b"\0\0\2\0"),
    "nothing said": lambda book: at(book, directory(book) + 24, b"\0\0\0\0"),
    "cut off": lambda book: at(book, directory(book) + 20, b"\4\0\0\0"),
    "locked": lambda book: at(book, directory(book) + 8, b"\1\0"),
    "other way of packing": lambda book: at(book, directory(book) + 10, b"\x09\0"),
    "another name": lambda book: book.replace(NAME.encode(), b"xl/sheet2.xml", 1),
    "no header": lambda book: book.replace(b"PK\3\4", b"PK\3\5"),
    "bytes": lambda book: at(book, book.index(NAME.encode()) + len(NAME), b"\xff\xff"),
}


def outcome(work: Callable[[], bytes]) -> bytes | str:
    try:
        return work()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("harm", HARM)
@pytest.mark.parametrize(
    "data", [b"<a/>", SHORT, LONG, LONG[: SMALL + 1], LONG[:SMALL], VARIED, LONG * (MOST // 9000)]
)
@pytest.mark.parametrize("how", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2])
def test_a_part_is_what_zipfile_says_it_is(harm: str, data: bytes, how: int) -> None:
    with zipfile.ZipFile(io.BytesIO(HARM[harm](packed(data, how)))) as book:
        info = book.infolist()[-1]
        expected = outcome(lambda: book.read(info))
        assert outcome(lambda: content(book, info)) == expected
        top, found = outcome(lambda: book.open(info).read(TOP)), beginning(book, info)
        assert found is None or (data.startswith(found) and found[:TOP] == top)


@pytest.mark.parametrize("name", [NAME, "xl/工作表.xml", "xl\\sheet1.xml"])
@pytest.mark.parametrize("data", [SHORT, LONG, VARIED])
def test_parts_written_as_usual_need_no_zipfile(
    name: str, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(io.BytesIO(packed(data, name=name))) as book:
        info = book.infolist()[-1]
        monkeypatch.setattr(book, "open", None)
        monkeypatch.setattr(book, "read", None)
        assert content(book, info) == data
        assert beginning(book, info) == (data[:TOP] if data == VARIED else data)
