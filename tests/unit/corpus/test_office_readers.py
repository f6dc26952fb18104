import pytest

from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.readers.docx_reader import read_docx
from rlm_desktop.corpus.readers.draft import Converted
from rlm_desktop.corpus.readers.epub_reader import LOCKED, read_epub
from rlm_desktop.corpus.readers.markup import ENTITIES, TOO_DEEP
from rlm_desktop.corpus.readers.odf_reader import read_odf
from rlm_desktop.corpus.readers.package import BOMB, PASSWORD, Package, resolve
from rlm_desktop.corpus.readers.pptx_reader import read_pptx
from rlm_desktop.corpus.reading import convert
from tests.support.packages import docx, epub, odf, p, pptx, relations, shape, w, zipped

WORDS = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"


def parts(made: Converted) -> list[tuple[str, str]]:
    """Give the label and the text of each marked part."""
    ends = [*(mark.start for mark in made.marks[1:]), len(made.text)]
    return [(mark.label, made.text[mark.start : end].strip()) for mark, end in zip(made.marks, ends, strict=True)]


def test_a_word_document_keeps_headings_lists_tables_and_line_breaks():
    styles = w("styles", '<w:style w:styleId="H2"><w:name w:val="heading 2"/></w:style>'
               '<w:style w:styleId="Own"><w:basedOn w:val="H2"/></w:style>')  # fmt: skip
    body = (
        '<w:p><w:pPr><w:pStyle w:val="Own"/></w:pPr><w:r><w:t>Dues</w:t></w:r></w:p>'
        "<w:p><w:r><w:t>paid</w:t><w:tab/><w:t>once</w:t><w:br/><w:t>a call</w:t></w:r></w:p>"
        + "".join(
            f'<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>{item}</w:t></w:r></w:p>'
            for item in ("water", "cranes")
        )
        + f"<w:tbl><w:tr><w:tc>{WORDS.format('Harbour')}</w:tc><w:tc>{WORDS.format('Cents')}</w:tc></w:tr>"
        f"<w:tr><w:tc>{WORDS.format('Ardvik')}</w:tc><w:tc>{WORDS.format('5')}{WORDS.format('3')}</w:tc></w:tr></w:tbl>"
        + WORDS.format("The end.")
    )

    made = read_docx(docx(body, {"word/styles.xml": styles}, ("rId1", "styles", "styles.xml")))

    assert made.text == (
        "## Dues\n\npaid\tonce\na call\n\n- water\n- cranes\n\nHarbour | Cents\nArdvik | 5 3\n\nThe end."
    )
    assert [(mark.kind, mark.label, mark.start) for mark in made.marks] == [("section", "Dues", 0)]


def test_notes_comments_text_boxes_and_headers_of_a_word_document_are_read_once():
    box = f"<w:txbxContent>{WORDS.format('in a box')}</w:txbxContent>"
    both = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    body = f'<w:p><w:r><w:t>Words</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r>{both}</w:p>'
    extra = {
        "word/footnotes.xml": w("footnotes", f'<w:footnote w:id="2">{WORDS.format("see below")}</w:footnote>'),
        "word/comments.xml": w("comments", f'<w:comment w:id="0" w:author="A">{WORDS.format("why?")}</w:comment>'),
        "word/header1.xml": w("hdr", WORDS.format("Board of Dues")),
        "word/header2.xml": w("hdr", WORDS.format("Board of Dues")),
    }
    links = [("a", "footnotes", "footnotes.xml"), ("b", "comments", "comments.xml")]
    links += [("c", "header", "header1.xml"), ("d", "header", "header2.xml")]

    made = read_docx(docx(body, extra, *links))

    assert made.text == (
        "Words[^2]\n\nin a box\n\n[^2]: see below\n[^comment 0]: A: why?\n\n[Headers and footers]\nBoard of Dues"
    )


def test_moved_and_deleted_text_stands_once_and_what_is_lost_is_counted():
    body = (
        "<w:p><w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:moveTo><w:r><w:t>moved</w:t></w:r></w:moveTo><w:r><w:drawing><a:blip/></w:drawing></w:r></w:p>"
    )

    made = read_docx(docx(body, {}, ("rId9", "chart", "charts/chart1.xml")))

    assert made.text == "moved"
    assert made.lost == {"tracked deletion": 1, "image": 1, "chart": 1}


def test_slides_come_in_the_order_shown_with_titles_tables_and_notes():
    table = "<a:tbl><a:tr>{}{}</a:tr></a:tbl>".format(
        *(f"<a:tc><a:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:txBody></a:tc>" for text in ("Ardvik", "53"))
    )
    slides = {
        "slide1": p("sld", shape("second words") + shape("7", "sldNum"), 'show="0"'),
        "slide2": p("sld", shape("The board", "ctrTitle") + table + "<a:blip/>"),
    }
    extra = {
        "ppt/slides/_rels/slide2.xml.rels": relations(("rId1", "notesSlide", "../notesSlides/notesSlide1.xml")),
        "ppt/notesSlides/notesSlide1.xml": p("notes", shape("say hello", "body")),
    }

    made = read_pptx(pptx(slides, ["slide2", "slide1", "slide9"], extra))

    assert parts(made) == [
        ("slide 1", "## Slide 1: The board\n\nArdvik | 53\n\nNotes: say hello"),
        ("slide 2", "## Slide 2 (hidden)\n\nsecond words"),
        ("slide 3", ""),
    ]
    assert made.lost == {"image": 1, "missing slide": 1}


def test_an_opendocument_text_is_read_in_order():
    body = (
        '<text:tracked-changes><text:p>gone</text:p></text:tracked-changes><text:h text:outline-level="2">Dues</text:h>'
        '<text:p>two\n  words<text:s text:c="3"/>apart<text:tab/>here<text:note><text:note-citation>1'
        "</text:note-citation><text:note-body><text:p>a note</text:p></text:note-body></text:note></text:p>"
        "<text:list><text:list-item><text:p>water</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>"
        "<table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table><draw:image/>"
    )

    made = read_odf(odf("text", body))

    assert made.text == "## Dues\n\ntwo words   apart\there [note 1]\n\na note\n\n- water\n\na | b"
    assert made.lost == {"image": 1}


def test_the_slides_of_an_opendocument_presentation_are_marked():
    page = "<draw:page><draw:frame><text:p>{}</text:p></draw:frame></draw:page>"

    made = read_odf(odf("presentation", page.format("first") + page.format("second")))

    assert parts(made) == [("slide 1", "## Slide 1\n\nfirst"), ("slide 2", "## Slide 2\n\nsecond")]


def test_a_book_is_read_in_reading_order_past_chapters_that_are_missing():
    book = epub(
        {"one": "one.xhtml", "two": "two%20.xhtml", "gone": "gone.xhtml"},
        ["two", "gone", "never", "one"],
        {"one.xhtml": "<h1>The end</h1><p>last words", "two .xhtml": "<h1>Beginning</h1><p>first words<img src='x'>"},
    )

    made = read_epub(book)

    assert parts(made) == [
        ("chapter 1: Beginning", "# Beginning\n\nfirst words"),
        ("chapter 3: The end", "# The end\n\nlast words"),
    ]
    assert made.lost == {"missing chapter": 2, "image": 1}


def test_a_book_under_copy_protection_says_so():
    locked = '<encryption><CipherReference URI="OEBPS/a.html"/><CipherReference URI="OEBPS/f.otf"/></encryption>'
    book = epub({"a": "a.html"}, ["a"], {"a.html": "x", "META-INF/encryption.xml": locked})

    with pytest.raises(Unreadable) as refusal:
        read_epub(book)

    assert str(refusal.value) == LOCKED


def test_an_opendocument_file_under_a_password_says_so():
    with pytest.raises(Unreadable) as refusal:
        read_odf(odf("text", "", "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"))

    assert str(refusal.value) == PASSWORD


def test_a_newer_office_file_under_a_password_says_so():
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")

    with pytest.raises(Unreadable) as refusal:
        convert("a.docx", locked)

    assert str(refusal.value) == PASSWORD


def test_xml_that_declares_entities_is_refused():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + w("document", "<w:body>&b;</w:body>")

    with pytest.raises(Unreadable) as refusal:
        read_docx(docx("", {"word/document.xml": bomb}))

    assert str(refusal.value) == ENTITIES


def test_xml_nested_without_end_is_refused():
    with pytest.raises(Unreadable) as refusal:
        read_docx(docx("<w:sdt>" * 50_000 + "</w:sdt>" * 50_000))

    assert str(refusal.value) == TOO_DEEP


def test_a_package_that_unpacks_to_far_more_than_it_holds_is_refused():
    with pytest.raises(Unreadable) as refusal:
        Package(zipped({"word/document.xml": b" " * 30_000_000}))

    assert str(refusal.value) == BOMB


def test_references_never_lead_out_of_a_package():
    assert resolve("word", "../../../../etc/passwd") == "etc/passwd"
    assert resolve("word", "/ppt/a%20b.xml#top") == "ppt/a b.xml"


@pytest.mark.parametrize("name", ["a.docx", "a.pptx", "a.xlsx", "a.odt", "a.ods", "a.epub"])
def test_a_package_cut_anywhere_is_refused_with_a_reason(name: str):
    whole = {
        "a.docx": docx(WORDS.format("x")),
        "a.pptx": pptx({"slide1": p("sld", shape("x"))}, ["slide1"]),
        "a.odt": odf("text", "<text:p>x</text:p>"),
        "a.epub": epub({"a": "a.html"}, ["a"], {"a.html": "x"}),
    }.get(name, zipped({"other": "x"}))

    for size in range(5, len(whole), 41):
        with pytest.raises(Unreadable):
            convert(name, whole[:size])
