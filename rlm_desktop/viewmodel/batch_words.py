"""What the head of a map grid says: how the calls stand, how their times spread, what is shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.reask_events import CallsReasked
from rlm_desktop.trace.reasks import queued_in
from rlm_desktop.trace.wording import plural, seconds
from rlm_desktop.viewmodel.call_grid import CallGrid
from rlm_desktop.viewmodel.call_order import Choice
from rlm_desktop.viewmodel.call_rows import STATE_WORDS, STATES, CallRow, State
from rlm_desktop.viewmodel.call_spread import spread_of

CHOICES: tuple[tuple[Choice, str], ...] = (
    ("all", "All states"),
    ("answered", "Answered"),
    ("failed", "Failed"),
    ("flagged", "Failed or standing out"),
    ("stopped", "Stopped"),
    ("running", "Running"),
    ("waiting", "Waiting"),
    ("retrying", "Retrying"),
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One call in the picture of durations."""

    seconds: float
    state: State
    is_flagged: bool


def counts_words(grid: CallGrid) -> str:
    """Say how the calls stand: `38 answered · 2 failed · 3 stand out`."""
    counts = grid.counts()
    parts = [f"{counts[state]:,} {STATE_WORDS[state]}" for state in STATES if counts[state]]
    queued = _queued(grid)
    if queued:
        parts.append(f"{queued:,} queued")
    if grid.unread:
        parts.append(f"{grid.unread:,} not read yet")
    if grid.asked_again:
        parts.append(f"{grid.asked_again:,} asked again")
    if grid.flagged:
        parts.append(f"{grid.flagged:,} stand{'s' if grid.flagged == 1 else ''} out")
    return " · ".join(parts)


def forlorn_words(grid: CallGrid) -> str:
    """Name the calls that have no answer: `3 failed`, `2 stopped`, `5 failed or stopped`."""
    states = [row.state for row in grid.forlorn()]
    names = [STATE_WORDS[state] for state in STATES if state in states]
    return f"{len(states):,} {' or '.join(names)}" if states else "failed"


def again_words(grid: CallGrid) -> str:
    """Say what has no answer, and what was asked again although the run had its answer already."""
    forlorn = len(grid.forlorn())
    parts = [f"{plural(forlorn, 'call')} {'has' if forlorn == 1 else 'have'} no answer."] if forlorn else []
    if grid.asked_again:
        parts.append(
            f"{plural(grid.asked_again, 'call was', 'calls were')} asked again after the run. "
            "Its answer was given without these; copy their replies or ask a follow-up."
        )
    return " ".join(parts)


def why_not_again(grid: CallGrid) -> str:
    """Say in a sentence why no call of the batch is one to be asked again; empty when there is one."""
    batch = _batch(grid)
    if batch is not None and batch.fact(CallsReasked) is not None:
        return "These were asked again already. Run them again from the fan-out that they belong to."
    return "" if grid.forlorn() else "No call of this fan-out failed."


def _queued(grid: CallGrid) -> int:
    batch = _batch(grid)
    return max(0, queued_in(batch) - grid.count) if batch is not None and batch.is_open else 0


def _batch(grid: CallGrid) -> Node | None:
    return grid.trace.nodes.get(grid.batch) if grid.batch is not None else None


def sums_words(grid: CallGrid) -> str:
    """Say how the times spread and what all of it cost."""
    batch = _batch(grid)
    spread = spread_of(_times(grid.known()))
    parts = []
    if spread is not None:
        words = (("min", spread.least), ("median", spread.middle), ("max", spread.most))
        parts = [f"{name} {seconds(value)}" for name, value in words]
    return " · ".join([*parts, grid.totals().cost_in_words if batch is not None else ""])


def _times(rows: Sequence[CallRow]) -> list[float]:
    return [row.seconds for row in rows if not row.is_open]


def bars(grid: CallGrid) -> list[Bar]:
    """Give the durations of the calls in the order in which they were sent."""
    return [Bar(row.seconds, row.state, bool(grid.flags_of(place))) for place, row in enumerate(grid.known())]


def picture_words(grid: CallGrid) -> str:
    """Say in words what the picture of durations shows."""
    rows = [row for row in grid.known() if not row.is_open]
    spread = spread_of(_times(rows))
    if spread is None:
        return "No call has ended yet."
    longest = max(rows, key=lambda row: row.seconds)
    name = f"call {longest.number}" if longest.number else "a call"
    return (
        f"Durations of {plural(len(rows), 'call')} in the order in which they were sent: from {seconds(spread.least)} "
        f"to {seconds(spread.most)}, half of them under {seconds(spread.middle)}. The longest is {name}, "
        f"{longest.asked or 'without a label'}."
    )


def shown_words(grid: CallGrid) -> str:
    """Say how many of the calls are shown, and what is still being read or ordered."""
    if grid.unread:
        return f"Reading {grid.count - grid.unread:,} of {plural(grid.count, 'call')}"
    if grid.is_ordering:
        return "Ordering"
    if grid.wish.is_plain:
        return ""
    shown = len(grid.places())
    groups = sum(1 for row in range(grid.rowCount()) if grid.line(row).members)
    words = f"{shown:,} of {plural(grid.count, 'call')}" if shown != grid.count else plural(grid.count, "call")
    return f"{words} · {plural(groups, 'group')} of identical answers" if grid.wish.is_grouped else words
