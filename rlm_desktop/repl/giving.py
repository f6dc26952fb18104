"""Giving a child its corpus: under names in its own folder, so that it can read this corpus and no other."""

import os
import shutil
import sys
from pathlib import Path

from rlm_desktop.repl.errors import ChildNotStarted

SMALL_BYTES = 64_000_000
"""What is no larger is copied where the child's folder is on another file system."""


def give(corpus: Path, given: Path) -> Path:
    """Give the folder where a child may find the corpus: beneath its own, or else where the corpus lies.

    Names for the same files cost nothing, and the kernel lets the child read them by these names only. Raises
    `ChildNotStarted` when the corpus is gone. Windows holds no child, and keeps names of files that are in use.
    """
    if sys.platform == "win32":
        return corpus
    place = given / "corpus"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    try:
        for name, path in _files_in(corpus).items():
            os.link(path, place / name)
    except OSError:
        return _copied(corpus, place)
    return place


def size_of(corpus: Path) -> int:
    """Tell how many bytes a child maps when it reads the corpus."""
    return sum(path.stat().st_size for path in _files_in(corpus).values())


def _copied(corpus: Path, place: Path) -> Path:
    shutil.rmtree(place)
    if size_of(corpus) > SMALL_BYTES:
        return corpus
    place.mkdir()
    for name, path in _files_in(corpus).items():
        shutil.copyfile(path, place / name)
    return place


def _files_in(corpus: Path) -> dict[str, Path]:
    try:
        return {path.name: path for path in corpus.iterdir() if path.is_file() and not path.is_symlink()}
    except OSError as error:
        raise ChildNotStarted(f"The text of the corpus cannot be read: {error.strerror}; read it again.") from error
