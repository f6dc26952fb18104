import gc
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject

from rlm_desktop.app.collecting import Collector


class Knot:
    """Garbage that only the collector can free."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture
def collector(qapp: object) -> Iterator[Collector]:
    owner = QObject()
    made = Collector(owner)
    gc.collect()
    yield made
    made.stop()
    owner.deleteLater()


@pytest.fixture
def passes() -> Iterator[list[int]]:
    """The generations that were looked through."""
    seen: list[int] = []

    def note(phase: str, info: dict[str, Any]) -> None:
        if phase == "start":
            seen.append(info["generation"])

    gc.callbacks.append(note)
    yield seen
    gc.callbacks.remove(note)


def test_a_run_that_was_just_opened_is_not_looked_through(collector: Collector, passes: list[int]) -> None:
    run = [[number] for number in range(200_000)]

    for _ in range(30):
        collector.tend()

    assert gc.get_freeze_count() >= len(run)
    assert not passes


def test_garbage_is_still_freed(collector: Collector) -> None:
    knots = [Knot() for _ in range(2_000)]
    del knots

    collector.tend()

    assert not [thing for thing in gc.get_objects() if isinstance(thing, Knot)]


def test_at_the_end_nothing_stays_frozen(collector: Collector) -> None:
    gc.freeze()

    collector.stop()

    assert gc.get_freeze_count() == 0
    assert gc.isenabled()
