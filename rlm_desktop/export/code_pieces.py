"""Which piece of a block of code has which role colour."""

from collections.abc import Iterator

from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Token, _TokenType
from pygments.util import ClassNotFound

from rlm_desktop.trace.tints import Tint

_ASKS = ("llm_query", "llm_query_batched", "rlm_query", "rlm_query_batched", "llm_call", "llm_batch")
ASKING = frozenset((*_ASKS, "FINAL", "FINAL_VAR", "answer"))


def coloured_pieces(text: str, name: str) -> Iterator[tuple[str, Tint | None]]:
    """Cut a block of an answer into pieces of one colour; `name` is what stands behind its fence."""
    try:
        lexer = get_lexer_by_name("python" if name in ("repl", "py") else name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        yield text, None
        return
    for kind, value in lexer.get_tokens(text):
        yield value, tint_of(kind, value)


def tint_of(kind: _TokenType, value: str) -> Tint | None:
    """Give the colour of a token; None for that of plain words."""
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
