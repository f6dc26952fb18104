"""The whole trace as Markdown, to be read from top to bottom: every node with its texts, figures and cost."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from rlm_desktop.export.recorded import RecordedRun, trace_of
from rlm_desktop.export.trace_cards import Card, Earlier, Kept, Table, Words
from rlm_desktop.export.trace_markdown import fenced, inline, longest_ticks, table_lines
from rlm_desktop.export.trace_rows import written_row
from rlm_desktop.export.trace_story import Stories
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.places import node_place
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import plural

_DEEPEST_HEADING = 6


def write(run: RecordedRun, file: BinaryIO) -> None:
    """Write the trace from its question to its last node."""
    trace = trace_of(run)
    stories = Stories(trace, run.notes)
    for words in _head(run, trace):
        file.write(words.encode())
    for node in trace.walk():
        for words in _node(run, trace, stories, node):
            file.write(words.encode())


def _head(run: RecordedRun, trace: Trace) -> Iterator[str]:
    asked = trace.root.title if trace.root is not None else ""
    yield f"# {inline(run.name or asked or 'A run without a question')}\n\n"
    for sentence in run.left_out:
        yield f"> **{inline(sentence)}**\n\n"
    if run.tags:
        yield f"Tags: {', '.join(inline(tag) for tag in run.tags)}\n\n"
    if trace.root is None:
        yield "Nothing of this run was recorded.\n"
        return
    yield f"Run {inline(run.run)}, {plural(len(trace.nodes), 'node')}. "
    yield "Each node’s figures are of itself and all that is below it.\n\n"


def _node(run: RecordedRun, trace: Trace, stories: Stories, node: Node) -> Iterator[str]:
    row = written_row(trace, node)
    level = min(_DEEPEST_HEADING, 2 + sum(1 for _ in trace.lineage(node.parent)))
    place = node_place(trace, node) if node.parent is not None else "run"
    title = f": {inline(row.title)}" if row.title and row.title != "Run" else ""
    yield f"{'#' * level} {inline(place)}{title}\n\n"
    line = " · ".join(inline(words) for words in (row.status, row.note) if words)
    if line:
        yield f"{line}\n\n"
    for card in stories.cards(node):
        is_short = card.title == "Figures" and node.kind != "run"
        yield from _figures_line(card.body) if is_short and isinstance(card.body, Table) else _card(run, card)


def _figures_line(figures: Table) -> Iterator[str]:
    """Write figures in one line instead of a table."""
    rows = [[inline(cell.text) for cell in row] for row in figures.rows]
    yield " · ".join(f"{name} {value}" + (f" ({remark})" if remark else "") for name, value, remark in rows) + "\n\n"


def _card(run: RecordedRun, card: Card) -> Iterator[str]:
    remarks = ", ".join(inline(part) for part in (card.note, card.meta) if part)
    yield f"**{inline(card.title)}**" + (f" ({remarks})" if remarks else "") + "\n\n"
    match card.body:
        case Table():
            yield from table_lines(card.body)
        case Kept():
            yield from _kept(run, card.body)
        case Earlier():
            yield "*They stand above.*\n\n"
        case Words(text=text, language=language):
            yield from fenced([text], _INFO[language], longest_ticks([text]))


def _kept(run: RecordedRun, kept: Kept) -> Iterator[str]:
    """Write kept texts; many pieces are loaded twice, so that never more than one is in memory."""
    texts: Iterable[str] = (run.text(piece.digest) for piece in kept.pieces)
    if len(kept.pieces) == 1:
        texts = list(texts)
    longest = longest_ticks(texts)
    if len(kept.pieces) > 1:
        texts = (run.text(piece.digest) for piece in kept.pieces)
    yield from fenced(texts, _INFO[kept.language], longest)


_INFO = {"plain": "text", "prose": "text", "python": "python", "markdown": "markdown", "json": "json"}
