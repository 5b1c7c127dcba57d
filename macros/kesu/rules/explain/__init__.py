"""Why a deadline is what it is, told from what the rules decided."""
