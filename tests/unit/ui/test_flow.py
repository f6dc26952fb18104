import pytest
from PySide6.QtWidgets import QPushButton, QWidget

from rlm_desktop.ui.flow import Flow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.mark.parametrize("width", range(100, 420, 7))
def test_no_item_stands_out_of_a_line(qtbot, width):
    holder = QWidget()
    qtbot.addWidget(holder)
    flow = Flow(holder, 8, 4)
    buttons = [QPushButton(words, holder) for words in ("Run", "Try 3", "Hidden", "Change", "Stop")]
    for button in buttons:
        button.setFixedWidth(90)
        flow.addWidget(button)
    buttons[2].hide()
    holder.setFixedSize(width, 300)
    holder.show()

    shown = [button.geometry() for button in buttons if button.isVisible()]

    assert all(place.right() < width for place in shown)
    assert shown[1].left() in (0, 98)
    assert shown[2].left() != 0 or shown[1].right() + 8 + 90 >= width
