"""A whole window without an engine: empty, or with a recorded run in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from rlm_desktop.app.assembly import Parts, build_window, make_app
from rlm_desktop.settings.preferences import Preferences
from rlm_desktop.trace.events import ChoiceAsked, Entry
from rlm_desktop.trace.facts import Limits
from rlm_desktop.trace.ids import ChoiceId, NodeId, RunId, RunNodeId, StepId
from rlm_desktop.viewmodel.trace_items import RowRole
from tests.support.sample_runs import QUESTION, harbour_run
from tests.support.traces import run_started


class Dressed:
    """A window on the screen, pressed by real key events that go wherever the focus is."""

    def __init__(self, parts: Parts) -> None:
        self.parts, self.window, self.shown = parts, parts.window, parts.shown
        self.page = parts.window.run_page
        self.trace, self.detail = self.page.trace, self.page.detail

    def open_past(self) -> None:
        """Show the sample run as one that is over."""
        entries, texts = harbour_run()
        self.shown.open_past(RunId("sample"), entries, lambda reference: texts[reference.digest])

    def open_live(self, entries_shown: int = 300) -> None:
        """Show the sample run in its middle."""
        entries, texts = harbour_run()
        self.parts.asking.set_running(True)
        self.shown.begin(RunId("sample"), QUESTION, lambda reference: texts[reference.digest])
        self.shown.feed(entries[:entries_shown])

    def wait_for_an_answer(self) -> None:
        """Let the live run ask about many calls at once."""
        choice = self.parts.asking.choice
        choice.begin(RunId("sample"), QUESTION)
        asked = ChoiceAsked(
            choice=ChoiceId(NodeId(9)),
            run=RunNodeId(NodeId(1)),
            step=StepId(NodeId(4)),
            about="fan-out",
            text="The code asks for 412 calls at once, of about 4,800 tokens each.",
            actions=("run", "try-3", "raise", "stop"),
            calls=412,
            most_nano_usd=2_000_000_000,
        )
        choice.take([Entry(1, 0.0, replace(run_started(), limits=Limits())), Entry(2, 1.0, asked)])

    def press(self, *keys: str) -> None:
        """Press keys one after another: `j`, `Shift+C` as `C`, `Ctrl+K`, `Left`."""
        for key in keys:
            target = QApplication.focusWidget() or self.window
            if len(key) == 1:
                QTest.keyClicks(target, key)
            else:
                QTest.keySequence(target, key)

    @property
    def title(self) -> str:
        """What the current row of the trace says."""
        return self.trace.currentIndex().siblingAtColumn(0).data(RowRole).title

    def find(self, name: str) -> QWidget:
        """Give the widget of this object name."""
        widget = self.window.findChild(QWidget, name)
        assert widget is not None, f"there is no {name}"
        return widget


@contextmanager
def dressed_window(preferences: Preferences | None = None) -> Iterator[Dressed]:
    """Open a window, and leave nothing of it behind."""
    app = make_app()
    parts = build_window(app, preferences or Preferences())
    parts.window.show()
    assert QTest.qWaitForWindowActive(parts.window)
    try:
        yield Dressed(parts)
    finally:
        parts.asking.set_running(False)
        parts.passages.close()
        parts.window.run_page.comparing.close()
        parts.window.close()
        parts.window.deleteLater()
        parts.asking.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
