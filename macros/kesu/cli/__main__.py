"""``python -m kesu.cli``."""

from kesu.cli import main

main()
