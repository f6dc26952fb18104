"""How calls look where there are more than an eye can tell apart: a grid of cells, each the look that matters most."""

import numpy as np

from rlm_desktop.skeleton.columns import Array

ROWS = 12
"""As many lanes of calls can be told apart in the height there is."""
COLUMNS = 8_192
NOTHING, WORKER, ROOT, FAILED = range(4)
"""The looks, the one that matters most last."""


def looks_of(is_root: Array, has_failed: Array) -> Array:
    """Give the look of each call."""
    return np.where(has_failed, FAILED, np.where(is_root, ROOT, WORKER)).astype("u1")


def spread(starts: Array, ends: Array, rows: Array, looks: Array, place: tuple[float, float, int]) -> Array:
    """Mark the cells that calls cover; `place` is the time at the left and at the right edge, and how many columns."""
    begin, end, width = place
    steps = width / ((end - begin) or 1.0)
    first = np.clip(((starts - begin) * steps).astype("i8"), 0, width - 1)
    last = np.clip(((ends - begin) * steps).astype("i8"), 0, width - 1)
    cells: Array = np.zeros((ROWS, width), dtype="u1")
    for look in (WORKER, ROOT, FAILED):
        members = np.flatnonzero(looks == look)
        # One column more than is seen, for what ends at the edge.
        edges = np.bincount(rows[members] * (width + 1) + first[members], minlength=ROWS * (width + 1)).astype("i8")
        edges -= np.bincount(rows[members] * (width + 1) + last[members] + 1, minlength=ROWS * (width + 1))
        covered = np.cumsum(edges.reshape(ROWS, width + 1), axis=1)[:, :width] > 0
        cells[covered] = look
    return cells
