"""Joins the window with the engine process and the stored runs.

Imported late, in a thread: what it brings (pydantic, SQLAlchemy) takes longer than the first paint may.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rlm_desktop.app.assembly import Parts
from rlm_desktop.app.documents import SourceLook, read_passage
from rlm_desktop.app.sample_run import SampleRun
from rlm_desktop.processes import own_command
from rlm_desktop.service.client import EngineClient
from rlm_desktop.service.errors import ServiceError
from rlm_desktop.service.reading import STORE_FOLDER
from rlm_desktop.ui.history_panel import HistoryPanel
from rlm_desktop.viewmodel.history_desk import HistoryDesk
from rlm_desktop.viewmodel.session import Session
from rlm_desktop.viewmodel.shelf import Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """What is there once engine and database are."""

    session: Session
    engine: EngineClient
    shelf: Shelf
    sample: SampleRun


def engine_command(data_dir: Path) -> list[str]:
    """Give the words that start the engine process."""
    return [*own_command(), "--engine", "--data-dir", str(data_dir)]


async def connect(parts: Parts, data_dir: Path, command: Sequence[str] = ()) -> Connected:
    """Open what is stored, start the engine and join both with the window; raises `ServiceError` or `StorageError`."""
    shelf = Shelf(data_dir)
    shelf.large.command = (*own_command(), "--skeleton")
    shelf.large.tell = parts.window.preparing.told.emit
    engine = EngineClient(command or engine_command(data_dir), dict(os.environ))
    session = Session(engine, shelf, parts.asking, parts.shown, parts.history, parts.window)
    engine.on_message = session.on_fact
    parts.window.spendings.open(shelf.add_up)
    parts.passages.read = partial(read_passage, data_dir / STORE_FOLDER)
    parts.window.run_page.comparing.source = shelf
    for signal in (parts.history.rowsRemoved, parts.history.rowsInserted):
        signal.connect(parts.window.run_page.comparing.refresh)
    parts.shown.sources.passages.read = parts.passages.read
    parts.shown.sources.find = SourceLook(data_dir / STORE_FOLDER)
    parts.shown.items.notes.keeper = shelf.notes
    parts.window.run_page.filtering.find = shelf.find_texts
    parts.window.transfers.data_dir = data_dir
    parts.window.transfers.command = (*own_command(), "--transfer")
    parts.window.transfers.imported.connect(session.past.restore)
    _join(parts, session)
    try:
        await engine.start()
    except ServiceError:
        shelf.close()
        raise
    session.begin()
    return Connected(session=session, engine=engine, shelf=shelf, sample=SampleRun(parts, session, data_dir))


async def start_again(connected: Connected) -> None:
    """Start the engine anew after it ended; raises `ServiceError`."""
    if not connected.engine.is_running:
        await connected.engine.close()
        await connected.engine.start()
        connected.session.begin()


def _join(parts: Parts, session: Session) -> None:
    window = parts.window
    window.asked.connect(session.ask)
    window.stop_asked.connect(session.stop)
    window.finish_asked.connect(session.finish)
    window.decided.connect(session.decide)
    window.run_opened.connect(session.open_run)
    _join_history(window.history, session.past)
    window.preparing.left.connect(window.run_page.comparing.give_up)
    window.preparing.left.connect(session.stay)
    session.troubled.connect(window.tell)
    session.engine_told.connect(window.status.tell_engine)
    session.models_listed.connect(window.ask_bar.options.offer)
    session.models_told.connect(window.models.take)
    session.estimates.told.connect(window.ask_bar.tell_estimate)
    window.models.wanted.connect(session.send)
    window.preview.wanted.connect(session.desk.preview)
    session.desk.previewed.connect(window.preview.take)


def _join_history(panel: HistoryPanel, desk: HistoryDesk) -> None:
    panel.pin_asked.connect(desk.pin)
    panel.retag_asked.connect(desk.retag)
    panel.deletion_asked.connect(desk.delete)
    panel.strip.undo_asked.connect(desk.undo)
    panel.strip.closed.connect(desk.settle)
    panel.undo_asked.connect(desk.undo)
    desk.undo_told.connect(panel.strip.tell)
