"""The answer as pages, read by pypdfium2 and pdftotext."""

import errno
import os
from ctypes import create_string_buffer
from io import BytesIO

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from PySide6.QtCore import QLocale, QSizeF
from PySide6.QtGui import QTextDocument

from rlm_desktop.export.redaction import redacted
from rlm_desktop.trace.facts import Quote
from rlm_desktop.ui import answer_pdf, theme
from rlm_desktop.ui.answer_pdf import write
from rlm_desktop.ui.page_mending import mend_page_ends, pages_of
from tests.support.answer_files import ALL, squeezed, words_of
from tests.support.foreign_programs import needed, said_by
from tests.support.kinds_of_runs import KINDS
from tests.support.rich_answer import RICH_QUOTES, rich, with_answer


@pytest.fixture(autouse=True)
def _fonts(qapp):
    theme.load_fonts(qapp)


def pages_in(run) -> pypdfium2.PdfDocument:
    file = BytesIO()
    write(run, file)
    return pypdfium2.PdfDocument(file.getvalue())


def words_on(page: pypdfium2.PdfPage) -> str:
    text = page.get_textpage()
    said: str = text.get_text_range()
    text.close()
    return said


def words_in(document: pypdfium2.PdfDocument) -> str:
    """Give the words of all pages but for each page's last line, which says its number."""
    return squeezed("".join(words_on(page) for page in document))


def plain(words: str) -> str:
    """Give what every font has: no pictures, and nothing whose order in a line depends on its neighbours."""
    return "".join(letter for letter in squeezed(words) if letter.isascii() and letter.isalnum())


@pytest.mark.parametrize("kind", ALL)
def test_pdfium_finds_all_that_is_said(kind):
    run = ALL[kind]()

    said = plain(words_in(pages_in(run)))

    # A row with words from right to left is told from right to left as well.
    rows = [words for words in words_of(run) if words != "chapter 2"]
    assert [words for words in rows if plain(words) not in said] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_redacted_run_can_be_written(kind):
    assert "redacted" in words_in(pages_in(redacted(KINDS[kind]())))


def test_pdftotext_finds_question_answer_and_each_quote_with_its_page(tmp_path):
    program = needed("pdftotext", "poppler-utils")
    path = tmp_path / "answer.pdf"
    with path.open("wb") as file:
        write(rich(), file)

    said = squeezed(said_by(program, str(path), "-"))

    assert squeezed("Which harbours raised their dues more than twice in the 1980s") in said
    assert squeezed("because “the new breakwater stood unpaid” [2]") in said
    # In columns, so that their cells come one after the other.
    assert all(plain(quote.text) in plain(said) for quote in RICH_QUOTES)
    assert all(word in said for word in ("p.14", "p.3", "chapter2", "annual-1951.pdf", "annual-1952.pdf"))
    assert squeezed("def raised(year: int) -> bool: return year in YEARS # <b>") in said


def test_it_has_a_title_and_numbers_its_pages():
    document = pages_in(rich())

    assert document.get_metadata_dict()["Title"] == "Harbour dues"
    assert document.get_metadata_dict()["Creator"] == "RLM Desktop"
    assert [words_on(page).split()[-1] for page in document] == [str(number) for number in range(1, len(document) + 1)]


def test_links_lead_to_where_the_answer_says_and_dead_ones_nowhere():
    document = pages_in(rich())

    assert {address for page in document for address in links_on(document, page)} == {
        "https://example.org/act?a=1&b=2",
        "https://example.org/chart.png",
    }


def links_on(document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage) -> list[str]:
    found = []
    for number in range(pdfium.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium.FPDFPage_GetAnnot(page, number)
        action = pdfium.FPDFLink_GetAction(pdfium.FPDFAnnot_GetLink(annotation))
        buffer = create_string_buffer(1_000)
        pdfium.FPDFAction_GetURIPath(document, action, buffer, 1_000)
        found.append(buffer.value.decode())
        pdfium.FPDFPage_CloseAnnot(annotation)
    return found


def test_all_fonts_are_in_the_file():
    document = pages_in(rich())

    fonts = [
        pdfium.FPDFTextObj_GetFont(piece) for page in document for piece in page.get_objects([pdfium.FPDF_PAGEOBJ_TEXT])
    ]

    assert fonts
    assert all(pdfium.FPDFFont_GetIsEmbedded(font) for font in fonts)


@pytest.mark.parametrize(("locale", "size"), [("en_US", (612, 792)), ("de_DE", (595, 842))])
def test_the_paper_is_that_of_the_place(locale, size):
    before = QLocale()
    QLocale.setDefault(QLocale(locale))
    try:
        page = pages_in(KINDS["direct"]())[0]
        assert (round(page.get_width()), round(page.get_height())) == size
    finally:
        QLocale.setDefault(before)


def test_a_dark_window_writes_dark_words_on_white_paper(qapp):
    theme.apply(qapp, "dark")
    try:
        page = pages_in(with_answer("words " * 2_000))[0]
    finally:
        theme.apply(qapp, "light")

    shades = page.render(scale=0.5, grayscale=True).to_numpy()
    assert shades[0, 0] == 255
    assert shades.min() < 110
    # Half of the page is white, and what is on it is not faint.
    assert (shades > 250).mean() > 0.4


@pytest.mark.parametrize(
    ("answer", "letter"),
    [("word " * 42_000, "w"), ("x" * 210_000, "x"), ("</pre><b>z\n" * 4_000, "z"), ("> " * 60 + "q", "q")],
    ids=["long", "endless", "lines", "deep"],
)
def test_what_is_too_long_or_too_tangled_is_written_as_it_was(answer, letter):
    document = pages_in(with_answer(answer, (Quote(text="no such words", match="none"),)))

    said = plain(words_in(document))
    assert "Evidence" in said
    # Qt draws the line above a page's first one, too, where nobody sees it.
    assert 0 <= said.count(letter) - answer.count(letter) < 130 * len(document)
    assert len(document) < 200


def test_no_line_is_cut_and_no_page_is_empty():
    for extra in (0, 2, 7, 17, 23):
        text = "\n\n".join(
            f"# Heading {number}" if number % 4 == 0 else "word " * (3 + (7 * number + extra) % 40)
            for number in range(20 + extra)
        )
        document = pages_in(with_answer(text))

        assert all(len(words_on(page).split()) > 3 for page in document)
        for number in range(0, 20 + extra, 4):
            assert sum(f"Heading {number}\r\n" in words_on(page) for page in document) == 1


def test_a_heading_at_the_end_of_a_page_goes_to_the_next_one(qapp):
    document = QTextDocument()
    document.setDocumentMargin(0)
    document.setHtml("".join(f"<p>{n}</p>" for n in range(7)) + "<h2>Heading</h2><p>after</p>")
    heading = next(b for b in blocks_of(document) if b.text() == "Heading")
    layout = document.documentLayout()
    box = layout.blockBoundingRect(heading)
    document.setPageSize(QSizeF(400, box.bottom() + 2))

    mend_page_ends(document)

    assert layout.blockBoundingRect(heading).bottom() > document.pageSize().height()
    assert pages_of(document) == 2


def blocks_of(document: QTextDocument):
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def test_what_qt_could_not_write_is_a_full_disk(monkeypatch):
    # Qt goes on without a word when its file takes no more.
    monkeypatch.setattr(answer_pdf._Pages, "end", truncate)

    with pytest.raises(OSError, match="No space left") as raised:
        write(rich(), BytesIO())

    assert raised.value.errno == errno.ENOSPC


def truncate(pages) -> None:
    pages._painter.end()
    os.truncate(pages.path, 1_000)
