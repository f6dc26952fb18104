"""The rows of a trace's page: columns of numbers for all of them, words and cards for a thousand at a time."""

from array import array
from collections.abc import Iterator
from typing import Any, get_args

from rlm_desktop.export.recorded import RecordedRun
from rlm_desktop.export.trace_cards import Card, Cell, Earlier, Kept, Table, Words
from rlm_desktop.export.trace_html_blocks import Blocks
from rlm_desktop.export.trace_rows import WrittenRow, opened_first, written_row
from rlm_desktop.export.trace_story import Stories
from rlm_desktop.trace.controls import show_controls
from rlm_desktop.trace.ids import Digest
from rlm_desktop.trace.nodes import KINDS, Node
from rlm_desktop.trace.notes import NodeNote
from rlm_desktop.trace.rows import Tint, elapsed
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.trace.tree import FAILING, Trace

ROWS_AT_ONCE = 1_000
TINTS: tuple[Tint, ...] = get_args(Tint)
_HAS_FAILED, _IS_OPENED = 1, 2
_TYPES = {
    "ids": "d",
    "levels": "H",
    "kinds": "B",
    "tints": "B",
    "marks": "B",
    "shares": "f",
    "share-tints": "B",
    "starts": "d",
    "seconds": "d",
    "text-counts": "I",
    "row-texts": "I",
}


class Rows:
    """Writes the rows of a trace, and gathers the texts that they refer to."""

    def __init__(self, run: RecordedRun, trace: Trace, blocks: Blocks) -> None:
        self._trace = trace
        self._blocks = blocks
        self._stories = Stories(trace, run.notes)
        self._columns: dict[str, array[Any]] = {name: array(kind) for name, kind in _TYPES.items()}
        self.texts: dict[Digest, int] = {}
        """The texts in the order in which they have to be written, and their numbers."""

    def write(self) -> None:
        """Write all rows; parents stand before children."""
        opened = opened_first(self._trace)
        levels: dict[int | None, int] = {None: -1}
        words: list[Any] = []
        cards: list[Any] = []
        for number, node in enumerate(self._trace.walk()):
            if number and number % ROWS_AT_ONCE == 0:
                self._write_words(number // ROWS_AT_ONCE - 1, words, cards)
                words, cards = [], []
            levels[node.id] = levels[node.parent] + 1
            row = written_row(self._trace, node)
            self._add_numbers(node, row, levels[node.id], node.id in opened)
            words.append(_words(row, self._stories.note(node)))
            cards.append(self._cards(node))
        self._write_words(max(0, len(self._trace.nodes) - 1) // ROWS_AT_ONCE, words, cards)
        for name, column in self._columns.items():
            self._blocks.add_numbers(name, column)

    def _write_words(self, block: int, words: list[Any], cards: list[Any]) -> None:
        self._blocks.add_json(f"words-{block}", words)
        self._blocks.add_json(f"cards-{block}", cards)

    def _add_numbers(self, node: Node, row: WrittenRow, level: int, is_opened: bool) -> None:
        has_failed = node.status == "failed" and node.kind in FAILING
        begun = self._trace.root.started if self._trace.root is not None else 0.0
        values = {
            "ids": node.id,
            "levels": level,
            "kinds": KINDS.index(node.kind),
            "tints": TINTS.index(row.tint),
            "marks": _HAS_FAILED * has_failed + _IS_OPENED * is_opened,
            "shares": -1.0 if row.share is None else row.share,
            "share-tints": TINTS.index(row.share_tint),
            "starts": node.started - begun,
            "seconds": elapsed(self._trace, node),
        }
        for name, value in values.items():
            self._columns[name].append(value)

    def _cards(self, node: Node) -> list[Any]:
        before = len(self._columns["row-texts"])
        cards = [self._card(card) for card in self._stories.cards(node)]
        self._columns["text-counts"].append(len(self._columns["row-texts"]) - before)
        return cards

    def _card(self, card: Card) -> dict[str, Any]:
        words = {"title": card.title, "tint": card.tint, "tab": card.tab, "note": card.note, "meta": card.meta}
        said = {name: show_controls(text) for name, text in words.items() if text}
        match card.body:
            case Kept(pieces=pieces, language=language):
                return {**said, "texts": [self._text(piece) for piece in pieces], "language": language}
            case Earlier(messages=messages):
                return {**said, "earlier": [[one.role, *self._text(one.text, is_new=False)] for one in messages]}
            case Table(rows=rows, headings=headings):
                return {**said, "rows": [[_cell(cell) for cell in row] for row in rows], "headings": headings}
            case Words(text=text, language=language):
                return {**said, "words": text, "language": language}

    def _text(self, reference: TextRef, is_new: bool = True) -> tuple[int, int]:
        """Give a text's number and length; a hit in a new one leads to the row."""
        number = self.texts.setdefault(reference.digest, len(self.texts))
        if is_new:
            self._columns["row-texts"].append(number)
        return number, reference.characters


def _cell(cell: Cell) -> Any:
    text = show_controls(cell.text)
    is_plain = cell.tint == "text" and not cell.is_figure and cell.node is None
    return text if is_plain else [text, cell.tint, int(cell.is_figure), *([cell.node] if cell.node is not None else [])]


def _words(row: WrittenRow, written: NodeNote | None) -> list[Any]:
    badges = [[badge.sign, badge.words, badge.tint] for badge in row.badges]
    badges += [[" ".join(_note_signs(written)), "reader’s note", "accent"]] if written is not None else []
    said = [row.prefix, row.title, row.note, row.note_tint, row.cost, row.calls, row.time, row.status]
    return [*map(show_controls, said), [[show_controls(words) for words in badge] for badge in badges]]


def _note_signs(written: NodeNote) -> Iterator[str]:
    if written.labels:
        yield "#"
    if written.score is not None:
        yield f"★{written.score}"
    if written.text:
        yield "✎"
    if written.is_pinned:
        yield "⚲"
