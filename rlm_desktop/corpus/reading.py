"""From a file to a document, by its kind."""

import logging
import struct
import zlib
from collections.abc import Callable
from functools import cache, partial
from importlib import import_module
from typing import Any
from zipfile import BadZipFile

from rlm_desktop.corpus import readers
from rlm_desktop.corpus.decoding import decode
from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.kinds import (
    is_locked_office,
    is_recognisable,
    kind_inside,
    kind_of,
    unread_inside,
    unread_kind,
    why_unread,
)
from rlm_desktop.corpus.readers.draft import Converted, counted
from rlm_desktop.corpus.readers.package import DAMAGED, PASSWORD
from rlm_desktop.corpus.readers.recognition import is_available

log = logging.getLogger(__name__)

LARGEST_BYTES = 512_000_000
TOO_LARGE = f"larger than {LARGEST_BYTES // 1_000_000} MB; split it and add the parts"
NO_TEXT = "holds no text"
TOO_DEEP = "attached too deep inside other attachments"

_DEEPEST = 5
# What readers and their libraries raise on files that are not what they should be.
_FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BadZipFile,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)

_READERS = {
    "pdf": "pdf_reader.read_pdf",
    "html": "html_reader.read_page",
    "docx": "docx_reader.read_docx",
    "pptx": "pptx_reader.read_pptx",
    "odt": "odf_reader.read_odf",
    "odp": "odf_reader.read_odf",
    "odg": "odf_reader.read_odf",
    "epub": "epub_reader.read_epub",
    "rtf": "rtf_reader.read_rtf",
    "notebook": "notebook_reader.read_notebook",
    "subtitles": "subtitles_reader.read_subtitles",
    "csv": "rows.read_table",
    "image": "image_reader.read_image",
    **dict.fromkeys(("parquet", "arrow"), "table_reader.read_arrow_table"),
    "ods": "sheet_reader.read_ods",
    **dict.fromkeys(("xlsx", "xlsb", "xls"), "sheet_reader.read_sheets"),
}
_PLAIN_READERS = {"json": "json_reader.read_json", "xml": "xml_reader.read_xml"}
_READERS_WITH_PARTS = {"email": "mail_reader.read_eml", "mbox": "mail_reader.read_mbox", "msg": "msg_reader.read_msg"}


def convert(name: str, data: bytes, depth: int = 0) -> tuple[str, Converted]:
    """Give the kind and the text of a file's bytes; `depth` counts the messages it was attached to."""
    if is_locked_office(data):
        raise Unreadable(PASSWORD)
    if what := unread_inside(data):
        raise Unreadable(why_unread(what))
    if is_available() and is_recognisable(name, data[:1024]):
        kind = "image"
    else:
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
    made: Converted
    if kind in _READERS:
        made = _reader(_READERS[kind])(data)
    elif kind in _READERS_WITH_PARTS:
        made = _reader(_READERS_WITH_PARTS[kind])(data, partial(_read_part, depth + 1))
    elif kind in _PLAIN_READERS:
        made = Converted(text=_reader(_PLAIN_READERS[kind])(data))
    else:
        made = Converted(text=decode(data))
    return made


@cache
def _reader(name: str) -> Callable[..., Any]:
    """Load a reader when its kind is met first: their libraries are many."""
    module, _, function = name.partition(".")
    reader: Callable[..., Any] = getattr(import_module(f"{readers.__name__}.{module}"), function)
    return reader


def _read_part(depth: int, name: str, data: bytes) -> Converted:
    if depth > _DEEPEST:
        raise Unreadable(TOO_DEEP)
    if not data:
        raise Unreadable("empty")
    return convert(name, data, depth)[1]
