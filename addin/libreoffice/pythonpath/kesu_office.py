"""What the buttons say, which Python they start, and where they keep their log.

Plain Python 3.8 with nothing of LibreOffice in it.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import sys
from pathlib import Path

CONFIG = Path.home() / ".kesu" / "libreoffice.conf"
"""The user's own file, which ``kesu addin install`` writes. No document has a say in it."""
LINE = re.compile(r'"([^"]*)","([^"]*)"')

# Chinese, English
TITLE = ("客诉", "Complaints")
WORKING = ("客诉：正在处理……", "Complaints: working …")
NOT_SET_UP = (
    "还不知道用哪个 Python：{config} 里没有写，或者它已不在。请在终端运行 kesu addin install。",
    "It is not known which Python to use: {config} names none, or it is gone. Run kesu addin install in a terminal.",
)
BUSY = (
    "上一次按的按钮还没有做完，请稍等。",
    "The button that was pressed before is not done yet; please wait a moment.",
)
NO_ANSWER = (
    "没有完成：{python} 没有回答（{code}）。请在终端运行 kesu addin install，再试一次；日志在 {log}。",
    "Not done: {python} gave no answer ({code}). Run kesu addin install in a terminal and try again; the log is {log}.",
)
TOO_LONG = (
    "{minutes} 分钟没有做完，已停止。日志在 {log}。",
    "It was not done after {minutes} minutes and was stopped. The log is {log}.",
)


def interpreter():
    """The Python that the user's file names, or None where it names none that is there."""
    try:
        named = dict(LINE.findall(CONFIG.read_text(encoding="utf-8"))).get("INTERPRETER")
    except (OSError, UnicodeDecodeError):
        return None
    return named if named and Path(named).is_absolute() and Path(named).is_file() else None


def log_file():
    """The log, the same that kesu itself writes to."""
    home = Path.home()
    if sys.platform == "win32":
        folder = os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local"
    elif sys.platform == "darwin":
        folder = home / "Library" / "Logs"
    else:
        folder = os.environ.get("XDG_STATE_HOME") or home / ".local" / "state"
    return Path(folder) / "kesu" / "kesu.log"


def open_log():
    """The log to write to, or nowhere."""
    try:
        log_file().parent.mkdir(parents=True, exist_ok=True)
        return log_file().open("a", encoding="utf-8")
    except OSError:
        return Path(os.devnull).open("a", encoding="utf-8")


def note(words):
    """A line in the log. Nothing that a customer wrote belongs there."""
    with open_log() as log:
        log.write(f"{dt.datetime.now().isoformat(' ', 'seconds')} LibreOffice {words}\n")
