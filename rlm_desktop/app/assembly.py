"""Makes the window with all it shows; nothing here starts a process or opens a file of the user's."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from rlm_desktop.settings.places import resources_dir
from rlm_desktop.settings.preferences import Preferences
from rlm_desktop.ui import theme
from rlm_desktop.ui.compares import Compares
from rlm_desktop.ui.exports import Exports
from rlm_desktop.ui.first_steps import FirstSteps
from rlm_desktop.ui.focus_ring import FocusRings
from rlm_desktop.ui.main_window import MainWindow
from rlm_desktop.viewmodel.asking import Asking
from rlm_desktop.viewmodel.history_items import HistoryItems
from rlm_desktop.viewmodel.models import Models
from rlm_desktop.viewmodel.passages import Passages
from rlm_desktop.viewmodel.shown_run import ShownRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The window and what it shows, before there is an engine."""

    window: MainWindow
    asking: Asking
    shown: ShownRun
    history: HistoryItems
    passages: Passages
    looks: "Looks"


class Looks(QObject):
    """Keeps the application in the theme that the user chose, or that the system asks for."""

    def __init__(self, app: QApplication, asking: Asking) -> None:
        super().__init__(asking)
        self._app, self._asking = app, asking
        self._window: MainWindow | None = None
        self._shown: theme.Scheme | None = None
        self._rings = FocusRings(app, self)
        asking.changed.connect(self.refresh)
        app.styleHints().colorSchemeChanged.connect(self.refresh)
        app.styleHints().accessibility().contrastPreferenceChanged.connect(self.refresh)
        self.refresh()

    def dress(self, window: MainWindow) -> None:
        """Dress this window, too, whenever the theme changes."""
        self._window = window
        window.redress(self._asking.preferences.theme)

    @Slot()
    def refresh(self) -> None:
        """Change the theme if it is another now."""
        chosen = self._asking.preferences.theme
        scheme = theme.system_scheme() if chosen == "auto" else chosen
        if scheme == self._shown:
            return
        self._shown = scheme
        theme.apply(self._app, scheme)
        self._rings.refresh()
        if self._window is not None:
            self._window.redress(chosen)


def make_app() -> QApplication:
    """Give the application, made if there is none yet."""
    app = QApplication.instance() or QApplication(["rlm-desktop"])
    assert isinstance(app, QApplication)
    app.setApplicationName("RLM Desktop")
    app.setDesktopFileName("rlm-desktop")
    app.setWindowIcon(QIcon(str(resources_dir() / "icons" / "app" / "rlm-desktop.svg")))
    app.setQuitOnLastWindowClosed(False)
    theme.load_fonts(app)
    return app


def build_window(app: QApplication, preferences: Preferences) -> Parts:
    """Make the window without showing it and without an engine; tests and pictures begin here, too."""
    asking = Asking(preferences)
    looks = Looks(app, asking)
    shown, history = ShownRun(asking), HistoryItems(asking)
    passages = Passages(asking)
    models = Models(asking, asking)
    window = MainWindow(asking, shown, history, passages, models)
    Compares(window)
    Exports(window, window.transfers)
    FirstSteps(window)
    looks.dress(window)
    window.run_page.filter_bar.keep(preferences.filters)
    window.run_page.filter_bar.kept.connect(asking.keep_filters)
    return Parts(window=window, asking=asking, shown=shown, history=history, passages=passages, looks=looks)
