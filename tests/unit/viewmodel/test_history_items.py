import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from rlm_desktop.storage.search_words import Hit, Snippet
from rlm_desktop.trace.ids import RunId
from rlm_desktop.viewmodel.history_hits import Hits
from rlm_desktop.viewmodel.history_items import HistoryItems
from rlm_desktop.viewmodel.history_rows import HistoryRow
from rlm_desktop.viewmodel.roles import DotRole, NoteInkRole, NoteRole, PinRole, SnippetRole, TagsRole


@pytest.fixture
def items(qapp):
    items = HistoryItems()
    tester = QAbstractItemModelTester(items, QAbstractItemModelTester.FailureReportingMode.Fatal)
    yield items
    tester.deleteLater()


def row(run: str, status="answered", **known) -> HistoryRow:
    known = {"started_at": float(run), **known}
    return HistoryRow(run=RunId(run), title=f"Question {run}", status=status, **known)


def titles(items: HistoryItems) -> list[str]:
    return [items.index(place).data() for place in range(items.rowCount())]


@pytest.mark.parametrize(
    ("status", "note", "ink"),
    [
        ("answered", "$0.0418", None),
        ("partial", "partial answer", "warn"),
        ("failed", "no answer", "error"),
        ("interrupted", "interrupted", "warn"),
        ("cancelled", "stopped", "muted"),
        ("running", "live", "accent"),
    ],
)
def test_a_run_says_how_it_ended_in_words_and_colour(items, status, note, ink):
    items.show([row("1", status, cost="$0.0418")])

    assert (items.index(0).data(NoteRole), items.index(0).data(NoteInkRole)) == (note, ink)


def test_an_unknown_price_is_never_shown_as_nothing(items):
    items.show([row("1", cost="unknown price")])

    assert items.index(0).data(NoteRole) == "unknown price"


def test_showing_again_alters_only_what_differs(items, qtbot):
    items.show([row("3"), row("2"), row("1")])

    with qtbot.assertNotEmitted(items.modelReset), qtbot.waitSignal(items.dataChanged):
        items.show([row("4"), row("3"), row("1", "failed")])

    assert titles(items) == ["Question 4", "Question 3", "Question 1"]


def test_a_live_run_comes_first_and_is_altered_in_place(items):
    items.show([row("1")])

    items.note(row("2", "running"))
    assert items.index(0).data(DotRole) == "root"
    items.note(row("2", "answered"))

    assert titles(items) == ["Question 2", "Question 1"]
    assert items.index(0).data(DotRole) is None


def test_rows_can_change_their_order(items):
    items.show([row("3"), row("2"), row("1")])

    items.show([row("1", started_at=9.0), row("3"), row("2")])

    assert titles(items) == ["Question 1", "Question 3", "Question 2"]


def test_a_run_that_was_just_asked_for_stays_when_the_recorded_ones_are_listed(items):
    items.note(row("2", "running"))

    items.show([row("1")])
    assert titles(items) == ["Question 2", "Question 1"]
    items.show([row("1"), row("2", "failed")])

    assert items.row_of(RunId("2")).status == "failed"


def test_pinned_runs_come_first_in_every_order(items):
    items.show([row("3", calls=1), row("2", calls=9), row("1", calls=5)])

    items.label(["1"], is_pinned=True)
    assert titles(items) == ["Question 1", "Question 3", "Question 2"]
    assert items.index(0).data(PinRole)
    items.set_order("calls")

    assert titles(items) == ["Question 1", "Question 2", "Question 3"]


@pytest.mark.parametrize(
    ("order", "first_to_last"),
    [("date", "4321"), ("cost", "2341"), ("duration", "3214"), ("calls", "1432")],
)
def test_runs_are_sorted_with_the_largest_first_and_the_unknown_last(items, order, first_to_last):
    items.show(
        [
            row("4", cost_nano_usd=0, seconds=None, calls=2),
            row("3", cost_nano_usd=5, seconds=9.0, calls=2),
            row("2", cost_nano_usd=7, seconds=8.0, calls=0),
            row("1", cost_nano_usd=None, seconds=1.0, calls=3),
        ]
    )

    items.set_order(order)

    assert "".join(title[-1] for title in titles(items)) == first_to_last


def test_a_name_is_shown_in_place_of_the_question_which_stays_in_the_tooltip(items):
    items.show([row("1")])

    items.label(["1"], name="Dues", tags=("harbour", "old"))

    assert titles(items) == ["Dues"]
    assert items.index(0).data(TagsRole) == ("harbour", "old")
    assert "Question 1" in items.index(0).data(3)
    assert "Tags: harbour, old" in items.index(0).data(3)


def test_what_the_engine_tells_of_a_run_leaves_what_the_user_wrote_on_it(items):
    items.show([row("1", "running")])
    items.label(["1"], name="Dues", is_pinned=True, tags=("x",))

    items.note(row("1", "answered"))

    known = items.row_of(RunId("1"))
    assert (known.status, known.name, known.is_pinned, known.tags) == ("answered", "Dues", True, ("x",))


def test_editing_a_row_asks_for_a_new_name(items):
    items.show([row("1")])
    asked = []
    items.rename_wanted.connect(lambda run, name: asked.append((run, name)))

    assert items.flags(items.index(0)) & Qt.ItemFlag.ItemIsEditable
    items.setData(items.index(0), "Dues")

    assert asked == [("1", "Dues")]
    assert titles(items) == ["Question 1"]


def test_fields_filter_at_once_and_count_what_they_hide(items):
    items.show([row("3", "failed"), row("2"), row("1", "failed", root="gpt")])

    items.set_filter("status:failed")
    assert titles(items) == ["Question 3", "Question 1"]
    assert (items.hidden, items.in_short()) == (1, "2 of 3 runs")
    items.set_filter("status:failed model:gp")
    assert titles(items) == ["Question 1"]
    items.set_filter("")

    assert (items.rowCount(), items.hidden, items.in_short()) == (3, 0, "3 runs")


def test_words_are_asked_for_and_what_was_shown_stays_until_they_are_found(items):
    items.show([row("3"), row("2"), row("1", name="About tonnage")])
    wanted = []
    items.search_wanted.connect(wanted.append)

    items.set_filter("tonnage")
    assert (wanted, items.is_searching, items.rowCount()) == ([("tonnage",)], True, 3)
    items.take_hits(Hits(("other",), ({},)))
    assert items.is_searching
    items.take_hits(Hits(("tonnage",), ({RunId("3"): Hit(7, 2)},)))

    assert (titles(items), items.is_searching) == (["Question 3", "About tonnage"], False)
    assert items.wants_snippets(9) == [("3", "tonnage", Hit(7, 2))]


def test_every_word_must_be_somewhere_in_a_run(items):
    items.show([row("3"), row("2", answer="Tonnage and dues"), row("1")])
    items.set_filter("dues tonnage")

    items.take_hits(
        Hits(("dues", "tonnage"), ({RunId("3"): Hit(1, 1), RunId("1"): Hit(1, 1)}, {RunId("3"): Hit(2, 1)}))
    )

    assert titles(items) == ["Question 3", "Question 2"]


def test_a_match_is_shown_below_and_told_in_the_tooltip(items):
    items.show([row("2"), row("1", answer="About tonnage")])
    assert items.index(0).data(SnippetRole) is None
    items.set_filter("tonnage")
    items.take_hits(Hits(("tonnage",), ({RunId("2"): Hit(7, 2)},)))

    items.take_snippets({RunId("2"): Snippet("dues on ", "tonnage", " rose", "reply")})

    assert items.index(0).data(SnippetRole) == Snippet("dues on ", "tonnage", " rose", "reply")
    assert "Found in 2 texts, first in a reply: dues on tonnage rose" in items.index(0).data(3)
    assert items.index(1).data(SnippetRole) == Snippet("About tonnage", "", "", "answer")
    items.take_snippets({RunId("2"): Snippet("dues on ", "tonnage", " rose")})
    assert "Found in 2 texts: dues on tonnage rose" in items.index(0).data(3)
    assert items.wants_snippets(9) == []
    items.set_filter("")
    assert items.index(0).data(SnippetRole) is None


def test_the_same_words_found_again_keep_their_snippets(items):
    items.show([row("1")])
    items.set_filter("x")
    items.take_hits(Hits(("x",), ({RunId("1"): Hit(7, 1)},), "Texts are read for the first search: 4 %"))
    assert items.hint.endswith("4 %")
    items.take_snippets({RunId("1"): Snippet("", "x", "")})

    items.take_hits(Hits(("x",), ({RunId("1"): Hit(7, 2)},)))

    assert (items.wants_snippets(9), items.hint) == ([], "")


def test_rows_taken_out_come_back_where_they_were(items):
    items.show([row("3"), row("2"), row("1")])

    gone = items.take_out(["2", "never"])
    assert titles(items) == ["Question 3", "Question 1"]
    items.put_back(gone)

    assert titles(items) == ["Question 3", "Question 2", "Question 1"]


@given(
    st.lists(st.lists(st.integers(1, 60), unique=True, max_size=60), min_size=1, max_size=4),
    st.sampled_from(["date", "calls"]),
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_listed_is_shown_in_order(qapp, lists, order):
    items = HistoryItems()
    tester = QAbstractItemModelTester(items, QAbstractItemModelTester.FailureReportingMode.Fatal)
    items.set_order(order)

    for numbers in lists:
        items.show([row(str(number), calls=number * 7 % 11) for number in numbers])

        wanted = sorted(lists[-1], reverse=True)
        if order == "calls":
            wanted = sorted(lists[-1], key=lambda number: (number * 7 % 11, number), reverse=True)
    assert [items.run_at(items.index(place)) for place in range(items.rowCount())] == [str(one) for one in wanted]
    tester.deleteLater()
