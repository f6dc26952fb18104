"""Where the mark of a quote stands."""

import pytest

from rlm_desktop.export.inert_html import inert_html
from rlm_desktop.trace.facts import Quote


def marked(text: str, *quotes: str) -> str:
    html = inert_html(text, [Quote(text=quote, match="none") for quote in quotes])
    assert html is not None
    return html.replace('<sup class="mark">', "{").replace("</sup>", "}").strip()


@pytest.mark.parametrize(
    ("text", "quotes", "html"),
    [
        ("He said “a b.” and left", ["a b"], "<p>He said “a b.”{1} and left</p>"),
        ("“to *meet* the cost”", ["to *meet* the cost"], "<p>“to <em>meet</em> the cost”{1}</p>"),
        ("“a\nb” x", ["a\nb"], "<p>“a\nb”{1} x</p>"),
        ("“one” “two” “one”", ["one", "two", "one"], "<p>“one”{1} “two”{2} “one”{3}</p>"),
        ("“one two”", ["one two", "two"], "<p>“one two”{1}{2}</p>"),
        ("“two” then “one”", ["one", "two"], "<p>“two”{2} then “one”{1}</p>"),
        ("[“one two”](https://a.org) x", ["one two"], '<p><a href="https://a.org">“one two”</a>{1} x</p>'),
        ("the `one()` call", ["one()"], "<p>the <code>one()</code>{1} call</p>"),
        ("nothing", ["one", "…", ""], "<p>nothing</p>"),
    ],
)
def test_a_mark_stands_behind_its_quote(text, quotes, html):
    assert marked(text, *quotes) == html


def test_quotes_in_different_paragraphs_are_each_marked():
    assert marked("“a b”\n\n- “c d”\n- “e f”", "a b", "c d", "e f").count("{") == 3


def test_an_answer_cannot_write_a_mark_itself():
    assert "{" not in marked('<sup class="mark">1</sup>')
