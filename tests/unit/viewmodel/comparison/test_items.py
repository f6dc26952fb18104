import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QAbstractItemModelTester

from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel.comparison.compare import compare
from rlm_desktop.viewmodel.comparison.items import CompareItems
from tests.support.compared_runs import loader, other_run
from tests.support.sample_runs import harbour_run

FIRST, SECOND = harbour_run(), other_run()
COMPARISON = compare(Trace(FIRST[0]), Trace(SECOND[0]), loader(FIRST[1], SECOND[1]))
SAME = compare(Trace(FIRST[0]), Trace(FIRST[0]), loader(FIRST[1]))


@pytest.fixture
def items(qapp):
    owner = QObject()
    made = CompareItems(owner)
    made.tester = QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal)
    made.owner = owner
    return made


def words(items: CompareItems) -> list[str]:
    return [items.index(place).data(Qt.ItemDataRole.AccessibleTextRole) for place in range(items.rowCount())]


def place_of(items: CompareItems, beginning: str) -> int:
    return next(place for place, said in enumerate(words(items)) if said.startswith(beginning))


def kinds(items: CompareItems) -> list[str]:
    return [items.row(place).kind for place in range(items.rowCount())]


def test_each_row_says_itself_in_words(items):
    items.show(COMPARISON)

    said = words(items)

    assert said[0] == "Figures, 4 differ, expanded"
    assert said[2] == "first run: Cost $0.1582, second run: $0.1553 −$0.0029 −1.8 %"
    assert "first run: Cache off, second run: reuse" in said
    assert "both: print(len(hits))" in said
    assert "first run: nothing here, second run: hits = [h for h in hits if h.year >= 1980]" in said
    assert "both: turn 1 Look at the corpus and its folders $0.0003 · 5.4 s, same, collapsed" in said
    assert "both: turn 2 Find where dues are mentioned $0.0031 · 8.2 s, code changed, 70% alike, expanded" in said


def test_runs_that_are_the_same_have_nothing_open_but_figures_and_answer(items):
    items.show(SAME)

    assert [items.row(place).is_open for place in range(items.rowCount()) if items.row(place).kind == "step"] == [
        False
    ] * 8
    assert not any(items.row(place).differs for place in range(items.rowCount()))


def test_opening_and_closing_a_step_inserts_and_removes_its_rows_alone(items, qtbot):
    items.show(COMPARISON)
    before = words(items)
    place = kinds(items).index("step")

    with qtbot.waitSignal(items.rowsInserted) as inserted:
        items.set_open(place, True)
    assert inserted.args[1] == place + 1
    assert kinds(items)[place + 1] == "label"
    items.set_open(place, False)

    assert words(items) == before


def test_equal_settings_are_folded_and_counted(items):
    items.show(COMPARISON)
    place = place_of(items, "20 settings the same")
    rows = items.rowCount()

    items.set_open(place, True)

    assert items.rowCount() == rows + 20


def test_long_stretches_are_folded_and_opened_again(items):
    items.show(COMPARISON)
    place = place_of(items, "16 more lines that differ")
    rows = items.rowCount()

    items.set_open(place, True)

    assert items.rowCount() == rows + 16


def test_what_is_open_stays_open_when_the_pair_is_compared_again(items):
    items.show(COMPARISON)
    place = kinds(items).index("step")
    items.set_open(place, True)
    before = words(items)

    items.show(COMPARISON)

    assert words(items) == before


def test_another_pair_begins_anew(items):
    items.show(COMPARISON)
    before = words(items)
    items.set_open(0, False)
    items.show(None)
    assert items.rowCount() == 0

    items.show(COMPARISON)

    assert words(items) == before


def test_going_from_difference_to_difference(items):
    items.show(COMPARISON)
    found = []
    place = -1
    while (place := items.next_change(place, 1)) is not None:
        found.append(place)
    back = []
    place = items.rowCount()
    while (place := items.next_change(place, -1)) is not None:
        back.append(place)

    assert found == back[::-1]
    assert all(items.row(place).differs for place in found)
    assert len(found) > 10


def test_a_comparison_that_shrinks_or_grows_is_taken_over(items):
    for comparison in (COMPARISON, SAME, COMPARISON):
        items.show(comparison)

        assert items.rowCount() == len(words(items))
