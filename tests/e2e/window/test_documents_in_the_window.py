from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog, QLineEdit, QMessageBox, QPushButton

from rlm_desktop.settings import preferences
from tests.support.window import Driver, play

# Offscreen has no window manager to tell a least size to.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def reports(tmp_path) -> Path:
    folder = tmp_path / "reports"
    for year in range(1981, 1989):
        (folder / str(year)).mkdir(parents=True)
        (folder / str(year) / "dues.txt").write_text(
            f"The dues of {year} were raised.\nThe storm of {year - 1} it was.\n"
        )
    (folder / "long.txt").write_text("".join(f"Line {number} of the ledger.\n" for number in range(20_000)))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 no more")
    (folder / ".gitignore").write_text("secret/\n")
    (folder / "secret").mkdir()
    (folder / "secret" / "keys.txt").write_text("Not to be read.")
    return folder


def names(user: Driver) -> list[str]:
    model = user.find("documentsView").model()
    return [model.index(place, 0).data() for place in range(model.rowCount())]


def press(user: Driver, name: str, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(user.find(name), key)


async def given(user: Driver, folder: Path) -> None:
    await user.connected()
    user.drop(folder)
    await user.documents_read()


def test_a_dropped_folder_is_listed_with_its_sums_and_what_wants_a_look(tmp_path, reports):
    async def story(user: Driver) -> None:
        await given(user, reports)

        view = user.find("documentsView")
        assert names(user)[:3] == ["reports/", "1981/", "dues.txt"]
        assert "10 documents" in view.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        assert user.find("documentsCount").text().startswith("10 ")
        user.click("only-problem")
        assert names(user) == ["broken.pdf"]
        user.click("only-left-out")
        assert names(user) == [".gitignore"]
        press(user, "documentsFilter", Qt.Key.Key_Escape)
        assert names(user)[0] == "reports/"
        assert not user.find("readingStrip").isVisible()

    play(tmp_path / "data", story)


def test_typing_filters_delete_leaves_out_and_giving_it_again_brings_it_back(tmp_path, reports):
    async def story(user: Driver) -> None:
        await given(user, reports)
        view = user.find("documentsView")
        view.setFocus()
        QTest.keyClicks(view, "1")
        QTest.keyClicks(user.find("documentsFilter"), "984")
        press(user, "documentsFilter", Qt.Key.Key_Down)
        assert names(user) == ["dues.txt"]

        press(user, "documentsView", Qt.Key.Key_Delete)
        assert user.parts.asking.left_out == {str(reports / "1984" / "dues.txt")}
        press(user, "documentsFilter", Qt.Key.Key_Escape)
        assert user.parts.asking.documents.tally.files == 9
        user.drop(reports / "1984")
        await user.until(lambda: user.parts.asking.documents.tally.files == 10, "it is back")

    play(tmp_path / "data", story)


def test_a_file_that_was_changed_or_removed_is_noticed_on_f5(tmp_path, reports):
    async def story(user: Driver) -> None:
        await given(user, reports)
        view = user.find("documentsView")
        before = user.parts.asking.documents.tally.characters
        (reports / "1981" / "dues.txt").write_text("Now it is another text, longer than the one before by far.\n" * 9)
        (reports / "1982" / "dues.txt").unlink()

        view.setFocus()
        QTest.keyClick(view, Qt.Key.Key_F5)
        await user.until(lambda: user.parts.asking.documents.tally.files == 9, "what is gone leaves the list")
        await user.documents_read()

        assert user.parts.asking.documents.tally.characters > before
        assert "1982/" not in names(user)

    play(tmp_path / "data", story)


def test_pasted_text_is_a_document(tmp_path):
    async def story(user: Driver) -> None:
        await user.connected()
        QGuiApplication.clipboard().setText("The gate of Ardvik\ncloses at nine in the evening.\n")
        view = user.find("documentsView")
        view.setFocus()
        QTest.keyClick(view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        await user.documents_read()

        assert names(user) == ["The gate of Ardvik.txt"]
        user.type_question("When does the gate close?")
        user.press_ctrl_enter()
        await user.run_ended()
        assert "nine" in user.find("answerView").toPlainText()

    play(tmp_path / "data", story)


def test_the_documents_of_the_last_time_are_there_at_the_next_start(tmp_path, reports):
    async def first(user: Driver) -> None:
        await given(user, reports)
        user.parts.asking.forget([str(reports / "long.txt")])

    async def second(user: Driver) -> None:
        await user.documents_read()
        assert user.parts.asking.documents.tally.files == 9

    play(tmp_path / "data", first)
    play(tmp_path / "data", second, preferences.load(tmp_path / "data"))


def test_a_document_is_shown_as_the_model_sees_it(tmp_path, reports):
    async def story(user: Driver) -> None:
        await given(user, reports)
        view = user.find("documentsView")
        view.go_to(names(user).index("long.txt"))
        view.setFocus()
        press(user, "documentsView", Qt.Key.Key_Return)
        text = user.find("previewText")
        await user.until(lambda: text.toPlainText().startswith("Line 0 of the ledger."), "the text is shown")
        assert user.find("previewPage").isVisible()

        QTest.keyClicks(user.find("previewFind", QLineEdit), "Line 19999 of")
        press(user, "previewFind", Qt.Key.Key_Return)
        await user.until(lambda: "Line 19999 of" in text.toPlainText(), "the last part is shown")
        assert text.textCursor().block().text() == "Line 19999 of the ledger."
        text.setFocus()
        QTest.keyClick(text, Qt.Key.Key_Escape)
        assert user.find("startView").isVisible()
        view.go_to(names(user).index("broken.pdf"))
        press(user, "documentsView", Qt.Key.Key_Return)
        await user.until(user.find("previewLosses").isVisible, "why there is no text is said")

    play(tmp_path / "data", story)


@pytest.mark.qt_log_ignore("propagateSizeHints", "grabbing the keyboard", "support raise")
def test_documents_are_saved_under_a_name_opened_again_and_deleted(tmp_path, reports):
    async def story(user: Driver) -> None:
        await given(user, reports)
        choose(user, "Save these documents as…")
        dialog = user.window.findChild(QInputDialog, "corpusNameDialog")
        assert dialog.textValue() == "reports"
        dialog.setTextValue("Dues")
        dialog.accept()
        corpora = user.parts.asking.corpora
        await user.until(lambda: corpora.get("Dues"), "it is saved")

        user.parts.asking.forget_all()
        assert names(user) == []
        choose(user, "Dues")
        await user.documents_read()
        assert user.parts.asking.documents.tally.files == 10
        choose(user, "Delete…")
        box = user.window.findChild(QMessageBox, "corpusQuestion")
        next(button for button in box.findChildren(QPushButton) if button.text() == "Delete").click()
        await user.until(lambda: corpora.get("Dues") is None, "it is deleted")
        assert user.parts.asking.documents.tally.files == 10

    play(tmp_path / "data", story)


def test_a_question_about_what_is_ready_does_not_wait_for_the_rest(tmp_path):
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(4_000):
        (folder / f"{number}.txt").write_text(f"Gate {number} of Ardvik closes at nine.\n")

    async def story(user: Driver) -> None:
        await user.connected()
        user.type_question("When does the gate close?")
        user.drop(folder)
        await user.until(user.find("askReadyButton").isVisible, "some documents are ready and others are not")
        user.click("askReadyButton")
        assert (user.parts.asking.is_running, user.parts.asking.is_waiting) == (True, False)
        await user.run_ended()

        assert user.shown.status == "answered"
        assert user.shown.started.document_count > 0

    play(tmp_path / "data", story)


def choose(user: Driver, words: str) -> None:
    """Open the menu of corpora and click an entry."""
    button = user.find("corporaButton")
    menu = button.menu()
    menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
    action = next(action for action in menu.actions() if action.text().partition("\t")[0] == words)
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
