import random

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from rlm_desktop.viewmodel.document_rows import DocumentRow, Places, Tally
from rlm_desktop.viewmodel.document_tree import Folder
from rlm_desktop.viewmodel.documents_items import DocumentsItems
from rlm_desktop.viewmodel.roles import LookRole


@pytest.fixture
def items(qapp):
    items = DocumentsItems()
    tester = QAbstractItemModelTester(items, QAbstractItemModelTester.FailureReportingMode.Fatal)
    yield items
    tester.deleteLater()


def row(path: str, folder: str = "", **known) -> DocumentRow:
    return DocumentRow(path=path, name=path.rsplit("/", 1)[-1], folder=folder, **known)


def ready(path: str, folder: str = "", **known) -> DocumentRow:
    return row(path, folder, **{"state": "ready", "characters": 4_000, "tokens": 1_000, **known})


def shown(items: DocumentsItems) -> list[tuple[str, str]]:
    looks = [items.index(place).data(LookRole) for place in range(items.rowCount())]
    return [(f"{'  ' * look.depth}{look.words}", look.note) for look in looks]


def names(items: DocumentsItems) -> list[str]:
    return [name for name, _ in shown(items)]


def many(count: int, folder: str = "r/deep") -> list[DocumentRow]:
    return [row(f"/{folder}/{number}.txt", folder) for number in range(count)]


def test_files_of_a_folder_stand_below_it_and_single_files_last(items):
    items.note([ready("/a/notes.txt")])

    items.note([row("/r/one.pdf", "r", state="failed"), row("/r/two.pdf", "r")])

    assert shown(items) == [
        ("r/", "1 of 2"),
        ("  one.pdf", "not read"),
        ("  two.pdf", "waiting"),
        ("notes.txt", "1.0k tok"),
    ]


def test_folders_stand_in_folders(items):
    items.note([row("/r/1987/a.pdf", "r/1987"), row("/r/1988/b.pdf", "r/1988"), row("/r/c.pdf", "r")])

    assert names(items) == ["r/", "  1987/", "    a.pdf", "  1988/", "    b.pdf", "  c.pdf"]


def test_what_comes_later_takes_its_place_by_its_name_and_number(items):
    items.note([row("/r/3/x", "r/3"), row("/r/b9", "r"), row("/r/b11", "r")])

    items.note([row("/r/b10", "r"), row("/r/c", "r"), row("/r/a", "r"), row("/r/20/x", "r/20"), row("/r/B10b", "r")])
    items.note([row("/r/10/x", "r/10")])

    assert names(items) == ["r/", *(f"  {name}" for name in ("3/", "  x", "10/", "  x", "20/", "  x"))] + [
        f"  {name}" for name in ("a", "b9", "b10", "B10b", "b11", "c")
    ]


def test_news_alter_the_row_that_is_there_and_the_sums_above_it(items, qtbot):
    items.note([row("/r/s/one.pdf", "r/s"), row("/r/two.pdf", "r")])

    with qtbot.waitSignal(items.dataChanged):
        items.note([ready("/r/s/one.pdf", "r/s", characters=4_000_000, tokens=1_000_000, size_bytes=1_200_000)])

    assert shown(items) == [("r/", "1 of 2"), ("  s/", "1"), ("    one.pdf", "1.0M tok"), ("  two.pdf", "waiting")]
    assert items.tally.in_words == "2 documents · 4.0M characters · ≈ 1.0M tokens"
    assert items.tally.in_short == "2 files · 1.0M tok"


def test_a_file_that_cannot_be_read_says_why_in_the_warning_colour(items):
    items.note([row("/a/scan.pdf", state="failed", reason="it holds no text")])

    index = items.index(0)

    assert index.data(LookRole).ink == "warn"
    assert "it holds no text" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "scan.pdf, not read, it holds no text"


def test_a_row_says_all_that_is_known_of_it(items):
    items.note([ready("/r/a.pdf", "r", kind="pdf", pages=12, reason="not in its text: 3 images")])

    spoken = items.index(1).data(Qt.ItemDataRole.AccessibleTextRole)
    look = items.index(1).data(LookRole)

    assert spoken == "a.pdf, ready, pdf, 12 pages, 4,000 characters, about 1,000 tokens, not in its text: 3 images"
    assert (look.figures[:3], look.lacks) == (("pdf", "12 p", "4.0k chr"), True)
    assert items.index(0).data(Qt.ItemDataRole.AccessibleTextRole).startswith("r, folder, level 1, open, 1 document")


def test_duplicates_and_what_rules_leave_out_are_listed_and_not_counted(items):
    items.note(
        [
            ready("/r/a.txt", "r"),
            row("/r/b.txt", "r", state="duplicate", duplicate_of="r/a.txt"),
            row("/r/.gitignore", "r", state="noted", reason="its rules leave out 3 files"),
        ]
    )

    assert (items.tally.files, items.tally.duplicates, items.tally.noted) == (1, 1, 1)
    assert "same bytes as r/a.txt" in items.index(3).data(Qt.ItemDataRole.ToolTipRole)


def test_removing_the_last_file_of_a_folder_removes_the_folder(items):
    items.note([row("/r/one.pdf", "r"), row("/s/t/two.pdf", "s/t"), row("/a/three.txt")])

    items.remove(items.paths_at(items.index(0)))

    assert names(items) == ["s/", "  t/", "    two.pdf", "three.txt"]
    items.remove(["/a/three.txt"])
    assert [each.path for each in items.rows()] == ["/s/t/two.pdf"]
    items.note([row("/r/one.pdf", "r")])
    assert names(items) == ["r/", "  one.pdf", "s/", "  t/", "    two.pdf"]


def test_few_documents_stand_open_and_many_only_when_asked_for(items):
    items.note(many(30))
    assert items.rowCount() == 32

    items.note(many(60)[30:])

    assert names(items) == ["r/", "  deep/"]
    items.set_open(items.index(1), True)
    items.note([row("/r/deep/new.txt", "r/deep")])
    assert items.rowCount() == 63
    items.set_open(items.index(0), False)
    assert names(items) == ["r/"]


def test_a_document_that_comes_and_changes_in_one_burst_is_listed_once(items):
    items.note([row("/r/one.pdf", "r"), row("/r/one.pdf", "r"), ready("/r/one.pdf", "r")])

    assert shown(items) == [("r/", "1"), ("  one.pdf", "1.0k tok")]


def test_any_row_leads_to_its_item_and_back(items):
    chance = random.Random(7)
    folders = ["", "a", "a/b", "a/b/c", "a/d", "e", "e/f"]
    for number in range(120):
        folder = chance.choice(folders)
        items.note([row(f"/{folder}/{number}", folder)])
        if chance.random() < 0.4:
            items.set_open(items.index(chance.randrange(items.rowCount())), chance.random() < 0.7)

    assert [items.place_of(items.item_at(place)) for place in range(items.rowCount())] == list(range(items.rowCount()))
    items.open_all(True)
    assert items.rowCount() == 120 + 6
    assert items.tally.waiting == 120


def test_sums_add_up_whatever_happens(items):
    chance = random.Random(3)
    for _ in range(60):
        news = [
            row(
                f"/{folder}/{chance.randrange(20)}",
                folder,
                state=chance.choice(("queued", "ready", "failed", "noted", "duplicate")),
                tokens=chance.randrange(9),
            )
            for folder in chance.choices(["", "a", "a/b", "c/d"], k=5)
        ]
        items.note(news)
        if chance.random() < 0.2:
            items.remove([each.path for each in chance.sample(items.rows(), 3)])

    sums = Tally()
    for each in items.rows():
        sums.count(each)
    assert items.tally == sums
    for place in range(items.rowCount()):
        item = items.item_at(place)
        if isinstance(item, Folder):
            assert item.tally.files == sum(each.state not in ("noted", "duplicate") for each in item.all_files())


def test_many_open_folders_that_grow_at_once_are_looked_at_anew(items, qtbot):
    items.note([row(f"/r/{number}/a", f"r/{number}") for number in range(20)])

    with qtbot.waitSignal(items.modelReset):
        items.note([row(f"/r/{number}/b", f"r/{number}") for number in range(20)])

    assert items.rowCount() == 1 + 20 + 40


def test_a_filter_shows_what_has_all_words_with_the_folder_beside_it(items):
    items.note([ready("/r/1987/Dues.pdf", "r/1987", kind="pdf"), ready("/r/dues.txt", "r"), ready("/r/other.txt", "r")])

    items.set_filter("DUES 1987")

    assert names(items) == ["Dues.pdf"]
    assert items.index(0).data(LookRole).place == "r/1987"
    items.set_filter("kind:text")
    assert names(items) == []
    items.set_filter("")
    assert items.rowCount() == 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("state:problem", ["bad.txt", "lossy.pdf"]),
        ("state:duplicate", ["twin.txt"]),
        ("state:left-out", [".gitignore"]),
        ("state:ready kind:pdf", ["lossy.pdf"]),
        ("kind:pdf kind:text", ["good.txt", "lossy.pdf"]),
        ("state:nonsense", []),
    ],
)
def test_states_and_kinds_can_be_asked_for(items, text, expected):
    items.note(
        [
            ready("/r/good.txt", "r", kind="text"),
            row("/r/bad.txt", "r", state="failed", reason="empty"),
            ready("/r/lossy.pdf", "r", kind="pdf", reason="not in its text: 1 image"),
            row("/r/twin.txt", "r", state="duplicate", duplicate_of="good.txt"),
            row("/r/.gitignore", "r", state="noted", reason="its rules leave out 1 file"),
        ]
    )

    items.set_filter(text)

    assert names(items) == expected


def test_sorting_puts_the_largest_first_and_numbers_in_their_order(items):
    items.note(
        [ready("/r/b10.txt", "r", tokens=5), ready("/r/b9.txt", "r", tokens=70), ready("/r/a.txt", "r", tokens=6)]
    )

    items.set_order("tokens")
    assert names(items) == ["b9.txt", "a.txt", "b10.txt"]
    items.set_order("name")
    assert names(items) == ["a.txt", "b9.txt", "b10.txt"]
    items.set_order("folder")
    assert names(items) == ["r/", "  a.txt", "  b9.txt", "  b10.txt"]


def test_a_filtered_list_takes_in_what_comes_later(items, qtbot):
    items.set_filter("dues")
    items.note([ready("/r/dues.txt", "r"), ready("/r/other.txt", "r")])

    qtbot.waitUntil(lambda: names(items) == ["dues.txt"])
    assert items.tally.files == 2


def test_a_file_given_by_itself_belongs_to_no_folder():
    assert Places(["/x/reports"]).folder("/x/reports/1987/a.pdf") == "reports/1987"
    assert Places(["/x/reports"]).folder("/x/reports/a.pdf") == "reports"
    assert Places(["/x/reports/a.pdf"]).folder("/x/reports/a.pdf") == ""
    assert Places(["/x/reports"]).folder("/x/reports-old/a.pdf") == ""


def test_whether_a_folder_still_holds_documents(items):
    items.note([row("/x/reports/a.pdf", "reports"), row("/x/reports-old/b.pdf")])

    assert items.holds_below("/x/reports")
    assert items.holds_below("/x/reports/a.pdf")
    assert not items.holds_below("/x/rep")
    assert not items.holds_below("/x/reports", {"/x/reports/a.pdf"})
