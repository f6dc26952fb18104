"""Trace and detail as a reader uses them."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QTableView, QTabWidget

from rlm_desktop.skeleton.building import SkeletonBuilder
from rlm_desktop.skeleton.sealed import SealedRun
from rlm_desktop.trace.events import Entry, ReplyGrew
from rlm_desktop.trace.texts import reference_to
from rlm_desktop.ui import theme
from rlm_desktop.ui.card_frame import CardFrame
from rlm_desktop.ui.copy_button import CopyButton
from rlm_desktop.ui.text_pane import TextPane
from rlm_desktop.ui.trace_delegate import opener_left
from rlm_desktop.viewmodel.cards import TextBody
from rlm_desktop.viewmodel.detail import TABS
from rlm_desktop.viewmodel.long_text import LongText
from rlm_desktop.viewmodel.trace_items import Column, RowRole
from tests.support.panels import PanelDesk
from tests.support.run_writer import RunWriter, Turn
from tests.support.sample_runs import harbour_run

ENTRIES, TEXTS = harbour_run()
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


class Desk(PanelDesk):
    """A panel on the screen, and the run in it."""

    def __init__(self, qtbot, texts=TEXTS) -> None:
        super().__init__(qtbot, texts, 1180, 640)
        self.trace, self.detail = self.panel.trace, self.panel.detail

    def title(self) -> str:
        """The current row's title."""
        return self.trace.currentIndex().siblingAtColumn(0).data(RowRole).title

    def go_to(self, title: str) -> None:
        self.trace.go_to(next(node.id for node in self.items.trace.nodes.values() if node.title == title))

    def cards(self) -> list[str]:
        page = self.panel.findChild(QTabWidget, "detailTabs").currentWidget()
        return [frame.card.title for frame in page.findChildren(CardFrame) if not frame.isHidden()]

    def pane(self, number: int = 0) -> QPlainTextEdit:
        page = self.panel.findChild(QTabWidget, "detailTabs").currentWidget()
        return page.findChildren(QPlainTextEdit)[number]


@pytest.fixture
def desk(qtbot, qapp) -> Desk:
    theme.load_fonts(qapp)
    theme.apply(qapp, "light")
    return Desk(qtbot)


def test_widgets_carry_the_names_that_tests_and_screen_readers_hold_on_to(desk):
    assert desk.panel.findChild(QTableView, "traceView") is desk.trace
    tabs = desk.panel.findChild(QTabWidget, "detailTabs")
    names = [tabs.tabText(tab) for tab in range(tabs.count())]
    assert names == ["Story", "Prompt", "Context", "Reply", "Code + output", "Variables", "Sources", "Raw"]


def test_a_live_run_is_followed_until_the_reader_picks_a_row(desk, qtbot):
    desk.items.feed(ENTRIES[:100])
    assert desk.trace.is_following
    assert desk.title().startswith("one call per report")

    desk.trace.setCurrentIndex(desk.items.index(1, 0))
    desk.items.feed(ENTRIES[100:])

    assert not desk.trace.is_following
    assert desk.title() == "Look at the corpus and its folders"
    qtbot.keyClicks(desk.trace, "L")
    assert desk.trace.is_following
    assert desk.trace.currentIndex().row() == desk.items.index_of(desk.items.latest).row()


def test_following_is_offered_only_while_a_run_goes_on(desk):
    offer = next(button for button in desk.trace.findChildren(QPushButton) if "Follow" in button.text())
    desk.items.feed(ENTRIES[:100])
    assert not offer.isVisible()

    desk.trace.follow(False)
    assert offer.isVisible()

    desk.items.feed(ENTRIES[100:])
    assert not offer.isVisible()


def test_selection_expansion_and_scroll_survive_live_growth(desk):
    desk.items.feed(ENTRIES[:300])
    desk.go_to("annual-1953.pdf")
    place = desk.trace.visualRect(desk.trace.currentIndex()).top()
    rows = desk.items.rowCount()

    for entry in ENTRIES[300:]:
        desk.items.feed([entry])

    assert desk.title() == "annual-1953.pdf"
    assert desk.trace.visualRect(desk.trace.currentIndex()).top() == place
    assert desk.items.rowCount() > rows


def test_a_turn_that_closes_by_itself_does_not_stop_following(desk):
    for entry in ENTRIES[:-1]:
        desk.items.feed([entry])

    assert desk.trace.is_following


def test_looking_back_does_not_stop_following(desk):
    desk.items.feed(ENTRIES)

    desk.replay.seek(40)

    assert desk.trace.is_following
    assert desk.trace.currentIndex().row() == desk.items.index_of(desk.items.latest).row()


def test_arrows_open_and_close_and_go_in_and_out(desk, qtbot):
    desk.items.feed(ENTRIES)
    desk.trace.go_to(desk.items.node_at(3))
    closed = desk.items.rowCount()

    qtbot.keyClick(desk.trace, Qt.Key.Key_Right)
    assert desk.items.rowCount() > closed
    qtbot.keyClick(desk.trace, Qt.Key.Key_Right)
    assert desk.trace.currentIndex().row() == 4
    qtbot.keyClick(desk.trace, Qt.Key.Key_Left)
    assert desk.trace.currentIndex().row() == 3
    qtbot.keyClick(desk.trace, Qt.Key.Key_Left)
    assert desk.items.rowCount() == closed


def test_letters_lead_to_turns_errors_peers_and_the_costliest_call(desk, qtbot):
    desk.items.feed(ENTRIES)
    desk.trace.go_to(desk.items.node_at(1))

    def press(letters: str) -> str:
        qtbot.keyClicks(desk.trace, letters)
        return desk.title()

    assert press("j") == "Find where dues are mentioned"
    assert press("jk") == "Find where dues are mentioned"
    assert press("e") == "records by harbour"
    assert press("e") == "Torsnes"
    assert press(".") == "Vessby"
    assert press(",,") == "Lindholm"
    assert press("E") == "records by harbour"
    assert press("$") == "gpt-5 replied"
    qtbot.keyClick(desk.trace, Qt.Key.Key_Backspace)
    assert desk.title() == "Ask each harbour’s pages for the reason it gave"


def test_a_click_on_the_opener_opens_the_row_without_picking_it(desk, qtbot):
    desk.items.feed(ENTRIES)
    desk.trace.go_to(desk.items.node_at(1))
    cell = desk.trace.visualRect(desk.items.index(3, Column.TRACE))
    rows = desk.items.rowCount()

    qtbot.mouseClick(
        desk.trace.viewport(),
        Qt.MouseButton.LeftButton,
        pos=QPoint(opener_left(cell, 1) + 5, cell.center().y()),
    )

    assert desk.items.rowCount() > rows
    assert desk.trace.currentIndex().row() == 1


def test_the_current_row_s_story_is_told_and_its_tables_lead_on(desk, qtbot):
    desk.items.feed(ENTRIES)
    desk.go_to("one call per harbour, all pages that mention dues")
    assert desk.cards() == ["Code", "Output", "Calls", "Variables"]
    assert "llm_query_batched" in desk.pane().toPlainText()

    frame = next(frame for frame in desk.detail.findChildren(CardFrame) if frame.card.title == "Calls")
    table = frame.findChild(QTableView)
    spot = table.visualRect(table.model().index(1, 1)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)

    assert desk.title() == "Lindholm"
    assert desk.cards()[:2] == ["Prompt", "Reply"]


def test_copying_gives_the_row_with_its_exact_figures(desk, qtbot, qapp):
    desk.items.feed(ENTRIES)
    desk.go_to("Lindholm")

    for press in (lambda: qtbot.keyClicks(desk.trace, "c"), lambda: qtbot.keySequence(desk.trace, "Ctrl+C")):
        qapp.clipboard().clear()
        press()
        assert qapp.clipboard().text().splitlines()[1:] == [
            "$0.0019",
            "4,632 tokens in (0 cached), 180 out",
            "1 call, 2.200 s",
        ]


def test_a_streaming_reply_keeps_what_the_reader_selected(desk, qtbot):
    started = next(n for n, entry in enumerate(ENTRIES) if entry.event.kind == "call_started")
    call, at = ENTRIES[started].event.call, ENTRIES[started].at
    desk.items.feed([*ENTRIES[: started + 1], Entry(0, at, ReplyGrew(call=call, text="First some words. "))])
    desk.trace.go_to(call)
    desk.detail.open_tab("Reply")
    pane = desk.pane()
    pane.moveCursor(QTextCursor.MoveOperation.Start)
    pane.moveCursor(QTextCursor.MoveOperation.EndOfWord, QTextCursor.MoveMode.KeepAnchor)

    desk.items.feed([Entry(0, at, ReplyGrew(call=call, text="Then `more`."))])

    qtbot.waitUntil(lambda: pane.toPlainText() == "First some words. Then `more`.")
    assert pane.textCursor().selectedText() == "First"


def test_digits_open_tabs_and_brackets_step_through_the_run(desk, qtbot):
    desk.items.feed(ENTRIES)
    desk.go_to("Lindholm")

    qtbot.keyClicks(desk.trace, "2")
    assert desk.detail.tab == "Prompt"
    assert "Harbour: Lindholm" in desk.pane().toPlainText()
    qtbot.keyClicks(desk.trace, "[[]")
    assert desk.replay.position == len(ENTRIES) - 1


@pytest.mark.parametrize("width", [640, 760, 1180])
def test_digits_open_tabs_for_which_there_is_no_room_as_well(desk, qtbot, width):
    desk.items.feed(ENTRIES)
    desk.panel.resize(width, 640)
    for number, tab in enumerate(TABS, 1):
        qtbot.keyClicks(desk.trace, str(number))

        assert desk.detail.tab == tab
        tabs = desk.panel.findChild(QTabWidget, "detailTabs")
        assert tabs.isTabVisible(number - 1)


def test_the_detail_of_a_live_step_grows(desk, qtbot):
    step = next(n for n, entry in enumerate(ENTRIES) if entry.event.kind == "output_printed")
    desk.items.feed(ENTRIES[:step])
    assert desk.cards() == ["Code"]

    desk.items.feed(ENTRIES[step : step + 1])

    qtbot.waitUntil(lambda: desk.cards() == ["Code", "Output"])


def test_code_is_coloured_by_role_in_both_themes(desk, qapp):
    desk.items.feed(ENTRIES)
    desk.go_to("one call per harbour, all pages that mention dues")

    for scheme in ("light", "dark"):
        theme.apply(qapp, scheme)
        qapp.processEvents()
        block = desk.pane().document().findBlockByNumber(0)
        shades = {piece.format.foreground().color().name() for piece in block.layout().formats()}
        assert shades == {theme.colour("muted").name()}


def test_a_huge_text_is_paged(desk, qtbot, qapp):
    writer = RunWriter()
    huge = "a row of figures, and what stands in it of the dues of the harbour\n" * 36_000
    writer.run(0.0, "Q", [Turn(intent="Print", code="print(x)", output=huge)])
    other = Desk(qtbot, writer.texts)
    other.items.feed(writer.entries())
    other.go_to("print(x)")
    other.detail.open_tab("Code + output")
    page = other.detail.findChild(QTabWidget, "detailTabs").currentWidget()
    output = page.findChildren(CardFrame)[-1]
    pane = output.findChild(QPlainTextEdit)
    shown = len(pane.toPlainText())
    assert 1_999_900 < shown <= 2_000_000

    further = next(button for button in output.findChildren(QPushButton) if button.text() == "Next part")
    back = next(button for button in output.findChildren(QPushButton) if button.text() == "Previous part")
    qtbot.waitUntil(lambda: further.height() > 0)
    qtbot.mouseClick(further, Qt.MouseButton.LeftButton)

    assert shown + len(pane.toPlainText()) == len(huge)
    assert not further.isEnabled()
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert len(pane.toPlainText()) == shown
    assert not back.isEnabled()


def test_rows_speak_to_screen_readers(desk):
    desk.items.feed(ENTRIES)

    table = QAccessible.queryAccessibleInterface(desk.trace)
    spoken = [table.child(place).text(QAccessible.Text.Name) for place in range(40)]

    assert "turn 2 of 8, Find where dues are mentioned, collapsed, 2 percent of cost" in spoken
    assert "Cost $0.0031" in spoken


def test_another_run_begins_empty(desk):
    desk.items.feed(ENTRIES)
    desk.go_to("Lindholm")

    desk.items.clear()

    assert desk.items.rowCount() == 0
    assert desk.cards() == []


def test_in_a_narrow_panel_words_keep_their_room(desk, qtbot):
    desk.items.feed(ENTRIES)
    widths = lambda: [desk.trace.columnWidth(column) for column in Column]  # noqa: E731
    assert all(widths())

    desk.panel.resize(680, 640)

    qtbot.waitUntil(lambda: desk.trace.isColumnHidden(Column.SHARE))
    assert desk.trace.columnWidth(Column.TRACE) > 120
    desk.panel.resize(1180, 640)
    qtbot.waitUntil(lambda: all(widths()))


def test_code_is_copied_from_its_card(desk, qtbot):
    desk.items.feed(ENTRIES)
    step = next(node for node in desk.items.trace.nodes.values() if node.kind == "step")
    desk.trace.go_to(step.id)
    page = desk.panel.findChild(QTabWidget, "detailTabs").currentWidget()
    heading = next(frame for frame in page.findChildren(CardFrame) if frame.card.title == "Code")

    qtbot.mouseClick(heading.findChild(CopyButton), Qt.MouseButton.LeftButton)

    assert QGuiApplication.clipboard().text() == heading.card.body.text


def test_a_card_without_words_is_no_higher_than_its_heading(desk, qtbot):
    desk.items.feed(ENTRIES[:3])
    call = next(node for node in desk.items.trace.nodes.values() if node.kind == "call")
    desk.trace.go_to(call.id)
    page = desk.panel.findChild(QTabWidget, "detailTabs").currentWidget()
    desk.detail.open_tab("Reply")
    page = desk.panel.findChild(QTabWidget, "detailTabs").currentWidget()

    frames = [frame for frame in page.findChildren(CardFrame) if not frame.isHidden()]

    qtbot.waitUntil(lambda: all(frame.height() < 60 for frame in frames))


def test_a_live_output_that_is_paged_keeps_the_part_that_is_read(qtbot, qapp):
    theme.apply(qapp, "light")
    pane = TextPane()
    qtbot.addWidget(pane)
    texts = {reference_to(text).digest: text for text in ("a\n" * 50_000, "b\n" * 50_000, "c\n" * 900_000)}
    pieces = tuple(map(reference_to, texts.values()))
    load = lambda reference: texts[reference.digest]  # noqa: E731
    pane.show_body(TextBody(text="", long=LongText(pieces[:2], load)))
    pane.show_next()
    assert (pane.start, pane.end, pane.total) == (80_000, 160_000, 200_000)

    pane.show_body(TextBody(text="", long=LongText(pieces, load)))

    assert (pane.start, pane.end, pane.total) == (80_000, 160_000, 2_000_000)
    pane.show_body(TextBody(text="another"))
    assert (pane.start, pane.toPlainText()) == (0, "another")


def test_the_current_row_stays_when_a_large_run_is_looked_at_in_the_past_and_back(desk):
    by_seq = {entry.seq: entry for entry in ENTRIES}
    columns = SkeletonBuilder(ENTRIES).columns()
    desk.items.open_sealed(SealedRun(columns, lambda seqs: [by_seq[seq] for seq in seqs]))
    first = next(node.id for node in desk.items.trace.walk() if node.kind == "turn")
    desk.trace.go_to(first)

    desk.items.go_to(len(ENTRIES) - 5)
    then = desk.trace.current
    desk.items.go_to(len(ENTRIES))

    assert (then, desk.trace.current) == (first, first)
