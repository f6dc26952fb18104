"""Brings the texts of one run; what is missing is counted, and the rest goes on without it."""

from collections.abc import Callable

from rlm_desktop.storage.errors import StorageError
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.trace.wording import plural

LARGEST = 5_000_000
"""Longer texts, in characters, are not even loaded to be compared."""


class SideTexts:
    """Loads texts, and remembers which could not be had."""

    def __init__(self, load: Callable[[TextRef], str]) -> None:
        self._load = load
        self.missing: set[str] = set()

    def text(self, reference: TextRef) -> str | None:
        """Give a text; None where it is missing."""
        try:
            return self._load(reference)
        except StorageError:
            self.missing.add(reference.digest)
            return None

    def texts(self, references: tuple[TextRef, ...]) -> str | None:
        """Give several texts as one; None where any is missing."""
        found = [self.text(reference) for reference in references]
        return None if None in found else "".join(text for text in found if text is not None)

    def problem(self, which: str) -> str:
        """Say in a sentence what is missing of the first or second run; empty if nothing is."""
        if not self.missing:
            return ""
        are = "text of the {} run is" if len(self.missing) == 1 else "texts of the {} run are"
        return f"{len(self.missing):,} {are.format(which)} missing or damaged; the rest is compared."


def is_too_large(*references: TextRef) -> bool:
    """Tell whether these texts together are too long to be loaded."""
    return sum(reference.characters for reference in references) > LARGEST


def size_in_words(references: tuple[TextRef, ...]) -> str:
    """Write how long texts are together."""
    return plural(sum(reference.characters for reference in references), "character")
