"""The table inside a card shares its room among the columns."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rlm_desktop.ui import theme
from rlm_desktop.ui.card_table import CardTable
from rlm_desktop.viewmodel.cards import Cell, TableBody

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
WIDTH = 560
LONG = "✕ The content filter of the model server on this computer refused this"


def calls(state: str, title: str = "Piece 1: name the most important fact") -> TableBody:
    row = (
        Cell(text="1", is_figure=True),
        Cell(text=title),
        Cell(text=state),
        Cell(text="444 tok", is_figure=True),
        Cell(text="$0.0012", is_figure=True),
        Cell(text="0.8 s", is_figure=True),
    )
    return TableBody(rows=(row,) * 3, stretch=1)


@pytest.fixture
def table(qapp, qtbot) -> Iterator[CardTable]:
    theme.apply(qapp, "light")
    holder = QWidget()
    qtbot.addWidget(holder)
    column = QVBoxLayout(holder)
    table = CardTable(calls("answered"), holder)
    column.addWidget(table)
    holder.resize(WIDTH, 200)
    with qtbot.waitExposed(holder):
        holder.show()
    yield table
    holder.close()


def widths(table: CardTable) -> list[int]:
    return [table.columnWidth(column) for column in range(6)]


def test_a_long_reason_takes_no_room_from_figures_and_leaves_words_legible(table, qtbot):
    before = widths(table)

    table.show_body(calls(LONG))

    qtbot.waitUntil(lambda: sum(widths(table)) <= table.viewport().width())
    assert widths(table)[3:] == before[3:]
    assert widths(table)[1] >= 100
    assert widths(table)[2] > before[2]


def test_in_a_wider_card_a_long_reason_is_given_what_it_wants(table, qtbot):
    table.show_body(calls(LONG))
    narrow = widths(table)[2]

    table.window().resize(3 * WIDTH, 200)

    qtbot.waitUntil(lambda: widths(table)[2] > narrow)
    assert sum(widths(table)) <= table.viewport().width()
