"""Where in an answer its quotes end, so that a mark can lead from each to where it was found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from rlm_desktop.trace.facts import Quote

_CLOSING = '”"»’›」』'


@dataclass(frozen=True, slots=True)
class _Place:
    """A letter: in which paragraph, in which piece of it, and behind how many characters of that."""

    paragraph: Token
    piece: int
    offset: int


def mark_quotes(tokens: Sequence[Token], quotes: Sequence[Quote]) -> None:
    """Put a token `quote_mark`, with its number from 1 as content, behind each quote that is found, in order.

    Letters and digits alone are compared: signs of Markdown and white space may differ.
    """
    places = list(_letters(tokens)) if quotes else []
    whole = "".join(letter for letter, _ in places)
    found: list[tuple[_Place, int]] = []
    after = 0
    for number, quote in enumerate(quotes, 1):
        wanted = "".join(filter(str.isalnum, quote.text))
        at = max(whole.find(wanted, after), -1) if wanted else -1
        at = whole.find(wanted) if wanted and at < 0 else at
        if at >= 0:
            after = at + len(wanted)
            found.append((places[after - 1][1], number))
    # From the end, so that what comes before stays where it is.
    for place, number in sorted(found, key=lambda one: (one[0].piece, one[0].offset, one[1]), reverse=True):
        _insert(place, number)


def _letters(tokens: Sequence[Token]) -> Iterator[tuple[str, _Place]]:
    for token in tokens:
        for number, piece in enumerate(token.children or ()):
            if piece.type in ("text", "code_inline"):
                for offset, letter in enumerate(piece.content):
                    if letter.isalnum():
                        yield letter, _Place(token, number, offset + 1)


def _insert(place: _Place, number: int) -> None:
    pieces = place.paragraph.children
    assert pieces is not None, "a letter stands in a piece"
    piece = pieces[place.piece]
    mark = Token("quote_mark", "", 0, content=str(number))
    links = [one.type for one in pieces[: place.piece] if one.type in ("link_open", "link_close")]
    if links[-1:] == ["link_open"]:
        types = [one.type for one in pieces]
        pieces.insert(types.index("link_close", place.piece) + 1, mark)
        return
    if piece.type == "code_inline":
        pieces.insert(place.piece + 1, mark)
        return
    end = _behind_closing(piece.content, place.offset)
    rest = Token("text", "", 0, content=piece.content[end:])
    piece.content = piece.content[:end]
    pieces[place.piece + 1 : place.piece + 1] = [mark, rest]


def _behind_closing(text: str, end: int) -> int:
    """Go behind the quotation mark that closes, and what may stand before it: `storm.”`."""
    marks = [at for at in range(end, min(end + 3, len(text))) if text[at] in _CLOSING]
    return marks[0] + 1 if marks else end
