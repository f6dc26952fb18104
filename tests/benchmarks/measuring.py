"""Takes a time often and prints what it comes to."""

import statistics
import time
from collections.abc import Callable


def stopwatch(action: Callable[[], object]) -> float:
    """Give the seconds that an action takes."""
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def tell(what: str, seconds: list[float], floor_seconds: float | None = None) -> None:
    """Print median and worst of repeated timings, and how far above its floor the median is."""
    median = statistics.median(seconds)
    line = f"{what:<58} median {median * 1000:8.1f} ms   worst of {len(seconds)} {max(seconds) * 1000:8.1f} ms"
    if floor_seconds is not None:
        line += f"   floor {floor_seconds * 1000:.0f} ms, {median / floor_seconds:.2f} times it"
    print(line, flush=True)
