"""The process that makes the indexes of a text: of low priority, ended with its starter, begun anew if killed."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from filelock import FileLock

from rlm_desktop.corpus.indexing.kinds import IndexKind, is_made, place_of
from rlm_desktop.process_lines import end_with_starter
from rlm_desktop.text.errors import TextError

_NICENESS: dict[IndexKind, int] = {"blocks": 5, "search": 5}
"""Added as it goes on: the end of a run waits for the blocks, which are made in seconds, code for the other."""


def main(words: Sequence[str]) -> int:
    """Make what the folder lacks; tell each index on a line of its own when it is there."""
    (folder,) = words
    end_with_starter()
    try:
        lock = place_of(Path(folder), "search").with_name("lock")
        lock.parent.mkdir(exist_ok=True)
        with FileLock(lock):
            for kind, make in _MAKERS.items():
                _be_nice(_NICENESS[kind])
                if not is_made(Path(folder), kind):
                    make(Path(folder))
                print(kind, flush=True)  # noqa: T201 - this is how it is told
    except (OSError, ValueError, TextError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _blocks(folder: Path) -> None:
    from rlm_desktop.corpus.indexing.blocks import build_block_index  # noqa: PLC0415

    build_block_index(folder)


def _search(folder: Path) -> None:
    from rlm_desktop.corpus.indexing.searching import build_search_index  # noqa: PLC0415

    build_search_index(folder)


_MAKERS: dict[IndexKind, Callable[[Path], None]] = {"blocks": _blocks, "search": _search}


def _be_nice(more: int) -> None:
    if hasattr(os, "nice"):
        os.nice(more)
