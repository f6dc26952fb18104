"""What is told of a node, alike in every format that shows a whole trace: titled cards, each a text or a table."""

from dataclasses import dataclass
from typing import Literal

from rlm_desktop.trace.facts import Message
from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.rows import Tint
from rlm_desktop.trace.texts import TextRef

Language = Literal["plain", "prose", "python", "markdown", "json"]
"""`prose` is words for people, such as questions and answers."""
Tab = Literal["Story", "Prompt", "Reply", "Code", "Output", "Variables", "Figures"]
"""What a reader may look at alone; `Story` is what belongs to none of the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Kept texts, to be read one after the other."""

    pieces: tuple[TextRef, ...]
    language: Language = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words that an event itself holds."""

    text: str
    language: Language = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The messages of a prompt that the call before it in the same conversation was sent already."""

    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a table; `node` is where it leads."""

    text: str
    tint: Tint = "text"
    is_figure: bool = False
    node: NodeId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of cells; `headings` may be empty."""

    rows: tuple[tuple[Cell, ...], ...]
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A titled piece of what is told of a node."""

    title: str
    tint: Tint
    body: Kept | Words | Earlier | Table
    tab: Tab = "Story"
    note: str = ""
    meta: str = ""


def table(*rows: tuple[str | Cell, ...], headings: tuple[str, ...] = ()) -> Table:
    """Make a table; plain words become cells, and a column with a heading but no word in it is left out."""
    cells = [tuple(map(_cell, row)) for row in rows]
    blank = {place for place in range(len(headings)) if not any(row[place].text for row in cells)}
    if not blank:
        return Table(rows=tuple(cells), headings=headings)
    kept = [place for place in range(len(headings)) if place not in blank]
    return Table(
        rows=tuple(tuple(row[place] for place in kept) for row in cells), headings=tuple(headings[p] for p in kept)
    )


def _cell(value: str | Cell) -> Cell:
    return value if isinstance(value, Cell) else Cell(text=value)


def figure(text: str) -> Cell:
    """Make a cell that holds a number."""
    return Cell(text=text, is_figure=True)


def muted(text: str) -> Cell:
    """Make a cell of secondary words."""
    return Cell(text=text, tint="muted")
