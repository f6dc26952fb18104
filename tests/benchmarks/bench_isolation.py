"""What isolation costs: starts and running code, beside a child that nothing holds, in turns."""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from measuring import tell

from rlm_desktop.repl.exchange import Searched, SearchHits
from rlm_desktop.repl.host import Asked, Boot, Child
from rlm_desktop.repl.sandbox import probe, tiers
from rlm_desktop.repl.sandbox.tiers import Tier

STARTS = 15
ROUNDS = 7
CODES = {
    "counting": "n = 0\nfor i in range(2_000_000): n += i & 7",
    "regular expressions": "import re\nlen(re.findall(r'\\w+ing', 'being doing seen ' * 100_000))",
    "system calls": "import os\nfor _ in range(100_000): os.getppid(); os.stat('.')",
    "files": "for i in range(2_000):\n    with open(f'f{i % 50}', 'w') as f: f.write('x' * 1000)",
    "SQLite": (
        "import sqlite3\nd = sqlite3.connect(':memory:'); d.execute('CREATE TABLE t (x)')\n"
        "d.executemany('INSERT INTO t VALUES (?)', ((i,) for i in range(200_000)))"
    ),
}


class Nobody:
    """Answers no question."""

    async def answer(self, asked: Asked) -> list[str]:
        return ["Error: nobody answers"] * len(asked.prompts)

    async def search(self, searched: Searched) -> SearchHits | str:
        return []

    def budget(self) -> dict[str, int]:
        return {}


async def start(tier: Tier, folder: Path) -> float:
    begin = time.perf_counter()
    child = await Child.start(Boot(context="x" * 1_000), folder, tier)
    seconds = time.perf_counter() - begin
    await child.close()
    return seconds


async def run(child: Child, code: str) -> float:
    begin = time.perf_counter()
    report = await child.run_block(code, answerer=Nobody(), on_output=lambda *_: None)
    assert report.error is None, report.error
    return time.perf_counter() - begin


async def measure(folder: Path) -> None:
    found = {tier.name: tier for tier in (tiers.UNISOLATED, tiers.best({probe.HIDING: "bwrap"}), tiers.best({}))}
    begin = time.perf_counter()
    probe._look.__wrapped__("", "/usr/bin:/bin")
    tell("finding out what there is", [time.perf_counter() - begin])
    starts: dict[str, list[float]] = {name: [] for name in found}
    for _ in range(STARTS):
        for name, tier in found.items():
            starts[name].append(await start(tier, folder))
    for name, seconds in starts.items():
        added = statistics.median(seconds) - statistics.median(starts["unisolated"])
        tell(f"start in tier {name} ({added * 1000:+.1f} ms)", seconds)
    children = {name: await Child.start(Boot(context=""), folder, tier) for name, tier in found.items()}
    for what, code in CODES.items():
        await compare(what, code, children)
    for child in children.values():
        await child.close()


async def compare(what: str, code: str, children: dict[str, Child]) -> None:
    seconds: dict[str, list[float]] = {name: [] for name in children}
    for _ in range(ROUNDS):
        for name, child in children.items():
            seconds[name].append(await run(child, code))
    floor = min(seconds["unisolated"])
    for name, taken in seconds.items():
        tell(f"{what} in tier {name}: best {min(taken) / floor:.3f} times", taken)


def main() -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        asyncio.run(measure(Path(folder)))


if __name__ == "__main__":
    main()
