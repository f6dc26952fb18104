"""Writing to the terminal: results to stdout, everything else to stderr, nothing that could steer the terminal."""

import json
import os
import shutil
import sys
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

from rlm_desktop.trace.controls import escape_controls, show_controls


class Unwritten(Exception):
    """A result could not be written; the text says why."""


def out(text: str) -> None:
    """Write a result."""
    _deliver(text)


def out_json(value: Any) -> None:
    """Write a result for programs."""
    has_all_letters = (getattr(sys.stdout, "encoding", None) or "").lower().startswith("utf")
    _deliver(escape_controls(json.dumps(value, indent=2, ensure_ascii=not has_all_letters)))


def note(text: str) -> None:
    """Write what is not a result: progress, reasons, faults. That nobody can read it must not end a run."""
    with suppress(Unwritten):
        try:
            _write(sys.stderr, text)
        except OSError:
            _let_go_of(sys.stderr)


def can_write_over() -> bool:
    """Tell whether a line on stderr can be written over."""
    return sys.stderr is not None and sys.stderr.isatty()


def note_over(text: str) -> None:
    """Write over the line that was written so before; an empty text takes it away. For terminals."""
    width = shutil.get_terminal_size().columns - 1
    with suppress(OSError):
        sys.stderr.write(f"\r{tame(text)[:width]}\x1b[K")
        sys.stderr.flush()


def _let_go_of(stream: TextIO) -> None:
    """Send what a stream still holds, and all that follows, nowhere: left there, it would spoil the exit status."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())


def tolerate_any_text() -> None:
    """Let the terminal show a mark for what it has no characters for, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def tame(text: str) -> str:
    """Show control characters instead of obeying them: text of models and documents must not steer a terminal."""
    return show_controls(text)


def _deliver(text: str) -> None:
    try:
        _write(sys.stdout, text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Unwritten(f"The result could not be written: {error.strerror}.") from error


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None:
        raise Unwritten("There is no output to write to: it was closed before the command began.")
    stream.write((tame(text) if stream.isatty() else text) + "\n")
    stream.flush()
