"""A run over time."""

from itertools import pairwise

from rlm_desktop.trace.events import RunFinished
from rlm_desktop.trace.ids import NodeId, RunNodeId
from rlm_desktop.trace.timeline import Timeline
from rlm_desktop.trace.tree import Trace
from tests.support.run_writer import RunWriter, Sub, Turn
from tests.support.sample_runs import harbour_run, wide_run


def timeline_of(entries) -> Timeline:
    timeline = Timeline()
    timeline.feed(entries)
    return timeline


def test_bars_of_one_lane_never_overlap():
    timeline = timeline_of(harbour_run()[0])

    for lane in range(timeline.lanes):
        bars = sorted((bar for bar in timeline.calls if bar.lane == lane), key=lambda bar: bar.start)
        assert all(one.end <= other.start for one, other in pairwise(bars))


def test_there_are_as_many_lanes_as_calls_were_out_at_once():
    assert timeline_of(wide_run(40)[0]).lanes == 16


def test_the_root_s_own_line_holds_its_calls_and_no_child_run_s():
    timeline = timeline_of(harbour_run()[0])

    assert len(timeline.roots) == timeline.turns == 8
    assert sum(bar.is_root for bar in timeline.calls) == 2
    assert len(timeline.calls) + len(timeline.roots) == 165


def test_the_cost_only_grows_and_ends_at_the_run_s_cost():
    timeline = timeline_of(harbour_run()[0])

    costs = [cost for _, cost in timeline.costs]
    assert costs == sorted(costs)
    assert costs[-1] == Trace(harbour_run()[0]).root.totals.cost_nano_usd
    assert timeline.cost_at(timeline.begin) == 0
    assert timeline.cost_at(timeline.end) == costs[-1]


def test_failures_are_ticks_and_red_bars():
    timeline = timeline_of(harbour_run()[0])

    assert len(timeline.failures) == 3
    assert [bar.label for bar in timeline.calls if bar.state == "failed"] == ["Torsnes", "Nasby"]


def test_feeding_bit_by_bit_gives_the_same_timeline():
    entries = harbour_run()[0]
    bitwise = Timeline()
    for entry in entries:
        bitwise.feed([entry])

    whole = timeline_of(entries)

    assert [(bar.node, bar.lane, bar.end) for bar in bitwise.calls] == [
        (bar.node, bar.lane, bar.end) for bar in whole.calls
    ]
    assert bitwise.costs == whole.costs


def test_a_call_that_is_out_has_no_end_and_is_found_under_the_pointer():
    writer = RunWriter()
    turn = Turn(intent="Ask", code="go()", subs=[Sub(label="slow", unfinished=True)], stage="running")
    writer.run(0.0, "Q", [turn])
    timeline = timeline_of(writer.entries())

    (bar,) = timeline.calls

    assert (bar.end, bar.state) == (None, "running")
    assert timeline.bar_at(timeline.end, 0) is bar
    assert timeline.bar_at(timeline.begin - 1, 0) is None


def test_calls_that_never_came_back_end_with_the_run():
    writer = RunWriter()
    turn = Turn(intent="Ask", code="go()", subs=[Sub(label="slow", unfinished=True)], stage="running")
    writer.run(0.0, "Q", [turn])
    writer.add(9.0, RunFinished(run=RunNodeId(NodeId(1)), status="cancelled", seconds=9.0))

    (bar,) = timeline_of(writer.entries()).calls

    assert bar.state == "cancelled"
    assert bar.end is not None


def test_what_is_drawn_of_very_many_calls_stays_bounded_and_covers_them_all():
    timeline = timeline_of(wide_run(20_000)[0])

    assert len(timeline.ended) < 20_000 / 1.5
    for lane in range(timeline.lanes):
        calls = [bar for bar in timeline.calls if bar.lane == lane]
        blocks = [block for block in timeline.ended if block.lane == lane]
        assert blocks[0].start == calls[0].start
        assert blocks[-1].end == calls[-1].end


def test_a_failure_is_never_joined_with_its_neighbours():
    writer = RunWriter()
    subs = [Sub(label=str(n), seconds=0.01, error="lost" if n == 5_000 else None) for n in range(10_000)]
    writer.run(0.0, "Q", [Turn(intent="Ask", code="go()", subs=subs)])

    timeline = timeline_of(writer.entries())

    assert sum(block.state == "failed" for block in timeline.ended) == 1
