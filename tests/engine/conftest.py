"""One LibreOffice for all tests of this folder; each test gets a new workbook in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
import xlwings as xw

from xlwings_libreoffice import start


@pytest.fixture(scope="session")
def app() -> Iterator[xw.App]:
    if shutil.which("soffice") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have LibreOffice: apt-get install libreoffice-calc python3-uno")
        pytest.skip("LibreOffice (soffice) is not on the PATH")
    with start(answer=lambda prompt, title, buttons: f"{buttons}|{title}|{prompt}") as app:
        yield app


@pytest.fixture
def book(app: xw.App) -> Iterator[xw.Book]:
    book = app.books.add()
    yield book
    book.close()


@pytest.fixture
def sheet(book: xw.Book) -> xw.Sheet:
    return book.sheets[0]
