"""The front door: window, command line, engine process or one of its helpers, decided before any heavy import."""

import sys
from collections.abc import Sequence

from rlm_desktop.processes import leave_libraries_to_others, write_utf8

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the door that the words ask for; give the exit status."""
    leave_libraries_to_others()
    write_utf8()
    words = list(sys.argv[1:] if arguments is None else arguments)
    match words[:1]:
        case ["--index"]:
            return _make_indexes(words[1:])
        case ["--count"]:
            return _count_tokens(words[1:])
        case ["--transfer"]:
            return _transfer(words[1:])
        case ["--skeleton"]:
            return _make_skeleton(words[1:])
        case ["--engine"]:
            return _serve_as_engine(words[1:])
        case _:
            return _enter_unless_interrupted(words)


def _make_indexes(words: Sequence[str]) -> int:
    from rlm_desktop.corpus.indexing.process import main as make  # noqa: PLC0415

    return make(words)


def _count_tokens(words: Sequence[str]) -> int:
    from rlm_desktop.corpus.counting.process import main as count  # noqa: PLC0415

    return count(words)


def _transfer(words: Sequence[str]) -> int:
    from rlm_desktop.app.guarding import keep_memory_private  # noqa: PLC0415

    keep_memory_private()
    from rlm_desktop.app.transferring import main as transfer  # noqa: PLC0415

    return transfer(words)


def _make_skeleton(words: Sequence[str]) -> int:
    from rlm_desktop.storage.skeleton_process import main as make  # noqa: PLC0415

    return make(words)


def _serve_as_engine(words: Sequence[str]) -> int:
    from rlm_desktop.app.guarding import keep_memory_private  # noqa: PLC0415

    keep_memory_private()
    from rlm_desktop.service.server import main as serve  # noqa: PLC0415

    return serve(words)


def _enter_unless_interrupted(words: Sequence[str]) -> int:
    try:
        return _enter(words)
    except KeyboardInterrupt:
        return _INTERRUPTED  # while modules are being imported; later on the commands see to it themselves


def _enter(words: Sequence[str]) -> int:
    from rlm_desktop.app.guarding import keep_memory_private  # noqa: PLC0415

    keep_memory_private()
    from rlm_desktop.app.commands.front import enter  # noqa: PLC0415

    return enter(words)


if __name__ == "__main__":
    sys.exit(main())
