"""Texts without the differences that do not matter when a passage is quoted."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_DOUBLE_AND_SINGLE_QUOTES = "\"'“”„‟‘’‚‛«»‹›′″`´「」『』"
_DASHES = "-‐‑‒–—―−"
_NOTHING = "\u00ad\u200b\u2060\ufeff"
CJK = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af\u3000-\u303f\uff00-\uffef"

_IS_CJK = re.compile(f"[{CJK}]")
_PIECE = re.compile(
    # A hyphen or dash with the spaces around it, a run of spaces, or any one letter.
    rf"(?P<dash>[ \t\n\u00a0]*[{_DASHES}]+[ \t\n\u00a0]*)|(?P<space>\s+)|(?P<letter>.)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, and where each of its letters began and ended before."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def fold(text: str) -> Folded:
    """Even out white space, quotation marks, dashes, hyphenation and ligatures, so that quotes can be compared."""
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _PIECE.finditer(text):
        for letter in _folded_piece(match, text):
            letters.append(letter)
            starts.append(match.start())
            ends.append(match.end())
    return Folded("".join(letters), tuple(starts), tuple(ends))


def _folded_piece(match: re.Match[str], text: str) -> str:
    if match["letter"]:
        return _folded_letter(match["letter"])
    before = text[match.start() - 1 : match.start()]
    after = text[match.end() : match.end() + 1]
    if match["dash"]:
        # Between letters it may be a hyphenation or not: "well-known", "well-\nknown", "har-\nbour".
        return "" if before.isalpha() and after.isalpha() else "-"
    return "" if _IS_CJK.match(before) and _IS_CJK.match(after) else " "


@lru_cache(maxsize=4096)
def _folded_letter(letter: str) -> str:
    if letter in _DOUBLE_AND_SINGLE_QUOTES:
        return "'"
    if letter in _NOTHING:
        return ""
    return letter if letter.isascii() else unicodedata.normalize("NFKD", letter)
