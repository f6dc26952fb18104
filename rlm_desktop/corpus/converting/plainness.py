"""Telling at the speed of memory that bytes are already what a document's text shall be."""

from collections.abc import Callable

CONTROLS = bytes(set(range(32)) - set(b"\t\n")) + b"\x7f"
"""What `clean` takes out or turns into a newline. None of these bytes is ever part of a longer letter in UTF-8."""
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def _with_stringzilla() -> Callable[[bytes], bool] | None:
    try:
        from stringzilla import find_first_of  # noqa: PLC0415 - may be missing
    except ImportError:
        return None
    return lambda data: find_first_of(data, CONTROLS) >= 0


def _by_translating(data: bytes) -> bool:
    return len(data.translate(None, delete=CONTROLS)) < len(data)


has_controls: Callable[[bytes], bool] = _with_stringzilla() or _by_translating
"""Whether there are controls in these bytes."""


def characters_of_plain(data: bytes) -> int | None:
    """Count the characters of bytes that are a clean text in UTF-8; None when they are not, and must be read."""
    if has_controls(data) or data.startswith(BYTE_ORDER_MARK):
        return None
    if data.isascii():
        return len(data)
    try:
        return len(data.decode())
    except UnicodeDecodeError:
        return None
