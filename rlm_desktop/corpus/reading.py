"""From a file to a document, by its kind."""

from rlm_desktop.corpus.decoding import decode
from rlm_desktop.corpus.documents import Document
from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.gathering import FoundFile, explain, shown_path
from rlm_desktop.corpus.kinds import kind_of, unread_kind
from rlm_desktop.corpus.readers.html_reader import read_html
from rlm_desktop.corpus.readers.json_reader import read_json
from rlm_desktop.corpus.readers.pdf_reader import read_pdf

LARGEST_BYTES = 512_000_000


def read_document(file: FoundFile) -> Document:
    """Read a file to its text; raises `Unreadable` with the reason when that cannot be."""
    data = _bytes_of(file)
    if what := unread_kind(file.name, data[:1024]):
        message = f"{what} cannot be read yet"
        raise Unreadable(message)
    kind = kind_of(file.name, data[:1024])
    text, page_starts = _convert(kind, data)
    if not text.strip():
        raise Unreadable("holds no text")
    return Document(
        name=file.name,
        path=shown_path(file.path),
        kind=kind,
        text=text,
        size_bytes=len(data),
        page_starts=page_starts,
    )


def _bytes_of(file: FoundFile) -> bytes:
    if file.size_bytes > LARGEST_BYTES:
        message = f"larger than {LARGEST_BYTES // 1_000_000} MB; split it and add the parts"
        raise Unreadable(message)
    try:
        data = file.path.read_bytes()
    except OSError as fault:
        raise Unreadable(explain(fault)) from fault
    if not data:
        raise Unreadable("empty")
    return data


def _convert(kind: str, data: bytes) -> tuple[str, tuple[int, ...] | None]:
    match kind:
        case "pdf":
            return read_pdf(data)
        case "html":
            return read_html(data), None
        case "json":
            return read_json(data), None
        case _:
            return decode(data), None
