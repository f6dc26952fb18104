"""The methods of `Text` that change it: done where it is looked at, piece by piece."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rlm_desktop.text.blob import Blob
from rlm_desktop.text.changed import GRID, Change, Changed, Joined, KeepingLength, Made
from rlm_desktop.text.core import TextCore, words_of
from rlm_desktop.text.finding import find
from rlm_desktop.text.sources import LIMIT, PIECE, WHOLE

if TYPE_CHECKING:
    from rlm_desktop.text.text import Text


class Changing(TextCore):
    """Changes that are exactly those of `str`, in context where `str` looks around (a final Σ, a title's words)."""

    __slots__ = ()

    def lower(self) -> "Text | str":
        """Make lower case."""
        keeps_length = self.source.is_ascii or (len(self) > WHOLE and self._lacks("İ"))
        return self._changed(str.lower, self._sigma_aware(str.lower), keeps_length=keeps_length)

    def upper(self) -> "Text | str":
        """Make upper case."""
        return self._changed(str.upper, keeps_length=self.source.is_ascii)

    def casefold(self) -> "Text | str":
        """Make caseless."""
        return self._changed(str.casefold, keeps_length=self.source.is_ascii)

    def swapcase(self) -> "Text | str":
        """Swap upper and lower case."""
        return self._changed(str.swapcase, self._sigma_aware(str.swapcase), keeps_length=self.source.is_ascii)

    def title(self) -> "Text | str":
        """Begin every word with a capital."""
        return self._changed(
            str.title, lambda a, b: self._in_context(str.title, a, b), keeps_length=self.source.is_ascii
        )

    def capitalize(self) -> "Text | str":
        """Begin with a capital, and make the rest lower case."""
        lower = self._sigma_aware(str.lower)

        def change(start: int, end: int) -> str:
            return lower(start, end) if start else self._in_context(str.capitalize, start, end)

        return self._changed(str.capitalize, change, keeps_length=self.source.is_ascii)

    def translate(self, table: Any) -> "Text | str":
        """Map each character through a table."""
        return self._changed(lambda text: text.translate(table))

    def expandtabs(self, tabsize: int = 8) -> "Text | str":
        """Replace tabs by spaces, line by line."""
        return self._changed(lambda text: text.expandtabs(tabsize), border=self._line_border)

    def replace(self, old: Any, new: Any, count: int = -1, /) -> "Text | str":
        """Replace words."""
        old, new = words_of(old, "replace()"), words_of(new, "replace()")
        if not old:
            return self.whole("replace() of nothing").replace(old, new, count)
        if count >= 0:
            return self._replace_some(old, new, count)
        if len(old) == len(new) == 1:
            return self._changed(lambda text: text.replace(old, new), keeps_length=True)
        return self._changed(lambda text: text.replace(old, new), border=lambda start: self._border(start, old))

    def strip(self, chars: Any = None, /) -> "Text | str":
        """Leave out what stands around it."""
        return self.part(*self._stripped(chars, left=True, right=True))

    def lstrip(self, chars: Any = None, /) -> "Text | str":
        """Leave out what stands before it."""
        return self.part(*self._stripped(chars, left=True, right=False))

    def rstrip(self, chars: Any = None, /) -> "Text | str":
        """Leave out what stands after it."""
        return self.part(*self._stripped(chars, left=False, right=True))

    def removeprefix(self, prefix: Any, /) -> "Text | str":
        """Leave out what it begins with."""
        prefix = words_of(prefix, "removeprefix()")
        return self.part(len(prefix) if self.raw(0, len(prefix)) == prefix else 0)

    def removesuffix(self, suffix: Any, /) -> "Text | str":
        """Leave out what it ends with."""
        suffix = words_of(suffix, "removesuffix()")
        has = bool(suffix) and len(suffix) <= len(self) and self.raw(len(self) - len(suffix), len(self)) == suffix
        return self.part(0, len(self) - (len(suffix) if has else 0))

    def ljust(self, width: int, fillchar: str = " ", /) -> "Text | str":
        """Fill up on the right."""
        return self.joined("", "".ljust(width - len(self), fillchar))

    def rjust(self, width: int, fillchar: str = " ", /) -> "Text | str":
        """Fill up on the left."""
        return self.joined("".ljust(width - len(self), fillchar), "")

    def center(self, width: int, fillchar: str = " ", /) -> "Text | str":
        """Fill up on both sides."""
        return self.part(0) if width <= len(self) else self.whole("center()").center(width, fillchar)

    def zfill(self, width: int, /) -> "Text | str":
        """Fill up with zeros."""
        return self.part(0) if width <= len(self) else self.whole("zfill()").zfill(width)

    def joined(self, before: "TextCore | str", after: "TextCore | str") -> "Text | str":
        """Put words before and after it."""
        parts = [_part_of(each) for each in (before, self, after) if len(each)]
        together = self.of(Joined(parts))
        return together.part(0)

    def find_words(self, words: str) -> int:
        """Find words, or give -1."""
        place = find(self.source, words, self.start, self._end)
        return place - self.start if place >= 0 else -1

    def _lacks(self, words: str) -> bool:
        is_known = isinstance(self.source, Blob) and not self.source.has(words)  # asked for the whole text once
        return is_known or self.find_words(words) < 0

    def _changed(
        self,
        change: Callable[[str], str],
        piecewise: Change | None = None,
        *,
        keeps_length: bool = False,
        border: Callable[[int], int] | None = None,
    ) -> "Text | str":
        if len(self) <= WHOLE:
            return change(self.raw(0, len(self)))
        piecewise = piecewise or (lambda start, end: change(self.raw(start, end)))
        if keeps_length:
            return self.of(KeepingLength(len(self), piecewise))
        return self.of(Changed(len(self), piecewise, border))

    def _sigma_aware(self, change: Callable[[str], str]) -> Change:
        def piecewise(start: int, end: int) -> str:
            piece = self.raw(start, end)
            return self._in_context(change, start, end) if "Σ" in piece else change(piece)

        return piecewise

    def _in_context(self, change: Callable[[str], str], start: int, end: int) -> str:
        """Change a piece together with the words it cuts through."""
        before, piece, after = self._word_before(start), self.raw(start, end), self._word_after(end)
        changed = change(before + piece + after)
        return changed[len(change(before)) : len(change(before + piece))]

    def _word_before(self, start: int) -> str:
        size = 64
        while not _has_gap(word := self.raw(max(start - size, 0), start)) and size < start:
            size *= 4
        return word

    def _word_after(self, end: int) -> str:
        size = 64
        while not _has_gap(word := self.raw(end, min(end + size, len(self)))) and end + size < len(self):
            size *= 4
        return word

    def _line_border(self, start: int) -> int:
        grid = min(start + GRID, len(self))
        newline = find(self.source, "\n", self.start + grid, self.end)
        border = newline + 1 - self.start if newline >= 0 else len(self)
        if border - start > LIMIT:
            self.refuse("expandtabs() of one line", border - start)
        return border

    def _border(self, start: int, old: str) -> int:
        """Find where a stretch may end that no match of `old`, counted from its start, lies across."""
        grid = min(start + GRID, len(self))
        piece = self.raw(start, min(grid + len(old) - 1, len(self)))
        *found, rest = piece.split(old)
        return max(grid, start + len(piece) - len(rest)) if found else grid

    def _replace_some(self, old: str, new: str, count: int) -> "Text | str":
        at = self.start
        for _ in range(count):
            place = find(self.source, old, at, self._end)
            if place < 0:
                break
            at = place + len(old)
        rest, changed = self.part(at - self.start), self.part(0, at - self.start).replace(old, new)
        return self.of(Joined([_part_of(each) for each in (changed, rest) if len(each)])).part(0)

    def _stripped(self, chars: Any, *, left: bool, right: bool) -> tuple[int, int]:
        chars = None if chars is None else words_of(chars, "strip()")
        start, end = 0, len(self)
        for piece in self.pieces() if left else ():
            kept = piece.lstrip(chars)
            start += len(piece) - len(kept)
            if kept:
                break
        while right and end > start:
            piece = self.raw(max(end - PIECE, start), end)
            kept = piece.rstrip(chars)
            end -= len(piece) - len(kept)
            if kept:
                break
        return start, end


def _has_gap(word: str) -> bool:
    """Tell whether a character stands in it at which the search for a word's end stops."""
    return any(("a" + character + "Σ").lower()[-1] == "σ" for character in word)


def _part_of(thing: TextCore | str) -> tuple[Any, int, int]:
    return (thing.source, thing.start, thing.end) if isinstance(thing, TextCore) else (Made(thing), 0, len(thing))
