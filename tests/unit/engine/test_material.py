"""What a run reads, and what is told of it without reading it."""

from dataclasses import replace
from pathlib import Path

import pytest

from rlm_desktop.corpus.documents import Document, assemble
from rlm_desktop.corpus.stored import StoredCorpus
from rlm_desktop.engine.material import Material, material_of, part_of
from rlm_desktop.engine.prompts import first_message
from rlm_desktop.repl.exchange import ContextRange
from rlm_desktop.trace.facts import MOST_LISTED
from tests.support import corpora
from tests.support.stored import stored


def document(number: int, text: str, kind: str = "text") -> Document:
    name = f"{number}.txt"
    return Document(name=name, path=f"/files/{name}", kind=kind, text=text, size_bytes=len(text.encode()))


DOCUMENTS = [document(number, "灯台 " * (number + 1), "pdf" if number % 3 else "text") for number in range(60)]


def large(folder: Path, documents: list[Document]) -> StoredCorpus:
    return stored(folder / "version", documents, in_memory_bytes=0)


def told(material: Material) -> str:
    return first_message("Who?", material.facts, "Turn 1.")


def test_a_stored_corpus_tells_what_one_in_memory_tells(tmp_path):
    in_memory = material_of(assemble(DOCUMENTS))

    kept = material_of(stored(tmp_path / "version", DOCUMENTS))

    assert replace(kept.facts, tokens=0) == replace(in_memory.facts, tokens=0)
    assert (kept.stored is not None, in_memory.stored) == (True, None)
    assert "`context` is a plain Python `str`." in told(kept)


def test_of_a_large_text_nothing_is_read(tmp_path, monkeypatch):
    corpus = large(tmp_path, DOCUMENTS)
    monkeypatch.setattr(type(corpus.blob), "slice", lambda *_: pytest.fail("the text was read"))

    material = material_of(corpus)

    assert material.is_large
    assert not material.is_empty
    assert material.facts.document_characters == sum(len(one.text) for one in DOCUMENTS)
    assert material.facts.kinds == (("pdf", 40), ("text", 20))
    assert "`context` lies on disk" in told(material)
    assert "… and 20 smaller documents more with" in told(material)
    assert "Documents by kind: pdf 40, text 20" in told(material)


@pytest.mark.parametrize("in_memory_bytes", [0, 64_000_000])
def test_documents_without_text_are_nothing_to_read(tmp_path, in_memory_bytes):
    corpus = stored(tmp_path / "version", [document(1, ""), document(2, "")], in_memory_bytes=in_memory_bytes)

    assert material_of(corpus).is_empty


@pytest.mark.parametrize(("given", "is_empty"), [("", True), (" \n", True), ("x", False), ([], True), (["x"], False)])
def test_what_the_api_gives_may_be_empty(given, is_empty):
    assert material_of(given).is_empty == is_empty


def test_of_many_documents_the_largest_are_listed_in_the_order_of_the_corpus(tmp_path):
    texts = {f"{number}.txt": "x" * ((number * 7919) % 5_003) for number in range(3_000)}
    corpus = StoredCorpus.open(corpora.stored(tmp_path, texts))

    facts = material_of(corpus).facts

    largest = sorted(texts, key=lambda name: -len(texts[name]))[:MOST_LISTED]
    assert facts.document_count == 3_000
    assert [one.name for one in facts.documents] == [name for name in texts if name in set(largest)]


def test_a_part_tells_of_the_documents_it_holds_as_far_as_it_holds_them(tmp_path):
    corpus = large(tmp_path, DOCUMENTS)
    start, end = corpus.spans[10].start + 4, corpus.spans[12].end - 6

    part = part_of(material_of(corpus), corpus, ContextRange(start, end))

    assert [(one.name, one.characters) for one in part.facts.documents] == [
        ("10.txt", len(DOCUMENTS[10].text) - 4),
        ("11.txt", len(DOCUMENTS[11].text)),
        ("12.txt", len(DOCUMENTS[12].text) - 6),
    ]
    assert (part.facts.characters, part.facts.kinds) == (end - start, (("pdf", 2), ("text", 1)))
    assert (part.is_large, part.part) == (True, ContextRange(start, end))


def test_a_part_that_is_all_of_it_is_the_same_material(tmp_path):
    corpus = large(tmp_path, DOCUMENTS)
    whole = material_of(corpus)

    assert part_of(whole, corpus, ContextRange(0, corpus.characters + 5)) is whole
    assert part_of(whole, corpus, ContextRange(corpus.characters, 10**12)).is_empty
