"""The Sources tab as a reader uses it."""

from dataclasses import replace
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from rlm_desktop.trace.events import RunStarted
from rlm_desktop.trace.facts import Quote
from rlm_desktop.trace.ids import RunId
from rlm_desktop.ui import theme
from rlm_desktop.viewmodel.passages import Passage
from rlm_desktop.viewmodel.replay import Replay
from rlm_desktop.viewmodel.shown_run import ShownRun
from rlm_desktop.viewmodel.sources import Found, Group, Piece
from tests.support.panels import make_panel
from tests.support.sample_runs import harbour_run

ENTRIES, TEXTS = harbour_run()
STARTED = ENTRIES[0].event
assert isinstance(STARTED, RunStarted)
KEPT = [replace(ENTRIES[0], event=replace(STARTED, corpus="c0ffee")), *ENTRIES[1:]]
PIECE = Piece(
    quote=Quote(text="The Board", match="exact", document="r/annual.pdf", page=14, start=0, end=9),
    characters=9,
    verdict="exact",
)
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def load(reference):
    return TEXTS[reference.digest]


def find(wish, _load, _is_wanted):
    groups = (Group(title=text.title, characters=100, covered=9, pieces=(PIECE,)) for text in wish.texts)
    return Found(least=48, groups=tuple(groups))


class Desk:
    """The trace, its detail, and documents that can be looked up."""

    def __init__(self, qtbot) -> None:
        self.top = QWidget()
        self.shown = ShownRun(self.top)
        self.items, self.sources = self.shown.items, self.shown.sources
        self.sources.find = find
        self.sources.passages.read = lambda version, quote: Passage(
            document=quote.document, text=f"The Board of {version}.", start=0, end=9, page=quote.page
        )
        self.panel = make_panel(self.items, Replay(self.items, self.top), load, self.top)
        self.page = self.panel.detail.sources
        self.page.use(self.sources)
        self.trace, self.table = self.panel.trace, self.page.table
        qtbot.addWidget(self.top)
        self.top.resize(1180, 640)
        self.panel.resize(1180, 640)
        with qtbot.waitActive(self.top):
            self.top.show()
        self.trace.setFocus()

    def open(self, entries=KEPT) -> None:
        self.shown.open_past(RunId("one"), entries, load)

    def go_to(self, title: str) -> None:
        self.trace.go_to(next(node.id for node in self.items.trace.nodes.values() if node.title == title))

    def said(self) -> str:
        return self.page.findChild(QWidget, "sourcesWord").text()

    def rows(self) -> list[str]:
        model = self.table.model()
        return [model.index(row, 0).data() for row in range(model.rowCount())]


@pytest.fixture
def desk(qtbot, qapp):
    theme.load_fonts(qapp)
    theme.apply(qapp, "light")
    made = Desk(qtbot)
    yield made
    made.shown.close()


def test_o_leads_to_the_sources_and_then_into_the_document(desk, qtbot):
    desk.open()
    desk.go_to("Lindholm")

    qtbot.keyClicks(desk.trace, "o")
    qtbot.waitUntil(desk.page.passage.isVisible)

    assert desk.panel.detail.tab == "Sources"
    assert desk.rows()[0] == "Prompt: 9 of 100 characters word for word, 91 not"
    assert desk.said() == "2 places in 1 document. Pieces of 48 characters or more are found."
    assert desk.table.hasFocus()
    page = desk.page.passage.page
    assert page.toPlainText() == "The Board of c0ffee."
    qtbot.keyClicks(desk.table, "o")
    assert page.hasFocus()


def test_enter_reads_on_in_the_document(desk, qtbot):
    desk.open()
    desk.go_to("Lindholm")
    qtbot.keyClicks(desk.trace, "o")
    qtbot.waitUntil(desk.page.passage.isVisible)

    qtbot.keyClick(desk.table, Qt.Key.Key_Return)

    assert desk.page.passage.page.hasFocus()


def test_the_window_goes_on_while_a_huge_prompt_is_looked_up(desk, qtbot):
    may_end, is_wanted_at_end = Event(), []

    def slowly(wish, _load, is_wanted):
        assert may_end.wait(10)
        is_wanted_at_end.append(is_wanted())
        return find(wish, _load, is_wanted)

    desk.sources.find = slowly
    desk.open()
    desk.go_to("Lindholm")
    desk.panel.detail.open_tab("Sources")
    assert desk.said() == "Looking through the documents…"

    qtbot.keyClicks(desk.trace, ".")
    assert desk.items.trace.nodes[desk.trace.current].title == "Torsnes"
    desk.sources.find = find
    may_end.set()

    qtbot.waitUntil(lambda: len(desk.rows()) == 2)
    assert desk.rows()[0].startswith("Prompt")
    assert is_wanted_at_end == [False]


def test_the_same_texts_are_looked_up_once(desk, qtbot):
    asked = []
    desk.sources.find = lambda wish, load, is_wanted: (asked.append(wish), find(wish, load, is_wanted))[1]
    desk.open()
    desk.go_to("Lindholm")
    desk.panel.detail.open_tab("Sources")
    qtbot.waitUntil(lambda: bool(desk.rows()))

    desk.items.changed.emit({desk.trace.current})
    desk.panel.detail.open_tab("Story")
    desk.panel.detail.open_tab("Sources")

    assert len(asked) == 1


def test_a_row_without_texts_and_a_run_without_documents_say_so(desk, qtbot):
    desk.open()
    desk.panel.detail.open_tab("Sources")
    batch = next(node.id for node in desk.items.trace.nodes.values() if node.kind == "batch")
    desk.trace.go_to(batch)
    assert desk.said().startswith("No text of its own belongs to this row")

    desk.open(ENTRIES)
    desk.go_to("Lindholm")

    assert desk.said().startswith("The documents of this run were not kept")
    assert desk.rows() == []


def test_a_run_that_is_shown_again_is_looked_up_again(desk, qtbot):
    desk.open()
    desk.go_to("Lindholm")
    desk.panel.detail.open_tab("Sources")
    desk.panel.detail.open_tab("Story")

    desk.open()
    desk.go_to("Lindholm")
    desk.panel.detail.open_tab("Sources")

    qtbot.waitUntil(lambda: len(desk.rows()) == 4)


def test_who_reads_in_a_document_that_goes_is_led_back_to_the_list(desk, qtbot):
    desk.open()
    desk.go_to("Lindholm")
    qtbot.keyClicks(desk.trace, "o")
    qtbot.waitUntil(desk.page.passage.isVisible)
    qtbot.keyClick(desk.table, Qt.Key.Key_Return)

    desk.go_to("Torsnes")

    assert QApplication.focusWidget() is desk.table
    assert not desk.page.passage.isVisible()
