"""One press of a button, from the click to the message.

The macro runs in a process of its own and works on the very document that the button was pressed in, through a pipe
that is made for this press, takes one caller, and opens to a secret only. The office's main thread never waits for
it. Meanwhile the document's windows take no input, and what was switched off is put back whatever happens.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import threading
import time
from pathlib import Path

import kesu_office as words
import uno
import unohelper
from com.sun.star.awt import XCallback
from com.sun.star.bridge import XInstanceProvider
from com.sun.star.container import NoSuchElementException
from com.sun.star.frame import (
    DispatchResultEvent,
    FeatureStateEvent,
    TerminationVetoException,
    XTerminateListener,
)
from com.sun.star.util import CloseVetoException, InvalidStateException, XCloseListener

LIMIT_S = 600
ENTER = ".uno:AcceptFormula"
ONLY_LOOK = ("explain", "report")
FAILED, SUCCEEDED, DONT_KNOW = 0, 1, 2  # com.sun.star.frame.DispatchResultState

lock = threading.Lock()
at_work = []  # the press whose macro runs, if any: one at a time
listeners = []  # (source, XStatusListener, URL): toolbars and menus, grey while a macro runs


class Press(unohelper.Base, XCallback):
    """``name``: the macro; ``listener``: an XDispatchResultListener who asked how it went, or None."""

    def __init__(self, buttons, name, listener):
        self.buttons, self.name, self.listener = buttons, name, listener
        self.context, self.frame = buttons.context, buttons.frame
        self.document = spreadsheet(buttons.frame)
        self.calculates, self.modified = True, True
        self.step, self.status, self.guard = "", None, Guard()
        self.done, self.title, self.text = False, "", ""
        self.bridge = None
        self.answered = False  # the macro came to its end, so it put everything back itself
        self.began = time.monotonic()

    def start(self):
        """In the main thread: hold the windows still and set a thread to work, or say why not."""
        python = words.interpreter()
        with lock:
            busy = bool(at_work)
            if python is not None and not busy:
                at_work.append(self)
        if self in at_work:
            safely(self.hold)
            show_states()
            threading.Thread(target=self.work, args=(python,), daemon=True).start()
        else:
            self.text = self.say(words.BUSY) if busy else self.say(words.NOT_SET_UP, config=words.CONFIG)
            self.later()

    def hold(self):
        """What is being typed goes into its cell; then no more input. All changes are one step for Undo."""
        self.create("com.sun.star.frame.DispatchHelper").executeDispatch(self.frame, ENTER, "", 0, ())
        self.enable(False)
        self.guard.watch(self.document, self.desktop())
        self.status = self.frame.createStatusIndicator()
        self.status.start(self.say(words.WORKING), 0)
        self.calculates = self.document.isAutomaticCalculationEnabled()
        self.modified = self.document.isModified()
        self.step = f"{self.say(words.TITLE)} {time.strftime('%H:%M:%S')}"
        self.document.UndoManager.enterUndoContext(self.step)

    def work(self, python):
        """In a thread of its own: have the macro run, whatever comes of it."""
        try:
            code = self.run(python)
        except Exception as error:
            code = type(error).__name__
            words.note(f"{self.name}: {code}")
        if not self.answered:
            why = words.TOO_LONG if code is None else words.NO_ANSWER
            log = words.log_file()
            self.text = self.say(why, python=python, code=code, minutes=LIMIT_S // 60, log=log)
        self.later()

    def run(self, python):
        """Start the process, let it in, and take its answer; its exit code, None if time was up."""
        pipe, secret = f"kesu-{secrets.token_hex(16)}", secrets.token_hex(32)
        acceptor = self.create("com.sun.star.connection.Acceptor")
        threading.Thread(target=self.serve, args=(acceptor, pipe, secret), daemon=True).start()
        request = {
            "name": self.name,
            "connection": f"pipe,name={pipe};urp;{secret}",
            "document": self.document.RuntimeUID,
            "lang": ("zh", "en")[english(self.context)],
        }
        with words.open_log() as log:
            child = subprocess.Popen(  # noqa: S603 - the user's own Python, by the user's own file
                [python, "-E", "-P", "-X", "utf8", "-m", "kesu.live.pressed"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=str(Path.home()),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        stop = threading.Timer(LIMIT_S, child.kill)
        stop.daemon = True
        stop.start()
        try:
            try:
                child.stdin.write(json.dumps(request).encode() + b"\n")
                child.stdin.flush()  # it stays open: the process ends when the office does
            except OSError:
                pass  # it has ended already; its exit code says more
            said = child.stdout.read()
            code = child.wait()
            if code == 0:
                answer = json.loads(said)
                self.done, self.title, self.text = answer["done"], answer["title"], answer["text"]
                self.answered = True
            return code if stop.is_alive() else None
        finally:
            stop.cancel()
            child.kill()
            acceptor.stopAccepting()
            safely(self.shut)

    def serve(self, acceptor, pipe, secret):
        """In a thread of its own: let one caller in; the office is for who knows the secret."""
        connection = acceptor.accept(f"pipe,name={pipe}")
        acceptor.stopAccepting()
        if connection is not None:
            factory = self.create("com.sun.star.bridge.BridgeFactory")
            self.bridge = factory.createBridge("", "urp", connection, Door(self.context, secret))

    def shut(self):
        """Wait for what the office is still reading of the macro's last request: it must not come after the undo."""
        if self.bridge is not None:
            self.bridge.dispose()

    def later(self):
        """Go on in the main thread, where windows belong."""
        self.create("com.sun.star.awt.AsyncCallback").addCallback(self, None)

    def notify(self, _data):
        """In the main thread: windows back, listeners told, the message shown."""
        if self in at_work:
            safely(self.switch_on)
            safely(self.end_step)
            safely(self.enable, True)
            safely(self.end_status)
            safely(self.guard.leave)
            with lock:
                at_work.remove(self)
            show_states()
            outcome = "done" if self.done else "not done"
            words.note(f"{self.name}: {outcome}, {time.monotonic() - self.began:.1f} s")
        self.tell_listener(SUCCEEDED if self.done else FAILED)
        safely(self.show)

    def end_step(self):
        """A step that was not done, or only looked, is taken back."""
        undo = self.document.UndoManager
        leave_steps(undo)
        in_vain = not self.done or self.name in ONLY_LOOK
        if in_vain and undo.isUndoPossible() and undo.getCurrentUndoActionTitle() == self.step:
            undo.undo()
            undo.clearRedo()
            if not self.modified:
                self.document.setModified(False)

    def switch_on(self):
        """What a macro that was stopped in the middle left switched off."""
        if not self.answered:
            while self.document.hasControllersLocked():
                self.document.unlockControllers()
            self.document.enableAutomaticCalculation(self.calculates)

    def end_status(self):
        if self.status is not None:
            self.status.end()

    def enable(self, on):
        """Whether the document's windows take input."""
        controllers = self.document.getControllers()
        while controllers.hasMoreElements():
            controllers.nextElement().Frame.ContainerWindow.setEnable(on)

    def tell_listener(self, state=FAILED):
        """Say how it went to who asked for that, once."""
        listener, self.listener = self.listener, None
        if listener is not None:
            safely(listener.dispatchFinished, DispatchResultEvent(self.buttons, state, self.text))

    def show(self):
        """The message in a box; a headless office closes it at once."""
        kind = uno.Enum("com.sun.star.awt.MessageBoxType", "INFOBOX" if self.done else "WARNINGBOX")
        title = self.title or self.say(words.TITLE)
        toolkit = self.create("com.sun.star.awt.Toolkit")
        toolkit.createMessageBox(self.frame.ContainerWindow, kind, 1, title, self.text).execute()

    def desktop(self):
        return self.create("com.sun.star.frame.Desktop")

    def create(self, service):
        return self.context.ServiceManager.createInstanceWithContext(service, self.context)

    def say(self, text, **values):
        return text[english(self.context)].format(**values)


class Guard(unohelper.Base, XCloseListener, XTerminateListener):
    """Keeps a document and its office open while a macro works on them."""

    def __init__(self):
        self.document = self.desktop = None
        self.to_close = False  # who wanted to close the document left that to us

    def watch(self, document, desktop):
        document.addCloseListener(self)
        desktop.addTerminateListener(self)
        self.document, self.desktop = document, desktop

    def leave(self):
        if self.document is not None:
            self.document.removeCloseListener(self)
            self.desktop.removeTerminateListener(self)
            if self.to_close:
                self.document.close(True)

    def queryClosing(self, _event, ours):  # noqa: N802 - UNO's names
        self.to_close = self.to_close or ours
        raise CloseVetoException("", self)

    def queryTermination(self, _event):  # noqa: N802
        raise TerminationVetoException("", self)

    def notifyClosing(self, _event):  # noqa: N802
        pass

    def notifyTermination(self, _event):  # noqa: N802
        pass

    def disposing(self, _event):
        pass


class Door(unohelper.Base, XInstanceProvider):
    """Opens the office to who knows the secret."""

    def __init__(self, context, secret):
        self.context, self.secret = context, secret

    def getInstance(self, name):  # noqa: N802 - UNO's name
        if not secrets.compare_digest(name.encode(), self.secret.encode()):
            raise NoSuchElementException("", self)
        return self.context


def spreadsheet(frame):
    """The spreadsheet in a window, or None."""
    controller = frame.Controller if frame is not None else None
    document = controller.Model if controller is not None else None
    if document is not None and document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
        return document
    return None


def leave_steps(undo):
    """Out of all open steps: a macro that was killed has not left its own, which lies within ours."""
    try:
        while True:
            undo.leaveUndoContext()
    except InvalidStateException:
        pass  # none is open any more


def show_states():
    """Grey or not: to all toolbars and menus."""
    with lock:
        known = list(listeners)
    for one in known:
        safely(show_state, *one)


def show_state(source, listener, url):
    event = FeatureStateEvent()
    event.Source, event.FeatureURL, event.IsEnabled = source, url, not at_work
    listener.statusChanged(event)


def safely(call, *arguments):
    """Windows and listeners may have gone meanwhile; that is no trouble."""
    try:
        call(*arguments)
    except Exception as error:
        words.note(f"{getattr(call, '__name__', 'listener')}: {type(error).__name__}")


def english(context):
    """0 where the office speaks Chinese, else 1."""
    node = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    node.Name, node.Value = "nodepath", "/org.openoffice.Setup/L10N"
    provider = "com.sun.star.configuration.ConfigurationProvider"
    settings = context.ServiceManager.createInstanceWithContext(provider, context)
    access = settings.createInstanceWithArguments("com.sun.star.configuration.ConfigurationAccess", (node,))
    return 0 if str(access.ooLocale).lower().startswith("zh") else 1
