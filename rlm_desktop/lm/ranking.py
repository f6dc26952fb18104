"""Ranks sentences by how well they fit a question: BM25 over stems, then how many of its words stand together."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rlm_desktop.lm.words import language_of, telling_terms, telling_words, terms_of

_NEIGHBOUR = 0.35
"""What a question's word counts when it stands in the sentence before or after."""
_ASKS_NUMBER = re.compile(
    r"\bhow (many|much|long|old|far|often|large|big)\b|\bwhen\b"
    r"|\b(what|which) (year|date|day|version|number|percentage)\b"
    r"|\bwie ?viele?\b|\bwann\b|\bcombien\b|\bquand\b|\bcuánt[oa]s?\b|\bcuándo\b|\bquant[ie]\b|多少|几|いつ|いくつ",
    re.IGNORECASE,
)
_ASKS_DEFINITION = re.compile(r"^\s*(what|who) (is|are|was|were)\b|\bdefin|^\s*was ist\b|^\s*qu['’]est", re.IGNORECASE)
_DEFINES = re.compile(r"\b(is|are|was|were) (a|an|the|one)\b|\b(means|refers to|stands for|is called)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A sentence's place in the given order, and its score; 0 means that it has no word of the question."""

    index: int
    score: float


def rank(
    question: str, sentences: Sequence[str], counts: Mapping[str, int] | None = None, *, are_neighbours: bool = True
) -> list[Ranked]:
    """Rank sentences, the best first. `counts` tells how often words occur in the whole corpus."""
    language = language_of(" ".join([question, *sentences]))
    words = telling_words(question, language)
    terms = telling_terms(words, language)
    tokens = [terms_of(sentence, language) for sentence in sentences]
    weights = _weights(terms, tokens, _stemmed(counts or {}, language))
    coverages = _coverages(weights, tokens, reach=1 if are_neighbours else 0)
    scores = _bm25(terms, tokens)
    highest = max(scores, default=0.0) or 1.0
    ranked = [
        Ranked(
            index=index,
            score=_score(question, sentences[index], coverage, scores[index] / highest) if scores[index] else 0.0,
        )
        for index, coverage in enumerate(coverages)
    ]
    return sorted(ranked, key=lambda one: (-one.score, one.index))


def _score(question: str, sentence: str, coverage: float, bm25: float) -> float:
    score = 2 * coverage + bm25
    if _ASKS_NUMBER.search(question) and re.search(r"\d", sentence):
        score += 0.4
    if _ASKS_DEFINITION.search(question) and _DEFINES.search(sentence):
        score += 0.4
    if len(sentence) < 40 or not re.search(r"\w\W+\w+\W+\w", sentence):
        score *= 0.6
    return score * 0.7 if sentence.endswith(("?", "？")) else score


def _stemmed(counts: Mapping[str, int], language: str) -> dict[str, int]:
    return {term: count for word, count in counts.items() for term in telling_terms([word], language)}


def _weights(terms: Sequence[str], tokens: Sequence[list[str]], counts: Mapping[str, int]) -> dict[str, float]:
    """Weigh each term by its rarity, in the corpus where that is known, else among these sentences."""
    most = max(counts.values(), default=0)
    sets = [set(token) for token in tokens]
    weights = {}
    for term in terms:
        if term in counts:
            weights[term] = math.log(2 + most / (counts[term] + 0.5))
        else:
            having = sum(term in one for one in sets)
            weights[term] = math.log(2 + len(sets) / (having + 0.5)) if having else 1.0
    return weights


def _coverages(weights: Mapping[str, float], tokens: Sequence[list[str]], reach: int) -> list[float]:
    """Tell which share of the question's weight each sentence holds, with some of its neighbours'."""
    total = sum(weights.values()) or 1.0
    held = [{term for term in token if term in weights} for token in tokens]
    coverages = []
    for index, own in enumerate(held):
        near = set().union(*held[max(0, index - reach) : index + reach + 1]) - own
        here = sum(weights[term] for term in own)
        coverages.append((here + _NEIGHBOUR * sum(weights[term] for term in near)) / total)
    return coverages


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
