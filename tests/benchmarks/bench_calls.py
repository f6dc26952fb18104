"""1,000 sub-calls in one batch at 50 ms: against the floor, with faults, beside the window, and beside other programs.

The floor is calls times latency by the calls that may be out at once, and the root call before them. Everything is
real: HTTP on loopback, the child, the journal; the server has a process of its own.
"""

import asyncio
import json
import logging
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "support"))

from peers import peers_python
from serving import CALLS, server_process
from table import Table

from rlm_desktop.corpus.indexing.indexer import Indexer
from rlm_desktop.corpus.store.store import Store
from rlm_desktop.lm.catalogue import Means, make_lm
from rlm_desktop.lm.limiting import Limiters
from rlm_desktop.lm.protocol import Request, ask_text
from rlm_desktop.service.making import Access
from rlm_desktop.service.reading import STORE_FOLDER
from rlm_desktop.service.running import Kept, run_recorded
from rlm_desktop.service.sharing import take_short_turns
from rlm_desktop.service.spec import RunSpec
from rlm_desktop.storage.database import FILE_NAME, Database
from rlm_desktop.storage.run_ids import new_run_id
from rlm_desktop.trace.events import CallFinished
from rlm_desktop.trace.facts import Limits

LATENCY = 0.05
REPEATS = 3
SUPPORT = Path(__file__).parent / "support"


def floor(concurrency: int) -> float:
    return LATENCY * (1 + CALLS / concurrency)


class Bench:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "text.txt").write_text("The dues were raised again in the spring. " * 1_000)
        self.database, self.store = Database.open(folder / FILE_NAME), Store.open(folder / STORE_FOLDER)
        self.corpus = asyncio.run(self.store.ingest([folder / "text.txt"]))
        self.finished: list[CallFinished] = []

    def run(self, base_url: str, concurrency: int) -> float:
        access = Access(self.folder, {})
        kept = Kept(data_dir=self.folder, database=self.database, store=self.store, indexer=Indexer(), access=access)
        spec = RunSpec(
            question="How many are right?",
            paths=(str(self.folder / "text.txt"),),
            root="root-model",
            worker="worker-model",
            base_url=base_url,
            strategy="rlm",
            limits=Limits(concurrency=concurrency),
        )
        self.finished = []

        def on_entry(entry: object) -> None:
            event = getattr(entry, "event", None)
            if isinstance(event, CallFinished):
                self.finished.append(event)

        begin = time.perf_counter()
        run = run_recorded(spec, run=new_run_id(), corpus=self.corpus, kept=kept, on_entry=on_entry)
        outcome = access.run(run)
        seconds = time.perf_counter() - begin
        assert outcome.answer == f"{CALLS} right", outcome
        done = [one for one in self.finished if one.status == "done"]
        assert len(done) == CALLS + 1, len(done)
        return seconds

    def best(self, base_url: str, concurrency: int) -> float:
        return sorted(self.run(base_url, concurrency) for _ in range(REPEATS))[REPEATS // 2]


async def _streamed(base_url: str, concurrency: int) -> float:
    """The same calls with replies that stream, straight through limiter and client."""
    lm, limiter, slots = (
        make_lm("worker-model", Means(base_url=base_url)),
        Limiters().of("x"),
        asyncio.Semaphore(concurrency),
    )

    class Quiet:
        def held(self, reason: str, seconds: float | None) -> None: ...
        def released(self) -> None: ...

    async def one(number: int) -> None:
        request = Request(messages=ask_text(f"Give back the number {number} and nothing else."))
        async with slots, limiter.passage(Quiet()) as passage:
            reply = await lm.ask(request, lambda _text, _reasoning: None)
            passage.answered(reply)
            assert reply.text == str(number)

    await one(0)
    begin = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(CALLS)))
    seconds = time.perf_counter() - begin
    await lm.close()
    return seconds


def peer(name: str, base_url: str) -> str:
    command = [str(peers_python()), str(SUPPORT / "peer_calls.py"), name, base_url, str(CALLS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        return f"did not run: {(done.stderr.strip().splitlines() or ['?'])[-1][:120]}"
    told = json.loads(done.stdout.strip().splitlines()[-1])
    return f"{told['seconds']:.2f} s, {told['right']:,} of {CALLS:,} right"


def stall(base_url: str, concurrency: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(SUPPORT / "window_stall.py"), base_url, folder, str(concurrency)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    told = json.loads(done.stdout.strip().splitlines()[-1])
    return f"{told['longest_ms']:.0f} ms longest, {told['p99_ms']:.0f} ms p99, run {told['seconds']:.2f} s"


def main() -> None:
    logging.disable(logging.WARNING)
    take_short_turns()
    table = Table()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        bench = Bench(Path(folder))
        with server_process(LATENCY) as base_url:
            clean = {}
            for at_once in (16, 32, 64):
                clean[at_once] = bench.best(base_url, at_once)
                ratio = clean[at_once] / floor(at_once)
                table.add(
                    f"{CALLS:,} sub-calls, {at_once} at once",
                    f"{clean[at_once]:.2f} s, {ratio:.2f} x floor",
                    target="1.15 x",
                )
            for at_once in (16, 32, 64):
                seconds = asyncio.run(_streamed(base_url, at_once))
                own_floor = LATENCY * CALLS / at_once
                table.add(
                    f"streamed replies, {at_once} at once",
                    f"{seconds:.2f} s, {seconds / own_floor:.2f} x floor",
                    target="1.15 x",
                )
            table.add("window's stall meanwhile, 16 at once", stall(base_url, 16), target="50 ms")
            table.add("window's stall meanwhile, 64 at once", stall(base_url, 64), target="50 ms")
            for name in ("rlms", "dspy", "minrlm"):
                table.add(f"peer {name}", peer(name, base_url), peer=f"floor at 16: {floor(16):.2f} s")
        with server_process(LATENCY, faulty=True) as base_url:
            seconds = bench.best(base_url, 16)
            table.add(
                "20 % 429, 5 % drops, 2 % cut",
                f"{seconds:.2f} s, {seconds / clean[16]:.2f} x fault-free",
                target="1.5 x",
            )
            table.add("the same with rlms", peer("rlms", base_url))
        asyncio.run(bench.store.close())
        bench.database.close()
    table.print_markdown()


if __name__ == "__main__":
    main()
