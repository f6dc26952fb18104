"""Looks at a block of code before it spends; finds, and never judges more than the tree shows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rlm_desktop.engine.code_look.answers import unread_answers
from rlm_desktop.engine.code_look.calls import single_calls_in_loops
from rlm_desktop.engine.code_look.parsing import parsed
from rlm_desktop.engine.code_look.prompts import counting_prompts, oversized_prompts
from rlm_desktop.engine.code_look.slices import dropped_tails
from rlm_desktop.engine.code_look.tree import Code
from rlm_desktop.trace.facts import CodeFinding

_LONGEST_CODE = 60_000
_MOST_NODES = 6_000
_MOST_FINDINGS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the code runs in."""

    context_characters: int
    worker_characters: int
    """How much one prompt for a worker may have."""
    has_looked: bool
    """Whether earlier code has looked at the context."""
    has_workers: bool = True


_Look = Callable[[Code], Iterator[CodeFinding]]


def look_at(code: str, around: Surroundings) -> tuple[CodeFinding, ...]:
    """Give what was found, by line; nothing for code that does not compile, or is too long or deep to look at."""
    tree = parsed(code) if len(code) <= _LONGEST_CODE else None
    if tree is None:
        return ()
    try:
        looked = Code(tree)
        if len(looked.nodes) > _MOST_NODES:
            return ()
        found = [finding for look in _looks(around) for finding in look(looked)]
    except RecursionError:
        return ()
    unique = {(finding.kind, finding.line): finding for finding in found}
    return tuple(sorted(unique.values(), key=lambda finding: (finding.line, finding.kind))[:_MOST_FINDINGS])


def _looks(around: Surroundings) -> list[_Look]:
    looks: list[_Look] = []
    if around.has_workers:
        looks += [dropped_tails, single_calls_in_loops, counting_prompts]
        if around.context_characters > around.worker_characters:
            looks.append(lambda code: oversized_prompts(code, around.context_characters, around.worker_characters))
    if not around.has_looked:
        looks.append(unread_answers)
    return looks
