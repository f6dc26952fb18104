"""A table of a run's calls for spreadsheets: one line a call (RFC 4180), with its tokens and its exact cost.

It begins with a byte order mark, without which Excel takes UTF-8 for another encoding; every other reader skips it.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from rlm_desktop.export.recorded import RecordedRun
from rlm_desktop.export.spans import (
    WholeRun,
    calls_of,
    enclosing,
    exact_dollars,
    iso,
    outcome_of,
    well_formed,
    whole_run,
)
from rlm_desktop.trace.controls import show_controls
from rlm_desktop.trace.events import CallFinished, CallStarted
from rlm_desktop.trace.facts import Usage
from rlm_desktop.trace.nodes import Node
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.trace.tree import Trace

CELL_CHARACTERS = 32_767
"""What a cell of Excel holds, in UTF-16."""
COLUMNS = (
    "recording",
    "id",
    "parent",
    "run",
    "depth",
    "turn",
    "step",
    "batch",
    "position",
    "role",
    "model",
    "status",
    "started",
    "seconds",
    "input_tokens",
    "cached_input_tokens",
    "cache_write_tokens",
    "output_tokens",
    "reasoning_tokens",
    "cost_usd",
    "price_source",
    "cached",
    "same_as",
    "retries",
    "error",
    "label",
    "prompt_characters",
    "reply_characters",
    "prompt",
    "reply",
    "pinned",
    "score",
    "labels",
    "note",
    "run_status",
    "run_reason",
    "left_out",
)
_FORMULA_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_LINES_AT_ONCE = 500
Cell = str | int


def write(run: RecordedRun, file: BinaryIO) -> None:
    """Write the table; it has no line but the first where the run made no call."""
    file.write(b"\xef\xbb\xbf")
    whole = whole_run(run)
    page = io.StringIO(newline="")
    lines = csv.writer(page, lineterminator="\r\n")
    lines.writerow(COLUMNS)
    for number, line in enumerate(_lines(whole), 1):
        lines.writerow(line)
        if number % _LINES_AT_ONCE == 0:
            _flush(page, file)
    _flush(page, file)


def _flush(page: io.StringIO, file: BinaryIO) -> None:
    file.write(page.getvalue().encode())
    page.seek(0)
    page.truncate()


def _lines(whole: WholeRun) -> Iterator[Sequence[Cell]]:
    left_out = words(" ".join(whole.recorded.left_out))
    for node, started, finished in calls_of(whole.trace):
        yield (
            words(whole.recorded.run),
            *_place(whole.trace, node, started),
            started.role,
            words(started.model),
            node.status,
            iso(node.started),
            "" if node.seconds is None else f"{node.seconds:.6f}".rstrip("0").rstrip("."),
            *_spending(node, finished),
            words((finished.error or "") if finished is not None else ""),
            words(started.label),
            *_texts(whole.recorded, started, finished),
            *_note(whole.recorded, node),
            *_run(whole.trace, node),
            left_out,
        )


def _place(trace: Trace, node: Node, started: CallStarted) -> Iterator[Cell]:
    """Say where a call was made: the ids of what it lies in, the numbers of its turn and its step."""
    run, turn, step = (enclosing(trace, node, [kind]) for kind in ("run", "turn", "step"))
    yield node.id
    yield started.parent
    yield "" if run is None else run.id
    yield node.depth
    yield _number_within(turn, run)
    yield _number_within(step, turn)
    yield "" if started.batch is None else started.batch
    yield "" if started.position is None else started.position


def _number_within(part: Node | None, run: Node | None) -> Cell:
    return part.number if part is not None and run is not None and part.parent == run.id else ""


def _spending(node: Node, finished: CallFinished | None) -> Iterator[Cell]:
    """Give tokens and cost. Of a call that is still out nothing is known, which is not the same as nothing."""
    if finished is None:
        yield from [""] * 9
    else:
        yield from _tokens(finished.usage)
        yield exact_dollars(finished.cost_nano_usd)
        yield finished.price_source
        yield "yes" if finished.cached else "no"
        yield "" if finished.same_as is None else finished.same_as
    yield node.totals.retries


def _tokens(usage: Usage) -> Iterator[Cell]:
    yield usage.input_tokens
    yield usage.cached_input_tokens
    yield usage.cache_write_tokens
    yield usage.output_tokens
    yield usage.reasoning_tokens


def _texts(run: RecordedRun, started: CallStarted, finished: CallFinished | None) -> Iterator[Cell]:
    reply = finished.reply if finished is not None else None
    yield sum(message.text.characters for message in started.prompt)
    yield "" if reply is None else reply.characters
    yield _prompt(run, started)
    yield "" if reply is None else _text(run, reply)


def _prompt(run: RecordedRun, started: CallStarted) -> str:
    """Put messages one below the other; those that no longer fit into the cell are not even loaded."""
    if len(started.prompt) == 1:
        return _text(run, started.prompt[0].text)
    pieces: list[str] = []
    room = CELL_CHARACTERS
    for message in started.prompt:
        if room > 0:
            pieces.append(f"[{message.role}]\n{run.text(message.text.digest)[: room + 1]}")
            room -= len(pieces[-1])
    whole = sum(message.text.characters for message in started.prompt)
    return _cell("\n\n".join(pieces), whole)


def _text(run: RecordedRun, reference: TextRef) -> str:
    return _cell(run.text(reference.digest), reference.characters)


def _note(run: RecordedRun, node: Node) -> Iterator[Cell]:
    note = run.notes.get(node.id)
    if note is None:
        yield from [""] * 4
        return
    yield "yes" if note.is_pinned else ""
    yield "" if note.score is None else note.score
    yield words(", ".join(note.labels))
    yield words(note.text)


def _run(trace: Trace, node: Node) -> Iterator[Cell]:
    run = enclosing(trace, node, ["run"])
    outcome = outcome_of(trace, run) if run is not None else None
    yield outcome.status if outcome is not None else ""
    yield words(outcome.reason) if outcome is not None else ""


def words(text: str) -> str:
    """Make a cell of words that came from outside: no formula, no control character, no more than a cell holds."""
    return _cell(text, len(text))


def _cell(text: str, characters: int) -> str:
    """Make a cell of a text, or of the beginning of one with so many characters; a cut one says how much it lacks."""
    shown = _guarded(text[: CELL_CHARACTERS + 1])
    if characters <= CELL_CHARACTERS and _units(shown) <= CELL_CHARACTERS:
        return shown
    mark_room = 60
    kept = CELL_CHARACTERS
    while (size := _units(_guarded(text[:kept]))) > CELL_CHARACTERS - mark_room:
        kept = kept * (CELL_CHARACTERS - mark_room) // (size + 1)
    return f"{_guarded(text[:kept])}\n… {max(characters, len(text)) - kept:,} characters left out"


def _guarded(text: str) -> str:
    """Show controls as signs, and keep a spreadsheet from running the words as a formula."""
    shown = show_controls(well_formed(text))
    return f"'{shown}" if shown.startswith(_FORMULA_BEGINS) else shown


def _units(text: str) -> int:
    """Count as Excel does: what lies beyond the basic plane counts twice."""
    return len(text.encode("utf-16-le")) // 2
