"""The variables over time as a reader uses them."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableView

from rlm_desktop.ui import theme
from rlm_desktop.ui.card_frame import CardFrame
from rlm_desktop.ui.card_table import CardTable
from rlm_desktop.ui.variables_page import VariablesPage
from tests.support.panels import PanelDesk
from tests.support.sample_runs import harbour_run

ENTRIES, TEXTS = harbour_run()
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


class Desk(PanelDesk):
    """A panel with the tab Variables open."""

    def __init__(self, qtbot) -> None:
        super().__init__(qtbot, TEXTS)
        self.page = self.panel.findChild(VariablesPage)
        self.table = self.panel.findChild(QTableView, "variablesTable")
        self.panel.detail.open_tab("Variables")

    def go_to(self, kind: str, title: str) -> None:
        nodes = self.items.trace.nodes.values()
        self.panel.trace.go_to(next(node.id for node in nodes if node.kind == kind and node.title.startswith(title)))

    def names(self) -> list[str]:
        model = self.table.model()
        return [model.headerData(row, Qt.Orientation.Vertical) for row in range(model.rowCount())]

    def cards(self) -> list[CardFrame]:
        return [frame for frame in self.page.findChildren(CardFrame) if not frame.isHidden()]


@pytest.fixture
def desk(qtbot, qapp) -> Desk:
    theme.load_fonts(qapp)
    theme.apply(qapp, "light")
    desk = Desk(qtbot)
    desk.items.feed(ENTRIES)
    desk.go_to("step", "one call per harbour")
    return desk


def test_the_current_step_is_in_sight_and_its_changes_are_told(desk, qtbot):
    column = desk.page.items.current_column
    assert desk.page.items.column(column).place == "turn 7, step 1"
    assert [frame.card.title for frame in desk.cards()] == ["Variables"]
    qtbot.waitUntil(lambda: desk.table.columnViewportPosition(column) >= 0)


def test_a_cell_opens_what_was_recorded_and_leads_to_its_step(desk, qtbot):
    desk.table.scrollTo(desk.table.model().index(0, 1))
    spot = desk.table.visualRect(desk.table.model().index(0, 1)).center()
    qtbot.mouseClick(desk.table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert [frame.card.title for frame in desk.cards()] == ["hits", "Value", "Items"]

    facts = desk.cards()[0].findChild(CardTable)
    where = facts.visualRect(facts.model().index(facts.model().rowCount() - 1, 1)).center()
    qtbot.mouseClick(facts.viewport(), Qt.MouseButton.LeftButton, pos=where)

    assert desk.items.trace.nodes[desk.panel.trace.current].title.startswith("hits = grep")


def test_arrows_and_enter_open_cells_and_digits_stay_those_of_the_panel(desk, qtbot):
    desk.table.setCurrentIndex(desk.table.model().index(0, 2))
    qtbot.keyClick(desk.table, Qt.Key.Key_Left)
    qtbot.keyClick(desk.table, Qt.Key.Key_Return)
    assert desk.cards()[0].card.title == "hits"

    qtbot.keyClicks(desk.table, "1")
    assert desk.panel.detail.tab == "Story"


def test_seeking_back_leaves_only_what_had_happened(desk, qtbot):
    place = next(n for n, entry in enumerate(ENTRIES) if entry.event.kind == "step_finished" and entry.event.variables)

    desk.replay.seek(place + 1)

    qtbot.waitUntil(lambda: desk.names() == ["hits"])
    desk.replay.seek(len(ENTRIES))
    qtbot.waitUntil(lambda: len(desk.names()) == 6)


def test_before_anything_changed_it_says_why_there_is_nothing(desk, qtbot):
    desk.replay.seek(3)

    qtbot.waitUntil(lambda: not desk.table.isVisible())
    assert desk.names() == []
