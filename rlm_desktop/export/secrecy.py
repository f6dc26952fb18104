"""Keys that are in use on this computer never leave it, not even where a document or a model's code holds one."""

import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import Any

from rlm_desktop.corpus.store.carrying import Carried
from rlm_desktop.export.recorded import RecordedRun
from rlm_desktop.export.rewriting import RewrittenRun
from rlm_desktop.trace.ids import Digest
from rlm_desktop.trace.notes import NodeNote
from rlm_desktop.trace.references import texts_of
from rlm_desktop.trace.texts import TextRef

SAID = (
    "Keys that are in use on this computer were taken out wherever they stood, and are shown as [key]; "
    "the documents were left out."
)
_MARK = "[key]"
_LEAST = 8
"""Shorter ones, such as `none`, are no secrets, and words would be torn by taking them out."""


class Keys:
    """The keys that may not leave."""

    def __init__(self, keys: Collection[str]) -> None:
        found = sorted({key for key in keys if len(key) >= _LEAST}, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, found))) if found else None

    def taken_out_of(self, text: str) -> str:
        """Give a text without them."""
        return self._pattern.sub(_MARK, text) if self._pattern else text

    def are_in(self, text: str) -> bool:
        """Tell whether a text holds one of them."""
        return bool(self._pattern and self._pattern.search(text))

    def stand_in(self, run: RecordedRun) -> bool:
        """Tell whether a run holds one of them anywhere."""
        if self._pattern is None:
            return False
        return any(map(self.are_in, _all_words(run))) or any(map(self._is_in_document, run.documents()))

    def _is_in_document(self, document: Carried) -> bool:
        text = b"".join(document.utf8).decode("utf-8", "replace")
        return self.are_in(f"{document.member.name}\n{document.member.path}\n{text}")


def without_keys(run: RecordedRun, keys: Keys) -> RecordedRun:
    """Give a run without these keys; the run itself where it holds none."""
    if not keys.stand_in(run):
        return run
    tags = tuple(keys.taken_out_of(tag) for tag in run.tags)
    return RewrittenRun(run, _KeysOut(keys), name=keys.taken_out_of(run.name), tags=tags, left_out=SAID)


class _KeysOut:
    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def text(self, reference: TextRef, load: Callable[[Digest], str]) -> str | None:
        text = load(reference.digest)
        return self._keys.taken_out_of(text) if self._keys.are_in(text) else None

    def words(self, _owner: type[Any], _field: str, words: str) -> str:
        return self._keys.taken_out_of(words)

    def unknown(self, data: dict[str, Any]) -> dict[str, Any]:
        changed: dict[str, Any] = json.loads(self._keys.taken_out_of(json.dumps(data)))
        return changed

    def note(self, note: NodeNote) -> NodeNote:
        labels = tuple(map(self._keys.taken_out_of, note.labels))
        return replace(note, text=self._keys.taken_out_of(note.text), labels=labels)


def _all_words(run: RecordedRun) -> Iterator[str]:
    yield from (run.name, *run.tags)
    for note in run.notes.values():
        yield from (note.text, *note.labels)
    seen: set[Digest] = set()
    for entry in run.entries():
        # Whatever form its fields have: what a key is made of stands in it as it is.
        yield repr(entry.event)
        for digest in texts_of(entry.event):
            if digest not in seen:
                seen.add(digest)
                yield run.text(digest)
