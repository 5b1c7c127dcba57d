"""The engine that xlwings sees: its apps (running offices) and their open workbooks."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import xlwings as xw
from xlwings import base_classes

from xlwings_libreoffice.books import Books, is_spreadsheet
from xlwings_libreoffice.bridge import OfficeError, properties
from xlwings_libreoffice.cells import Plain, cleaned, plain
from xlwings_libreoffice.strict import NotInLibreOfficeError, strict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from xlwings_libreoffice.office import Office
    from xlwings_libreoffice.ranges import Range

    Answer = Callable[[str, str, str], str]


class Engine:
    """What `xw.engines` holds."""

    name = "libreoffice"
    type = "desktop"

    def __init__(self) -> None:
        self.apps = Apps()

    @staticmethod
    def prepare_xl_data_element(value: object, _options: object) -> Plain:
        """A value on its way to a cell."""
        return plain(value)

    @staticmethod
    def clean_value_data(
        data: list[list[Any]],
        datetime_builder: Callable[..., Any],
        empty_as: Any,
        number_builder: Callable[[float], Any] | None,
        err_to_str: bool,  # noqa: ARG004 - done while reading
    ) -> list[list[Any]]:
        """Values on their way from cells."""
        return cleaned(data, datetime_builder, empty_as, number_builder)


@strict
class Apps(base_classes.Apps):
    """The offices connected to, the active one first."""

    def __init__(self) -> None:
        self.running: list[App] = []

    def keys(self) -> list[int]:
        return [app.pid for app in self.running]

    def __iter__(self) -> Iterator[App]:
        return iter(list(self.running))

    def __len__(self) -> int:
        return len(self.running)

    def __getitem__(self, pid: int) -> App:
        for app in self.running:
            if app.pid == pid:
                return app
        raise KeyError(pid)


engine: Final = Engine()


def registered() -> xw.Engine:
    """The engine as xlwings knows it, made known on first use."""
    if engine.name not in [known.name for known in xw.engines]:
        xw.engines.add(xw.Engine(impl=engine))
    return xw.engines[engine.name]


@strict
class App(base_classes.App):
    """One running office."""

    engine = engine

    def __init__(self, office: Office, answer: Answer | None) -> None:
        self.office = office
        self._answer = answer
        self._status: Any = None
        self._status_text: str | bool = False
        self._locked: list[Any] = []
        self._only: Any = None
        self._display_alerts = True

    @property
    def api(self) -> Any:
        return self.office.desktop

    @property
    def pid(self) -> int:
        """The process; for an office that was not started here, a number below zero that stands for it."""
        return self.office.process.pid if self.office.process else -id(self.office)

    @property
    def version(self) -> str:
        settings = self.office.create("com.sun.star.configuration.ConfigurationProvider")
        product = properties(nodepath="/org.openoffice.Setup/Product")
        access = settings.createInstanceWithArguments(
            "com.sun.star.configuration.ConfigurationAccess", product
        )
        version: str = access.ooSetupVersionAboutBox
        return version

    @property
    def books(self) -> Books:
        return Books(self)

    @property
    def selection(self) -> Range | None:
        book = self.books.active
        selected = book.document.getCurrentSelection()
        if selected is None or not hasattr(selected, "RangeAddress"):
            return None
        address = selected.RangeAddress
        return book.sheet_at(address.Sheet).range_of(address)

    def activate(self, steal_focus: bool = False) -> None:  # noqa: ARG002 - there is no focus to steal
        engine.apps.running.remove(self)
        engine.apps.running.insert(0, self)

    @property
    def visible(self) -> bool:
        return not self.office.headless

    @visible.setter
    def visible(self, value: bool) -> None:
        if value != self.visible:
            raise NotInLibreOfficeError("changing App.visible: say so to start()")

    def quit(self) -> None:
        self.leave()
        self.office.stop()

    def kill(self) -> None:
        self.leave()
        self.office.kill()

    def leave(self) -> None:
        """Put back what was switched off, and be no app of xlwings' any more."""
        with suppress(OfficeError):
            self.screen_updating = True
            self.status_bar = False
        if self in engine.apps.running:
            engine.apps.running.remove(self)

    def keep_to(self, document: Any) -> None:
        """Know this workbook only: those beside it in a joined office are not ours to hold up or to calculate."""
        self._only = document

    def documents(self) -> list[Any]:
        """The open spreadsheets, in the order of opening."""
        if self._only is not None:
            return [self._only]
        found = [one for one in self.office.desktop.Components if is_spreadsheet(one)]
        return sorted(found, key=lambda document: int(document.RuntimeUID))

    @property
    def screen_updating(self) -> bool:
        return not self._locked

    @screen_updating.setter
    def screen_updating(self, value: bool) -> None:
        if value:
            locked, self._locked = self._locked, []
            for document in locked:
                document.unlockControllers()
        elif not self._locked:
            self._locked = self.documents()
            for document in self._locked:
                document.lockControllers()

    def forget(self, document: Any) -> None:
        """A document that is about to close."""
        self._locked = [locked for locked in self._locked if locked != document]

    @property
    def display_alerts(self) -> bool:
        """Kept for who asks: this engine never lets LibreOffice ask back."""
        return self._display_alerts

    @display_alerts.setter
    def display_alerts(self, value: bool) -> None:
        self._display_alerts = bool(value)

    @property
    def calculation(self) -> str:
        automatic = all(document.isAutomaticCalculationEnabled() for document in self.documents())
        return "automatic" if automatic else "manual"

    @calculation.setter
    def calculation(self, value: str) -> None:
        if value not in {"automatic", "manual"}:
            raise NotInLibreOfficeError(f"App.calculation = {value!r}")
        for document in self.documents():
            unchanged = not document.isModified()
            document.enableAutomaticCalculation(value == "automatic")
            if unchanged:
                document.setModified(False)  # to switch is no change to save

    def calculate(self) -> None:
        for document in self.documents():
            document.calculate()

    @property
    def status_bar(self) -> str | bool:
        return self._status_text

    @status_bar.setter
    def status_bar(self, value: str | bool) -> None:
        if self._status is not None:
            self._status.end()
            self._status = None
        self._status_text = value or False
        if value:
            self._status = self.books.active.controller.Frame.createStatusIndicator()
            self._status.start(str(value), 0)

    def alert(self, prompt: str, title: str | None, buttons: str, *_: object) -> str:
        """Ask whom `start` was told to ask; without one there is nobody to press the button."""
        if self._answer is None:
            raise NotInLibreOfficeError("App.alert unless start() or attach() was given an answer function")
        return self._answer(prompt, title or "", buttons)
