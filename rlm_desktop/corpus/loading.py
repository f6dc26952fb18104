"""From paths to a corpus, telling about each document as it comes."""

from collections.abc import Callable, Sequence
from pathlib import Path

from rlm_desktop.corpus.documents import Corpus, Document, assemble
from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.gathering import FoundFile, gather, shown_path
from rlm_desktop.corpus.reading import read_document
from rlm_desktop.trace.facts import SkippedFile

OnDocument = Callable[[Document | SkippedFile], None]


def load(paths: Sequence[Path], on_document: OnDocument | None = None) -> Corpus:
    """Read all files below these paths in a stable order; what cannot be read is skipped with its reason.

    It works in the caller's thread. An exception from `on_document` ends it, which is how to stop early.
    """
    tell = on_document or _tell_nobody
    gathered = gather(paths)
    skipped = list(gathered.skipped)
    documents: list[Document] = []
    for one in skipped:
        tell(one)
    for file in gathered.files:
        result = read_or_skip(file)
        tell(result)
        if isinstance(result, Document):
            documents.append(result)
        else:
            skipped.append(result)
    return assemble(documents, skipped)


def read_or_skip(file: FoundFile) -> Document | SkippedFile:
    """Read one file, or say why it cannot be read."""
    try:
        return read_document(file)
    except Unreadable as reason:
        return SkippedFile(path=shown_path(file.path), reason=str(reason))


def _tell_nobody(_: Document | SkippedFile) -> None:
    return None
