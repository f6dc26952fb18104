import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from rlm_desktop.viewmodel.documents_items import DocumentRow, DocumentsItems, folder_of
from rlm_desktop.viewmodel.roles import InkRole, NoteRole


@pytest.fixture
def items(qapp):
    items = DocumentsItems()
    tester = QAbstractItemModelTester(items, QAbstractItemModelTester.FailureReportingMode.Fatal)
    yield items
    tester.deleteLater()


def row(path: str, folder: str = "", **known) -> DocumentRow:
    return DocumentRow(path=path, name=path.rsplit("/", 1)[-1], folder=folder, **known)


def shown(items: DocumentsItems, parent: QModelIndex | None = None) -> list[tuple[str, str]]:
    parent = parent or QModelIndex()
    found = []
    for place in range(items.rowCount(parent)):
        index = items.index(place, 0, parent)
        found.append((index.data(), index.data(NoteRole)))
        found += shown(items, index)
    return found


def test_files_of_a_folder_are_grouped_before_single_files(items):
    items.note([row("/a/notes.txt", state="ready", size_bytes=812)])

    items.note([row("/r/one.pdf", "r", state="reading"), row("/r/two.pdf", "r")])

    assert shown(items) == [("r/", "2"), ("one.pdf", "reading"), ("two.pdf", "waiting"), ("notes.txt", "812 B")]


def test_news_alter_the_row_that_is_there(items, qtbot):
    items.note([row("/r/one.pdf", "r")])
    folder = items.index(0, 0)

    with qtbot.waitSignal(items.dataChanged):
        items.note([row("/r/one.pdf", "r", state="ready", characters=4_000_000, size_bytes=1_200_000)])

    assert items.rowCount(folder) == 1
    assert items.index(0, 0, folder).data(NoteRole) == "1.2 MB"
    assert items.in_short() == "1 file · 1.0M tok"


def test_a_file_that_cannot_be_read_says_why_in_the_warning_colour(items):
    items.note([row("/a/scan.pdf", state="failed", reason="it holds no text")])

    index = items.index(0, 0)

    assert index.data(InkRole) == "warn"
    assert "it holds no text" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "scan.pdf, not read: it holds no text"


def test_removing_the_last_file_of_a_folder_removes_the_folder(items):
    items.note([row("/r/one.pdf", "r"), row("/s/two.pdf", "s"), row("/a/three.txt")])

    items.remove(items.paths_at(items.index(0, 0)))

    assert [name for name, _ in shown(items)] == ["s/", "two.pdf", "three.txt"]
    items.remove(["/a/three.txt"])
    assert [each.path for each in items.rows()] == ["/s/two.pdf"]


def test_a_file_given_by_itself_belongs_to_no_folder():
    assert folder_of("/x/reports/1987/a.pdf", ["/x/reports"]) == "reports/1987"
    assert folder_of("/x/reports/a.pdf", ["/x/reports"]) == "reports"
    assert folder_of("/x/reports/a.pdf", ["/x/reports/a.pdf"]) == ""
    assert folder_of("/x/reports-old/a.pdf", ["/x/reports"]) == ""


def test_a_document_that_comes_and_changes_in_one_burst_is_listed_once(items):
    items.note([row("/r/one.pdf", "r"), row("/r/one.pdf", "r", state="reading"), row("/r/one.pdf", "r", state="ready")])

    assert shown(items) == [("r/", "1"), ("one.pdf", "0 B")]
