"""What can be done in the window, with the keys for it. A new command is one entry here or in `trace_commands`."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from rlm_desktop.ui.commands import Command, Group, anywhere
from rlm_desktop.ui.run_line import ANSWER, CHARTS, SENT, TRACE
from rlm_desktop.ui.top_bar import THEMES
from rlm_desktop.ui.trace_commands import TraceCommands

if TYPE_CHECKING:
    from rlm_desktop.ui.main_window import MainWindow

Act = Callable[[], object]


class WindowCommands:
    """Makes the commands of a window."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window

    def all(self) -> Iterator[Command]:
        """Give them in the order in which they are told."""
        yield from self._asking()
        yield from self._documents()
        yield from self._views()
        page = self._window.run_page
        yield from TraceCommands(page.panel, self._window.replay, self._has_run, page.bring_trace).all()
        yield from self._looks()
        yield from self._rest()

    def _asking(self) -> Iterator[Command]:
        window, asking = self._window, self._window.asking
        yield _told("Question", "Go to the question", window.go_to_question, "Ctrl+L")
        yield Command(
            words="Ask", group="Question", keys=("Ctrl+Return",), act=window.ask, holds=lambda: not asking.is_running
        )
        # A question that waits for its documents can be taken back, too.
        yield Command(
            words="Stop",
            group="Question",
            keys=("Ctrl+.",),
            act=window.stop_asked.emit,
            holds=lambda: asking.is_running or asking.is_waiting,
        )
        yield Command(
            words="Finish now, with what is known so far",
            group="Question",
            act=window.finish_asked.emit,
            holds=lambda: asking.is_running and not asking.is_finishing,
        )
        yield Command(
            words="New question",
            group="Question",
            keys=("Ctrl+N",),
            act=window.begin_anew,
            holds=lambda: not asking.is_running,
        )
        yield _told("Question", "Model settings", window.open_models, "Ctrl+,")

    def _documents(self) -> Iterator[Command]:
        window = self._window
        panel = window.documents
        yield _told("Documents", "Open files…", window.picker.open_files, "Ctrl+O")
        yield _told("Documents", "Open folder…", window.picker.open_folder, "Ctrl+Shift+O")
        yield _told("Documents", "Go to the documents", window.go_to_documents, "Ctrl+D")
        yield _told("Documents", "Go to the history", window.go_to_history, "Ctrl+H")
        for words, keys, act in (
            ("Filter the documents", "Ctrl+F", panel.go_to_filter),
            ("Look for changed documents", "F5", window.asking.refresh),
            ("Paste text as a document", "Ctrl+V", panel.paste),
        ):
            yield Command(words=words, group="Documents", keys=(keys,), act=act, within=panel, is_native=True)

    def _views(self) -> Iterator[Command]:
        page = self._window.run_page
        for words, keys, view in (
            ("Answer", "Ctrl+1", ANSWER),
            ("Trace", "Ctrl+2", TRACE),
            ("What left this computer", "Ctrl+3", SENT),
            ("Charts", "Ctrl+4", CHARTS),
        ):
            act = partial(page.bring_view, view)
            yield Command(words=words, group="Views", keys=(keys,), act=act, holds=self._has_run)
        columns = self._window.columns
        yield _told("Views", "Show or hide documents and history", columns.toggle_left, "Ctrl+B")
        yield _told("Views", "Charts of all runs", self._window.open_charts, "Ctrl+Shift+G")
        yield Command(
            words="Copy the answer, as Markdown",
            group="Copy",
            keys=("C", "Shift+C"),
            act=page.answer.text.copy_all,
            holds=lambda: self._has_run() and page.view == ANSWER and page.answer.has_text,
        )

    def _looks(self) -> Iterator[Command]:
        window = self._window
        for theme, words in THEMES:
            yield _told("Looks", f"Theme: {words[:1].lower()}{words[1:]}", partial(window.asking.choose, theme=theme))

    def _rest(self) -> Iterator[Command]:
        window = self._window
        yield _told("Window", "Guide", window.dialogs.open_guide, "F1")
        yield _told("Window", "All keys", window.dialogs.open_keys, "?")
        yield _told("Window", "All commands", window.dialogs.open_palette, "Ctrl+K")
        yield _told("Window", "Quit", window.close, "Ctrl+Q")

    def _has_run(self) -> bool:
        """Whether a run is looked at, and no document over it."""
        return self._window.shown.standing != "none" and self._window.run_page.isVisible()


def _told(group: Group, words: str, act: Act, *keys: str) -> Command:
    """Make a command that holds anywhere."""
    return Command(words=words, group=group, keys=keys, act=act, holds=anywhere)
