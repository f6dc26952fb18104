"""A host in a process of its own under one attack: `python -m tests.support.attacked_host ATTACK SCRATCH`.

Says as JSON by how many megabytes the host's memory grew at most, and how long its loop stood still.
"""

import asyncio
import json
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rlm_desktop.repl import launching
from rlm_desktop.repl.exchange import Searched, SearchHits
from rlm_desktop.repl.host import Asked, Boot, Child
from tests.support.fake_child import attacking

ATTACKS = {
    "a frame of many values": "send(None, b'{\"a\":[' + b'[],' * 22_000_000 + b'0]}'); sleep()",
    "the largest question": "ask(1, 'p' * 66_000_000); sleep()",
    "the largest text in wide characters": (
        "send(None, b'{\"x\":\"' + b'p' * 66_000_000 + '\\U0001f600\"}'.encode()); sleep()"
    ),
    "large questions without end": "for n in range(60): ask(n, 'p' * 30_000_000)",
    "questions without end": "for n in range(1_000_000): ask(n, 'p')",
    "questions for the budget without end": "for n in range(1_000_000): send({'kind': 'budget', 'id': n})",
    "counts without end": "while True: send({'kind': 'skipped', 'count': 1})",
    "output by single characters": (
        "for n in range(1_200_000): send({'kind': 'output', 'stream': ('stdout', 'stderr')[n % 2], 'text': 'x'})"
    ),
    "output past print": "while True: os.write(2, b'x' * 1_000_000)",
}
_BLOCK_SECONDS = 1.0
_PATIENCE_SECONDS = 4.0


class SilentAnswerer:
    """Never answers."""

    async def answer(self, asked: Asked) -> list[Any]:
        await asyncio.sleep(60)
        return list(asked.prompts)

    async def search(self, searched: Searched) -> SearchHits | str:
        return []

    def budget(self) -> dict[str, Any]:
        return {}


async def _stillness(found: list[float]) -> None:
    while True:
        before = time.monotonic()
        await asyncio.sleep(0.005)
        found.append(time.monotonic() - before - 0.005)


async def _attacked(attack: str, scratch: Path) -> dict[str, float]:
    launching.child_command = attacking(attack)
    child = await Child.start(Boot(context="", block_seconds=_BLOCK_SECONDS), scratch)
    launching.child_command = attacking("os._exit(0)")
    before, found = _peak_megabytes(), [0.0]
    watching = asyncio.create_task(_stillness(found))
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await child.run_block("x", answerer=SilentAnswerer(), on_output=lambda _stream, _text: None)
    except TimeoutError:
        pass  # it waits for answers, and stopping it must work
    finally:
        watching.cancel()
        started = time.monotonic()
        await child.close()
    ending = time.monotonic() - started
    return {"grown_megabytes": _peak_megabytes() - before, "still_seconds": max(found), "ending_seconds": ending}


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000


def main(words: Sequence[str]) -> None:
    print(json.dumps(asyncio.run(_attacked(ATTACKS[words[0]], Path(words[1])))))


if __name__ == "__main__":
    main(sys.argv[1:])
