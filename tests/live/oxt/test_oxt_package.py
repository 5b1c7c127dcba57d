"""The built add-on is what LibreOffice wants, and its buttons are the ribbon's."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest

from kesu.live import macros
from kesu.live.addin import AddinError, assets, build_extension, office_locations
from kesu.live.feedback import log_file
from kesu.words.version import VERSION

ROOT: Final = Path(__file__).resolve().parents[3]
SOURCES: Final = ROOT / "addin" / "libreoffice"
OOR: Final = "{http://openoffice.org/2001/registry}"
LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
MANIFEST: Final = "{http://openoffice.org/2001/manifest}"
MACROS: Final = [
    "new_complaint", "explain", "call_back", "close_complaint", "reopen_complaint", "import_table",
    "refresh", "check", "deadlines", "followups",
    "kpis", "report",
]  # fmt: skip
CODE: Final = [path for path in SOURCES.rglob("*.py") if "__pycache__" not in path.parts]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("oxt") / "Kesu.oxt"
    path.write_bytes(build_extension())
    return path


@pytest.fixture(scope="module")
def parts(built: Path) -> dict[str, bytes]:
    with ZipFile(built) as package:
        assert package.testzip() is None
        names = package.namelist()
        assert len(names) == len(set(names))
        return {name: package.read(name) for name in names}


def tree(parts: dict[str, bytes], name: str) -> ET.Element:
    return ET.fromstring(parts[name])  # noqa: S314 - our own file


def node(element: ET.Element, *path: str) -> ET.Element:
    for name in path:
        (element,) = [child for child in element if child.get(f"{OOR}name") == name]
    return element


def values(entry: ET.Element) -> dict[str, dict[str | None, str]]:
    """Property → language → value."""
    return {
        str(prop.get(f"{OOR}name")): {value.get(LANG): value.text or "" for value in prop}
        for prop in entry
        if prop.tag == "prop"
    }


def listed(menu: ET.Element) -> list[tuple[str, str | None, str | None]]:
    """Command, Chinese and English title, in order; separators with an empty command."""
    rows: list[tuple[str, str | None, str | None]] = []
    for entry in menu:
        told = values(entry)
        url, title = told["URL"][None], told.get("Title", {})
        if url == "private:separator":
            rows.append(("", None, None))
            continue
        assert told["Context"] == {None: "com.sun.star.sheet.SpreadsheetDocument"}
        assert title["zh-CN"] == title["zh-TW"]
        rows.append((url, title["zh-CN"], title["en-US"]))
    return rows


def test_building_twice_gives_the_same_bytes(built: Path) -> None:
    assert build_extension() == built.read_bytes()


def test_every_part_is_well_formed_and_every_name_is_unique(parts: dict[str, bytes]) -> None:
    markup = [name for name in parts if name.endswith((".xml", ".xcu", ".svg"))]
    assert len(markup) >= 24
    for name in markup:
        for element in tree(parts, name).iter():
            names = [child.get(f"{OOR}name") for child in element if child.get(f"{OOR}name")]
            assert len(names) == len(set(names)), name


def test_what_the_manifest_and_the_description_name_is_there(parts: dict[str, bytes]) -> None:
    entries = {
        str(entry.get(f"{MANIFEST}full-path")): entry.get(f"{MANIFEST}media-type")
        for entry in tree(parts, "META-INF/manifest.xml")
    }
    assert set(entries) == {"Addons.xcu", "CalcWindowState.xcu", "ProtocolHandler.xcu", "kesu_buttons.py"}
    assert set(entries) <= set(parts)
    assert entries["kesu_buttons.py"] == "application/vnd.sun.star.uno-component;type=Python"
    description = parts["description.xml"].decode()
    assert f'<version value="{VERSION}"/>' in description
    linked = re.findall(r'xlink:href="([^"]+)"', description)
    assert set(linked) == {"license.txt", "description-en.txt", "description-zh.txt", "icons/kesu.svg"}
    assert set(linked) <= set(parts)
    assert parts["license.txt"] == (ROOT / "LICENSE").read_bytes()
    names = re.findall(r'<name lang="(..)">([^<]+)</name>', description)
    assert [lang for lang, _ in names] == ["en", "zh", "en", "zh"]
    told = {name: parts[f"description-{name}.txt"].decode() for name in ("en", "zh")}
    assert [bool(re.search(r"[\u4e00-\u9fff]", told[name])) for name in ("en", "zh")] == [False, True]


def test_menu_and_toolbar_have_the_ribbons_buttons(parts: dict[str, bytes]) -> None:
    addons = node(tree(parts, "Addons.xcu"), "AddonUI")
    menu = node(addons, "OfficeMenuBar", "kesu.libreoffice.menu")
    toolbar = node(addons, "OfficeToolBar", "kesu.libreoffice.toolbar")
    assert values(menu)["Title"] == {"en-US": "Complaints", "zh-CN": "客诉", "zh-TW": "客诉"}
    assert values(menu)["Context"] == {None: "com.sun.star.sheet.SpreadsheetDocument"}
    rows = listed(node(menu, "Submenu"))
    assert rows == listed(toolbar)
    assert [row[0] for row in rows] == [
        *(f"vnd.kesu:{name}" for name in MACROS[:6]), "",
        *(f"vnd.kesu:{name}" for name in MACROS[6:10]), "",
        *(f"vnd.kesu:{name}" for name in MACROS[10:]),
    ]  # fmt: skip
    for at, lang in ((1, "zh"), (2, "en")):
        ribbon = (ROOT / "addin" / "ribbon" / f"customUI14-{lang}.xml").read_text("utf-8")
        assert [row[at] for row in rows if row[0]] == re.findall(r'<button id="\w+" label="([^"]+)"', ribbon)
    names = [entry.get(f"{OOR}name") for entry in toolbar]
    assert names == sorted(str(name) for name in names)  # LibreOffice sorts by name


def test_every_command_is_handled_and_runs_a_macro(parts: dict[str, bytes]) -> None:
    handler = node(tree(parts, "ProtocolHandler.xcu"), "HandlerSet", "kesu.libreoffice.Buttons")
    assert values(handler)["Protocols"] == {None: "vnd.kesu:*"}
    told = constants(SOURCES / "kesu_buttons.py")
    assert told["IMPLEMENTATION"] == "kesu.libreoffice.Buttons"
    assert told["PROTOCOL"] == "vnd.kesu:"
    assert list(told["COMMANDS"]) == MACROS == list(macros.MACROS)
    assert constants(SOURCES / "pythonpath" / "kesu_press.py")["ONLY_LOOK"] == macros.ONLY_LOOK


def test_every_button_has_its_icon_in_both_sizes(parts: dict[str, bytes]) -> None:
    images = node(tree(parts, "Addons.xcu"), "AddonUI", "Images")
    assert [values(image)["URL"][None] for image in images] == [f"vnd.kesu:{name}" for name in MACROS]
    for image in images:
        files = values(node(image, "UserDefinedImages"))
        for prop, pixels in (("ImageSmallURL", "16"), ("ImageBigURL", "26")):
            drawing = tree(parts, files[prop][None].removeprefix("%origin%/"))
            assert (drawing.get("width"), drawing.get("height")) == (pixels, pixels)
            assert drawing.get("viewBox") == "0 0 32 32"


def test_the_toolbar_has_a_name_and_shows_words(parts: dict[str, bytes]) -> None:
    bar = node(
        tree(parts, "CalcWindowState.xcu"),
        "UIElements",
        "States",
        "private:resource/toolbar/addon_kesu.libreoffice.toolbar",
    )
    assert values(bar)["UIName"]["zh-CN"] == "客诉"
    assert values(bar)["Style"] == {None: "2"}


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.name)
def test_the_code_runs_in_any_python_of_libreoffice(path: Path) -> None:
    code = ast.parse(path.read_text("utf-8"), feature_version=(3, 8))
    imported = {
        name.split(".")[0]
        for one in ast.walk(code)
        if isinstance(one, (ast.Import, ast.ImportFrom))
        for name in ([one.module or ""] if isinstance(one, ast.ImportFrom) else [n.name for n in one.names])
    }
    ours = {path.stem for path in CODE}
    assert imported - set(sys.stdlib_module_names) <= {"uno", "unohelper", "com"} | ours


def test_a_missing_icon_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    original = assets.ours

    def without(name: str) -> str:
        return original(name.replace("check.svg", "gone.svg"))

    monkeypatch.setattr("kesu.live.addin.extension.ours", without)
    with pytest.raises(AddinError, match=r"libreoffice/icons/gone\.svg"):
        build_extension()


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The add-on's module without LibreOffice in it, for a user whose home is ``tmp_path``."""
    for name in ("HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    spec = importlib.util.spec_from_file_location("kesu_office", SOURCES / "pythonpath" / "kesu_office.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_only_the_users_own_file_names_the_python(office: Any, tmp_path: Path) -> None:
    config = tmp_path / ".kesu" / "libreoffice.conf"
    assert config == office.CONFIG
    assert office.interpreter() is None
    config.parent.mkdir()
    python = tmp_path / "some where" / "python"
    python.parent.mkdir()
    python.touch()
    for line, named in (
        (f'"INTERPRETER","{python}"\n', str(python)),
        (f'"INTERPRETER","{python}-gone"\n', None),
        (f'"INTERPRETER","{python.parent}"\n', None),
        ('"INTERPRETER","python3"\n', None),
        ("nonsense", None),
    ):
        config.write_text(line, encoding="utf-8")
        assert office.interpreter() == named
    config.write_bytes(b"\xff\xfe\x00")
    assert office.interpreter() is None


@pytest.mark.libreoffice
def test_the_installer_writes_the_file_that_the_add_on_reads(office: Any) -> None:
    assert office_locations().config == office.CONFIG


def test_the_add_on_notes_into_the_same_log(office: Any) -> None:
    assert office.log_file() == log_file()
    office.note("refresh: done, 1.0 s")
    assert log_file().read_text("utf-8").endswith(" LibreOffice refresh: done, 1.0 s\n")


def test_every_message_exists_in_both_languages_with_the_same_blanks(office: Any) -> None:
    told = [text for name, text in vars(office).items() if name.isupper() and isinstance(text, tuple)]
    assert len(told) >= 6
    for zh, en in told:
        assert sorted(re.findall(r"\{\w+\}", zh)) == sorted(re.findall(r"\{\w+\}", en))
        assert re.search(r"[\u4e00-\u9fff]", zh)
        assert en.isascii() or "…" in en


def constants(path: Path) -> dict[str, Any]:
    """The constants that a module begins with, without running it."""
    return {
        one.targets[0].id: ast.literal_eval(one.value)
        for one in ast.parse(path.read_text("utf-8")).body
        if isinstance(one, ast.Assign)
        and isinstance(one.targets[0], ast.Name)
        and isinstance(one.value, (ast.Constant, ast.Tuple))
        and all(isinstance(part, ast.Constant) for part in getattr(one.value, "elts", ()))
    }
