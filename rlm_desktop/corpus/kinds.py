"""What kind of document a file is, and which kinds cannot be read."""

import re
from typing import Literal

from rlm_desktop.corpus.compound import OLE_SIGNATURE, WORKBOOKS, outer_streams
from rlm_desktop.corpus.readers.recognition import HOW_TO, is_available

_SUFFIXES = {
    "pdf": ".pdf",
    "html": ".html .htm .xhtml .xht",
    "markdown": ".md .markdown .mdown .mkd .rmd .qmd",
    "json": ".json .jsonl .ndjson .geojson",
    "notebook": ".ipynb",
    "csv": ".csv .tsv .tab",
    "xml": ".xml .xsl .xslt .xsd .rss .atom .opml .fb2 .rdf .kml .gpx",
    "yaml": ".yaml .yml",
    "log": ".log",
    "subtitles": ".srt .vtt",
    "docx": ".docx .docm .dotx .dotm",
    "pptx": ".pptx .pptm .ppsx .ppsm .potx",
    "xlsx": ".xlsx .xlsm .xltx .xltm .xlam",
    "xlsb": ".xlsb",
    "xls": ".xls .xlt .xla",
    "odt": ".odt .ott .fodt .sxw",
    "ods": ".ods .ots .fods",
    "odp": ".odp .otp .fodp .sxi",
    "odg": ".odg .otg .fodg",
    "epub": ".epub",
    "parquet": ".parquet .pq",
    "arrow": ".arrow .arrows .feather",
    "rtf": ".rtf",
    "email": ".eml .emlx",
    "mbox": ".mbox .mbx",
    "msg": ".msg .oft",
    "code": (
        ".py .pyi .js .mjs .cjs .ts .tsx .jsx .java .kt .kts .scala .groovy .c .h .cc .cpp .cxx .hh .hpp .cs .go .rs"
        " .rb .php .pl .pm .lua .r .jl .swift .m .mm .dart .ex .exs .erl .hs .ml .mli .clj .lisp .el .scm .sql .sh"
        " .bash .zsh .fish .ps1 .bat .cmd .vue .svelte .css .scss .less .toml .ini"
        " .cfg .conf .properties .gradle .cmake .mk .tf .proto .graphql .asm .s .f .f90 .pas .vb .ada .d .nim .zig"
    ),
}
_KIND_OF_SUFFIX = {suffix: kind for kind, suffixes in _SUFFIXES.items() for suffix in suffixes.split()}
_CODE_NAMES = {"makefile", "dockerfile", "cmakelists.txt", "jenkinsfile", "rakefile", "gemfile", "vagrantfile"}
_ARCHIVE_SUFFIXES = {".zip", ".tar", ".gz", ".tgz", ".bz2", ".tbz2", ".xz", ".txz", ".jar", ".war", ".whl"}
ZIPPED_KINDS = frozenset({"docx", "pptx", "xlsx", "xlsb", "odt", "ods", "odp", "odg", "epub"})
_BINARY_KINDS = ZIPPED_KINDS | {"xls", "msg"}

_PLAIN_KINDS = frozenset({"text", "markdown", "yaml", "log", "code", "xml"})

IMAGES = "images"
UNKNOWN_IMAGE = "an image in a format that text recognition does not read; save it as PNG and add that"
_UNREAD_SUFFIXES = {
    "old Word documents": ".doc .dot .wps",
    "old PowerPoint presentations": ".ppt .pps .pot",
    "Kindle books": ".mobi .azw .azw3",
    "Apple iWork documents": ".pages .numbers .key",
    "PostScript files": ".ps .eps",
    "DjVu documents": ".djvu .djv",
    "Outlook mailboxes": ".pst .ost",
    IMAGES: ".png .jpg .jpeg .gif .bmp .tif .tiff .webp .heic .heif .avif .ico .psd .jp2 .svg .svgz .emf .wmf",
    "sound files": ".mp3 .wav .au .aif .aiff .aifc .flac .ogg .oga .opus .m4a .aac .wma .mid",
    "videos": ".mp4 .mkv .avi .mov .webm .wmv .mpg .mpeg .m4v .flv",
    "archives": ".zst .7z .rar .deb .rpm .iso .dmg .cab",
    "databases": ".sqlite .sqlite3 .db .mdb .accdb .h5 .hdf5",
    "programs": ".exe .dll .so .dylib .o .a .lib .class .pyc .pyo .wasm .bin .msi .apk",
    "fonts": ".ttf .otf .woff .woff2 .eot",
}
_WRITTEN_AS_TEXT = {IMAGES, "PostScript files"}
"""Their files may hold nothing but letters and still be no text to read."""
_NEVER_IN_TEXT = bytes(set(range(32)) - set(b"\t\n\r\f\x1b")) + b"\x7f"
_UNREAD_OF_SUFFIX = {suffix: what for what, suffixes in _UNREAD_SUFFIXES.items() for suffix in suffixes.split()}

ZIP_SIGNATURE = b"PK\x03\x04"
RTF_SIGNATURE = b"{\\rtf"
PDF_SIGNATURE = b"%PDF-"
_KIND_OF_SIGNATURE = {RTF_SIGNATURE: "rtf", b"PAR1": "parquet", b"ARROW1": "arrow"}

_UNREAD_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (ZIP_SIGNATURE, "archives"),
    (b"PK\x05\x06", "archives"),
    (OLE_SIGNATURE, "old Office documents"),
    (b"%!PS", "PostScript files"),
    (b"\x89PNG", IMAGES),
    (b"\xff\xd8\xff", IMAGES),
    (b"GIF8", IMAGES),
    (b"\x1f\x8b", "archives"),
    (b"BZh", "archives"),
    (b"\xfd7zXZ", "archives"),
    (b"7z\xbc\xaf", "archives"),
    (b"Rar!", "archives"),
    (b"SQLite format 3", "databases"),
    (b"\x7fELF", "programs"),
)
_RECOGNISABLE = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM")
_SIGNATURES = (*_KIND_OF_SIGNATURE, *(signature for signature, _ in _UNREAD_SIGNATURES))
_ADVICE = {
    "old Word documents": "save it as DOCX and add that",
    "old PowerPoint presentations": "save it as PPTX and add that",
    "old Office documents": "save it in a newer format and add that",
    "Apple iWork documents": "export it as PDF and add that",
    "Outlook mailboxes": "export it as MBOX and add that",
    "databases": "export what matters as CSV and add that",
    "archives": "unpack it and add the folder",
}

ArchiveKind = Literal["zip", "tar", "gz", "bz2", "xz"]
_ARCHIVE_SIGNATURES: tuple[tuple[bytes, ArchiveKind], ...] = (
    (ZIP_SIGNATURE, "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b", "gz"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ", "xz"),
)

# What a zipped document declares itself to be in its first part, or holds.
_DECLARED_TYPES = {
    b"application/epub+zip": "epub",
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
    b"application/vnd.oasis.opendocument.graphics": "odg",
}
_OFFICE_PARTS = {b"word/": "docx", b"ppt/": "pptx", b"xl/workbook.bin": "xlsb", b"xl/": "xlsx"}
_OLE_STREAMS = {**dict.fromkeys(WORKBOOKS, "xls"), "__properties_version1.0": "msg"}
_UNREAD_OLE_STREAMS = {
    "WordDocument": "old Word documents",
    "PowerPoint Document": "old PowerPoint presentations",
}
_HTML_STARTS = (b"<!doctype html", b"<html")
_MAIL_START = re.compile(rb"(?:Return-Path|Received|Delivered-To|X-[\w-]+|From|Date|Message-ID|MIME-Version): ", re.I)
_MAIL_SIGN = re.compile(rb"^(?:Message-ID|MIME-Version|Received): ?", re.I | re.M)
_MBOX_START = re.compile(rb"From \S+ .*\d\d:\d\d")


def kind_of(name: str, head: bytes) -> str:
    """Tell the kind of a readable document from its name, or else from how it begins."""
    by_suffix = _KIND_OF_SUFFIX.get(suffix_of(name))
    if PDF_SIGNATURE in head[:1024] and by_suffix is None:
        return "pdf"
    if told := next((kind for start, kind in _KIND_OF_SIGNATURE.items() if head.startswith(start)), None):
        return told
    if by_suffix and not _belies(by_suffix, head):
        return by_suffix
    if name.lower().rpartition("/")[2] in _CODE_NAMES or head.startswith(b"#!"):
        return "code"
    return _kind_by_beginning(head)


def kind_by_name(name: str) -> str:
    """Guess the kind of a file, readable or not, before it is opened."""
    suffix = suffix_of(name)
    kind = _KIND_OF_SUFFIX.get(suffix) or _UNREAD_OF_SUFFIX.get(suffix)
    return kind or ("archive" if suffix in _ARCHIVE_SUFFIXES else "text")


def plain_kind_of(name: str, data: bytes) -> str | None:
    """Tell the kind of a file that is read as it stands, if it is a text; None when a reader must see to it."""
    suffix = suffix_of(name)
    if suffix in _UNREAD_OF_SUFFIX or data.startswith(_SIGNATURES):
        return None
    kind = _KIND_OF_SUFFIX.get(suffix) or kind_of(name, data[:1024])
    is_plain_json = kind == "json" and b"\\u" not in data
    return kind if kind in _PLAIN_KINDS or is_plain_json else None


def is_plain(name: str) -> bool:
    """Guess from its name whether a file is a plain text."""
    suffix = suffix_of(name)
    return suffix not in _UNREAD_OF_SUFFIX and _KIND_OF_SUFFIX.get(suffix, "text") in {*_PLAIN_KINDS, "json", "csv"}


def archive_kind(name: str, data: bytes) -> ArchiveKind | None:
    """Tell what kind of archive this is; `data` is all of it, or its beginning and its end."""
    kind = next((kind for start, kind in _ARCHIVE_SIGNATURES if data.startswith(start)), None)
    suffix = suffix_of(name)
    if kind is None:
        return "tar" if data[257:262] == b"ustar" else None
    if suffix in _UNREAD_OF_SUFFIX or (kind == "zip" and (_KIND_OF_SUFFIX.get(suffix) or kind_inside(data))):
        return None
    return kind


def is_table(name: str, head: bytes) -> bool:
    """Tell whether this is a table of columns, which is read from its file and not whole."""
    return head.startswith((b"PAR1", b"ARROW1")) or suffix_of(name) == ".arrows"


def kind_inside(data: bytes) -> str | None:
    """Tell what a zipped or an old Office document is by what it holds, whatever its name; None when it is neither."""
    if data.startswith(ZIP_SIGNATURE):
        declared = next((kind for mark, kind in _DECLARED_TYPES.items() if mark in data[:120]), None)
        held = (kind for part, kind in _OFFICE_PARTS.items() if _names_part(data, part))
        return declared or next(held, None)
    if data.startswith(OLE_SIGNATURE):
        streams = outer_streams(data)
        return next((kind for stream, kind in _OLE_STREAMS.items() if stream in streams), None)
    return None


def unread_inside(data: bytes) -> str | None:
    """Name the old Office documents that cannot be read to which this one belongs, whatever its name."""
    if not data.startswith(OLE_SIGNATURE):
        return None
    streams = outer_streams(data)
    return next((what for stream, what in _UNREAD_OLE_STREAMS.items() if stream in streams), None)


def is_locked_office(data: bytes) -> bool:
    """Whether this is a newer Office document under a password."""
    return data.startswith(OLE_SIGNATURE) and "EncryptedPackage".encode("utf-16-le") in data


def unread_kind(name: str, head: bytes) -> str | None:
    """Name the kinds of files that cannot be read to which this one belongs; None when it can be tried."""
    suffix = suffix_of(name)
    if suffix in _KIND_OF_SUFFIX or head.startswith(RTF_SIGNATURE):
        is_known_inside = _KIND_OF_SUFFIX.get(suffix) in _BINARY_KINDS
        return None if is_known_inside or head.startswith(RTF_SIGNATURE) else _by_signature(head)
    by_suffix, by_signature = _UNREAD_OF_SUFFIX.get(suffix), _by_signature(head)
    if by_signature is None and by_suffix not in _WRITTEN_AS_TEXT and _is_plain(head):
        return None  # a name that plain texts have, too: `graph.dot`, `messages.pot`, `notes.doc`
    return by_suffix or by_signature


def is_recognisable(name: str, head: bytes) -> bool:
    """Tell whether this is an image in a format that text recognition reads."""
    is_known = head.startswith(_RECOGNISABLE) or head[8:12] == b"WEBP"
    return is_known and unread_kind(name, head) == IMAGES


def why_unread(what: str) -> str:
    """Say why files of these kinds are not read, and what to do."""
    if what == IMAGES:
        return UNKNOWN_IMAGE if is_available() else f"an image; {HOW_TO}"
    advice = _ADVICE.get(what)
    return f"{what} cannot be read yet" + (f"; {advice}" if advice else "")


def suffix_of(name: str) -> str:
    """Give the end of a file's name from its last dot, in lower case."""
    stem, dot, suffix = name.rpartition("/")[2].rpartition(".")
    return (dot + suffix).lower() if stem else ""


def _is_plain(head: bytes) -> bool:
    return bool(head) and len(head.translate(None, delete=_NEVER_IN_TEXT)) == len(head)


def _by_signature(head: bytes) -> str | None:
    return next((what for start, what in _UNREAD_SIGNATURES if head.startswith(start)), None)


def _belies(kind: str, head: bytes) -> bool:
    """Whether a file begins as one of its kind never does, such as a table saved as HTML under an Excel name."""
    if kind not in _BINARY_KINDS or not head:
        return False
    return not head.startswith((ZIP_SIGNATURE, OLE_SIGNATURE, b"PK")) and kind in {"xls", "xlsx", "docx", "msg"}


def _kind_by_beginning(head: bytes) -> str:
    start = head[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_HTML_STARTS):
        return "html"
    if start.startswith(b"<?xml"):
        return "html" if b"<html" in start else "xml"
    if _MBOX_START.match(head):
        return "mbox"
    return "email" if _MAIL_START.match(head) and _MAIL_SIGN.search(head) else "text"


def _names_part(data: bytes, part: bytes) -> bool:
    # The list of parts is at the end; a file cut short still names some at its beginning.
    return part in data[-200_000:] or part in data[:4_000]
