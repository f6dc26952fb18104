"""Documents, and the one text that a run calls `context`."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

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
        if self.page_starts is None:
            return None
        return max(1, bisect_right(self.page_starts, offset))

    def part_at(self, offset: int) -> str:
        """Name the part that holds this offset, such as `p. 14` or `sheet Dues, rows 1-100`; "" when none is marked."""
        index = bisect_right(self.marks, offset, key=lambda mark: mark.start) - 1
        if index >= 0:
            return self.marks[index].label
        page = self.page_at(offset)
        return f"p. {page}" if page is not None else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A document's place in the text of its corpus, without the header line."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a character of the corpus stands: `offset` counts in the document's text, `line` from 1.

    `part` names the page, slide, sheet, chapter or message.
    """

    document: Document
    page: int | None
    line: int
    offset: int
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Documents, joined into one text; `spans[i]` says where `documents[i]` stands in it."""

    documents: tuple[Document, ...]
    text: str
    spans: tuple[Span, ...]
    skipped: tuple[SkippedFile, ...] = ()

    def facts(self) -> tuple[DocumentFacts, ...]:
        """Tell what is known of each document without its text."""
        return tuple(document.facts() for document in self.documents)

    def document_index_at(self, offset: int) -> int:
        """Give the number of the document at this offset; a header line counts to the document below it."""
        if not self.documents or not 0 <= offset <= len(self.text):
            message = f"offset {offset} is outside the corpus, which has {len(self.text)} characters"
            raise IndexError(message)
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


def assemble(documents: Sequence[Document], skipped: Sequence[SkippedFile] = ()) -> Corpus:
    """Join documents into a corpus: one stands as it is, several each follow a header line naming them."""
    pieces: list[str] = []
    spans: list[Span] = []
    position = 0
    for index, document in enumerate(documents):
        header = _header(index, documents) if len(documents) > 1 else ""
        pieces += [header, document.text]
        start = position + len(header)
        position = start + len(document.text)
        spans.append(Span(start=start, end=position))
    return Corpus(documents=tuple(documents), text="".join(pieces), spans=tuple(spans), skipped=tuple(skipped))


def _header(index: int, documents: Sequence[Document]) -> str:
    gap = BETWEEN_DOCUMENTS if index else ""
    return f"{gap}=== document {index + 1} of {len(documents)}: {documents[index].name} ===\n"
