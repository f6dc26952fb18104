"""Splits a reply into what the model thought and what it said.

Some models think inside `<think>…</think>`; some chat templates open the tag themselves, so that only its end shows.
"""

import re
from dataclasses import dataclass

_OPENING = re.compile(r"^[ \t]*<(think|thinking)>", re.IGNORECASE | re.MULTILINE)
_CLOSING = re.compile(r"</(?:think|thinking)>", re.IGNORECASE)
_CLOSING_LINE = re.compile(r"^.*</(?:think|thinking)>[ \t]*$", re.IGNORECASE | re.MULTILINE)
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Thought:
    """A reply in two parts; `is_open` when the reply ended before the thinking did."""

    said: str
    reasoning: str
    is_open: bool = False


def split_thinking(text: str) -> Thought:
    """Take reasoning out of a reply. Tags inside code fences are text."""
    text, orphan = _split_orphan(text)
    said: list[str] = []
    reasoning = [orphan] if orphan else []
    position = 0
    while (opening := _next_opening(text, position)) is not None:
        said.append(text[position : opening.start()])
        closing = _CLOSING.search(text, opening.end())
        end = closing.start() if closing else len(text)
        reasoning.append(text[opening.end() : end].strip())
        if closing is None:
            return Thought("".join(said), "\n\n".join(filter(None, reasoning)), is_open=True)
        position = closing.end()
    said.append(text[position:])
    return Thought("".join(said), "\n\n".join(filter(None, reasoning)))


def _split_orphan(text: str) -> tuple[str, str]:
    """Split at an end tag that has no opening one before it."""
    closing = _CLOSING.search(text)
    if closing is None or _OPENING.search(text, 0, closing.start()):
        return text, ""
    is_alone = text[: closing.start()].rpartition("\n")[2].strip() == ""
    if not is_alone and _is_in_fence(text, closing.start()):
        return text, ""
    if not is_alone and not _CLOSING_LINE.match(text, text.rfind("\n", 0, closing.start()) + 1):
        return text, ""
    return text[closing.end() :], text[: closing.start()].strip()


def _next_opening(text: str, position: int) -> re.Match[str] | None:
    while (opening := _OPENING.search(text, position)) is not None:
        if not _is_in_fence(text, opening.start()):
            return opening
        position = opening.end()
    return None


def _is_in_fence(text: str, position: int) -> bool:
    """Tell whether a fence is open at this place, by its length and sign."""
    open_fence = ""
    for match in _FENCE.finditer(text, 0, position):
        fence = match.group(1)
        if not open_fence:
            open_fence = fence
        elif fence[0] == open_fence[0] and len(fence) >= len(open_fence) and _ends_line(text, match.end()):
            open_fence = ""
    return bool(open_fence)


def _ends_line(text: str, position: int) -> bool:
    return text[position:].partition("\n")[0].strip() == ""
