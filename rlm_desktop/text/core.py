"""What every part of `Text` stands on: a range of a source, read in pieces or, within limits, as a `str`."""

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, NoReturn

from rlm_desktop.text.blob import Blob
from rlm_desktop.text.errors import ContextTooLarge
from rlm_desktop.text.sources import LIMIT, WHOLE, Source

if TYPE_CHECKING:
    from rlm_desktop.text.text import Text

STREAMS = "take slices such as context[a:b], or loop over context.splitlines(), which streams"


class TextCore:
    """The characters of a source from `start` up to `end`."""

    __slots__ = ("_end", "source", "start")

    def __init__(self, source: Source, start: int = 0, end: int | None = None) -> None:
        self.source = source
        self.start = start
        self._end = end

    @property
    def end(self) -> int:
        """Where it ends in its source."""
        if self._end is None:
            self._end = self.source.characters
        return self._end

    @property  # type: ignore[misc]  # what `isinstance` asks
    def __class__(self) -> type:
        return str

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"'str' object has no attribute {name!r}", name=name, obj=self)

    @property
    def is_stored(self) -> bool:
        """Whether it is a range of a text on disk as it stands there."""
        return isinstance(self.source, Blob)

    @property
    def known_length(self) -> int | None:
        """How many characters there are, if that is known without a pass over the text."""
        return None if self._end is None else self._end - self.start

    def __len__(self) -> int:
        return self.end - self.start

    def __bool__(self) -> bool:
        return next(self.pieces(), "") != ""

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(self.pieces())

    def __hash__(self) -> int:
        if len(self) <= LIMIT:
            return hash(self.raw(0, len(self)))
        return hash((len(self), self.raw(0, 1000), self.raw(len(self) - 1000, len(self))))

    def pieces(self, start: int = 0, end: int | None = None) -> Iterator[str]:
        """Go through the characters from `start` up to `end` in pieces."""
        return self.source.pieces(self.start + start, self._end if end is None else self.start + end)

    def raw(self, start: int, end: int) -> str:
        """Give characters as a `str`, however many."""
        stop = self.start + end
        return self.source.slice(self.start + start, stop if self._end is None else min(stop, self._end))

    def whole(self, operation: str, instead: str = STREAMS) -> str:
        """Give all characters as a `str`; raises ContextTooLarge, naming the operation that needs them."""
        if len(self) > LIMIT:
            self.refuse(operation, len(self), instead)
        return self.raw(0, len(self))

    def refuse(self, operation: str, characters: int, instead: str = STREAMS) -> NoReturn:
        """Say that an operation needs too much memory."""
        raise ContextTooLarge(operation, characters, LIMIT, instead)

    def part(self, start: int, end: int | None = None) -> "Text | str":
        """Give a part: a `str` when it is short, else a view."""
        stop = len(self) if end is None else end
        return self.raw(start, stop) if stop - start <= WHOLE else self.view(start, stop)

    def view(self, start: int, end: int) -> "Text":
        """Give a part as a view, however short."""
        return self.of(self.source, self.start + start, self.start + end)

    def of(self, source: Source, start: int = 0, end: int | None = None) -> "Text":
        """Make a text of the same kind over another source."""
        return type(self)(source, start, end)  # type: ignore[return-value]  # only Text is ever made

    def bounds(self, start: Any, end: Any) -> tuple[int, int]:
        """Read the bounds that methods of `str` take; the first is past the second when nothing can be between."""
        first, last, _ = slice(start, end).indices(len(self))
        return (last + 1, last) if start is not None and start > len(self) else (first, last)


def words_of(thing: Any, operation: str) -> str:
    """Give what a method was handed as a `str`; raises TypeError as `str` does."""
    if isinstance(thing, TextCore):
        return thing.whole(operation)
    if not isinstance(thing, str):
        raise TypeError(f"{operation}: must be str, not {type(thing).__name__}")
    return thing
