"""The window keeps how it was left, and fits itself to little room without losing anything."""

import json

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QGuiApplication

from rlm_desktop.ui.layout_memory import can_be_held, fitting, lay_out, layout_of
from rlm_desktop.ui.room import LEAST, LOW, NARROW
from rlm_desktop.ui.run_line import ANSWER, TRACE
from tests.support.dressed_window import dressed_window
from tests.support.window import Driver, play

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "does not support (raise|grabbing)", extend=True)

SCREEN = QRect(0, 0, 1920, 1080)


@pytest.fixture
def user():
    with dressed_window() as dressed:
        dressed.open_past()
        dressed.window.resize(1240, 780)
        yield dressed


def test_a_window_is_laid_out_as_it_was_left(user, qtbot):
    user.press("Ctrl+2")
    user.window.resize(1180, 720)
    user.window.move(20, 10)
    user.window.columns.setSizes([320, 860])
    user.window.columns.splitterMoved.emit(320, 1)
    user.page.panel.split.setSizes([400, 450])
    user.page.panel.split.splitterMoved.emit(400, 1)
    left = layout_of(user.window)

    with dressed_window() as again:
        lay_out(again.window, left, [SCREEN])
        again.open_past()
        qtbot.waitUntil(lambda: again.window.size() == QSize(1180, 720))

        assert again.window.pos() == QPoint(20, 10)
        assert again.page.view == TRACE
        assert again.window.columns.sizes()[0] == 320
        trace, detail = again.page.panel.split.sizes()
        assert trace / detail == pytest.approx(400 / 450, abs=0.02)


def test_the_order_of_the_history_is_kept(user):
    user.window.history.items.set_order("cost")
    left = layout_of(user.window)

    with dressed_window() as again:
        lay_out(again.window, left, [SCREEN])

        assert again.window.history.items.order == "cost"


def test_a_hidden_column_stays_hidden(user):
    user.press("Ctrl+B")
    assert not user.window.documents.isVisible()
    left = layout_of(user.window)

    with dressed_window() as again:
        lay_out(again.window, left, [SCREEN])

        assert not again.window.documents.isVisible()
        again.press("Ctrl+B")
        assert again.window.documents.isVisible()


def test_a_size_or_place_that_no_screen_has_is_not_taken(user):
    assert fitting(QSize(9_000, 9_000), [SCREEN]) == QSize(1920, 1080)
    assert fitting(QSize(3, 3), [SCREEN]) == LEAST
    assert fitting(QSize(900, 700), []) == QSize(900, 700)
    assert can_be_held(QPoint(40, 40), [SCREEN])
    for corner in (QPoint(-2_000, 40), QPoint(40, 5_000), QPoint(1_919, 40), QPoint(40, -500)):
        assert not can_be_held(corner, [SCREEN])


def test_what_a_window_is_left_as_outlives_it(tmp_path):
    async def first(user: Driver) -> None:
        user.window.resize(1000, 640)
        user.window.columns.toggle_left()

    async def second(user: Driver) -> None:
        screen = QGuiApplication.primaryScreen().availableGeometry().size()
        assert user.window.size() == QSize(1000, 640).boundedTo(screen).expandedTo(LEAST)
        assert not user.window.documents.isVisible()

    play(tmp_path, first, size=None)
    kept = json.loads((tmp_path / "windows.json").read_text())["mainWindow"]
    assert (kept["width"], kept["height"], kept["has_left"]) == (1000, 640, False)
    play(tmp_path, second, size=None)


def test_garbage_in_the_layout_opens_the_window_as_on_the_first_start(tmp_path):
    hostile = {"x": 99_999, "y": -99_999, "width": 1, "height": 99_999, "splits": {"columns": [99_999, 1]}, "view": 3}
    (tmp_path / "windows.json").write_text(json.dumps({"mainWindow": hostile}))

    async def story(user: Driver) -> None:
        window, screen = user.window, QGuiApplication.primaryScreen().availableGeometry()
        assert window.width() >= LEAST.width()
        assert window.height() <= max(screen.height(), LEAST.height())
        assert screen.intersects(window.geometry())
        assert user.window.columns.right.width() > 0

    play(tmp_path, story, size=None)


def test_in_a_narrow_window_documents_and_run_take_turns_and_come_back(user):
    user.press("Ctrl+2")
    window = user.window
    window.resize(NARROW - 20, 780)
    assert not window.documents.isVisible()
    assert user.page.panel.shape == "over"
    assert user.trace.isVisible()
    assert user.detail.isVisible()

    user.press("Ctrl+D")
    assert window.documents.isVisible()
    assert window.history.isVisible()
    assert not user.page.isVisible()
    user.press("Ctrl+B")
    assert user.page.isVisible()
    user.press("Ctrl+H", "Ctrl+L")
    assert user.find("questionEdit").hasFocus()

    window.resize(NARROW + 200, 780)
    assert window.documents.isVisible()
    assert user.page.panel.shape == "beside"


def test_opening_a_run_or_a_document_brings_it_into_sight(user):
    user.window.resize(NARROW - 20, 780)
    user.press("Ctrl+H")

    user.open_past()

    assert user.page.isVisible()
    assert user.page.view == ANSWER


def test_in_a_low_and_narrow_window_trace_and_detail_are_shown_in_turn(user, qtbot):
    user.window.resize(720, LOW - 150)
    user.press("Ctrl+2", "e")
    panel = user.page.panel
    assert panel.shape == "one"
    assert user.trace.isVisible()
    assert not user.detail.isVisible()

    user.press("Return")
    assert user.detail.isVisible()
    assert not user.trace.isVisible()
    user.press("Escape")
    assert user.trace.isVisible()
    user.press("2")
    assert user.detail.tab == "Prompt"
    assert user.detail.isVisible()
    user.press("j")
    assert user.detail.isVisible()

    user.window.resize(1240, 780)
    assert user.trace.isVisible()
    assert user.detail.isVisible()


def test_in_a_low_window_models_and_limits_are_a_button_away(user):
    user.window.resize(720, 450)
    bar = user.window.ask_bar
    assert not bar.options.isVisible()

    user.find("unfoldOptions").click()
    assert bar.options.isVisible()

    user.window.resize(1240, 780)
    assert bar.options.isVisible()
    assert not user.find("unfoldOptions").isVisible()
