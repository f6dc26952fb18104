"""The figures of a chart as a table: to read without the picture, to sort, and to copy."""

from collections.abc import Callable
from dataclasses import dataclass

from rlm_desktop.viewmodel.cards import Cell, TableBody
from rlm_desktop.viewmodel.chart import TOTAL_WORDS, Bar, Chart, amount_words
from rlm_desktop.viewmodel.sent_table import harmless

UNKNOWN = "Calls of unknown price"


@dataclass(frozen=True, slots=True)
class Order:
    """By which column a table is sorted."""

    column: int
    is_falling: bool = False


@dataclass(frozen=True, slots=True)
class _Column:
    heading: str
    words: Callable[[Bar], str]
    key: Callable[[Bar], int]


def chart_table(chart: Chart, order: Order | None = None) -> TableBody:
    """Make the table, in the order of the bars or of a column; the sorted column's heading says so."""
    columns = _columns(chart)
    headings = [chart.axis, *(column.heading for column in columns)]
    bars = list(chart.bars)
    if order is not None and order.column < len(headings):
        headings[order.column] += " ▾" if order.is_falling else " ▴"
        if order.column:
            bars.sort(key=columns[order.column - 1].key, reverse=order.is_falling)
        elif chart.is_flat:
            bars.sort(key=lambda bar: bar.label.casefold(), reverse=order.is_falling)
        elif order.is_falling:
            bars.reverse()
    return TableBody(rows=tuple(_row(bar, columns) for bar in bars), headings=tuple(headings), stretch=0)


def table_text(body: TableBody) -> str:
    """Write a table for the clipboard, a tab between cells."""
    lines = [body.headings, *(tuple(harmless(cell.text) for cell in row) for row in body.rows)]
    return "".join("\t".join(cells) + "\n" for cells in lines)


def _row(bar: Bar, columns: list[_Column]) -> tuple[Cell, ...]:
    figures = (Cell(text=column.words(bar), is_figure=True) for column in columns)
    return (Cell(text=bar.label), *figures)


def _columns(chart: Chart) -> list[_Column]:
    columns = []
    if len(chart.series) > 1:
        columns = [_amounts(chart, place) for place in range(len(chart.series))]
    columns.append(
        _Column(
            TOTAL_WORDS[chart.unit],
            lambda bar: amount_words(chart.unit, bar.total, bar.unknown, is_exact=True),
            lambda bar: bar.total,
        )
    )
    if chart.unknown:
        columns.append(_Column(UNKNOWN, lambda bar: f"{bar.unknown:,}", lambda bar: bar.unknown))
    if chart.has_runs:
        columns.append(_Column("Runs", lambda bar: f"{bar.runs:,}", lambda bar: bar.runs))
    return columns


def _amounts(chart: Chart, place: int) -> _Column:
    return _Column(
        chart.series[place].name,
        lambda bar: amount_words(chart.unit, bar.amounts[place], bar.unknown_of(place), is_exact=True),
        lambda bar: bar.amounts[place],
    )
