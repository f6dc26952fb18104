"""The root LM's window as a reader uses it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLabel, QTableView, QToolButton

from rlm_desktop.ui import theme
from rlm_desktop.ui.card_frame import CardFrame
from rlm_desktop.ui.context_page import ContextPage
from rlm_desktop.ui.window_bar import WindowBar
from tests.support.panels import PanelDesk
from tests.support.sample_runs import harbour_run

ENTRIES, TEXTS = harbour_run()
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


class Desk(PanelDesk):
    """A panel with the tab Context open on the whole run."""

    def __init__(self, qtbot) -> None:
        super().__init__(qtbot, TEXTS)
        self.page = self.panel.findChild(ContextPage)
        self.table = self.panel.findChild(QTableView, "contextTable")
        self.items.feed(ENTRIES)
        self.panel.trace.go_to(self.items.trace.root.id)
        qtbot.keyClicks(self.panel.trace, "3")
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.page.items.is_busy)

    def words(self) -> str:
        return self.page.findChild(QLabel, "contextWords").text()

    def cards(self) -> list[str]:
        return [frame.card.title for frame in self.page.findChildren(CardFrame) if not frame.isHidden()]


@pytest.fixture
def desk(qtbot, qapp) -> Desk:
    theme.load_fonts(qapp)
    theme.apply(qapp, "light")
    return Desk(qtbot)


def test_the_third_key_opens_the_newest_window_of_the_run(desk):
    assert desk.panel.detail.tab == "Context"
    assert desk.page.items.window.turn == 8
    assert desk.words().startswith(
        "2 messages, 8,600 tokens as the provider counted. Since turn 7, 1 came, 1 was left out"
    )


def test_a_message_is_opened_by_mouse_and_by_key(desk, qtbot):
    spot = desk.table.visualRect(desk.table.model().index(0, 2)).center()
    qtbot.mouseClick(desk.table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert desk.cards() == ["System"]

    qtbot.keyClick(desk.table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(desk.table, Qt.Key.Key_Return)
    assert desk.cards() == ["User"]


def test_the_buttons_go_from_turn_to_turn_with_the_trace(desk, qtbot):
    button = desk.page.findChild(QToolButton, "contextEarlier")
    qtbot.waitUntil(lambda: button.height() > 0)

    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    desk.settle()

    assert desk.page.items.window.turn == 7
    assert desk.items.trace.nodes[desk.panel.trace.current].number == 7


def test_seeking_back_shows_the_window_of_that_time(desk, qtbot):
    desk.replay.seek(4)
    qtbot.waitUntil(lambda: desk.page.items.window is not None and desk.page.items.window.newest == 1)
    desk.settle()
    assert desk.page.items.window.turn == 1

    desk.replay.seek(1)
    qtbot.waitUntil(lambda: desk.page.items.window is None)
    assert not desk.table.isVisible()


def test_the_picture_speaks(desk):
    picture = QAccessible.queryAccessibleInterface(desk.page.findChild(WindowBar))

    assert picture.text(QAccessible.Text.Name) == "The model's window"
    assert "prompt cache" in picture.text(QAccessible.Text.Description)
