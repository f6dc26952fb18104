import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlm_desktop.corpus.errors import Unreadable
from rlm_desktop.corpus.gathering import FoundFile
from rlm_desktop.corpus.kinds import kind_of
from rlm_desktop.corpus.readers.html_reader import read_html
from rlm_desktop.corpus.readers.json_reader import read_json
from rlm_desktop.corpus.readers.pdf_reader import DAMAGED, PAGE_WITHOUT_TEXT, SCANNED, read_pdf
from rlm_desktop.corpus.readers.recognition import HOW_TO
from tests.support.converting import read_document

GERMAN = "Die Gebühren für die schönen Häfen stiegen, weil Löhne und Preise höher wurden."
REASONS_OF_DAMAGE = {DAMAGED, SCANNED, "holds no text"}
IMAGE = f"an image; {HOW_TO}"
DATA = Path(__file__).parents[2] / "data"


def found(path: Path) -> FoundFile:
    return FoundFile(path=str(path), name=path.name, size_bytes=path.stat().st_size)


def written(folder: Path, name: str, data: bytes) -> FoundFile:
    path = folder / name
    path.write_bytes(data)
    return found(path)


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.txt", b"", "text"),
        ("README", b"words", "text"),
        ("a.MD", b"", "markdown"),
        ("a.htm", b"", "html"),
        ("page", b"\n<!DOCTYPE html><p>", "html"),
        ("a.py", b"", "code"),
        ("Makefile", b"", "code"),
        ("run", b"#!/bin/sh", "code"),
        ("a.tsv", b"", "csv"),
        ("a.jsonl", b"", "json"),
        ("a.pdf", b"", "pdf"),
        ("paper", b"%PDF-1.7", "pdf"),
    ],
)
def test_the_kind_follows_from_the_name_or_the_beginning(name: str, head: bytes, kind: str):
    assert kind_of(name, head) == kind


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.docx", b"PK\x03\x04...", "damaged, or not what its name says"),
        (
            "a.doc",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "old Word documents cannot be read yet; save it as DOCX and add that",
        ),
        ("a.png", b"\x89PNG", IMAGE),
        ("unnamed", b"\xff\xd8\xff\xe0", IMAGE),
        ("a.rtf", b"{\\rtf1 }", "holds no text"),
        ("a.parquet", b"PAR1", "damaged, or not what its name says"),
        ("changes.gz", b"\x1f\x8b", "archives cannot be read yet; unpack it and add the folder"),
        ("a.txt", b"\x00\x01\x02\x03" * 100, "a binary file, not text"),
        ("a.txt", b" \n\n ", "holds no text"),
        ("a.txt", b"", "empty"),
        ("a.pdf", b"%PDF-1.7 and no more", "damaged, or not a PDF"),
        ("a.html", b"<script>only()</script>", "holds no text"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(tmp_path: Path, name: str, data: bytes, reason: str):
    with pytest.raises(Unreadable) as refusal:
        read_document(written(tmp_path, name, data))

    assert str(refusal.value) == reason


def test_tables_code_and_markdown_keep_their_text(tmp_path: Path):
    data = "name;größe\r\nÄpfel;3\r\n".encode("cp1252")

    document = read_document(written(tmp_path, "a.csv", data))

    assert (document.kind, document.text, document.size_bytes) == ("csv", "name;größe\nÄpfel;3\n", len(data))


def test_escaped_letters_of_json_can_be_found():
    data = rb'{"city": "Z\u00fcrich \ud83d\ude00", "path": "C:\\u00fc", "line": "a\u000ab\u0022"}'

    text = read_json(data)

    assert text == r'{"city": "Zürich 😀", "path": "C:\\u00fc", "line": "a\nb\""}'


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_json_keeps_its_values(value: object):
    assert json.loads(read_json(json.dumps([value]).encode())) == [value]


def test_a_web_page_reads_as_it_is_seen():
    page = b"""<html><head><title>The  board</title><style>p {}</style></head><body>
      <nav hidden>Menu</nav><h1>Dues &amp;
      fees</h1><p>Paid <b>once</b>a call,<br>at the office.</p><script>track()</script>
      <ul><li><p>water</p></li><li>cranes<ol><li>small<li>big</ol></li></ul>
      <table><tr><th>Harbour</th><th>Cents</th></tr><tr><td>Ardvik</td><td><p>53</p></td></tr></table>
      <pre>  keep
    this   layout<br>
end</pre><div>one</div><div>two</div></body></html>"""

    assert read_html(page) == (
        "The board\n\n# Dues & fees\n\nPaid oncea call,\nat the office.\n\n- water\n\n- cranes\n\n1. small\n2. big\n\n"
        "Harbour | Cents\nArdvik | 53\n\n  keep\n    this   layout\n\nend\n\none\ntwo"
    )


def test_a_title_that_is_the_heading_is_not_said_twice():
    assert read_html(b"<title>Dues</title><h1>Dues</h1><p>words") == "# Dues\n\nwords"


def test_a_page_nested_without_end_is_read():
    assert read_html(b"<div>" * 4_000 + b"deep") == "deep"


@pytest.mark.parametrize("page", [b"", b"<frameset></frameset>", b"<!doctype html>", b"<script>x</script>"])
def test_a_page_without_visible_text_reads_as_nothing(page: bytes):
    assert read_html(page) == ""


@pytest.mark.parametrize(
    "head", ['<meta charset="iso-8859-2">', '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2">']
)
def test_a_web_page_is_decoded_as_it_declares(head: str):
    assert read_html(f"<head>{head}</head><p>Łódź portów".encode("iso-8859-2")) == "Łódź portów"


def test_an_encoding_nobody_knows_is_not_believed():
    page = f'<meta charset="x-no-such"><p>{GERMAN}'.encode("cp1252")

    assert read_html(page) == GERMAN


def test_a_pdf_is_read_page_by_page_with_hyphenated_words_joined():
    made = read_pdf((DATA / "three-pages.pdf").read_bytes())

    text, starts = made.text, [mark.start for mark in made.marks]
    pages = [text[start:end].strip() for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    assert pages == [
        "The first page speaks of the old harbour and its dues.\nIt has two lines more.",
        PAGE_WITHOUT_TEXT,
        "The third page ends the report.",
    ]
    assert [mark.label for mark in made.marks] == ["p. 1", "p. 2", "p. 3"]
    assert made.lost == {"scanned page": 1}


def pdf_with_a_field(value: str) -> bytes:
    """A page that is empty but for one filled field of a form."""
    shown = f"/Tx BMC BT /F 12 Tf 2 5 Td ({value}) Tj ET EMC"
    objects = [
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Annots[4 0 R]>>",
        f"<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V({value})/F 4/P 3 0 R/Rect[20 20 200 40]/AP<</N 5 0 R>>>>",
        "<</Type/XObject/Subtype/Form/BBox[0 0 180 20]/Resources<</Font<</F<</Type/Font/Subtype/Type1"
        f"/BaseFont/Helvetica>>>>>>/Length {len(shown)}>>stream\n{shown}\nendstream",
    ]
    body = "".join(f"{number} 0 obj\n{one}\nendobj\n" for number, one in enumerate(objects, 1))
    return f"%PDF-1.7\n{body}trailer\n<</Root 1 0 R/Size 6>>\n%%EOF".encode()


def test_the_fields_of_a_filled_form_are_read():
    assert read_pdf(pdf_with_a_field("Ardvik Harbour")).text == "Ardvik Harbour"


@pytest.mark.parametrize(
    ("name", "reason"),
    [("scan.pdf", "a scan: its pages are images"), ("locked.pdf", "with a password"), ("blank.pdf", "holds no text")],
)
def test_a_pdf_without_readable_text_says_why(name: str, reason: str):
    with pytest.raises(Unreadable, match=reason):
        read_document(found(DATA / name))


def test_a_pdf_cut_in_half_is_refused_or_read_but_never_crashes(tmp_path: Path):
    whole = (DATA / "three-pages.pdf").read_bytes()

    reasons: set[str] = set()
    for size in range(1, len(whole), 97):
        try:
            read_document(written(tmp_path, "cut.pdf", whole[:size]))
        except Unreadable as reason:
            reasons.add(str(reason))

    assert reasons <= REASONS_OF_DAMAGE


def test_pdfs_can_be_read_from_several_threads():
    data = (DATA / "three-pages.pdf").read_bytes()

    with ThreadPoolExecutor(8) as pool:
        texts = set(pool.map(lambda _: read_pdf(data).text, range(64)))

    assert len(texts) == 1


@pytest.mark.parametrize("name", ["graph.dot", "messages.pot", "notes.doc", "deploy.key", "table.numbers"])
def test_plain_text_is_read_whatever_binary_kind_its_name_suggests(tmp_path: Path, name: str):
    document = read_document(written(tmp_path, name, b"digraph { a -> b }\n"))

    assert document.text == "digraph { a -> b }\n"
    assert document.kind == "text"
