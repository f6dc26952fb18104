"""The methods of `Text` that answer a question about it."""

from collections.abc import Callable
from typing import Any

from rlm_desktop.text.core import TextCore, words_of
from rlm_desktop.text.finding import count, find, rfind
from rlm_desktop.text.sources import PIECE


class Asking(TextCore):
    """Answers that are exactly those of `str`."""

    __slots__ = ()

    def __contains__(self, words: Any) -> bool:
        if not isinstance(words, (str, TextCore)):
            raise TypeError(f"'in <string>' requires string as left operand, not {type(words).__name__}")
        return self.find(words) >= 0

    def find(self, sub: Any, start: Any = None, end: Any = None, /) -> int:
        """Find words; -1 when they are not there."""
        return self._find(find, sub, start, end)

    def rfind(self, sub: Any, start: Any = None, end: Any = None, /) -> int:
        """Find words from the end; -1 when they are not there."""
        return self._find(rfind, sub, start, end)

    def index(self, sub: Any, start: Any = None, end: Any = None, /) -> int:
        """Find words; raises ValueError when they are not there."""
        return _found(self.find(sub, start, end))

    def rindex(self, sub: Any, start: Any = None, end: Any = None, /) -> int:
        """Find words from the end; raises ValueError when they are not there."""
        return _found(self.rfind(sub, start, end))

    def count(self, sub: Any, start: Any = None, end: Any = None, /) -> int:
        """Count words that don't overlap."""
        words = words_of(sub, "count()")
        if words and start is None and end is None:
            return count(self.source, words, self.start, self._end)
        first, last = self.bounds(start, end)
        if first > last:
            return 0
        return count(self.source, words, self.start + first, self.start + last) if words else last - first + 1

    def startswith(self, prefix: Any, start: Any = None, end: Any = None, /) -> bool:
        """Tell whether it begins with words, or with any of a tuple of them."""
        return self._borders(prefix, start, end, is_start=True)

    def endswith(self, suffix: Any, start: Any = None, end: Any = None, /) -> bool:
        """Tell whether it ends with words, or with any of a tuple of them."""
        return self._borders(suffix, start, end, is_start=False)

    def isascii(self) -> bool:
        """Tell whether all characters are ASCII."""
        return self.source.is_ascii or all(map(str.isascii, self.pieces()))

    def isalpha(self) -> bool:
        """Tell whether all characters are letters."""
        return self._all(str.isalpha)

    def isalnum(self) -> bool:
        """Tell whether all characters are letters or numbers."""
        return self._all(str.isalnum)

    def isdecimal(self) -> bool:
        """Tell whether all characters are decimal digits."""
        return self._all(str.isdecimal)

    def isdigit(self) -> bool:
        """Tell whether all characters are digits."""
        return self._all(str.isdigit)

    def isnumeric(self) -> bool:
        """Tell whether all characters are numeric."""
        return self._all(str.isnumeric)

    def isspace(self) -> bool:
        """Tell whether all characters are white space."""
        return self._all(str.isspace)

    def isprintable(self) -> bool:
        """Tell whether all characters can be printed."""
        return all(map(str.isprintable, self.pieces()))

    def isidentifier(self) -> bool:
        """Tell whether it could be a name."""
        return self.raw(0, 1).isidentifier() and all(("a" + piece).isidentifier() for piece in self.pieces())

    def islower(self) -> bool:
        """Tell whether it has letters with a case, all of them lower."""
        return all(("a" + piece).islower() for piece in self.pieces()) and any(map(str.islower, self.pieces()))

    def isupper(self) -> bool:
        """Tell whether it has letters with a case, all of them upper."""
        return all(("A" + piece).isupper() for piece in self.pieces()) and any(map(str.isupper, self.pieces()))

    def istitle(self) -> bool:
        """Tell whether every word begins with a capital, and there is one."""
        before, has_words = "A ", False
        for piece in self.pieces():
            if not (before + piece).istitle():
                return False
            has_words = has_words or piece != piece.lower()
            before = "Aa" if (piece[-1] + "a").title()[-1] == "a" else "A "
        return has_words

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (str, TextCore)):
            return NotImplemented
        if isinstance(other, TextCore) and (other.source, other.start, other.end) == (
            self.source,
            self.start,
            self.end,
        ):
            return True
        return len(self) == len(other) and self._compare(other) == 0

    def __hash__(self) -> int:
        return super().__hash__()

    def __lt__(self, other: Any) -> bool:
        return self._compare(other) < 0 if isinstance(other, (str, TextCore)) else NotImplemented

    def __le__(self, other: Any) -> bool:
        return self._compare(other) <= 0 if isinstance(other, (str, TextCore)) else NotImplemented

    def __gt__(self, other: Any) -> bool:
        return self._compare(other) > 0 if isinstance(other, (str, TextCore)) else NotImplemented

    def __ge__(self, other: Any) -> bool:
        return self._compare(other) >= 0 if isinstance(other, (str, TextCore)) else NotImplemented

    def _compare(self, other: "TextCore | str") -> int:
        starts = range(0, max(len(self), len(other)), PIECE)
        for start in starts:
            mine = self.raw(start, start + PIECE)
            theirs = other.raw(start, start + PIECE) if isinstance(other, TextCore) else other[start : start + PIECE]
            if mine != theirs:
                return -1 if mine < theirs else 1
        return 0

    def _find(self, finder: Callable[..., int], sub: Any, start: Any, end: Any) -> int:
        words = words_of(sub, "find()")
        if words and start is None and end is None and finder is find:
            first, last = 0, self._end
        else:
            first, stop = self.bounds(start, end)
            if first > stop:
                return -1
            if not words:
                return first if finder is find else stop
            last = self.start + stop
        place = finder(self.source, words, self.start + first, last)
        return place - self.start if place >= 0 else -1

    def _borders(self, words: Any, start: Any, end: Any, *, is_start: bool) -> bool:
        if isinstance(words, tuple):
            return any(self._borders(each, start, end, is_start=is_start) for each in words)
        sought = words_of(words, "startswith() or endswith()")
        first, last = self.bounds(start, end)
        if last - first < len(sought):
            return False
        at = first if is_start else last - len(sought)
        return self.raw(at, at + len(sought)) == sought

    def _all(self, is_so: Callable[[str], bool]) -> bool:
        return all(map(is_so, self.pieces())) and bool(self)


def _found(place: int) -> int:
    if place < 0:
        raise ValueError("substring not found")
    return place
