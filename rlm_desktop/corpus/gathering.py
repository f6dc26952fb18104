"""Which files lie below the paths that the user gave."""

import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import NamedTuple

from rlm_desktop.corpus.identity import inode_of
from rlm_desktop.corpus.ignoring import RULES_NAME, IgnoreRules
from rlm_desktop.corpus.places import place_given
from rlm_desktop.trace.facts import SkippedFile

LEADS_OUT = "a link that leads out of the folder; add the file it points to if you want it read"
LEADS_NOWHERE = "a link to something that is not there"
NOT_A_FILE = "neither a file nor a folder"
NO_PERMISSION = "no permission to read it"
_RULES_LEAVE_OUT = "its rules leave out"
_MAIL_FOLDERS = ("cur", "new")
_UNSHOWN = re.compile(r"[\x00-\x1f\x7f]")
_NUMBERS = re.compile(r"([0-9]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFile:
    """A file to read, under the name that the corpus knows it by.

    Size, time of change and inode are those at the scan; they tell whether it has changed since it was read.
    """

    path: str
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
    search = Search()
    for path in paths:
        search.add(os.fspath(path))
    return Gathered(files=tuple(map(_found, search.named())), skipped=tuple(search.skipped))


def is_rules_note(skipped: SkippedFile) -> bool:
    """Tell whether this is no file that could not be read, but one whose rules left others out."""
    return skipped.reason.startswith(_RULES_LEAVE_OUT)


def shown_path(path: Path | str) -> str:
    """Spell a path so that it can be shown and stored, whatever bytes its name is made of."""
    given = os.fspath(path)
    if given.isprintable():
        return given
    return _UNSHOWN.sub("\ufffd", os.fsencode(given).decode("utf-8", "replace"))


def explain(fault: OSError) -> str:
    """Say in a few words why the system would not let us read."""
    if isinstance(fault, PermissionError):
        return NO_PERMISSION
    if isinstance(fault, FileNotFoundError):
        return "there is no such file or folder"
    return f"cannot be opened ({fault.strerror or fault})"


class Hit(NamedTuple):
    """A file found. `root` is the path that was given: the file itself or a folder above it."""

    path: str
    root: str
    size_bytes: int
    mtime_ns: int
    inode: int


class Search:
    """Looks for files. `tell` hears of each folder before it is looked into; silent folders are not touched."""

    def __init__(self, tell: Callable[[str], None] | None = None, silent: Collection[str] = ()) -> None:
        self.hits: list[Hit] = []
        self.skipped: dict[SkippedFile, None] = {}
        """Each once, in order."""
        self.number = self.size_bytes = 0
        self._taken: set[str] = set()
        self._seen: set[str] = set()
        self._tell = tell or _tell_nobody
        self._silent = frozenset(silent)

    def add(self, given: str) -> None:
        """Take a path that the user gave."""
        root = os.path.abspath(place_given(given))  # noqa: PTH100 -- `resolve` would rename what the user gave
        if root in self._silent:
            return
        self._tell(root)
        try:
            info = os.stat(root)  # noqa: PTH116 -- of very many; the same below
        except (OSError, ValueError) as fault:
            self._skip(root, explain(fault) if isinstance(fault, OSError) else "not a possible path")
            return
        if not stat.S_ISDIR(info.st_mode):
            self._take(root, os.path.realpath(root), info, root)
            return
        rules = IgnoreRules()
        self._walk(_Folder(root, os.path.realpath(root), root, rules))
        for path, number in rules.hits.items():
            things = "file or folder" if number == 1 else "files or folders"
            self._skip(path, f"{_RULES_LEAVE_OUT} {number} {things}")

    def named(self) -> Iterator[tuple[Hit, str]]:
        """Give each file found since the last time with a name as brief as is unique among all."""
        hits, self.hits = self.hits, []
        return name_all(hits, self._taken)

    def _walk(self, folder: "_Folder") -> None:
        """Look through a folder and all below it, in the order in which people expect them."""
        waiting: list[_Folder | _Met] = [folder]
        while waiting:
            here = waiting.pop()
            if isinstance(here, _Folder):
                waiting += reversed(self._look_into(here))
            else:
                self._meet(*here)

    def _look_into(self, folder: "_Folder") -> "list[_Folder | _Met]":
        if folder.path in self._silent:
            return []
        self._tell(folder.path)
        try:
            with os.scandir(folder.path) as found:
                entries = sorted(found, key=_natural)
        except OSError as fault:
            self._skip(folder.path, explain(fault))
            return []
        names = {entry.name for entry in entries}
        has_rules = any(entry.name == RULES_NAME and entry.is_file() for entry in entries)
        rules = folder.rules.entering(folder.path) if has_rules else folder.rules
        is_mail = names.issuperset(_MAIL_FOLDERS)
        kept: list[_Folder | _Met] = []
        for entry in entries:
            is_folder = entry.is_dir(follow_symlinks=False)
            if entry.name.startswith(".") and not (is_mail and is_folder and _is_mail_folder(entry.path)):
                continue
            if rules.has_rules and rules.leave_out(entry.path, is_folder=is_folder):
                continue
            if is_folder:
                kept.append(_Folder(entry.path, f"{folder.real}{os.sep}{entry.name}", folder.root, rules))
            else:
                kept.append((entry, folder))
        return kept

    def _meet(self, entry: "os.DirEntry[str]", folder: "_Folder") -> None:
        if entry.is_symlink():
            self._follow(entry.path, folder.root)
            return
        try:
            info = entry.stat(follow_symlinks=False)
        except OSError as fault:
            self._skip(entry.path, explain(fault))
            return
        self._take(entry.path, f"{folder.real}{os.sep}{entry.name}", info, folder.root)

    def _follow(self, link: str, root: str) -> None:
        try:
            target = os.path.realpath(link, strict=True)
            info = os.stat(target)  # noqa: PTH116
        except (OSError, RuntimeError):
            self._skip(link, LEADS_NOWHERE)
            return
        if not Path(target).is_relative_to(os.path.realpath(root)):
            self._skip(link, LEADS_OUT)
        elif not stat.S_ISDIR(info.st_mode):
            self._take(link, target, info, root)

    def _take(self, path: str, real: str, info: os.stat_result, root: str) -> None:
        if real in self._seen:
            return
        self._seen.add(real)
        if not stat.S_ISREG(info.st_mode):
            self._skip(path, NOT_A_FILE)
        elif info.st_size == 0:
            self._skip(path, "empty")
        else:
            self.number += 1
            self.size_bytes += info.st_size
            self.hits.append(Hit(path, root, info.st_size, info.st_mtime_ns, inode_of(info)))

    def _skip(self, path: str, reason: str) -> None:
        self.skipped[SkippedFile(path=shown_path(path), reason=reason)] = None


class _Folder(NamedTuple):
    path: str
    real: str
    """Where it lies when all links are followed."""
    root: str
    rules: IgnoreRules


_Met = tuple["os.DirEntry[str]", _Folder]


def _is_mail_folder(path: str) -> bool:
    return os.path.isdir(f"{path}/cur")  # noqa: PTH112


def _tell_nobody(_: str) -> None:
    return


def _found(named: tuple[Hit, str]) -> FoundFile:
    hit, name = named
    return FoundFile(path=hit.path, name=name, size_bytes=hit.size_bytes, mtime_ns=hit.mtime_ns, inode=hit.inode)


def _natural(entry: "os.DirEntry[str]") -> tuple[list[str | int], str]:
    """Sort `report 9` before `report 10`: split keeps words at even and numbers at odd places."""
    pieces = _NUMBERS.split(entry.name.casefold())
    if len(pieces) == 1:
        return [pieces[0]], entry.name
    return [int(piece) if place % 2 else piece for place, piece in enumerate(pieces)], entry.name


def name_all(hits: Sequence[Hit], taken: set[str]) -> Iterator[tuple[Hit, str]]:
    """Name each file as briefly as is unique, and not as any that is taken."""
    short_names = [_short_name(hit) for hit in hits]
    shared = Counter(short_names)
    for hit, short in zip(hits, short_names, strict=True):
        name = short if shared[short] == 1 else _long_name(hit, short)
        unique = name if name not in taken else _first_free(name, taken)
        taken.add(unique)
        yield hit, unique


def _short_name(hit: Hit) -> str:
    inside = os.path.basename(hit.path) if hit.path == hit.root else hit.path[len(hit.root) :].lstrip(os.sep)  # noqa: PTH119
    return shown_path(inside).replace("\\", "/") if os.sep == "\\" else shown_path(inside)


def _long_name(hit: Hit, short: str) -> str:
    folder = os.path.dirname(hit.root) if hit.path == hit.root else hit.root  # noqa: PTH120
    return f"{shown_path(os.path.basename(folder))}/{short}"  # noqa: PTH119


def _first_free(name: str, taken: set[str]) -> str:
    return next(one for number in count(2) if (one := f"{name} ({number})") not in taken)
