"""An answer as HTML that can do nothing."""

import re
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlm_desktop.export.inert_html import inert_html

_TAG = re.compile(r"<([a-z0-9]+)([^>]*)>")
_ALLOWED = re.compile(r' ?(href="(https?://|mailto:)[^"]*"|class="(ink-\w+|dead|address)"|align="\w+"|start="\d+")?')

_PIECES = (
    *("[", "](", ")", "![", "<img src=", "<b>", "</b>", "<a href=", ">", "'", '"', "http://a", " ", "x", "\n\n"),
    *("file:///", "style=", "|", "```", "&lt;", "&#106;avascript:", "<!--", "-->", "<br>", "\u202e"),
)


def assert_inert(html: str) -> None:
    """Only harmless tags with harmless attributes are left."""
    for name, attributes in _TAG.findall(html):
        assert name not in {"img", "link", "style", "script", "iframe", "object", "body", "meta", "svg", "font"}
        assert _ALLOWED.fullmatch(attributes), (name, attributes)


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)>",
        "<link rel=stylesheet href=http://a/x.css>",
        "<style>@font-face{src:url(http://a/x)}</style>",
        "<div style='background-image:url(http://a/x)'>x</div>",
        "<body background=http://a/x.png>",
        "<svg><image href=http://a/x.png /></svg>",
        "<a href='http://a.org' onclick=x>y</a>",
        "<b style='background:url(http://a/x)'>y</b>",
        "<base href=http://a/>",
        "<meta http-equiv=refresh content='0;url=http://a'>",
    ],
)
def test_html_that_does_something_is_shown_as_text(text):
    html = inert_html(text)

    assert_inert(html)
    assert re.sub(r"<[^>]+>", "", html).strip().startswith("&lt;")


def test_a_generic_type_and_an_unclosed_tag_are_read_as_they_were_written():
    html = inert_html("List<int> and Map<K, V>, a <b> c\n\nd")

    assert html.split() == ["<p>List&lt;int&gt;", "and", "Map&lt;K,", "V&gt;,", "a", "&lt;b&gt;", "c</p>", "<p>d</p>"]


def test_bare_tags_of_layout_are_taken_as_such():
    html = inert_html("|a|\n|-:|\n|1<br>2|\n\nH<sub>2</sub>O <b>x</b>")

    assert '<td align="right">1<br>2</td>' in html
    assert "H<sub>2</sub>O <b>x</b>" in html


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "//host/x", "report.pdf", "data:text/html,x", "quote:0"]
)
def test_a_dead_link_shows_its_address_and_is_no_link(link):
    html = inert_html(f"[words]({link}) ![chart]({link})")

    assert "<a" not in html
    assert html.count('<span class="dead">') == 2
    assert html.count(f"⟨{link}⟩") == 2


def test_a_picture_becomes_words_with_a_link_to_it():
    html = inert_html('![sales](http://a.org/x.png "t") [![x](b.png)](https://c.org)')

    assert '<a href="http://a.org/x.png">picture: sales</a>' in html
    assert '<a href="https://c.org">picture: x</a>' in html


def test_an_address_in_the_text_is_a_link_without_the_full_stop_behind_it():
    html = inert_html("See (https://a.org/b_c_d?x=1&y=2), or https://b.org. Not file:///x or http://.")

    assert '<a href="https://a.org/b_c_d?x=1&amp;y=2">https://a.org/b_c_d?x=1&amp;y=2</a>), or' in html
    assert '<a href="https://b.org">https://b.org</a>. Not file:///x or http://.' in html


def test_hidden_signs_in_links_are_shown():
    html = inert_html("[bank\u202emoc\u200b](https://a.org)")

    assert "bank⟨U+202E⟩moc⟨U+200B⟩" in html


def test_code_has_the_colours_of_its_language_and_stays_whole():
    html = inert_html("```python\ndef f(): return '<b>'\n```\n\n```nonesuch\n<x>\n```\n\n    <y>\n")

    assert '<span class="ink-root">def</span>' in html
    assert "&lt;b&gt;" in html
    assert "<pre>&lt;x&gt;</pre>" in html
    assert "<pre>&lt;y&gt;</pre>" in html


@given(st.lists(st.sampled_from(_PIECES), max_size=40))
@settings(max_examples=300, deadline=None)
def test_whatever_is_written_only_harmless_html_comes_out(pieces):
    html = inert_html("".join(pieces))

    assert html is not None
    assert_inert(html)


@pytest.mark.parametrize(
    "text",
    ["x" * 200_001, "> " * 60 + "deep", "- a\n" * 5_000, "*a " * 41_000, "[" * 50_000, "|a|\n|-|\n" + "|1|\n" * 5_000],
    ids=["long", "deep", "lines", "stars", "brackets", "table"],
)
def test_what_is_too_long_or_too_tangled_is_refused_at_once(text):
    refused, seconds = timed(lambda: inert_html(text))

    assert refused is None
    assert seconds < 3 * seconds_for_plain_words()


@pytest.mark.parametrize(
    "text",
    ["[" * 39_000, "[a](" * 13_000, "**a _b " * 13_000, "<b>" * 19_000, "`" * 39_000, "|" * 14_000, "- a\n" * 2_900],
)
def test_what_is_laid_out_is_laid_out_soon(text):
    laid_out, seconds = timed(lambda: inert_html(text))

    assert laid_out is not None
    assert seconds < 50 * seconds_for_plain_words()


def timed(action):
    """Give what an action gives, and the seconds it takes at best of three times."""
    taken = []
    for _ in range(3):
        start = perf_counter()
        given = action()
        taken.append(perf_counter() - start)
    return given, min(taken)


def seconds_for_plain_words():
    """Give what the same length of plain words takes on this machine, now."""
    return timed(lambda: inert_html("many plain words and a *bold* one, here\n\n" * 950))[1]
