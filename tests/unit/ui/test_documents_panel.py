import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QMenu, QWidget

from rlm_desktop.service.messages import CorpusListed, KindCount, ReadingProgress, ScanDone
from rlm_desktop.settings.preferences import Preferences
from rlm_desktop.ui.documents_panel import DocumentsPanel
from rlm_desktop.viewmodel.asking import Asking
from rlm_desktop.viewmodel.document_rows import DocumentRow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def row(path: str, folder: str = "", **known) -> DocumentRow:
    known = {"state": "ready", "kind": "text", "characters": 4_000, "tokens": 1_000, **known}
    return DocumentRow(path=path, name=path.rsplit("/", 1)[-1], folder=folder, **known)


@pytest.fixture
def asking(qapp):
    asking = Asking(Preferences())
    asking.give(["/r", "/a.txt"])
    asking.documents.note([row(f"/r/{number}.txt", "r") for number in range(20)])
    asking.documents.note([row("/a.txt"), row("/r/bad.pdf", "r", state="failed", reason="empty")])
    return asking


@pytest.fixture
def holder(qtbot):
    holder = QWidget()
    qtbot.addWidget(holder)
    holder.resize(280, 600)
    return holder


@pytest.fixture
def panel(asking, holder):
    panel = DocumentsPanel(asking, holder)
    panel.resize(280, 600)
    holder.show()
    panel.view.setFocus()
    return panel


def names(panel: DocumentsPanel) -> list[str]:
    model = panel.view.model()
    return [model.index(place, 0).data() for place in range(model.rowCount())]


def press(panel: DocumentsPanel, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(panel.view, key)


def test_arrows_walk_through_folders(panel):
    panel.view.go_to(3)

    press(panel, Qt.Key.Key_Left)
    assert panel.view.currentIndex().row() == 0
    press(panel, Qt.Key.Key_Left)
    assert names(panel) == ["r/", "a.txt"]
    press(panel, Qt.Key.Key_Right, Qt.Key.Key_Right)
    assert panel.view.currentIndex().data() == "0.txt"


def test_letters_filter_and_escape_shows_all_again(panel, qtbot):
    press(panel, Qt.Key.Key_B)
    assert panel.filter.text() == "b"
    QTest.keyClicks(panel.filter, "ad")

    assert names(panel) == ["bad.pdf"]
    QTest.keyClick(panel.filter, Qt.Key.Key_Escape)
    assert len(names(panel)) == 23
    panel.filter.setText("nowhere")
    assert names(panel) == []
    press(panel, Qt.Key.Key_Escape)
    assert len(names(panel)) == 23


def test_the_counts_lead_to_what_they_count(panel, asking):
    link = panel.findChild(QWidget, "only-problem")
    assert link.text() == "1 problem"

    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    assert names(panel) == ["bad.pdf"]

    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    assert panel.filter.text() == ""
    assert not panel.findChild(QWidget, "only-duplicate").isVisible()


def test_the_menu_offers_the_states_and_kinds_there_are(panel):
    menu = panel.findChild(QMenu, "documentsMenu")
    only = next(action.menu() for action in menu.actions() if action.text() == "Show only")
    only.aboutToShow.emit()
    offers = {action.text(): action for action in only.actions() if action.text()}
    assert list(offers) == ["Problems\t1", "Not read\t1", "Ready\t21", "text\t22"]

    offers["Not read\t1"].trigger()

    assert (panel.filter.text(), names(panel)) == ("state:failed", ["bad.pdf"])


def test_delete_leaves_the_chosen_ones_out_and_the_next_row_is_current(panel, asking):
    panel.view.go_to(2)

    press(panel, Qt.Key.Key_Delete)

    assert "/r/1.txt" in asking.left_out
    assert panel.view.currentIndex().data() == "2.txt"


def test_delete_on_everything_begins_with_no_documents(panel, asking):
    panel.view.selectAll()

    press(panel, Qt.Key.Key_Delete)

    assert (asking.paths, asking.left_out) == ([], set())


def test_enter_shows_a_document_and_opens_a_folder(panel, qtbot):
    panel.view.go_to(1)
    with qtbot.waitSignal(panel.preview_asked) as asked:
        press(panel, Qt.Key.Key_Return)
    assert asked.args[0].path == "/r/0.txt"

    panel.view.go_to(0)
    press(panel, Qt.Key.Key_Return)

    assert names(panel) == ["r/", "a.txt"]


def test_selection_and_place_survive_a_list_that_is_looked_at_anew(panel, asking):
    panel.view.go_to(5)

    asking.documents.remove(["/r/1.txt"])

    assert panel.view.currentIndex().data() == "4.txt"
    assert [index.data() for index in panel.view.chosen()] == ["4.txt"]


def test_pasting_takes_text_as_a_document_and_copied_files_as_files(panel, asking, qtbot):
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("Some words")
    with qtbot.waitSignal(panel.text_pasted) as pasted:
        QTest.keyClick(panel.view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert pasted.args == ["Some words"]
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/more.txt")])
    clipboard.setMimeData(data)

    with qtbot.assertNotEmitted(panel.text_pasted):
        panel.paste()

    assert asking.paths[-1] == "/more.txt"


def test_a_click_opens_a_folder_and_a_double_click_shows_a_document(panel, qtbot):
    def middle(place: int) -> QPoint:
        return panel.view.visualRect(panel.view.model().index(place, 0)).center()

    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=middle(0))
    QTest.mouseDClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=middle(0))
    assert names(panel) == ["r/", "a.txt"]

    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=middle(1))
    with qtbot.waitSignal(panel.preview_asked):
        QTest.mouseDClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=middle(1))


def test_progress_is_shown_while_it_lasts_with_the_way_not_to_wait(panel, asking, qtbot):
    strip, ready = panel.findChild(QWidget, "readingStrip"), panel.findChild(QWidget, "askReadyButton")
    assert not strip.isVisible()
    asking.reading.begin(1)
    assert panel.findChild(QWidget, "readingWords").text() == "Looking for documents…"
    kinds = (KindCount(kind="pdf", files=40, size_bytes=9),)
    asking.reading.note_scan(ScanDone(request=1, files=40, size_bytes=9, kinds=kinds))
    asking.reading.note_progress(ReadingProgress(request=1, done=21, of=40, done_bytes=5, of_bytes=9, seconds_left=3.0))

    assert panel.findChild(QWidget, "readingWords").text() == "21 of 40 · 3 s left"
    assert not ready.isVisible()
    asking.write("Who?")
    assert ready.text() == "Ask about the 21 ready"
    with qtbot.waitSignal(panel.ready_asked):
        QTest.mouseClick(ready, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(asking.reading.stop_asked):
        QTest.mouseClick(panel.findChild(QWidget, "stopReadingButton"), Qt.MouseButton.LeftButton)
    asking.reading.end(1)
    assert not strip.isVisible()


def test_the_count_takes_the_words_there_is_room_for(panel, asking):
    count = panel.findChild(QWidget, "documentsCount")
    assert count.text() in ("22 files · 21.0k tok", "22 documents · 84.0k characters · ≈ 21.0k tokens")

    panel.resize(700, 600)
    assert count.text() == "22 documents · 84.0k characters · ≈ 21.0k tokens"

    panel.filter.setText("bad")
    assert count.text() == "1 of 22 documents"


def test_a_screen_reader_hears_all_of_a_row_and_the_name_of_every_control(panel):
    view = QAccessible.queryAccessibleInterface(panel.view)
    parts = [view.child(number) for number in range(view.childCount())]
    rows = [part.text(QAccessible.Text.Name) for part in parts if part.role() == QAccessible.Role.Cell]

    assert view.text(QAccessible.Text.Name) == "Documents"
    assert rows[0].startswith("r, folder, level 1, open, 21 documents, 80,000 characters")
    assert rows[1] == "0.txt, ready, text, 4,000 characters, about 1,000 tokens"
    controls = [*panel.findChildren(QAbstractButton), *panel.findChildren(QLineEdit)]
    unnamed = [one for one in controls if one.isVisible() and not (one.accessibleName() or one.text())]
    assert unnamed == []


def test_the_title_is_the_corpus_with_a_mark_when_it_differs(panel, asking):
    title = panel.findChild(QWidget, "corporaButton")
    assert title.text().strip() == "Documents"
    asking.corpora.show((CorpusListed(name="Dues & tolls", paths=("/d",)),))
    asking.corpora.open("Dues & tolls")
    assert title.text().strip().replace("&&", "&") == "Dues & tolls"

    asking.give(["/more"])

    assert title.text().endswith("•")
