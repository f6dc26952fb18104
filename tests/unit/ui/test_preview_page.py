import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from rlm_desktop.service.messages import DocumentText, PartMark
from rlm_desktop.ui.numbered_text import NumberedText
from rlm_desktop.ui.preview_page import PreviewPage
from rlm_desktop.viewmodel.document_rows import DocumentRow
from rlm_desktop.viewmodel.guarded_text import guarded_lines
from rlm_desktop.viewmodel.preview import PART, Preview

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
TEXT = "A first line 🚢\nthe dues of 1981\n" + "more of it\n" * 80 + "the dues of 1984\n"


@pytest.fixture
def holder(qtbot):
    holder = QWidget()
    qtbot.addWidget(holder)
    holder.resize(900, 500)
    return holder


@pytest.fixture
def preview(holder):
    return Preview(QObject(holder))


@pytest.fixture
def page(holder, preview):
    page = PreviewPage(preview, holder)
    page.resize(900, 500)
    holder.show()
    return page


def show(preview: Preview, text: str = TEXT, **known) -> None:
    row = DocumentRow(path="/r/a.xlsx", name="a.xlsx", full_name="r/a.xlsx", state="ready", kind="xlsx")
    row.reason = "not in its text: 1 chart"
    preview.open(row)
    preview.take(DocumentText(**{"request": 1, "text": text, "start": 0, "characters_in_all": len(text), **known}))


def test_text_and_what_was_lost_are_shown(page, preview):
    show(preview)

    assert page.findChild(QWidget, "previewName").text() == "r/a.xlsx"
    assert page.findChild(QWidget, "previewLosses").text() == "Not in its text: 1 chart"
    assert page.text.toPlainText() == TEXT
    assert page.text.accessibleName() == "Text of a.xlsx"


def test_words_are_found_while_they_are_typed_and_with_enter(page, preview):
    show(preview)
    field = page.findChild(QWidget, "previewFind")

    QTest.keyClicks(field, "DUES OF")
    assert page.text.textCursor().block().text() == "the dues of 1981"
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert page.text.textCursor().block().text() == "the dues of 1984"
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert page.text.textCursor().block().text() == "the dues of 1981"
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert page.text.textCursor().block().text() == "the dues of 1984"
    found = page.text.extraSelections()
    assert [one.cursor.selectedText() for one in found] == ["dues of"]


def test_escape_first_clears_what_is_looked_for_and_then_closes(page, preview, qtbot):
    show(preview)
    field = page.findChild(QWidget, "previewFind")
    field.setFocus()
    QTest.keyClicks(field, "dues")

    with qtbot.assertNotEmitted(preview.closed):
        QTest.keyClick(field, Qt.Key.Key_Escape)

    assert field.text() == ""
    with qtbot.waitSignal(preview.closed):
        QTest.keyClick(field, Qt.Key.Key_Escape)


def test_a_place_is_counted_in_characters_whatever_stands_before_it(qtbot):
    text = NumberedText(None)
    qtbot.addWidget(text)
    text.show_lines(guarded_lines("🚢🚢 the dues\n"), [])

    text.mark(3, 6)

    assert text.extraSelections()[0].cursor.selectedText() == "the"
    assert text.place == 3


def test_sheets_are_named_at_the_right_and_lines_numbered_at_the_left(page, preview, qtbot):
    show(preview, marks=(PartMark(start=16, label="sheet Dues of the coast"),))
    with_labels = page.text.viewport().width()

    show(preview)

    assert page.text.viewport().width() > with_labels
    assert page.text.viewport().x() > 20


def test_a_huge_document_is_walked_through_part_by_part(page, preview, qtbot):
    show(preview, characters_in_all=2 * PART + 5)
    after = next(one for one in page.findChildren(QWidget) if one.accessibleName() == "The part after")

    with qtbot.waitSignal(preview.wanted) as wanted:
        QTest.mouseClick(after, Qt.MouseButton.LeftButton)

    assert wanted.args[0].start == PART


def test_what_cannot_be_shown_says_why_in_its_place(page, preview):
    show(preview, "", problem="r/a.xlsx has not been read yet.")

    assert not page.text.isVisible()
    assert page.findChild(QWidget, "previewHint").text() == "r/a.xlsx has not been read yet."
