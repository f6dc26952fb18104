"""An index of a text's blocks, by which pieces of it are recognised inside other texts."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

BLOCK = 24
"""Any copied piece of 2 x 24 - 1 characters holds a whole aligned block."""
MOST_PLACES = 4
"""How many places of the same block are looked at; a row of dashes stands everywhere."""
_CHUNK = BLOCK * 40_000

Hashes = NDArray[np.uint64]
_WEIGHTS: Hashes = np.random.default_rng(20_240_229).integers(1, 2**63, BLOCK, dtype=np.uint64) * 2 + 1


class BlockIndex:
    """Where each aligned block of a text stands, by its hash: about 13 bytes and a slot of the sieve a block."""

    def __init__(self, text: str) -> None:
        hashes, telling = _aligned_hashes(text)
        order = np.argsort(hashes, kind="stable")
        self._sorted: Hashes = hashes[order]
        self._positions = telling[order].astype(np.uint32)
        bits = max(10, int(len(hashes) * 8).bit_length())
        self._shift = np.uint64(64 - bits)
        self._sieve = np.zeros(1 << bits, dtype=np.bool_)
        self._sieve[hashes >> self._shift] = True

    def hits(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Give `(offset in text, first, behind)` for each window whose hash is known; see `places`."""
        windows = _window_hashes(text)
        likely = np.flatnonzero(self._sieve[windows >> self._shift])
        wanted = windows[likely]
        first = np.searchsorted(self._sorted, wanted, side="left")
        behind = np.searchsorted(self._sorted, wanted, side="right")
        known = np.flatnonzero(first < behind)
        rows = (likely[known].tolist(), first[known].tolist(), behind[known].tolist())
        return zip(*rows, strict=True)

    def places(self, first: int, behind: int) -> list[int]:
        """Give the offsets where the block of a hit stands in the indexed text, the first few of many."""
        return [int(place) * BLOCK for place in self._positions[first : min(behind, first + MOST_PLACES)]]


def _code_points(text: str) -> Hashes:
    data = text.encode("utf-32-le", "surrogatepass")
    return np.frombuffer(data, dtype=np.uint32).astype(np.uint64)


def _aligned_hashes(text: str) -> tuple[Hashes, NDArray[np.int64]]:
    """Give the hashes and numbers of the blocks, without those of one letter only, such as a row of dashes."""
    whole = len(text) - len(text) % BLOCK
    hashes = [np.zeros(0, dtype=np.uint64)]
    telling = [np.zeros(0, dtype=np.int64)]
    for start in range(0, whole, _CHUNK):
        blocks = _code_points(text[start : min(start + _CHUNK, whole)]).reshape(-1, BLOCK)
        varied = np.flatnonzero((blocks != blocks[:, :1]).any(axis=1))
        hashes.append((blocks[varied] * _WEIGHTS).sum(axis=1, dtype=np.uint64))
        telling.append(varied + start // BLOCK)
    return np.concatenate(hashes), np.concatenate(telling)


def _window_hashes(text: str) -> Hashes:
    points = _code_points(text)
    count = len(points) - BLOCK + 1
    hashes = np.zeros(max(0, count), dtype=np.uint64)
    if count > 0:
        for offset, weight in enumerate(_WEIGHTS):
            hashes += points[offset : offset + count] * weight
    return hashes
