"""What a session needs to go on after its interpreter, or this process, had to be ended: a dump of it in a file."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

MOST_CHARACTERS = 100_000_000
"""Beyond this a corpus makes a dump take too long, and nothing is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A session between two blocks."""

    dump: bytes
    feeds: int
    blocks: dict[str, str]
    """Our names of the blocks, by the interpreter's."""
    fingerprints: dict[str, str] = field(default_factory=dict)


def write(kept: Kept, path: Path) -> None:
    """Write it for a process that may have to replace this one; a file is there whole or not at all."""
    facts = {name: value for name, value in asdict(kept).items() if name != "dump"}
    new = path.with_suffix(".new")
    new.write_bytes(json.dumps(facts).encode() + b"\n" + kept.dump)
    new.replace(path)


def read(path: Path) -> Kept | None:
    """Read what was written, or None when there is nothing."""
    if not path.exists():
        return None
    head, _, dump = path.read_bytes().partition(b"\n")
    return Kept(dump=dump, **json.loads(head))
