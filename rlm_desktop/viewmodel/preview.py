"""A document's text as a run sees it, a part at a time, with the lines counted and the pages named."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from rlm_desktop.trace.wording import plural, tokens
from rlm_desktop.viewmodel.document_rows import DocumentRow
from rlm_desktop.viewmodel.guarded_text import GuardedLines, guarded_lines

if TYPE_CHECKING:
    # Its module brings pydantic, which takes longer than the first paint may.
    from rlm_desktop.service.messages import DocumentText

PART = 200_000
"""Characters that are shown at once; more would make the pane slow."""
Purpose = Literal["show", "find"]
_NOT_FOUND = "not found"
_FURTHER = "not in this part; Enter looks further"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What is wanted of a document's text."""

    path: str
    name: str
    start: int
    characters: int = PART


@dataclass(frozen=True, slots=True)
class Place:
    """A mark in the shown text: the line it stands above, and its words."""

    line: int
    label: str


class Preview(QObject):
    """One document at a time. What is asked for goes out with `wanted`; `take` is given the answer."""

    changed = Signal()
    closed = Signal()
    wanted = Signal(object)  # Stretch
    hit = Signal(int, int)  # from and to in the shown text
    looked = Signal(str)  # how the search goes; empty once there is a hit

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.row: DocumentRow | None = None
        self.text: DocumentText | None = None
        self.lines = GuardedLines()
        self._purpose: Purpose = "show"
        self._goal: int | None = None
        self._words = ""
        self._tried = 0
        self._is_back = False
        self._is_of_no_use = False
        """Whether what was asked for is not wanted any more: other words are looked for."""

    # What the user does

    def open(self, row: DocumentRow) -> None:
        """Show a document from its beginning."""
        self.row, self.text, self.lines, self._goal, self._words = row, None, GuardedLines(), None, ""
        self._ask("show", 0)

    def close(self) -> None:
        """Show none."""
        if self.row is not None:
            self.row = self.text = None
            self.closed.emit()

    def go_to_part(self, number: int) -> None:
        """Show a part, counted from 1."""
        if 1 <= number <= self.parts and number != self.part:
            self._ask("show", (number - 1) * PART)

    def go_to_page(self, number: int) -> None:
        """Show the beginning of a page, counted from 1."""
        starts = self.page_starts
        if 1 <= number <= len(starts):
            self._go_to(starts[number - 1])

    def find(self, words: str, after: int, *, is_back: bool = False) -> None:
        """Find words from a place in the shown text on; if they are not in this part, look into the others."""
        self._words, self._tried, self._is_back = words, 0, is_back
        if words and self.text is not None and not self._find_here(after):
            self._look_on(self.part - 1)

    def find_near(self, words: str, after: int) -> None:
        """Find words while they are typed, in this part only."""
        self._words, self._tried, self._is_back = words, 0, False
        self._is_of_no_use = self._purpose == "find"
        self._purpose = "show"
        if self.text is not None and not self._find_here(after):
            self.looked.emit(_NOT_FOUND if self.parts == 1 else _FURTHER)

    # What is told

    def take(self, text: "DocumentText") -> None:
        """Show what came, or look through it."""
        if self.row is None or self._is_of_no_use:
            return
        lines = guarded_lines(text.text, text.first_line)
        if self._purpose == "find" and not _hits(self._words, lines.text):
            self._tried += 1
            self._look_on(text.start // PART)
            return
        self.text, self.lines = text, lines
        self.changed.emit()
        self._reach_goal()

    # What follows from it

    @property
    def parts(self) -> int:
        """How many parts there are."""
        return 1 if self.text is None else max(1, -(-self.text.characters_in_all // PART))

    @property
    def part(self) -> int:
        """Which part is shown, counted from 1."""
        return 1 if self.text is None else self.text.start // PART + 1

    @property
    def page_starts(self) -> tuple[int, ...]:
        """Where the pages begin, for a document with pages."""
        return () if self.text is None else self.text.page_starts or ()

    @property
    def problem(self) -> str:
        """Why there is no text to show."""
        return "" if self.text is None else self.text.problem

    @property
    def facts(self) -> str:
        """What is known of the document: `pdf · 88 pages · 48,012 characters · 12k tok`."""
        row = self.row
        if row is None:
            return ""
        pages = "" if row.pages is None else plural(row.pages, "page")
        length = plural(self.text.characters_in_all if self.text else row.characters, "character")
        return " · ".join(filter(None, (row.kind, pages, length, f"≈ {tokens(row.tokens)}" if row.tokens else "")))

    @property
    def places(self) -> list[Place]:
        """Where pages, sheets and other parts begin in what is shown."""
        if self.text is None:
            return []
        marks = {mark.start: mark.label for mark in self.text.marks}
        if not marks:
            marks = {start: f"p. {number}" for number, start in enumerate(self.page_starts, 1)}
        first, last = self.text.start, self.text.start + len(self.text.text)
        return [
            Place(self.lines.shown_line(start - first), label)
            for start, label in sorted(marks.items())
            if first <= start < max(last, first + 1)
        ]

    def page_at(self, line: int) -> int | None:
        """Give the page that a shown line belongs to; None without pages."""
        if self.text is None or not self.page_starts:
            return None
        return max(1, bisect_right(self.page_starts, self.text.start + self.lines.offset_of(line)))

    # How it is done

    def _ask(self, purpose: Purpose, start: int) -> None:
        assert self.row is not None
        self._purpose, self._is_of_no_use = purpose, False
        self.wanted.emit(Stretch(path=self.row.path, name=self.row.full_name, start=start))
        self.changed.emit()

    def _go_to(self, offset: int) -> None:
        self._goal = offset
        if self.text is not None and offset // PART == self.part - 1:
            self._reach_goal()
        else:
            self._ask("show", offset // PART * PART)

    def _reach_goal(self) -> None:
        assert self.text is not None
        if self._goal is not None:
            line = self.lines.shown_line(self._goal - self.text.start)
            place = self.lines.start_of(line)
            self._goal = None
            self.hit.emit(place, place)
        elif self._purpose == "find":
            self._find_here(len(self.lines.text) if self._is_back else 0)
        self._purpose = "show"

    def _find_here(self, after: int) -> bool:
        hits = _hits(self._words, self.lines.text)
        fitting = [hit for hit in hits if (hit[1] <= after if self._is_back else hit[0] >= after)]
        if self.parts == 1:
            fitting = fitting or hits
        if fitting:
            self.looked.emit("")
            self.hit.emit(*fitting[-1 if self._is_back else 0])
        return bool(fitting)

    def _look_on(self, here: int) -> None:
        """Ask for the next part, around the end to the beginning, until all were looked through."""
        if self.parts == 1 or self._tried >= self.parts:
            self._purpose = "show"
            self.looked.emit(_NOT_FOUND)
            return
        following = (here + (-1 if self._is_back else 1)) % self.parts
        self.looked.emit(f"looking in part {following + 1:,} of {self.parts:,}…")
        self._ask("find", following * PART)


def _hits(words: str, text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(re.escape(words), text, re.IGNORECASE)]
