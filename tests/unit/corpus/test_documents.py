from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlm_desktop.corpus.documents import Document, Mark, MemoryCorpus, assemble


def document(name: str, text: str, page_starts: tuple[int, ...] | None = None) -> Document:
    return Document(name=name, path=f"/x/{name}", kind="text", text=text, size_bytes=len(text), page_starts=page_starts)


def test_one_document_stands_in_the_corpus_as_it_is():
    corpus = assemble([document("a.txt", "one\ntwo")])

    assert corpus.text == "one\ntwo"
    assert (corpus.spans[0].start, corpus.spans[0].end) == (0, 7)


def test_several_documents_follow_header_lines_that_name_them():
    corpus = assemble([document("a.txt", "one"), document("b.txt", "two")])

    assert corpus.text == "=== document 1 of 2: a.txt ===\none\n\n=== document 2 of 2: b.txt ===\ntwo"


@given(st.lists(st.text(max_size=30), max_size=6))
@settings(deadline=None)
def test_spans_hold_exactly_the_texts_of_the_documents(texts: list[str]):
    corpus = assemble([document(f"{number}.txt", text) for number, text in enumerate(texts)])

    assert [corpus.text[span.start : span.end] for span in corpus.spans] == texts


@given(st.lists(st.text(alphabet="ab\n", max_size=20), min_size=1, max_size=5), st.data())
@settings(deadline=None)
def test_where_finds_document_line_and_offset_of_every_character(texts: list[str], data: st.DataObject):
    corpus = assemble([document(f"{number}.txt", text) for number, text in enumerate(texts)])
    index = data.draw(st.integers(0, len(texts) - 1))
    inside = data.draw(st.integers(0, len(texts[index])))

    place = corpus.where(corpus.spans[index].start + inside)

    assert place.document is corpus.documents[index]
    assert place.offset == inside
    assert place.line == texts[index][:inside].count("\n") + 1


def test_a_header_line_counts_to_the_document_below_it():
    corpus = assemble([document("a.txt", "one"), document("b.txt", "two")])

    place = corpus.where(corpus.text.index("document 2"))

    assert (place.document.name, place.offset, place.line) == ("b.txt", 0, 1)


def test_where_tells_the_page():
    corpus = assemble([document("a.txt", "x"), document("b.pdf", "first\n\nsecond", (0, 7))])
    start = corpus.spans[1].start

    pages = [corpus.where(start + offset).page for offset in (0, 6, 7, 13)]

    assert pages == [1, 1, 2, 2]
    assert corpus.where(corpus.spans[0].start).page is None


def test_where_names_the_part():
    marks = (Mark(start=0, label="sheet Dues", kind="sheet"), Mark(start=6, label="sheet Dues, row 2", kind="sheet"))
    sheet = replace(document("b.xlsx", "## Du\nArdvik"), marks=marks)
    corpus = assemble([document("a.txt", "x"), sheet, document("c.pdf", "one\n\ntwo", (0, 5))])
    starts = [span.start for span in corpus.spans]

    parts = [corpus.where(place).part for place in (starts[0], starts[1] + 5, starts[1] + 6, starts[2] + 5)]

    assert parts == ["", "sheet Dues", "sheet Dues, row 2", "p. 2"]


@pytest.mark.parametrize("offset", [-1, 4])
def test_an_offset_outside_the_corpus_is_refused_in_words(offset: int):
    corpus = assemble([document("a.txt", "one")])

    with pytest.raises(IndexError, match="outside the corpus, which has 3 characters"):
        corpus.where(offset)


def test_a_corpus_without_documents_is_empty():
    corpus = assemble([])

    assert corpus == MemoryCorpus(documents=(), text="", spans=(), skipped=())
    with pytest.raises(IndexError):
        corpus.where(0)


def test_facts_tell_sizes_and_pages_without_the_text():
    facts = assemble([document("b.pdf", "first\n\nsecond", (0, 7))]).facts()
    first = next(facts)

    assert (first.name, first.characters, first.pages) == ("b.pdf", 13, 2)
