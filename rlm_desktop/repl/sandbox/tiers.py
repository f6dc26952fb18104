"""How well a child is held on this machine, in words for people."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rlm_desktop.repl.sandbox import probe

TierName = Literal["A+", "A", "none", "unisolated"]

ISOLATED = "Isolated: cannot see your files, network or programs"
_STOPS = (
    "reading files other than Python's own library, its packages and this run's corpus",
    "writing, renaming, altering or deleting anything outside its scratch folder",
    "opening connections of any kind",
    "starting programs or processes",
    "signalling, tracing or reading this app or any other program",
    "taking more than its memory, threads, descriptors, disk and seconds",
    "outliving the run",
)
_MISSES = ("flaws of the kernel", "what timing gives away", "what you send to the model's provider")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A way to hold a child: what the user reads about it, what it stops and what it does not."""

    name: TierName
    words: str
    stops: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()
    bubblewrap: str | None = None

    @property
    def can_run(self) -> bool:
        """Whether model code may run in it."""
        return self.name != "none"

    @property
    def is_confined(self) -> bool:
        """Whether the child lays the policy on itself."""
        return self.name in {"A+", "A"}


UNISOLATED = Tier(
    name="unisolated",
    words="Not isolated: code that a model writes has your rights",
    misses=(*_STOPS, *_MISSES),
)
"""Only for measuring and for showing that an attack would work; nothing in the product chooses it."""


def best(environ: Mapping[str, str] = os.environ) -> Tier:
    """Give the best tier of this machine; `none` when nothing holds a child here."""
    found = probe.look(environ)
    if not found.landlock or not found.has_seccomp:
        words = f"Model code is refused here: {'; '.join(found.missing[:2])}"
        return Tier(name="none", words=words, stops=("everything: no model code runs",))
    if found.bubblewrap is not None:
        return Tier(name="A+", words=ISOLATED, stops=_STOPS, misses=_MISSES, bubblewrap=found.bubblewrap)
    could = "testing whether a file name exists"
    return Tier(
        name="A", words=f"{ISOLATED}; could test whether a file name exists", stops=_STOPS, misses=(could, *_MISSES)
    )
