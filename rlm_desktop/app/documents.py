"""Reads a document again in the window's process, to show a passage of it."""

from pathlib import Path

from rlm_desktop.viewmodel.passages import PlainDocument


def read_plain(path: Path) -> PlainDocument:
    """Read one file to the text that a run saw; raises OSError or ValueError with the reason."""
    # The readers bring a PDF library and an HTML parser: only when a passage is shown.
    from rlm_desktop.corpus.errors import Unreadable  # noqa: PLC0415
    from rlm_desktop.corpus.gathering import FoundFile  # noqa: PLC0415
    from rlm_desktop.corpus.reading import read_document  # noqa: PLC0415

    file = FoundFile(path=path, name=path.name, size_bytes=path.stat().st_size)
    try:
        document = read_document(file)
    except Unreadable as error:
        raise ValueError(str(error)) from error
    return PlainDocument(document.text, document.page_starts)
