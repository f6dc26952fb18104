"""Which passages an answer quotes."""

import re
from collections.abc import Iterator

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
_WORD = re.compile(r"\w+")
_CJK_LETTER = re.compile(f"[{CJK}]")


def quoted_passages(answer: str) -> list[str]:
    """Give each passage that stands in quotation marks or in a Markdown block quote, once, in order."""
    text = _FENCED.sub("\n", answer.replace("\r\n", "\n"))
    found: list[tuple[int, str]] = []
    for block in _BLOCK_QUOTE.finditer(text):
        found += [(block.start(), passage) for passage in _of_block(_QUOTE_SIGN.sub("", block[0]))]
    rest = _BLOCK_QUOTE.sub(lambda block: "\n" * len(block[0]), text)
    found += _of_marks(rest)
    in_order = sorted(found, key=lambda one: one[0])
    return list(dict.fromkeys(passage for _, passage in in_order if _is_evidence(passage)))


def _of_block(block: str) -> Iterator[str]:
    """A block quote that itself quotes holds passages with words about them; else its paragraphs are passages."""
    if block.lstrip().startswith("[!"):
        return
    marked = [passage for _, passage in _of_marks(block)]
    quoted = sum(map(len, marked))
    if marked and quoted * 2 > len(_SOURCE_LINE.sub("", block).strip()):
        yield from marked
        return
    for paragraph in re.split(r"\n\s*\n", _SOURCE_LINE.sub("", block)):
        yield paragraph.strip()


def _of_marks(text: str) -> Iterator[tuple[int, str]]:
    for match in _MARKED.finditer(text):
        yield match.start(), next(group for group in match.groups() if group is not None).strip()


def _is_evidence(passage: str) -> bool:
    cjk = len(_CJK_LETTER.findall(passage))
    words = len(_WORD.findall(_CJK_LETTER.sub(" ", passage)))
    return words >= FEWEST_WORDS or cjk >= FEWEST_CJK
