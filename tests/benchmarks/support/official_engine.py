"""Opens a text in the official engine's local REPL. Run by the peers' Python; prints what it took as JSON."""

import json
import random
import statistics
import sys
import time
from pathlib import Path

from memory import Peak, anonymous_bytes
from rlm.environments.local_repl import LocalREPL

SLICE = 100_000


def main(path: Path) -> None:
    with Peak() as peak:
        began = time.perf_counter()
        text = path.read_text(encoding="utf-8")
        read = time.perf_counter() - began
        repl = LocalREPL(context_payload=text)
        opened = time.perf_counter() - began
    del text
    context = repl.locals["context"]
    print(
        json.dumps(
            {
                "characters": len(context),
                "read_seconds": read,
                "open_seconds": opened,
                "anonymous_bytes": anonymous_bytes(),
                "most_bytes": peak.most_bytes,
                "slice_seconds": slice_times(context),
            }
        )
    )
    repl.cleanup()


def slice_times(context: str) -> list[float]:
    """Time slices at random places; give the median and the 95th percentile."""
    chance = random.Random(7)
    times = []
    for _ in range(2_000):
        start = chance.randrange(max(1, len(context) - SLICE))
        began = time.perf_counter()
        context[start : start + SLICE]
        times.append(time.perf_counter() - began)
    return [statistics.median(times), statistics.quantiles(times, n=20)[-1]]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
