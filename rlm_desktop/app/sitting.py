"""One sitting: from the window's first paint to the end of its engine."""

import asyncio
import importlib
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from rlm_desktop.app.assembly import Parts
from rlm_desktop.app.collecting import Collector
from rlm_desktop.service.errors import NotKept, ServiceError
from rlm_desktop.service.pasted import keep_pasted
from rlm_desktop.settings import preferences, window_layout
from rlm_desktop.settings.small_file import SettingsError
from rlm_desktop.storage.errors import StorageError
from rlm_desktop.ui.layout_memory import lay_out, layout_of, screens_of_today
from rlm_desktop.viewmodel.remedies import Problem

if TYPE_CHECKING:
    from rlm_desktop.app.connecting import Connected

log = logging.getLogger(__name__)

# Brings pydantic and SQLAlchemy, which take longer than the first paint may.
_LATE = "rlm_desktop.app.connecting"


class Sitting(QObject):
    """Owns everything that lives while the window is open, and ends it in order."""

    def __init__(self, parts: Parts, data_dir: Path, engine_command: Sequence[str] = ()) -> None:
        super().__init__(parts.asking)
        self.parts = parts
        self.connected: Connected | None = None
        self._data_dir = data_dir
        self._engine_command = tuple(engine_command)
        self._woken = asyncio.Event()
        self._is_closing = False
        self._wants_engine = True
        self._wants_sample = False
        """Whether the recorded run was asked for before it could be opened."""
        self._failure: Problem | None = None
        parts.window.asked.connect(self._on_asked)
        parts.window.closing.connect(self._on_closing)
        parts.window.remedied.connect(self._on_remedy)
        parts.window.text_pasted.connect(self._on_pasted)
        parts.window.sample_run_asked.connect(self._on_sample_asked)

    async def last(self, paths: Sequence[str] = ()) -> int:
        """Show the window and wait until it is closed; give the exit status."""
        collector = Collector(self)
        window = self.parts.window
        lay_out(window, window_layout.load(self._data_dir, window.objectName()), screens_of_today())
        window.show()
        if paths:
            window.give(paths)
        else:
            self.parts.asking.resume()
        try:
            while not self._is_closing:
                if self._wants_engine:
                    await self._connect()
                await self._woken.wait()
                self._woken.clear()
        finally:
            await self._leave()
            collector.stop()
        return 0

    async def _connect(self) -> None:
        self._wants_engine, self._failure = False, None
        late = await asyncio.to_thread(importlib.import_module, _LATE)
        try:
            if self.connected is None:
                self.connected = await late.connect(self.parts, self._data_dir, self._engine_command)
            else:
                await late.start_again(self.connected)
        except (ServiceError, StorageError) as error:
            self.parts.window.status.tell_engine("No engine", "Nothing can be asked until it runs again.", False)
            self._failure = Problem(text=str(error), remedy="restart")
            self._wants_sample = False
            self.parts.asking.set_waiting(False)
            self.parts.window.tell(self._failure)
        if self._wants_sample:
            self._on_sample_asked()

    async def _leave(self) -> None:
        """Leave nothing running and nothing unsaved.

        The order has reasons: the window goes at once; the engine ends and seals its runs; what reads the database is
        closed after the engine told its last; choices are saved last, so that a read-only folder holds nothing up.
        """
        window = self.parts.window
        layout = layout_of(window)
        window.hide()
        if self.connected is not None:
            self.connected.sample.close()
            await self.connected.engine.close()
        window.transfers.close()
        self.parts.shown.close()
        if self.connected is not None:
            self.connected.shelf.close()
        self.parts.passages.close()
        try:
            preferences.save(self.parts.asking.to_remember, self._data_dir)
            window_layout.save(layout, self._data_dir, window.objectName())
        except SettingsError as error:
            log.warning("%s", error)

    @Slot()
    def _on_asked(self) -> None:
        """Before the engine is there, a question waits for it, or is told why there is none."""
        if self.connected is not None:
            return
        if self._failure is None:
            self.parts.asking.set_waiting(True)
        else:
            self.parts.window.tell(self._failure)

    @Slot()
    def _on_sample_asked(self) -> None:
        """Before what is stored is opened, the recorded run waits for that."""
        self._wants_sample = self.connected is None and self._failure is None
        if self.connected is not None:
            self.connected.sample.open()
        elif self._failure is not None:
            self.parts.window.tell(self._failure)

    @Slot(str)
    def _on_pasted(self, text: str) -> None:
        try:
            self.parts.asking.give([str(keep_pasted(self._data_dir, text))])
        except NotKept as error:
            self.parts.window.tell(Problem(text=str(error)))

    @Slot()
    def _on_closing(self) -> None:
        self._is_closing = True
        self._woken.set()

    @Slot(object)
    def _on_remedy(self, problem: Problem) -> None:
        if problem.remedy == "restart":
            self._wants_engine = True
            self._woken.set()
