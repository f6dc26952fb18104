"""A node of a trace as Markdown, to be pasted into notes and letters: where it is, its figures, its story."""

import re
from collections.abc import Iterator

from rlm_desktop.viewmodel.cards import Card, Cell, TableBody, TextBody
from rlm_desktop.viewmodel.detail import Detail


def as_markdown(detail: Detail, row: str) -> str:
    """Write a node: the way to it as a heading, its row with exact figures, and what its Story tab tells."""
    title, *figures = row.splitlines()
    way = " › ".join(crumb.text for crumb in detail.crumbs())
    parts = [f"## {_line(way)}", f"**{_line(title)}**", "\n".join(f"- {_line(figure)}" for figure in figures)]
    for card in detail.cards("Story"):
        parts += _card(card)
    return "\n\n".join(part for part in parts if part) + "\n"


def _card(card: Card) -> Iterator[str]:
    remarks = ", ".join(part for part in (card.note, card.meta) if part)
    yield f"### {_line(card.title)}" + (f" ({_line(remarks)})" if remarks else "")
    yield _text(card.body) if isinstance(card.body, TextBody) else _table(card.body)
    if card.left_out:
        yield f"*{_line(card.left_out)}*"


def _text(body: TextBody) -> str:
    if body.is_prose:
        return body.text.strip()
    longest = max((len(run) for run in re.findall(r"`+", body.text)), default=0)
    fence = "`" * max(3, longest + 1)
    language = "" if body.language == "plain" else body.language
    text = body.text.rstrip("\n")
    return f"{fence}{language}\n{text}\n{fence}"


def _table(body: TableBody) -> str:
    width = max((len(row) for row in body.rows), default=0)
    if not width:
        return ""
    headings = (*body.headings, *[""] * (width - len(body.headings)))
    lines = ["| " + " | ".join(map(_line, headings)) + " |", "|" + " --- |" * width]
    return "\n".join([*lines, *(_row(row) for row in body.rows)])


def _row(row: tuple[Cell, ...]) -> str:
    return "| " + " | ".join(_line(cell.text) for cell in row) + " |"


def _line(text: str) -> str:
    """Keep words in one line, and out of a table's borders."""
    return " ".join(text.split()).replace("|", "\\|")
