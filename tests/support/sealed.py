"""Runs as their skeletons tell them, without a database."""

from collections.abc import Callable, Iterable, Sequence

from rlm_desktop.skeleton.building import SkeletonBuilder
from rlm_desktop.skeleton.sealed import SealedRun
from rlm_desktop.trace.events import Entry


def sealed(entries: Iterable[Entry], looked: Callable[[Sequence[int]], object] = len) -> SealedRun:
    """Give a run that picks its entries from these; `looked` is told the numbers of each look."""
    by_seq = {entry.seq: entry for entry in entries}

    def load(seqs: Sequence[int]) -> list[Entry]:
        looked(seqs)
        return [by_seq[seq] for seq in seqs]

    return SealedRun(SkeletonBuilder(by_seq.values()).columns(), load)
