"""The ways to a comparison: two runs selected in the history, or another one chosen for the run that is shown."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Slot

from rlm_desktop.trace.ids import RunId
from rlm_desktop.ui.commands import Command
from rlm_desktop.ui.compare_dialog import CompareDialog
from rlm_desktop.ui.main_window import MainWindow


class Compares(QObject):
    """Joins history, run page and comparison in the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._page = window, window.run_page
        window.commands.add([Command(words="Compare two runs", group="Views", keys=("Ctrl+Shift+D",), act=self.ask)])
        window.history.compare_asked.connect(self.compare)
        window.closing.connect(self._page.comparing.close)
        self._page.line.compare_asked.connect(self.compare_shown)
        self._page.run_wanted.connect(window.run_opened)

    @Slot()
    def ask(self) -> None:
        """Compare the two runs that are selected in the history, or the one that is shown with another."""
        chosen = self._window.history.chosen
        if len(chosen) == 2:
            self.compare(chosen)
        else:
            self.compare_shown()

    @Slot()
    def compare_shown(self) -> None:
        """Let the user choose what the run that is shown is compared with."""
        run = self._window.shown.run
        if run is not None:
            self.compare([run])

    @Slot(object)
    def compare(self, runs: Sequence[RunId]) -> None:
        """Compare two runs, or one with another that the user chooses."""
        if len(runs) == 2:
            self._page.comparing.begin(runs[0], runs[1])
        elif len(runs) == 1:
            dialog = CompareDialog(self._window.history.items, runs[0], self._window)
            dialog.chosen.connect(self._page.comparing.begin)
            dialog.open()
