"""Cuts a text into sentences that can be quoted: each is a piece of the text as it stands there."""

import re
from collections.abc import Iterator

LONGEST = 500
"""A longer sentence is cut where it pauses."""

_END = re.compile(r"[.!?…](?:[\"'”’»)\]]| »)*(?=\s)|[。！？][”’」』）]*")
_BREAK = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*•–▪#>|]|\d{1,3}[.)] |[a-z]\) ))")
_SHORT_FORM = re.compile(
    r"(?:\b(?:[A-Z]|e\.g|i\.e|etc|vs|cf|al|approx|no|nos|nr|st|dr|mr|mrs|ms|prof|fig|figs|sec|ch|vol|pp?|ed|eds|inc|ltd"
    r"|co|jr|sr|z\.B|d\.h|u\.a|bzw|ca|ggf|vgl|abs|art|bd|usw|p\.ex|env|sra?|ud|av|т\.е|т\.д|г))\.$",
    re.IGNORECASE,
)
_MARKER = re.compile(r"(?:[-*•–▪]|#{1,6}|>)[ \t]+")
_HEAD = 12
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d]")
_PAUSE = re.compile(r"[;:,，；：、)]\s*|\s")


def sentences_of(text: str) -> list[str]:
    """Give the sentences in order, trimmed; headings and list items stand alone."""
    return [text[start:end] for start, end in sentence_spans(text)]


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Give where each sentence starts and ends."""
    spans: list[tuple[int, int]] = []
    for start, end in _blocks(text):
        for cut_start, cut_end in _cut(text, start, end):
            spans += _trimmed(text, cut_start, cut_end)
    return spans


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Cut where a paragraph, a list item or a heading ends."""
    start = 0
    for edge in _edges(text):
        yield start, edge
        start = edge
    yield start, len(text)


def _edges(text: str) -> list[int]:
    edges = {match.start() for match in _BREAK.finditer(text)}
    for match in re.finditer(r"\n", text):
        if _is_line_alone(text, match.start()):
            edges.add(match.start())
    return sorted(edges)


def _is_line_alone(text: str, line_end: int) -> bool:
    """Tell a heading or one-line paragraph from a line that was only wrapped."""
    line = text[text.rfind("\n", 0, line_end) + 1 : line_end].rstrip()
    rest = text[line_end + 1 :][:40].lstrip()
    if _shape(line) == _shape(rest):
        return True
    begins_anew = not rest or not rest[0].islower()
    return (len(line) < 60 or len(line) > 160) and begins_anew and not line.endswith((",", "-"))


def _shape(line: str) -> str:
    """Tell how a record of a log or a table begins, such as `0000-00-00 00:00`; nothing for prose."""
    head = line.lstrip()[:_HEAD]
    return _LETTER.sub("a", _DIGIT.sub("0", head)) if _DIGIT.search(head) else head


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut one block after each sentence's end."""
    begin = start
    for match in _END.finditer(text, start, end):
        if text[match.start()] == "." and not _ends_sentence(text, match.start(), match.end(), end):
            continue
        yield begin, match.end()
        begin = match.end()
    yield begin, end


def _ends_sentence(text: str, dot: int, after: int, end: int) -> bool:
    if _SHORT_FORM.search(text, max(0, dot - 12), dot + 1):
        return False
    following = text[after:end].lstrip()[:1]
    return not following.islower()


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Leave out white space at both ends and a list's mark, and cut what is too long to quote."""
    while start < end and text[start].isspace():
        start += 1
    if marker := _MARKER.match(text, start, end):
        start = marker.end()
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > LONGEST:
        pauses = [match.end() for match in _PAUSE.finditer(text, start + LONGEST // 2, start + LONGEST)]
        cut = pauses[-1] if pauses else start + LONGEST
        yield start, start + len(text[start:cut].rstrip())
        start = cut
    if end > start:
        yield start, end
