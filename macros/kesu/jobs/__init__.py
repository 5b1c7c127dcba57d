"""What users ask for, whole: no command line, no spreadsheet program, no clock."""
