"""What can be taken out of the map grid: rows for a spreadsheet, and the prompts of calls that failed."""

import csv
import json
from collections.abc import Iterator, Sequence
from io import StringIO

from rlm_desktop.trace.events import CallStarted
from rlm_desktop.trace.ids import CallId
from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel.call_cells import HEADINGS, call_cell, remarks
from rlm_desktop.viewmodel.call_grid import CallGrid
from rlm_desktop.viewmodel.call_order import GridColumn
from rlm_desktop.viewmodel.call_rows import STATE_WORDS, CallRow
from rlm_desktop.viewmodel.detail_cards import Texts
from rlm_desktop.viewmodel.sent_table import harmless

_CSV_HEADINGS = (
    "number",
    "state",
    "asked",
    "answer",
    "error",
    "remarks",
    "seconds",
    "cost_usd",
    "input_tokens",
    "output_tokens",
    "retries",
)


def copying(grid: CallGrid, rows: Sequence[int], lines: list[str]) -> Iterator[None]:
    """Write lines as they are shown, with tabs between the cells and the headings above; a call at a time."""
    lines.append("\t".join(HEADINGS))
    for place in grid.places_of(rows):
        row, flags = grid.row(place), grid.flags_of(place)
        lines.append("\t".join(call_cell(row, column, flags).text for column in GridColumn))
        yield


def writing_csv(grid: CallGrid, texts: Texts, file: StringIO) -> Iterator[None]:
    """Write the calls that are shown, with their whole answers; a call at a time."""
    writer = csv.writer(file)
    writer.writerow(_CSV_HEADINGS)
    for place in grid.places():
        row = grid.row(place)
        signs = " ".join(badge.sign for badge in remarks(row, grid.flags_of(place)))
        answer = texts.text(row.answer)
        writer.writerow(
            (
                row.number,
                STATE_WORDS[row.state],
                harmless(row.asked),
                harmless(answer),
                "" if row.answer is not None else harmless(row.said),
                harmless(signs),
                f"{row.seconds:.3f}",
                _dollars(row),
                row.input_tokens,
                row.output_tokens,
                row.retries,
            )
        )
        yield


def _dollars(row: CallRow) -> str:
    return "" if row.cost is None else f"{row.cost / 1e9:.9f}".rstrip("0").rstrip(".")


def failed_places(grid: CallGrid) -> list[int]:
    """Give the calls that failed, as far as they are read."""
    return [place for place, row in enumerate(grid.known()) if row.state == "failed" and not row.is_run]


def forlorn_calls(grid: CallGrid, rows: Sequence[int] | None = None) -> list[CallId]:
    """Give the calls that have no answer, of some lines or of all, as far as they are read."""
    chosen = None if rows is None else {grid.row(place).node for place in grid.places_of(rows)}
    return [CallId(row.node) for row in grid.forlorn() if chosen is None or row.node in chosen]


def gathering_prompts(trace: Trace, grid: CallGrid, texts: Texts, prompts: list[object]) -> Iterator[None]:
    """Gather what the failed calls were asked; a prompt of one message as its text, ready to be asked again."""
    for place in failed_places(grid):
        started = trace.nodes[grid.row(place).node].fact(CallStarted)
        messages = started.prompt if started is not None else ()
        if len(messages) == 1:
            prompts.append(texts.text(messages[0].text))
        elif messages:
            prompts.append([{"role": one.role, "content": texts.text(one.text)} for one in messages])
        yield


def as_json(prompts: list[object]) -> str:
    """Write prompts as a list that code can read."""
    return json.dumps(prompts, indent=2, ensure_ascii=False)
