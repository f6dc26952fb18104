"""A block that prints 2 GB: what the host's memory, the disk and the loop take of it, whole run with journal.

Beside it the same block with 2 MB, so that what the flood adds can be seen.
"""

import asyncio
import resource
import tempfile
import time
from pathlib import Path

from rlm_desktop.corpus.documents import Document, assemble
from rlm_desktop.engine.request import Models, RunRequest
from rlm_desktop.engine.run import run
from rlm_desktop.lm.scripted import ScriptedLM
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.journal import Journal
from rlm_desktop.storage.run_ids import new_run_id

PIECE = 10_000
PIECES_A_MEGABYTE = 100
TEXT = "The keeper counted 412 ships.\n" * 100
CODE = """```repl
import os
piece = os.urandom({piece} // 2).hex()
for _ in range({count}): print(piece)
FINAL('printed')
```"""


async def _stillness(found: list[float]) -> None:
    while True:
        before = time.perf_counter()
        await asyncio.sleep(0.005)
        found.append(time.perf_counter() - before - 0.005)


def _megabytes_in(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1_000_000


async def print_much(count: int) -> None:
    """Run one block that prints so many megabytes and say what it cost."""
    corpus = assemble([Document(name="a.txt", path="a.txt", kind="text", text=TEXT, size_bytes=len(TEXT))])
    root = ScriptedLM([CODE.format(piece=PIECE, count=count * PIECES_A_MEGABYTE)] * 2, "root")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = Database.open(folder / FILE_NAME)
        journal, run_id, still = Journal(database), new_run_id(), [0.0]
        journal.begin(run_id)
        watching = asyncio.create_task(_stillness(still))
        before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
        await run(
            RunRequest(question="?", strategy="rlm"),
            corpus=corpus,
            models=Models(root=root, worker=root),
            scratch=folder,
            emit=lambda event: journal.record(run_id, event),
        )
        seconds = time.perf_counter() - started
        watching.cancel()
        database.close()
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1_000
        disk = _megabytes_in(folder)
    print(
        f"{count / 1_000:6.3f} GB printed in {seconds:6.2f} s   memory +{grown:6.1f} MB   "
        f"disk {disk:5.2f} MB   loop still {max(still) * 1000:5.1f} ms at most",
        flush=True,
    )


if __name__ == "__main__":
    for megabytes in (2, 300, 2_000):
        asyncio.run(print_much(megabytes))
