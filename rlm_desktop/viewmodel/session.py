"""Joins what the window shows with the engine process and the stored runs."""

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from rlm_desktop.service.errors import ServiceError
from rlm_desktop.service.messages import (
    CacheTold,
    Command,
    DecideRun,
    DocumentsSeen,
    EngineFault,
    EngineReady,
    Entries,
    Fact,
    FinishRun,
    RunEnded,
    RunEstimated,
    RunRefused,
    StartRun,
    StopRun,
)
from rlm_desktop.service.model_messages import KeyKept, ListModels, ModelsListed, ModelTested
from rlm_desktop.service.spec import RunSpec
from rlm_desktop.storage.errors import StorageError
from rlm_desktop.storage.run_ids import new_run_id
from rlm_desktop.trace.events import Entry
from rlm_desktop.trace.facts import Decision
from rlm_desktop.trace.ids import ChoiceId, RunId
from rlm_desktop.trace.wording import one_line
from rlm_desktop.viewmodel.asking import Asking
from rlm_desktop.viewmodel.documents_desk import DocumentsDesk
from rlm_desktop.viewmodel.estimates import Estimates
from rlm_desktop.viewmodel.history_desk import HistoryDesk
from rlm_desktop.viewmodel.history_items import HistoryItems
from rlm_desktop.viewmodel.history_rows import HistoryRow
from rlm_desktop.viewmodel.reask_desk import ReaskDesk
from rlm_desktop.viewmodel.remedies import Problem, remedy_of
from rlm_desktop.viewmodel.run_spec import spec_of
from rlm_desktop.viewmodel.shelf import Fetched, Shelf
from rlm_desktop.viewmodel.shown_run import ShownRun

log = logging.getLogger(__name__)

FRAME_MS = 33


class Engine(Protocol):
    """Where commands go."""

    def send(self, command: Command) -> None:
        """Send a command; raises `ServiceError`."""
        ...


class Session(QObject):
    """Sends the user's wishes down, and what the engine tells up, thirty times a second at most."""

    troubled = Signal(object)  # Problem
    engine_told = Signal(str, str, bool)  # words, more, is_well
    models_listed = Signal(object)  # list[tuple[str, str]]: name and note
    models_told = Signal(object)  # ModelsListed, ModelTested, KeyKept or CacheTold
    _fetched = Signal(object, object)  # RunId, list[Entry] | SealedRun | StorageError

    def __init__(
        self, engine: Engine, shelf: Shelf, asking: Asking, shown: ShownRun, history: HistoryItems, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._engine, self._shelf = engine, shelf
        self._asking, self._shown, self._history = asking, shown, history
        self._facts: deque[Fact] = deque()
        self.desk = DocumentsDesk(asking, self._send, self)
        self.estimates = Estimates(asking, self)
        self.estimates.due.connect(self._on_estimate_due)
        self.past = HistoryDesk(shelf, history, self)
        self.past.troubled.connect(self.troubled)
        self.past.vanished.connect(self._on_vanished)
        self.reasks = ReaskDesk(shown.items.reasking, asking, self.send, self)
        self.reasks.over.connect(self._on_reask_over)
        self._live: RunId | None = None
        self._wanted: RunId | None = None
        self._has_begun = False
        self._is_engine_gone = self._knows_why_gone = False
        self._timer = QTimer(self, interval=FRAME_MS)
        self._timer.timeout.connect(self._drain)
        self._fetched.connect(self._on_fetched, Qt.ConnectionType.QueuedConnection)
        shown.opened.connect(self._on_opened)
        self.desk.troubled.connect(self.troubled)
        self.desk.all_read.connect(self._on_all_read)
        asking.given.connect(self.read)
        asking.refresh_asked.connect(self._on_refresh)
        asking.ready_asked.connect(self.ask_ready)
        asking.choice.changed.connect(self._on_choice)

    # Commands

    def begin(self) -> None:
        """Say hello to a new engine: list the runs, the models and the corpora, read what was given so far."""
        self._has_begun, self._is_engine_gone, self._knows_why_gone = True, False, False
        self._shown.items.reasking.set_engine(is_there=True)
        self.past.refresh()
        kept = self._asking.preferences
        self._send(
            ListModels(base_url=kept.base_url, api_key_env=kept.api_key_env, servers=kept.servers, prices=kept.prices)
        )
        self.desk.begin()

    @Slot(object)
    def read(self, paths: Sequence[str]) -> None:
        """Let the engine read documents; before there is one, `begin` does."""
        if self._has_begun:
            self.desk.read(paths)

    @Slot(bool)
    def _on_refresh(self, again: bool) -> None:
        if self._has_begun:
            self.desk.refresh(again=again)

    @Slot()
    def ask(self) -> None:
        """Start a run, or as soon as the documents are read."""
        if self._asking.is_running:
            return
        if self._asking.is_reading or not self._has_begun:
            self._asking.set_waiting(True)
            return
        # Where reading was stopped, the rest is not read after all because of a question.
        self._start(
            replace(spec_of(self._asking, self.desk.left_out), ready_only=bool(self._asking.documents.tally.waiting))
        )

    @Slot()
    def ask_ready(self) -> None:
        """Start a run over what has been read so far."""
        if self._has_begun and not self._asking.is_running:
            self._start(replace(spec_of(self._asking, self.desk.left_out), ready_only=True))

    def _start(self, spec: RunSpec) -> None:
        self._asking.set_waiting(False)
        run = new_run_id()
        if not self._send(StartRun(spec=spec, run=run)):
            return
        self._live = self._wanted = run
        self._asking.set_running(True)
        title = one_line(spec.question)
        row = HistoryRow(
            run=run, title=title, status="running", started_at=time.time(), root=spec.root, worker=spec.worker
        )
        self._history.note(row)
        self._asking.choice.begin(run, title)
        self._shown.begin(run, title, self._shelf.text)

    @Slot()
    def stop(self) -> None:
        """Stop the live run now."""
        if self._live is not None:
            self._send(StopRun(run=self._live))
        self._asking.set_waiting(False)

    @Slot()
    def finish(self) -> None:
        """Let the live run end with what it has."""
        if self._live is not None and self._send(FinishRun(run=self._live)):
            self._asking.set_finishing()
            self._tell_finishing()

    @Slot(object, object)
    def decide(self, choice: ChoiceId, decision: Decision) -> None:
        """Answer what the live run asked."""
        if self._live is not None:
            self._send(DecideRun(run=self._live, choice=choice, decision=decision))

    @Slot()
    def _on_choice(self) -> None:
        """The history marks the run that waits for its user."""
        row = self._history.row_of(self._live) if self._live is not None else None
        if row is not None and row.status == "running":
            self._history.note(replace(row, is_asking=self._asking.choice.open is not None))

    @Slot(object)
    def send(self, command: Command) -> None:
        """Send a command that is about no run, once there is an engine."""
        if self._has_begun and not self._is_engine_gone:
            self._send(command)

    @Slot()
    def _on_estimate_due(self) -> None:
        command = self.estimates.command(spec_of(self._asking, self.desk.left_out))
        if command is not None:
            self.send(command)

    def _tell_finishing(self) -> None:
        if self._asking.is_finishing and self._shown.run == self._live:
            self._shown.set_finishing()

    @Slot(object)
    def open_run(self, run: RunId) -> None:
        """Show a recorded run, or go back to the live one."""
        self._wanted = run
        if run == self._live != self._shown.run:
            self._shelf.fetch_live(run, self._fetched.emit)
        elif run != self._shown.run:
            self._fetch(run)

    @Slot()
    def stay(self) -> None:
        """Show what is shown, and not the run that was to be opened."""
        self._wanted = self._shown.run

    @Slot()
    def _on_opened(self) -> None:
        if self._shown.run is None:
            self.stay()

    def _fetch(self, run: RunId) -> None:
        self._shelf.fetch(run, self._fetched.emit, lambda: run != self._wanted)

    @Slot(object)
    def _on_vanished(self, runs: Sequence[RunId]) -> None:
        if self._shown.run in runs:
            wanted = self._wanted if self._wanted not in runs else None
            self._shown.show_none()
            self._wanted = wanted

    @property
    def live(self) -> RunId | None:
        """The run that goes on, if one does."""
        return self._live

    def _send(self, command: Command) -> bool:
        try:
            self._engine.send(command)
        except ServiceError as error:
            if not self._is_engine_gone:
                self._lose_engine()
                self.troubled.emit(Problem(text=str(error), remedy="restart"))
            return False
        return True

    # Facts

    def on_fact(self, fact: Fact) -> None:
        """Take what the engine told; it is shown with the next frame."""
        self._facts.append(fact)
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _drain(self) -> None:
        if not self._facts:
            self._timer.stop()
            return
        facts = list(self._facts)
        self._facts.clear()
        self.desk.note([fact for fact in facts if isinstance(fact, DocumentsSeen)])
        told = [fact for fact in facts if isinstance(fact, Entries)]
        self._asking.choice.take([entry for fact in told if fact.run == self._live for entry in fact.entries])
        self._feed([entry for fact in told if fact.run == self._shown.run for entry in fact.entries])
        self.reasks.take(facts)
        for fact in facts:
            self._note(fact)

    def _feed(self, entries: list[Entry]) -> None:
        if entries:
            self._shown.feed(entries)

    def _note(self, fact: Fact) -> None:
        match fact:
            case EngineReady():
                self._on_ready(fact)
            case RunRefused():
                self._on_refused(fact)
            case RunEnded():
                self._on_ended(fact.run)
            case RunEstimated():
                self.estimates.take(fact)
            case ModelTested() | KeyKept() | CacheTold():
                self.models_told.emit(fact)
            case ModelsListed():
                self.models_told.emit(fact)
                self.models_listed.emit([(one.name, f"{one.note}; text goes to {one.goes_to}") for one in fact.models])
            case EngineFault():
                self._on_fault(fact)
            case _:
                self.desk.take(fact)

    def _on_ready(self, fact: EngineReady) -> None:
        self.engine_told.emit(fact.isolation, fact.isolation_meaning, fact.can_run_code)
        if fact.interrupted:
            self.past.refresh()
        for run in fact.interrupted:
            self._catch_up(run)

    @Slot()
    def _on_all_read(self) -> None:
        if self._asking.is_waiting:
            self._asking.set_waiting(False)
            problem = self._asking.problem()
            self.ask() if problem is None else self.troubled.emit(problem)

    def _on_refused(self, fact: RunRefused) -> None:
        self._history.remove(fact.run)
        if fact.run == self._live:
            self._live = None
            self._asking.set_running(False)
        if fact.run == self._shown.run:
            self._shown.show_none()
        self.troubled.emit(Problem(text=fact.reason, remedy=remedy_of(fact.error_kind)))

    def _on_ended(self, run: RunId) -> None:
        if run == self._live:
            self._live = None
            self._asking.set_running(False)
        if run == self._shown.run:
            self._top_up(run)
            self._shown.end()
        self._renew_row(run)
        self.past.note_end()
        self.estimates.again()

    def _on_fault(self, fact: EngineFault) -> None:
        """What is first told of the engine's end has the reason; a command may have met its silence before."""
        if fact.has_ended and self._knows_why_gone:
            return
        if fact.has_ended:
            self._lose_engine()
            self._knows_why_gone = True
        self.troubled.emit(Problem(text=fact.text, remedy="restart" if fact.has_ended else "none"))

    def _lose_engine(self) -> None:
        self._is_engine_gone = True
        self._shown.items.reasking.set_engine(is_there=False)
        self.engine_told.emit("No engine", "Nothing can be asked until it runs again.", False)
        row = self._history.row_of(self._live) if self._live is not None else None
        if row is not None:
            self._history.note(replace(row, status="interrupted"))
        self._live = None
        self.desk.lose_engine()
        self._asking.set_waiting(False)
        self._asking.set_running(False)
        self._shown.cut_off()

    # Recorded runs

    @Slot(object, object)
    def _on_fetched(self, run: RunId, result: Fetched) -> None:
        if run != self._wanted:
            return
        if isinstance(result, StorageError):
            self.troubled.emit(Problem(text=str(result)))
            return
        if not isinstance(result, list):
            if run == self._shown.run:
                self._shown.renew(result)
            else:
                self._shown.open_sealed(run, result, self._shelf.text)
            return
        show: Callable[..., None] = self._shown.open_live if run == self._live else self._shown.open_past
        show(run, result, self._shelf.text)
        self._tell_finishing()
        self._top_up(run)

    def _top_up(self, run: RunId) -> None:
        """What was recorded while a run was read, or was told after it ended, is not left out."""
        if run in (self._live, self.reasks.run) or self._shown.standing != "past":
            self._feed_rest(run)

    @Slot(object)
    def _on_reask_over(self, run: RunId) -> None:
        self._catch_up(run)
        self._renew_row(run)
        self.past.note_end()

    def _catch_up(self, run: RunId) -> None:
        """Show what was recorded of the shown run since it was read."""
        if run != self._shown.run:
            return
        if not self._shown.is_sealed:
            self._feed_rest(run)
        elif self._wanted == run:
            self._fetch(run)

    def _feed_rest(self, run: RunId) -> None:
        known = self._shown.items.entries
        try:
            self._feed(self._shelf.entries(run, known[-1].seq if known else 0))
        except StorageError as error:
            log.info("%s", error)

    def _renew_row(self, run: RunId) -> None:
        try:
            self._history.note(self._shelf.row(run))
        except StorageError as error:
            log.warning("%s", error)
