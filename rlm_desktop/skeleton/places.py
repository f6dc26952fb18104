"""Where skeletons lie, and which runs have one; brings no numbers library along."""

from pathlib import Path
from urllib.parse import quote

from rlm_desktop.trace.ids import RunId

LARGE_FROM = 4_000
"""A run with fewer entries opens at once without a skeleton."""


def skeleton_path(data_dir: Path, run: RunId) -> Path:
    """Say where the skeleton of a run lies."""
    return data_dir / "skeletons" / f"{quote(run, safe='')}.skeleton"
