"""An answer's Markdown as HTML that can do nothing; `nh3` has the last word on all of it."""

from collections.abc import Sequence
from html import escape
from typing import get_args

import nh3
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from typing_extensions import override

from rlm_desktop.export.answer_tokens import harmless_tokens, parser
from rlm_desktop.export.code_pieces import coloured_pieces
from rlm_desktop.export.quote_marks import mark_quotes
from rlm_desktop.trace.facts import Quote
from rlm_desktop.trace.tints import Tint

_MOST_COLOURED = 60_000
_CLASSES = {"dead", "address", *(f"ink-{tint}" for tint in get_args(Tint))}
_TAGS = (
    "p br hr h1 h2 h3 h4 h5 h6 blockquote ul ol li pre code span a em strong b i u s del sub sup kbd "
    "table thead tbody tr th td"
)
_ALIGNMENTS = {"align": {"left", "center", "right"}}
_CLEANER = nh3.Cleaner(
    tags=set(_TAGS.split()),
    clean_content_tags=set(),
    attributes={"a": {"href"}, "ol": {"start"}},
    tag_attribute_values={
        "span": {"class": _CLASSES},
        "sup": {"class": {"mark"}},
        "td": _ALIGNMENTS,
        "th": _ALIGNMENTS,
    },
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel=None,
)


def inert_html(text: str, quotes: Sequence[Quote] = ()) -> str | None:
    """Give an answer as harmless HTML; None where it is too long or too tangled to be laid out.

    After each quote that is found in it stands its number from 1, as `<sup class="mark">1</sup>`.
    """
    tokens = harmless_tokens(text)
    if tokens is None:
        return None
    mark_quotes(tokens, quotes)
    return _CLEANER.clean(_RENDERER.render(tokens, _OPTIONS, {}))


class CodeRenderer(RendererHTML):
    """Writes code in colours; bare tags are let through, as the others have become text before."""

    @override
    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        name = (tokens[idx].info.split() or [""])[0].lower()
        return _code(tokens[idx].content, name)

    @override
    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _code(tokens[idx].content, "")

    def quote_mark(self, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType) -> str:
        """Write the number of a quote."""
        return f'<sup class="mark">{tokens[idx].content}</sup>'


def _code(text: str, name: str) -> str:
    text = text.rstrip("\n")
    if not name or len(text) > _MOST_COLOURED:
        return f"<pre>{escape(text)}</pre>"
    return f"<pre>{''.join(_piece(value, tint) for value, tint in coloured_pieces(text, name))}</pre>"


def _piece(text: str, tint: Tint | None) -> str:
    return escape(text) if tint is None else f'<span class="ink-{tint}">{escape(text)}</span>'


_OPTIONS = parser().options
_RENDERER = CodeRenderer()
