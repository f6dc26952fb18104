"""The whole map of keys, pressed as on a keyboard: without a mouse, on a recorded run."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog

from rlm_desktop.ui.command_palette import CommandPalette
from rlm_desktop.ui.key_sheet import KeySheet
from rlm_desktop.ui.run_line import ANSWER, SENT, TRACE
from rlm_desktop.viewmodel.detail import TABS
from tests.support.dressed_window import Dressed, dressed_window
from tests.support.sample_runs import ANSWER as ANSWER_TEXT

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "does not support (raise|grabbing)", extend=True)


@pytest.fixture
def user() -> Iterator[Dressed]:
    with dressed_window() as dressed:
        dressed.open_past()
        yield dressed


def dialog_of(user: Dressed, kind: type[QDialog], qtbot) -> QDialog:
    dialog = next(one for one in user.window.findChildren(kind) if one.isVisible())
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def test_the_whole_map_of_keys_works_on_a_recorded_run_without_a_mouse(user, qtbot):
    press, page, replay = user.press, user.page, user.window.replay
    press("Ctrl+2")
    assert page.view == TRACE
    assert user.trace.hasFocus()

    press("Home", "Down")
    assert user.title == "Look at the corpus and its folders"
    press("j")
    assert user.title == "Find where dues are mentioned"
    press("j", "k")
    assert user.title == "Find where dues are mentioned"
    rows = user.trace.items.rowCount()
    press("Right")
    assert user.trace.items.rowCount() > rows
    press("Right")
    assert user.trace.current != user.shown.items.trace.root
    press("Left", "Left")
    assert user.trace.items.rowCount() == rows
    press("e", "e")
    assert user.title == "Torsnes"
    press(".")
    assert user.title == "Vessby"
    press(",", ",")
    assert user.title == "Lindholm"
    press("E")
    assert user.title == "records by harbour"
    press("$")
    assert user.title == "gpt-5 replied"
    press("Backspace")
    assert user.title == "Ask each harbour’s pages for the reason it gave"

    for number, tab in enumerate(TABS, 1):
        press(str(number))
        assert user.detail.tab == tab
    press("1", "Return")
    assert user.detail.isAncestorOf(QApplication.focusWidget())
    press("Escape")
    assert user.trace.hasFocus()

    press("[", "[", "]")
    assert replay.position == replay.count - 1
    press("Space")
    assert replay.is_playing
    press("Space")
    assert not replay.is_playing
    replay.to_end()

    press("L")
    assert user.trace.is_following
    press("L")
    assert not user.trace.is_following

    press("Ctrl+3")
    assert page.view == SENT
    press("Ctrl+1")
    assert page.view == ANSWER
    press("c")
    assert QGuiApplication.clipboard().text() == ANSWER_TEXT
    press("j")
    assert page.view == TRACE
    assert user.trace.hasFocus()


def test_f_shows_only_a_part_and_leads_back(user):
    user.press("Ctrl+2", "$", "Backspace")
    rows = user.trace.items.rowCount()
    bar = user.find("focusBar")

    user.press("f")
    assert user.trace.items.rowCount() < rows
    assert user.trace.currentIndex().row() == 0
    assert bar.isVisible()
    user.press("e", "e", "e")
    assert user.title == "Torsnes"
    assert user.trace.items.top is not None
    user.press("Escape")
    assert user.trace.items.top is None
    assert user.title == "Torsnes"
    assert not bar.isVisible()
    user.press("$", "Backspace", "f", "f")
    assert user.trace.items.top is None
    user.press("f", "Backspace")
    assert user.trace.items.top is None
    assert user.title == "Run"


def test_a_row_is_copied_plainly_and_with_its_story_as_markdown(user):
    user.press("Ctrl+2", "e", "e", "j", "k", "c")
    title = user.title
    assert QGuiApplication.clipboard().text().splitlines()[1].startswith("$")

    user.press("C")

    text = QGuiApplication.clipboard().text()
    assert text.startswith("## Run › turn")
    assert title in text
    assert "```python" in text


def test_no_single_letter_fires_while_a_text_field_has_the_focus(user):
    user.press("Ctrl+2", "Home", "Ctrl+L")
    here = user.trace.current

    user.press(*"jkeEf$?cL/ 1[].,")

    assert user.find("questionEdit").toPlainText() == "jkeEf$?cL/ 1[].,"
    assert user.trace.current == here
    assert not any(one.isVisible() for one in user.window.findChildren(QDialog))


def test_the_question_mark_shows_all_keys_and_finds_among_them(user, qtbot):
    user.press("Ctrl+2", "?")
    sheet = dialog_of(user, KeySheet, qtbot)
    shown = lambda: [row.command.words for group in sheet.groups for row in group.rows if row.isVisible()]  # noqa: E731
    assert {"Next turn", "Costliest call", "Play or pause", "Ask", "All commands"} <= set(shown())

    sheet.field.setFocus()
    user.press("e", "r", "r")
    assert shown() == ["Next error", "Previous error"]
    user.press("Escape")

    assert not sheet.isVisible()
    qtbot.waitUntil(user.trace.hasFocus)


def test_the_palette_finds_a_command_by_a_few_letters_and_does_it(user, qtbot):
    user.press("Ctrl+K")
    palette = dialog_of(user, CommandPalette, qtbot)
    assert palette.field.hasFocus()

    user.press(*"cost")
    assert palette.view.currentIndex().data() == "Costliest call"
    user.press("Return")

    qtbot.waitUntil(lambda: user.page.view == TRACE)
    assert user.title == "gpt-5 replied"
    qtbot.waitUntil(user.trace.hasFocus)


def test_arrows_move_in_the_palette_and_escape_does_nothing(user, qtbot):
    view, focus = user.page.view, QApplication.focusWidget()
    user.press("Ctrl+K")
    palette = dialog_of(user, CommandPalette, qtbot)
    user.press(*"turn")
    first = palette.view.currentIndex().data()

    user.press("Down")
    assert palette.view.currentIndex().data() != first
    user.press("Up", "Up", "Down")
    assert palette.view.currentIndex().data() == first
    user.press("Escape")

    assert not palette.isVisible()
    assert user.page.view == view
    qtbot.waitUntil(lambda: QApplication.focusWidget() is focus)


def test_a_slash_goes_to_the_field_that_finds_in_the_run_and_letters_are_then_words(user):
    user.press("Ctrl+2")
    here = user.trace.current

    user.press("/", "d", "u", "e", "s")

    field = user.page.filter_bar.field
    assert field.hasFocus()
    assert field.text() == "dues"
    assert user.trace.current == here


def test_every_key_is_given_once_where_it_holds(user):
    seen = set()
    for command in user.window.commands:
        for key in command.keys:
            place = (key, command.within)
            assert place not in seen or key in ("C", "Shift+C"), f"{key} is given twice"
            seen.add(place)


def test_a_key_of_another_keyboard_goes_by_its_sign(user, qtbot):
    user.press("Ctrl+2")

    # On a German keyboard the dollar is Shift+4, on a French one a key of its own.
    qtbot.keyClick(user.trace, Qt.Key.Key_Dollar)

    assert user.title == "gpt-5 replied"
