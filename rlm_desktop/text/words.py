"""What search takes for a word: what it leaves out of a query, and scripts that put no spaces between words."""

import re

UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]+")
"""Chinese, Japanese, Korean, Thai, Lao, Burmese and Khmer: found by pairs of letters."""

STOP_WORDS = frozenset(
    """
    a about all an and are as at be been but by can could did do does for from had has have he her his how i if in into
    is it its me more no not of on or our s she so t than that the their them then there these they this to up us was
    we were what when where which who whom whose why will with would you your
    """.split()  # noqa: SIM905 - a list of a hundred quoted words is harder to read
)


def pairs_of(run: str) -> list[str]:
    """Give the pairs of neighbouring letters; a single letter stands for itself."""
    return [run[start : start + 2] for start in range(max(len(run) - 1, 1))]
