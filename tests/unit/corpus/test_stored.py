from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlm_desktop.corpus.documents import Document, Mark, assemble
from tests.support.stored import digest_of, stored

TEXTS = st.text(alphabet=st.characters(codec="utf-8"), max_size=40)


@st.composite
def documents(draw: st.DrawFn) -> list[Document]:
    return [draw(one(number)) for number in range(draw(st.integers(0, 5)))]


@st.composite
def one(draw: st.DrawFn, number: int) -> Document:
    text = draw(TEXTS)
    places = sorted(draw(st.sets(st.integers(0, len(text)), max_size=3)))
    sort = draw(st.sampled_from(["page", "slide", "sheet", "section"]))
    marks = tuple(Mark(start=start, label=f"{sort} {start} ü", kind=sort) for start in places)
    return Document(
        name=f"{number} {draw(TEXTS)}.txt",
        path=f"/x/{number}",
        kind="text",
        text=text,
        size_bytes=draw(st.integers(0, 2**40)),
        page_starts=tuple(places) or None if sort in {"page", "slide"} else None,
        marks=marks,
        losses=tuple(draw(st.lists(st.sampled_from(["3 images", "1 chart"]), max_size=2))),
    )


@given(documents())
@settings(deadline=None, max_examples=60)
def test_a_stored_corpus_is_what_the_same_documents_are_in_memory(made: list[Document]):
    plain = assemble(made)

    with TemporaryDirectory() as folder:
        corpus = stored(Path(folder), made)

        assert corpus.text == plain.text
        assert list(corpus.spans) == list(plain.spans)
        assert (corpus.characters, corpus.tokens) == (plain.characters, plain.tokens)
        assert list(corpus.facts()) == list(plain.facts())
        assert [document.text for document in corpus.documents] == [document.text for document in made]
        assert [tuple(document.marks) for document in corpus.documents] == [document.marks for document in made]
        for offset in range(len(plain.text) + 1) if made else ():
            mine, other = corpus.where(offset), plain.where(offset)
            assert mine.document.name == other.document.name
            assert (mine.page, mine.line, mine.offset, mine.part) == (other.page, other.line, other.offset, other.part)
            assert corpus.document_index_at(offset) == plain.document_index_at(offset)
        corpus.close()


@pytest.mark.parametrize("offset", [-1, 4])
def test_an_offset_outside_a_stored_corpus_is_refused_in_words(tmp_path: Path, offset: int):
    corpus = stored(tmp_path, [Document(name="a", path="", kind="text", text="one", size_bytes=3)])

    with pytest.raises(IndexError, match="outside the corpus, which has 3 characters"):
        corpus.where(offset)


def test_documents_of_a_stored_corpus_are_found_by_number_slice_and_from_the_end(tmp_path: Path):
    made = [Document(name=name, path=f"/x/{name}", kind="text", text=name * 3, size_bytes=3) for name in "abc"]
    corpus = stored(tmp_path, made)

    assert [document.name for document in corpus.documents[1:]] == ["b", "c"]
    assert corpus.documents[-1].text == "ccc"
    assert corpus.documents[0].digest == digest_of("aaa")
    with pytest.raises(IndexError):
        corpus.documents[3]


def test_a_version_is_named_by_its_folder(tmp_path: Path):
    corpus = stored(tmp_path / "1234", [])

    assert (corpus.digest, corpus.folder, corpus.skipped) == ("1234", tmp_path / "1234", ())
