"""Has the skeleton of a large run made in a process of its own, and waits for it in the thread that asks."""

import json
import logging
import os
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, Any

from rlm_desktop.processes import apart
from rlm_desktop.storage.errors import Damaged
from rlm_desktop.trace.ids import RunId

log = logging.getLogger(__name__)

KEPT_ENVIRONMENT = ("PATH", "LANG", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH", "TMPDIR", "TEMP", "TMP")
_LOOK_SECONDS = 0.05
_READING_SHARE = 0.9
"""Of the time that it takes, how much goes by reading; the rest is writing down what was read."""
_ENDING_SECONDS = 2.0
_COMPLAINT_CHARACTERS = 2_000


def make_apart(
    command: Sequence[str], data_dir: Path, run: RunId, is_over: Callable[[], bool], tell: Callable[[float], None]
) -> None:
    """Let a process, which `command` starts, make the skeleton of a run; whoever asked looks whether it is there now.

    `tell` is called, in another thread, with the share that is done. Ends the process as soon as `is_over` says that
    nobody waits for it any more. Raises `Damaged` where the run cannot be read, and `OSError` when the process cannot
    be started or ends before it is done.
    """
    with tempfile.TemporaryFile(mode="w+", encoding="utf-8", errors="replace") as complaints:
        with _started([*command, str(data_dir), run], complaints) as process:
            listener = _Listener(process.stdout or (), tell)
            try:
                _wait(process, is_over)
            finally:
                _end(process)
                listener.join()
        if process.returncode == 0 or is_over():
            return
        if listener.damage:
            raise Damaged(listener.damage)
        complaints.seek(0)
        complaint = complaints.read()[-_COMPLAINT_CHARACTERS:].strip()
    raise ChildProcessError(f"the process ended with {process.returncode}: {complaint or 'it did not say why'}")


def _started(command: Sequence[str], complaints: IO[str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        command,
        env={name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        text=True,
        encoding="utf-8",
        **apart(),
    )


def _wait(process: "subprocess.Popen[str]", is_over: Callable[[], bool]) -> None:
    while not is_over():
        try:
            process.wait(_LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        return


def _end(process: "subprocess.Popen[str]") -> None:
    """Let it leave nothing half written; what takes it longer than that has written nothing yet."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(_ENDING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class _Listener:
    """Hears what the process says, in a thread: reading it here would outlast the wish to wait."""

    def __init__(self, lines: Iterable[str], tell: Callable[[float], None]) -> None:
        self.damage = ""
        """Why the run cannot be read; empty unless the process said so."""
        self._tell = tell
        self._thread = threading.Thread(target=self._listen, args=(lines,), name="skeleton", daemon=True)
        self._thread.start()

    def join(self) -> None:
        """Wait for the last word."""
        self._thread.join()

    def _listen(self, lines: Iterable[str]) -> None:
        for line in lines:
            try:
                said: dict[str, Any] = json.loads(line)
                self.damage = said.get("damaged", "")
                if said.get("total"):
                    self._tell(_READING_SHARE * said["done"] / said["total"])
            except (ValueError, AttributeError, TypeError) as error:
                # A process that ends in the middle of a line may say anything.
                log.info("the process that makes a skeleton said what nobody understands: %s", error)
