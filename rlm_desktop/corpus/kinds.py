"""What kind of document a file is, and which kinds cannot be read yet."""

from pathlib import PurePath

_SUFFIXES = {
    "pdf": ".pdf",
    "html": ".html .htm .xhtml .xht",
    "markdown": ".md .markdown .mdown .mkd .rmd .qmd",
    "json": ".json .jsonl .ndjson .geojson .ipynb",
    "csv": ".csv .tsv .tab",
    "code": (
        ".py .pyi .js .mjs .cjs .ts .tsx .jsx .java .kt .kts .scala .groovy .c .h .cc .cpp .cxx .hh .hpp .cs .go .rs"
        " .rb .php .pl .pm .lua .r .jl .swift .m .mm .dart .ex .exs .erl .hs .ml .mli .clj .lisp .el .scm .sql .sh"
        " .bash .zsh .fish .ps1 .bat .cmd .vue .svelte .css .scss .less .xml .xsl .xsd .yaml .yml .toml .ini"
        " .cfg .conf .properties .gradle .cmake .mk .tf .proto .graphql .asm .s .f .f90 .pas .vb .ada .d .nim .zig"
    ),
}
_KIND_OF_SUFFIX = {suffix: kind for kind, suffixes in _SUFFIXES.items() for suffix in suffixes.split()}
_CODE_NAMES = {"makefile", "dockerfile", "cmakelists.txt", "jenkinsfile", "rakefile", "gemfile", "vagrantfile"}

_UNREAD_SUFFIXES = {
    "Word documents": ".docx .doc .docm .dotx .dot",
    "PowerPoint presentations": ".pptx .ppt .pptm .ppsx .pps",
    "Excel workbooks": ".xlsx .xls .xlsm .xlsb",
    "OpenDocument files": ".odt .ods .odp .odg .ott",
    "EPUB books": ".epub",
    "Kindle books": ".mobi .azw .azw3",
    "RTF documents": ".rtf",
    "Apple iWork documents": ".pages .numbers .key",
    "PostScript files": ".ps .eps",
    "DjVu documents": ".djvu .djv",
    "Outlook messages": ".msg .pst",
    "images": ".png .jpg .jpeg .gif .bmp .tif .tiff .webp .heic .heif .avif .ico .psd .jp2 .svg .svgz",
    "sound files": ".mp3 .wav .flac .ogg .oga .opus .m4a .aac .wma .mid",
    "videos": ".mp4 .mkv .avi .mov .webm .wmv .mpg .mpeg .m4v .flv",
    "archives": ".zip .tar .gz .tgz .bz2 .xz .zst .7z .rar .jar .war .whl .deb .rpm .iso .dmg .cab",
    "databases": ".sqlite .sqlite3 .db .mdb .accdb .parquet .feather .arrow .h5 .hdf5",
    "programs": ".exe .dll .so .dylib .o .a .lib .class .pyc .pyo .wasm .bin .msi .apk",
    "fonts": ".ttf .otf .woff .woff2 .eot",
}
_UNREAD_OF_SUFFIX = {suffix: what for what, suffixes in _UNREAD_SUFFIXES.items() for suffix in suffixes.split()}

_UNREAD_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "archives and office documents"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office documents"),
    (b"{\\rtf", "RTF documents"),
    (b"%!PS", "PostScript files"),
    (b"\x89PNG", "images"),
    (b"\xff\xd8\xff", "images"),
    (b"GIF8", "images"),
    (b"\x1f\x8b", "archives"),
    (b"BZh", "archives"),
    (b"\xfd7zXZ", "archives"),
    (b"7z\xbc\xaf", "archives"),
    (b"Rar!", "archives"),
    (b"SQLite format 3", "databases"),
    (b"\x7fELF", "programs"),
)

PDF_SIGNATURE = b"%PDF-"
_HTML_STARTS = (b"<!doctype html", b"<html")


def kind_of(name: str, head: bytes) -> str:
    """Tell the kind of a readable document from its name, or else from how it begins."""
    path = PurePath(name.lower())
    if PDF_SIGNATURE in head[:1024] and path.suffix not in _KIND_OF_SUFFIX:
        return "pdf"
    if kind := _KIND_OF_SUFFIX.get(path.suffix):
        return kind
    if path.name in _CODE_NAMES or head.startswith(b"#!"):
        return "code"
    starts_as_html = head[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_HTML_STARTS)
    return "html" if starts_as_html else "text"


def unread_kind(name: str, head: bytes) -> str | None:
    """Name the kinds of files that cannot be read yet to which this one belongs; None when it can be tried."""
    suffix = PurePath(name.lower()).suffix
    by_suffix = _UNREAD_OF_SUFFIX.get(suffix)
    by_start = next((what for start, what in _UNREAD_SIGNATURES if head.startswith(start)), None)
    return by_suffix or by_start
