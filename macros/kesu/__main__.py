"""The program ``kesu``: its signals and streams are put in order before anything large is imported."""

from __future__ import annotations

import os
import signal
import sys
import time
from types import FrameType
from typing import Final

TOGETHER_S: Final = 1.0
"""Signals that come so close together are one wish: a terminal and a wrapper both pass it on."""


def run() -> None:
    """Run the command line; interrupted, it cleans up and ends quietly with 130 (Ctrl-C), 143 (SIGTERM), 129 (SIGHUP)."""
    signals: list[tuple[int, float]] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if not signals or now - signals[-1][1] > TOGETHER_S:
            signals.append((number, now))
            raise SystemExit(
                128 + number
            )  # not KeyboardInterrupt, of which libraries make words of their own

    def unraisable(args: sys.UnraisableHookArgs) -> None:
        if signals:  # an interrupt that cannot be passed on, in the middle of a finaliser
            os._exit(128 + signals[0][0])
        sys.__unraisablehook__(args)

    sys.unraisablehook = unraisable
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # as nohup has it
            signal.signal(number, stop)
    try:
        _fill_streams()
        from kesu.cli import main

        main()
    except BaseException:  # libraries make other things of an interrupt while they are imported
        if not signals:
            raise
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        sys.exit(128 + signals[0][0])


def _fill_streams() -> None:
    """Closed standard streams get their numbers back, so that no file of ours takes one and is written into.

    What should go to a closed standard output fails, and so is told; messages to a closed standard error are lost.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            fd = os.open(os.devnull, os.O_RDWR if name == "stderr" else os.O_RDONLY)
            if fd != number:
                os.dup2(fd, number)
                os.close(fd)
            setattr(sys, name, os.fdopen(number, "r" if name == "stdin" else "w", encoding="utf-8"))


if __name__ == "__main__":
    run()
