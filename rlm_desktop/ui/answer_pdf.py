"""The answer with its evidence as pages for print, which Qt lays out and writes as PDF."""

import errno
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from html import escape
from math import floor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from PySide6.QtCore import QLocale, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
    QTextOption,
)

from rlm_desktop.export.answer import quote_row
from rlm_desktop.export.answer_sheet import AnswerSheet, sheet_of
from rlm_desktop.export.answer_tokens import as_shown
from rlm_desktop.export.inert_html import inert_html
from rlm_desktop.export.paper import is_letter
from rlm_desktop.export.recorded import RecordedRun
from rlm_desktop.ui.answer_dress import boxed, dress, sheet
from rlm_desktop.ui.page_mending import mend_page_ends, pages_of, take_other_mono
from rlm_desktop.ui.theme import colour, palette_for
from rlm_desktop.viewmodel.guarded_text import parts_of, split_long_lines

_PAPER = palette_for("light")
_DOTS_PER_INCH = 1200
_TOUCH = 8
_MARGIN_MM = 18.0
_FOOTER_MM = 10.0
_MM_PER_INCH = 25.4
_BODY_POINTS, _SMALL_POINTS = 10, 8
_LARGEST_PART = 100_000
"""Characters of a text as it was written that are laid out at once: Qt holds a hundred times as much of them."""
_MARK = re.compile(r'<sup class="mark">(\d+)</sup>')
_END = b"%%EOF\n"
_FAMILIES = ["Segoe UI", "Helvetica Neue", "Noto Sans", "DejaVu Sans", "sans-serif"]


def write(run: RecordedRun, file: BinaryIO) -> None:
    """Write the pages. There must be a `QGuiApplication` with the fonts of the theme."""
    about = sheet_of(run)
    # WORKAROUND: a device of ours gets its bytes as text, cut at the first zero, so that Qt writes a file of its own.
    with TemporaryDirectory(prefix="rlm-desktop-") as folder:
        path = Path(folder) / "answer.pdf"
        pages = _Pages(path, about.title)
        try:
            for html in _parts(about):
                pages.add(html)
        finally:
            pages.end()
        with path.open("rb") as made:
            _check_whole(made)
            shutil.copyfileobj(made, file)


def _check_whole(made: BinaryIO) -> None:
    """Qt does not say when it could not write."""
    made.seek(max(0, made.seek(0, os.SEEK_END) - len(_END)))
    if made.read() != _END:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    made.seek(0)


class _Pages:
    """Lays out one part after the other, each from a page of its own."""

    def __init__(self, path: Path, title: str) -> None:
        self._title = as_shown(title)
        self.path = path
        self._writer = QPdfWriter(str(path))
        self._writer.setTitle(self._title)
        self._writer.setCreator("RLM Desktop")
        self._writer.setResolution(_DOTS_PER_INCH)
        self._writer.setPageSize(QPageSize(_page_size()))
        margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
        self._writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
        self._painter = QPainter(self._writer)
        self._number = 0

    def add(self, html: str) -> None:
        """Write the pages of one part."""
        document = self._document(html)
        for page in range(pages_of(document)):
            if self._number:
                self._writer.newPage()
            self._number += 1
            self._draw(document, page)

    def end(self) -> None:
        """Finish the file."""
        self._painter.end()

    def _document(self, html: str) -> QTextDocument:
        document = QTextDocument()
        font = QFont(_FAMILIES)
        font.setPointSizeF(_BODY_POINTS)
        document.setUndoRedoEnabled(False)
        document.setDefaultFont(font)
        document.setDocumentMargin(0)
        document.setUseDesignMetrics(True)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        document.setDefaultTextOption(option)
        document.documentLayout().setPaintDevice(self._writer)
        document.setDefaultStyleSheet(sheet(_PAPER) + _SHEET)
        document.setHtml(html)
        dress(document, _PAPER)
        take_other_mono(document)
        document.setPageSize(self._area())
        mend_page_ends(document)
        return document

    def _area(self) -> QSizeF:
        # In whole dots, so that it is sure on which page a line is.
        return QSizeF(self._writer.width(), floor(self._writer.height() - _dots(_FOOTER_MM)))

    def _draw(self, document: QTextDocument, page: int) -> None:
        area = self._area()
        painter = self._painter
        painter.save()
        painter.translate(0, -page * area.height())
        looks = QAbstractTextDocumentLayout.PaintContext()
        # The application's own palette may be a dark one.
        looks.palette = _PAPER
        sheet_of_paper = QRectF(0, page * area.height(), area.width(), area.height())
        painter.setClipRect(sheet_of_paper)
        # A line that touches the end of a page would be in the text of both pages, though seen on one of them only.
        looks.clip = sheet_of_paper.adjusted(0, _TOUCH, 0, -_TOUCH)
        document.documentLayout().draw(painter, looks)
        painter.restore()
        self._draw_footer(area)

    def _draw_footer(self, area: QSizeF) -> None:
        painter = self._painter
        font = QFont(_FAMILIES)
        font.setPointSizeF(_SMALL_POINTS)
        painter.setFont(font)
        painter.setPen(colour("muted", _PAPER))
        box = QRectF(0, area.height(), area.width(), self._writer.height() - area.height())
        room = box.width() * 0.9
        title = painter.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(box, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, title)
        painter.drawText(box, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight, str(self._number))


def _dots(millimetres: float) -> float:
    return millimetres * _DOTS_PER_INCH / _MM_PER_INCH


def _page_size() -> QPageSize.PageSizeId:
    territory = QLocale.territoryToCode(QLocale().territory())
    return QPageSize.PageSizeId.Letter if is_letter(territory) else QPageSize.PageSizeId.A4


_SHEET = f"""
    .title {{ font-size: 17pt; font-weight: 600; margin-bottom: 8px; }}
    h1, h2 {{ font-weight: 600; }}
    hr {{ background-color: {colour("line", _PAPER).name()}; }}
    .muted {{ color: {colour("muted", _PAPER).name()}; }}
    .warn {{ color: {colour("warn", _PAPER).name()}; font-weight: 600; }}
    .mark {{ font-size: 8pt; color: {colour("answer", _PAPER).name()}; }}
    .small {{ font-size: 9pt; line-height: 110%; }}
    .words {{ white-space: pre-wrap; }}
"""


def _parts(about: AnswerSheet) -> Iterator[str]:
    """Give the HTML of what is laid out together: all of it, but for an answer that is too long or too tangled."""
    answer = about.answer
    html = inert_html(answer, about.quotes) if answer is not None else ""
    if html is not None:
        yield f"{_head(about)}{_MARK.sub(_mark, boxed(html))}{_tail(about)}"
        return
    assert answer is not None, "only an answer is too long"
    yield _head(about)
    for start, end in parts_of(answer, _LARGEST_PART):
        yield f"<pre>{_words(split_long_lines(as_shown(answer[start:end]))[0])}</pre>"
    yield _tail(about)


def _mark(found: re.Match[str]) -> str:
    """Write the number of a quote as its row in the table has it; raised, it would be too small to read."""
    return f'<span class="mark">\u00a0[{found[1]}]</span>'


def _head(about: AnswerSheet) -> str:
    parts = [f'<p class="title">{_words(about.title)}</p>']
    if about.question.strip() != about.title:
        parts.append(f'<p class="words">{_words(about.question.strip())}</p>')
    parts.append(f'<p class="muted">{_words(about.summary)}</p>')
    if about.tags:
        parts.append(f'<p class="muted">Tags: {_words(", ".join(about.tags))}</p>')
    parts += [f'<p class="muted"><i>{_words(sentence)}</i></p>' for sentence in about.left_out]
    if about.warning:
        parts.append(f'<p class="warn">{_words(about.warning)}</p>')
    return "".join([*parts, "<hr>"])


def _tail(about: AnswerSheet) -> str:
    parts = _evidence(about)
    if about.coverage:
        parts += ["<h2>Coverage</h2>", f"<p>{_words(about.coverage)}</p>"]
    facts = [(fact.name, fact.value, fact.remark) for fact in about.facts]
    parts += ["<h2>About this run</h2>", _table(facts, (18, 32, 50))]
    if about.reached:
        items = "".join(f"<li>{_words(text)}</li>" for text in about.reached)
        parts += ["<h2>Limits reached</h2>", f"<ul>{items}</ul>"]
    if about.remarks:
        parts.append("<h2>Notes</h2>")
    for remark in about.remarks:
        parts.append(f'<p class="muted">{_words(" · ".join(filter(None, (remark.place, remark.marks))))}</p>')
        parts.append(f'<p class="words">{_words(remark.text)}</p>' if remark.text else "")
    return "".join(parts)


def _evidence(about: AnswerSheet) -> list[str]:
    if not about.quotes:
        return []
    rows = [quote_row(number, quote) for number, quote in enumerate(about.quotes, 1)]
    headings = ("", "Quote", "Document", "Place", "Match")
    words = f'<p class="muted">{_words(about.evidence_in_short)}</p>'
    return ["<h2>Evidence</h2>", words, _table([headings, *rows], (4, 44, 25, 11, 16))]


def _table(rows: Sequence[tuple[str, ...]], widths: tuple[int, ...]) -> str:
    lines = []
    for row in rows:
        cells = zip(row, widths, strict=True)
        lines.append("".join(f'<td class="small" width="{width}%">{_words(text)}</td>' for text, width in cells))
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _words(text: str) -> str:
    return escape(as_shown(text))
