"""Which piece of a code text has which role colour; the text is lexed once, as a whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.lexers.data import JsonLexer
from pygments.lexers.markup import MarkdownLexer
from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Token, _TokenType
from pygments.util import ClassNotFound

from rlm_desktop.trace.rows import Tint

Language = Literal["python", "json", "markdown", "plain"]
MOST_COLOURED = 100_000
"""Longer texts stay in one colour: lexing as much Markdown takes 150 ms."""
_ASKS = ("llm_query", "llm_query_batched", "rlm_query", "rlm_query_batched", "llm_call", "llm_batch")
ASKING = frozenset((*_ASKS, "FINAL", "FINAL_VAR", "answer"))


@dataclass(frozen=True, slots=True)
class Span:
    """A coloured piece of a line, counted in UTF-16 units as Qt does."""

    start: int
    length: int
    tint: Tint


def coloured_lines(text: str, language: Language) -> list[list[Span]]:
    """Give the coloured pieces of every line."""
    lines: list[list[Span]] = [[]]
    if language == "plain" or len(text) > MOST_COLOURED:
        return lines
    column = 0
    for kind, value in _lexer(language).get_tokens(text):
        tint = _tint(kind, value)
        for number, piece in enumerate(value.split("\n")):
            if number:
                lines.append([])
                column = 0
            length = _units(piece)
            if tint is not None and length:
                lines[-1].append(Span(column, length, tint))
            column += length
    return lines


def coloured_pieces(text: str, name: str) -> Iterator[tuple[str, Tint | None]]:
    """Cut a block of an answer into pieces of one colour; `name` is what stands behind its fence."""
    try:
        lexer = get_lexer_by_name("python" if name in ("repl", "py") else name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        yield text, None
        return
    for kind, value in lexer.get_tokens(text):
        yield value, _tint(kind, value)


def _lexer(language: Language) -> Lexer:
    kinds: dict[str, type[Lexer]] = {"python": PythonLexer, "json": JsonLexer, "markdown": MarkdownLexer}
    return kinds[language](stripnl=False, ensurenl=False)


def _units(text: str) -> int:
    return len(text) + sum(1 for sign in text if ord(sign) > 0xFFFF) if not text.isascii() else len(text)


def _tint(kind: _TokenType, value: str) -> Tint | None:
    if value in ASKING:
        return "accent"
    while kind is not Token:
        if kind in _TINTS:
            return _TINTS[kind]
        if kind.parent is None:
            return None
        kind = kind.parent
    return None


_TINTS: dict[_TokenType, Tint] = {
    Comment: "muted",
    Keyword: "root",
    Operator.Word: "root",
    Name.Builtin: "root",
    Number: "root",
    String: "answer",
    String.Interpol: "code",
    String.Escape: "code",
    Name.Tag: "worker",
    Name.Exception: "error",
    Name.Decorator: "code",
    Token.Generic.Heading: "root",
    Token.Generic.Subheading: "root",
}
