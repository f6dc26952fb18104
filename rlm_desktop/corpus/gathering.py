"""Which files lie below the paths that the user gave."""

import os
import re
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path

from rlm_desktop.corpus.ignoring import IgnoreRules
from rlm_desktop.trace.facts import SkippedFile

LEADS_OUT = "a link that leads out of the folder; add the file it points to if you want it read"
LEADS_NOWHERE = "a link to something that is not there"
NOT_A_FILE = "neither a file nor a folder"
NO_PERMISSION = "no permission to read it"
_RULES_LEAVE_OUT = "its rules leave out"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFile:
    """A file to read, under the name that the corpus knows it by.

    Size, time of change and inode are those at the scan; they tell whether it has changed since it was read.
    """

    path: Path
    name: str
    size_bytes: int
    mtime_ns: int = 0
    inode: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The files found, in a stable order, and what was given but cannot be taken."""

    files: tuple[FoundFile, ...]
    skipped: tuple[SkippedFile, ...]


def gather(paths: Sequence[Path]) -> Gathered:
    """Find the files below these paths, each once.

    Hidden files and what a .gitignore names are left out of folders, unless given by themselves. Links are
    not followed out of a folder. Names are unique, and relative to the folder that was given.
    """
    search = _Search()
    for path in paths:
        search.add(Path(path))
    return Gathered(files=tuple(_name_all(search.hits)), skipped=tuple(search.skipped))


def is_rules_note(skipped: SkippedFile) -> bool:
    """Tell whether this is no file that could not be read, but one whose rules left others out."""
    return skipped.reason.startswith(_RULES_LEAVE_OUT)


def shown_path(path: Path) -> str:
    """Spell a path so that it can be shown and stored, whatever bytes its name is made of."""
    plain = str(path)
    if plain.isprintable():
        return plain
    text = os.fsencode(path).decode("utf-8", "replace")
    return re.sub(r"[\x00-\x1f\x7f]", "\ufffd", text)


def explain(fault: OSError) -> str:
    """Say in a few words why the system would not let us read."""
    if isinstance(fault, PermissionError):
        return NO_PERMISSION
    if isinstance(fault, FileNotFoundError):
        return "there is no such file or folder"
    return f"cannot be opened ({fault.strerror or fault})"


@dataclass(frozen=True, slots=True)
class _Hit:
    path: Path
    info: os.stat_result
    root: Path
    """The path that was given: the file itself or a folder above it."""


@dataclass(slots=True)
class _Search:
    hits: list[_Hit] = field(default_factory=list)
    skipped: dict[SkippedFile, None] = field(default_factory=dict)
    """Each once, in order."""
    seen: set[Path] = field(default_factory=set)

    def add(self, given: Path) -> None:
        """Take a path that the user gave."""
        root = Path(os.path.abspath(given))  # noqa: PTH100 -- `resolve` would rename what the user gave
        try:
            info = root.stat()
        except (OSError, ValueError) as fault:
            reason = explain(fault) if isinstance(fault, OSError) else "not a possible path"
            self._skip(root, reason)
            return
        if not stat.S_ISDIR(info.st_mode):
            self._take(root, info, root)
            return
        rules = IgnoreRules()
        self._walk(root, root, rules)
        for path, number in rules.hits.items():
            things = "file or folder" if number == 1 else "files or folders"
            self._skip(path, f"{_RULES_LEAVE_OUT} {number} {things}")

    def _walk(self, folder: Path, root: Path, rules: IgnoreRules) -> None:
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: _natural(entry.name))
        except OSError as fault:
            self._skip(folder, explain(fault))
            return
        inner = rules.entering(folder)
        for entry in entries:
            path = folder / entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            if entry.name.startswith(".") or inner.leave_out(path, is_folder=is_folder):
                continue
            if is_folder:
                self._walk(path, root, inner)
            elif entry.is_symlink():
                self._follow(path, root)
            else:
                self._look_at(path, root)

    def _follow(self, link: Path, root: Path) -> None:
        try:
            target = link.resolve(strict=True)
        except (OSError, RuntimeError):
            self._skip(link, LEADS_NOWHERE)
            return
        if not target.is_relative_to(root.resolve()):
            self._skip(link, LEADS_OUT)
        elif not target.is_dir():
            self._look_at(link, root)

    def _look_at(self, path: Path, root: Path) -> None:
        try:
            info = path.stat()
        except OSError as fault:
            self._skip(path, explain(fault))
            return
        self._take(path, info, root)

    def _take(self, path: Path, info: os.stat_result, root: Path) -> None:
        real = path.resolve()
        if real in self.seen:
            return
        self.seen.add(real)
        if not stat.S_ISREG(info.st_mode):
            self._skip(path, NOT_A_FILE)
        elif info.st_size == 0:
            self._skip(path, "empty")
        else:
            self.hits.append(_Hit(path, info, root))

    def _skip(self, path: Path, reason: str) -> None:
        self.skipped[SkippedFile(path=shown_path(path), reason=reason)] = None


def _name_all(hits: Sequence[_Hit]) -> Iterator[FoundFile]:
    """Name each file as briefly as is unique."""
    short_names = [_short_name(hit) for hit in hits]
    shared = Counter(short_names)
    taken: set[str] = set()
    for hit, short in zip(hits, short_names, strict=True):
        unique = _first_free(short if shared[short] == 1 else _long_name(hit, short), taken)
        taken.add(unique)
        yield _found(hit, unique)


def _found(hit: _Hit, name: str) -> FoundFile:
    info = hit.info
    return FoundFile(path=hit.path, name=name, size_bytes=info.st_size, mtime_ns=info.st_mtime_ns, inode=info.st_ino)


def _short_name(hit: _Hit) -> str:
    inside = Path(hit.path.name) if hit.path == hit.root else hit.path.relative_to(hit.root)
    return shown_path(inside)


def _long_name(hit: _Hit, short: str) -> str:
    folder = hit.root.parent if hit.path == hit.root else hit.root
    return f"{shown_path(Path(folder.name))}/{short}"


def _first_free(name: str, taken: set[str]) -> str:
    tries = chain([name], (f"{name} ({number})" for number in count(2)))
    return next(one for one in tries if one not in taken)


def _natural(name: str) -> tuple[list[str | int], str]:
    """Sort `report 9` before `report 10`: split keeps words at even and numbers at odd places."""
    pieces = re.split(r"([0-9]+)", name.casefold())
    return [int(piece) if place % 2 else piece for place, piece in enumerate(pieces)], name
