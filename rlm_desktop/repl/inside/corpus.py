"""The corpus as model code sees it: documents by number or name, and where a place in them is."""

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, overload


class Place(NamedTuple):
    """Where an offset is: the document's name, its page and line from 1, and the offset in that document."""

    document: str
    page: int | None
    line: int
    offset_in_document: int


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


class Document:
    """One document: `.name .path .kind .pages .text`; `.start` and `.end` are its offsets in `context`."""

    def __init__(self, facts: dict[str, Any], whole: str) -> None:
        self.name: str = facts["name"]
        self.path: str = facts["path"]
        self.kind: str = facts["kind"]
        self.start: int = facts["start"]
        self.end: int = facts["end"]
        self._whole = whole
        self._starts: list[int] = facts["page_starts"] or []

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
        return self._starts

    @property
    def whole(self) -> str:
        """The text that `start` and `end` count in."""
        return self._whole

    def page_at(self, offset: int) -> int | None:
        """Give the page, from 1, of an offset in its text."""
        return max(bisect_right(self._starts, offset), 1) if self._starts else None

    def __len__(self) -> int:
        return self.end - self.start

    def __repr__(self) -> str:
        pages = f", {len(self._starts)} pages" if self._starts else ""
        return f"<Document {self.name!r}: {self.kind}{pages}, {len(self):,} characters>"


class Documents(Sequence[Document]):
    """All documents, in the order of the corpus."""

    def __init__(self, documents: list[Document]) -> None:
        self._documents = documents
        self._by_name = {document.name: document for document in documents}
        self._starts = [document.start for document in documents]

    @property
    def names(self) -> list[str]:
        """The documents' names."""
        return [document.name for document in self._documents]

    def get(self, name: str) -> Document | None:
        """Give the document of this name, or None."""
        return self._by_name.get(name)

    def where(self, offset: int) -> Place:
        """Say where an offset of `context` is."""
        if not self._documents:
            raise IndexError("there are no documents")
        document = self._documents[max(bisect_right(self._starts, offset) - 1, 0)]
        inside = min(max(offset, document.start), document.end) - document.start
        line = document.whole.count("\n", document.start, document.start + inside) + 1
        return Place(document.name, document.page_at(inside), line, inside)

    def __len__(self) -> int:
        return len(self._documents)

    def __iter__(self) -> Iterator[Document]:
        return iter(self._documents)

    def __contains__(self, thing: object) -> bool:
        return thing in (self._by_name if isinstance(thing, str) else self._documents)

    @overload
    def __getitem__(self, key: int | str) -> Document: ...
    @overload
    def __getitem__(self, key: slice) -> list[Document]: ...
    def __getitem__(self, key: int | str | slice) -> Document | list[Document]:
        if not isinstance(key, str):
            return self._documents[key]
        if key not in self._by_name:
            raise KeyError(f"no document is named {key!r}; the names are {_some(self.names)}")
        return self._by_name[key]

    def __repr__(self) -> str:
        shown = [f"{number}: {document!r}" for number, document in enumerate(self._documents[:50])]
        more = [f"… and {len(self) - 50:,} more"] if len(self) > 50 else []
        return "\n".join([*shown, *more]) or "<no documents>"


def documents_of(context: Any, facts: list[dict[str, Any]]) -> Documents:
    """Make the documents. A context without any is one document, or one for each item of a list or dict."""
    if facts and isinstance(context, str):
        return Documents([Document(document, context) for document in facts])
    if isinstance(context, str):
        return Documents([_whole("context", context)])
    items = context.items() if isinstance(context, dict) else enumerate(context)
    return Documents([_whole(f"context[{key!r}]", _as_text(item)) for key, item in items])


def plain_context(context: Any) -> Any:
    """Make a context that can be sent: documents become their texts, tuples lists."""
    if isinstance(context, Document):
        return context.text
    if isinstance(context, Documents):
        return [document.text for document in context]
    if isinstance(context, (tuple, list)):
        return [plain_context(item) for item in context]
    return context


def _whole(name: str, text: str) -> Document:
    facts = {"name": name, "path": "", "kind": "text", "start": 0, "end": len(text), "page_starts": None}
    return Document(facts, text)


def _as_text(item: Any) -> str:
    return item if isinstance(item, str) else json.dumps(item, ensure_ascii=False, default=str)


def _some(names: list[str]) -> str:
    return ", ".join(names[:20]) + (f" and {len(names) - 20:,} more" if len(names) > 20 else "")
