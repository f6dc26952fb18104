"""Writing to the terminal: results to stdout, everything else to stderr, nothing that could steer the terminal."""

import json
import re
import sys
from typing import Any, TextIO

_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def out(text: str) -> None:
    """Write a result."""
    _write(sys.stdout, text)


def out_json(value: Any) -> None:
    """Write a result for programs."""
    has_all_letters = (sys.stdout.encoding or "").lower().startswith("utf")
    _write(sys.stdout, json.dumps(value, indent=2, ensure_ascii=not has_all_letters))


def note(text: str) -> None:
    """Write what is not a result: progress, reasons, faults."""
    _write(sys.stderr, text)


def tolerate_any_text() -> None:
    """Let the terminal show a mark for what it has no characters for, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def tame(text: str) -> str:
    """Take out control characters: text of models and documents must not steer a terminal."""
    return _STEERING.sub("\N{REPLACEMENT CHARACTER}", text)


def _write(stream: TextIO, text: str) -> None:
    stream.write((tame(text) if stream.isatty() else text) + "\n")
    stream.flush()
