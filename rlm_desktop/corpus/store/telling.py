"""Words about files and documents, for those who watch an ingest."""

from collections.abc import Iterator
from pathlib import Path

from rlm_desktop.corpus.conversion import Conversion
from rlm_desktop.corpus.gathering import FoundFile, is_rules_note, shown_path
from rlm_desktop.corpus.store.manifest import Facts, facts_of
from rlm_desktop.corpus.store.seen import FileSeen
from rlm_desktop.trace.facts import SkippedFile

ARCHIVE = "archive"
_NANOSECONDS = 1_000_000_000


def seen_of(conversion: Conversion) -> Iterator[FileSeen]:
    """Tell what came of a file."""
    file = conversion.file
    for extract in conversion.extracts:
        yield ready(file, extract.inner, facts_of(extract))
    # An archive of which nothing could be read is unpacked, too: only what is in it is told.
    if "" not in (extract.inner for extract in conversion.extracts) and not _is_skipped(conversion):
        yield unpacked(file)
    for one in conversion.skipped:
        yield failed(one, file)


def _is_skipped(conversion: Conversion) -> bool:
    own_path = shown_path(conversion.file.path)
    return any(one.path == own_path for one in conversion.skipped)


def queued(file: FoundFile) -> FileSeen:
    """Say that a file waits to be read."""
    return FileSeen(
        path=shown_path(file.path),
        name=file.name,
        state="queued",
        size_bytes=file.size_bytes,
        modified_at=_modified_at(file),
    )


def ready(file: FoundFile, inner_name: str, facts: Facts) -> FileSeen:
    """Say that a document can be asked about, and what its text lacks."""
    pages = facts.page_starts
    return FileSeen(
        path=path_of(file, inner_name),
        name=name_of(file, inner_name),
        state="ready",
        kind=facts.kind,
        pages=None if pages is None else len(pages),
        characters=facts.characters,
        tokens=facts.tokens,
        size_bytes=facts.source_bytes,
        reason=f"not in its text: {', '.join(facts.losses)}" if facts.losses else "",
        modified_at=_modified_at(file),
    )


def unpacked(file: FoundFile) -> FileSeen:
    """Say that a file's documents, which are told on their own, are all that it is."""
    return FileSeen(
        path=shown_path(file.path),
        name=file.name,
        state="ready",
        kind=ARCHIVE,
        size_bytes=file.size_bytes,
        modified_at=_modified_at(file),
    )


def failed(skipped: SkippedFile, file: FoundFile | None = None) -> FileSeen:
    """Say why something is not read; `file` is the one found that it is, or was in."""
    is_file = file is not None and skipped.path == shown_path(file.path)
    return FileSeen(
        path=skipped.path,
        name=file.name if file and is_file else _last_part(skipped.path, file),
        state="noted" if is_rules_note(skipped) else "failed",
        size_bytes=file.size_bytes if file and is_file else 0,
        reason=skipped.reason,
        modified_at=_modified_at(file) if file else None,
    )


def path_of(file: FoundFile, inner_name: str) -> str:
    """Give the path by which a document is known: that of its file, and what leads to it in there."""
    path = shown_path(file.path)
    return f"{path}/{inner_name}" if inner_name else path


def name_of(file: FoundFile, inner_name: str) -> str:
    """Give a document the name of its file, and what leads to it in there."""
    return f"{file.name}/{inner_name}" if inner_name else file.name


def _last_part(path: str, file: FoundFile | None) -> str:
    above = shown_path(file.path) if file else ""
    if file and path.startswith(above + "/"):
        return file.name + path[len(above) :]
    return Path(path).name


def _modified_at(file: FoundFile) -> float | None:
    return file.mtime_ns / _NANOSECONDS if file.mtime_ns else None
