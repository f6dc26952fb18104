"""What a child lays on itself before it runs model code. It imports little: the child's start waits for it."""

import json
from typing import NamedTuple, Self


class Policy(NamedTuple):
    """`parent` is the number of the process it must be the child of. The first folder in `write` is where it works."""

    read: tuple[str, ...]
    write: tuple[str, ...]
    parent: int
    address_bytes: int
    threads: int | None = None
    """How many the kernel lets it have; None where the kernel would count all of the user's."""

    def as_word(self) -> str:
        """Give it as one word of a command line."""
        return json.dumps(self._asdict())

    @classmethod
    def from_word(cls, word: str) -> Self:
        """Read it from a command line."""
        return cls(**json.loads(word))
