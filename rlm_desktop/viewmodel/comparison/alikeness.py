"""How alike two texts are, as far as a quick look at their words tells; and which words differ."""

import re
from collections import Counter
from difflib import SequenceMatcher

Bag = frozenset[int]
"""The words of a text, each with its how-manieth, as hashes: numbers are compared twice as fast as pairs."""
Spans = tuple[tuple[int, int], ...]
"""Pieces of a line, each from a character up to another."""

_CJK = r"\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"
# Scripts without spaces would be one word a sentence.
_WORD = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")
_PIECE = re.compile(rf"^\s+|[{_CJK}]|[^\W{_CJK}]+|[^\w\s]")
MOST_PIECES = 1_200
"""Lines with more words and signs are not compared word by word; it would take seconds at worst."""


def bag_of(text: str) -> Bag:
    """Gather the words of a text."""
    counts: Counter[str] = Counter()
    found: set[int] = set()
    for word in _WORD.findall(text):
        counts[word] += 1
        found.add(hash((word, counts[word])))
    return frozenset(found)


def alikeness(left: Bag, right: Bag) -> float:
    """Give the share of the words that both have, from 0 to 1; two texts without words are alike."""
    words = len(left) + len(right)
    return 2 * len(left & right) / words if words else 1.0


def differing_words(left: str, right: str) -> tuple[Spans, Spans] | None:
    """Give the pieces of each line that the other lacks; None where the lines are too long for that."""
    ours, theirs = _pieces(left), _pieces(right)
    if max(len(ours), len(theirs)) > MOST_PIECES:
        return None
    matcher = SequenceMatcher(
        None, [left[start:end] for start, end in ours], [right[start:end] for start, end in theirs]
    )
    lefts: list[tuple[int, int]] = []
    rights: list[tuple[int, int]] = []
    for kind, first, last, other_first, other_last in matcher.get_opcodes():
        if kind != "equal":
            lefts += _joined(ours[first:last])
            rights += _joined(theirs[other_first:other_last])
    return tuple(lefts), tuple(rights)


def _pieces(line: str) -> list[tuple[int, int]]:
    return [found.span() for found in _PIECE.finditer(line)]


def _joined(pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(pieces[0][0], pieces[-1][1])] if pieces else []
