"""In a worker: plain texts of any size, piece by piece in bounded memory."""

import codecs
from collections.abc import Callable, Iterator
from hashlib import blake2b

from rlm_desktop.corpus.converting.packing import DIGEST_BYTES, Packs
from rlm_desktop.corpus.converting.plainness import characters_of_plain
from rlm_desktop.corpus.decoding import clean, decode, decode_on, wide_encoding
from rlm_desktop.corpus.documents import Mark
from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.readers.json_reader import written_out
from rlm_desktop.corpus.readers.rows import RowMarks
from rlm_desktop.corpus.reading import NO_TEXT
from rlm_desktop.corpus.tokens import estimate_tokens_in

STREAMED_KINDS = frozenset({"text", "markdown", "yaml", "log", "code", "xml", "csv", "json"})
TABLE_KINDS = frozenset({"csv", "parquet", "arrow"})


class TextStream:
    """Takes the pieces of a file and adds up what is to be known of its text."""

    def __init__(self, kind: str, packs: Packs, size_bytes: int) -> None:
        self._packs = packs
        self._is_json = kind == "json"
        self._rows = RowMarks(size_bytes, may_quote=kind == "csv") if kind in TABLE_KINDS else None
        self._source, self._text = blake2b(digest_size=DIGEST_BYTES), blake2b(digest_size=DIGEST_BYTES)
        self._wide: codecs.IncrementalDecoder | None = None
        self._is_first = True
        self._is_blank = True
        self._guess: str | None = None
        self._held = ""
        self.source_bytes = self.characters = self.newlines = self.tokens = 0

    def source(self, piece: bytes) -> None:
        """Count a piece of the file."""
        self.source_bytes += len(piece)
        self._source.update(piece)

    def take(self, piece: bytes) -> None:
        """Write a piece that ends where a line does, or at least a character."""
        self.source(piece)
        characters = None if self._is_json or self._wide else characters_of_plain(piece)
        if characters is None:
            self.take_text(self._decoded(piece))
        else:
            self._write(piece, characters)
            if self._rows:
                self._rows.feed(piece.decode())
        self._is_first = False

    def done(self) -> tuple[str, str, tuple[Mark, ...]]:
        """Give the digests of source and text, and the marks; raises `Unreadable` when there was nothing to read."""
        if self._wide:
            self.take_text(self._widely_decoded(self._wide, b"", is_last=True))
        if self._is_blank:
            raise Unreadable(NO_TEXT)
        return self._source.hexdigest(), self._text.hexdigest(), self._rows.done() if self._rows else ()

    def _decoded(self, piece: bytes) -> str:
        if self._is_first and (wide := wide_encoding(piece)):
            self._wide = codecs.getincrementaldecoder(wide)("replace")
        if self._wide:
            return self._widely_decoded(self._wide, piece)
        if self._is_first:
            return decode(piece)
        text, self._guess = decode_on(piece, self._guess)
        return text

    def _widely_decoded(self, decoder: codecs.IncrementalDecoder, piece: bytes, *, is_last: bool = False) -> str:
        text = self._held + decoder.decode(piece, is_last)
        # The other half of a line end may come with the next piece.
        self._held = "\r" if text.endswith("\r") and not is_last else ""
        return clean(text.removesuffix(self._held).removeprefix("\ufeff" if self._is_first else ""))

    def take_text(self, text: str) -> None:
        """Write a piece of text."""
        if self._is_json:
            text = written_out(text)
        self._write(text.encode("utf-8", "replace"), len(text))
        if self._rows:
            self._rows.feed(text)

    def _write(self, utf8: bytes, characters: int) -> None:
        self._packs.write(utf8)
        self._text.update(utf8)
        self._is_blank = self._is_blank and (not utf8 or utf8.isspace())
        self.characters += characters
        self.newlines += utf8.count(b"\n")
        self.tokens += estimate_tokens_in(utf8)


def pieces_of(first: bytes, read: Callable[[], bytes]) -> Iterator[bytes]:
    """Give a file in pieces that end at line ends, and where a line is longer than a piece, at characters."""
    rest = first
    while more := read():
        end = rest.rfind(b"\n") + 1 or _last_character(rest)
        yield rest[:end]
        rest = rest[end:] + more
    yield rest


def _last_character(data: bytes) -> int:
    """Give where the last whole character ends; a line end of two signs stays together."""
    for back in range(1, 5):
        byte = data[-back]
        if byte == 0x0D or byte >= 0xC0:
            return len(data) - back
        if byte < 0x80:
            return len(data)
    return len(data)
