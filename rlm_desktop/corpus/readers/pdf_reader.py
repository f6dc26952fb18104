"""PDF to text, page by page."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import accumulate
from threading import Lock

import pypdfium2
from pypdfium2 import raw

from rlm_desktop.corpus.decoding import clean
from rlm_desktop.corpus.documents import Mark
from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.readers import recognition
from rlm_desktop.corpus.readers.draft import Converted
from rlm_desktop.corpus.readers.package import PASSWORD
from rlm_desktop.corpus.readers.recognition import HOW_TO

BETWEEN_PAGES = "\n\n"
PAGE_WITHOUT_TEXT = "[This page is an image without a text layer.]"
PAGE_DAMAGED = "[This page is damaged and cannot be read.]"
SCANNED = f"a scan: its pages are images without a text layer; {HOW_TO}"
UNRECOGNISED = "a scan: its pages are images in which no text was recognised"
RECOGNISED = "recognised page"
DOTS_AN_INCH = 300
MOST_DOTS = 40_000_000
DAMAGED = "damaged, or not a PDF"
# Annotations whose words stand on the page as if printed there: a form's filled fields, and text typed onto it.
_WRITTEN_ON = {raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_FREETEXT}
_LOSSES = {PAGE_WITHOUT_TEXT: "scanned page", PAGE_DAMAGED: "damaged page"}

# pdfium knows no threads: one document at a time in the whole process.
_pdfium = Lock()
# pdfium puts these where a word was hyphenated at the end of a line.
_JOINED_WORD = str.maketrans("", "", "\ufffe\x02")


def read_pdf(data: bytes) -> Converted:
    """Give the text of a PDF with a mark where each page begins."""
    lost: Counter[str] = Counter()
    with _pdfium, closing(_open(data)) as pdf:
        pages = list(_pages(pdf))
        for number, text in enumerate(pages[: recognition.MOST_PICTURES]):
            if text == PAGE_WITHOUT_TEXT and recognition.is_available():
                pages[number] = _recognised(pdf[number]) or PAGE_WITHOUT_TEXT
                lost[RECOGNISED] += pages[number] != PAGE_WITHOUT_TEXT
    if not set(pages) - {"", PAGE_WITHOUT_TEXT, PAGE_DAMAGED}:
        raise Unreadable(_why_empty(pages))
    lengths = (len(page) + len(BETWEEN_PAGES) for page in pages[:-1])
    starts = accumulate(lengths, initial=0)
    marks = tuple(Mark(start=start, label=f"p. {number}", kind="page") for number, start in enumerate(starts, 1))
    lost.update(_LOSSES[page] for page in pages if page in _LOSSES)
    return Converted(text=BETWEEN_PAGES.join(pages), marks=marks, lost=lost)


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as fault:
        is_locked = fault.err_code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
        raise Unreadable(PASSWORD if is_locked else DAMAGED) from fault
    if len(pdf) == 0:
        pdf.close()
        raise Unreadable(DAMAGED)
    return pdf


def _pages(pdf: pypdfium2.PdfDocument) -> Iterator[str]:
    if pdf.get_formtype() == raw.FORMTYPE_ACRO_FORM:
        pdf.init_forms()
    for number in range(len(pdf)):
        try:
            yield _page_text(_with_what_was_written_on(pdf, number))
        except pypdfium2.PdfiumError:
            yield PAGE_DAMAGED


def _with_what_was_written_on(pdf: pypdfium2.PdfDocument, number: int) -> pypdfium2.PdfPage:
    page = pdf[number]
    if not _is_written_on(page):
        return page
    # Flattened, the fields' words become the page's, which shows when the page is loaded again.
    with closing(page):
        raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
    return pdf[number]


def _is_written_on(page: pypdfium2.PdfPage) -> bool:
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        subtype = raw.FPDFAnnot_GetSubtype(annotation)
        raw.FPDFPage_CloseAnnot(annotation)
        if subtype in _WRITTEN_ON:
            return True
    return False


def _page_text(page: pypdfium2.PdfPage) -> str:
    with closing(page), closing(page.get_textpage()) as letters:
        text = clean(letters.get_text_bounded().translate(_JOINED_WORD)).strip("\n")
        if text.strip():
            return text
        is_image = any(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]))
        return PAGE_WITHOUT_TEXT if is_image else ""


def _recognised(page: pypdfium2.PdfPage) -> str:
    """Have the text of a page recognised that is an image."""
    with closing(page):
        width, height = page.get_size()
        scale = min(DOTS_AN_INCH / 72, (MOST_DOTS / max(1.0, width * height)) ** 0.5)
        with closing(page.render(scale=scale, grayscale=True)) as bitmap:
            return clean(recognition.recognised(_as_picture(bitmap))).strip()


def _as_picture(bitmap: pypdfium2.PdfBitmap) -> bytes:
    """Write a grey bitmap as PGM."""
    rows = memoryview(bitmap.buffer).cast("B")
    lines = (rows[at : at + bitmap.width] for at in range(0, bitmap.stride * bitmap.height, bitmap.stride))
    return b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + b"".join(lines)


def _why_empty(pages: list[str]) -> str:
    if PAGE_WITHOUT_TEXT in pages:
        return UNRECOGNISED if recognition.is_available() else SCANNED
    return DAMAGED if PAGE_DAMAGED in pages else "holds no text"
