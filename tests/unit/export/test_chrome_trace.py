"""The timeline: every part once, and in each lane only what lies one in the other or one after the other."""

import json
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate, pairwise

import pytest

from rlm_desktop.export.chrome_lanes import LASTING
from rlm_desktop.export.recorded import trace_of
from rlm_desktop.trace.events import CallStarted, RunStarted, StepStarted
from tests.support.exported import LEAVING, leaving, written
from tests.support.kinds_of_runs import KINDS


def document_of(run) -> dict:
    return json.loads(written("chrome", run).decode())


def parts_of(document: dict) -> list[dict]:
    return [event for event in document["traceEvents"] if event["ph"] == "X"]


@pytest.mark.parametrize("name", LEAVING)
def test_each_part_that_lasts_is_one_event_and_each_moment_another(name):
    run = leaving(name)
    nodes = list(trace_of(run).walk())

    events = document_of(run)["traceEvents"]

    moments = [event["args"]["id"] for event in events if event["ph"] == "i" and event["cat"] != "retry"]
    assert [event["args"]["id"] for event in events if event["ph"] == "X"] == [
        node.id for node in nodes if node.kind in LASTING
    ]
    assert moments == [node.id for node in nodes if node.kind not in LASTING]


@pytest.mark.parametrize("name", LEAVING)
def test_the_calls_on_the_timeline_add_up_to_the_sums_of_the_run(name):
    run = leaving(name)
    totals = trace_of(run).root.totals

    document = document_of(run)

    calls = [event["args"] for event in parts_of(document) if event["cat"] == "call"]
    costs = [Decimal(call["cost_usd"]) for call in calls if call.get("cost_usd", "unknown price") != "unknown price"]
    assert sum(costs) == Decimal(totals.cost_nano_usd).scaleb(-9) == Decimal(document["otherData"]["known_cost_usd"])
    for column in ("input_tokens", "cached_input_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens"):
        assert sum(call.get(column, 0) for call in calls) == getattr(totals, column) == document["otherData"][column]
    assert sum(call.get("cost_usd") == "unknown price" for call in calls) == totals.unpriced
    assert sum(event["cat"] == "retry" for event in document["traceEvents"]) == totals.retries


@pytest.mark.parametrize("name", LEAVING)
def test_in_a_lane_no_two_parts_overlap_unless_one_lies_in_the_other(name):
    by_lane = defaultdict(list)
    for event in parts_of(document_of(leaving(name))):
        by_lane[event["tid"]].append((event["ts"], event["ts"] + event["dur"]))

    for stretches in by_lane.values():
        open_until: list[int] = []
        for begin, end in sorted(stretches, key=lambda stretch: (stretch[0], -stretch[1])):
            while open_until and open_until[-1] <= begin:
                open_until.pop()
            assert not open_until or end <= open_until[-1]
            open_until.append(end)


@pytest.mark.parametrize("name", LEAVING)
def test_every_event_is_as_the_viewers_want_it(name):
    events = document_of(leaving(name))["traceEvents"]

    named = {event["tid"] for event in events if event["name"] == "thread_name"}
    for event in events:
        assert event["ph"] in ("X", "i", "M")
        assert {"name", "cat", "ph", "ts", "pid", "tid", "args"} <= set(event)
        assert isinstance(event["ts"], int)
        assert event["ts"] >= 0
        assert event.get("dur", 1) >= 1
        assert event["tid"] in named


@pytest.mark.parametrize("name", LEAVING)
def test_of_two_that_begin_at_once_the_outer_one_comes_first_in_the_file(name):
    by_lane = defaultdict(list)
    for event in parts_of(document_of(leaving(name))):
        by_lane[event["tid"]].append(event)

    for events in by_lane.values():
        for one, other in pairwise(sorted(events, key=lambda event: event["ts"])):
            assert one["ts"] < other["ts"] or one["dur"] >= other["dur"] or one["dur"] == 0


@pytest.mark.parametrize("name", LEAVING)
def test_the_file_names_the_run_and_what_was_left_out(name):
    run = leaving(name)

    about = document_of(run)["otherData"]

    assert about["run"] == run.run
    assert about.get("left_out", []) == list(run.left_out)
    assert about.get("name", "") == run.name.replace("\ud800", "\ufffd")


def test_calls_that_run_at_once_lie_beside_each_other():
    run = KINDS["answered"]()
    document = document_of(run)
    calls = [event for event in parts_of(document) if event["cat"] == "call" and event["args"]["role"] == "worker"]
    lanes = {event["tid"] for event in calls}

    assert 1 not in lanes
    assert len(lanes) == most_at_once(calls) > 1


def most_at_once(events: list[dict]) -> int:
    """Count how many were under way at the same time, at most."""
    turns = [(event["ts"], 1) for event in events] + [(event["ts"] + event["dur"], -1) for event in events]
    return max(accumulate(step for _, step in sorted(turns)))


def test_calls_that_run_one_after_the_other_lie_under_what_made_them():
    calls = [event for event in parts_of(document_of(KINDS["direct"]())) if event["cat"] == "call"]

    assert [event["tid"] for event in calls] == [1]


def test_no_part_can_pass_for_a_profile_of_the_browser():
    run = KINDS["answered"]()
    given = [
        replace(entry, event=replace(entry.event, label="CpuProfile"))
        if isinstance(entry.event, CallStarted)
        else replace(entry, event=replace(entry.event, title="CpuProfile"))
        if isinstance(entry.event, (RunStarted, StepStarted))
        else entry
        for entry in run.given
    ]

    names = {event["name"] for event in document_of(replace(run, given=given))["traceEvents"]}

    assert "CpuProfile" not in names
    assert any("CpuProfile" in name for name in names)


def test_a_part_is_as_long_as_what_lies_in_it_even_if_its_own_clock_says_less():
    run = KINDS["answered"]()
    given = [
        replace(entry, event=replace(entry.event, seconds=0.001)) if entry.event.kind == "step_finished" else entry
        for entry in run.given
    ]

    parts = {event["args"]["id"]: event for event in parts_of(document_of(replace(run, given=given)))}

    for event in parts.values():
        above = parts.get(event["args"].get("parent"))
        if above is not None:
            assert above["ts"] <= event["ts"]
            assert event["ts"] + event["dur"] <= above["ts"] + above["dur"]


def test_what_the_reader_wrote_and_why_an_answer_is_partial_is_there():
    answered, partial = (document_of(KINDS[kind]()) for kind in ("answered", "partial"))

    (run,) = (event["args"] for event in parts_of(answered) if event["cat"] == "run" and "parent" not in event["args"])
    (answer,) = (event["args"] for event in partial["traceEvents"] if event["cat"] == "answer")
    assert (run["reader_note"], run["reader_score"], run["reader_pinned"]) == ("Read | this", 4, True)
    assert run["reader_labels"] == ["good", "to check"]
    assert answer["partial"] == "$2.00 is spent, so no further call was sent."
    assert partial["otherData"]["status"] == "partial"
    assert partial["otherData"]["reason"] == "$2.00 is spent, so no further call was sent."


def test_what_a_newer_version_wrote_is_shown():
    events = document_of(KINDS["from_tomorrow"]())["traceEvents"]

    (unknown,) = (event for event in events if event["cat"] == "unknown")
    assert json.loads(unknown["args"]["data"]) == {"parent": 1, "sky": ["grey", {"wind": 3}]}
