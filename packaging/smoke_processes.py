"""The processes of an installed bundle: the window, its engine, the engine's helper; nobody outlives the window."""

from __future__ import annotations

import time
from contextlib import suppress

import psutil
from smoke_installed import PATIENCE_SECONDS, Failed, Installed, stopwatch

from rlm_desktop.processes import HELPER_PROGRAM

LOOK_SECONDS = 0.05


def starts_its_processes(app: Installed) -> str:
    """The window starts an engine that gets a helper ready; killed, it takes both along."""
    with stopwatch() as seconds, app.started(app.documents, QT_QPA_PLATFORM="offscreen") as process:
        engine = _started_by(app, psutil.Process(process.pid), "--engine")
        helper = _started_by(app, engine, HELPER_PROGRAM)
    _, left = psutil.wait_procs([engine, helper], timeout=PATIENCE_SECONDS)
    if left:
        raise Failed(f"{app.title}: the window was killed, and these live on: {left}")
    return f"window, engine and helper, gone again after {seconds[0]:.1f} s"


def _started_by(app: Installed, starter: psutil.Process, word: str) -> psutil.Process:
    """Wait for a process that this one starts, with this word in its command."""
    patience_ends = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < patience_ends and starter.is_running() and starter.status() != psutil.STATUS_ZOMBIE:
        with suppress(psutil.Error, OSError):  # one that only begins has no command on Windows
            for process in starter.children():
                if any(word in part for part in process.cmdline()):
                    return process
        time.sleep(LOOK_SECONDS)
    raise Failed(f"{app.title}: {starter} ended before it started {word}, or never did")
