"""EPUB books, chapter by chapter in reading order."""

import posixpath

from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.readers.draft import Converted, Draft, one_line
from rlm_desktop.corpus.readers.html_reader import read_html
from rlm_desktop.corpus.readers.markup import attributes_of, elements
from rlm_desktop.corpus.readers.package import DAMAGED, Package, resolve

LOCKED = "protected against copying (DRM), so its text cannot be read"
_TEXTS = {"application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document"}
_ENCRYPTION = "META-INF/encryption.xml"


def read_epub(data: bytes) -> Converted:
    """Give the text of a book; what its list of contents names but the file lacks is left out and counted."""
    package = Package(data)
    locked = _locked(package)
    draft = Draft()
    for number, name in enumerate(_spine(package, draft), 1):
        if name in locked:
            draft.lost["encrypted chapter"] += 1
        elif name not in package:
            draft.lost["missing chapter"] += 1
        else:
            _write_chapter(package.read(name), number, draft)
    if draft.lost["encrypted chapter"] and draft.is_empty:
        raise Unreadable(LOCKED)
    return draft.done()


def _write_chapter(data: bytes, number: int, draft: Draft) -> None:
    text = read_html(data)
    first = text.lstrip("# ").partition("\n")[0]
    draft.begin("chapter", f"chapter {number}: {one_line(first, 80)}")
    draft.block(text)
    draft.lost["image"] += data.count(b"<img") + data.count(b"<image")


def _spine(package: Package, draft: Draft) -> list[str]:
    book = _book_part(package)
    folder = posixpath.dirname(book)
    found = list(elements(package.read(book)))
    items = {one.get("id", ""): one for tag, one in found if tag == "item"}
    order = [one.get("idref", "") for tag, one in found if tag == "itemref"]
    draft.lost["missing chapter"] += sum(key not in items for key in order)
    chosen = [items[key] for key in order if key in items] or list(items.values())
    return [resolve(folder, one.get("href", "")) for one in chosen if _is_text(one)]


def _book_part(package: Package) -> str:
    container = package.read("META-INF/container.xml")
    named = [one.get("full-path", "") for one in attributes_of(container, "container:rootfile")] if container else []
    guessed = [name for name in package.names if name.endswith(".opf")]
    book = next((name for name in (*named, *guessed) if name and name in package), None)
    if book is None:
        raise Unreadable(DAMAGED)
    return book


def _is_text(item: dict[str, str]) -> bool:
    name = item.get("href", "").lower().partition("#")[0]
    return item.get("media-type", "") in _TEXTS or name.endswith((".xhtml", ".html", ".htm"))


def _locked(package: Package) -> set[str]:
    """Name the parts that are encrypted; fonts are in nearly every book that is, and cost nothing."""
    data = package.read(_ENCRYPTION)
    return {resolve("", one.get("URI", "")) for one in attributes_of(data, "CipherReference")} if data else set()
