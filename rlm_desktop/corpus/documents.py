"""Documents, and the one text that a run calls `context`."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from rlm_desktop.corpus.tokens import estimate_tokens
from rlm_desktop.text.text import Text
from rlm_desktop.trace.facts import DocumentFacts, SkippedFile

BETWEEN_DOCUMENTS = "\n\n"

MarkKind = Literal["page", "slide", "sheet", "section", "chapter", "cell", "message", "attachment", "time"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Where a part of a document begins in its text, and the words that name it: `p. 14`, `slide 3`, `sheet Dues`."""

    start: int
    label: str
    kind: MarkKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One file of the user's as text.

    `page_starts` holds, for a document with pages or slides, the offset in `text` where each begins. `marks` names
    the parts of every kind of document, in the order of their starts. `losses` counts what the text lacks of the
    file: `3 images`, `1 chart`.
    """

    name: str
    path: str
    kind: str
    text: str
    size_bytes: int
    page_starts: tuple[int, ...] | None = None
    marks: tuple[Mark, ...] = ()
    losses: tuple[str, ...] = ()

    def facts(self) -> DocumentFacts:
        """Tell what is known of the document without its text."""
        return DocumentFacts(
            name=self.name,
            path=self.path,
            kind=self.kind,
            characters=len(self.text),
            size_bytes=self.size_bytes,
            pages=None if self.page_starts is None else len(self.page_starts),
            losses=self.losses,
        )

    def page_at(self, offset: int) -> int | None:
        """Give the page, counted from 1, that holds this offset of the text; None without pages."""
        return page_at(self.page_starts, offset)

    def part_at(self, offset: int) -> str:
        """Name the part that holds this offset, such as `p. 14` or `sheet Dues, rows 1-100`; "" when none is marked."""
        return part_at(self.marks, self.page_starts, offset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A document's place in the text of its corpus, without the header line."""

    start: int
    end: int


class CorpusDocument(Protocol):
    """A document as every corpus shows it: in memory, or read from the store when its text is wanted."""

    @property
    def name(self) -> str:
        """The name it has among the others."""

    @property
    def path(self) -> str:
        """Where its file lies, or lay."""

    @property
    def kind(self) -> str:
        """What kind of file it is."""

    @property
    def text(self) -> str:
        """Its whole text."""

    @property
    def size_bytes(self) -> int:
        """The size of its file."""

    @property
    def page_starts(self) -> Sequence[int] | None:
        """Where each page begins in its text; None without pages."""

    @property
    def marks(self) -> Sequence[Mark]:
        """Where its parts begin."""

    @property
    def losses(self) -> tuple[str, ...]:
        """What its text lacks of the file."""

    def facts(self) -> DocumentFacts:
        """Tell what is known of the document without its text."""

    def page_at(self, offset: int) -> int | None:
        """Give the page, counted from 1, that holds this offset of the text."""

    def part_at(self, offset: int) -> str:
        """Name the part that holds this offset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a character of the corpus stands: `offset` counts in the document's text, `line` from 1.

    `part` names the page, slide, sheet, chapter or message.
    """

    document: CorpusDocument
    page: int | None
    line: int
    offset: int
    part: str = ""


class Corpus(Protocol):
    """Documents, joined into one text; `spans[i]` says where `documents[i]` stands in it."""

    @property
    def documents(self) -> Sequence[CorpusDocument]:
        """The documents in their order, each made when it is asked for."""

    @property
    def text(self) -> str | Text:
        """The one text of all documents."""

    @property
    def spans(self) -> Sequence[Span]:
        """Where each document stands in the text."""

    @property
    def skipped(self) -> tuple[SkippedFile, ...]:
        """What was given but could not be read."""

    @property
    def digest(self) -> str:
        """The name of this version in the store; empty for a corpus that only lives in memory."""

    @property
    def folder(self) -> Path | None:
        """Where the store keeps it; None for a corpus that only lives in memory."""

    @property
    def characters(self) -> int:
        """The length of the text."""

    @property
    def tokens(self) -> int:
        """How many tokens the text has, near enough."""

    def facts(self) -> Iterator[DocumentFacts]:
        """Tell what is known of each document without its text."""

    def document_index_at(self, offset: int) -> int:
        """Give the number of the document at this offset; a header line counts to the document below it."""

    def where(self, offset: int) -> Place:
        """Find the document, page and line of an offset in the text of the corpus."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryCorpus:
    """A corpus that lives in memory."""

    documents: tuple[Document, ...]
    text: str
    spans: tuple[Span, ...]
    skipped: tuple[SkippedFile, ...] = ()
    digest: str = ""
    folder: Path | None = None

    @property
    def characters(self) -> int:
        """The length of the text."""
        return len(self.text)

    @property
    def tokens(self) -> int:
        """How many tokens the text has, near enough."""
        return estimate_tokens(self.text)

    def facts(self) -> Iterator[DocumentFacts]:
        """Tell what is known of each document without its text."""
        return (document.facts() for document in self.documents)

    def document_index_at(self, offset: int) -> int:
        """Give the number of the document at this offset; a header line counts to the document below it."""
        check_offset(offset, self.characters if self.documents else -1)
        index = max(0, bisect_right(self.spans, offset, key=lambda span: span.start) - 1)
        is_below = offset > self.spans[index].end and index + 1 < len(self.spans)
        return index + 1 if is_below else index

    def where(self, offset: int) -> Place:
        """Find the document, page and line of an offset in the text of the corpus."""
        index = self.document_index_at(offset)
        document, span = self.documents[index], self.spans[index]
        inside = min(max(offset, span.start), span.end) - span.start
        return Place(
            document=document,
            page=document.page_at(inside),
            line=document.text.count("\n", 0, inside) + 1,
            offset=inside,
            part=document.part_at(inside),
        )


def check_offset(offset: int, characters: int) -> None:
    """Refuse an offset outside a corpus, in words; one without documents has -1 characters, so that none is inside."""
    if not 0 <= offset <= characters:
        message = f"offset {offset} is outside the corpus, which has {max(characters, 0)} characters"
        raise IndexError(message)


def page_at(page_starts: Sequence[int] | None, offset: int) -> int | None:
    """Give the page, counted from 1, that holds an offset; None without pages."""
    if page_starts is None:
        return None
    return max(1, bisect_right(page_starts, offset))


def part_at(marks: Sequence[Mark], page_starts: Sequence[int] | None, offset: int) -> str:
    """Name the part that holds an offset, by its mark or else by its page; "" when none is marked."""
    index = bisect_right(marks, offset, key=lambda mark: mark.start) - 1
    if index >= 0:
        return marks[index].label
    page = page_at(page_starts, offset)
    return f"p. {page}" if page is not None else ""


def assemble(documents: Sequence[Document], skipped: Sequence[SkippedFile] = ()) -> MemoryCorpus:
    """Join documents into a corpus: one stands as it is, several each follow a header line naming them."""
    pieces: list[str] = []
    spans: list[Span] = []
    position = 0
    for index, document in enumerate(documents):
        header = header_line(index, len(documents), document.name)
        pieces += [header, document.text]
        start = position + len(header)
        position = start + len(document.text)
        spans.append(Span(start=start, end=position))
    return MemoryCorpus(documents=tuple(documents), text="".join(pieces), spans=tuple(spans), skipped=tuple(skipped))


def header_line(index: int, count: int, name: str) -> str:
    """Give the line above the text of one of several documents; one alone has none."""
    if count == 1:
        return ""
    gap = BETWEEN_DOCUMENTS if index else ""
    return f"{gap}=== document {index + 1} of {count}: {name} ===\n"
