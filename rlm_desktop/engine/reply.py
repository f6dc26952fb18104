"""Reads a root LM's reply: which code is to run, or which answer it gives. Pure: text in, facts out."""

from collections.abc import Sequence
from dataclasses import dataclass

from rlm_desktop.engine.fences import PYTHON_TAGS, REPL_TAG, Fence, compiles, find_fences, lines_of
from rlm_desktop.engine.finals import ProseFinal, find_final
from rlm_desktop.engine.thinking import split_thinking


@dataclass(frozen=True, slots=True, kw_only=True)
class RootReply:
    """What a reply holds."""

    said: str
    """The reply without the model's reasoning."""
    reasoning: str
    blocks: tuple[str, ...]
    """The code to run, in order."""
    has_cut_block: bool = False
    """The reply ended inside a block that cannot run as it is."""
    final: ProseFinal | None = None
    """An answer in prose; only in a reply without code."""
    repairs: tuple[str, ...] = ()
    """What was read generously, in sentences."""

    @property
    def is_empty(self) -> bool:
        """Whether the model said nothing; reasoning alone is nothing."""
        return not self.said.strip()


def read_reply(text: str) -> RootReply:
    """Read a reply by the rules of "Reading a reply"."""
    thought = split_thinking(text)
    lines = lines_of(thought.said)
    fences = find_fences(lines)
    chosen, repairs = _choose(fences)
    whole = [fence for fence in chosen if fence.is_closed or compiles(fence.body)]
    has_cut_block = len(whole) < len(chosen)
    return RootReply(
        said=thought.said,
        reasoning=thought.reasoning,
        blocks=tuple(fence.body for fence in whole),
        has_cut_block=has_cut_block,
        final=None if chosen else find_final(lines, fences),
        repairs=(*repairs, *_repairs_of(whole)),
    )


def _choose(fences: Sequence[Fence]) -> tuple[list[Fence], list[str]]:
    """Choose the blocks that count: those tagged `repl`, or Python ones when there is no such block."""
    said = [fence for fence in fences if fence.body.strip()]
    tagged = [fence for fence in said if fence.tag == REPL_TAG]
    if tagged:
        return tagged, []
    python = [fence for fence in said if fence.tag in PYTHON_TAGS]
    note = ["The reply had no `repl` block, so its Python blocks ran."]
    return python, note if python else []


def _repairs_of(fences: Sequence[Fence]) -> list[str]:
    notes = []
    if any(fence.is_extended for fence in fences):
        notes.append("A fence inside a string of the code did not end its block.")
    if any(not fence.is_closed for fence in fences):
        notes.append("The last block had no closing fence; it compiles, so it ran.")
    return notes
