"""Corpora of 100 MB, 1 GB and, where it was collected, 5 GB of real text: every target of the design, with peers.

Run it as `python tests/benchmarks/bench_corpus.py`; the first time it collects 1.1 GB. For 5 GB more, once,
`python tests/benchmarks/support/real_text.py FOLDER 5000`, where FOLDER is `text-5000mb` in the folder of the cache.
"""

import asyncio
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measuring import stopwatch

HERE = Path(__file__).parent
SUPPORT = HERE / "support"
sys.path.insert(0, str(SUPPORT))

from cache import cache_folder  # noqa: E402
from memory import Peak, anonymous_bytes, drop_caches  # noqa: E402
from peers import peers_python  # noqa: E402
from real_text import collect, files_below  # noqa: E402
from scanning_suite import tell_scans  # noqa: E402
from table import Table, megabytes, milliseconds  # noqa: E402

from rlm_desktop.corpus.indexing.kinds import place_of  # noqa: E402
from rlm_desktop.corpus.indexing.searching import SearchIndex  # noqa: E402
from rlm_desktop.corpus.store.store import Store  # noqa: E402
from rlm_desktop.repl.host import Boot, Child  # noqa: E402
from rlm_desktop.text.blob import Blob  # noqa: E402
from rlm_desktop.text.documents import DocumentTable  # noqa: E402

ALWAYS = (100, 1_000)
WHEN_THERE = 5_000
REPEATS = 5
CHILDREN = 16
QUERIES = (
    "memory barrier",
    "timeout waiting for response",
    "вставить таблицу",
    "ページ番号",
    "license terms of the library",
)

USE = r"""
import json, random, re, time
def timed(action):
    began = time.perf_counter()
    result = action()
    return time.perf_counter() - began, result
chance, times = random.Random(7), []
for _ in range(2000):
    start = chance.randrange(len(context) - 100000)
    times.append(timed(lambda: context[start:start + 100000])[0])
out = {"slices": [sorted(times)[1000], sorted(times)[1900]]}
out["count"] = timed(lambda: context.count("mutex_lock"))
out["regex"] = timed(lambda: sum(1 for _ in re.finditer(r"\b\w+_lock_irqsave\b", context)))
out["grep"] = timed(lambda: len(grep(r"\bwaitqueue_active\b", max_matches=1000)))
print(json.dumps(out))
"""
LOOP = """
import json, time
began, found, longest = time.perf_counter(), 0, 0
for line in context.splitlines():
    found += "deadlock" in line
    longest = max(longest, len(line))
print(json.dumps([time.perf_counter() - began, found, longest]))
"""


_USES = {
    "count": "context.count of a literal",
    "regex": "re.finditer over it",
    "grep": "grep for a rare word",
}


class Quiet:
    """Answers nothing: the blocks measured here ask no model."""

    async def answer(self, _asked: object) -> list[Any]:
        return []

    def budget(self) -> dict[str, Any]:
        return {}


async def run(child: Child, code: str) -> tuple[int, Any]:
    """Run a block; give the most anonymous memory that the child had, and what it printed as JSON."""
    said: list[str] = []
    with Peak(child.pid) as peak:
        report = await child.run_block(code, answerer=Quiet(), on_output=lambda _, text: said.append(text))
    assert report.error is None, report.error
    return peak.most_bytes, json.loads("".join(said))


class Measuring:
    """One corpus, measured from its files to sixteen children."""

    def __init__(self, source: Path, here: Path, table: Table) -> None:
        self.source = source
        self.here = here
        self.table = table
        self.name = source.name.removeprefix("text-").replace("mb", " MB")
        self.folder = here

    def add(self, metric: str, measured: str, **more: str) -> None:
        self.table.add(f"{self.name}: {metric}", measured, **more)

    async def ingest(self) -> None:
        """Read all files into a new store, and once more when nothing has changed; before that, plain text alone."""
        await self._ingest(self.here / "plain", self.source / "plain", ["ingest of plain text"])
        shutil.rmtree(self.here / "plain")
        await self._ingest(self.here / "store", self.source, ["ingest, HTML as well", "ingest again, nothing changed"])

    async def _ingest(self, folder: Path, source: Path, times: list[str]) -> None:
        files = [path.stat().st_size for path in files_below(source)]
        store = Store.open(folder)
        for what in times:
            before, began = os.times(), time.perf_counter()
            with Peak() as peak:
                corpus = await store.ingest([source])
            seconds, after = time.perf_counter() - began, os.times()
            cpu = sum(after[:4]) - sum(before[:4])
            rates = f"{sum(files) / 1e6 / seconds:.0f} MB/s, {len(files) / seconds:,.0f} files/s"
            self.add(
                f"{what} ({sum(files) / 1e6:,.0f} MB in {len(files):,} files)",
                f"{rates}, {seconds:.1f} s; {cpu:.1f} s of CPU; host's peak {megabytes(peak.most_bytes)}",
                target="≥ 80 MB/s" if "plain" in what else "",
            )
            self.folder = corpus.folder
            corpus.close()
        await store.close()

    def open(self) -> None:
        """Open what is there, from disk and when it was read before; then take a first slice from disk."""
        os.sync()
        cold, first = [], []
        for _ in range(REPEATS):
            drop_caches()
            cold.append(stopwatch(self._open_once))
            drop_caches()
            blob = Blob.open(self.folder)
            first.append(stopwatch(lambda: blob.slice(blob.characters // 2, blob.characters // 2 + 100)))  # noqa: B023
            blob.close()
        warm = [stopwatch(self._open_once) for _ in range(REPEATS)]
        times = [milliseconds(statistics.median(one)) for one in (cold, warm, first)]
        self.add("open, cold / warm", f"{times[0]} / {times[1]}", target="≤ 20 ms at any size")
        self.add("a first slice of 100 characters, from disk", times[2])

    def _open_once(self) -> None:
        blob, table = Blob.open(self.folder), DocumentTable.open(self.folder)
        table.close()
        blob.close()

    def host(self) -> None:
        command = [sys.executable, str(SUPPORT / "host_use.py"), str(self.folder)]
        said = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        self.add(
            "anonymous memory of a host: slices, places, regex scan",
            f"+{(said['most'] - said['before']) / 1e6:.1f} MB (peak {megabytes(said['most'])})",
            target="≤ 64 MB, flat",
        )

    async def child(self) -> None:
        """Boot a child with it, and with next to nothing; use it."""
        plain = [await self._boot_seconds(Boot(context="x")) for _ in range(REPEATS)]
        with_it = [await self._boot_seconds(self._boot()) for _ in range(REPEATS)]
        self.add(
            "a child's start with it",
            milliseconds(statistics.median(with_it)),
            target="≤ 20 ms more than without",
            peer=f"with 1 character {milliseconds(statistics.median(plain))}",
        )
        child = await Child.start(self._boot(), self.here)
        booted = anonymous_bytes(child.pid)
        used, use = await run(child, USE)
        looped, (seconds, found, longest) = await run(child, LOOP)
        await child.close()
        self.add(
            "anonymous memory of a child: booted / slices, count, regex, grep",
            f"{booted / 1e6:.1f} / {used / 1e6:.1f} MB",
            target="≤ 64 MB, flat",
        )
        p50, p95 = use.pop("slices")
        self.add("a child's slices of 100,000 characters, p50 / p95", f"{p50 * 1e6:.0f} / {p95 * 1e6:.0f} µs")
        for what, (taken, number) in use.items():
            self.add(f"a child's {_USES[what]}", f"{milliseconds(taken)}, {number:,} found")
        figures = f"{milliseconds(seconds)}, {found:,} found; {looped / 1e6:.1f} MB, longest line {longest:,}"
        self.add("a child's loop over context.splitlines()", figures)

    async def children(self) -> None:
        """Start sixteen at once on the one corpus."""
        began = time.perf_counter()
        started = await asyncio.gather(*(Child.start(self._boot(), self.here) for _ in range(CHILDREN)))
        seconds = time.perf_counter() - began
        memory = [anonymous_bytes(child.pid) for child in started]
        await asyncio.gather(*(child.close() for child in started))
        figures = f"{milliseconds(seconds)}; {max(memory) / 1e6:.1f} MB each at most"
        self.add(f"{CHILDREN} children ready together", figures)

    def _boot(self) -> Boot:
        return Boot(corpus_folder=str(self.folder))

    async def _boot_seconds(self, boot: Boot) -> float:
        began = time.perf_counter()
        child = await Child.start(boot, self.here)
        seconds = time.perf_counter() - began
        await child.close()
        return seconds

    def search(self) -> None:
        """Have the indexes made, and ask."""
        command = [sys.executable, "-c", _MAKE_INDEXES, str(self.folder)]
        before, began = os.times(), time.perf_counter()
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
        ) as making:  # it ends when this pipe does
            assert making.wait() == 0
        seconds, after = time.perf_counter() - began, os.times()
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        size = sum(path.stat().st_size for path in place_of(self.folder, "search").rglob("*"))
        share = size / (self.folder / "text").stat().st_size
        index = SearchIndex.open(self.folder)
        times = [stopwatch(lambda: index.search(query, 10)) for query in QUERIES for _ in range(REPEATS)]  # noqa: B023
        self.add("search index", f"{cpu:.0f} s of CPU ({seconds:.0f} s), {share:.0%} of the text")
        self.add(
            "search, best 10", f"median {milliseconds(statistics.median(times))}, worst {milliseconds(max(times))}"
        )

    def official(self) -> None:
        """Open the same text in the official engine."""
        command = [str(peers_python()), str(SUPPORT / "official_engine.py"), str(self.folder / "text")]
        said = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        ours = statistics.median(stopwatch(self._open_once) for _ in range(REPEATS))
        self.add(
            "open, against the official engine",
            f"{milliseconds(ours)}, 1/{said['open_seconds'] / ours:,.0f}",
            target="≤ 1/1000",
            peer=f"rlms 0.1.3: {said['open_seconds']:.1f} s, {megabytes(said['anonymous_bytes'])}, "
            f"peak {megabytes(said['most_bytes'])}",
        )
        p50, p95 = said["slice_seconds"]
        blob = Blob.open(self.folder)
        mine = slice_times(blob.slice, blob.characters)
        blob.close()
        self.add(
            "slice of 100,000 characters, p50 / p95",
            f"{mine[0] * 1e6:.0f} / {mine[1] * 1e6:.0f} µs ({mine[0] / p50:.1f} × / {mine[1] / p95:.1f} ×)",
            target="≤ 2 × / ≤ 10 × a str",
            peer=f"rlms's str: {p50 * 1e6:.0f} / {p95 * 1e6:.0f} µs",
        )


_MAKE_INDEXES = """
import sys
from rlm_desktop.corpus.indexing.process import main
sys.exit(main(sys.argv[1:]))
"""


def slice_times(cut: Callable[[int, int], str], characters: int, size: int = 100_000) -> tuple[float, float]:
    """Time slices at the places where the official engine is asked; give the median and the 95th percentile."""
    chance, times = random.Random(7), []
    for _ in range(2_000):
        start = chance.randrange(max(1, characters - size))
        times.append(stopwatch(lambda: cut(start, start + size)))  # noqa: B023
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def measure(megabytes_: int, table: Table) -> None:
    source = cache_folder() / f"text-{megabytes_}mb"
    if not (source / ".done").exists():
        collect(source, megabytes_)
    with tempfile.TemporaryDirectory(dir=cache_folder(), ignore_cleanup_errors=True) as here:
        one = Measuring(source, Path(here), table)
        asyncio.run(one.ingest())
        one.open()
        one.host()
        asyncio.run(one.child())
        asyncio.run(one.children())
        if megabytes_ > ALWAYS[0]:
            tell_scans(one.folder, one.add)
        one.search()
        if megabytes_ <= ALWAYS[-1]:
            one.official()
        shutil.rmtree(one.here / "store", ignore_errors=True)


def main() -> None:
    table = Table()
    there = (cache_folder() / f"text-{WHEN_THERE}mb" / ".done").exists()
    for size in (*ALWAYS, *([WHEN_THERE] if there else [])):
        measure(size, table)
    print()
    table.print_markdown()


if __name__ == "__main__":
    main()
