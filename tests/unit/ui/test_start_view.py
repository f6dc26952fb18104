import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from rlm_desktop.settings.preferences import Preferences
from rlm_desktop.ui.start_view import StartView
from rlm_desktop.viewmodel.asking import Asking
from rlm_desktop.viewmodel.document_rows import DocumentRow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def asking(qtbot):
    asking = Asking(Preferences())
    yield asking
    asking.deleteLater()


@pytest.fixture
def start(asking, qtbot):
    view = StartView(asking, None)
    qtbot.addWidget(view)
    view.resize(1100, 760)
    view.show()
    qtbot.waitUntil(view.isVisible)
    return view


def words_in(start: StartView) -> str:
    return "\n".join(label.text() for label in start.findChildren(QLabel) if label.isVisible())


def take_documents(asking: Asking) -> None:
    asking.give(["/r"])
    asking.documents.note([DocumentRow(path="/r/a.txt", name="a.txt", folder="r", state="ready", kind="text")])


def test_with_nothing_there_every_way_to_begin_is_a_button_with_a_name(start, qtbot):
    ways = start.ways
    said = [(way.accessibleName(), way.accessibleDescription()) for way in (ways.recorded, ways.models, ways.built_in)]

    assert [name for name, _ in said] == ["See a recorded run", "Connect a model", "Ask the built-in model"]
    assert all(words for _, words in said)
    assert "Drop documents here" in words_in(start)
    for name, asked in (
        ("startFilesButton", start.files_asked),
        ("startFolderButton", start.folder_asked),
        ("startPasteButton", start.paste_asked),
        ("recordedWay", ways.recorded_asked),
        ("modelsWay", ways.models_asked),
        ("builtInWay", ways.built_in_asked),
    ):
        with qtbot.waitSignal(asked):
            QTest.mouseClick(start.findChild(QWidget, name), Qt.MouseButton.LeftButton)


def test_the_ways_are_taken_by_keys_alone(start, qtbot):
    start.activateWindow()
    start.findChild(QWidget, "startPasteButton").setFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)

    assert QApplication.focusWidget() is start.ways.recorded
    with qtbot.waitSignal(start.ways.recorded_asked):
        QTest.keyClick(start.ways.recorded, Qt.Key.Key_Space)


def test_with_documents_the_ways_make_room_for_what_comes_next(start, asking):
    take_documents(asking)

    assert not start.ways.isVisible()
    assert "1 document ready" in words_in(start)
    assert "Type a question above" in words_in(start)
    asking.write("Why?")
    assert "Press Ctrl+Enter to ask the question above." in words_in(start)

    asking.forget_all()
    assert start.ways.isVisible()


def test_what_was_found_is_said_where_a_model_is_connected(start):
    models = start.ways.models
    assert models.words == "A server on this computer, or a provider's key."

    start.ways.tell_found("Ollama is here with 1 model")
    assert (models.accessibleName(), models.words) == ("Choose a model", "Ollama is here with 1 model.")

    start.ways.tell_found("")
    assert models.accessibleName() == "Connect a model"
    assert models.words.startswith("No model server and no key was found here.")


@pytest.mark.parametrize(("width", "is_beside"), [(1100, True), (400, False)])
def test_ways_stand_beside_or_over_each_other_and_show_all_their_words(start, width, is_beside, qtbot):
    start.resize(width, 700)
    ways = start.ways

    qtbot.waitUntil(lambda: (ways.recorded.y() == ways.models.y()) == is_beside)
    for label in ways.findChildren(QLabel):
        qtbot.waitUntil(lambda label=label: label.height() >= label.heightForWidth(label.width()))
        assert label.parentWidget().rect().contains(label.geometry())
