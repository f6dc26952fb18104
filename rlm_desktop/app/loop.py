"""Runs asyncio on Qt's event loop; the only place that knows qasync."""

import asyncio
import gc
from collections.abc import Callable, Coroutine
from typing import Any

import qasync
from PySide6.QtWidgets import QApplication

OnFault = Callable[[BaseException | None, str], None]


def run(app: QApplication, main: Coroutine[Any, Any, int], on_fault: OnFault) -> int:
    """Run a coroutine to its end on Qt's loop and give what it returns."""
    try:
        return _run(app, main, on_fault)
    finally:
        # A closed loop leaves Qt timers behind; freed later, in another thread, they crash the process.
        asyncio.set_event_loop(None)
        gc.collect()


def _run(app: QApplication, main: Coroutine[Any, Any, int], on_fault: OnFault) -> int:
    """Run it so that nothing here holds the loop any more when it is freed."""
    loop = qasync.QEventLoop(app)
    loop.set_exception_handler(_handler(on_fault))
    asyncio.set_event_loop(loop)
    with loop:
        return int(loop.run_until_complete(main))


def _handler(on_fault: OnFault) -> Callable[[asyncio.AbstractEventLoop, dict[str, Any]], None]:
    def handle(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        on_fault(context.get("exception"), str(context.get("message", "")))

    return handle
