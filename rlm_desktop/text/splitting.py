"""The methods of `Text` that take it apart."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rlm_desktop.text.core import TextCore, words_of
from rlm_desktop.text.finding import count, find, rfind
from rlm_desktop.text.lazy_list import LazyList
from rlm_desktop.text.parts import Parts
from rlm_desktop.text.sources import LIMIT, PIECE, WHOLE

if TYPE_CHECKING:
    from rlm_desktop.text.text import Text

Pieces = Parts | Sequence["Text | str"]


class Splitting(TextCore):
    """Parts that are exactly those of `str`; many of them come as a lazy list."""

    __slots__ = ()

    def split(self, sep: Any = None, maxsplit: Any = -1) -> Pieces:
        """Split at a separator, or at white space."""
        if sep is not None and not (sep := words_of(sep, "split()")):
            raise ValueError("empty separator")
        if len(self) <= WHOLE:
            return self.raw(0, len(self)).split(sep, maxsplit)
        if maxsplit.__index__() >= 0:
            return self._split_some(sep, maxsplit) if sep else self._split_words(maxsplit)
        return Parts(LazyList(AtSeparator(self, sep) if sep else AtWhiteSpace(self)))

    def rsplit(self, sep: Any = None, maxsplit: Any = -1) -> Pieces:
        """Split from the end."""
        if sep is not None and not (sep := words_of(sep, "rsplit()")):
            raise ValueError("empty separator")
        is_same = sep is None or not any(sep.startswith(sep[place:]) for place in range(1, len(sep)))
        if maxsplit.__index__() < 0 and is_same:
            return self.split(sep)
        if len(self) <= WHOLE or sep is None or maxsplit < 0:
            return self.whole("rsplit()").rsplit(sep, maxsplit)
        return self._rsplit_some(sep, maxsplit)

    def splitlines(self, keepends: bool = False) -> Pieces:
        """Split into lines, at every kind of line end `str` knows."""
        if len(self) <= WHOLE:
            return self.raw(0, len(self)).splitlines(keepends)
        return Parts(LazyList(AtLineEnds(self, keepends=bool(keepends))))

    def partition(self, sep: Any, /) -> tuple["Text | str", "Text | str", "Text | str"]:
        """Split at the first separator."""
        return self._parted(words_of(sep, "partition()"), from_end=False)

    def rpartition(self, sep: Any, /) -> tuple["Text | str", "Text | str", "Text | str"]:
        """Split at the last separator."""
        return self._parted(words_of(sep, "rpartition()"), from_end=True)

    def _parted(self, sep: str, *, from_end: bool) -> tuple["Text | str", "Text | str", "Text | str"]:
        if not sep:
            raise ValueError("empty separator")
        found = (
            rfind(self.source, sep, self.start, self.end) if from_end else find(self.source, sep, self.start, self._end)
        )
        if found < 0:
            return ("", "", self.part(0)) if from_end else (self.part(0), "", "")
        place = found - self.start
        return self.part(0, place), sep, self.part(place + len(sep))

    def _split_some(self, sep: str, most: int) -> list["Text | str"]:
        parts: list[Text | str] = []
        at = self.start
        while len(parts) < most and (place := find(self.source, sep, at, self._end)) >= 0:
            parts.append(self.part(at - self.start, place - self.start))
            at = place + len(sep)
        return [*parts, self.part(at - self.start)]

    def _rsplit_some(self, sep: str, most: int) -> list["Text | str"]:
        parts: list[Text | str] = []
        end = self.end
        while len(parts) < most and (place := rfind(self.source, sep, self.start, end)) >= 0:
            parts.append(self.part(place + len(sep) - self.start, end - self.start))
            end = place
        return [self.part(0, end - self.start), *reversed(parts)]

    def _split_words(self, most: int) -> list["Text | str"]:
        parts: list[Text | str] = []
        at = 0
        for window_at, words in AtWhiteSpace(self).batches():
            at = window_at
            for word in words:
                place = find(self.source, word, self.start + at, self._end) - self.start
                if len(parts) == most:
                    return [*parts, self.part(place)]
                parts.append(word)
                at = place + len(word)
        return parts


class Splitter:
    """Cuts a text into batches of strings, a window at a time."""

    def __init__(self, text: TextCore) -> None:
        self.text = text

    def cut(self, window: str) -> tuple[list[str], str]:
        """Take apart what was read: the strings that are whole, and the rest that may go on."""
        raise NotImplementedError

    def may_cut(self, rest: str, piece: str) -> bool:  # noqa: ARG002 - only a separator needs to look
        """Tell whether anything can be cut now that a piece follows the rest."""
        return True

    def whole(self, cut: str) -> list[str]:
        """Take apart what was cut off once more."""
        raise NotImplementedError

    def last(self, rest: str) -> list[str]:
        """Take apart what is left at the end."""
        return self.whole(rest)

    def length(self) -> int | None:
        """Count the strings, if there is a faster way than to go through them."""
        return None

    def between(self, start: int, end: int | None) -> list[str]:
        """Give the batch between two places once more; None is the end."""
        return self.last(self.text.raw(start, len(self.text))) if end is None else self.whole(self.text.raw(start, end))

    def batches(self) -> Iterator[tuple[int, list[str]]]:
        """Go through the text; a batch lasts up to the place of the next."""
        at, held, size = 0, [""], 0
        for piece in self.text.pieces():
            held.append(piece)
            size += len(piece)
            if not self.may_cut(held[-2], piece):
                self._check(size)
                continue
            window = "".join(held)
            items, rest = self.cut(window)
            if items:
                yield at, items
            at += len(window) - len(rest)
            held, size = [rest], len(rest)
            self._check(size)
        if items := self.last("".join(held)):
            yield at, items

    def _check(self, size: int) -> None:
        if size > LIMIT:
            self.text.refuse("splitting, of which one part alone", size)


class AtSeparator(Splitter):
    """Cuts at a separator."""

    def __init__(self, text: TextCore, sep: str) -> None:
        super().__init__(text)
        self._sep = sep

    def cut(self, window: str) -> tuple[list[str], str]:
        """Split the window; its last string may go on."""
        items = window.split(self._sep)
        return items, items.pop()

    def may_cut(self, rest: str, piece: str) -> bool:
        """Look for the separator, also across the border."""
        sep = self._sep
        return sep in piece or (len(sep) > 1 and (len(sep) > PIECE or sep in rest[1 - len(sep) :] + piece))

    def whole(self, cut: str) -> list[str]:
        """Split what was cut off."""
        return cut.split(self._sep)[:-1]

    def last(self, rest: str) -> list[str]:
        """Give the last string, which has no separator."""
        return [rest]

    def length(self) -> int:
        """Count the separators."""
        return count(self.text.source, self._sep, self.text.start, self.text.end) + 1


class AtWhiteSpace(Splitter):
    """Cuts at runs of white space."""

    def cut(self, window: str) -> tuple[list[str], str]:
        """Split the window; its last string may go on."""
        words = window.split()
        return (words, "") if window[-1].isspace() else (words, words.pop())

    def whole(self, cut: str) -> list[str]:
        """Split what was cut off."""
        return cut.split()


class AtLineEnds(Splitter):
    """Cuts at every kind of line end."""

    def __init__(self, text: TextCore, *, keepends: bool) -> None:
        super().__init__(text)
        self._keepends = keepends

    def cut(self, window: str) -> tuple[list[str], str]:
        """Split the window; its last string may go on."""
        lines = window.splitlines(self._keepends)
        if window[-1] != "\r" and not window[-1].splitlines()[0]:
            return lines, ""
        last = lines.pop()  # a lone `\r` may have its `\n` in the next piece
        return lines, last + "\r" if window[-1] == "\r" and not self._keepends else last

    def whole(self, cut: str) -> list[str]:
        """Split what was cut off."""
        return cut.splitlines(self._keepends)
