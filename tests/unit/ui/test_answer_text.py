import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QFontMetricsF, QTextCursor

from rlm_desktop.trace.facts import Quote
from rlm_desktop.ui import theme
from rlm_desktop.ui.answer_dress import mark_words, pieces_boxes
from rlm_desktop.ui.answer_text import AnswerText

FOUND = Quote(text="the storm of 1980", match="exact", document="r/annual-1981.pdf", page=14, start=3, end=9)
MISSING = Quote(text="no such words", match="none")


@pytest.fixture
def view(qapp, qtbot):
    theme.apply(qapp, "light")
    view = AnswerText(None)
    qtbot.addWidget(view)
    view.resize(600, 400)
    return view


def links(view: AnswerText) -> list[str]:
    """Every link of the answer, in order."""
    found = []
    block = view.document().begin()
    while block.isValid():
        at = block.begin()
        while not at.atEnd():
            shape = at.fragment().charFormat()
            if shape.isAnchor() and shape.anchorHref() not in found:
                found.append(shape.anchorHref())
            at += 1
        block = block.next()
    return found


def test_markdown_is_rendered(view):
    view.tell("# Title\n\n**bold** and `code`\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", ())

    text = view.toPlainText()

    assert text.startswith("Title\nbold and code")
    assert "#" not in text
    assert len(view.document().rootFrame().childFrames()) == 1


def test_raw_html_stays_text_but_for_bare_tags_of_layout(view):
    view.tell("a <b>loud</b> <img src='http://example.org/x.png'> end", ())

    assert "a loud <img src='http://example.org/x.png'> end" in view.toPlainText()


def test_each_quote_is_marked_with_where_it_stands(view):
    view.tell("It was “the storm of 1980”, and “no such words” either.", (FOUND, MISSING))

    text = view.toPlainText().replace("\u00a0", " ")

    assert "storm of 1980”  ✓ annual-1981.pdf, p. 14 , and" in text
    assert "no such words”  ✗ not found  either" in text
    assert links(view) == ["quote:0", "quote:1"]


def test_a_quote_from_a_sheet_or_a_slide_is_marked_with_its_name():
    quote = Quote(text="53", match="exact", document="dues.pptx", page=3, part="slide 3", start=0, end=2)

    assert mark_words(quote) == "dues.pptx, slide 3"


@pytest.mark.qt_log_ignore("propagateSizeHints")
@pytest.mark.parametrize("before", ["The report says ", "הדוח אומר "])
def test_a_mark_beside_words_that_run_from_right_to_left_stays_in_one_piece(view, qtbot, before):
    quote = Quote(text="דמי העגינה הועלו פעמיים", match="exact", document="r/דוח-הנמל.txt", start=3, end=9)

    view.resize(900, 400)
    with qtbot.waitExposed(view):
        view.show()
    view.tell(f"{before}“{quote.text}” and so on.", (quote,))

    chip = view._chips[0]
    (box,) = pieces_boxes(view.document(), chip.start, chip.end)
    words = f"\u00a0✓\u00a0{mark_words(quote)}\u00a0"
    assert box.width() == pytest.approx(QFontMetricsF(theme.small_font()).horizontalAdvance(words), abs=4)
    others = [place for place in range(len(view.toPlainText())) if not chip.start <= place <= chip.end]
    assert not [place for place in others if box.left() + 1 < x(view, place) < box.right() - 1]


def x(view: AnswerText, place: int) -> float:
    """Where a cursor stands at a place in the answer's only line."""
    cursor = QTextCursor(view.document())
    cursor.setPosition(place)
    return view.cursorRect(cursor).center().x()


def test_a_quote_with_markdown_signs_is_found_in_the_rendered_answer(view):
    quote = Quote(text="- The **annual reports** give a reason", match="exact", document="notes.md", start=0, end=9)

    view.tell("> “- The **annual reports** give a reason”", (quote,))

    assert "notes.md" in view.toPlainText()


def test_a_mark_leads_to_its_quote_and_a_link_is_not_opened(view, qtbot):
    view.tell("“the storm of 1980”", (FOUND,))

    with qtbot.waitSignal(view.quote_chosen) as chosen:
        view.anchorClicked.emit(QUrl("quote:0"))

    assert chosen.args == [0]
    assert not view.openLinks()


def test_a_huge_answer_is_shown_as_plain_text(view):
    view.tell("# " + "word " * 50_000, ())

    assert view.toPlainText().startswith("# word")


def test_a_quote_that_stands_more_than_once_says_so():
    several = Quote(text="x", match="several", document="a/b.txt", start=0, end=1)

    assert mark_words(several) == "b.txt and elsewhere"
