"""The cards that the detail of a node is made of: a heading and a text or a table under it."""

from dataclasses import dataclass, field

from rlm_desktop.trace.ids import NodeId
from rlm_desktop.trace.rows import Tint
from rlm_desktop.viewmodel.code_colours import Language
from rlm_desktop.viewmodel.long_text import LongText


@dataclass(frozen=True, slots=True, kw_only=True)
class LineMark:
    """A remark at the end of a line of code: the calls it made, the error it raised. Lines count from 1."""

    line: int
    text: str
    tint: Tint


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBody:
    """A text to read."""

    text: str
    language: Language = "plain"
    marks: tuple[LineMark, ...] = ()
    is_prose: bool = False
    """Words for people, in the UI's face rather than the monospaced one."""
    long: LongText | None = None
    """Stands in for `text` where that would be too long to be loaded at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a table; `node` is where a click leads."""

    text: str
    tint: Tint = "text"
    is_figure: bool = False
    """Monospaced and to the right, as numbers are."""
    is_code: bool = False
    node: NodeId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableBody:
    """Rows of cells; `headings` may be empty. `stretch` is the column that takes the room that is left."""

    rows: tuple[tuple[Cell, ...], ...]
    headings: tuple[str, ...] = ()
    stretch: int = 1
    current: int | None = None
    """The row that is about the selected node."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A titled piece of the detail. `left_out` says in words what is not shown, and with its count."""

    title: str
    tint: Tint
    body: TextBody | TableBody
    note: str = ""
    meta: str = ""
    left_out: str = ""
    more: str = ""
    """The tab that shows all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crumb:
    """One place on the way from the run to the node."""

    node: NodeId
    text: str
    tint: Tint = field(default="muted")
