from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlm_desktop.viewmodel.comparison.alignment import Pair, align, align_equal

words = st.lists(st.sampled_from("abcd"), max_size=12)
Align = Callable[[str, str], list[Pair]]


def by_equality(left, right) -> list[Pair]:
    return align(len(left), len(right), lambda one, other: float(left[one] == right[other]))


def quickly(left, right) -> list[Pair]:
    return align_equal(left, right, lambda one, other: float(left[one] == right[other]))


@pytest.mark.parametrize("aligned", [by_equality, quickly])
@given(left=words, right=words)
def test_every_place_of_both_appears_exactly_once_and_in_order(aligned, left, right):
    pairs = aligned(left, right)

    assert [one for one, _ in pairs if one is not None] == list(range(len(left)))
    assert [other for _, other in pairs if other is not None] == list(range(len(right)))
    assert (None, None) not in pairs


@pytest.mark.parametrize("aligned", [by_equality, quickly])
@given(same=words)
def test_a_sequence_and_itself_have_no_gap(aligned, same):
    assert aligned(same, same) == [(place, place) for place in range(len(same))]


@given(left=words, right=words)
def test_nothing_is_put_together_that_wins_nothing(left, right):
    assert all(None in (one, other) or left[one] == right[other] for one, other in by_equality(left, right))


@given(left=words, right=words)
def test_exchanged_sides_have_as_many_pairs(left, right):
    def pairs(one, other):
        return sum(None not in pair for pair in by_equality(one, other))

    assert pairs(left, right) == pairs(right, left)


def test_the_better_of_two_partners_is_taken():
    gains = [[0.5, 0.9]]

    assert align(1, 2, lambda left, right: gains[left][right]) == [(None, 0), (0, 1)]


def test_who_checks_can_give_up():
    def give_up():
        raise InterruptedError

    with pytest.raises(InterruptedError):
        align(1, 1, lambda _left, _right: 1.0, give_up)
