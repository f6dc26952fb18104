"""Going through a run, event by event or by itself."""

import pytest

from rlm_desktop.viewmodel.replay import STEPWISE, Replay
from rlm_desktop.viewmodel.trace_items import TraceItems
from tests.support.sample_runs import harbour_run

ENTRIES, _ = harbour_run(turns=3)


@pytest.fixture
def replay(qapp) -> Replay:
    items = TraceItems()
    replay = Replay(items)
    items.setParent(replay)
    items.feed(ENTRIES)
    return replay


def test_steps_go_one_event_at_a_time_and_stop_at_the_ends(replay):
    replay.step(-1)
    assert (replay.position, replay.is_at_end) == (len(ENTRIES) - 1, False)

    replay.step(1)
    replay.step(1)
    assert (replay.position, replay.is_at_end) == (len(ENTRIES), True)

    replay.seek(-5)
    assert replay.position == 0


def test_a_time_leads_to_what_had_happened_by_then(replay):
    replay.seek_time(ENTRIES[9].at)

    assert replay.position == 10
    replay.seek_time(ENTRIES[0].at - 1)
    assert replay.position == 0


def test_playing_keeps_the_run_s_own_pace_times_the_speed(replay):
    replay.seek(1)
    replay.set_speed(2.0)
    replay._at = ENTRIES[0].at

    replay.advance(1.0)

    assert replay.position == sum(entry.at <= ENTRIES[0].at + 2.0 for entry in ENTRIES)


def test_step_by_step_each_second_brings_a_turn_or_a_step(replay):
    replay.seek(0)
    replay.set_speed(STEPWISE)
    shown = []

    for _ in range(6):
        replay.advance(0.5)
        shown.append(replay.position)

    steps = [n + 1 for n, entry in enumerate(ENTRIES) if entry.event.kind in ("turn_started", "step_started")]
    assert shown == [0, steps[0], steps[0], steps[1], steps[1], steps[2]]


def test_a_long_silence_is_cut_short(replay):
    silent = next(n for n in range(1, len(ENTRIES)) if ENTRIES[n].at - ENTRIES[n - 1].at > 5)
    replay.seek(silent)
    replay.set_speed(1.0)

    replay.advance(2.0)

    assert replay.position > silent


def test_playing_from_the_end_begins_anew_and_ends_by_itself(replay, qtbot):
    replay.set_speed(64.0)
    told = []
    replay.playing_changed.connect(told.append)

    replay.play()
    began_at = replay.position
    qtbot.waitUntil(lambda: not replay.is_playing, timeout=5_000)

    assert began_at == 0
    assert replay.is_at_end
    assert told == [True, False]


def test_space_pauses_what_it_started(replay):
    replay.toggle()
    assert replay.is_playing

    replay.toggle()
    assert not replay.is_playing


def test_a_live_run_carries_the_end_along_but_not_one_who_looks_back(qapp):
    items = TraceItems()
    replay = Replay(items, items)
    items.feed(ENTRIES[:20])
    items.feed(ENTRIES[20:30])
    assert (replay.position, replay.count) == (30, 30)

    replay.seek(5)
    items.feed(ENTRIES[30:40])
    assert (replay.position, replay.count) == (5, 40)

    replay.to_end()
    items.feed(ENTRIES[40:])
    assert replay.is_at_end


def test_an_empty_run_does_not_play(qapp):
    items = TraceItems()
    replay = Replay(items, items)

    replay.play()

    assert not replay.is_playing
