"""A run opened from its skeleton is the run that was recorded, at every moment."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlm_desktop.skeleton.building import SkeletonBuilder
from rlm_desktop.skeleton.columns import BadSkeleton, Columns
from rlm_desktop.skeleton.sealed import SealedRun
from rlm_desktop.trace.events import Entry, Event, ReplyGrew, TextKept
from rlm_desktop.trace.nodes import KINDS, Node
from rlm_desktop.trace.tree import Trace
from tests.support.event_strategies import events, plausible_runs
from tests.support.sample_runs import harbour_run
from tests.support.sealed import sealed
from tests.support.traces import entries as dated

ENTRIES = tuple(harbour_run()[0])
FIELDS = ("id", "parent", "kind", "title", "status", "depth", "number", "started", "seconds", "totals", "children")


def recorded(happened: list[Event]) -> list[Entry]:
    """Number what a journal would keep."""
    return dated([event for event in happened if not isinstance(event, (TextKept, ReplyGrew))])


def told(node: Node) -> dict:
    return {**{name: getattr(node, name) for name in FIELDS}, "entries": node.entries, "open": node.open_children}


def assert_alike(made: Trace, folded: Trace) -> None:
    assert [told(node) for node in made.walk()] == [told(node) for node in folded.walk()]
    assert list(made.open) == list(folded.open)
    assert (made.last_seq, made.last_at, made.orphans) == (folded.last_seq, folded.last_at, folded.orphans)
    assert list(made.errors()) == list(folded.errors())
    for kind in KINDS:
        assert {node.id for node in made.of_kind(kind)} == {node.id for node in folded.of_kind(kind)}
    assert made.costliest_call() == folded.costliest_call()
    for node in folded.walk():
        assert list(made.peers(made.nodes[node.id])) == list(folded.peers(node))
        assert [above.id for above in made.lineage(node.id)] == [above.id for above in folded.lineage(node.id)]


@pytest.mark.parametrize("position", [0, 1, 2, 57, 200, 350, len(ENTRIES)])
def test_a_recorded_run_is_the_same_at_any_moment(position):
    assert_alike(sealed(ENTRIES).at(position), Trace(ENTRIES[:position]))


@settings(max_examples=60, deadline=None)
@given(plausible_runs(), st.data())
def test_any_run_is_the_same_at_any_moment(happened, data):
    entries = recorded(happened)
    position = data.draw(st.integers(0, len(entries)))

    assert_alike(sealed(entries).at(position), Trace(entries[:position]))


@settings(max_examples=60, deadline=None)
@given(st.lists(events(), max_size=12))
def test_a_damaged_journal_is_the_same_at_its_end_or_has_no_skeleton(happened):
    entries = recorded(happened)
    try:
        made = sealed(entries)
    except OverflowError:
        return

    assert_alike(made.at(len(entries)), Trace(entries))


def test_entries_are_read_page_by_page():
    asked: list[list[int]] = []
    run = sealed(ENTRIES, lambda seqs: asked.append(list(seqs)))

    assert run.entries[5] == ENTRIES[5]
    assert run.entries[-1] == ENTRIES[-1]
    assert run.entries[3:6] == list(ENTRIES[3:6])
    assert len(asked) == 2


def test_a_skeleton_survives_its_file(tmp_path):
    made = SkeletonBuilder(ENTRIES).columns()
    made.save(tmp_path / "runs" / "one.skeleton")

    read = Columns.load(tmp_path / "runs" / "one.skeleton")

    run = SealedRun(read, lambda seqs: [ENTRIES[seq - 1] for seq in seqs])
    assert_alike(run.at(len(ENTRIES)), Trace(ENTRIES))
    assert read.facts == made.facts
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["one.skeleton"]


@pytest.mark.parametrize("kept", [0, 5, 40, 5_000, -1])
def test_a_file_that_is_cut_off_is_no_skeleton(tmp_path, kept):
    path = tmp_path / "one.skeleton"
    SkeletonBuilder(ENTRIES).columns().save(path)
    path.write_bytes(path.read_bytes()[:kept])

    with pytest.raises(BadSkeleton):
        Columns.load(path)


def test_something_else_is_no_skeleton(tmp_path):
    path = tmp_path / "one.skeleton"
    path.write_bytes(b"x" * 100_000)

    with pytest.raises(BadSkeleton):
        Columns.load(path)
    with pytest.raises(BadSkeleton):
        Columns.load(tmp_path / "none")


def test_what_is_looked_at_together_is_read_together():
    asked: list[list[int]] = []
    run = sealed(ENTRIES, lambda seqs: asked.append(list(seqs)))
    trace, folded = run.at(len(ENTRIES)), Trace(ENTRIES)
    nodes = [node.id for node in folded.walk()][20:60]
    asked.clear()

    trace.warm(nodes)
    trace.warm(nodes)

    assert [trace.nodes[node].entries for node in nodes] == [folded.nodes[node].entries for node in nodes]
    assert len(asked) == 1
