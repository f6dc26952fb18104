"""The answer for Word, read by python-docx, pandoc and LibreOffice."""

import json
import shutil
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from rlm_desktop.export.answer_docx import write
from rlm_desktop.export.errors import NotFit
from rlm_desktop.export.redaction import redacted
from tests.support.answer_files import ALL, squeezed, words_of
from tests.support.foreign_programs import needed, said_by
from tests.support.kinds_of_runs import KINDS
from tests.support.rich_answer import RICH_QUOTES, rich, with_answer


def written(run) -> bytes:
    file = BytesIO()
    write(run, file)
    return file.getvalue()


def document_of(run):
    return docx.Document(BytesIO(written(run)))


def words_in(document) -> str:
    return squeezed("".join(word.text or "" for word in document.element.body.iter(qn("w:t"))))


def paragraph_with(document, words: str) -> Paragraph:
    return next(paragraph for paragraph in document.paragraphs if words in paragraph.text)


@pytest.mark.parametrize("kind", ALL)
def test_python_docx_finds_all_that_is_said(kind):
    run = ALL[kind]()

    said = words_in(document_of(run))

    assert [words for words in words_of(run) if squeezed(words) not in said] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_redacted_run_can_be_written(kind):
    assert "redacted" in words_in(document_of(redacted(KINDS[kind]())))


def test_headings_are_headings():
    headings = [(p.style.name, p.text) for p in document_of(rich()).paragraphs if p.style.name.startswith("Heading")]

    assert headings == [
        ("Heading 1", "Answer"),
        ("Heading 2", "Four harbours raised their dues"),
        ("Heading 3", "מה כתב מנהל הנמל?"),
        ("Heading 1", "Evidence"),
        ("Heading 1", "Coverage"),
        ("Heading 1", "About this run"),
        ("Heading 1", "Notes"),
    ]


def test_lists_are_lists_that_count_by_themselves():
    document = document_of(with_answer("1. a\n   - b\n2. c\n\nwords\n\n5. d\n"))

    places = {}
    for words in "abcd":
        item = next(p for p in document.paragraphs if p.text == words)._p.pPr.numPr
        places[words] = (item.numId.val, item.ilvl.val)

    assert places["a"] == places["c"] != places["d"]
    assert places["b"][1] == 1
    starts = document.part.numbering_part.element.xpath(f".//w:num[@w:numId={places['d'][0]}]//w:startOverride")
    assert [start.get(qn("w:val")) for start in starts] == ["5"]


def test_tables_are_tables_with_a_heading_that_comes_again():
    table: Table = document_of(rich()).tables[0]

    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Harbour", "Raised", "Dues"],
        ["Ardvik", "1981, 1984, 1988", "12.40"],
        ["Lindholm | Old", "1982", "9.00"],
    ]
    assert table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")
    assert table.rows[1].cells[2].paragraphs[0].alignment == 2


def test_links_are_links_and_dead_ones_are_none():
    document = document_of(rich())
    targets = {rel.target_ref for rel in document.part.rels.values() if rel.is_external}

    assert targets == {"https://example.org/act?a=1&b=2", "https://example.org/chart.png"}
    assert "⟨file:///etc/passwd⟩" in paragraph_with(document, "Ardvik raised").text


def test_each_mark_leads_to_the_row_of_its_quote():
    document = document_of(rich())

    anchors = [link.get(qn("w:anchor")) for link in document.element.body.iter(qn("w:hyperlink"))]
    names = [mark.get(qn("w:name")) for mark in document.element.body.iter(qn("w:bookmarkStart"))]

    wanted = [f"quote_{number}" for number in range(1, len(RICH_QUOTES) + 1)]
    assert [anchor for anchor in anchors if anchor] == names == wanted


def test_words_have_the_looks_of_the_answer():
    document = document_of(with_answer("**b** *e* ~~s~~ `c` H<sub>2</sub> x<br>y\n\n```python\ndef f(): pass\n```"))
    looks = {run.text: run for run in paragraph_with(document, "b e s").runs}

    assert looks["b"].bold
    assert looks["e"].italic
    assert looks["s"].font.strike
    assert looks["c"].style.name == "Verbatim Char"
    assert looks["2"].font.subscript
    assert "x\ny" in paragraph_with(document, "b e s").text
    code = paragraph_with(document, "def f")
    assert code.style.name == "Source Code"
    assert code.runs[0].font.color.rgb is not None


def test_what_is_written_from_right_to_left_runs_so():
    document = document_of(rich())

    assert paragraph_with(document, "מנהל הנמל כתב")._p.pPr.find(qn("w:bidi")) is not None
    assert paragraph_with(document, "ماذا")._p.pPr.find(qn("w:bidi")) is not None
    assert paragraph_with(document, "Ardvik raised")._p.find(f"{qn('w:pPr')}/{qn('w:bidi')}") is None


def test_it_says_what_it_is_and_on_which_page():
    document = document_of(rich())

    assert document.core_properties.title == "Harbour dues"
    assert document.core_properties.keywords == "harbour, 1980s"
    fields = document.sections[0].footer._element.iter(qn("w:fldSimple"))
    assert [field.get(qn("w:instr")) for field in fields] == ["PAGE", "NUMPAGES"]


@pytest.mark.parametrize("answer", ["x y\n" * 3_100, "> " * 60 + "deep", "\ufffe\uffff\x0b\ud800"])
def test_what_is_too_long_or_too_tangled_is_written_as_it_was(answer):
    document = document_of(with_answer(answer))

    assert squeezed(answer).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd") in words_in(document)


@pytest.mark.parametrize("answer", ["x" * 5_000_001, "\n" * 100_001])
def test_what_word_would_not_open_is_refused_in_a_sentence(answer):
    with pytest.raises(NotFit, match="Export it as answer-md"):
        written(with_answer(answer))


@pytest.mark.parametrize(("told", "millimetres"), [("en_US.UTF-8", 279), ("C.UTF-8", 297)])
def test_the_paper_is_that_of_the_place(monkeypatch, told, millimetres):
    monkeypatch.setattr("locale.setlocale", lambda _category: told)

    assert round(document_of(rich()).sections[0].page_height.mm) == millimetres


def test_it_goes_into_a_file_that_cannot_go_back():
    class OnlyWritten:
        def __init__(self):
            self.held = b""

        def write(self, piece):
            self.held += piece

    file = OnlyWritten()

    write(rich(), file)

    assert docx.Document(BytesIO(file.held)).tables


def test_pandoc_reads_it_as_what_it_is(tmp_path):
    pandoc = needed("pandoc", "pandoc")
    path = tmp_path / "answer.docx"
    path.write_bytes(written(rich()))

    read = json.loads(said_by(pandoc, "--to=json", str(path)))

    kinds = [block["t"] for block in read["blocks"]]
    assert kinds.count("Table") == 3
    assert {"Header", "OrderedList", "BulletList", "BlockQuote", "CodeBlock"} <= set(kinds)
    text = squeezed(said_by(pandoc, "--to=plain", "--wrap=none", str(path)))
    assert all(squeezed(quote.text) in text for quote in RICH_QUOTES[1:])


def test_libreoffice_reads_it(tmp_path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not here; with 200 MB it is too heavy to be installed for one test")
    path = tmp_path / "answer.docx"
    path.write_bytes(written(rich()))
    home = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"

    said_by(office, home, "--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(tmp_path), str(path))

    said = squeezed((tmp_path / "answer.txt").read_text("utf-8-sig"))
    assert [words for words in words_of(rich()) if squeezed(words) not in said] == []
