"""What the child process does that opens users' workbooks; `kesu.workbook.reading.reader` is the door to it."""
