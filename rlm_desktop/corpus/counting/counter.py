"""Has the tokens of versions counted, one after the other, in a process of its own."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path

from rlm_desktop.corpus.converting.launching import KEPT_ENVIRONMENT
from rlm_desktop.corpus.counting.kept import counted_tokens
from rlm_desktop.corpus.errors import VocabularyMissing
from rlm_desktop.processes import apart, own_command


async def count_tokens(store: Path, folder: Path, vocabulary: str) -> int:
    """Count the tokens of the version in a folder; cancelling ends the process, what it counted is kept.

    Raises `VocabularyMissing` with the reason when it cannot be done.
    """
    known = await asyncio.to_thread(counted_tokens, folder, vocabulary)
    return known if known is not None else await _count(store, folder, vocabulary)


async def _count(store: Path, folder: Path, vocabulary: str) -> int:
    starting = asyncio.create_task(_start(vocabulary, store, folder))
    try:
        # Cancelled while it starts, it would be left behind.
        process = await asyncio.shield(starting)
        assert process.stdout is not None
        assert process.stderr is not None
        # Its standard input stays open as long as its number is of interest.
        said, complaint = await asyncio.gather(process.stdout.read(), process.stderr.read())
        if await process.wait() == 0:
            return int(said)
    finally:
        await _end(await starting)
    last = complaint.decode("utf-8", "replace").strip().splitlines()[-1:]
    raise VocabularyMissing(f"The tokens could not be counted: {''.join(last) or 'the process was ended'}")


async def _start(vocabulary: str, store: Path, folder: Path) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    try:
        return await asyncio.create_subprocess_exec(
            *_command(vocabulary, store, folder),
            env={name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ},
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            **apart(),
        )
    except OSError as error:
        raise VocabularyMissing(f"The tokens could not be counted: {error}.") from error


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _command(vocabulary: str, store: Path, folder: Path) -> list[str]:
    return [*own_command(), "--count", vocabulary, os.fspath(store), os.fspath(folder)]
