"""Redaction: a run without its words. What stays is its shape: times, tokens, costs, models, limits and statuses."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rlm_desktop.export.recorded import RecordedRun
from rlm_desktop.export.rewriting import RewrittenRun
from rlm_desktop.trace.events import (
    CallFinished,
    CallStarted,
    GateSpoke,
    Noticed,
    RunStarted,
    SubcallsQueued,
)
from rlm_desktop.trace.facts import CodeError, DocumentFacts, ModelFacts, Quote, SentText, VariableChange
from rlm_desktop.trace.ids import Digest
from rlm_desktop.trace.notes import NodeNote
from rlm_desktop.trace.texts import TextRef

SAID = (
    "This trace is redacted: all texts, names of documents, paths, titles and notes were left out. "
    "Structure, times, tokens, costs, models and limits are as they were."
)
_LEFT_OUT = "[left out]"
_KEPT: frozenset[tuple[type[Any], str]] = frozenset(
    {
        (RunStarted, "isolation"),
        (SubcallsQueued, "function"),
        (CallStarted, "model"),
        (CallFinished, "error_kind"),
        (GateSpoke, "gate"),
        (Noticed, "about"),
        (ModelFacts, "name"),
        (ModelFacts, "goes_to"),
        (ModelFacts, "priced_on"),
        (SentText, "model"),
        (SentText, "goes_to"),
        (DocumentFacts, "kind"),
        (CodeError, "type"),
        (VariableChange, "type"),
    }
)
"""Words that a run's documents and its models' texts can't get into."""
_NUMBERED: dict[tuple[type[Any], str], str] = {
    (DocumentFacts, "name"): "document",
    (Quote, "document"): "document",
    (SentText, "document"): "document",
    (VariableChange, "name"): "variable",
    (VariableChange, "fingerprint"): "value",
}
"""Words by which things are known again; each gets a number instead."""


def redacted(run: RecordedRun) -> RecordedRun:
    """Give a run without its words."""
    return RewrittenRun(run, _Redaction(), name="", tags=(), left_out=SAID)


class _Redaction:
    def __init__(self) -> None:
        self._numbers: dict[str, dict[str, int]] = defaultdict(dict)

    def text(self, reference: TextRef, _load: Callable[[Digest], str]) -> str:
        return f"[{reference.characters:,} characters left out]"

    def words(self, owner: type[Any], field: str, words: str) -> str:
        if not words or (owner, field) in _KEPT:
            return words
        if owner is RunStarted and field == "corpus":
            return ""
        thing = _NUMBERED.get((owner, field))
        if thing is None:
            return _LEFT_OUT
        numbers = self._numbers[thing]
        return f"{thing} {numbers.setdefault(words, len(numbers) + 1)}"

    def unknown(self, _data: dict[str, Any]) -> dict[str, Any]:
        return {"text": _LEFT_OUT}

    def note(self, note: NodeNote) -> NodeNote:
        return replace(note, text=_LEFT_OUT if note.text else "", labels=())
