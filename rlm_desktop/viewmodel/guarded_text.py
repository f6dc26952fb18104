"""Texts made safe to show: no endless lines, no endless pages, and nothing dropped without its exact count."""

from bisect import bisect_right
from dataclasses import dataclass, field
from html import escape
from itertools import accumulate

from rlm_desktop.trace.controls import show_controls

LONGEST_LINE = 2_000
LARGEST_TEXT = 2_000_000
SPLIT_MARK = "↩"
_LONGEST_TIP = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardedText:
    """What can be shown of a text, and how much of it that is."""

    text: str
    shown: int
    """Characters of the original that are in `text`."""
    total: int
    split_lines: int = 0

    @property
    def left_out(self) -> int:
        """How many characters are not shown."""
        return self.total - self.shown


def guard(text: str, most: int = LARGEST_TEXT) -> GuardedText:
    """Cut a text at `most` characters and split its long lines, each with a mark."""
    shown = text[:most]
    guarded, split_lines = split_long_lines(show_controls(_without_lone_surrogates(shown)))
    return GuardedText(text=guarded, shown=len(shown), total=len(text), split_lines=split_lines)


@dataclass(frozen=True, slots=True)
class GuardedLines:
    """A text in lines that can be shown, each with its number and its place in the text it came from."""

    text: str = ""
    numbers: tuple[int, ...] = (1,)
    """For each shown line the number of the real line; 0 for what was split off from the line before."""
    offsets: tuple[int, ...] = (0,)
    """Where each shown line begins in the real text."""
    starts: tuple[int, ...] = field(default=(0,), repr=False)
    """Where each begins in the shown text."""

    def shown_line(self, offset: int) -> int:
        """Give the shown line that holds an offset of the real text."""
        return max(0, bisect_right(self.offsets, offset) - 1)

    def offset_of(self, line: int) -> int:
        """Give the place in the real text where a shown line begins."""
        return self.offsets[min(line, len(self.offsets) - 1)]

    def start_of(self, line: int) -> int:
        """Give the place in the shown text where a shown line begins."""
        return self.starts[min(line, len(self.starts) - 1)]


def guarded_lines(text: str, first_number: int = 1) -> GuardedLines:
    """Make the lines of a text safe to show; long ones are split, each with a mark."""
    shown: list[str] = []
    numbers: list[int] = []
    offsets: list[int] = []
    offset = 0
    # Split first, for signs that stand for control characters have another length.
    for number, line in enumerate(_without_lone_surrogates(text).split("\n"), first_number):
        for start in range(0, len(line) or 1, LONGEST_LINE):
            end = start + LONGEST_LINE
            shown.append(show_controls(line[start:end].removesuffix("\r")) + (SPLIT_MARK if end < len(line) else ""))
            numbers.append(0 if start else number)
            offsets.append(offset + start)
        offset += len(line) + 1
    starts = accumulate((len(line) + 1 for line in shown[:-1]), initial=0)
    return GuardedLines("\n".join(shown), tuple(numbers), tuple(offsets), tuple(starts))


def plain_tip(text: str) -> str:
    """Make a tooltip that Qt shows letter by letter; it takes any text that looks like HTML for HTML."""
    text = show_controls(_without_lone_surrogates(text[:_LONGEST_TIP]))
    if "<" not in text and "&" not in text:
        return text
    return f'<p style="white-space:pre-wrap">{escape(text)}</p>'


def split_long_lines(text: str) -> tuple[str, int]:
    """Split lines over 2,000 characters; one endless line takes a text widget minutes to lay out."""
    lines = text.split("\n")
    if max(map(len, lines)) <= LONGEST_LINE:
        return text, 0
    long = sum(1 for line in lines if len(line) > LONGEST_LINE)
    return "\n".join(_split(line) for line in lines), long


def _split(line: str) -> str:
    if len(line) <= LONGEST_LINE:
        return line
    pieces = [line[start : start + LONGEST_LINE] for start in range(0, len(line), LONGEST_LINE)]
    return f"{SPLIT_MARK}\n".join(pieces)


def _without_lone_surrogates(text: str) -> str:
    """Qt refuses them; they come from bytes that were no text."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def excerpt(text: str, head: int = 40, tail: int = 10) -> tuple[str, int]:
    """Keep the first and last lines; give the text and how many lines were left out of its middle."""
    text = text.rstrip("\n")
    left_out = text.count("\n") + 1 - head - tail
    if left_out <= 1:
        return text, 0
    first = "\n".join(text.split("\n", head)[:head])
    last = "\n".join(text.rsplit("\n", tail)[-tail:])
    return f"{first}\n… {left_out:,} lines left out …\n{last}", left_out


def parts_of(text: str, most: int) -> list[tuple[int, int]]:
    """Cut a text into parts of at most `most` characters, at an end of a line where one is near."""
    parts: list[tuple[int, int]] = []
    start = 0
    while start < len(text):
        end = min(len(text), start + most)
        line_end = text.rfind("\n", start + most // 2, end) + 1 if end < len(text) else end
        parts.append((start, line_end or end))
        start = parts[-1][1]
    return parts or [(0, 0)]
