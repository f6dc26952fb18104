"""The interpreter that model code runs in: a process that has no way to reach files, network or programs."""

import os
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Literal

from pydantic_monty import (
    FunctionSnapshot,
    Monty,
    MontyComplete,
    MontyError,
    MontyRuntimeError,
    MontySession,
    ResourceLimits,
    SyncSnapshot,
)

from rlm_desktop.processes import restricted_program
from rlm_desktop.repl.inside.interrupting import Interrupts

MOST_CALLS = 1_000_000_000
START_SECONDS = 20.0
OUT_OF_TIME = "TimeoutError: feed time limit"
OnPrint = Callable[[Literal["stdout", "stderr"], str], None]


class InterpreterGone(Exception):
    """The interpreter's process ended, so there is no session to run anything in."""


Failure = MontyError | InterpreterGone
FAILED = (MontyError, InterpreterGone)


class Interpreter:
    """One session at a time; `feeds` counts what it was given to run, as its tracebacks do."""

    def __init__(
        self, limits: ResourceLimits, functions: Mapping[str, Callable[..., Any]], on_print: OnPrint, calls: Interrupts
    ) -> None:
        self._limits: ResourceLimits = {**limits, "max_suspensions": MOST_CALLS}
        self._functions = dict(functions)
        self._on_print = on_print
        self._calls = calls
        self._pool = Monty(
            min_processes=1, max_processes=1, checkout_timeout=START_SECONDS, binary_path=restricted_program()
        )
        self._pool.__enter__()
        self._session: MontySession | None = None
        self._process: int | None = None
        self._source = ""
        self.feeds = 0
        self.line: int | None = None
        """The line of the running code that called one of the functions last."""

    def open(self, dump: bytes | None = None, feeds: int = 0) -> None:
        """Begin a new session, empty or as it was when it was dumped."""
        self.close()
        self._session = self._pool.checkout(
            limits=self._limits, assert_message_annotations=False, os_policy={"sleep": "zero"}
        )
        self._session.__enter__()
        self._process = self._session.worker_pid
        self.feeds = feeds
        if dump is not None:
            self._session.load_session(dump)

    def close(self, *, is_well: bool = False) -> None:
        """End the session, and its process unless that is well and can serve the next one."""
        if self._session is None:
            return
        if not is_well:
            self.kill()
        with suppress(MontyError):
            self._session.__exit__(None, None, None)
        self._session = None

    def kill(self) -> None:
        """End the process at once; called from any thread."""
        if self._process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(self._process, getattr(signal, "SIGKILL", signal.SIGTERM))

    def run(self, source: str, **inputs: Any) -> Any:
        """Run code and give the value of its last expression; raises `MontyError` or `InterpreterGone`."""
        assert self._session is not None
        try:
            return self._run(self._session, source, inputs)
        except RuntimeError as error:
            raise InterpreterGone(str(error)) from None

    def _run(self, session: MontySession, source: str, inputs: dict[str, Any]) -> Any:
        self.feeds += 1
        self.line = None
        self._source = source
        step: SyncSnapshot = session.feed_start(
            source, inputs=inputs, external_lookup=self._functions, print_callback=self._on_print
        )
        while not isinstance(step, MontyComplete):
            step = self._answer(step)
        return step.output

    def dump(self) -> bytes:
        """Give the session as bytes, to go on from later; raises `MontyError` or `InterpreterGone`."""
        assert self._session is not None
        try:
            return self._session.dump()
        except RuntimeError as error:
            raise InterpreterGone(str(error)) from None

    @property
    def file(self) -> str:
        """What tracebacks call the code that was run last."""
        return f"<python-input-{self.feeds - 1}>"

    def _answer(self, step: SyncSnapshot) -> SyncSnapshot:
        """Go on after a stop. Nothing answers calls to the operating system, so the interpreter refuses them."""
        assert not isinstance(step, MontyComplete)
        if not isinstance(step, FunctionSnapshot) or step.is_os_function or step.function_name not in self._functions:
            return step.resume_auto()
        at = step.position
        if at.filename == self.file:
            self.line = self._source.encode()[: at.start].count(b"\n") + 1
        try:
            value = self._call(self._functions[step.function_name], step)
        except Exception as error:  # noqa: BLE001 - what a function raises is raised in the code that called it
            return step.resume({"exception": _plain(error)})
        return step.resume({"return_value": value})

    def _call(self, function: Callable[..., Any], step: FunctionSnapshot) -> Any:
        """Call one of our functions; only while it runs may an interrupt end it."""
        self._calls.open()
        try:
            return function(*step.args, **step.kwargs)
        finally:
            self._calls.close()


def _plain(error: Exception) -> Exception:
    """Make an error the interpreter knows."""
    if type(error) in (TypeError, ValueError, KeyError, IndexError, RuntimeError):
        return error
    return ValueError(f"{type(error).__name__}: {error}")


def is_terminal(error: Failure) -> bool:
    """Tell whether the session cannot be used after this error: it is gone, or hit a limit half way through."""
    if not isinstance(error, MontyRuntimeError):
        return not hasattr(error, "traceback")
    return error.display("type-msg").startswith((OUT_OF_TIME, "MemoryError"))
