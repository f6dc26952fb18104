"""Which variables a block made, altered or lost, from what the interpreter tells of them."""

import zlib
from typing import Any

from rlm_desktop.repl.wire import MAX_VARIABLES, MORE_NAMES

MAX_WORDS = 200


class Known:
    """The variables after the block before, by name, with a short text that is equal for equal values."""

    def __init__(self) -> None:
        self.fingerprints: dict[str, str] = {}

    def changes(self, told: Any) -> list[dict[str, Any]]:
        """Give what is new, changed or deleted; `told` is what `__rlm_notes` gave."""
        notes = [_note(item) for item in told if _is_whole(item)] if isinstance(told, list) else []
        before, self.fingerprints = self.fingerprints, {note["name"]: note["fingerprint"] for note in notes}
        changed = [
            {**note, "change": "changed" if note["name"] in before else "new"}
            for note in notes
            if before.get(note["name"]) != note["fingerprint"]
        ]
        changed.extend({"name": name, "change": "deleted"} for name in before if name not in self.fingerprints)
        return _at_most(changed)


def _is_whole(item: Any) -> bool:
    return isinstance(item, list) and len(item) == 5 and all(isinstance(part, str) for part in item)


def _note(item: list[str]) -> dict[str, Any]:
    name, kind, size, look, sample = item
    digest = zlib.crc32(f"{kind} {size} {sample}".encode("utf-8", "replace"))
    return {
        "name": name[:MAX_WORDS],
        "type": kind[:100],
        "size": size[:100],
        "preview": look if len(look) <= MAX_WORDS else look[: MAX_WORDS - 1] + "…",
        "fingerprint": f"{digest:08x}",
    }


def _at_most(notes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if len(notes) <= MAX_VARIABLES:
        return notes
    rest = len(notes) - MAX_VARIABLES + 1
    return [*notes[: MAX_VARIABLES - 1], {"name": MORE_NAMES, "change": "new", "size": f"{rest:,} more variables"}]
