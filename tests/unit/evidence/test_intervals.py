from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from rlm_desktop.evidence.intervals import Intervals


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60))))
@settings(deadline=None)
def test_the_union_is_that_of_sets(pairs: list[tuple[int, int]]):
    intervals = Intervals()
    expected: set[int] = set()

    for start, end in pairs:
        intervals.add(start, end)
        expected |= set(range(start, end))

    kept = intervals.pairs()
    assert {at for start, end in kept for at in range(start, end)} == expected
    assert intervals.total() == len(expected)
    assert all(left[1] < right[0] for left, right in pairwise(kept))
