"""An answer's Markdown as tokens that can do nothing: no pictures, no live link but to the web or mail, no HTML.

Raw HTML in an answer is shown as text, so that `List<int>` and `<script>` are read as they were written; only bare
tags that models use for layout, such as `<br>` in a table, are taken as such.
"""

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from typing_extensions import override

from rlm_desktop.export.addresses import is_live, reveal, shortened
from rlm_desktop.trace.controls import show_controls

LARGEST_MARKDOWN = 200_000
_MOST_LINES = 3_000
_MOST_SIGNS = 40_000
_MOST_BARS = 15_000
"""Qt takes a minute for a list of 30,000 entries; what is more tangled than this is read better as it was written."""
DEEPEST = 24
_DEEPEST_TAGS = 8
_SIGNS = re.compile(r"[\[\]*_<>`|&~!]")
BARE_TAG = re.compile(r"<(/?)(b|strong|i|em|u|s|del|sub|sup|code|kbd|br)\s*/?>", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>\"'`|«»“”]*[^\s<>\"'`|«»“”’.,;:!?)\]}…]")
_ALIGN = re.compile(r"text-align:\s*(left|center|right)")


def harmless_tokens(text: str) -> list[Token] | None:
    """Read an answer; None where it is too long or too tangled to be laid out.

    Besides those of markdown-it there are `dead_open` and `dead_close` around the words of a link that leads nowhere,
    and `address_open` and `address_close` around where it would have led.
    """
    if not is_light(text):
        return None
    tokens = parser().parse(as_shown(text))
    # Deeper than this, the parser would drop text without a word.
    if max((token.level for token in tokens), default=0) >= DEEPEST - 2:
        return None
    for token in tokens:
        _align(token)
        if token.children:
            token.children = list(_harmless(token.children))
    return tokens


def as_shown(text: str) -> str:
    """Give a text as every file can hold it: halves of letters replaced, what would steer shown as signs."""
    return show_controls(text.encode("utf-8", "replace").decode("utf-8"))


def is_light(text: str) -> bool:
    """Tell whether a text can be read as Markdown in a moment."""
    if len(text) > LARGEST_MARKDOWN or text.count("\n") > _MOST_LINES or text.count("|") > _MOST_BARS:
        return False
    return sum(1 for _ in _SIGNS.finditer(text)) <= _MOST_SIGNS


def parser() -> MarkdownIt:
    """Give what reads answers: CommonMark with tables and strikethrough."""
    return (
        _Parser("commonmark", {"html": True, "maxNesting": DEEPEST})
        .enable(["table", "strikethrough"])
        .disable("html_block")
    )


def _align(token: Token) -> None:
    found = _ALIGN.search(str(token.attrs.pop("style", "")))
    if found is not None:
        token.attrs["align"] = found[1]


def _harmless(children: Sequence[Token]) -> Iterator[Token]:
    """Turn pictures into words, dead links into words with their address, stray tags into text."""
    paired = paired_tags(children)
    links: list[str] = []
    for number, token in enumerate(children):
        match token.type:
            case "link_open":
                links.append(str(token.attrs.get("href", "")))
                yield _opening(links[-1])
            case "link_close":
                yield from _closing(links.pop())
            case "image":
                yield from _picture(token, in_link=bool(links))
            case "html_inline" if number not in paired:
                yield _words(token.content)
            case "text" | "code_inline" if links:
                token.content = reveal(token.content)
                yield token
            case "text" if "://" in token.content:
                yield from _with_addresses(token.content)
            case _:
                yield token


def _with_addresses(text: str) -> Iterator[Token]:
    """Make links of web addresses that stand in the text as they are."""
    at = 0
    for found in _ADDRESS.finditer(text):
        if is_live(found[0]):
            yield _words(text[at : found.start()])
            yield _opening(found[0])
            yield _words(reveal(found[0]))
            yield from _closing(found[0])
            at = found.end()
    yield _words(text[at:])


def paired_tags(children: Sequence[Token]) -> set[int]:
    """Find the bare tags that are closed in their own paragraph; an open one would dress all that follows."""
    paired: set[int] = set()
    open_tags: list[tuple[str, int]] = []
    for number, token in enumerate(children):
        tag = BARE_TAG.fullmatch(token.content) if token.type == "html_inline" else None
        if tag is None:
            continue
        name = tag[2].lower()
        if name == "br":
            paired.add(number)
        elif not tag[1]:
            open_tags.append((name, number))
        elif open_tags and open_tags[-1][0] == name:
            opened = open_tags.pop()[1]
            if len(open_tags) < _DEEPEST_TAGS:
                paired |= {opened, number}
    return paired


def _opening(address: str) -> Token:
    if is_live(address):
        return Token("link_open", "a", 1, attrs={"href": address})
    return Token("dead_open", "span", 1, attrs={"class": "dead"})


def _closing(address: str) -> Iterator[Token]:
    if is_live(address):
        yield Token("link_close", "a", -1)
        return
    yield Token("dead_close", "span", -1)
    yield from _address(address)


def _address(address: str) -> Iterator[Token]:
    """Show an address that leads nowhere."""
    yield Token("address_open", "span", 1, attrs={"class": "address"})
    yield _words(f" ⟨{shortened(address)}⟩")
    yield Token("address_close", "span", -1)


def _picture(token: Token, *, in_link: bool) -> Iterator[Token]:
    address = str(token.attrs.get("src", ""))
    words = _words(f"picture: {reveal(token.content) or 'untitled'}")
    if in_link:
        yield words
        return
    yield _opening(address)
    yield words
    yield from _closing(address)


def _words(text: str) -> Token:
    return Token("text", "", 0, content=text)


class _Parser(MarkdownIt):
    """Takes every link: a refused one would stay as source, ours is shown dead, with its address."""

    @override
    def validateLink(self, url: str) -> bool:
        return True
