"""The answer as Markdown, read by a parser of Markdown and by pandoc."""

import json
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rlm_desktop.export.answer_md import closed_markdown, write
from rlm_desktop.export.markdown_words import fenced, in_line, quoted
from rlm_desktop.export.redaction import redacted
from tests.support.answer_files import ALL, squeezed, words_of
from tests.support.foreign_programs import needed, said_by
from tests.support.kinds_of_runs import KINDS
from tests.support.rich_answer import RICH_ANSWER, RICH_QUOTES, rich, with_answer

_PIECES = (
    *("```", "~~~", "\n", "\n\n", "<!--", "-->", "<script>", "</script>", "<b>", "</b>", "<br>", "<details>", "`"),
    *("    ", "- ", "> ", "1. ", "[a]: http://a\n", "[", "](", ")", "|a|\n|-|\n|b|", "# x", "---", "===", "$$", "x"),
    *("<?", "<![CDATA[", "<a href='x'>", "\\", "*", "&lt;", "<pre>", "\u2028", "\t"),
)


def markdown_of(run) -> str:
    file = BytesIO()
    write(run, file)
    return file.getvalue().decode()


def tokens_of(text: str):
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)


def headings_in(text: str) -> list[str]:
    tokens = tokens_of(text)
    starts = [at for at, token in enumerate(tokens) if token.type == "heading_open" and not token.level]
    return [tokens[at + 1].content for at in starts]


def words_in(text: str) -> str:
    """Give what a reader of Markdown shows."""
    pieces = [piece for token in tokens_of(text) for piece in (token, *(token.children or ()))]
    return squeezed("".join(piece.content for piece in pieces if piece.type != "inline"))


def html_in(text: str) -> list[str]:
    pieces = [piece for token in tokens_of(text) for piece in (token, *(token.children or ()))]
    return [piece.content for piece in pieces if piece.type in ("html_block", "html_inline")]


@pytest.mark.parametrize("kind", ALL)
def test_a_reader_of_markdown_finds_all_that_is_said(kind):
    run = ALL[kind]()

    said = words_in(markdown_of(run))

    assert [words for words in words_of(run) if squeezed(words) not in said] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_redacted_run_can_be_written(kind):
    assert "redacted" in markdown_of(redacted(KINDS[kind]()))


def test_the_answers_own_markdown_stays_as_it_was():
    text = markdown_of(rich())

    assert RICH_ANSWER.split("<script>")[0].replace("<int>", "&lt;int>") in text
    assert "&lt;script>alert(1)&lt;/script>" in text


@pytest.mark.parametrize("kind", ALL)
def test_no_raw_html_is_left_in_it(kind):
    assert [html for html in html_in(markdown_of(ALL[kind]())) if html not in ("<sub>", "</sub>")] == []


@pytest.mark.parametrize(
    "answer",
    [
        "```python\nprint(1)",
        "~~~~\nopen",
        "<!-- hidden",
        "<script>\nx",
        "<details><summary>a</summary>",
        "- a\n\n  ```\n  b",
        "text\n\n<pre>\n\nmore",
        "> ```\n> x",
        "`` <b>",
        "a\n===",
        "x" * 300_000,
        "> " * 60 + "deep",
    ],
)
def test_what_an_answer_leaves_open_swallows_nothing(answer):
    text = markdown_of(with_answer(answer, RICH_QUOTES))

    assert headings_in(text)[-4:] == ["Evidence", "Coverage", "About this run", "Notes"]
    assert squeezed(answer[-1000:]) in squeezed(text).replace("&lt;", "<")


@given(st.lists(st.sampled_from(_PIECES), max_size=30))
@settings(max_examples=400, deadline=None)
def test_whatever_an_answer_holds_what_follows_is_read_as_it_is(pieces):
    text = f"{closed_markdown(''.join(pieces))}\n\n## After\n\nword\n"

    tokens = tokens_of(text)

    assert [(token.type, token.level) for token in tokens[-6:]] == [
        ("heading_open", 0),
        ("inline", 1),
        ("heading_close", 0),
        ("paragraph_open", 0),
        ("inline", 1),
        ("paragraph_close", 0),
    ]
    assert not any(word in html for html in html_in(text) for word in ("script", "details", "<a", "<pre", "<!"))


@given(st.text() | st.lists(st.sampled_from(_PIECES)).map("".join))
@settings(max_examples=400, deadline=None)
def test_foreign_words_stay_words(text):
    for made in (f"# {in_line(text)}", quoted(text), fenced(text), f"| a |\n| --- |\n| {in_line(text)} |"):
        assert html_in(made) == []
        assert {token.type for token in tokens_of(made)} <= {
            *("heading_open", "heading_close", "inline", "fence", "blockquote_open", "blockquote_close"),
            *("paragraph_open", "paragraph_close", "table_open", "table_close", "thead_open", "thead_close"),
            *("tbody_open", "tbody_close", "tr_open", "tr_close", "th_open", "th_close", "td_open", "td_close"),
        }


def test_pandoc_reads_the_quotes_as_a_table(tmp_path):
    pandoc = needed("pandoc", "pandoc")
    path = tmp_path / "answer.md"
    path.write_text(markdown_of(rich()))

    read = json.loads(said_by(pandoc, "--from=gfm", "--to=json", str(path)))

    tables = [block for block in read["blocks"] if block["t"] == "Table"]
    assert len(tables) == 3
    assert len(tables[1]["c"][4][0][3]) == len(RICH_QUOTES)
