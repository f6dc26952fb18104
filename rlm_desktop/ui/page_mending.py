"""What Qt gets wrong when it lays a document out on pages and writes it as PDF."""

from collections.abc import Iterator

from PySide6.QtGui import QTextBlock, QTextCursor, QTextDocument, QTextFormat

from rlm_desktop.ui.answer_dress import blocks, is_mono, pieces

_MONO_FAMILIES = ["Consolas", "Menlo", "DejaVu Sans Mono", "Noto Sans Mono", "monospace"]


def take_other_mono(document: QTextDocument) -> None:
    """Write code in another face than the window does.

    WORKAROUND: Qt tells readers of a PDF that the first glyph of a font is U+001F. In ours that is the letter A, and
    code that is copied or searched would lack it.
    """
    cursor = QTextCursor(document)
    found = [piece for block in blocks(document) for piece in pieces(block) if is_mono(piece)]
    cursor.beginEditBlock()
    for start, length, shape in [(piece.position(), piece.length(), piece.charFormat()) for piece in found]:
        shape.setFontFamilies(_MONO_FAMILIES)
        cursor.setPosition(start)
        cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.setCharFormat(shape)
    cursor.endEditBlock()


def mend_page_ends(document: QTextDocument) -> None:
    """Move to the next page what would be cut by the end of its own, and headings that would stand last."""
    for block in blocks(document):
        cursor = QTextCursor(block)
        if cursor.currentTable():
            continue
        if _is_cut(document, block):
            # WORKAROUND: Qt forgets the space above a block when it looks whether the block still fits.
            shape = block.blockFormat()
            shape.setTopMargin(0)
            cursor.setBlockFormat(shape)
        if _stands_last(document, block):
            _move_on(document, block)


def _move_on(document: QTextDocument, block: QTextBlock) -> None:
    """Let a block begin a page; below a table Qt would leave out a whole page, then the block stays where it is."""
    before, page = block.blockFormat(), _first_page(document, block)
    shape = block.blockFormat()
    shape.setTopMargin(0)
    shape.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
    QTextCursor(block).setBlockFormat(shape)
    if _first_page(document, block) > page + 1:
        QTextCursor(block).setBlockFormat(before)


def _first_page(document: QTextDocument, block: QTextBlock) -> int:
    return _page_at(document, next(_lines(document, block))[0])


def pages_of(document: QTextDocument) -> int:
    """Count the pages; the space below the last line is no reason for another one."""
    lines = list(_lines(document, document.lastBlock()))
    return _page_at(document, lines[-1][0]) + 1 if lines else document.pageCount()


def _is_cut(document: QTextDocument, block: QTextBlock) -> bool:
    return any(_page_at(document, top) != _page_at(document, bottom - 1) for top, bottom in _lines(document, block))


def _stands_last(document: QTextDocument, block: QTextBlock) -> bool:
    if not block.blockFormat().headingLevel() or not block.next().isValid():
        return False
    here, following = list(_lines(document, block)), list(_lines(document, block.next()))
    return bool(here and following) and _page_at(document, here[-1][0]) != _page_at(document, following[0][0])


def _lines(document: QTextDocument, block: QTextBlock) -> Iterator[tuple[float, float]]:
    """Give where each line of a block begins and ends, from the top of the first page."""
    # A block's box may begin on the page before that of its first line.
    top = document.documentLayout().blockBoundingRect(block).top()
    for number in range(block.layout().lineCount()):
        line = block.layout().lineAt(number)
        yield top + line.y(), top + line.y() + line.height()


def _page_at(document: QTextDocument, y: float) -> int:
    return int(y // document.pageSize().height())
