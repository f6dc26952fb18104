"""Which pieces of documents a text holds, with all their places and nothing guessed."""

from rlm_desktop.corpus.documents import Document, assemble
from rlm_desktop.evidence.sources import sources_of
from rlm_desktop.evidence.spans import Finder

DUES = "The Board resolved at its March sitting to raise the dues on tonnage by eleven per cent."
STORM = "The western channel lost near two fathoms in a single night, as the pilots had foretold."
CORPUS = assemble(
    [
        Document(
            name="one.pdf", path="one.pdf", kind="pdf", text=f"Page one.\n{DUES}\n", size_bytes=1, page_starts=(0, 10)
        ),
        Document(name="two.txt", path="two.txt", kind="text", text=f"{STORM}\nAnd again: {DUES}\n", size_bytes=1),
    ]
)
FINDER = Finder(CORPUS)


def test_a_piece_that_stands_once_has_its_place():
    found = sources_of(f"Read this:\n{STORM}\nWhat was lost?", FINDER, CORPUS)

    (one,) = found.found
    assert (one.document, one.start, one.page, one.place, one.places) == ("two.txt", 0, None, 1, 1)
    assert CORPUS.documents[1].text[one.start : one.end].startswith(STORM)
    assert found.covered == one.end - one.start


def test_a_piece_that_stands_twice_is_given_with_both_places():
    found = sources_of(f"Xx {DUES} xX", FINDER, CORPUS)

    assert [(one.document, one.page, one.place, one.places) for one in found.found] == [
        ("one.pdf", 2, 1, 2),
        ("two.txt", None, 2, 2),
    ]
    assert len(DUES) <= found.covered <= len(DUES) + 2


def test_a_text_of_no_words_is_no_trouble():
    dashes = assemble([Document(name="d", path="d", kind="text", text="-+*=" * 200, size_bytes=1)])

    found = sources_of("-+*=" * 25, Finder(dashes), dashes)

    assert found.covered == 100


def test_what_stands_nowhere_is_not_guessed():
    found = sources_of(
        DUES.replace("eleven", "twelve").replace("March", "April").replace("Board", "Bard"), FINDER, CORPUS
    )

    assert (found.found, found.covered) == ((), 0)
