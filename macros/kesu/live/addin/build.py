"""``Kesu.xlam`` from text, the same bytes every time."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape

import xlwings as xw

from kesu.live.addin.assets import ours
from kesu.live.addin.package import packed
from kesu.live.addin.vba import empty_addin_with, modules
from kesu.words.text import Lang, Text
from kesu.words.version import VERSION

RIBBON: Final = "customUI/customUI14.xml"
_RIBBON_RELATIONSHIP: Final = (
    '<Relationship Id="rIdRibbon" Type="http://schemas.microsoft.com/office/2007/relationships/ui/extensibility" '
    f'Target="{RIBBON}"/>'
)
_TITLE: Final = Text(zh="客诉", en="Complaints")


def build(lang: Lang = "zh") -> bytes:
    """The add-in with its ribbon in ``lang``, as a file's bytes. It carries the VBA of the xlwings that is installed here.

    Raises:
        AddinError: if a source is missing or xlwings' module is not the expected one.
    """
    parts = empty_addin_with(modules())
    parts["_rels/.rels"] = _inserted(parts["_rels/.rels"], _RIBBON_RELATIONSHIP, "</Relationships>")
    parts["docProps/core.xml"] = _properties(lang).encode()
    parts[RIBBON] = ours(f"ribbon/customUI14-{lang}.xml").encode()
    return packed(parts)


def made_with() -> str:
    """What an add-in built here says it was made with: both versions, which must agree with what it calls."""
    return f"kesu {VERSION}, xlwings {xw.__version__}"


def _inserted(part: bytes, new: str, before: str) -> bytes:
    head, found, tail = part.decode().rpartition(before)
    if not found:
        raise ValueError(f"no {before} in the part")
    return (head + new + found + tail).encode()


def _properties(lang: Lang) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(_TITLE.of(lang))}</dc:title><dc:creator>kesu</dc:creator>"
        f"<dc:description>{escape(made_with())}</dc:description></cp:coreProperties>"
    )
