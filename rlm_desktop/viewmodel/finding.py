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

    Every word that was typed must be in them: at the beginning of one, inside one, or made of their beginnings.
    """
    name = words.casefold()
    ranks = [_fit_one(part, name) for part in typed.casefold().split()]
    return None if None in ranks else sum(rank for rank in ranks if rank is not None)


def holds_words(typed: str, words: str) -> bool:
    """Tell whether words have in them all that was typed, each part as it is."""
    name = words.casefold()
    return all(part in name for part in typed.casefold().split())


def _fit_one(part: str, name: str) -> int | None:
    if name.startswith(part):
        return 0
    if f" {part}" in name:
        return 1
    if part in name:
        return 2
    if len(part) > 1 and _is_beginnings(part, name.split()):
        return 3
    return None


def _is_beginnings(part: str, words: list[str]) -> bool:
    """Tell whether this is put together from the beginnings of words, in their order: `opf` of `Open files`."""
    if not part:
        return True
    for place, word in enumerate(words):
        for length in range(len(part), 0, -1):
            if word.startswith(part[:length]) and _is_beginnings(part[length:], words[place + 1 :]):
                return True
    return False
