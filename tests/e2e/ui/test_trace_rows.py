"""What a row of the trace shows when there is little room for it."""

import pytest
from PySide6.QtGui import QColor

from rlm_desktop.ui import theme
from rlm_desktop.viewmodel.replay import Replay
from rlm_desktop.viewmodel.trace_items import TraceItems
from tests.support.panels import make_panel
from tests.support.run_writer import RunWriter, Sub, Turn

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def test_a_failure_is_seen_beside_however_long_a_name(qtbot):
    writer = RunWriter()
    subs = [Sub(label="What does the harbour master write of the dues? " * 4, error="too long"), Sub(label="short")]
    writer.run(0.0, "Who?", [Turn(intent="Ask", code="go()", subs=subs)])
    items = TraceItems()
    panel = make_panel(items, Replay(items, items), lambda reference: writer.texts[reference.digest])
    items.setParent(panel)
    qtbot.addWidget(panel)
    panel.resize(900, 500)
    with qtbot.waitExposed(panel):
        panel.show()
    items.feed(writer.entries())
    items.set_all_open(True)
    failed = next(node for node in items.trace.walk() if node.kind == "call" and node.status == "failed")
    box = panel.trace.visualRect(items.reveal(failed.id))

    picture = panel.trace.viewport().grab(box).toImage()

    red = theme.colour("error").rgb()
    assert any(
        _is_near(picture.pixelColor(x, y), QColor(red))
        for x in range(picture.width() // 2, picture.width())
        for y in range(picture.height())
    )


def _is_near(one: QColor, other: QColor) -> bool:
    return abs(one.red() - other.red()) + abs(one.green() - other.green()) + abs(one.blue() - other.blue()) < 60
