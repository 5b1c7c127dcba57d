"""How a report looks: a page, a workbook."""
