from pathlib import Path

import pytest

from rlm_desktop.trace.facts import DocumentFacts, Quote
from rlm_desktop.viewmodel.passages import Passages, PlainDocument, passage_of

PAGES = "First page.\nIt says little.\n" + "Second page.\nThe dues were raised.\n" + "Third."
SECOND, THIRD = PAGES.index("Second"), PAGES.index("Third")


def facts(name: str = "report.pdf") -> DocumentFacts:
    return DocumentFacts(name=name, path=f"/docs/{name}", kind="pdf", characters=len(PAGES), size_bytes=9, pages=3)


def quote(text: str, within: str = PAGES, page: int | None = None) -> Quote:
    start = within.index(text)
    return Quote(text=text, match="exact", document="report.pdf", page=page, start=start, end=start + len(text))


def test_the_page_of_the_quote_is_shown_with_the_quote_marked():
    plain = PlainDocument(PAGES, (0, SECOND, THIRD))

    passage = passage_of(facts(), plain, quote("The dues were raised.", page=2))

    assert passage.text == PAGES[SECOND:THIRD]
    assert passage.text[passage.start : passage.end] == "The dues were raised."
    assert (passage.page, passage.pages) == (2, 3)


def test_without_pages_whole_lines_around_the_quote_are_shown():
    long = "line of words\n" * 1_000 + "the quote\n" + "line of words\n" * 1_000

    passage = passage_of(facts(), PlainDocument(long), quote("the quote", long))

    assert passage.text[passage.start : passage.end] == "the quote"
    assert passage.text.startswith("line of words\n")
    assert 2_000 < len(passage.text) < 6_000


def test_a_document_that_shrank_is_not_the_one_that_was_quoted():
    passage = passage_of(facts(), PlainDocument("short"), quote("The dues were raised."))

    assert "is not the file it was" in passage.problem


@pytest.fixture
def passages(qapp):
    made = Passages(read)
    yield made
    made.close()


def read(path: Path) -> PlainDocument:
    if path.name == "gone.pdf":
        raise FileNotFoundError(2, "No such file")
    return PlainDocument(PAGES)


def test_only_the_last_passage_asked_for_is_told(passages, qtbot):
    told = []
    passages.found.connect(told.append)

    passages.ask(facts(), quote("First page."))
    with qtbot.waitSignal(passages.found):
        passages.ask(facts("other.pdf"), quote("Third."))

    assert [passage.document for passage in told] == ["other.pdf"]


def test_a_document_that_is_gone_says_so(passages, qtbot):
    with qtbot.waitSignal(passages.found) as signal:
        passages.ask(facts("gone.pdf"), quote("Third."))

    assert "cannot be opened" in signal.args[0].problem
