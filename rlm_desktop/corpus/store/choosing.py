"""Which of the documents that are ready go into a version, and under which names: the one place to change that."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import count

from rlm_desktop.corpus.gathering import FoundFile
from rlm_desktop.corpus.store.manifest import Member, read_facts
from rlm_desktop.corpus.store.seen import FileSeen, FileState
from rlm_desktop.corpus.store.telling import name_of, path_of, ready
from rlm_desktop.corpus.store.worklist import Held, origin_of
from rlm_desktop.trace.facts import SkippedFile

UNLIKE_ITSELF = "its text is not what the converter said of it; it is damaged, or made to do harm"


class Choice:
    """Goes once through the documents that are ready.

    A document with the bytes of another before it stays out of the text: read twice, it would count twice. It is told
    with the name of the other. The texts that are given up are never what their converter says.
    """

    def __init__(self, files: Sequence[FoundFile], left_out: Collection[str], given_up: Collection[str] = ()) -> None:
        self._files = files
        self._given_up = given_up
        self._left_out = frozenset(left_out)
        self._first: dict[bytes, str] = {}
        self._inner_names: set[str] = set()
        self.others: list[FileSeen] = []
        """Those met so far that are kept out."""

    def members(self, held: Iterator[Held]) -> Iterator[Member]:
        """Give the documents that go into the version, in their order."""
        for one in held:
            file = self._files[one.position]
            path = path_of(file, one.inner_name)
            if path in self._left_out:
                continue
            name = self._name(file, one.inner_name)
            if any(digest in one.facts for digest in self._given_up):
                self._note(one, name, state="failed", reason=UNLIKE_ITSELF)
                continue
            first = self._first.setdefault(origin_of(one.source_digest, one.facts), name)
            if first is name:
                yield Member(name, path, one.text_bytes, one.facts)
            else:
                self._note(one, name, state="duplicate", duplicate_of=first, reason=f"the same as {first}")

    def skipped(self) -> list[SkippedFile]:
        """Tell of them as of what was given and not read."""
        return [SkippedFile(path=one.path, reason=one.reason) for one in self.others]

    def _name(self, file: FoundFile, inner_name: str) -> str:
        name = name_of(file, inner_name)
        if not inner_name:
            return name
        taken = self._names_taken()
        unique = name if name not in taken else next(one for one in _numbered(name) if one not in taken)
        taken.add(unique)
        return unique

    def _names_taken(self) -> set[str]:
        """Give the names that a document inside a file cannot have; only those of files are unique by themselves."""
        if not self._inner_names:
            self._inner_names = {file.name for file in self._files}
        return self._inner_names

    def _note(self, held: Held, name: str, *, state: FileState, reason: str, duplicate_of: str = "") -> None:
        seen = ready(self._files[held.position], held.inner_name, read_facts(held.facts))
        self.others.append(replace(seen, name=name, state=state, reason=reason, duplicate_of=duplicate_of))


def _numbered(name: str) -> Iterator[str]:
    return (f"{name} ({number})" for number in count(2))
