"""Foreign tables as registers: where the table stands, which column is which, what its values mean. Pure; see `register/docs.md`."""
