"""The ribbon add-in ``Kesu.xlam``: built from text, put where Excel starts it, and taken away again.

`build` writes the file; `install`, `uninstall` and `status` manage it for the user who runs Python (no
administrator's rights needed). The buttons call ``kesu.live.macros.run(NAME)`` in the interpreter that the
user's own configuration file names. What a workbook brings along is never asked for an interpreter or a path.
"""

from __future__ import annotations

from kesu.live.addin.assets import AddinError
from kesu.live.addin.build import build
from kesu.live.addin.install import Status, install, status, uninstall
from kesu.live.addin.places import Places, places

__all__ = ["AddinError", "Places", "Status", "build", "install", "places", "status", "uninstall"]
