"""Big texts are kept once and named by their content."""

from dataclasses import dataclass
from hashlib import blake2b

from rlm_desktop.trace.ids import Digest


@dataclass(frozen=True, slots=True)
class TextRef:
    """A kept text: its content address and its length in characters."""

    digest: Digest
    characters: int


def digest_of(text: str) -> Digest:
    """Give the content address of a text; lone surrogates are allowed."""
    return Digest(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest())


def reference_to(text: str) -> TextRef:
    """Give the reference by which this text is found again."""
    return TextRef(digest_of(text), len(text))
