"""What kesu's own formulas come to, worked out without a spreadsheet program; see docs.md."""

from kesu.workbook.calc.renew import Renewed, renew

__all__ = ["Renewed", "renew"]
