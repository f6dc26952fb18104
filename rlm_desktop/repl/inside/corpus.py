"""The corpus as model code sees it: documents by number or name, and where a place in them is."""

import json
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol, overload

from rlm_desktop.repl.inside.long_texts import is_long

PAGES = "p. {}"


class Place(NamedTuple):
    """Where an offset is: the document's name, its page and line from 1, the offset in that document, and the part.

    The part names a page, slide, sheet, chapter or message.
    """

    document: str
    page: int | None
    line: int
    offset_in_document: int
    part: str = ""


class Pages(Sequence[str]):
    """The texts of a document's pages; printed, it is their number. Empty when the kind has no pages."""

    def __init__(self, text: str, starts: Sequence[int]) -> None:
        self._text = text
        self._starts = starts

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        number = range(len(self))[place]
        end = self._starts[number + 1] if number + 1 < len(self) else len(self._text)
        return self._text[self._starts[number] : end]

    def __str__(self) -> str:
        return str(len(self))

    def __repr__(self) -> str:
        return f"<{len(self)} pages>"


class Facts(NamedTuple):
    """What is known of a document without its text; the starts of pages and marks count in the document."""

    name: str
    path: str
    kind: str
    start: int
    end: int
    page_starts: Sequence[int]
    marks: Sequence[tuple[int, str, str]] = ()


class Document:
    """One document: `.name .path .kind .pages .text`; `.start` and `.end` are its offsets in `context`."""

    def __init__(
        self, facts: Facts, whole: str, number: int = 0, newlines_before: Callable[[int], int] | None = None
    ) -> None:
        self.name = facts.name
        self.path = facts.path
        self.kind = facts.kind
        self.start = facts.start
        self.end = facts.end
        self._whole = whole
        self._starts = facts.page_starts
        self._marks = facts.marks
        self._number = number
        self._newlines_before = newlines_before

    @property
    def text(self) -> str:
        """The document's text."""
        return self._whole[self.start : self.end]

    @property
    def pages(self) -> Pages:
        """The texts of its pages."""
        return Pages(self.text, self._starts)

    @property
    def page_offsets(self) -> list[int]:
        """Where its pages begin in its text."""
        return list(self._starts)

    @property
    def whole(self) -> str:
        """The text that `start` and `end` count in."""
        return self._whole

    @property
    def number(self) -> int:
        """Its place among the documents, from 0."""
        return self._number

    def page_at(self, offset: int) -> int | None:
        """Give the page, from 1, of an offset in its text."""
        return max(bisect_right(self._starts, offset), 1) if self._starts else None

    def part_at(self, offset: int) -> str:
        """Name the page, slide, sheet, chapter or message of an offset in its text."""
        index = bisect_right(self._marks, offset, key=lambda mark: mark[0]) - 1
        if index >= 0:
            return self._marks[index][1]
        page = self.page_at(offset)
        return "" if page is None else PAGES.format(page)

    def newlines(self, start: int, end: int) -> int:
        """Count the line ends between two offsets of the whole text."""
        if self._newlines_before is None:
            return self._whole.count("\n", start, end)
        return self._newlines_before(end) - self._newlines_before(start)

    def place(self, offset: int) -> Place:
        """Say where an offset of the whole text is in it, at its nearest end for one outside."""
        offset = min(max(offset, self.start), self.end)
        inside, line = offset - self.start, self.newlines(self.start, offset) + 1
        return Place(self.name, self.page_at(inside), line, inside, self.part_at(inside))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Document):
            return NotImplemented
        return self._whole is other._whole and self._number == other._number

    def __hash__(self) -> int:
        return hash((self.name, self._number))

    def __len__(self) -> int:
        return self.end - self.start

    def __repr__(self) -> str:
        pages = f", {len(self._starts)} pages" if self._starts else ""
        return f"<Document {self.name!r}: {self.kind}{pages}, {len(self):,} characters>"


class Listing(Protocol):
    """Where documents come from."""

    def __len__(self) -> int: ...

    def document(self, number: int) -> Document:
        """Give a document by its place from 0."""
        ...

    def number_of(self, name: str) -> int | None:
        """Find a document by its name."""
        ...

    def number_at(self, offset: int) -> int:
        """Find the document that holds an offset of the whole text."""
        ...

    def names(self) -> Iterator[str]:
        """Give the names in order."""
        ...


class Listed:
    """Documents that all are there."""

    def __init__(self, documents: list[Document]) -> None:
        self._documents = documents
        self._by_name = {document.name: number for number, document in enumerate(documents)}
        self._starts = [document.start for document in documents]

    def __len__(self) -> int:
        return len(self._documents)

    def document(self, number: int) -> Document:
        """Give a document by its place from 0."""
        return self._documents[number]

    def number_of(self, name: str) -> int | None:
        """Find a document by its name."""
        return self._by_name.get(name)

    def number_at(self, offset: int) -> int:
        """Find the document that holds an offset of the whole text."""
        return max(bisect_right(self._starts, offset) - 1, 0)

    def names(self) -> Iterator[str]:
        """Give the names in order."""
        return (document.name for document in self._documents)


class Documents(Sequence[Document]):
    """All documents, in the order of the corpus."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing

    @property
    def names(self) -> list[str]:
        """The documents' names."""
        return list(self._listing.names())

    def get(self, name: str) -> Document | None:
        """Give the document of this name, or None."""
        number = self._listing.number_of(name)
        return None if number is None else self._listing.document(number)

    def at(self, offset: int) -> Document:
        """Give the document that holds an offset of `context`."""
        if not len(self):
            raise IndexError("there are no documents")
        return self._listing.document(self._listing.number_at(offset))

    def where(self, offset: int) -> Place:
        """Say where an offset of `context` is."""
        return self.at(offset).place(offset)

    def __len__(self) -> int:
        return len(self._listing)

    def __iter__(self) -> Iterator[Document]:
        return map(self._listing.document, range(len(self)))

    def __contains__(self, thing: object) -> bool:
        if isinstance(thing, str):
            return self._listing.number_of(thing) is not None
        return isinstance(thing, Document) and thing.number < len(self) and self[thing.number] == thing

    @overload
    def __getitem__(self, key: int | str) -> Document: ...
    @overload
    def __getitem__(self, key: slice) -> list[Document]: ...
    def __getitem__(self, key: int | str | slice) -> Document | list[Document]:
        if isinstance(key, slice):
            return [self._listing.document(number) for number in range(*key.indices(len(self)))]
        if isinstance(key, str):
            return self._named(key)
        try:
            return self._listing.document(range(len(self))[key])
        except IndexError:
            raise IndexError(f"there is no document {key}; there are {len(self):,}, counted from 0") from None

    def __repr__(self) -> str:
        shown = [f"{document.number}: {document!r}" for document in self[:50]]
        more = [f"… and {len(self) - 50:,} more"] if len(self) > 50 else []
        return "\n".join([*shown, *more]) or "<no documents>"

    def _named(self, name: str) -> Document:
        found = self.get(name)
        if found is None:
            raise KeyError(f"no document is named {name!r}; the names are {_some(self)}")
        return found


def documents_of(context: Any, facts: list[dict[str, Any]]) -> Documents:
    """Make the documents. A context without any is one document, or one for each item of a list or dict."""
    if facts and isinstance(context, str):
        told = [Facts(**{**document, "page_starts": document["page_starts"] or ()}) for document in facts]
        return _listed([(document, context) for document in told])
    if isinstance(context, str):
        return _listed([_whole("context", context)])
    items = context.items() if isinstance(context, dict) else enumerate(context)
    return _listed([_whole(f"context[{key!r}]", _as_text(item)) for key, item in items])


def plain_context(context: Any) -> Any:
    """Make a context that can be sent: documents become their texts, tuples lists."""
    if isinstance(context, Document):
        return context.text
    if isinstance(context, Documents):
        return [document.text for document in context]
    if is_long(context):
        return str(context)
    if isinstance(context, (tuple, list)):
        return [plain_context(item) for item in context]
    return context


def _listed(told: list[tuple[Facts, str]]) -> Documents:
    return Documents(Listed([Document(facts, whole, number) for number, (facts, whole) in enumerate(told)]))


def _whole(name: str, text: str) -> tuple[Facts, str]:
    return Facts(name=name, path="", kind="text", start=0, end=len(text), page_starts=()), text


def _as_text(item: Any) -> str:
    return item if isinstance(item, str) else json.dumps(item, ensure_ascii=False, default=str)


def _some(documents: Documents) -> str:
    names = ", ".join(document.name for document in documents[:20])
    return names + (f" and {len(documents) - 20:,} more" if len(documents) > 20 else "")
