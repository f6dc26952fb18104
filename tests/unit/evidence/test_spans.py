import random
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlm_desktop.corpus.documents import Corpus, Document, assemble
from rlm_desktop.corpus.indexing.blocks import LARGE_BLOCK, BlockIndex, build_block_index
from rlm_desktop.evidence.coverage import CoverageCounter
from rlm_desktop.evidence.spans import SHORTEST, Finder, FoundSpan
from tests.support.stored import stored


def corpus_of(*texts: str) -> Corpus:
    return assemble(
        [
            Document(name=f"{number}.txt", path=f"/{number}.txt", kind="text", text=text, size_bytes=len(text))
            for number, text in enumerate(texts)
        ]
    )


def prose(seed: int, size: int, letters: str = string.ascii_lowercase + " \n") -> str:
    return "".join(random.Random(seed).choices(letters, k=size))


PROSE = corpus_of(
    prose(1, 4000), prose(2, 900), prose(3, 3000, "港湾局の年報は料金を十年間記録する 。\n" + "äöü😀"), prose(4, 47)
)
FINDER = Finder(PROSE)


def slices(shortest: int = SHORTEST) -> st.SearchStrategy[tuple[int, int, int]]:
    """Draw (document, start, end) of a piece long enough to be found."""

    def in_document(index: int) -> st.SearchStrategy[tuple[int, int, int]]:
        length = len(PROSE.documents[index].text)
        starts = st.integers(0, length - shortest)
        return starts.flatmap(
            lambda start: st.tuples(st.just(index), st.just(start), st.integers(start + shortest, length))
        )

    return st.integers(0, 2).flatmap(in_document)


@given(st.lists(slices(), min_size=1, max_size=6))
@settings(deadline=None)
def test_slices_of_the_corpus_in_a_prompt_are_found_with_their_offsets(pieces: list[tuple[int, int, int]]):
    texts = [PROSE.documents[index].text[start:end] for index, start, end in pieces]
    prompt = "".join(f"<{number}>{text}</{number}>" for number, text in enumerate(texts))

    found = FINDER.find(prompt)

    assert [(span.document_index, span.start, span.end) for span in found] == pieces
    assert [prompt[span.at : span.at + span.end - span.start] for span in found] == texts


@given(st.lists(slices(), max_size=6), st.lists(slices(), max_size=6))
@settings(max_examples=60, deadline=None)
def test_coverage_equals_a_count_letter_by_letter(
    workers: list[tuple[int, int, int]], root: list[tuple[int, int, int]]
):
    counter = CoverageCounter(PROSE)
    total = sum(len(document.text) for document in PROSE.documents)

    for index, start, end in workers:
        counter.worker_saw(FINDER.find(f"«{PROSE.documents[index].text[start:end]}»"))
    for index, start, end in root:
        counter.root_saw(FINDER.find(f"«{PROSE.documents[index].text[start:end]}»"))

    seen_by_workers = {(index, at) for index, start, end in workers for at in range(start, end)}
    seen_by_root = {(index, at) for index, start, end in root for at in range(start, end)}
    coverage = counter.coverage()
    assert coverage.sent_to_workers == pytest.approx(len(seen_by_workers) / total)
    assert coverage.shown_to_root == pytest.approx(len(seen_by_root) / total)
    assert coverage.never_read == pytest.approx(1 - len(seen_by_workers | seen_by_root) / total)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_what_is_found_is_there_whatever_repeats(data: st.DataObject):
    letters = st.text("ab\n", min_size=1, max_size=30)
    pieces = data.draw(st.lists(letters, min_size=1, max_size=4))
    texts = data.draw(st.lists(st.lists(st.sampled_from(pieces), max_size=30).map("".join), min_size=1, max_size=3))
    prompt = "".join(data.draw(st.lists(st.sampled_from([*pieces, *texts, "x"]), max_size=20)))
    corpus = corpus_of(*texts)

    for span in Finder(corpus).find(prompt):
        found = corpus.documents[span.document_index].text[span.start : span.end]
        assert found == prompt[span.at : span.at + len(found)]
        assert found


def test_a_slice_across_documents_is_found_in_each_of_them():
    start, end = PROSE.spans[0].end - 100, PROSE.spans[1].start + 10

    found = FINDER.find(PROSE.text[start:end])

    assert found == [
        FoundSpan(document_index=0, start=3900, end=4000, at=0),
        FoundSpan(document_index=1, start=0, end=10, at=PROSE.spans[1].start - start),
    ]


def test_the_whole_corpus_is_found_whole():
    found = FINDER.find(PROSE.text)

    assert [(one.start, one.end) for one in found] == [(0, len(one.text)) for one in PROSE.documents]


def test_a_passage_in_several_documents_is_found_in_each():
    shared = prose(9, 200)
    corpus = corpus_of(prose(5, 500) + shared, shared + prose(6, 500), prose(7, 300))

    found = Finder(corpus).find(f"Here it is: {shared}.")

    assert {(one.document_index, one.start, one.end) for one in found} == {(0, 500, 700), (1, 0, 200)}


def test_a_longer_piece_wins_over_the_boilerplate_inside_it():
    boilerplate = prose(9, 100)
    corpus = corpus_of(*(prose(20 + number, 300) + boilerplate + prose(40 + number, 300) for number in range(10)))
    seventh = corpus.documents[7].text

    found = Finder(corpus).find(seventh[250:450])

    assert [(one.document_index, one.start, one.end) for one in found] == [(7, 250, 450)]


@pytest.mark.parametrize("text", ["", "short", prose(99, 5000), "-" * 500])
def test_a_text_from_elsewhere_contains_nothing(text: str):
    assert FINDER.find(text) == []


def test_a_row_of_dashes_is_no_evidence_but_does_not_break_a_piece():
    corpus = corpus_of(prose(1, 200) + "-" * 300 + prose(2, 200))
    finder = Finder(corpus)

    assert finder.find("-" * 100) == []
    assert [(one.start, one.end) for one in finder.find(corpus.text[100:600])] == [(100, 600)]


def test_an_empty_corpus_contains_nothing_and_covers_nothing():
    corpus = corpus_of()
    counter = CoverageCounter(corpus)

    assert Finder(corpus).find(prose(1, 500)) == []
    assert counter.coverage().never_read == 0.0


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    """Find by an index on disk, as in a corpus that is too long for the memory."""
    folder = tmp_path_factory.mktemp("stored") / "version"
    corpus = stored(folder, PROSE.documents)
    build_block_index(folder)
    return Finder(corpus, lambda: BlockIndex.open(folder))


@given(st.lists(slices(2 * LARGE_BLOCK), min_size=1, max_size=6))
@settings(deadline=None)
def test_by_an_index_on_disk_longer_pieces_are_found_with_the_same_offsets(mapped: Finder, pieces):
    prompt = "".join(f"<{number}>{PROSE.documents[i].text[a:b]}</{number}>" for number, (i, a, b) in enumerate(pieces))

    assert mapped.find(prompt) == FINDER.find(prompt)


def test_a_piece_ends_where_its_last_whole_character_does():
    corpus = corpus_of(prose(1, 200) + "äöü")

    found = Finder(corpus).find(f"{corpus.text[:200]}äöß")

    assert [(one.start, one.end) for one in found] == [(0, 202)]


def test_lone_surrogates_in_a_prompt_do_no_harm():
    piece = PROSE.documents[0].text[100:300]

    assert FINDER.find(f"\ud800{piece}\udfff")[0].start == 100
