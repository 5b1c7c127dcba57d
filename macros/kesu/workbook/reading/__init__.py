"""What the child process does that opens users' workbooks; `kesu.workbook.read` is the door to it."""
