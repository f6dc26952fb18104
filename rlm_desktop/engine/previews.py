"""One line for a long text: a reply's first sentence, a block's first comment."""

import re

from rlm_desktop.engine.fences import find_fences, lines_of
from rlm_desktop.trace.wording import one_line

_SENTENCE_END = re.compile(r"(?<=[.!?:])\s")
_LEAD = re.compile(r"^[#>*\-\s]+")


def first_sentence(reply: str) -> str:
    """Give the first sentence outside code; for a reply of code alone the title of its code."""
    lines = lines_of(reply)
    fences = find_fences(lines)
    inside = {number for fence in fences for number in range(fence.first, fence.after)}
    prose = "\n".join("" if number in inside else line for number, line in enumerate(lines))
    line = _LEAD.sub("", one_line(prose, 2_000))
    if line:
        return one_line(_SENTENCE_END.split(line, maxsplit=1)[0])
    return title_of_code(fences[0].body) if fences else ""


def title_of_code(code: str) -> str:
    """Give the first comment that has a line to itself, else the first line."""
    lines = [line.strip() for line in code.splitlines()]
    comments = (line.lstrip("#! ").strip() for line in lines if line.startswith("#"))
    comment = next((comment for comment in comments if comment), "")
    return one_line(comment or code)
