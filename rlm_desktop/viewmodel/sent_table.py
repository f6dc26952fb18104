"""What left this computer in a run: the ledger as a table, and as CSV."""

import csv
from io import StringIO

from rlm_desktop.lm.endpoints import THIS_COMPUTER
from rlm_desktop.trace.facts import SentText
from rlm_desktop.trace.wording import plural
from rlm_desktop.viewmodel.cards import Cell, TableBody

_HEADINGS = ("Document", "Where it went", "Model", "Characters")


def sent_table(sent: tuple[SentText, ...]) -> TableBody:
    """Make a table of it: what left this computer first."""
    rows = sorted(sent, key=lambda row: (row.goes_to == THIS_COMPUTER, row.goes_to, -row.characters))
    return TableBody(rows=tuple(map(_row, rows)), headings=_HEADINGS, stretch=0)


def _row(row: SentText) -> tuple[Cell, ...]:
    stayed = row.goes_to == THIS_COMPUTER
    where = Cell(text="stayed on this computer" if stayed else row.goes_to, tint="muted" if stayed else "warn")
    characters = Cell(text=f"{row.characters:,}", is_figure=True)
    return Cell(text=row.document), where, Cell(text=row.model, tint="muted"), characters


def sent_words(sent: tuple[SentText, ...], *, is_over: bool) -> str:
    """Say it in a sentence."""
    if not is_over:
        return "The ledger is written when the run ends."
    away = [row for row in sent if row.goes_to != THIS_COMPUTER]
    if not away:
        return "No text of a document left this computer in this run."
    characters = sum(row.characters for row in away)
    places = " and ".join(sorted({row.goes_to for row in away}))
    documents = len({row.document for row in away})
    return f"{characters:,} characters of {plural(documents, 'document')} went to {places}, each time counted."


def sent_csv(sent: tuple[SentText, ...]) -> str:
    """Write it for spreadsheets."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(("document", "goes_to", "model", "characters"))
    writer.writerows((harmless(row.document), row.goes_to, row.model, row.characters) for row in sent)
    return file.getvalue()


def harmless(name: str) -> str:
    """Put what a spreadsheet would take for a formula in quotes."""
    return f"'{name}" if name.startswith(("=", "+", "-", "@", "\t", "\r")) else name
