"""Ways through a trace."""

from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel.walking import costliest_call, next_error, next_peer, next_turn, parent_of
from tests.support.sample_runs import harbour_run

TRACE = Trace(harbour_run()[0])


def named(title: str):
    return next(node.id for node in TRACE.nodes.values() if node.title == title)


def test_next_turn_goes_on_from_wherever_one_is():
    first = next_turn(TRACE, None, 1)

    second = next_turn(TRACE, first, 1)

    assert [TRACE.nodes[node].number for node in (first, second)] == [1, 2]
    inside = TRACE.nodes[second].children[0]
    assert next_turn(TRACE, inside, -1) == second
    assert next_turn(TRACE, second, -1) == first
    assert next_turn(TRACE, first, -1) == first


def test_errors_are_visited_in_order_and_round_the_end():
    seen = []
    here = TRACE.root.id
    for _ in range(4):
        here = next_error(TRACE, here, 1)
        seen.append(TRACE.nodes[here].title)

    assert seen == ["records by harbour", "Torsnes", "Nasby", "records by harbour"]
    assert TRACE.nodes[next_error(TRACE, here, -1)].title == "Nasby"


def test_a_run_without_errors_has_none_to_visit():
    assert next_error(Trace(harbour_run(turns=2)[0]), None, 1) is None


def test_peers_end_at_the_ends():
    assert next_peer(TRACE, named("Ardvik"), 1) == named("Lindholm")
    assert next_peer(TRACE, named("Ardvik"), -1) is None
    assert next_peer(TRACE, TRACE.root.id, 1) is None


def test_the_costliest_call_and_the_way_up():
    assert TRACE.nodes[costliest_call(TRACE)].totals.cost_nano_usd == 9_600_000
    batch = parent_of(TRACE, named("Ardvik"))
    assert TRACE.nodes[batch].kind == "batch"
    assert parent_of(TRACE, TRACE.root.id) is None
