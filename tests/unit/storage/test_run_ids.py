"""Ids of runs sort by time and do not repeat."""

from rlm_desktop.storage.run_ids import new_run_id


def test_ids_sort_by_time_of_start():
    moments = [0.0, 1_700_000_000.0, 1_700_000_000.002, 1_700_000_001.0, 4_000_000_000.0]

    ids = [new_run_id(at) for at in moments]

    assert ids == sorted(ids)


def test_ids_of_one_moment_differ():
    assert len({new_run_id(1_700_000_000.0) for _ in range(50)}) == 50


def test_an_id_made_now_comes_after_one_made_before():
    assert new_run_id() > new_run_id(1_700_000_000.0)
