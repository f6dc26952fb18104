"""Errors that nobody handled: written to the log, and shown once in the window."""

import logging
import sys
import threading
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Signal

from rlm_desktop.viewmodel.remedies import Problem

log = logging.getLogger(__name__)


LOG_NAME = "rlm-desktop.log"


def keep_log(data_dir: Path) -> None:
    """Write warnings and worse to a file in the data folder; the file is made when there is something to write."""
    file = RotatingFileHandler(data_dir / LOG_NAME, maxBytes=1_000_000, backupCount=1, encoding="utf-8", delay=True)
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(level=logging.WARNING, format=form, handlers=[file, logging.StreamHandler()])


class Faults(QObject):
    """The last resort. Each different fault is told once, so that a repeating one cannot bury the window."""

    happened = Signal(object)  # Problem

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._told: set[str] = set()

    def install(self) -> Callable[[], None]:
        """Take what the interpreter and its threads do not handle; give the function that ends it."""
        before, before_threads = sys.excepthook, threading.excepthook
        sys.excepthook = self._on_unhandled
        threading.excepthook = self._on_thread

        def restore() -> None:
            sys.excepthook, threading.excepthook = before, before_threads

        return restore

    def take(self, error: BaseException | None, where: str = "") -> None:
        """Log a fault with its traceback and tell the window."""
        log.error("Unhandled: %s", where or "error", exc_info=error)
        words = f"{type(error).__name__}: {error}" if error is not None else where
        if words in self._told:
            return
        self._told.add(words)
        more = f"Nothing recorded is lost; {LOG_NAME} in the data folder tells more."
        self.happened.emit(Problem(text=f"Something in RLM Desktop failed ({words[:300]}). {more}"))

    def _on_unhandled(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self.take(error.with_traceback(trace))

    def _on_thread(self, arguments: threading.ExceptHookArgs) -> None:
        self.take(arguments.exc_value, f"in thread {arguments.thread.name if arguments.thread else ''}")
