"""The add-ins: ``Kesu.xlam``, Excel's ribbon, and ``Kesu.oxt``, LibreOffice's menu and toolbar with the same buttons.

`build` and `build_extension` make the files, the same bytes every time. `install`, `uninstall` and `status` manage
the one, `install_extension`, `uninstall_extension` and `status_of_extension` the other, for the user who runs Python
(no administrator's rights needed). A button runs its macro of ``kesu.live.macros`` in the interpreter that the user's
own configuration file names. What a workbook brings along is never asked for an interpreter or a path.
"""

from __future__ import annotations

from kesu.live.addin.assets import AddinError, NoProgramError
from kesu.live.addin.build import build
from kesu.live.addin.extension import build_extension
from kesu.live.addin.install import Status, install, status, uninstall
from kesu.live.addin.locations import Locations, locations
from kesu.live.addin.office import (
    OfficeLocations,
    install_extension,
    office_locations,
    status_of_extension,
    uninstall_extension,
)

__all__ = [
    "AddinError",
    "Locations",
    "NoProgramError",
    "OfficeLocations",
    "Status",
    "build",
    "build_extension",
    "install",
    "install_extension",
    "locations",
    "office_locations",
    "status",
    "status_of_extension",
    "uninstall",
    "uninstall_extension",
]
