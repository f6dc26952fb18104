"""From a file to a document, by its kind."""

import logging
import struct
import zlib
from collections.abc import Callable
from functools import partial
from zipfile import BadZipFile

from rlm_desktop.corpus.decoding import decode
from rlm_desktop.corpus.documents import Document
from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.gathering import FoundFile, explain, shown_path
from rlm_desktop.corpus.kinds import is_locked_office, kind_inside, kind_of, unread_inside, unread_kind, why_unread
from rlm_desktop.corpus.readers.docx_reader import read_docx
from rlm_desktop.corpus.readers.draft import Converted, counted
from rlm_desktop.corpus.readers.epub_reader import read_epub
from rlm_desktop.corpus.readers.html_reader import read_html
from rlm_desktop.corpus.readers.json_reader import read_json
from rlm_desktop.corpus.readers.mail_reader import ReadPart, read_eml, read_mbox
from rlm_desktop.corpus.readers.msg_reader import read_msg
from rlm_desktop.corpus.readers.notebook_reader import read_notebook
from rlm_desktop.corpus.readers.odf_reader import read_odf
from rlm_desktop.corpus.readers.package import DAMAGED, PASSWORD
from rlm_desktop.corpus.readers.pdf_reader import read_pdf
from rlm_desktop.corpus.readers.pptx_reader import read_pptx
from rlm_desktop.corpus.readers.rtf_reader import read_rtf
from rlm_desktop.corpus.readers.sheet_reader import read_ods, read_sheets
from rlm_desktop.corpus.readers.subtitles_reader import read_subtitles
from rlm_desktop.corpus.readers.xml_reader import read_xml

log = logging.getLogger(__name__)

LARGEST_BYTES = 512_000_000
NO_TEXT = "holds no text"
TOO_DEEP = "attached too deep inside other attachments"

_DEEPEST = 5
_PAGED = {"page", "slide"}
# What readers and their libraries raise on files that are not what they should be.
_FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BadZipFile,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)

_Reader = Callable[[bytes], Converted]
_READERS: dict[str, _Reader] = {
    "pdf": read_pdf,
    "docx": read_docx,
    "pptx": read_pptx,
    "odt": read_odf,
    "odp": read_odf,
    "odg": read_odf,
    "epub": read_epub,
    "rtf": read_rtf,
    "notebook": read_notebook,
    "subtitles": read_subtitles,
    "ods": read_ods,
    **dict.fromkeys(("xlsx", "xlsb", "xls"), read_sheets),
}
_PLAIN_READERS: dict[str, Callable[[bytes], str]] = {"html": read_html, "json": read_json, "xml": read_xml}
_READERS_WITH_PARTS: dict[str, Callable[[bytes, ReadPart], Converted]] = {
    "email": read_eml,
    "mbox": read_mbox,
    "msg": read_msg,
}


def read_document(file: FoundFile) -> Document:
    """Read a file to its text; raises `Unreadable` with the reason when that cannot be."""
    data = _bytes_of(file)
    kind, made = convert(file.name, data)
    paged = tuple(mark.start for mark in made.marks if mark.kind in _PAGED)
    return Document(
        name=file.name,
        path=shown_path(file.path),
        kind=kind,
        text=made.text,
        size_bytes=len(data),
        page_starts=paged or None,
        marks=made.marks,
        losses=counted(made.lost),
    )


def convert(name: str, data: bytes, depth: int = 0) -> tuple[str, Converted]:
    """Give the kind and the text of a file's bytes; `depth` counts the messages it was attached to."""
    if is_locked_office(data):
        raise Unreadable(PASSWORD)
    if what := unread_inside(data):
        raise Unreadable(why_unread(what))
    kind = kind_inside(data) or _kind_by_name(name, data[:1024])
    try:
        made = _read(kind, data, depth)
    except _FAULTS as fault:
        log.info("the reader for %s gave up: %r", kind, fault)
        raise Unreadable(DAMAGED) from fault
    if not made.text.strip():
        only = ", only " + ", ".join(counted(made.lost)) if made.lost.total() else ""
        raise Unreadable(NO_TEXT + only)
    return kind, made


def _kind_by_name(name: str, head: bytes) -> str:
    if what := unread_kind(name, head):
        raise Unreadable(why_unread(what))
    return kind_of(name, head)


def _read(kind: str, data: bytes, depth: int) -> Converted:
    if reader := _READERS.get(kind):
        return reader(data)
    if with_parts := _READERS_WITH_PARTS.get(kind):
        return with_parts(data, partial(_read_part, depth + 1))
    return Converted(text=_PLAIN_READERS.get(kind, decode)(data))


def _read_part(depth: int, name: str, data: bytes) -> Converted:
    if depth > _DEEPEST:
        raise Unreadable(TOO_DEEP)
    if not data:
        raise Unreadable("empty")
    return convert(name, data, depth)[1]


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
