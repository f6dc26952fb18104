"""The named corpora: which there are, and which of them the form shows."""

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from rlm_desktop.trace.wording import plural, tokens

if TYPE_CHECKING:
    # Its module brings pydantic, which takes longer than the first paint may.
    from rlm_desktop.service.messages import CorpusListed

Selection = tuple[Sequence[str], Collection[str]]
"""The paths that are given, and those that are left out."""


class Corpora(QObject):
    """Keeps names for selections of documents. `current` is the name of the one that was opened or saved last."""

    changed = Signal()
    save_asked = Signal(str, object)  # name, Selection
    remove_asked = Signal(str)
    opened = Signal(object)  # Selection

    def __init__(self, selection: Callable[[], Selection], parent: QObject) -> None:
        super().__init__(parent)
        self._selection = selection
        self.listed: tuple[CorpusListed, ...] = ()
        self.current = ""

    def show(self, listed: "tuple[CorpusListed, ...]") -> None:
        """These are the ones there are now."""
        self.listed = listed
        if self.current and self.get(self.current) is None:
            self.current = ""
        self.changed.emit()

    def get(self, name: str) -> "CorpusListed | None":
        """Give the one of this name."""
        return next((one for one in self.listed if one.name == name), None)

    def names_of_versions(self) -> dict[str, str]:
        """Give the name for each version that a corpus was last read as."""
        return {one.version: one.name for one in self.listed if one.version}

    def save(self, name: str) -> None:
        """Keep the documents of the form under a name, in place of what had it."""
        self.save_asked.emit(name, self._selection())
        self.current = name
        self.changed.emit()

    def open(self, name: str) -> None:
        """Let the form have the documents of a corpus."""
        corpus = self.get(name)
        if corpus is not None:
            self.current = name
            self.opened.emit((corpus.paths, corpus.left_out))
            self.changed.emit()

    def rename(self, old: str, new: str) -> None:
        """Call a corpus something else."""
        corpus = self.get(old)
        if corpus is None or old == new:
            return
        self.save_asked.emit(new, (corpus.paths, corpus.left_out))
        self.remove_asked.emit(old)
        self.current = new if self.current == old else self.current
        self.changed.emit()

    def remove(self, name: str) -> None:
        """Forget a name; the documents stay where they are."""
        self.remove_asked.emit(name)
        self.leave(name)

    def leave(self, name: str = "") -> None:
        """The form shows no named corpus any more."""
        if self.current and name in ("", self.current):
            self.current = ""
            self.changed.emit()

    @property
    def has_changed(self) -> bool:
        """Whether the form has other documents than the corpus it shows."""
        corpus = self.get(self.current)
        if corpus is None:
            return False
        paths, left_out = self._selection()
        return set(paths) != set(corpus.paths) or set(left_out) != set(corpus.left_out)


def in_short(corpus: "CorpusListed") -> str:
    """Say how much is in a corpus."""
    if not corpus.documents:
        return plural(len(corpus.paths), "path")
    return f"{plural(corpus.documents, 'document')} · {tokens(corpus.tokens)}"
