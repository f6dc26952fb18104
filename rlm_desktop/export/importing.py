"""The one way in which a trace of others is read: finds out what a file is, then gives its runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path

from rlm_desktop.export.errors import BadImport
from rlm_desktop.export.foreign_atif import is_atif, read_atif, read_atif_lines
from rlm_desktop.export.foreign_fast_rlm import is_fast_rlm_line, read_fast_rlm
from rlm_desktop.export.foreign_fields import Fields
from rlm_desktop.export.foreign_lines import CutOff, check_document, check_readable, document_of, lines_of
from rlm_desktop.export.foreign_rlm import is_rlm_line, read_rlm
from rlm_desktop.export.imported import ImportedRun
from rlm_desktop.trace.events import Event

Reader = Callable[[Path, Iterator[Fields | CutOff]], Iterator[ImportedRun]]
KNOWN = (
    "traces of RLM Desktop (.rlmtrace), logs of the official RLM implementation and of fast-rlm (.jsonl), "
    "and ATIF trajectories (.json)"
)


def read_runs(path: Path) -> Iterator[ImportedRun]:
    """Give the runs of a file of others, each to be used up before the next; raises `BadImport`.

    Traces of our own (`rlmtrace_reading`) are not read here.
    """
    is_any = False
    with _refusing_mazes(path):
        for run in _runs(path):
            is_any = True
            yield replace(run, events=_guarded(run.events, path))
    if not is_any:
        raise _unknown(path)


def _guarded(events: Iterator[tuple[float, Event]], path: Path) -> Iterator[tuple[float, Event]]:
    with _refusing_mazes(path):
        yield from events


@contextmanager
def _refusing_mazes(path: Path) -> Iterator[None]:
    """Refuse values nested so deep that Python can read but neither compare nor write them."""
    try:
        yield
    except RecursionError as error:
        raise BadImport(
            f"{path.name} cannot be imported: a value in it is nested too deep. Let the program write the file again."
        ) from error


def _runs(path: Path) -> Iterator[ImportedRun]:
    check_readable(path)
    lines = lines_of(path)
    try:
        first = next(lines, None)
    except BadImport:
        return _runs_of_document(path)
    reader = _reader_for(first)
    if first is None or reader is None:
        raise _unknown(path)
    return reader(path, chain([first], lines))


def _reader_for(first: Fields | CutOff | None) -> Reader | None:
    if not isinstance(first, Fields):
        return None
    return next((reader for is_its, reader in _READERS if is_its(first)), None)


_READERS: tuple[tuple[Callable[[Fields], bool], Reader], ...] = (
    (is_fast_rlm_line, read_fast_rlm),
    (is_rlm_line, read_rlm),
    (is_atif, read_atif_lines),
)


def _runs_of_document(path: Path) -> Iterator[ImportedRun]:
    """Read a file whose first line is no JSON by itself, as in a document that is indented."""
    check_document(path)
    try:
        whole = document_of(path)
    except BadImport as error:
        raise _unknown(path) from error
    if not is_atif(whole):
        raise _unknown(path)
    return read_atif(path, whole)


def _unknown(path: Path) -> BadImport:
    return BadImport(f"{path} holds no run that is known here. What can be imported: {KNOWN}.")
