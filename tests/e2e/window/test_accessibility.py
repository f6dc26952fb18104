"""The window for those who hear it, and for those who walk through it by Tab."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from rlm_desktop.settings.preferences import Preferences
from rlm_desktop.ui.focus_ring import WIDTH, FocusRing
from rlm_desktop.ui.theme import colour, contrast
from tests.support.dressed_window import Dressed, dressed_window
from tests.support.scenes import scenes, shown_dialog
from tests.support.spoken import controls, name_of, nameless, silent_rows

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "does not support (raise|grabbing)", extend=True)
_MOST_STEPS = 120


@pytest.fixture
def user():
    with dressed_window() as dressed:
        dressed.window.resize(1440, 900)
        yield dressed


def close_dialog(user: Dressed, qtbot) -> None:
    dialog = shown_dialog(user)
    if dialog is not None:
        dialog.reject()
        user.window.activateWindow()
        qtbot.waitUntil(user.window.isActiveWindow)


def test_every_control_has_a_name_and_every_row_says_itself_wherever_one_is(user, qtbot):
    heard: dict[str, list[str]] = {}
    for name, act in scenes(user).items():
        act()
        QApplication.processEvents()
        top = shown_dialog(user) or user.window
        heard[name] = nameless(top) + silent_rows(top)
        assert list(controls(top))
        close_dialog(user, qtbot)

    assert {name: bad for name, bad in heard.items() if bad} == {}


def test_rows_of_the_trace_say_what_they_are_in_words(user):
    user.open_past()
    user.press("Ctrl+2")

    index = user.trace.items.index(2, 0)

    said = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "turn 2 of 8, Find where dues are mentioned, collapsed, 2 percent of cost"


def tab_round(user: Dressed, key: str = "Tab") -> list[QWidget]:
    """Press Tab until the focus is where it began."""
    first = QApplication.focusWidget()
    seen = [first]
    for _ in range(_MOST_STEPS):
        QTest.keySequence(QApplication.focusWidget(), key)
        here = QApplication.focusWidget()
        assert here is not None, f"the focus was lost after {seen[-1]}"
        if here is first:
            return seen
        if here is not seen[-1]:
            seen.append(here)
    pytest.fail(f"Tab never came back; the last were {seen[-3:]}")


def place(user: Dressed, widget: QWidget) -> QPoint:
    return widget.mapTo(user.window, QPoint(0, 0))


@pytest.mark.parametrize("scene", ["start", "past"])
def test_tab_goes_through_all_in_reading_order_and_comes_back(user, scene):
    if scene == "past":
        user.open_past()
        user.press("Ctrl+2")
    user.find("leftButton").setFocus()

    seen = tab_round(user)

    assert len(seen) == len(set(map(id, seen)))
    assert all(widget.isVisible() for widget in seen)
    areas = [area_of(user, widget) for widget in seen]
    assert areas == sorted(areas), [f"{area}: {name_of(widget)}" for area, widget in zip(areas, seen, strict=True)]
    stops = (one for one in controls(user.window) if one.focusPolicy() & Qt.FocusPolicy.TabFocus)
    reachable = {one for one in stops if one.focusProxy() is None}
    missed = [name_of(one) for one in reachable if one.isEnabled() and one not in seen and not stands_for(one, seen)]
    assert missed == []


def area_of(user: Dressed, widget: QWidget) -> int:
    """Number the areas as they are read: the bar on top, the left column, the question, the run, the line below."""
    window = user.window
    areas = (window.top, window.documents, window.history, window.ask_bar, window.columns.right.inside, window.status)
    return next(number for number, area in enumerate(areas) if area.isAncestorOf(widget))


def stands_for(widget: QWidget, seen: list[QWidget]) -> bool:
    """Of buttons of which one is on, Tab reaches that one, and arrows the others."""
    group = widget.group() if hasattr(widget, "group") else None
    return group is not None and any(button in seen for button in group.buttons())


def test_from_a_view_that_is_no_stop_itself_tab_leads_into_it(user):
    user.open_past()
    user.press("Ctrl+4", "Tab")

    assert user.page.charts.isAncestorOf(QApplication.focusWidget())


def test_shift_tab_goes_the_same_way_back(user):
    user.open_past()
    user.press("Ctrl+2")
    user.find("leftButton").setFocus()
    there = tab_round(user)
    user.find("leftButton").setFocus()

    back = tab_round(user, "Shift+Tab")

    assert [name_of(one) for one in back[1:]] == [name_of(one) for one in reversed(there[1:])]


@pytest.mark.parametrize("theme", ["contrast-light", "contrast-dark"])
def test_in_high_contrast_a_ring_surrounds_what_has_the_focus(theme):
    with dressed_window(Preferences(theme=theme)) as user:
        user.window.resize(1440, 900)
        user.open_past()
        user.press("Ctrl+2")
        ring = user.window.findChild(FocusRing)

        for widget in tab_round(user):
            widget.setFocus()
            box = ring.geometry()
            whole = box.adjusted(-WIDTH, -WIDTH, WIDTH, WIDTH)
            assert ring.isVisible(), name_of(widget)
            assert whole.contains(place(user, widget)), name_of(widget)
            assert box.width() >= widget.width(), name_of(widget)

        assert WIDTH >= 2
        assert contrast(colour("text"), colour("window")) >= 7


def test_other_themes_have_no_ring(user):
    assert user.window.findChild(FocusRing) is None


def test_the_question_before_closing_is_told_in_words(user):
    user.open_live()

    user.window.close()

    question = user.window.findChild(QMessageBox, "closeQuestion")
    assert question.text()
    assert nameless(question) == []
    question.reject()
