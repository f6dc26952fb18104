"""Which piece of a code text has which role colour; the text is lexed once, as a whole."""

from dataclasses import dataclass
from typing import Literal

from pygments.lexer import Lexer
from pygments.lexers.data import JsonLexer
from pygments.lexers.markup import MarkdownLexer
from pygments.lexers.python import PythonLexer

from rlm_desktop.export.code_pieces import tint_of
from rlm_desktop.trace.tints import Tint

Language = Literal["python", "json", "markdown", "plain"]
MOST_COLOURED = 100_000
"""Longer texts stay in one colour: lexing as much Markdown takes 150 ms."""


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
        tint = tint_of(kind, value)
        for number, piece in enumerate(value.split("\n")):
            if number:
                lines.append([])
                column = 0
            length = _units(piece)
            if tint is not None and length:
                lines[-1].append(Span(column, length, tint))
            column += length
    return lines


def _lexer(language: Language) -> Lexer:
    kinds: dict[str, type[Lexer]] = {"python": PythonLexer, "json": JsonLexer, "markdown": MarkdownLexer}
    return kinds[language](stripnl=False, ensurenl=False)


def _units(text: str) -> int:
    return len(text) + sum(1 for sign in text if ord(sign) > 0xFFFF) if not text.isascii() else len(text)
