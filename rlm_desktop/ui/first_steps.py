"""The ways to begin from the first view, and what is missing for them."""

from PySide6.QtCore import QObject, Slot

from rlm_desktop.ui.commands import Command
from rlm_desktop.ui.main_window import MainWindow
from rlm_desktop.viewmodel import sample
from rlm_desktop.viewmodel.models import found_words
from rlm_desktop.viewmodel.remedies import Problem


class FirstSteps(QObject):
    """Joins the first view with the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, ways = window, window.start.ways
        window.start.paste_asked.connect(window.documents.paste)
        window.documents.nothing_pasted.connect(self._on_nothing_pasted)
        window.models.changed.connect(self._on_models)
        ways.recorded_asked.connect(window.sample_run_asked)
        ways.models_asked.connect(window.open_models)
        ways.built_in_asked.connect(self.ask_built_in)
        window.commands.add(
            (
                Command(words="See a recorded run", group="Window", act=window.sample_run_asked.emit),
                Command(
                    words="Ask the built-in model about sample documents",
                    group="Window",
                    act=self.ask_built_in,
                    holds=lambda: not window.asking.paths and not window.asking.is_running,
                ),
            )
        )

    @Slot()
    def ask_built_in(self) -> None:
        """Take the documents and a question that come along: only Ctrl+Enter is missing to an answer."""
        window = self._window
        window.models.choose_built_in()
        window.asking.give([str(sample.documents())])
        window.ask_bar.write(sample.QUESTION)
        window.go_to_question()

    @Slot()
    def _on_models(self) -> None:
        self._window.start.ways.tell_found(found_words(self._window.models.listed))

    @Slot()
    def _on_nothing_pasted(self) -> None:
        text = "There is nothing to paste. Copy some text or files first."
        self._window.tell(Problem(text=text, remedy="open-files"))
