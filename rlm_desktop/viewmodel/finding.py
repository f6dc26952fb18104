"""Which of many short names fit what was typed, the best first: a palette's search."""

from collections.abc import Callable, Iterable
from typing import TypeVar

One = TypeVar("One")


def found(typed: str, things: Iterable[One], words_of: Callable[[One], str]) -> list[One]:
    """Give the things whose words fit, best first; all in their order while nothing is typed."""
    ranked = [(fit(typed, words_of(thing)), thing) for thing in things]
    kept = [(rank, thing) for rank, thing in ranked if rank is not None]
    return [thing for _, thing in sorted(kept, key=lambda pair: pair[0])]


def fit(typed: str, words: str) -> int | None:
    """Tell how well words fit: 0 best, None not at all.

    Every word that was typed must be in them: at the beginning of one, inside one, or at least letter by letter.
    """
    name = words.casefold()
    ranks = [_fit_one(part, name) for part in typed.casefold().split()]
    return None if None in ranks else sum(rank for rank in ranks if rank is not None)


def _fit_one(part: str, name: str) -> int | None:
    if name.startswith(part):
        return 0
    if f" {part}" in name:
        return 1
    if part in name:
        return 2
    if len(part) > 1 and _has_letters(part, name):
        return 3
    return None


def _has_letters(part: str, name: str) -> bool:
    """Tell whether the letters come in this order, the first at the beginning of a word."""
    at = 0 if name.startswith(part[0]) else name.find(f" {part[0]}") + 1
    if name[at : at + 1] != part[0]:
        return False
    for letter in part:
        at = name.find(letter, at) + 1
        if not at:
            return False
    return True
