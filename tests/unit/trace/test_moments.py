"""Moments by the clock of this computer."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from rlm_desktop.trace import moments


@pytest.fixture
def in_paris(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Paris")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("at", "words"), [(0, "1970-01-01 01:00"), (1.5e9, "2017-07-14 04:40"), (-1, "1970-01-01 00:59")]
)
def test_a_moment_is_told_by_the_local_clock(in_paris, at, words):
    assert moments.local(at).strftime("%Y-%m-%d %H:%M") == words


def test_a_moment_that_the_system_has_no_local_time_for_is_told_in_utc(monkeypatch):
    class Windows(datetime):
        def astimezone(self, tz=None):
            raise OSError(22, "Invalid argument")

    monkeypatch.setattr(moments, "_EPOCH", Windows.fromtimestamp(0, UTC))

    assert moments.local(-1e9) - timedelta(0) == datetime.fromtimestamp(-1e9, UTC)
