import pytest

from rlm_desktop.trace.facts import Quote
from rlm_desktop.viewmodel.passages import Passage, Passages


def quote(document: str) -> Quote:
    return Quote(text="The dues", match="exact", document=document, start=0, end=8)


@pytest.fixture
def passages(qapp):
    made = Passages()
    yield made
    made.close()


def read(version: str, quote: Quote) -> Passage:
    return Passage(document=quote.document, text=f"The dues of {version}.", start=0, end=8)


def test_only_the_last_passage_asked_for_is_told(passages, qtbot):
    told = []
    passages.read = read
    passages.found.connect(told.append)

    passages.ask("c0ffee", quote("report.pdf"))
    with qtbot.waitSignal(passages.found):
        passages.ask("c0ffee", quote("other.pdf"))

    assert [(passage.document, passage.text) for passage in told] == [("other.pdf", "The dues of c0ffee.")]


def test_before_there_is_a_folder_of_texts_that_is_said(passages, qtbot):
    with qtbot.waitSignal(passages.found) as signal:
        passages.ask("c0ffee", quote("report.pdf"))

    assert "cannot be looked up yet" in signal.args[0].problem
