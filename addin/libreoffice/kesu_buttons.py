"""The buttons of kesu in LibreOffice Calc: the handler of the protocol ``vnd.kesu:``.

LibreOffice loads this file, and those in ``pythonpath``, into its own Python (3.8 or later; nothing but the standard
library and uno). For scripts: ``frame.queryDispatch(url, "", 0).dispatchWithNotification(url, (), listener)`` tells
the listener when the macro has ended, with its message as Result. The log has a line for each press.
"""

# ruff: noqa: N802 - UNO's names

from __future__ import annotations

import kesu_press
import unohelper
from com.sun.star.frame import XDispatchProvider, XNotifyingDispatch
from com.sun.star.lang import XInitialization, XServiceInfo

IMPLEMENTATION = "kesu.libreoffice.Buttons"
SERVICES = ("com.sun.star.frame.ProtocolHandler",)
PROTOCOL = "vnd.kesu:"
COMMANDS = (
    "new_complaint",
    "explain",
    "call_back",
    "close_complaint",
    "reopen_complaint",
    "import_table",
    "refresh",
    "check",
    "deadlines",
    "followups",
    "kpis",
    "report",
)
BY_PEOPLE = (None, "", "private:user")  # referers of what no document asked for


class Buttons(unohelper.Base, XServiceInfo, XInitialization, XDispatchProvider, XNotifyingDispatch):
    """Takes the commands of one window."""

    def __init__(self, context):
        self.context = context
        self.frame = None

    def initialize(self, arguments):
        self.frame = arguments[0] if arguments else None

    def queryDispatch(self, url, _target, _flags):
        known = command(url) in COMMANDS and kesu_press.spreadsheet(self.frame) is not None
        return self if known else None

    def queryDispatches(self, requests):
        return tuple(self.queryDispatch(one.FeatureURL, one.FrameName, one.SearchFlags) for one in requests)

    def dispatch(self, url, arguments):
        self.dispatchWithNotification(url, arguments, None)

    def dispatchWithNotification(self, url, arguments, listener):
        press = kesu_press.Press(self, command(url), listener)
        given = {one.Name: one.Value for one in arguments}
        if "URL" in given or given.get("Referer") not in BY_PEOPLE:  # a link: only people press buttons
            press.tell_listener()
            return
        if given.get("SynchronMode"):  # whoever says so may wait in the main thread, which the macro needs
            press.tell_listener(kesu_press.DONT_KNOW)
        press.start()

    def addStatusListener(self, listener, url):
        with kesu_press.lock:
            kesu_press.listeners.append((self, listener, url))
        kesu_press.show_state(self, listener, url)

    def removeStatusListener(self, listener, url):
        gone = (listener, url.Complete)
        with kesu_press.lock:
            kesu_press.listeners[:] = [
                one for one in kesu_press.listeners if (one[1], one[2].Complete) != gone
            ]

    def getImplementationName(self):
        return IMPLEMENTATION

    def supportsService(self, name):
        return name in SERVICES

    def getSupportedServiceNames(self):
        return SERVICES


def command(url):
    """The macro that a URL names, if it is one of ours."""
    return url.Complete[len(PROTOCOL) :] if url.Complete.startswith(PROTOCOL) else None


g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816 - what LibreOffice looks for
g_ImplementationHelper.addImplementation(Buttons, IMPLEMENTATION, SERVICES)
