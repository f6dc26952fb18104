"""Tabs for which there may be too little room."""

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from rlm_desktop.ui.tabs_with_rest import TabsWithRest

NAMES = ["Story", "Prompt", "Context", "Reply", "Code + output", "Variables", "Sources", "Raw"]
pytestmark = pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise|grabbing)", extend=True)


@pytest.fixture
def tabs(qtbot, qapp):
    owner = QWidget()
    qtbot.addWidget(owner)
    made = TabsWithRest(owner)
    for name in NAMES:
        made.addTab(QLabel(f"The page of {name}", made), name)
    layout = QVBoxLayout(owner)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(made)
    owner.resize(1_000, 200)
    with qtbot.waitExposed(owner):
        owner.show()
    owner.activateWindow()
    made.owner = owner
    return made


def seen(tabs) -> list[str]:
    return [tabs.tabText(tab) for tab in range(tabs.count()) if tabs.isTabVisible(tab)]


def narrow(tabs, width: int = 300) -> None:
    tabs.window().resize(width, 200)
    QApplication.processEvents()


def rest(tabs) -> QToolButton:
    return tabs.findChild(QToolButton, "moreTabs")


def menu(tabs) -> QMenu:
    return tabs.findChild(QMenu, "moreTabsMenu")


def offered(tabs) -> list[str]:
    menu(tabs).aboutToShow.emit()
    return [action.text() for action in menu(tabs).actions()]


def choose_the_last(qtbot, shown: QMenu) -> None:
    qtbot.keyClick(shown, Qt.Key.Key_Up)
    qtbot.keyClick(shown, Qt.Key.Key_Return)


def test_with_room_for_all_tabs_there_is_no_menu(tabs):
    assert seen(tabs) == NAMES
    assert not rest(tabs).isVisible()


@pytest.mark.parametrize("width", range(220, 640, 30))
@pytest.mark.parametrize("current", [0, 4, 7])
@pytest.mark.parametrize("is_narrow_before", [True, False])
def test_no_name_is_ever_cut_short_and_none_is_lost(tabs, width, current, is_narrow_before):
    if is_narrow_before:
        narrow(tabs, width)
    tabs.setCurrentIndex(current)
    narrow(tabs, width)

    bar = tabs.tabBar()
    for tab in range(tabs.count()):
        if tabs.isTabVisible(tab):
            assert bar.tabRect(tab).width() >= bar.tabSizeHint(tab).width()
            assert bar.tabRect(tab).right() < bar.width()
    assert tabs.currentIndex() == current
    assert tabs.isTabVisible(current)
    assert {*seen(tabs), *(words.split("\t")[0] for words in offered(tabs))} == set(NAMES)
    assert len(seen(tabs)) + len(offered(tabs)) == len(NAMES)


def test_the_others_are_counted_named_and_offered_with_their_digits(tabs):
    narrow(tabs)
    count = len(NAMES) - len(seen(tabs))

    assert rest(tabs).isVisible()
    assert rest(tabs).text() == f"{count} more"
    assert rest(tabs).accessibleName() == f"{count} more tabs"
    assert rest(tabs).toolTip() == f"More tabs: {', '.join(NAMES[-count:])}"
    assert offered(tabs) == [f"{name}\t{NAMES.index(name) + 1}" for name in NAMES[-count:]]


def test_with_room_again_all_tabs_are_back(tabs):
    narrow(tabs)
    tabs.setCurrentIndex(7)
    narrow(tabs, 1_000)

    assert seen(tabs) == NAMES
    assert tabs.currentIndex() == 7


def test_the_menu_is_reached_and_used_by_keys_alone(tabs, qtbot):
    narrow(tabs)
    tabs.tabBar().setFocus()
    qtbot.waitUntil(tabs.tabBar().hasFocus)

    qtbot.keyClick(tabs.tabBar(), Qt.Key.Key_Tab)
    assert rest(tabs).hasFocus()
    # The menu has an event loop of its own, so its keys wait until it is there.
    menu(tabs).aboutToShow.connect(lambda: QTimer.singleShot(0, lambda: choose_the_last(qtbot, menu(tabs))))
    qtbot.keyClick(rest(tabs), Qt.Key.Key_Space)

    assert tabs.tabText(tabs.currentIndex()) == "Raw"
    assert seen(tabs)[-1] == "Raw"
    assert tabs.window().focusWidget() is tabs.tabBar()


def test_arrows_go_through_all_tabs(tabs, qtbot):
    narrow(tabs)
    tabs.tabBar().setFocus()
    passed = [tabs.currentIndex()]

    for _ in NAMES[1:]:
        qtbot.keyClick(tabs.tabBar(), Qt.Key.Key_Right)
        passed.append(tabs.currentIndex())

    assert passed == list(range(len(NAMES)))
    qtbot.keyClick(tabs.tabBar(), Qt.Key.Key_Right)
    assert tabs.currentIndex() == len(NAMES) - 1
    qtbot.keyClick(tabs.tabBar(), Qt.Key.Key_Left)
    assert tabs.currentIndex() == len(NAMES) - 2


def test_a_larger_font_leaves_room_for_fewer_tabs(tabs, qapp):
    narrow(tabs, 420)
    before = len(seen(tabs))
    font = tabs.font()
    font.setPointSize(font.pointSize() * 2)

    # A style sheet keeps the font of the whole from reaching the bar.
    tabs.tabBar().setFont(font)
    tabs.setFont(font)
    qapp.processEvents()

    assert len(seen(tabs)) < before
