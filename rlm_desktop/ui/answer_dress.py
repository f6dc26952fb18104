"""How the parts of an answer look: its style sheet, its tables and code blocks, the chips after quotes."""

from collections.abc import Iterator
from functools import cache
from typing import Any, get_args
from unicodedata import bidirectional

from PySide6.QtCore import QRectF
from PySide6.QtGui import (
    QFont,
    QPalette,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFragment,
    QTextFrame,
    QTextFrameFormat,
    QTextLayout,
    QTextLength,
    QTextLine,
    QTextTable,
)

from rlm_desktop.export.answer import quote_part
from rlm_desktop.trace.facts import Quote
from rlm_desktop.trace.rows import Tint
from rlm_desktop.ui.theme import GRID, INKS, MONO_FAMILY, Role, colour, mixed, mono_font, small_font, title_font
from rlm_desktop.viewmodel.guarded_text import plain_tip
from rlm_desktop.viewmodel.links import target_of

QUOTE_SCHEME = "quote"
_RUN_LEFT = ("R", "AL", "AN")
"""The classes of letters and digits that run from right to left."""
_ISOLATE, _ISOLATE_END = "\u2066", "\u2069"
"""Unicode's signs around words that keep their own direction, from left to right."""
_LAST_TITLE = 2
"""Headings of the first levels have the title size, the others that of the body."""


def sheet(palette: QPalette | None = None) -> str:
    """Give the style sheet of an answer in the theme of a palette, or in that shown now."""
    mono = mono_font()
    ink = {role: colour(role, palette).name() for role in INKS}
    inks = "".join(f".ink-{tint} {{ color: {ink[tint]}; }}" for tint in get_args(Tint))
    code = f"font-family: '{MONO_FAMILY}'; font-size: {mono.pointSizeF()}pt;"
    return f"""
        p, li, td, th {{ line-height: 140%; }}
        p {{ margin-top: 0; margin-bottom: {2 * GRID}px; }}
        ul, ol {{ margin-top: {GRID}px; margin-bottom: {2 * GRID}px; }}
        li {{ margin-top: {GRID // 2}px; margin-bottom: {GRID // 2}px; }}
        h1, h2 {{ font-weight: 500; margin-top: {4 * GRID}px; margin-bottom: {2 * GRID}px; }}
        h3, h4, h5, h6 {{ font-weight: 600; margin-top: {3 * GRID}px; margin-bottom: {GRID}px; }}
        blockquote {{ margin: {GRID}px 0 {2 * GRID}px {4 * GRID}px; color: {ink["muted"]}; }}
        code {{ {code} color: {ink["code"]}; }}
        pre {{ {code} color: {ink["text"]}; margin: 0; white-space: pre-wrap; line-height: 125%; }}
        th {{ font-weight: 400; color: {ink["muted"]}; text-align: left; }}
        a {{ color: {ink["accent"]}; text-decoration: underline; }}
        .dead {{ text-decoration: line-through; }}
        .address {{ {code} color: {ink["muted"]}; }}
        {inks}
    """


def boxed(html: str) -> str:
    """Put each block of code into a table of one cell: the only thing with a ground and a margin that Qt draws."""
    return html.replace("<pre>", "<table><tr><td><pre>").replace("</pre>", "</pre></td></tr></table>")


def dress(document: QTextDocument, palette: QPalette | None = None) -> None:
    """Do what a style sheet cannot: tables, code as it was written, tooltips of links."""
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    _dress_tables(document.rootFrame(), palette)
    for piece, shape in [found for block in blocks(document) for found in _dressed(block)]:
        cursor.setPosition(piece.position())
        cursor.setPosition(piece.position() + piece.length(), QTextCursor.MoveMode.KeepAnchor)
        cursor.setCharFormat(shape)
    cursor.endEditBlock()


def blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    """Go through the paragraphs of a document."""
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def pieces(block: QTextBlock) -> Iterator[QTextFragment]:
    """Go through the pieces of a paragraph that look alike."""
    at = block.begin()
    while not at.atEnd():
        yield at.fragment()
        at += 1


def links(document: QTextDocument) -> Iterator[QTextFragment]:
    """Go through the pieces of text that are links."""
    for block in blocks(document):
        yield from (piece for piece in pieces(block) if piece.charFormat().isAnchor())


def _dressed(block: QTextBlock) -> Iterator[tuple[QTextFragment, QTextCharFormat]]:
    level = block.blockFormat().headingLevel()
    for piece in pieces(block):
        shape = piece.charFormat()
        if shape.isAnchor():
            shape.setToolTip(plain_tip(target_of(shape.anchorHref()).address))
        if level:
            # HTML's own enlargement would come on top of the title size.
            shape.clearProperty(QTextFormat.Property.FontSizeAdjustment)
            shape.setFontPointSize(title_font().pointSizeF() - (0 if level <= _LAST_TITLE else 3))
        if is_mono(piece):
            shape.merge(_code_format())
        if shape != piece.charFormat():
            yield piece, shape


def is_mono(piece: QTextFragment) -> bool:
    """Tell whether a piece is in the face of code."""
    return MONO_FAMILY in (piece.charFormat().fontFamilies() or ())


@cache
def _code_format() -> QTextCharFormat:
    """Without ligatures: code is read as it was written."""
    shape = QTextCharFormat()
    face = QFont([MONO_FAMILY, "monospace"])
    face.setFeature(QFont.Tag("calt"), 0)
    shape.setFont(face, QTextCharFormat.FontPropertiesInheritanceBehavior.FontPropertiesSpecifiedOnly)
    return shape


def _dress_tables(frame: QTextFrame, palette: QPalette | None) -> None:
    """Dress every table under a frame; a code block is a table of one cell."""
    for child in frame.childFrames():
        if isinstance(child, QTextTable):
            _dress_code(child, palette) if _is_code(child) else _dress_table(child, palette)
        _dress_tables(child, palette)


def _is_code(table: QTextTable) -> bool:
    first = next(pieces(table.cellAt(0, 0).firstCursorPosition().block()), None)
    return table.rows() == table.columns() == 1 and first is not None and is_mono(first)


def _dress_code(table: QTextTable, palette: QPalette | None) -> None:
    shape = table.format()
    shape.setBorder(0)
    shape.setCellSpacing(0)
    shape.setCellPadding(2 * GRID)
    shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    shape.setTopMargin(GRID)
    shape.setBottomMargin(3 * GRID)
    shape.setBackground(mixed("raised", "base", 0.6, palette))
    table.setFormat(shape)


def _dress_table(table: QTextTable, palette: QPalette | None) -> None:
    """Hairlines between the rows, over the whole width."""
    shape = table.format()
    shape.setBorder(0)
    shape.setCellSpacing(0)
    shape.setCellPadding(GRID + 2)
    shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    shape.setTopMargin(2 * GRID)
    shape.setBottomMargin(3 * GRID)
    table.setFormat(shape)
    for row in range(table.rows()):
        for column in range(table.columns()):
            cell = table.cellAt(row, column)
            edge = cell.format().toTableCellFormat()
            edge.setBottomBorder(1)
            edge.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            edge.setBottomBorderBrush(colour("line", palette))
            cell.setFormat(edge)


def mark_words(quote: Quote) -> str:
    """Say where a quote stands: `annual-1981.pdf, p. 14`, or that it was not found."""
    if quote.match == "none":
        return "not found"
    name = (quote.document or "").rsplit("/", 1)[-1]
    part = quote_part(quote)
    return f"{name}{', ' if part else ''}{part}" + (" and elsewhere" if quote.match == "several" else "")


def apart(mark: str, beside: str) -> str:
    """Keep a mark in one piece where words that run from right to left would take parts of it along."""
    runs_left = any(bidirectional(letter) in _RUN_LEFT for letter in mark + beside)
    return f"{_ISOLATE}{mark}{_ISOLATE_END}" if runs_left else mark


def mark_role(quote: Quote) -> Role:
    """Give the role whose colour a mark has."""
    return "warn" if quote.match == "none" else "answer"


def mark_format(number: int, quote: Quote) -> QTextCharFormat:
    """Give the looks of the mark after a quote, which is a link to its passage."""
    role = mark_role(quote)
    shape = QTextCharFormat()
    shape.setFontPointSize(small_font().pointSizeF())
    shape.setFontWeight(QFont.Weight.Normal)
    shape.setForeground(colour(role))
    shape.setBackground(mixed(role, "base", 0.10))
    shape.setFontUnderline(False)
    shape.setAnchor(True)
    shape.setAnchorHref(f"{QUOTE_SCHEME}:{number}")
    not_found = "This passage was not found in the documents"
    shape.setToolTip(not_found if quote.match == "none" else "Show this passage in its document")
    return shape


def pieces_boxes(document: QTextDocument, start: int, end: int) -> list[QRectF]:
    """Give the boxes, one a line, that a piece of text fills in document coordinates."""
    block = document.findBlock(start)
    return [box for box in _line_boxes(block, start - block.position(), end - block.position()) if box.width() > 1]


def _line_boxes(block: QTextBlock, start: int, end: int) -> list[QRectF]:
    layout: QTextLayout = block.layout()
    at = block.document().documentLayout().blockBoundingRect(block).topLeft()
    boxes = []
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        first, last = max(start, line.textStart()), min(end, line.textStart() + line.textLength())
        if first >= last:
            continue
        left, right = sorted((_x(line, first), _x(line, last)))
        height = line.ascent() + line.descent()
        boxes.append(QRectF(at.x() + left, at.y() + line.y(), right - left, height))
    return boxes


def _x(line: QTextLine, position: int) -> float:
    found: Any = line.cursorToX(position)
    # It comes with the position, moved to where a cursor can be; the stub does not say so.
    return float(found[0])
