"""Opens the recorded run that comes along: takes it into the history where it is not yet, and plays it."""

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot

from rlm_desktop.app.assembly import Parts
from rlm_desktop.app.commands.store import opened
from rlm_desktop.app.importing import import_runs
from rlm_desktop.corpus.errors import CorpusError
from rlm_desktop.export.errors import ExportError
from rlm_desktop.storage.errors import StorageError
from rlm_desktop.trace.ids import RunId
from rlm_desktop.ui.run_line import ANSWER, TRACE
from rlm_desktop.viewmodel import sample
from rlm_desktop.viewmodel.remedies import Problem
from rlm_desktop.viewmodel.session import Session


class SampleRun(QObject):
    """Played from its beginning, the run shows its trace, and at the end its answer, as it did when it went on."""

    _taken = Signal(object)  # RunId | Problem

    def __init__(self, parts: Parts, session: Session, data_dir: Path, file: Path | None = None) -> None:
        super().__init__(session)
        self._parts, self._session, self._data_dir = parts, session, data_dir
        self._file = file or sample.recorded_run()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sample")
        self._playing: RunId | None = None
        # Queued, because it is emitted in the thread.
        self._taken.connect(self._on_taken, Qt.ConnectionType.QueuedConnection)
        parts.shown.filled.connect(self._on_filled)
        parts.window.replay.playing_changed.connect(self._on_playing)

    @Slot()
    def open(self) -> None:
        """Take the run in, unless it is there, and show it."""
        self._thread.submit(self._take).add_done_callback(self._hand_over)

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _take(self) -> RunId:
        with opened(self._data_dir) as store:
            return [taken.run for taken in import_runs(store, self._file, lambda: None)][-1]

    def _hand_over(self, future: "Future[RunId]") -> None:
        if future.cancelled():
            return
        error = future.exception()
        if error is None:
            self._taken.emit(future.result())
        elif isinstance(error, ExportError | StorageError | CorpusError):
            self._taken.emit(Problem(text=f"The recorded run cannot be opened: {error}"))
        else:
            raise error

    @Slot(object)
    def _on_taken(self, result: "RunId | Problem") -> None:
        window, asking = self._parts.window, self._parts.asking
        if isinstance(result, Problem):
            window.tell(result)
            return
        self._session.past.restore([result])
        if not asking.paths:
            asking.give([str(sample.documents())])
        self._playing = result
        self._session.open_run(result)

    @Slot()
    def _on_filled(self) -> None:
        """Begin at the beginning; another run that was opened meanwhile is left alone."""
        window = self._parts.window
        if self._parts.shown.run != self._playing:
            self._playing = None
            return
        window.run_page.show_view(TRACE)
        window.run_page.panel.show_trace()
        window.replay.seek(0)
        window.replay.play()

    @Slot(bool)
    def _on_playing(self, is_playing: bool) -> None:
        """At the end comes the answer, unless the user has stopped before or looks at something else."""
        if is_playing or self._playing is None:
            return
        window = self._parts.window
        if window.replay.is_at_end and self._parts.shown.run == self._playing and window.run_page.view == TRACE:
            had_focus = window.run_page.panel.has_focus
            window.run_page.show_view(ANSWER)
            if had_focus:
                window.run_page.answer.text.setFocus()
        self._playing = None
