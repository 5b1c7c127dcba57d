"""Changing a team's own .xlsx or .xlsm in place without losing anything; see docs.md."""

from kesu.workbook.own import is_backup
from kesu.workbook.patch.plan import Patch
from kesu.workbook.patch.refuse import PatchRefused
from kesu.workbook.patch.values import Linked
from kesu.workbook.patch.write import Result

__all__ = ["Linked", "Patch", "PatchRefused", "Result", "is_backup"]
