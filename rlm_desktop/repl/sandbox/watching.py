"""What no kernel counts for us is watched from outside: the scratch folder's size and the number of threads."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from rlm_desktop.confinement.policy import FILE_BYTES
from rlm_desktop.repl.sandbox.deciding import THREADS

EVERY_SECONDS = 0.1
DISK_BYTES = 256_000_000
MOST_FILES = 10_000
GONE = "its files are gone"
LITTLE_ROOM_BYTES = 500_000_000
BLOCK_BYTES = 512
THREADS_FIELD = 17
"""Its place in `/proc/…/stat` behind the program's name."""


@dataclass(slots=True, kw_only=True)
class Watched:
    """One child: where it works, where its snapshots lie, and which process it is."""

    work: Path
    kept: Path
    process: int
    _free_bytes: int = field(init=False)

    def __post_init__(self) -> None:
        self._free_bytes = shutil.disk_usage(self.work).free

    def excess(self) -> str | None:
        """Say in a sentence what the child took too much of, if anything."""
        if _threads_of(self.process) > THREADS:
            return f"The code started more than {THREADS} threads and was killed."
        return self._excess_of_room()

    def make_room(self) -> None:
        """Give the next child an empty folder where this one's is too full; called when this one has ended."""
        if self._excess_of_room() is None:
            return
        for folder in (self.work, self.kept) if self._is_snapshot_too_big() else (self.work,):
            full = folder.with_name(f"{folder.name}-full-{self.process}")
            folder.rename(full)
            folder.mkdir()
            remove_tree(full)

    def _excess_of_room(self) -> str | None:
        files, size = _size_of(self.work)
        if size > DISK_BYTES or self._is_snapshot_too_big():
            return f"The code wrote more than {DISK_BYTES // 1_000_000} MB to its folder and was killed; {GONE}."
        if files > MOST_FILES:
            return f"The code made more than {MOST_FILES:,} files and was killed; {GONE}."
        # Deleted files that are still open take room that no folder shows.
        free = shutil.disk_usage(self.work).free
        if free < LITTLE_ROOM_BYTES and self._free_bytes - free > DISK_BYTES:
            return f"The code filled the disk and was killed; {GONE}."
        return None

    def _is_snapshot_too_big(self) -> bool:
        files, size = _size_of(self.kept)
        return size > 3 * FILE_BYTES or files > MOST_FILES


def remove_tree(folder: Path) -> None:
    """Remove a folder whatever rights the folders in it were given; what cannot be removed stays."""
    shutil.rmtree(folder, ignore_errors=True)
    for path, inner, _ in os.walk(folder):
        for name in inner:
            with suppress(OSError):
                Path(path, name).chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)


def _threads_of(process: int) -> int:
    try:
        text = Path(f"/proc/{process}/stat").read_text("utf-8", "replace")
    except OSError:
        return 0
    return int(text.rpartition(")")[2].split()[THREADS_FIELD])


def _size_of(folder: Path) -> tuple[int, int]:
    """Count files and bytes; gives up counting when there are more files than allowed."""
    files = size = 0
    try:
        for entry in _entries(folder):
            files += 1
            with suppress(FileNotFoundError):
                size += _room_of(entry.stat(follow_symlinks=False))
            if files > MOST_FILES:
                break
    except OSError:
        # A folder that hides what is in it, by its rights or its depth, counts as too full.
        return MOST_FILES + 1, size
    return files, size


def _room_of(info: os.stat_result) -> int:
    if sys.platform == "win32":
        return info.st_size
    return info.st_blocks * BLOCK_BYTES


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    folders = [str(folder)]
    while folders:
        with suppress(FileNotFoundError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                yield entry
