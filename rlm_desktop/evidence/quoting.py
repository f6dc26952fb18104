"""Which passages an answer quotes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rlm_desktop.evidence.folding import CJK

FEWEST_WORDS = 3
FEWEST_CJK = 12
"""Shorter passages in quotation marks are names and terms, not evidence."""

_FENCED = re.compile(r"^ {0,3}(`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_BLOCK_QUOTE = re.compile(r"(?:^ {0,3}>[^\n]*(?:\n|\Z))+", re.MULTILINE)
_QUOTE_SIGN = re.compile(r"^ {0,3}> ?", re.MULTILINE)
_SOURCE_LINE = re.compile(r"^\s*(?:[—–―]|--)\s*\S.*$", re.MULTILINE)
_BODY = r"(?:(?!\n\s*\n)[^{stop}])+?"
_MARKED = re.compile(
    "|".join(
        (
            f"“({_BODY.format(stop='“”')})”",
            f"„({_BODY.format(stop='„“”')})[“”]",
            f"(?<![^\\s(\\[—–])”(?=\\S)({_BODY.format(stop='“”')})”",
            f"«({_BODY.format(stop='«»')})»",
            f"(?<![^\\s(\\[—–])»(?=\\S)({_BODY.format(stop='«»')})«",
            f"「({_BODY.format(stop='「」')})」",
            f"『({_BODY.format(stop='『』')})』",
            f'(?<![\\w"])"(?=\\S)({_BODY.format(stop=chr(34))})(?<=\\S)"(?!\\w)',
        )
    )
)
_BESIDE = 160
_WORD = re.compile(r"\w+")
_CJK_LETTER = re.compile(f"[{CJK}]")


@dataclass(frozen=True, slots=True)
class Passage:
    """What an answer quotes, and the words beside it, which may name its document."""

    text: str
    beside: str


def quoted_passages(answer: str) -> list[Passage]:
    """Give each passage that stands in quotation marks or in a Markdown block quote, once, in order."""
    text = _FENCED.sub("\n", answer.replace("\r\n", "\n"))
    found: list[tuple[int, Passage]] = []
    for block in _BLOCK_QUOTE.finditer(text):
        found += [(block.start(), passage) for passage in _of_block(_QUOTE_SIGN.sub("", block[0]))]
    rest = _BLOCK_QUOTE.sub(lambda block: "\n" * len(block[0]), text)
    found += _of_marks(rest)
    first_of: dict[str, Passage] = {}
    for _, passage in sorted(found, key=lambda one: one[0]):
        if _is_evidence(passage.text):
            first_of.setdefault(passage.text, passage)
    return list(first_of.values())


def _of_block(block: str) -> Iterator[Passage]:
    """A block quote that itself quotes holds passages with words about them; else its paragraphs are passages."""
    if block.lstrip().startswith("[!"):
        return
    marked = [passage for _, passage in _of_marks(block)]
    words = _SOURCE_LINE.sub("", block)
    if sum(len(passage.text) for passage in marked) * 2 > len(words.strip()):
        yield from marked
        return
    for paragraph in re.split(r"\n\s*\n", words):
        yield Passage(paragraph.strip(), block)


def _of_marks(text: str) -> Iterator[tuple[int, Passage]]:
    for match in _MARKED.finditer(text):
        inside = next(group for group in match.groups() if group is not None)
        yield match.start(), Passage(inside.strip(), text[match.end() : match.end() + _BESIDE])


def _is_evidence(passage: str) -> bool:
    cjk = len(_CJK_LETTER.findall(passage))
    words = len(_WORD.findall(_CJK_LETTER.sub(" ", passage)))
    return words >= FEWEST_WORDS or cjk >= FEWEST_CJK
