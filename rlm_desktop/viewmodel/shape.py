"""What the trace's table asks of the rows it shows, whether their run still grows or was opened whole."""

from collections.abc import Callable, Sequence
from typing import Protocol

from rlm_desktop.trace.events import Entry
from rlm_desktop.trace.ids import Digest, NodeId
from rlm_desktop.trace.rows import Tally
from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel.run_figures import RunFigures
from rlm_desktop.viewmodel.trace_filter import Filter


class RowPort(Protocol):
    """Hears of rows before and after they come and go."""

    def rows_come(self, first: int, last: int) -> None: ...  # noqa: D102
    def rows_came(self) -> None: ...  # noqa: D102
    def rows_go(self, first: int, last: int) -> None: ...  # noqa: D102
    def rows_went(self) -> None: ...  # noqa: D102
    def all_change(self) -> None: ...  # noqa: D102
    def all_changed(self) -> None: ...  # noqa: D102


class Shape(Protocol):
    """The visible rows of a trace at a position."""

    top: NodeId | None
    """The only node that is shown with what is below it; None is the whole run."""

    @property
    def trace(self) -> Trace:
        """The trace at the position."""
        ...

    @property
    def latest(self) -> NodeId | None:
        """The last part of the root run that began."""
        ...

    def __len__(self) -> int: ...

    def step_after(self, position: int) -> int:
        """Give the position at which the next turn or step has just begun; the end if none follows."""
        ...

    def time_of(self, place: int) -> float:
        """Give when the entry at a place was written."""
        ...

    def place_at(self, at: float) -> int:
        """Give how many entries were written until a time."""
        ...

    def node_at(self, row: int) -> NodeId:
        """Give the node of a row."""
        ...

    def row_of(self, node: NodeId) -> int | None:
        """Give the row of a node, None while it is out of sight."""
        ...

    def is_open(self, node: NodeId) -> bool | None:
        """Tell whether what is below a row is shown; None where there is nothing to show."""
        ...

    def tally(self, node: NodeId) -> Tally | None:
        """Count how the calls of a batch stand."""
        ...

    def seeker(self, words: str) -> Callable[[set[Digest]], set[NodeId]]:
        """Give what finds the nodes with these words in their titles, or that hold one of some texts.

        It may be called in any thread, and speaks of the run as it is when this is called.
        """
        ...

    def set_all_open(self, is_open: bool) -> None:
        """Open or close every row."""
        ...

    def figures(self) -> RunFigures | None:
        """Give the figures for charts where they need not be added up entry by entry."""
        ...

    def feed(self, entries: Sequence[Entry]) -> set[NodeId]:
        """Take in what happened next; give the nodes that look different now."""
        ...

    def go_to(self, position: int) -> set[NodeId] | None:
        """Show the run as it was after so many entries; give what looks different, None for everything."""
        ...

    def set_open(self, node: NodeId, is_open: bool) -> None:
        """Open or close a row because the user said so."""
        ...

    def touch(self, node: NodeId) -> None:
        """The user looks at this node: the rows on its way stay as they are."""
        ...

    def reveal(self, node: NodeId) -> None:
        """Open the way to a node."""
        ...

    def show_only(self, top: NodeId | None) -> None:
        """Show this node and what is below it, or the whole run again."""
        ...

    def narrow(self, wanted: Filter | None) -> None:
        """Show what a filter lets through and what stands above it, or everything again."""
        ...

    def next_hit(self, here: NodeId | None, step: int) -> NodeId | None:
        """Give the next node that the filter lets through, going round at the ends; None without a filter or a hit."""
        ...

    def counts(self) -> tuple[int, int]:
        """Give how many nodes the filter lets through, and how many there are."""
        ...
