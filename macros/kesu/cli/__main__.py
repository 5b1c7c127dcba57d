"""``python -m kesu.cli``."""

from kesu.__main__ import run

run()
