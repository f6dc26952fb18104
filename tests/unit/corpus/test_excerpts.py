from pathlib import Path

import pytest

from rlm_desktop.corpus.errors import CorpusError
from rlm_desktop.corpus.excerpts import LARGEST_PAGE, Excerpt, excerpt
from rlm_desktop.corpus.stored import StoredCorpus
from tests.support.corpora import stored

PAGES = "First page.\nIt says little.\n" + "Second page: 灯台.\nThe dues were raised.\n" + "Third."
STARTS = (0, PAGES.index("Second"), PAGES.index("Third"))


def corpus_of(folder: Path, text: str, page_starts: tuple[int, ...] | None = None) -> StoredCorpus:
    texts = {"before.txt": "Something else. " * 50, "report.pdf": text, "after.txt": "And more."}
    return StoredCorpus.open(stored(folder, texts, page_starts={"report.pdf": page_starts}))


def around(corpus: StoredCorpus, passage: str, text: str = PAGES) -> Excerpt:
    start = text.index(passage)
    return excerpt(corpus, "report.pdf", start, start + len(passage))


def test_the_page_of_the_passage_is_shown_with_the_passage_marked(tmp_path):
    found = around(corpus_of(tmp_path, PAGES, STARTS), "The dues were raised.")

    assert found.text == PAGES[STARTS[1] : STARTS[2]]
    assert found.text[found.start : found.end] == "The dues were raised."
    assert found.pages == 3


def test_a_passage_across_pages_shows_both(tmp_path):
    found = around(corpus_of(tmp_path, PAGES, STARTS), "little.\nSecond")

    assert found.text == PAGES[: STARTS[2]]


def test_a_short_document_without_pages_is_shown_whole(tmp_path):
    found = around(corpus_of(tmp_path, PAGES), "灯台")

    assert (found.text, found.pages) == (PAGES, None)
    assert found.text[found.start : found.end] == "灯台"


def test_without_pages_whole_lines_around_the_passage_are_shown(tmp_path):
    long = "line of words\n" * 1_000 + "the quote\n" + "line of words\n" * 1_000

    found = around(corpus_of(tmp_path, long), "the quote", long)

    assert found.text[found.start : found.end] == "the quote"
    assert found.text.startswith("line of words\n")
    assert found.text.endswith("line of words")
    assert 2_000 < len(found.text) < 6_000


def test_of_a_huge_page_or_a_single_line_the_surroundings_are_shown(tmp_path):
    long = "x" * LARGEST_PAGE + " the quote " + "x" * LARGEST_PAGE

    found = around(corpus_of(tmp_path, long, (0,)), "the quote", long)

    assert found.text[found.start : found.end] == "the quote"
    assert len(found.text) < 6_000


@pytest.mark.parametrize(
    ("name", "start", "end"), [("gone.pdf", 0, 5), ("report.pdf", 5, 10_000), ("report.pdf", 9, 5)]
)
def test_what_is_not_there_is_refused(tmp_path, name, start, end):
    with pytest.raises(CorpusError, match="no such passage"):
        excerpt(corpus_of(tmp_path, PAGES), name, start, end)
