"""`documents`, `peek` and `grep` over one or many documents, and over lists and dicts."""

import re

import pytest

from rlm_desktop.repl.inside.corpus import documents_of
from rlm_desktop.repl.inside.looking import looking_functions

FIRST = "alpha beta\ngamma\n\nDelta beta"
SECOND = "page one\nbeta\fpage two\nlast beta"
CONTEXT = f"=== a.txt ===\n{FIRST}\n=== b.pdf ===\n{SECOND}\n"
A = CONTEXT.index(FIRST)
B = CONTEXT.index(SECOND)
FACTS = [
    {"name": "a.txt", "path": "/a.txt", "kind": "text", "start": A, "end": A + len(FIRST), "page_starts": None},
    {
        "name": "b.pdf",
        "path": "/b.pdf",
        "kind": "pdf",
        "start": B,
        "end": B + len(SECOND),
        "page_starts": [0, SECOND.index("page two")],
    },
]
DOCUMENTS = documents_of(CONTEXT, FACTS)


def names(context=CONTEXT, facts=FACTS):
    return looking_functions(context, documents_of(context, facts))


def test_documents_are_found_by_number_and_name():
    assert len(DOCUMENTS) == 2
    assert DOCUMENTS[0].name == DOCUMENTS["a.txt"].name == "a.txt"
    assert DOCUMENTS[-1].kind == "pdf"
    assert DOCUMENTS["b.pdf"].text == SECOND
    assert [document.path for document in DOCUMENTS] == ["/a.txt", "/b.pdf"]
    assert [document.name for document in DOCUMENTS[0:1]] == ["a.txt"]
    assert "a.txt" in DOCUMENTS
    assert "c.txt" not in DOCUMENTS


def test_a_missing_name_is_said_with_the_names_there_are():
    with pytest.raises(KeyError, match=r"no document is named 'c'; the names are a\.txt, b\.pdf"):
        DOCUMENTS["c"]
    with pytest.raises(IndexError):
        DOCUMENTS[2]


def test_pages_are_texts_and_print_as_their_number():
    pages = DOCUMENTS["b.pdf"].pages

    assert list(pages) == ["page one\nbeta\f", "page two\nlast beta"]
    assert (str(pages), f"{len(pages)}", pages[-1][:8], pages[0:1]) == ("2", "2", "page two", ["page one\nbeta\f"])
    assert len(DOCUMENTS["a.txt"].pages) == 0


def test_documents_print_as_a_table():
    assert repr(DOCUMENTS) == (
        f"0: <Document 'a.txt': text, {len(FIRST)} characters>\n"
        f"1: <Document 'b.pdf': pdf, 2 pages, {len(SECOND)} characters>"
    )


def test_where_says_document_page_and_line():
    place = DOCUMENTS.where(CONTEXT.index("last beta"))

    assert place == ("b.pdf", 2, 3, SECOND.index("last beta"), "p. 2")
    assert DOCUMENTS.where(0).document == "a.txt"


def test_grep_says_document_page_line_and_offset():
    hits = names()["grep"]("beta")

    assert [(hit.document, hit.page, hit.line) for hit in hits] == [
        ("a.txt", None, 1),
        ("a.txt", None, 4),
        ("b.pdf", 1, 2),
        ("b.pdf", 2, 3),
    ]
    assert all(CONTEXT[hit["offset"] :].startswith("beta") for hit in hits)
    assert hits[0].match == "beta"
    assert hits[0].text == FIRST
    assert hits.more is False


def test_a_hit_is_a_dict_with_attributes_and_a_line_of_text():
    hit = names()["grep"]("last", around=5)[0]

    assert hit["document"] == hit.document == "b.pdf"
    assert str(hit) == f"[b.pdf page 2 line 3 offset {CONTEXT.index('last')}] two last beta"
    with pytest.raises(AttributeError, match="a hit has no 'pages'; it has document, page"):
        _ = hit.pages


def test_hits_print_one_on_each_line_and_say_when_there_are_more():
    hits = names()["grep"]("beta", max_matches=2)

    assert len(hits) == 2
    assert hits.more
    assert str(hits).splitlines()[-1] == "… there are more; these are the first 2"
    assert str(names()["grep"]("nowhere")) == "nothing found"


def test_grep_ignores_case_when_asked():
    grep = names()["grep"]

    assert len(grep("delta")) == 0
    assert len(grep("delta", ignore_case=True)) == 1
    assert len(grep(re.compile("DELTA", re.I))) == 1


def test_grep_matches_at_line_starts_and_never_in_the_header_lines():
    grep = names()["grep"]

    assert [hit.match for hit in grep(r"^\w+")] == ["alpha", "gamma", "Delta", "page", "beta", "last"]
    assert len(grep("===")) == 0


def test_grep_gives_no_text_of_a_neighbour():
    assert names()["grep"]("alpha", around=10_000)[0].text == FIRST


def test_a_pattern_that_matches_nothing_long_ends():
    assert len(names()["grep"]("", max_matches=5)) == 5


def test_a_bad_pattern_raises():
    with pytest.raises(re.error):
        names()["grep"]("(")


def test_peek_gives_characters_from_anywhere():
    peek = names()["peek"]

    assert peek(5) == CONTEXT[:5]
    assert peek(5, 3) == CONTEXT[3:8]
    assert peek(4, -4) == CONTEXT[-4:]
    assert peek(n=10, start=len(CONTEXT)) == ""
    assert peek(-1) == ""
    assert peek() == CONTEXT[:2000]


def test_a_text_without_documents_is_one_document():
    documents = documents_of("x\ny", [])

    assert (documents[0].name, documents[0].text) == ("context", "x\ny")
    assert names("x\ny", [])["grep"]("y")[0].line == 2


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        (["aa\nneedle", {"k": "needle ü"}], ["context[0]", "context[1]"]),
        ({"x": "needle", "y": ["needle"]}, ["context['x']", "context['y']"]),
    ],
)
def test_lists_and_dicts_are_looked_into_item_by_item(context, expected):
    hits = names(context, [])["grep"]("needle")

    assert [hit.document for hit in hits] == expected
    assert names(context, [])["peek"](15).startswith(f"{expected[0]}:\n")


def test_empty_contexts_have_nothing_to_find():
    for context in ("", [], {}):
        assert len(names(context, [])["grep"]("x")) == 0
        assert names(context, [])["peek"]() == ""
