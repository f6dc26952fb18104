"""What a process lays on itself before it touches what nobody trusts. It imports little: a start waits for it."""

import json
from typing import NamedTuple, Self

FILE_BYTES = 256_000_000


class Policy(NamedTuple):
    """`parent` is the number of the process it must be the child of. The first folder in `write` is where it works."""

    read: tuple[str, ...]
    write: tuple[str, ...]
    parent: int
    address_bytes: int
    threads: int | None = None
    """How many the kernel lets it have; None where the kernel would count all of the user's."""
    file_bytes: int = FILE_BYTES
    data_bytes: int | None = None
    """How much memory of its own it may take; None when it sets that limit itself."""

    def as_word(self) -> str:
        """Give it as one word of a command line."""
        return json.dumps(self._asdict())

    @classmethod
    def from_word(cls, word: str) -> Self:
        """Read it from a command line."""
        return cls(**json.loads(word))
