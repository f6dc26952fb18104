"""One document of the list: what is known of it, and how that is said."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from rlm_desktop.corpus.store.seen import FileState
from rlm_desktop.trace.moments import local
from rlm_desktop.trace.wording import plural, short_number, size, tokens

_ARCHIVE = "archive"
_NUMBERS = re.compile(r"[0-9]+")
_DIGITS = 12
STATE_WORDS: dict[FileState, str] = {
    "queued": "waiting",
    "ready": "ready",
    "failed": "not read",
    "noted": "left out",
    "duplicate": "duplicate",
}


@dataclass(slots=True, kw_only=True, eq=False)
class DocumentRow:
    """One document and how far reading it has come. One out of an archive has a path that goes on inside it."""

    path: str
    name: str
    full_name: str = ""
    """What a run calls it."""
    folder: str = ""
    """The group it is shown in; empty for a file that was given by itself."""
    state: FileState = "queued"
    kind: str = ""
    pages: int | None = None
    characters: int = 0
    tokens: int = 0
    """An estimate."""
    size_bytes: int = 0
    reason: str = ""
    """Why it could not be read, or what its text lacks."""
    duplicate_of: str = ""
    modified_at: float | None = None

    @property
    def is_archive(self) -> bool:
        """Whether it is no document, but a file whose documents are told on their own."""
        return self.state == "ready" and self.kind == _ARCHIVE

    @property
    def has_problem(self) -> bool:
        """Whether it could not be read, or not all of it."""
        return self.state == "failed" or (self.state == "ready" and bool(self.reason))

    @property
    def note(self) -> str:
        """What stands at the right: the length once it is known, else the state."""
        return tokens(self.tokens) if self.state == "ready" else STATE_WORDS[self.state]

    @property
    def in_words(self) -> str:
        """All that is known, in sentences."""
        return "\n".join(filter(None, (self.path, self._what(), self._when(), self._trouble())))

    def _what(self) -> str:
        pages = "" if self.pages is None else plural(self.pages, "page")
        length = f"{self.characters:,} characters, about {self.tokens:,} tokens" if self.state == "ready" else ""
        weight = f"{self.size_bytes:,} bytes" if self.size_bytes else ""
        return ", ".join(filter(None, (self.kind, pages, length, weight)))

    def _when(self) -> str:
        if self.modified_at is None:
            return ""
        return local(self.modified_at).strftime("Changed on %Y-%m-%d at %H:%M")

    def _trouble(self) -> str:
        match self.state:
            case "failed":
                return f"Could not be read: {self.reason}"
            case "noted":
                return f"Left out: {self.reason}"
            case "duplicate":
                return f"Has the same bytes as {self.duplicate_of}, and is read once"
            case "ready":
                return self.reason[:1].upper() + self.reason[1:]
            case _:
                return STATE_WORDS[self.state].capitalize()

    def take(self, news: "DocumentRow") -> None:
        """Become what is now known."""
        self.state, self.reason, self.duplicate_of = news.state, news.reason, news.duplicate_of
        self.kind, self.pages = news.kind or self.kind, news.pages
        self.characters, self.tokens = news.characters or self.characters, news.tokens or self.tokens
        self.size_bytes = news.size_bytes or self.size_bytes
        self.modified_at = news.modified_at or self.modified_at


@dataclass(slots=True)
class Tally:
    """Sums over the documents of a folder and of all below it."""

    files: int = 0
    """Without what is only listed."""
    ready: int = 0
    waiting: int = 0
    failed: int = 0
    problems: int = 0
    noted: int = 0
    duplicates: int = 0
    characters: int = 0
    tokens: int = 0
    size_bytes: int = 0

    def count(self, row: DocumentRow, sign: int = 1) -> None:
        """Add a document, or with -1 take it out."""
        state = row.state
        if state == "ready":
            self.ready += sign
            self.characters += sign * row.characters
            self.tokens += sign * row.tokens
            self.problems += sign * bool(row.reason)
        elif state == "queued":
            self.waiting += sign
        elif state == "failed":
            self.failed += sign
            self.problems += sign
        elif state == "noted":
            self.noted += sign
            return
        else:
            self.duplicates += sign
            return
        self.files += sign
        self.size_bytes += sign * row.size_bytes

    def add(self, other: "Tally") -> None:
        """Add what was counted elsewhere."""
        self.files += other.files
        self.ready += other.ready
        self.waiting += other.waiting
        self.failed += other.failed
        self.problems += other.problems
        self.noted += other.noted
        self.duplicates += other.duplicates
        self.characters += other.characters
        self.tokens += other.tokens
        self.size_bytes += other.size_bytes

    @property
    def in_words(self) -> str:
        """Count documents and their text: `1,203 documents · 48M characters · ≈ 12M tokens`."""
        return self._words(f"≈ {short_number(self.tokens)} tokens")

    def with_tokens(self, counted: int) -> str:
        """The same with the tokens that were counted."""
        return self._words(f"{short_number(counted)} tokens")

    def _words(self, tokens: str) -> str:
        documents = plural(self.files, "document")
        return f"{documents} · {short_number(self.characters)} characters · {tokens}" if self.characters else documents

    @property
    def in_short(self) -> str:
        """The same for little room: `1,203 files · 12M tok`."""
        if not self.files:
            return ""
        return plural(self.files, "file") + (f" · {tokens(self.tokens)}" if self.tokens else "")

    @property
    def exactly(self) -> str:
        """All sums, for a tooltip and for a screen reader."""
        parts = [plural(self.files, "document"), f"{self.characters:,} characters", f"about {self.tokens:,} tokens"]
        parts.append(size(self.size_bytes))
        for count, words in ((self.failed, "not read"), (self.waiting, "still to be read")):
            if count:
                parts.append(f"{count:,} {words}")
        return ", ".join(parts)


class Places:
    """Finds the group of a file among the paths that were given; each folder is looked up once."""

    def __init__(self, given: Iterable[str]) -> None:
        self._given = tuple(PurePath(path) for path in given)
        self._files = {str(path) for path in self._given}
        self._known: dict[str, str] = {}

    def folder(self, path: str) -> str:
        """Name the group: the place from the given folder on, or nothing if the file was given by itself."""
        if path in self._files:
            return ""
        # A path that goes on inside an archive does so with slashes everywhere.
        parent = path[: max(path.rfind("/"), path.rfind(os.sep))]
        if parent not in self._known:
            self._known[parent] = self._find(PurePath(parent))
        return self._known[parent]

    def _find(self, parent: PurePath) -> str:
        for place in self._given:
            if parent.is_relative_to(place):
                return (place.name / parent.relative_to(place)).as_posix()
        return ""


def is_below(path: str, place: str) -> bool:
    """Whether a path is a place, or lies below it."""
    below = place.rstrip("/\\")
    return path == place or (path.startswith(below) and path[len(below) : len(below) + 1] in ("/", "\\"))


def natural(name: str) -> str:
    """Sort `report 9` before `report 10`: numbers are filled up with zeros, for texts are compared fastest."""
    return _NUMBERS.sub(_filled_up, name.casefold())


def _filled_up(number: re.Match[str]) -> str:
    return number[0].zfill(_DIGITS)
