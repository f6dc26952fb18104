"""How texts and what is looked for in them are brought to one form, and where in a text a match stands."""

import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rlm_desktop.text.words import UNSPACED
from rlm_desktop.trace.controls import show_controls

SCHEME = f"1, {unicodedata.unidata_version}, {sys.version_info.major}.{sys.version_info.minor}"
"""Changes when the same text would be brought to another form."""
_AROUND = 60
_LONGEST_MATCH = 80
_LONGEST_LOOKED_THROUGH = 200_000
_WORD = re.compile(r"\w+")
_BREAKING = re.compile(r'["\x00-\x1f]')


Part = Literal["question", "answer", "prompt", "reply", "code", "output"]
"""What a text can be in a run."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """The place in a text where something was found, on one line."""

    before: str
    match: str
    after: str
    part: Part | None = None
    """What the text is in its run; None where that is not known."""

    def __str__(self) -> str:
        return f"{self.before}{self.match}{self.after}"


@dataclass(frozen=True, slots=True)
class Hit:
    """Where in a run something was found: the number of the first text, and how many of its texts hold it."""

    text: int
    texts: int


def folded(text: str) -> str:
    """Bring a text to the form in which it is kept for searching: no case, and unspaced scripts letter by letter."""
    if text.isascii():
        return text.lower()
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return UNSPACED.sub(_apart, whole.casefold())


def match_of(wanted: str) -> str | None:
    """Make FTS5's expression for texts that hold these words in a row, the last one perhaps longer.

    All is within quotes, so that nothing the user types is taken for an operator. None where nothing is to be found, or
    everything: a single Latin letter begins a word in each text, and merging its words takes half a second.
    """
    words = _BREAKING.sub(" ", folded(wanted))
    letters = [letter for letter in words if letter.isalnum()]
    return f'"{words}" *' if len(letters) > 1 or not "".join(letters).isascii() else None


def snippet_in(text: str, wanted: str) -> Snippet:
    """Cut the first match out of a text with what stands around it; the beginning of the text if it is not seen."""
    start, end = _place_in(text, wanted)
    left, right = max(0, start - _AROUND), end + _AROUND
    before = ("…" if left else "") + _flat(text[left:start])
    after = _flat(text[end:right]) + ("…" if right < len(text) else "")
    return Snippet(before.lstrip(), _flat(text[start:end]), after)


def _place_in(text: str, wanted: str) -> tuple[int, int]:
    words = [*map(re.escape, _WORD.findall(wanted))]
    if words:
        pattern = r"[\W_]+".join(words)
        begin = "" if UNSPACED.match(wanted) else r"(?<![^\W_])"
        for form in _forms(text):
            found = re.search(begin + pattern, form, re.IGNORECASE)
            if found is not None:
                return found.start(), min(found.end(), found.start() + _LONGEST_MATCH)
    return 0, 0


def _forms(text: str) -> Iterator[str]:
    yield text
    if not text.isascii() and len(text) <= _LONGEST_LOOKED_THROUGH:
        yield _without_marks(text)


def _without_marks(text: str) -> str:
    """Take the accents off the letters that carry them."""
    return "".join(unicodedata.normalize("NFD", letter)[0] for letter in text)


def _flat(text: str) -> str:
    """Put a piece on one line, fit to be shown; a blank at its ends stays one."""
    return show_controls(re.sub(r"\s+", " ", text).encode("utf-8", "replace").decode("utf-8"))


def _apart(found: re.Match[str]) -> str:
    return f" {' '.join(found[0])} "
