"""Where the benchmarks keep what they fetch and make: outside the repository, and free to be deleted."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """Give the folder, which `RLM_DESKTOP_BENCH_DIR` may name."""
    chosen = os.environ.get("RLM_DESKTOP_BENCH_DIR")
    folder = Path(chosen) if chosen else Path.home() / ".cache" / "rlm-desktop-bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
