"""Runs written in a format as a user's file would be: once through, without looking back."""

from typing import BinaryIO, cast

from rlm_desktop.export.formats import format_called
from rlm_desktop.export.recorded import RecordedRun
from rlm_desktop.export.redaction import redacted
from tests.support.kinds_of_runs import KINDS

LEAVING = [f"{kind}{way}" for kind in KINDS for way in ("", ", redacted")]
"""Every kind of run, as it is and redacted."""


def leaving(name: str) -> RecordedRun:
    """Give the run of a name in `LEAVING`."""
    kind, _, is_redacted = name.partition(", ")
    run = KINDS[kind]()
    return redacted(run) if is_redacted else run


class WriteOnly:
    """A file that can do nothing else, as a pipe."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self.pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        pass


def written(name: str, run: RecordedRun) -> bytes:
    """Write a run in the format of this name and give the bytes of the file."""
    file = WriteOnly()
    format_called(name).writer()(run, cast("BinaryIO", file))
    return b"".join(file.pieces)
