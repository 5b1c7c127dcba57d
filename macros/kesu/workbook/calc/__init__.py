"""What formulas come to, worked out over the cells that stand in a workbook."""
