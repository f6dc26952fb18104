import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from rlm_desktop.ui.answer_dress import links
from rlm_desktop.ui.guide_dialog import GuideDialog
from rlm_desktop.viewmodel.guide import GuidePage

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "does not support (raise|grabbing)", extend=True)

PAGES = [
    GuidePage(name="models", title="Models", markdown="# Models\n\nA worker is cheap. See [costs](costs.md).\n"),
    GuidePage(name="costs", title="Costs", markdown="# Costs\n\n| a | b |\n|---|---|\n| Worker | worker |\n"),
    GuidePage(name="keys", title="Keys", markdown="# Keys\n\nNothing of that.\n"),
]


@pytest.fixture
def over(qtbot):
    window = QWidget()
    window.resize(1200, 900)
    qtbot.addWidget(window)
    return window


@pytest.fixture
def guide(over, qtbot):
    dialog = GuideDialog(PAGES, over)
    dialog.show()
    qtbot.waitUntil(dialog.isVisible)
    return dialog


def test_the_contents_lead_to_pages_and_a_page_to_others(guide, qtbot):
    assert guide.page.name == "models"
    assert "cheap" in guide.text.toPlainText()

    QTest.keyClick(guide.contents, Qt.Key.Key_Down)
    assert guide.page.name == "costs"
    guide.contents.setCurrentRow(0)
    link = next(links(guide.text.document()))
    cursor = guide.text.textCursor()
    cursor.setPosition(link.position() + 1)
    QTest.mouseClick(guide.text.viewport(), Qt.MouseButton.LeftButton, pos=guide.text.cursorRect(cursor).center())

    assert guide.page.name == "costs"
    assert guide.contents.currentItem().text() == "Costs"


def test_words_are_found_over_the_ends_of_pages_and_round_again(guide):
    QTest.keyClicks(guide.field, "WORKER")

    assert (guide.page.name, guide.said.text()) == ("models", "1 of 3")
    for place, page in (("2 of 3", "costs"), ("3 of 3", "costs"), ("1 of 3", "models")):
        QTest.keyClick(guide.field, Qt.Key.Key_Return)
        assert (guide.page.name, guide.said.text()) == (page, place)
    QTest.keyClick(guide.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert (guide.page.name, guide.said.text()) == ("costs", "3 of 3")
    assert len(guide.text.extraSelections()) == 2


def test_each_further_letter_looks_from_where_one_began(guide):
    guide.show_page("costs")
    QTest.keyClicks(guide.field, "no")
    assert guide.page.name == "keys"

    QTest.keyClick(guide.field, Qt.Key.Key_Backspace)
    QTest.keyClick(guide.field, Qt.Key.Key_Backspace)
    assert guide.page.name == "keys"
    assert guide.said.text() == ""
    assert guide.text.extraSelections() == []

    guide.show_page("costs")
    QTest.keyClicks(guide.field, "c")
    assert guide.page.name == "costs"


def test_words_typed_while_a_page_is_read_are_looked_for(guide, qtbot):
    QTest.keyClicks(guide.text, "nothing")

    qtbot.waitUntil(lambda: guide.page.name == "keys")
    assert guide.field.text() == "nothing"
    QTest.keyClick(guide.text, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert guide.field.text() == "nothing"


def test_what_is_nowhere_is_said(guide):
    QTest.keyClicks(guide.field, "zebra")

    assert guide.said.text() == "Nowhere"
    QTest.keyClick(guide.field, Qt.Key.Key_Return)
    assert guide.page.name == "models"


def test_escape_leaves_the_field_and_then_the_guide(guide, qtbot):
    guide.activateWindow()
    QTest.keyClick(guide, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is guide.field)
    QTest.keyClicks(guide.field, "worker")
    QTest.keyClick(guide.field, Qt.Key.Key_Escape)
    assert guide.isVisible()
    assert guide.text.hasFocus()

    with qtbot.waitSignal(guide.finished):
        QTest.keyClick(guide.text, Qt.Key.Key_Escape)


def test_a_narrow_guide_has_its_contents_in_a_menu(guide, qtbot):
    guide.resize(500, 400)
    qtbot.waitUntil(guide.menu.isVisible)
    assert not guide.contents.isVisible()

    guide.menu.setFocus()
    QTest.keyClick(guide.menu, Qt.Key.Key_Down)
    assert guide.page.name == "costs"
