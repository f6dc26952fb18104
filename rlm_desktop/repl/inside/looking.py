"""`peek` and `grep`: look into the corpus without reading it all."""

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from rlm_desktop.repl.inside.corpus import Document, Documents
from rlm_desktop.repl.inside.long_texts import is_long


class Hit(dict[str, Any]):
    """A place that was found, in fields that also are attributes.

    `document`, `page`, `line`, `offset` (in `context`), `part` (such as `slide 3`), `match` and `text`.
    When `context` is a list or dict, `document` names the item and `offset` counts in the item's text.
    """

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"a hit has no {name!r}; it has {', '.join(self)}") from None

    def __repr__(self) -> str:
        page = f" page {self['page']}" if self.get("page") else f" {self['part']}" if self.get("part") else ""
        score = f" score {self['score']:.2f}" if "score" in self else ""
        excerpt = " ".join(str(self.get("text", "")).split())
        shown = excerpt if len(excerpt) <= 500 else excerpt[:500] + " …"
        return f"[{self['document']}{page} line {self['line']} offset {self['offset']}{score}] {shown}"

    __str__ = __repr__


class Hits(list[Hit]):
    """What was found, best or first first; `more` tells whether there was more than was asked for."""

    more = False

    def __repr__(self) -> str:
        lines = [repr(hit) for hit in self]
        if self.more:
            lines.append(f"… there are more; these are the first {len(self):,}")
        return "\n".join(lines) or "nothing found"

    __str__ = __repr__


def looking_functions(context: Any, documents: Documents) -> dict[str, Callable[..., Any]]:
    """Make `peek` and `grep` for this corpus."""

    def peek(n: int = 2000, start: int = 0) -> str:
        """Give `n` characters of the context from `start`; a negative `start` counts from the end."""
        text = context if isinstance(context, str) else _items_as_text(documents, start + n if start >= 0 else None)
        begin = max(len(text) + start, 0) if start < 0 else start
        return text[begin : begin + max(n, 0)]

    def grep(
        pattern: str | re.Pattern[str], ignore_case: bool = False, max_matches: int = 200, around: int = 120
    ) -> Hits:
        """Find a regular expression; each hit has `around` characters of text on both sides."""
        flags = re.MULTILINE | (re.IGNORECASE if ignore_case else 0)
        compiled = pattern if isinstance(pattern, re.Pattern) else re.compile(pattern, flags)
        found = (
            _long_hits(compiled, documents, context, around) if is_long(context) else _hits(compiled, documents, around)
        )
        hits = Hits(islice(found, max_matches))
        hits.more = next(found, None) is not None
        return hits

    return {"peek": peek, "grep": grep}


def _items_as_text(documents: Documents, needed: int | None) -> str:
    """Write the items of a list or dict one after another, as far as needed."""
    parts: list[str] = []
    size = 0
    for document in documents:
        parts.append(f"{document.name}:\n{document.text}\n\n")
        size += len(parts[-1])
        if needed is not None and size >= needed:
            break
    return "".join(parts)


def _hits(pattern: re.Pattern[str], documents: Documents, around: int) -> Iterator[Hit]:
    for document in documents:
        lines = LineCounter(document)
        for match in pattern.finditer(document.whole, document.start, document.end):
            yield _hit(document, match, around, lines)


def _long_hits(pattern: re.Pattern[str], documents: Documents, context: Any, around: int) -> Iterator[Hit]:
    from rlm_desktop.repl.inside.likeness.hits import matches_in  # noqa: PLC0415 - long texts only

    for document, match in matches_in(pattern, documents, context):
        yield _hit(document, match, around, LineCounter(document))


def _hit(document: Document, match: Any, around: int, lines: "LineCounter") -> Hit:
    begin = max(match.start() - around, document.start)
    text = document.whole[begin : min(match.end() + around, document.end)]
    return Hit(**place_of(document, match.start(), lines), match=match.group(), text=text)


def passage_hit(document: Document, start: int, end: int, score: float) -> Hit:
    """Make the hit of a passage that a search found, without the space around it."""
    text = document.whole[start:end]
    start += len(text) - len(text.lstrip())
    return Hit(**place_of(document, start, LineCounter(document)), score=round(score, 4), text=text.strip())


class LineCounter:
    """Counts lines of one document for offsets that only grow, so that the text is read once."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._at = document.start
        self._line = 1

    def line_at(self, offset: int) -> int:
        """Give the line, from 1, of an offset in the whole text."""
        self._line += self._document.newlines(self._at, offset)
        self._at = offset
        return self._line


def place_of(document: Document, offset: int, lines: LineCounter) -> dict[str, Any]:
    """Say where an offset of the whole text is, as the first fields of a hit."""
    inside = offset - document.start
    return {
        "document": document.name,
        "page": document.page_at(inside),
        "line": lines.line_at(offset),
        "offset": offset,
        "part": document.part_at(inside),
    }
