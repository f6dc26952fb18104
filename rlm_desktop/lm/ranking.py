"""Ranks sentences by how well they fit a question: BM25 over stems, then how many of its words stand together."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rlm_desktop.lm.words import language_of, telling_terms, telling_words, terms_of, words_of

_CLOSE = 0.35
"""What a question's word counts when it stands close to a sentence, not in it."""
_EXACT = 1.5
"""How much more a number or an identifier tells than a word."""
_CUE = 0.5
_LONG = 260
"""A longer sentence holds words of the question by chance."""
_ASKS_TIME = re.compile(
    r"\bwhen\b|\b(in )?(what|which) (year|date|day|month|century)\b|\bwann\b|\bin welchem jahr\b|\bquand\b|\bcuándo\b"
    r"|\bquando\b|\bкогда\b|何年|いつ|哪年|何时",
    re.IGNORECASE,
)
_TIME = re.compile(r"\b1[0-9]\d\d\b|\b20\d\d\b|\b\d{1,2}[./:]\d\d\b|\d年|\b\d+ (years|days|hours|months)\b")
_ASKS_NUMBER = re.compile(
    r"\bhow (many|much|long|old|far|often|large|big|high)\b|\b(what|which) (number|percentage|port|version|size)\b"
    r"|\bwie ?viele?\b|\bcombien\b|\bcuánt[oa]s?\b|\bquant[ie]\b|\bсколько\b|多少|几|いくつ",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d")
_ASKS_PERSON = re.compile(r"\b(who|whom|whose|wer|wem|wessen|qui|quién|quem|chi)\b", re.IGNORECASE)
_NAME = re.compile(
    r"\b(?!The\b|This\b|In\b|An?\b|If\b|For\b|On\b|At\b|When\b|Chapter\b|Section\b)[A-ZÀ-ÖØ-ÞА-Я]\w+"
    r" (?:[A-Z]\. )?[A-ZÀ-ÖØ-ÞА-Я]\w+"
)
_ASKS_DEFINITION = re.compile(r"^\s*what (is|are|was|were)\b|\bdefin|^\s*was ist\b|^\s*qu['’]est", re.IGNORECASE)
_DEFINES = re.compile(r"\b(is|are|was|were) (a|an|the|one)\b|\b(means|refers to|stands for|is called)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A sentence's place in the given order, and its score; 0 means that it has no word of the question."""

    index: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """Something the question asks for: a word as it stands there, its stem, and how much it tells."""

    word: str
    term: str
    weight: float


def rank(
    question: str, sentences: Sequence[str], counts: Mapping[str, int] | None = None, near: Sequence[str] | None = None
) -> list[Ranked]:
    """Rank sentences, the best first.

    `counts` tells how often words occur in the whole corpus, `near` which words stand close to each sentence; without
    it the sentences are taken to follow each other.
    """
    language = language_of(" ".join([question, *sentences]))
    words = content_words(question)
    tokens = [terms_of(sentence, language) for sentence in sentences]
    close = _neighbours(tokens) if near is None else [set(terms_of(one, language)) for one in near]
    wanted = _wanted(words, language, tokens, _stemmed(counts or {}, language))
    cues = cues_of(question)
    bm25 = _bm25([one.term for one in wanted], tokens)
    highest = max(bm25, default=0.0) or 1.0
    ranked = []
    for index, sentence in enumerate(sentences):
        own = set(tokens[index]).union(word.lower() for word in words_of(sentence))
        score = 2 * _coverage(wanted, own, close[index]) + 0.5 * bm25[index] / highest
        score += sum(_CUE for cue in cues if cue.search(sentence))
        has_any = any(_likeness(one, own) for one in wanted)
        ranked.append(Ranked(index=index, score=score * _form(sentence) if has_any else 0.0))
    return sorted(ranked, key=lambda one: (-one.score, one.index))


def content_words(question: str) -> list[str]:
    """Give the words of a question that can stand in an answer: not the small ones, not `which year`."""
    return telling_words(_ASKS_TIME.sub(" ", question), language_of(question))


def cues_of(question: str) -> list[re.Pattern[str]]:
    """Give what an answer to this kind of question tends to hold: a number, a name, a definition."""
    kinds = ((_ASKS_TIME, _TIME), (_ASKS_NUMBER, _NUMBER), (_ASKS_PERSON, _NAME), (_ASKS_DEFINITION, _DEFINES))
    return [cue for asks, cue in kinds if asks.search(question)]


def _form(sentence: str) -> float:
    """Hold questions, headings, pieces and rambles to be worth less than plain statements."""
    worth = 0.7 if sentence.endswith(("?", "？")) else 1.0
    if not sentence.endswith((".", "!", "?", "。", "！", "？", "”", ")", ":", '"')):
        worth *= 0.85
    if sentence[0].islower():
        worth *= 0.85
    if len(sentence) > _LONG:
        worth *= 0.85
    is_short = sentence.isascii() and len(words_of(sentence)) < 5
    return worth * 0.6 if is_short else worth


def _stemmed(counts: Mapping[str, int], language: str) -> dict[str, int]:
    return {term: count for word, count in counts.items() for term in telling_terms([word], language)}


def _wanted(
    words: Sequence[str], language: str, tokens: Sequence[list[str]], counts: Mapping[str, int]
) -> list[_Wanted]:
    """Weigh what the question asks for by its rarity, in the corpus where that is known, else in these sentences."""
    most, sets = max(counts.values(), default=0), [set(token) for token in tokens]
    wanted: dict[str, _Wanted] = {}
    for word in words:
        for term in telling_terms([word], language):
            having = counts[term] if term in counts else sum(term in one for one in sets)
            total = most if term in counts else len(sets)
            weight = math.log(2 + total / (having + 0.5)) * (_EXACT if re.search(r"[\d_]", term) else 1.0)
            wanted.setdefault(term, _Wanted(word=word.lower(), term=term, weight=weight))
    return list(wanted.values())


def _neighbours(tokens: Sequence[list[str]]) -> list[set[str]]:
    sets = [set(token) for token in tokens]
    return [set[str]().union(*sets[max(0, index - 1) : index + 2]) for index in range(len(sets))]


def _coverage(wanted: Sequence[_Wanted], own: set[str], close: set[str]) -> float:
    """Tell which share of the question's weight a sentence holds, by itself or close by."""
    held = sum(one.weight * (_likeness(one, own) or _CLOSE * (one.term in close)) for one in wanted)
    return held / (sum(one.weight for one in wanted) or 1.0)


def _likeness(one: _Wanted, own: set[str]) -> float:
    """Tell how well a wanted word is among a sentence's: as it is, grown from the same root, or by its stem."""
    if one.word in own:
        return 1.0
    root = one.word[: len(one.term) + 1]
    if len(root) > len(one.term) >= 4 and any(word.startswith(root) for word in own):
        return 0.9
    if one.term in own:
        return 0.8
    is_long = len(one.term) >= 5 and not one.term.isdigit()
    return 0.6 if is_long and any(word.startswith(one.term) for word in own) else 0.0


def _bm25(terms: Sequence[str], tokens: Sequence[list[str]]) -> list[float]:
    known = {term for token in tokens for term in token}
    asked = [term for term in terms if term in known]
    if not asked:
        return [0.0] * len(tokens)
    # Imported on first use: it brings numpy, which takes 0.2 s.
    import bm25s  # noqa: PLC0415

    index = bm25s.BM25()
    index.index([token or [""] for token in tokens], show_progress=False)
    return [float(score) for score in index.get_scores(asked)]
