"""``Kesu.oxt``, the add-on for LibreOffice: the ribbon's buttons as a menu and a toolbar, in all languages at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

from kesu.live.addin.assets import ours
from kesu.live.addin.package import packed
from kesu.words.text import LANGS, Text
from kesu.words.version import VERSION

IDENTIFIER: Final = "kesu.libreoffice"
PROTOCOL: Final = "vnd.kesu:"
_AS_IS: Final = (
    "ProtocolHandler.xcu",
    "kesu_buttons.py",
    "pythonpath/kesu_office.py",
    "pythonpath/kesu_press.py",
    "description-en.txt",
    "description-zh.txt",
    "license.txt",
    "icons/kesu.svg",
)
_UI: Final = "{http://schemas.microsoft.com/office/2009/07/customui}"
_SPREADSHEETS: Final = "com.sun.star.sheet.SpreadsheetDocument"
_LOCALES: Final = (("en-US", "en"), ("zh-CN", "zh"), ("zh-TW", "zh"))
_SIZES: Final = {"Small": 16, "Big": 26}  # pixels of LibreOffice's small and large icons
_ICONS_AND_TEXT: Final = 2


@dataclass(frozen=True)
class Button:
    """A button of the ribbon."""

    command: str  # the macro's name
    label: Text


def buttons() -> tuple[Text, list[list[Button]]]:
    """What the ribbon is called, and its groups of buttons.

    Raises:
        AddinError: if the ribbon's source is missing.
    """
    tabs = {lang: _tab(lang) for lang in LANGS}
    named = {
        lang: {one.get("id"): _label(one) for one in tab.iter(f"{_UI}button")} for lang, tab in tabs.items()
    }
    groups = [
        [
            Button(_macro(name), Text(**{lang: named[lang][name] for lang in LANGS}))
            for one in group
            for name in [str(one.get("id"))]
        ]
        for group in tabs["en"]
    ]
    return Text(**{lang: _label(tab) for lang, tab in tabs.items()}), groups


def build_extension() -> bytes:
    """The add-on, as a file's bytes.

    Raises:
        AddinError: if a source is missing.
    """
    title, groups = buttons()
    parts = {
        "META-INF/manifest.xml": _source("manifest.xml"),
        "description.xml": _source("description.xml").replace("{version}", VERSION),
        "Addons.xcu": _addons(title, groups),
        "CalcWindowState.xcu": _toolbar_looks(title),
        **{name: _source(name) for name in _AS_IS},
    }
    for button in (button for group in groups for button in group):
        drawing = _source(f"icons/{button.command}.svg")
        for pixels in _SIZES.values():
            parts[f"icons/{button.command}-{pixels}.svg"] = re.sub(
                r'width="\d+" height="\d+"', f'width="{pixels}" height="{pixels}"', drawing, count=1
            )
    return packed(parts)


def _source(name: str) -> str:
    return ours(f"libreoffice/{name}")


def _tab(lang: str) -> ET.Element:
    found = ET.fromstring(ours(f"ribbon/customUI14-{lang}.xml")).find(f".//{_UI}tab")  # noqa: S314 - our own file
    assert found is not None  # noqa: S101 - our own file
    return found


def _label(element: ET.Element) -> str:
    return str(element.get("label"))


def _macro(button: str) -> str:
    """``buttonNewComplaint`` → ``new_complaint``."""
    return re.sub(r"(?<!^)([A-Z])", r"_\1", button.removeprefix("button")).lower()


def _addons(title: Text, groups: list[list[Button]]) -> str:
    """The menu, the toolbar and the icons."""
    separator = _prop("URL", "private:separator")
    items = [[_item(button) for button in group] for group in groups]
    listed = [entry for group in items for entry in (separator, *group)][1:]
    numbered = "".join(_node(f"item{at:02}", entry) for at, entry in enumerate(listed, start=1))
    menu = _prop("Title", title) + _prop("Context", _SPREADSHEETS) + _node("Submenu", numbered, replace=False)
    icons = "".join(_icon(button) for group in groups for button in group)
    return _component(
        "Addons",
        "org.openoffice.Office",
        _node(
            "AddonUI",
            _node("OfficeMenuBar", _node(f"{IDENTIFIER}.menu", menu), replace=False)
            + _node("OfficeToolBar", _node(f"{IDENTIFIER}.toolbar", numbered), replace=False)
            + _node("Images", icons, replace=False),
            replace=False,
        ),
    )


def _item(button: Button) -> str:
    return (
        _prop("Context", _SPREADSHEETS)
        + _prop("URL", PROTOCOL + button.command)
        + _prop("Title", button.label)
        + _prop("Target", "_self")
    )


def _icon(button: Button) -> str:
    files = "".join(
        _prop(f"Image{size}URL", f"%origin%/icons/{button.command}-{pixels}.svg")
        for size, pixels in _SIZES.items()
    )
    return _node(
        f"{IDENTIFIER}.{button.command}",
        _prop("URL", PROTOCOL + button.command) + _node("UserDefinedImages", files, replace=False),
    )


def _toolbar_looks(title: Text) -> str:
    """The toolbar's name and place (a row of its own), and that it shows words beside the icons."""
    looks = {"Docked": "true", "DockingArea": "0", "DockPos": "0,4", "Style": str(_ICONS_AND_TEXT)}
    bar = _prop("UIName", title) + "".join(_prop(name, value) for name, value in looks.items())
    states = _node(f"private:resource/toolbar/addon_{IDENTIFIER}.toolbar", bar)
    tree = _node("UIElements", _node("States", states, replace=False), replace=False)
    return _component("CalcWindowState", "org.openoffice.Office.UI", tree)


def _component(name: str, package: str, tree: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" '
        f'xmlns:xs="http://www.w3.org/2001/XMLSchema" oor:name="{name}" oor:package="{package}">\n'
        f"{tree}</oor:component-data>\n"
    )


def _node(name: str, inside: str, *, replace: bool = True) -> str:
    operation = ' oor:op="replace"' if replace else ""
    return f"<node oor:name={quoteattr(name)}{operation}>\n{inside}</node>\n"


def _prop(name: str, value: str | Text) -> str:
    if isinstance(value, str):
        values = f"<value>{escape(value)}</value>"
    else:
        values = "".join(
            f'<value xml:lang="{locale}">{escape(value.of(lang))}</value>' for locale, lang in _LOCALES
        )
    return f"<prop oor:name={quoteattr(name)}>{values}</prop>\n"
