"""Timeline and replay bar as a reader uses them."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QSlider, QToolButton, QVBoxLayout, QWidget

from rlm_desktop.ui import theme
from rlm_desktop.ui.replay_bar import ReplayBar
from rlm_desktop.ui.timeline_drawing import CALLS, ROOT
from rlm_desktop.ui.timeline_view import TimelineView
from rlm_desktop.viewmodel.replay import Replay
from rlm_desktop.viewmodel.trace_items import TraceItems
from tests.support.sample_runs import harbour_run

ENTRIES, _ = harbour_run()
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


class Desk:
    """A timeline over a replay bar."""

    def __init__(self, qtbot) -> None:
        self.window = QWidget()
        self.items = TraceItems(self.window)
        self.replay = Replay(self.items, self.window)
        self.timeline = TimelineView(self.items, self.replay, self.window)
        self.bar = ReplayBar(self.replay, self.window)
        self.slider = self.bar.findChild(QSlider, "replaySlider")
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.timeline)
        layout.addWidget(self.bar)
        qtbot.addWidget(self.window)
        self.window.resize(900, 140)
        with qtbot.waitExposed(self.window):
            self.window.show()

    def button(self, name: str) -> QToolButton:
        return next(button for button in self.bar.findChildren(QToolButton) if button.accessibleName() == name)

    def spot(self, at: float, y: int) -> QPoint:
        return QPoint(round(self.timeline._scale().x_of(at)), y)


@pytest.fixture
def desk(qtbot, qapp) -> Desk:
    theme.load_fonts(qapp)
    theme.apply(qapp, "dark")
    return Desk(qtbot)


def test_the_slider_moves_the_run_and_the_run_the_slider(desk):
    desk.items.feed(ENTRIES)
    assert (desk.slider.maximum(), desk.slider.value()) == (len(ENTRIES), len(ENTRIES))

    desk.slider.setValue(60)
    assert desk.items.position == 60

    desk.replay.seek(90)
    assert desk.slider.value() == 90


def test_buttons_step_and_return_to_the_end(desk, qtbot):
    desk.items.feed(ENTRIES)

    qtbot.mouseClick(desk.button("One event back"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(desk.button("One event back"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(desk.button("One event on"), Qt.MouseButton.LeftButton)
    assert desk.items.position == len(ENTRIES) - 1

    qtbot.mouseClick(desk.button("Show everything and follow"), Qt.MouseButton.LeftButton)
    assert desk.replay.is_at_end
    assert not desk.button("One event on").isEnabled()


def test_play_plays_to_the_end_at_the_chosen_pace(desk, qtbot):
    desk.items.feed(ENTRIES[:60])
    desk.bar.findChild(QComboBox).setCurrentText("×64")

    qtbot.mouseClick(desk.button("Play"), Qt.MouseButton.LeftButton)
    assert desk.replay.is_playing
    assert desk.button("Pause").isEnabled()

    qtbot.waitUntil(lambda: desk.replay.is_at_end and not desk.replay.is_playing, timeout=5_000)
    assert desk.button("Play").isEnabled()


def test_without_a_run_there_is_nothing_to_move(desk):
    assert not desk.slider.isEnabled()
    assert not desk.button("Play").isEnabled()


def test_a_click_on_a_bar_leads_to_its_call(desk, qtbot):
    desk.items.feed(ENTRIES)
    bar = desk.timeline.timeline.roots[4]

    with qtbot.waitSignal(desk.timeline.node_wanted) as wanted:
        middle = desk.spot((bar.start + bar.end) / 2, ROOT[0] + 5)
        qtbot.mouseClick(desk.timeline, Qt.MouseButton.LeftButton, pos=middle)

    assert wanted.args == [bar.node]
    assert desk.replay.is_at_end


def test_a_click_between_bars_moves_the_playhead_there(desk, qtbot):
    desk.items.feed(ENTRIES)
    turn = desk.timeline.timeline.roots[2]

    empty = desk.spot((turn.start + turn.end) / 2, CALLS[0] + 10)
    qtbot.mouseClick(desk.timeline, Qt.MouseButton.LeftButton, pos=empty)

    shown = desk.items.entries[desk.items.position - 1].at
    assert turn.start <= shown < turn.end


def test_dragging_with_shift_chooses_a_stretch_of_time(desk, qtbot):
    desk.items.feed(ENTRIES)
    line = desk.timeline.timeline
    spots = [desk.spot(line.begin + seconds, 60) for seconds in (30.0, 10.0)]
    shift = Qt.KeyboardModifier.ShiftModifier

    with qtbot.waitSignal(desk.timeline.stretch_wanted) as wanted:
        qtbot.mousePress(desk.timeline, Qt.MouseButton.LeftButton, shift, spots[0])
        qtbot.mouseMove(desk.timeline, QPoint(spots[1].x() + 20, 60))
        qtbot.mouseMove(desk.timeline, spots[1])
        qtbot.mouseRelease(desk.timeline, Qt.MouseButton.LeftButton, shift, spots[1])

    assert [round(seconds) for seconds in wanted.args] == [10, 30]
    assert desk.replay.is_at_end


def test_the_wheel_shows_less_time_and_a_double_click_all_again(desk, qtbot):
    desk.items.feed(ENTRIES)
    whole = desk.timeline._scale()

    desk.timeline.zoom(4.0, 300.0)
    desk.timeline.pan(0.1)

    seen = desk.timeline._scale()
    assert round((whole.end - whole.begin) / (seen.end - seen.begin), 3) == 4.0
    assert whole.begin < seen.begin < seen.end < whole.end
    qtbot.mouseDClick(desk.timeline, Qt.MouseButton.LeftButton, pos=QPoint(300, 60))
    assert desk.timeline._scale() == whole


def test_dragging_scrubs_through_the_run(desk, qtbot):
    desk.items.feed(ENTRIES)
    width = desk.timeline.width()

    qtbot.mousePress(desk.timeline, Qt.MouseButton.LeftButton, pos=QPoint(width - 20, 60))
    positions = []
    for x in (width // 2, width // 3, 60):
        qtbot.mouseMove(desk.timeline, QPoint(x, 60))
        qtbot.waitUntil(lambda: len(positions) == 0 or desk.items.position != positions[-1])
        positions.append(desk.items.position)
    qtbot.mouseRelease(desk.timeline, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))

    assert positions == sorted(positions, reverse=True)
    assert positions[-1] < 30


def test_arrow_keys_on_the_timeline_step(desk, qtbot):
    desk.items.feed(ENTRIES)

    qtbot.keyClick(desk.timeline, Qt.Key.Key_Left)
    assert desk.items.position == len(ENTRIES) - 1
    qtbot.keyClick(desk.timeline, Qt.Key.Key_Home)
    assert desk.items.position == 0
    qtbot.keyClick(desk.timeline, Qt.Key.Key_End)
    assert desk.replay.is_at_end


def test_the_timeline_says_itself_in_words(desk):
    desk.items.feed(ENTRIES)

    assert desk.timeline.accessibleDescription() == "8 turns, 165 calls, 3 errors, 2 m 05 s"


def test_the_timeline_paints_each_role_in_its_colour_and_repaints_in_another_theme(desk, qapp):
    desk.items.feed(ENTRIES)
    bar = desk.timeline.timeline.roots[0]
    spot = desk.spot((bar.start + bar.end) / 2, ROOT[0] + 6)

    for scheme in ("dark", "light"):
        theme.apply(qapp, scheme)
        qapp.processEvents()
        assert desk.timeline.grab().toImage().pixelColor(spot).name() == theme.colour("root").name()


def test_another_run_clears_the_timeline(desk):
    desk.items.feed(ENTRIES)

    desk.items.clear()

    assert desk.timeline.timeline.calls == []
    assert desk.slider.maximum() == 0
