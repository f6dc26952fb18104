"""The list of a split text: lazy as long as it is only looked at, a real list from the moment it is altered."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NoReturn, overload

from rlm_desktop.text.errors import ContextTooLarge
from rlm_desktop.text.sources import LIMIT


class Parts:
    """Does all that a list does."""

    def __init__(self, items: Sequence[Any]) -> None:
        self._items = items

    @property  # type: ignore[misc]  # what `isinstance` asks
    def __class__(self) -> type:
        return list

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"'list' object has no attribute {name!r}", name=name, obj=self)

    @property
    def known_length(self) -> int | None:
        """How many there are, if that is known without going through the text."""
        length: int | None = getattr(self._items, "known_length", None)
        return len(self._items) if isinstance(self._items, list) else length

    def in_memory(self, operation: str) -> list[Any]:
        """Give a real list; raises ContextTooLarge, naming the operation that needs it."""
        if isinstance(self._items, list):
            return self._items
        size, items = 0, []
        for item in self._items:
            size += len(item or "")  # a group that took no part is None
            if size > LIMIT:
                raise ContextTooLarge(operation, size, LIMIT, "loop over the list, or take slices such as parts[a:b]")
            items.append(item)
        return items

    def shown(self, most: int) -> str:
        """Give head and tail with the count of what is between, for people and models to look at."""
        try:
            words = repr(self)
        except ContextTooLarge:
            head, tail = repr(list(self[:10])), repr(list(self[-10:]))
            return f"{head[:-1]}, … {len(self) - 20:,} more …, {tail[1:]}"
        return words if len(words) <= most else f"{words[: most // 2]} … {words[-most // 2 :]}"

    def __len__(self) -> int:
        return len(self._items)

    def __bool__(self) -> bool:
        return bool(self._items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    def __reversed__(self) -> Iterator[Any]:
        yield from reversed(self._items)

    def __contains__(self, thing: object) -> bool:
        return thing in self._items

    @overload
    def __getitem__(self, place: int) -> Any: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Any]: ...
    def __getitem__(self, place: int | slice) -> Any:
        found = self._items[place]
        return Parts(found) if isinstance(place, slice) and not isinstance(found, list) else found

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, list):
            return NotImplemented
        return len(self) == len(other) and all(mine == theirs for mine, theirs in zip(self, other, strict=False))

    __hash__ = None  # type: ignore[assignment]  # as a list has none

    def __lt__(self, other: Any) -> bool:
        return self.in_memory("<") < list(other)

    def __gt__(self, other: Any) -> bool:
        return self.in_memory(">") > list(other)

    def __le__(self, other: Any) -> bool:
        return self.in_memory("<=") <= list(other)

    def __ge__(self, other: Any) -> bool:
        return self.in_memory(">=") >= list(other)

    def __add__(self, other: Any) -> list[Any]:
        return [*self.in_memory("+"), *other]

    def __radd__(self, other: Any) -> list[Any]:
        return [*other, *self.in_memory("+")]

    def __mul__(self, times: int) -> list[Any]:
        return self.in_memory("*") * times

    __rmul__ = __mul__

    def __repr__(self) -> str:
        return repr(self.in_memory("repr()"))

    def __copy__(self) -> "Parts":
        return Parts(self._items)

    def index(self, item: Any, start: int = 0, end: int = sys.maxsize, /) -> int:
        """Find an item; raises ValueError when it is not there."""
        first, last, _ = slice(start, end).indices(len(self)) if start or end != sys.maxsize else (0, sys.maxsize, 1)
        for place, one in enumerate(islice(self, first, last), first):
            if one == item:
                return place
        raise ValueError(f"{item!r} is not in list")

    def count(self, item: Any, /) -> int:
        """Count an item."""
        return sum(one == item for one in self)

    def copy(self) -> "Parts":
        """Give a list of the same."""
        return Parts(self._items.copy() if isinstance(self._items, list) else self._items)

    def __setitem__(self, place: Any, item: Any) -> None:
        self._own("an assignment")[place] = item

    def __delitem__(self, place: Any) -> None:
        del self._own("del")[place]

    def __iadd__(self, items: Iterable[Any]) -> "Parts":  # type: ignore[misc]  # as a list does it
        self._own("+=").extend(items)
        return self

    def append(self, item: Any) -> None:
        """Add an item."""
        self._own("append()").append(item)

    def extend(self, items: Iterable[Any]) -> None:
        """Add items."""
        self._own("extend()").extend(items)

    def insert(self, place: int, item: Any) -> None:
        """Put an item somewhere."""
        self._own("insert()").insert(place, item)

    def remove(self, item: Any) -> None:
        """Take an item out."""
        self._own("remove()").remove(item)

    def pop(self, place: int = -1) -> Any:
        """Take out the item at a place."""
        return self._own("pop()").pop(place)

    def clear(self) -> None:
        """Take everything out."""
        self._items = []

    def reverse(self) -> None:
        """Turn it around."""
        self._own("reverse()").reverse()

    def sort(self, *, key: Callable[[Any], Any] | None = None, reverse: bool = False) -> None:
        """Sort it."""
        self._own("sort()").sort(key=key, reverse=reverse)

    def _own(self, operation: str) -> list[Any]:
        self._items = self.in_memory(operation)
        return self._items
