"""An answer's Markdown as paragraphs, lists and tables of a Word document."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from markdown_it.token import Token

from rlm_desktop.export import docx_dress as dress
from rlm_desktop.export.answer_tokens import as_shown
from rlm_desktop.export.code_pieces import coloured_pieces

_MOST_COLOURED = 60_000
_BELOW = 1
"""The document's own headings stand above those of the answer."""
_DEEPEST_HEADING = 9
_SIDES = {"center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}


@dataclass(slots=True)
class _List:
    number: int
    is_fresh: bool = False
    """Whether the next paragraph is the first of its item, which has the number."""


@dataclass(slots=True)
class _Looks:
    """How words look at the moment."""

    switched: dict[str, int] = field(default_factory=dict)
    link: Any = None


class Laying:
    """Lays tokens out, one after the other."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._lists: list[_List] = []
        self._quotes = 0
        self._rows: Iterator[_Row] = iter(())
        self._cells: Iterator[_Cell] = iter(())
        self._in_cell: Paragraph | None = None
        self._is_head = False
        self._heading = 0

    def lay(self, tokens: Sequence[Token]) -> None:
        """Lay out the whole of an answer."""
        for number, token in enumerate(tokens):
            act = _BLOCKS.get(token.type)
            if act is not None:
                act(self, token)
            if token.type == "table_open":
                self._begin_table(tokens[number:])

    def _begin_table(self, tokens: Sequence[Token]) -> None:
        end = next(at for at, token in enumerate(tokens) if token.type == "table_close")
        rows = sum(token.type == "tr_open" for token in tokens[:end])
        columns = sum(token.type == "th_open" for token in tokens[:end])
        table = self._document.add_table(rows, columns, "Table Grid")
        dress.repeat_heading(table)
        # Asked for by number, each cell would make python-docx go through the whole table.
        self._rows = iter(table.rows)

    def _end_table(self, _token: Token) -> None:
        self._in_cell = None
        # Two tables that touch would be one.
        self._document.add_paragraph()

    def _row(self, _token: Token) -> None:
        self._cells = iter(next(self._rows).cells)

    def _cell(self, token: Token) -> None:
        self._in_cell = next(self._cells).paragraphs[0]
        self._in_cell.alignment = _SIDES.get(str(token.attrs.get("align")))
        self._is_head = token.type == "th_open"

    def _list(self, token: Token) -> None:
        is_ordered, start = token.type == "ordered_list_open", int(str(token.attrs.get("start", 1)))
        number = dress.new_list(self._document, len(self._lists), is_ordered=is_ordered, start=start)
        self._lists.append(_List(number))

    def _end_list(self, _token: Token) -> None:
        self._lists.pop()

    def _item(self, _token: Token) -> None:
        self._lists[-1].is_fresh = True

    def _quote(self, _token: Token) -> None:
        self._quotes += 1

    def _end_quote(self, _token: Token) -> None:
        self._quotes -= 1

    def _begin_heading(self, token: Token) -> None:
        self._heading = min(int(token.tag[1]) + _BELOW, _DEEPEST_HEADING)

    def _end_heading(self, _token: Token) -> None:
        self._heading = 0

    def _rule(self, _token: Token) -> None:
        dress.rule(self._document.add_paragraph())

    def _code(self, token: Token) -> None:
        paragraph = self._paragraph(dress.CODE)
        name = (token.info.split() or [""])[0].lower()
        text = as_words(token.content.rstrip("\n"))
        pieces = coloured_pieces(text, name) if name and len(text) <= _MOST_COLOURED else [(text, None)]
        for piece, tint in pieces:
            run = paragraph.add_run(piece)
            if tint is not None:
                run.font.color.rgb = dress.ink(tint)

    def _inline(self, token: Token) -> None:
        paragraph = self._in_cell or self._paragraph(self._style())
        write_inline(paragraph, token.children or ())
        if self._in_cell is not None and self._is_head:
            for run in paragraph.runs:
                run.bold = True

    def _style(self) -> str:
        if self._heading:
            return f"Heading {self._heading}"
        if self._quotes:
            return "Quote"
        return "List Paragraph" if self._lists else "Normal"

    def _paragraph(self, style: str) -> Paragraph:
        paragraph = self._document.add_paragraph(style=style)
        if self._lists and self._lists[-1].is_fresh:
            self._lists[-1].is_fresh = False
            dress.put_in_list(paragraph, self._lists[-1].number, len(self._lists) - 1)
        else:
            dress.indent(paragraph, len(self._lists) + self._quotes)
        return paragraph


def write_inline(paragraph: Paragraph, pieces: Sequence[Token]) -> None:
    """Write words with their looks, links and marks into a paragraph."""
    looks = _Looks()
    for piece in pieces:
        _write(paragraph, piece, looks)
    dress.turn(paragraph)


def _write(paragraph: Paragraph, piece: Token, looks: _Looks) -> None:
    match piece.type:
        case "text" | "softbreak" | "hardbreak":
            _add(paragraph, _BREAKS.get(piece.type, piece.content), looks)
        case "code_inline":
            _add(paragraph, piece.content, looks).style = dress.INLINE_CODE
        case "quote_mark":
            dress.mark(paragraph, f"[{piece.content}]", f"quote_{piece.content}")
        case "link_open":
            looks.link = dress.link(paragraph, str(piece.attrs["href"]))
        case "link_close":
            looks.link = None
        case "html_inline":
            _take_tag(paragraph, piece.content, looks)
        case _:
            _switch(looks, piece.type.removesuffix("_open").removesuffix("_close"), piece.nesting)


_BREAKS = {"softbreak": " ", "hardbreak": "\n"}


def _take_tag(paragraph: Paragraph, tag: str, looks: _Looks) -> None:
    name = tag.strip("</ >").lower()
    if name == "br":
        _add(paragraph, "\n", looks)
    else:
        _switch(looks, name, -1 if tag.startswith("</") else 1)


def _switch(looks: _Looks, name: str, by: int) -> None:
    looks.switched[name] = looks.switched.get(name, 0) + by


def _add(paragraph: Paragraph, text: str, looks: _Looks) -> Run:
    run = paragraph.add_run(as_words(text))
    for name, count in looks.switched.items():
        if count and name in _SWITCHES:
            _SWITCHES[name](run)
    if looks.link is not None:
        run.style = dress.LINK
        looks.link.append(run._r)
    return run


def as_words(text: str) -> str:
    """Give a text as XML can hold it."""
    return as_shown(text).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")


def _bold(run: Run) -> None:
    run.bold = run.font.cs_bold = True


def _italic(run: Run) -> None:
    run.italic = run.font.cs_italic = True


def _struck(run: Run) -> None:
    run.font.strike = True


def _underlined(run: Run) -> None:
    run.underline = True


def _raised(run: Run) -> None:
    run.font.superscript = True


def _lowered(run: Run) -> None:
    run.font.subscript = True


def _coded(run: Run) -> None:
    run.style = dress.INLINE_CODE


def _muted(run: Run) -> None:
    run.font.color.rgb = dress.ink("muted")


_SWITCHES: dict[str, Callable[[Run], None]] = {
    "strong": _bold,
    "b": _bold,
    "em": _italic,
    "i": _italic,
    "s": _struck,
    "del": _struck,
    "dead": _struck,
    "u": _underlined,
    "sup": _raised,
    "sub": _lowered,
    "code": _coded,
    "kbd": _coded,
    "address": _muted,
}
_BLOCKS: dict[str, Callable[[Laying, Token], None]] = {
    "inline": Laying._inline,
    "heading_open": Laying._begin_heading,
    "heading_close": Laying._end_heading,
    "bullet_list_open": Laying._list,
    "ordered_list_open": Laying._list,
    "bullet_list_close": Laying._end_list,
    "ordered_list_close": Laying._end_list,
    "list_item_open": Laying._item,
    "blockquote_open": Laying._quote,
    "blockquote_close": Laying._end_quote,
    "table_close": Laying._end_table,
    "tr_open": Laying._row,
    "th_open": Laying._cell,
    "td_open": Laying._cell,
    "fence": Laying._code,
    "code_block": Laying._code,
    "hr": Laying._rule,
}
