"""`Text`: what model code has as `context` when it is too large for memory; it does all that a `str` does."""

from collections.abc import Iterable, Iterator
from typing import Any, Self

from rlm_desktop.text.asking import Asking
from rlm_desktop.text.changed import Joined, Stepped
from rlm_desktop.text.changing import Changing
from rlm_desktop.text.core import TextCore
from rlm_desktop.text.sources import LIMIT, WHOLE
from rlm_desktop.text.splitting import Splitting

SHOWN = 20_000
"""Characters that are printed of a text."""


class Text(Asking, Changing, Splitting):
    """A range of a source. Parts of up to 1,000,000 characters are real `str`s, longer ones are texts."""

    __slots__ = ()

    maketrans = staticmethod(str.maketrans)

    def __getitem__(self, place: Any) -> "Text | str":
        if not isinstance(place, slice):
            return self._character(place)
        if _is_plain(place):
            start = place.start or 0  # no need to know the length of what is changed on the way
            if place.stop - start <= WHOLE:
                return self.raw(start, place.stop) if place.stop > start else ""
            if self._end is None and next(self.pieces(place.stop - 1, place.stop), ""):
                return self.view(start, place.stop)
        places = range(self.start, self.end)[place]
        if places.step == 1:
            return self.part(places.start - self.start, max(places.stop, places.start) - self.start)
        return self.of(Stepped(self.source, places)).part(0)

    def __reversed__(self) -> Iterator[str]:
        return iter(self[::-1])

    def __add__(self, other: Any) -> "Text | str":
        return self.joined("", other) if isinstance(other, (str, TextCore)) else NotImplemented

    def __radd__(self, other: Any) -> "Text | str":
        return self.joined(other, "") if isinstance(other, str) else NotImplemented

    def __mul__(self, times: Any) -> "Text | str":
        if not hasattr(times, "__index__"):
            return NotImplemented
        return self._repeated(times.__index__())

    __rmul__ = __mul__

    def __mod__(self, values: Any) -> str:
        filled: str = self.whole("%") % values
        return filled

    def __str__(self) -> str:
        return self.whole("str()")

    def __repr__(self) -> str:
        return repr(self.whole("repr()", "print it, which shows its head and tail, or slices such as context[:2000]"))

    def __format__(self, spec: str) -> str:
        return format(self.whole("format()"), spec)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: Any) -> Self:
        return self

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (self.whole("pickling"),)

    def __sizeof__(self) -> int:
        return 0

    def shown(self, most: int = SHOWN) -> str:
        """Give head and tail with the count of what is between, for people and models to look at."""
        if len(self) <= most:
            return self.raw(0, len(self))
        head, tail = most // 2, most - most // 2
        left_out = f"\n… {len(self) - most:,} characters left out …\n"
        return self.raw(0, head) + left_out + self.raw(len(self) - tail, len(self))

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        """Encode it."""
        return self.whole("encode()", "encode slices of it").encode(encoding, errors)

    def format(self, *values: Any, **named: Any) -> str:
        """Fill in its fields."""
        return self.whole("format()").format(*values, **named)

    def format_map(self, named: Any) -> str:
        """Fill in its fields from a mapping."""
        return self.whole("format_map()").format_map(named)

    def join(self, words: Iterable[str], /) -> str:
        """Join words with it between them."""
        return self.whole("join()").join(words)

    def _character(self, place: Any) -> str:
        number = place.__index__() if hasattr(place, "__index__") else None
        if number is None:
            raise TypeError(f"string indices must be integers, not '{type(place).__name__}'")
        start = number if number >= 0 else number + len(self)
        character = self.raw(start, start + 1) if start >= 0 else ""
        if not character:
            raise IndexError("string index out of range")
        return character

    def _repeated(self, times: int) -> "Text | str":
        if times <= 0:
            return ""
        if times > LIMIT:
            self.refuse("*", len(self) * times)
        return self.of(Joined([(self.source, self.start, self.end)] * times)).part(0)


def _is_plain(place: slice) -> bool:
    """Tell whether a slice is of neighbours, its bounds counted from the front."""
    start = 0 if place.start is None else place.start
    is_counted = isinstance(start, int) and isinstance(place.stop, int) and start >= 0 and place.stop >= 0
    return place.step in (None, 1) and is_counted
