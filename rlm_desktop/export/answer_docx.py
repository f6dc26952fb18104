"""The answer with its evidence as a Word document."""

import shutil
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import BinaryIO

import docx
from docx.document import Document
from docx.shared import Cm, Length, Mm, Pt
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph

from rlm_desktop.export import docx_dress as dress
from rlm_desktop.export.answer import quote_row
from rlm_desktop.export.answer_sheet import AnswerSheet, sheet_of
from rlm_desktop.export.answer_tokens import harmless_tokens
from rlm_desktop.export.docx_markdown import Laying, as_words
from rlm_desktop.export.errors import NotFit
from rlm_desktop.export.paper import is_letter, territory_here
from rlm_desktop.export.quote_marks import mark_quotes
from rlm_desktop.export.recorded import RecordedRun

_MOST_CHARACTERS = 5_000_000
_MOST_LINES = 100_000
_LINES_TOGETHER = 200
_FACT_WIDTHS = (Cm(2.8), Cm(4.8), Cm(9))
_QUOTE_WIDTHS = (Cm(0.9), Cm(6.9), Cm(4), Cm(2), Cm(2.8))
_IN_MEMORY = 8_000_000
_LONGEST_PROPERTY = 255
"""What Word takes as a title."""


def write(run: RecordedRun, file: BinaryIO) -> None:
    """Write the document; raises `NotFit` for an answer of more words than Word opens."""
    sheet = sheet_of(run)
    words = f"{sheet.question}\n{sheet.answer or ''}"
    if len(words) > _MOST_CHARACTERS or words.count("\n") > _MOST_LINES:
        raise NotFit("This answer is longer than Word takes it well. Export it as answer-md or answer-html instead.")
    document = docx.Document()
    _lay_out(document, sheet)
    # Its zip is finished by going back, which not every file can.
    with SpooledTemporaryFile(_IN_MEMORY) as made:
        document.save(made)
        made.seek(0)
        shutil.copyfileobj(made, file)


def _lay_out(document: Document, sheet: AnswerSheet) -> None:
    dress.prepare(document)
    _set_page(document)
    _describe(document, sheet)
    _head(document, sheet)
    if sheet.answer is not None:
        document.add_heading("Answer", 1)
        _answer(document, sheet, sheet.answer)
    _evidence(document, sheet)
    document.add_heading("About this run", 1)
    _table(document, [(fact.name, fact.value, fact.remark) for fact in sheet.facts], _FACT_WIDTHS)
    _rest(document, sheet)


def _set_page(document: Document) -> None:
    section = document.sections[0]
    if not is_letter(territory_here()):
        section.page_width, section.page_height = Mm(210), Mm(297)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Mm(22))
    dress.number_pages(section.footer.paragraphs[0])


def _describe(document: Document, sheet: AnswerSheet) -> None:
    about = document.core_properties
    about.title = as_words(sheet.title)[:_LONGEST_PROPERTY]
    about.keywords = as_words(", ".join(sheet.tags))[:_LONGEST_PROPERTY]
    about.author = "RLM Desktop"
    about.comments = as_words(sheet.summary)[:_LONGEST_PROPERTY]
    about.created = about.modified = datetime.now().astimezone()


def _head(document: Document, sheet: AnswerSheet) -> None:
    _words(document, sheet.title, "Title")
    if sheet.question.strip() != sheet.title:
        _words(document, sheet.question.strip())
    _muted(_words(document, sheet.summary))
    if sheet.tags:
        _muted(_words(document, f"Tags: {', '.join(sheet.tags)}"))
    for sentence in sheet.left_out:
        _words(document, sentence, "Intense Quote")
    if sheet.warning:
        paragraph = _words(document, sheet.warning)
        for run in paragraph.runs:
            run.bold, run.font.color.rgb = True, dress.ink("warn")


def _answer(document: Document, sheet: AnswerSheet, answer: str) -> None:
    tokens = harmless_tokens(answer)
    if tokens is None:
        _as_written(document, answer)
        return
    mark_quotes(tokens, sheet.quotes)
    Laying(document).lay(tokens)


def _as_written(document: Document, text: str) -> None:
    lines = text.split("\n")
    for start in range(0, len(lines), _LINES_TOGETHER):
        _words(document, "\n".join(lines[start : start + _LINES_TOGETHER]), dress.CODE)


def _evidence(document: Document, sheet: AnswerSheet) -> None:
    if sheet.quotes:
        document.add_heading("Evidence", 1)
        _words(document, sheet.evidence_in_short)
        rows = [quote_row(number, quote) for number, quote in enumerate(sheet.quotes, 1)]
        table = _table(document, [("", "Quote", "Document", "Place", "Match"), *rows], _QUOTE_WIDTHS)
        dress.repeat_heading(table)
        for number, row in enumerate(islice(table.rows, 1, None), 1):
            dress.name_place(row.cells[0].paragraphs[0], f"quote_{number}", number)
    if sheet.coverage:
        document.add_heading("Coverage", 1)
        _words(document, sheet.coverage)


def _rest(document: Document, sheet: AnswerSheet) -> None:
    if sheet.reached:
        document.add_heading("Limits reached", 1)
        for text in sheet.reached:
            _words(document, text, "List Bullet")
    if sheet.remarks:
        document.add_heading("Notes", 1)
    for remark in sheet.remarks:
        _muted(_words(document, " · ".join(filter(None, (remark.place, remark.marks)))))
        if remark.text:
            _words(document, remark.text)


def _words(document: Document, text: str, style: str = "Normal") -> Paragraph:
    paragraph = document.add_paragraph(as_words(text), style)
    dress.turn(paragraph)
    return paragraph


def _muted(paragraph: Paragraph) -> None:
    for run in paragraph.runs:
        run.font.color.rgb, run.font.size = dress.ink("muted"), Pt(9)


def _table(document: Document, rows: Sequence[Sequence[str]], widths: Sequence[Length]) -> Table:
    table: Table = document.add_table(len(rows), len(rows[0]), "Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row, cells in zip(rows, table.rows, strict=True):
        _fill(cells, row, widths)
    return table


def _fill(cells: _Row, row: Iterable[str], widths: Iterable[Length]) -> None:
    for cell, text, width in zip(cells.cells, row, widths, strict=True):
        cell.width = width
        paragraph = cell.paragraphs[0]
        run = paragraph.add_run(as_words(text))
        run.font.size = Pt(9)
        dress.turn(paragraph)
