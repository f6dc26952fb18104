"""What the built-in model quotes, and in which words it answers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rlm_desktop.lm.ranking import rank
from rlm_desktop.lm.sentences import sentence_spans
from rlm_desktop.lm.words import words_of

MOST_PER_PASSAGE = 3
MOST_IN_ANSWER = 5
NOTHING = "NONE: no sentence of this text has the words of the question."
CLOSING = "This is what the built-in model found. It finds and quotes sentences; it does not reason or conclude."

_LEANS = re.compile(r"^(it|its|this|that|these|those|they|he|she|such|here|then|however|therefore|but|and)\b", re.I)
_HEADER = re.compile(r"^=== document \d+ of \d+: (?P<name>.*) ===$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A checked quote as the code printed it: its number, where it stands, and its text."""

    number: int
    place: str
    text: str
    near: str = ""
    """Words of the question that stand close to it."""


def best_quotes(question: str, passage: str, counts: Mapping[str, int], most: int = MOST_PER_PASSAGE) -> list[str]:
    """Pick the sentences of a passage that fit best, the best first; one that leans on the one before brings it."""
    spans = sentence_spans(passage)
    ranked = rank(question, [passage[start:end] for start, end in spans], counts)
    kept: dict[int, str] = {}
    for one in ranked:
        if len(kept) == most or one.score <= 0 or one.score < 0.55 * ranked[0].score:
            break
        first = _with_support(passage, spans, one.index)
        if not any(index in kept for index in (first, one.index)):
            kept[one.index] = passage[spans[first][0] : spans[one.index][1]]
    return list(kept.values())


def _with_support(passage: str, spans: Sequence[tuple[int, int]], index: int) -> int:
    """Give the sentence with which to begin, so that words such as `it` and `this` have what they mean."""
    start, end = spans[index]
    if index == 0 or not _LEANS.match(passage[start:end]):
        return index
    before_start, before_end = spans[index - 1]
    is_apart = "\n" in passage[before_end:start]
    return index if is_apart or end - before_start > 600 else index - 1


def quoted_lines(quotes: Sequence[str]) -> str:
    """Write quotes one to a line, or say that there are none."""
    return "\n".join(f"> {' '.join(quote.split())}" for quote in quotes) or NOTHING


def choose(question: str, candidates: Sequence[Candidate], counts: Mapping[str, int]) -> list[Candidate]:
    """Choose the quotes for the answer, the best first; what says the same in the same words comes once."""
    texts, near = [one.text for one in candidates], [one.near for one in candidates]
    ranked = rank(question, texts, counts, near=near)
    chosen: list[Candidate] = []
    seen: list[set[str]] = []
    for one in ranked:
        least = 0.5 if len(chosen) < 3 else 0.7
        if len(chosen) == MOST_IN_ANSWER or one.score <= 0 or one.score < least * ranked[0].score:
            break
        words = set(words_of(candidates[one.index].text.lower()))
        if all(len(words & other) < 0.8 * min(len(words), len(other)) for other in seen):
            chosen.append(candidates[one.index])
            seen.append(words)
    return chosen


def answer_directly(question: str, text: str) -> str:
    """Answer from a text that was given whole."""
    headers = list(_HEADER.finditer(text))
    starts = [0, *(header.end() for header in headers)]
    ends = [*(header.start() for header in headers), len(text)]
    names = ["", *(header["name"] for header in headers)]
    candidates = [
        Candidate(number=0, place=name, text=" ".join(quote.split()))
        for name, start, end in zip(names, starts, ends, strict=True)
        for quote in best_quotes(question, text[start:end], {})
    ]
    return answer_of(choose(question, candidates, {}))


def answer_of(chosen: Sequence[Candidate]) -> str:
    """Write an answer of quotes."""
    if not chosen:
        return f"I found no sentence that has the words of the question.\n\n{CLOSING}"
    return "\n\n".join([*(quotation(one.text, one.place) for one in chosen), CLOSING])


def quotation(text: str, place: str) -> str:
    """Write one quote with its place."""
    quoted = text if "“" in text else f"“{text}”"
    return f"> {quoted}\n>\n> — {place}" if place else f"> {quoted}"
