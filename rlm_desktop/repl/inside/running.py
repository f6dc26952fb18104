"""Running one block in the namespace, and saying how it failed."""

import os
import sys
from collections.abc import Callable
from types import CodeType, CoroutineType, TracebackType
from typing import TYPE_CHECKING, Any

from rlm_desktop.repl.inside.interrupting import BlockTimeout

if TYPE_CHECKING:
    from traceback import TracebackException

TOP_LEVEL_AWAIT = 0x2000
"""`ast.PyCF_ALLOW_TOP_LEVEL_AWAIT`; importing `ast` would cost the child's start 6 ms."""
IS_COROUTINE = 0x80
_HERE = os.path.dirname(__file__)  # noqa: PTH120
OUR_FOLDERS = (_HERE + os.sep, os.path.join(os.path.dirname(os.path.dirname(_HERE)), "text") + os.sep)  # noqa: PTH118, PTH120
CLEANING_SECONDS = 0.5
MAX_TRACEBACK = 6_000
MAX_MESSAGE = 2_000


Compile = Callable[[Any, str, int], CodeType]
"""Compiles a block, or a part of one, under the name of a file and with flags."""


def compile_as_it_is(source: Any, file: str, flags: int) -> CodeType:
    """Compile as Python does."""
    code: CodeType = compile(source, file, "exec", flags=flags, dont_inherit=True)
    return code


class Runner:
    """Compiles and runs blocks; coroutines run on one event loop that all blocks share."""

    def __init__(self, names: dict[str, Any], compile_block: Compile) -> None:
        self._names = names
        self._compile = compile_block
        self._loop: Any = None

    def run(self, source: str, file: str) -> dict[str, Any] | None:
        """Run a block; give its error, if any. A `SystemExit` ends the block well."""
        _remember_source(file, source)
        try:
            code = self._compile(source, file, TOP_LEVEL_AWAIT)
            result = eval(code, self._names)  # noqa: S307 - running model code is what this process is for
            if code.co_flags & IS_COROUTINE:
                self._await(result)
        except SystemExit as ending:
            _tell_exit(ending)
        except BaseException as error:  # noqa: BLE001 - model code may raise anything
            return error_facts(error, file)
        return None

    def _await(self, block: "CoroutineType[Any, Any, Any]") -> None:
        import asyncio  # noqa: PLC0415 - 30 ms that only blocks with `await` need

        if self._loop is None or self._loop.is_closed():
            self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(block)
        except BlockTimeout as late:
            late.block_line = block.cr_frame.f_lineno if block.cr_frame else None
            self._cancel_tasks()
            raise

    def _cancel_tasks(self) -> None:
        """Let what an interrupt left half done end, so that the loop can be used again."""
        import asyncio  # noqa: PLC0415 - it is there already

        if tasks := asyncio.all_tasks(self._loop):
            for task in tasks:
                task.cancel()
            self._loop.run_until_complete(asyncio.wait(tasks, timeout=CLEANING_SECONDS))


def error_facts(error: BaseException, file: str) -> dict[str, Any]:
    """Describe an error: type, message, line of the block, and a traceback that shows only model code."""
    try:
        return {
            "type": type(error).__name__[:200],
            "message": _cut(_text(error) + _hint(error), MAX_MESSAGE),
            "line": _line_of(error, file),
            "traceback": _cut(_traceback(error), MAX_TRACEBACK),
        }
    except BaseException as failure:  # noqa: BLE001 - the error's own code failed
        message = f"the error could not be described ({type(failure).__name__})"
        return {"type": type(error).__name__[:200], "message": message, "line": None, "traceback": ""}
    finally:
        # The frames hold what the block worked on, which may be most of its memory.
        error.__traceback__ = None


def _text(error: BaseException) -> str:
    try:
        return str(error) or ("the block needed more memory than it may have" if type(error) is MemoryError else "")
    except BaseException:  # noqa: BLE001 - model code may raise anything from __str__
        return "<no message: its __str__ failed>"


def _hint(error: BaseException) -> str:
    """Say what to do where a text that stays in its files was not taken for a `str`."""
    is_refusal = isinstance(error, TypeError) or type(error).__module__ == "sqlite3"
    is_refusal = is_refusal and "rlm_desktop.text.text" in sys.modules
    if not is_refusal or not any(name in _text(error) for name in ("Text", "Parts")):
        return ""
    return " (what is longer than 1,000,000 characters stays in its files; pass a slice such as context[a:b])"


def _line_of(error: BaseException, file: str) -> int | None:
    lines = [step.tb_lineno for step in _steps(error.__traceback__) if step.tb_frame.f_code.co_filename == file]
    if lines:
        return lines[-1]
    if isinstance(error, BlockTimeout):
        return error.block_line
    return error.lineno if isinstance(error, SyntaxError) and error.filename == file else None


def _steps(trace: TracebackType | None) -> list[TracebackType]:
    steps = []
    while trace is not None:
        steps.append(trace)
        trace = trace.tb_next
    return steps


def _traceback(error: BaseException) -> str:
    import traceback  # noqa: PLC0415 - 2 ms that only failing blocks need

    steps = _steps(error.__traceback__)
    from_block = [step for step in steps if step.tb_frame.f_code.co_filename.startswith("<block ")]
    report = traceback.TracebackException(type(error), error, from_block[0] if from_block else None, compact=True)
    _leave_out_our_steps(report)
    return "".join(report.format())


def _leave_out_our_steps(report: "TracebackException") -> None:
    """Show only what model code and the libraries it used did."""
    seen: list[TracebackException | None] = [report]
    while seen:
        current = seen.pop()
        if current is not None:
            current.stack[:] = [step for step in current.stack if not step.filename.startswith(OUR_FOLDERS)]
            seen += [current.__cause__, current.__context__]


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n… {len(text) - 2 * half:,} characters left out …\n{text[-half:]}"


def _tell_exit(ending: SystemExit) -> None:
    """Show the text given to `sys.exit`, as Python does."""
    if ending.code is not None and not isinstance(ending.code, int):
        sys.stderr.write(f"{_text(ending)}\n")


def _remember_source(file: str, source: str) -> None:
    """Let tracebacks and `inspect` show the block's lines."""
    import linecache  # noqa: PLC0415 - 1 ms that the start need not wait for

    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
