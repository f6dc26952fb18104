"""What a reader writes on a node of a run: it lies beside the record and is never part of it."""

import re
from dataclasses import dataclass
from typing import TypedDict

from rlm_desktop.trace.ids import NodeId

LOWEST_SCORE, HIGHEST_SCORE = 0, 5
_BETWEEN_LABELS = re.compile(r"[,;\n]")


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeNote:
    """A note, a pin, a score from 0 to 5 and labels of one node."""

    node: NodeId
    text: str = ""
    is_pinned: bool = False
    score: int | None = None
    labels: tuple[str, ...] = ()
    changed_at: float = 0.0
    """Unix time, seconds."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to be kept."""
        return not (self.text or self.is_pinned or self.labels) and self.score is None


class NoteFields(TypedDict, total=False):
    """What of a note changes; what is missing stays."""

    text: str
    is_pinned: bool
    score: int | None
    labels: tuple[str, ...]


def labels_in(words: str) -> tuple[str, ...]:
    """Read labels that are written with commas between them; one that is there in any case is taken once."""
    first_of: dict[str, str] = {}
    for label in (" ".join(piece.split()) for piece in _BETWEEN_LABELS.split(words)):
        if label:
            first_of.setdefault(label.casefold(), label)
    return tuple(first_of.values())
