"""What a run reads, whatever the caller gave: a corpus, or a text, list or dictionary through the API."""

import heapq
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rlm_desktop.corpus.documents import Corpus, Document, assemble
from rlm_desktop.engine.prompts import TextFacts
from rlm_desktop.repl.host import BootDocument
from rlm_desktop.trace.facts import MOST_LISTED, DocumentFacts, SkippedFile

Context = str | list[Any] | dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The context as the REPL gets it, the corpus as quotes are looked up in it, and facts for the prompt."""

    context: Context
    corpus: Corpus
    boot_documents: tuple[BootDocument, ...]
    facts: TextFacts
    version: str = ""
    """The digest of the version of the corpus; empty for a text given through the API."""
    skipped: tuple[SkippedFile, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read."""
        return not self.corpus.text.strip()


def material_of(given: Corpus | Context) -> Material:
    """Prepare what was given. Takes a moment for much text: call it in a thread."""
    if isinstance(given, str):
        return _from_corpus(assemble((_document("context", given),)))
    if isinstance(given, list | dict):
        return _from_values(given)
    return _from_corpus(given)


def _from_corpus(corpus: Corpus) -> Material:
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
    facts = TextFacts(
        documents=tuple(corpus.documents[number].facts() for number in _largest(sizes)),
        document_count=len(sizes),
        document_characters=sum(sizes),
        characters=corpus.characters,
        tokens=corpus.tokens,
    )
    return Material(
        context=corpus.text,
        corpus=corpus,
        boot_documents=boot,
        facts=facts,
        version=corpus.digest,
        skipped=corpus.skipped,
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
