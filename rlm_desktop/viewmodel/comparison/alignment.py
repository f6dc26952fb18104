"""Puts two sequences beside each other, in order: what belongs together is a pair, all else a gap."""

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher

Place = int | None
Pair = tuple[Place, Place]
"""Places in the left and in the right sequence; None is a gap."""
Gain = Callable[[int, int], float]
"""What is won by putting a left and a right place together; nothing that wins 0 or less is put together."""

_PAIR, _LEFT, _RIGHT = range(3)


def nothing_to_check() -> None:
    """Go on in any case."""


def align(lefts: int, rights: int, gain: Gain, check: Callable[[], None] = nothing_to_check) -> list[Pair]:
    """Find the pairs that win most; each place appears exactly once. `check` may raise to give up.

    The classic alignment of sequences (Needleman and Wunsch) with gaps that cost nothing.
    """
    ways: list[bytearray] = []
    below = [0.0] * (rights + 1)
    for left in reversed(range(lefts)):
        check()
        row, way = [0.0] * (rights + 1), bytearray([_LEFT]) * (rights + 1)
        for right in reversed(range(rights)):
            best, step = below[right], _LEFT
            if row[right + 1] > best:
                best, step = row[right + 1], _RIGHT
            won = gain(left, right)
            if won > 0 and won + below[right + 1] >= best:
                best, step = won + below[right + 1], _PAIR
            row[right], way[right] = best, step
        ways.append(way)
        below = row
    ways.reverse()
    return list(_walk(ways, lefts, rights))


def _walk(ways: list[bytearray], lefts: int, rights: int) -> Iterator[Pair]:
    left = right = 0
    while left < lefts or right < rights:
        step = _RIGHT if left == lefts else _LEFT if right == rights else ways[left][right]
        yield (None if step == _RIGHT else left, None if step == _LEFT else right)
        left += step != _RIGHT
        right += step != _LEFT


def align_equal(lefts: Sequence[str], rights: Sequence[str], gain: Gain) -> list[Pair]:
    """Find the pairs by equality first, and between them by their order: quick for long sequences, but coarse."""
    pairs: list[Pair] = []
    for kind, first, last, other_first, other_last in SequenceMatcher(None, lefts, rights).get_opcodes():
        ours, theirs = list(range(first, last)), list(range(other_first, other_last))
        for left, right in zip(ours, theirs, strict=False):
            is_pair = kind == "equal" or gain(left, right) > 0
            pairs += [(left, right)] if is_pair else [(left, None), (None, right)]
        both = min(len(ours), len(theirs))
        pairs += [(left, None) for left in ours[both:]]
        pairs += [(None, right) for right in theirs[both:]]
    return pairs
