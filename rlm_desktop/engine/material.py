"""What a run reads, whatever the caller gave: a corpus, or a text, list or dictionary through the API."""

import heapq
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from rlm_desktop.corpus.documents import Corpus, Document, assemble
from rlm_desktop.corpus.stored import StoredCorpus
from rlm_desktop.engine.prompts import TextFacts
from rlm_desktop.repl.host import BootDocument, ContextRange
from rlm_desktop.trace.facts import MOST_LISTED, DocumentFacts

Context = str | list[Any] | dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The context as the REPL gets it, the corpus as quotes are looked up in it, and facts for the prompt.

    A stored corpus is not in `context`: the REPL reads it where it lies.
    """

    context: Context
    corpus: Corpus
    boot_documents: tuple[BootDocument, ...]
    facts: TextFacts
    part: ContextRange | None = None
    """The part of a stored corpus that is read; None for all of it."""

    @property
    def stored(self) -> StoredCorpus | None:
        """The corpus that the REPL reads from its folder, if it is one."""
        return self.corpus if isinstance(self.corpus, StoredCorpus) else None

    @property
    def is_large(self) -> bool:
        """Whether the text is too long for the memory and stays on disk."""
        return self.facts.is_lazy

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read."""
        return not self.facts.document_characters or (not self.is_large and self.corpus.text.isspace())


def material_of(given: Corpus | Context) -> Material:
    """Prepare what was given. Takes a moment for much text or many documents: call it in a thread."""
    if isinstance(given, str):
        return _from_memory(assemble((_document("context", given),)))
    if isinstance(given, list | dict):
        return _from_values(given)
    return _from_stored(given) if isinstance(given, StoredCorpus) else _from_memory(given)


def part_of(whole: Material, corpus: StoredCorpus, part: ContextRange) -> Material:
    """Prepare a part of the corpus of another run, cut out of its first and last document."""
    start = min(part.start, corpus.characters)
    end = max(start, min(part.end, corpus.characters))
    if end - start == corpus.characters:
        return whole
    table, first = corpus.table, corpus.table.index_at(start)
    numbers = range(first, corpus.table.index_at(max(start, end - 1)) + 1)
    sizes = [max(0, min(table.end(number), end) - max(table.start(number), start)) for number in numbers]
    facts = replace(
        _facts(corpus, sizes, Counter(islice(table.kinds(), first, numbers.stop)), first),
        characters=end - start,
        tokens=round(corpus.tokens * (end - start) / corpus.characters),
        is_lazy=corpus.blob.byte_at(end) - corpus.blob.byte_at(start) > corpus.in_memory_bytes,
    )
    return Material(context="", corpus=corpus, boot_documents=(), facts=facts, part=ContextRange(start, end))


def _from_stored(corpus: StoredCorpus) -> Material:
    facts = replace(_facts(corpus, corpus.table.sizes(), Counter(corpus.table.kinds())), is_lazy=corpus.is_large)
    return Material(context="", corpus=corpus, boot_documents=(), facts=facts)


def _from_memory(corpus: Corpus) -> Material:
    boot = tuple(
        BootDocument(
            name=document.name,
            path=document.path,
            kind=document.kind,
            start=span.start,
            end=span.end,
            page_starts=None if document.page_starts is None else tuple(document.page_starts),
        )
        for document, span in zip(corpus.documents, corpus.spans, strict=True)
    )
    sizes = [span.end - span.start for span in corpus.spans]
    facts = _facts(corpus, sizes, Counter(document.kind for document in corpus.documents))
    return Material(context=str(corpus.text), corpus=corpus, boot_documents=boot, facts=facts)


def _facts(corpus: Corpus, sizes: Sequence[int], kinds: Counter[str], first: int = 0) -> TextFacts:
    """Tell of documents of these sizes, the first of them with this number."""
    listed = ((corpus.documents[first + number].facts(), sizes[number]) for number in _largest(sizes))
    return TextFacts(
        documents=tuple(replace(facts, characters=size) for facts, size in listed),
        document_count=len(sizes),
        document_characters=sum(sizes),
        characters=corpus.characters,
        tokens=corpus.tokens,
        kinds=tuple(kinds.most_common()),
    )


def _largest(sizes: Sequence[int]) -> list[int]:
    """Choose the documents that are listed, in the order of the corpus."""
    return sorted(heapq.nlargest(MOST_LISTED, range(len(sizes)), key=sizes.__getitem__))


def _from_values(values: list[Any] | dict[str, Any]) -> Material:
    items = values.items() if isinstance(values, dict) else enumerate(values)
    documents = tuple(_document(f"context[{key!r}]", _as_text(value)) for key, value in items)
    corpus = assemble(documents)
    kind = f"{type(values).__name__} of {len(values):,}"
    characters = sum(len(document.text) for document in documents)
    whole = DocumentFacts(
        name="context",
        path="",
        kind=kind,
        characters=characters,
        size_bytes=sum(document.size_bytes for document in documents),
    )
    facts = TextFacts(
        documents=(whole,),
        document_count=1,
        document_characters=characters,
        characters=characters,
        tokens=corpus.tokens,
        type_name=kind,
    )
    return Material(context=values, corpus=corpus, boot_documents=(), facts=facts)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _document(name: str, text: str) -> Document:
    size_bytes = len(text.encode("utf-8", "surrogatepass"))
    return Document(name=name, path="", kind="text", text=text, size_bytes=size_bytes)
