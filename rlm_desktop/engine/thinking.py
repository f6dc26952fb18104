"""Splits a reply into what the model thought and what it said.

Some models think inside `<think>…</think>`; some chat templates open the tag themselves, so that only its end shows.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

_OPENING = re.compile(r"^[ \t]*<think(?:ing)?>", re.IGNORECASE | re.MULTILINE)
_CLOSING = re.compile(r"</think(?:ing)?>", re.IGNORECASE)
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})([^\r\n]*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Thought:
    """A reply in two parts. Thinking that never ended leaves nothing said after it."""

    said: str
    reasoning: str


def split_thinking(text: str) -> Thought:
    """Take reasoning out of a reply. Tags inside code fences are text."""
    text, orphan = _split_orphan(text)
    fences = _Fences(text)
    said: list[str] = []
    reasoning = [orphan]
    position = 0
    while (opening := _next_opening(text, position, fences)) is not None:
        said.append(text[position : opening.start()])
        closing = _CLOSING.search(text, opening.end())
        reasoning.append(text[opening.end() : closing.start() if closing else len(text)].strip())
        if closing is None:
            return Thought("".join(said), _joined(reasoning))
        position = closing.end()
        fences = _Fences(text, position)
    said.append(text[position:])
    return Thought("".join(said), _joined(reasoning))


def _joined(parts: list[str]) -> str:
    return "\n\n".join(filter(None, parts))


def _split_orphan(text: str) -> tuple[str, str]:
    """Split at an end tag with no opening one before it; inside a fence only if it stands alone on its line."""
    closing = _CLOSING.search(text)
    if closing is None or _OPENING.search(text, 0, closing.start()):
        return text, ""
    before = text[: closing.start()].rpartition("\n")[2]
    after = text[closing.end() :].partition("\n")[0]
    is_alone = not before.strip() and not after.strip()
    is_prose = not _Fences(text).hold(closing.start()) and not before.rstrip().endswith("`")
    return (text[closing.end() :], text[: closing.start()].strip()) if is_alone or is_prose else (text, "")


def _next_opening(text: str, position: int, fences: "_Fences") -> re.Match[str] | None:
    while (opening := _OPENING.search(text, position)) is not None:
        if not fences.hold(opening.start()):
            return opening
        position = opening.end()
    return None


class _Fences:
    """Where code fences begin and end, from a place in the text on."""

    def __init__(self, text: str, position: int = 0) -> None:
        self._borders: list[int] = []
        fence = ""
        for match in _FENCE.finditer(text, position):
            sign, rest = match.groups()
            if not fence:
                fence = sign
                self._borders.append(match.start())
            elif sign.startswith(fence) and not rest.strip():
                fence = ""
                self._borders.append(match.end())

    def hold(self, position: int) -> bool:
        """Tell whether a fence is open there."""
        return bisect_right(self._borders, position) % 2 == 1
