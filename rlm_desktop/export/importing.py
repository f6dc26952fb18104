"""The one way in which a trace of others is read: finds out what a file is, then gives its runs."""

from collections.abc import Iterator
from pathlib import Path

from rlm_desktop.export.errors import BadImport
from rlm_desktop.export.foreign_atif import is_atif, read_atif
from rlm_desktop.export.foreign_fast_rlm import is_fast_rlm_line, read_fast_rlm
from rlm_desktop.export.foreign_fields import Fields
from rlm_desktop.export.foreign_lines import CutOff, check_readable, document_of, lines_of
from rlm_desktop.export.foreign_rlm import is_rlm_line, read_rlm
from rlm_desktop.export.imported import ImportedRun

KNOWN = (
    "traces of RLM Desktop (.rlmtrace), logs of the official RLM implementation and of fast-rlm (.jsonl), "
    "and ATIF trajectories (.json)"
)


def read_runs(path: Path) -> Iterator[ImportedRun]:
    """Give the runs of a file of others, each to be used up before the next; raises `BadImport`.

    Traces of our own (`rlmtrace_reading`) are not read here.
    """
    is_any = False
    for run in _runs(path):
        is_any = True
        yield run
    if not is_any:
        raise _unknown(path)


def _runs(path: Path) -> Iterator[ImportedRun]:
    check_readable(path)
    first = _first_line(path)
    if first is not None and is_fast_rlm_line(first):
        return read_fast_rlm(path)
    if first is not None and is_rlm_line(first):
        return read_rlm(path)
    try:
        whole = document_of(path)
    except BadImport as error:
        raise _unknown(path) if first is None or not first.data else error from error
    if is_atif(whole):
        return read_atif(path, whole)
    raise _unknown(path)


def _first_line(path: Path) -> Fields | None:
    """Give the object on the first line; None where there is none, as at the beginning of an indented document."""
    try:
        line = next(lines_of(path), None)
    except BadImport:
        return None
    return None if isinstance(line, CutOff) else line


def _unknown(path: Path) -> BadImport:
    return BadImport(f"{path} holds no run that is known here. What can be imported: {KNOWN}.")
