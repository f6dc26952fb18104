"""Wall time of a run of 5 turns and 200 sub-calls at 50 ms latency, against its critical path.

Everything is real: HTTP on loopback, the child, the journal. The floor is what the latencies alone take when as many
calls go out at once as the run allows.
"""

import asyncio
import logging
import math
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from measuring import stopwatch, tell

from rlm_desktop.corpus.indexing.indexer import Indexer
from rlm_desktop.corpus.store.store import Store
from rlm_desktop.service.making import Access
from rlm_desktop.service.reading import STORE_FOLDER
from rlm_desktop.service.running import Kept, run_recorded
from rlm_desktop.service.spec import RunSpec
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.run_ids import new_run_id
from rlm_desktop.trace.facts import Limits
from tests.support.lm_server import LmServer

TURNS = 5
CALLS_A_TURN = 40
LATENCY_SECONDS = 0.05
REPEATS = 7

BLOCK = """Turn {turn}.

```repl
size = len(context) // {calls}
parts = [context[n * size:(n + 1) * size] for n in range({calls})]
replies = llm_query_batched(["How many words has this?\\n" + part for part in parts])
print(len(replies), replies[:3])
{ending}
```
"""
ENDING = 'answer["content"] = "all " + str(len(replies)) + " parts were read"; answer["ready"] = True'


def reply(body: dict[str, Any]) -> str:
    if body["model"] == "worker-model":
        return str(len(body["messages"][-1]["content"].split()))
    turn = 1 + sum(message["role"] == "assistant" for message in body["messages"])
    return BLOCK.format(turn=turn, calls=CALLS_A_TURN, ending=ENDING if turn == TURNS else "")


def floor_seconds(concurrency: int) -> float:
    return TURNS * LATENCY_SECONDS * (1 + math.ceil(CALLS_A_TURN / concurrency))


@contextmanager
def server_process() -> Iterator[str]:
    """Serve from a process of its own, so that its work is not counted as ours; give its address."""
    command = [sys.executable, __file__, "--serve"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()


def serve() -> None:
    with LmServer(reply, latency_seconds=LATENCY_SECONDS) as server:
        print(server.base_url, flush=True)
        sys.stdin.read()


def measure(folder: Path, concurrency: int) -> None:
    (folder / "text.txt").write_text("".join(f"The dues of {year} were raised again. " for year in range(24_000)))
    database, store = Database.open(folder / FILE_NAME), Store.open(folder / STORE_FOLDER)
    kept = Kept(data_dir=folder, database=database, store=store, indexer=Indexer(), access=Access(folder, {}))
    corpus = asyncio.run(store.ingest([folder / "text.txt"]))
    with server_process() as base_url:
        spec = RunSpec(
            question="How many parts are there?",
            paths=(str(folder / "text.txt"),),
            root="root-model",
            worker="worker-model",
            base_url=base_url,
            strategy="rlm",
            limits=Limits(concurrency=concurrency),
        )

        def once() -> None:
            recording = run_recorded(spec, run=new_run_id(), corpus=corpus, kept=kept, on_entry=lambda _entry: None)
            outcome = kept.access.run(recording)
            assert outcome.answer == f"all {CALLS_A_TURN} parts were read", outcome

        once()
        seconds = [stopwatch(once) for _ in range(REPEATS)]
    database.close()
    asyncio.run(store.close())
    tell(
        f"run, {TURNS} turns, {TURNS * CALLS_A_TURN} sub-calls, {concurrency} at once",
        seconds,
        floor_seconds(concurrency),
    )


def main() -> None:
    logging.disable(logging.WARNING)
    for concurrency in (16, CALLS_A_TURN):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            measure(Path(folder), concurrency)


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["--serve"] else main()
