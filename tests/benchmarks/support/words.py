"""How far two texts have the same words."""

import re
from collections import Counter

_WORD = re.compile(r"\w+")
_LIGATURES = str.maketrans({"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "\u00ad": ""})


def words_of(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.translate(_LIGATURES).lower()))


def recall(ours: Counter[str], theirs: Counter[str]) -> float:
    """Give the share of their words that ours have, too."""
    return (ours & theirs).total() / theirs.total() if theirs else 1.0


def f1(ours: Counter[str], theirs: Counter[str]) -> float:
    both = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / both if both else 1.0
