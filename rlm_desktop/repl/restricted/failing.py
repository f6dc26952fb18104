"""How a block in the interpreter failed, told as a failure in Python is."""

from collections.abc import Mapping
from typing import Any

from pydantic_monty import Frame, MontyRuntimeError, MontySyntaxError

from rlm_desktop.repl.exchange import MEMORY_UP, TIME_UP
from rlm_desktop.repl.restricted.interpreter import OUT_OF_TIME, Failure

MAX_TRACEBACK = 6_000
MAX_MESSAGE = 2_000
MAX_FRAMES = 12
NO_MEMORY = "the block needed more memory than it may have"
AS_BEFORE = "variables have the values they had before this block"


def error_facts(error: Failure, file: str, blocks: Mapping[str, str]) -> dict[str, Any] | None:
    """Describe an error: type, message, line of the block, a traceback of model code only; None for `SystemExit`.

    `file` is the interpreter's name of the running code, `blocks` gives for such names what we call the blocks.
    """
    if not isinstance(error, (MontyRuntimeError, MontySyntaxError)):
        return plain_error("InterpreterDied", f"the interpreter ended ({_cut(str(error), 300)}); {AS_BEFORE}")
    kind, _, message = error.display("type-msg").partition(": ")
    if kind == "SystemExit":
        return None
    if kind == MEMORY_UP:
        message = f"{NO_MEMORY}; {AS_BEFORE}"
    frames = [frame for frame in error.traceback() if frame.filename in blocks]
    lines = [frame.line for frame in frames if frame.filename == file]
    return {
        "type": kind[:200],
        "message": _cut(message, MAX_MESSAGE),
        "line": lines[-1] if lines else None,
        "traceback": _cut(_traceback(frames, blocks) + f"{kind}: {message}\n", MAX_TRACEBACK),
    }


def exit_text(error: Failure) -> str:
    """Give the text that `SystemExit` was raised with."""
    if not isinstance(error, MontyRuntimeError):
        return ""
    return error.display("type-msg").partition("SystemExit: ")[2][:MAX_MESSAGE] if _kind(error) == "SystemExit" else ""


def plain_error(kind: str, message: str, line: int | None = None) -> dict[str, Any]:
    """Describe an error that is not the code's own."""
    return {"type": kind, "message": message, "line": line, "traceback": f"{kind}: {message}\n"}


def time_up(seconds: float) -> dict[str, Any]:
    """Describe that a block's seconds were used up."""
    return plain_error(TIME_UP, f"the block ran longer than {seconds:g} seconds; {AS_BEFORE}")


def is_time_up(error: Failure) -> bool:
    """Tell whether the interpreter itself stopped the code because of its seconds."""
    return isinstance(error, MontyRuntimeError) and error.display("type-msg").startswith(OUT_OF_TIME)


def _kind(error: MontyRuntimeError) -> str:
    return error.display("type-msg").partition(":")[0]


def _traceback(frames: list[Frame], blocks: Mapping[str, str]) -> str:
    if not frames:
        return ""
    shown = frames[:MAX_FRAMES]
    lines = [_step(frame, blocks[frame.filename]) for frame in shown]
    if len(frames) > len(shown):
        lines.append(f"  … {len(frames) - len(shown):,} more steps …\n")
    return "".join(["Traceback (most recent call last):\n", *lines])


def _step(frame: Frame, block: str) -> str:
    place = f'  File "{block}", line {frame.line}, in {frame.function_name or "<module>"}\n'
    source = (frame.source_line or "").strip().partition("\n")[0]
    return place + (f"    {source[:300]}\n" if source else "")


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n… {len(text) - 2 * half:,} characters left out …\n{text[-half:]}"
