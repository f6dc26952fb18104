"""The guide beside the window: opened by F1 or its button, and it leaves with the window."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

from rlm_desktop.ui.guide_dialog import GuideDialog
from rlm_desktop.ui.theme import colour
from tests.support.dressed_window import Dressed, dressed_window

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "does not support (raise|grabbing)", extend=True)


@pytest.fixture
def user():
    with dressed_window() as dressed:
        yield dressed


def guides(user: Dressed) -> list[GuideDialog]:
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    return user.window.findChildren(GuideDialog)


def test_f1_opens_the_guide_and_the_window_can_be_used_beside_it(user, qtbot):
    user.press("F1")
    guide = guides(user)[0]
    qtbot.waitUntil(guide.isActiveWindow)

    user.window.activateWindow()
    qtbot.waitUntil(user.window.isActiveWindow)
    user.press("Ctrl+L", "w", "h", "y")
    assert user.parts.asking.question == "why"

    user.press("F1")
    assert guides(user) == [guide]
    qtbot.waitUntil(guide.isActiveWindow)
    user.press("Escape")
    qtbot.waitUntil(user.window.isActiveWindow)
    assert guides(user) == []


def test_the_button_on_top_opens_the_guide_whose_keys_are_those_of_the_window(user):
    button = next(one for one in user.window.top.findChildren(QToolButton) if one.accessibleName() == "Guide")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    guide = guides(user)[0]

    guide.show_page("keys")

    text = guide.text.toPlainText()
    assert all(command.words in text for command in user.window.commands if command.keys)


def test_the_guide_takes_the_colours_of_a_new_theme(user):
    user.parts.asking.choose(theme="light")
    user.press("F1")
    guide = guides(user)[0]
    link = next(iter_links(guide))
    assert link == colour("accent").name()

    user.parts.asking.choose(theme="dark")

    assert next(iter_links(guide)) == colour("accent").name() != link


def iter_links(guide: GuideDialog):
    block = guide.text.document().begin()
    while block.isValid():
        for at in block:
            if at.fragment().charFormat().isAnchor():
                yield at.fragment().charFormat().foreground().color().name()
        block = block.next()


def test_the_guide_goes_with_the_window(user):
    user.press("F1")

    user.window.close()

    assert guides(user) == []
