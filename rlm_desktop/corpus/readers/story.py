"""Paragraphs and tables, told from the XML of office documents as it streams by."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(slots=True, kw_only=True)
class Block:
    """A paragraph, or a table with a line for each row. `level` is that of a heading, 0 for none."""

    text: str
    level: int = 0
    is_item: bool = False


@dataclass(slots=True)
class _Paragraph:
    pieces: list[str] = field(default_factory=list)
    level: int = 0
    is_item: bool = False


class Story:
    """Listens to XML and collects blocks; each format names its elements in the class variables."""

    PARAGRAPHS: ClassVar[frozenset[str]] = frozenset()
    TABLES: ClassVar[frozenset[str]] = frozenset()
    ROWS: ClassVar[frozenset[str]] = frozenset()
    CELLS: ClassVar[frozenset[str]] = frozenset()
    SKIPPED: ClassVar[frozenset[str]] = frozenset()
    BREAKS: ClassVar[Mapping[str, str]] = {}
    LOSSES: ClassVar[Mapping[str, str]] = {}

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.lost: Counter[str] = Counter()
        self._paragraphs: list[_Paragraph] = []
        self._tables: list[list[list[list[str]]]] = []
        self._held: list[Block] = []
        self._skipping = 0

    def opened(self, tag: str, attributes: dict[str, str]) -> None:
        """Hear of an element of the format's own; paragraphs and tables are already seen to."""

    def closed(self, tag: str) -> None:
        """Hear of the end of an element, before paragraphs and tables are."""

    def heard(self, data: str) -> None:
        """Hear a piece of text that is not skipped."""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if self._skipping or tag in self.SKIPPED:
            self._skipping += 1
            return
        if tag in self.PARAGRAPHS:
            self._paragraphs.append(_Paragraph())
        elif tag in self.BREAKS:
            self.write(self.BREAKS[tag])
        elif tag in self.LOSSES:
            self.lost[self.LOSSES[tag]] += 1
        else:
            self._open_table_part(tag)
        self.opened(tag, attributes)

    def end(self, tag: str) -> None:
        """An element ends."""
        if self._skipping:
            self._skipping -= 1
            return
        self.closed(tag)
        if tag in self.PARAGRAPHS and self._paragraphs:
            self._finish_paragraph()
        elif tag in self.TABLES and self._tables:
            self._place(Block(text=_laid_out(self._tables.pop())))

    def text(self, data: str) -> None:
        """A piece of text passes."""
        if not self._skipping:
            self.heard(data)

    def write(self, text: str) -> None:
        """Add to the paragraph under way."""
        if self._paragraphs:
            self._paragraphs[-1].pieces.append(text)

    def be_heading(self, level: int) -> None:
        """Make the paragraph under way a heading."""
        if self._paragraphs:
            self._paragraphs[-1].level = level

    def be_item(self) -> None:
        """Make the paragraph under way an item of a list."""
        if self._paragraphs:
            self._paragraphs[-1].is_item = True

    def _open_table_part(self, tag: str) -> None:
        if tag in self.TABLES:
            self._tables.append([])
        elif tag in self.ROWS and self._tables:
            self._tables[-1].append([])
        elif tag in self.CELLS and self._tables and self._tables[-1]:
            self._tables[-1][-1].append([])

    def _finish_paragraph(self) -> None:
        done = self._paragraphs.pop()
        block = Block(text="".join(done.pieces), level=done.level, is_item=done.is_item)
        if self._paragraphs:
            # A text box or a note stands inside a paragraph: it follows when that is done.
            self._held.append(block)
            return
        held, self._held = self._held, []
        for one in (block, *held):
            self._place(one)

    def _place(self, block: Block) -> None:
        if not block.text.strip():
            return
        cell = self._cell()
        if cell is None:
            self.blocks.append(block)
        else:
            cell.append(block.text)

    def _cell(self) -> list[str] | None:
        if self._tables and self._tables[-1] and self._tables[-1][-1]:
            return self._tables[-1][-1][-1]
        return None


def _laid_out(rows: list[list[list[str]]]) -> str:
    return "\n".join(_row(cells) for cells in rows if any(cells))


def _row(cells: list[list[str]]) -> str:
    if len(cells) == 1:
        return "\n".join(cells[0])
    return " | ".join(" ".join(" ".join(cell).split()) for cell in cells)
