"""What stands in each cell of the map grid, in signs and in words."""

from collections.abc import Sequence
from statistics import median

from rlm_desktop.trace.rows import Badge, Tint
from rlm_desktop.trace.wording import money, plural, seconds, short_number, spent
from rlm_desktop.viewmodel.call_order import GridColumn
from rlm_desktop.viewmodel.call_rows import SIGNS, STATE_WORDS, CallRow
from rlm_desktop.viewmodel.cards import Cell

HEADINGS = ("#", "State", "Asked", "Answer", "Remarks", "Time", "Cost", "In", "Out", "Retries")


def remarks(row: CallRow, flags: tuple[Badge, ...]) -> tuple[Badge, ...]:
    """Give all that is worth a remark: what stands out, then what is special."""
    child = (Badge("↳ child run", "a child run", "root"),) if row.is_run else ()
    return (*flags, *child, *row.badges)


def call_cell(row: CallRow, column: GridColumn, flags: tuple[Badge, ...], is_inside: bool = False) -> Cell:
    """Write one cell of a call."""
    match column:
        case GridColumn.NUMBER:
            return Cell(text=f"{'  ' if is_inside else ''}{row.number or '–'}", is_figure=True, tint="muted")
        case GridColumn.STATE:
            sign, tint = SIGNS[row.state]
            return Cell(text=f"{sign} {_short_state(row)}", tint=tint)
        case GridColumn.ASKED:
            return Cell(text=row.asked)
        case GridColumn.ANSWER:
            return Cell(text=row.said, tint="error" if row.state == "failed" else "text")
        case GridColumn.REMARKS:
            return _remarks_cell(remarks(row, flags))
        case _:
            return Cell(text=_figure(row, column), is_figure=True, tint=_ink(row, column))


def _short_state(row: CallRow) -> str:
    return "waiting" if row.state == "waiting" else STATE_WORDS[row.state]


def _remarks_cell(badges: tuple[Badge, ...]) -> Cell:
    tint: Tint = "warn" if any(badge.tint == "warn" for badge in badges) else "muted"
    return Cell(text="  ".join(badge.sign for badge in badges), tint=tint)


def _figure(row: CallRow, column: GridColumn) -> str:
    match column:
        case GridColumn.TIME:
            return seconds(row.seconds)
        case GridColumn.COST:
            return "–" if row.is_open else "unknown" if row.cost is None else money(row.cost)
        case GridColumn.INPUT:
            return short_number(row.input_tokens) if row.input_tokens else "–"
        case GridColumn.OUTPUT:
            return short_number(row.output_tokens) if row.output_tokens else "–"
        case _:
            return str(row.retries) if row.retries else "–"


def _ink(row: CallRow, column: GridColumn) -> Tint:
    return "warn" if column == GridColumn.RETRIES and row.retries else "text"


def group_cell(rows: Sequence[CallRow], column: GridColumn, is_open: bool) -> Cell:
    """Write one cell of a group's head: how many have the same answer, and their sums."""
    first = rows[0]
    match column:
        case GridColumn.NUMBER:
            return Cell(text="▾" if is_open else "▸", tint="accent")
        case GridColumn.STATE:
            sign, tint = SIGNS[first.state]
            return Cell(text=f"{sign} {len(rows):,} ×", tint=tint)
        case GridColumn.ASKED:
            return Cell(text=plural(len(rows), "call"), tint="muted")
        case GridColumn.ANSWER:
            return call_cell(first, column, ())
        case GridColumn.REMARKS:
            return Cell(text="same failure" if first.state != "answered" else "same answer", tint="muted")
        case _:
            return Cell(text=_sum(rows, column), is_figure=True, tint="muted")


def _sum(rows: Sequence[CallRow], column: GridColumn) -> str:
    match column:
        case GridColumn.TIME:
            return f"~{seconds(median(row.seconds for row in rows))}"
        case GridColumn.COST:
            return spent(sum(row.cost or 0 for row in rows), sum(row.cost is None for row in rows))
        case GridColumn.INPUT:
            return short_number(sum(row.input_tokens for row in rows))
        case GridColumn.OUTPUT:
            return short_number(sum(row.output_tokens for row in rows))
        case _:
            return str(sum(row.retries for row in rows) or "–")


def call_words(row: CallRow, flags: tuple[Badge, ...], count: int) -> str:
    """Say a call aloud: `call 3 of 40, Torsnes, failed, context too long, 0.1 s, $0`."""
    name = "child run" if row.is_run else "call"
    parts = [f"{name} {row.number} of {count}" if row.number else name, row.asked, STATE_WORDS[row.state], row.said]
    parts += [_figure(row, GridColumn.TIME), _figure(row, GridColumn.COST)]
    parts += [f"{badge.sign[2:]}: {badge.words}" for badge in flags] + [badge.words for badge in row.badges]
    return ", ".join(part for part in parts if part and part != "–")


def group_words(rows: Sequence[CallRow], is_open: bool) -> str:
    """Say the head of a group aloud."""
    what = "the same answer" if rows[0].state == "answered" else "the same failure"
    return f"{plural(len(rows), 'call')} with {what}, {'expanded' if is_open else 'collapsed'}, {rows[0].said}"
