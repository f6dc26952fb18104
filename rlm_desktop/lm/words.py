"""Words as the built-in model compares them: lower case, stemmed by language; names and numbers kept whole."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from threading import Lock
from typing import Protocol

_WORD = re.compile(r"\d+(?:[.,:]\d+)*|\w+(?:[-_.@’'/]\w+)*")
_PART = re.compile(r"[^\W_]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af]+")

_STOP_WORDS = {
    "english": "a about after all also an and any are as at be been before but by can could did do does for from had"
    " has have how i if in into is it its many may me more most much my no not of on one or our please should so some"
    " such tell than that the their them then there these they this to up us use used was we were what when where"
    " which who whom whose why will with would you your above below between during within without through under over"
    " again against because while via per each every both either between until since according"
    " say says document documents text find out",
    "german": "aber alle als am an auch auf aus bei bin bis da das dass dem den der des die dies diese dieser du durch"
    " ein eine einem einen einer es für hat haben ich ihr im in ist ja kann man mit nach nicht noch nur oder sein sich"
    " sie sind so über um und uns vom von vor war was wann warum welche welcher wenn wer werden wie wird wo zu zum zur",
    "french": "a au aux avec ce ces cette combien comment dans de des du elle en est et eu il ils je la le les leur"
    " lui ma mais me même mes moi mon ne nos notre nous on ou où par pas pour pourquoi qu quand que quel quelle quels"
    " qui sa se ses son sont sur ta te tu un une vos votre vous été être y",
    "spanish": "a al algo como con cuál cuando cuándo cuánto cuántos de del desde donde dónde el ella en entre era es"
    " esta este fue ha han hasta hay la las le les lo los más me mi muy no nos o para pero por porque que qué quién se"
    " ser si sin sobre son su sus también tiene un una y ya",
    "italian": "a ai al alla che chi ci come con cosa da dai dal dalla dei del della di dove e è gli ha hanno i il in"
    " io la le lo ma mi nel nella non o per perché più quale quali quando quanto quanti se si sono su sul sulla un una",
    "portuguese": "a ao aos as com como da das de do dos e é ela ele em entre era essa esse está foi há isso mais mas"
    " na nas não no nos o onde os ou para pela pelo por porque qual quais quando quanto quantos que quem se sem ser"
    " são seu sua também um uma",
    "dutch": "aan als bij dan dat de deze die dit door een en er het hoe hij hoeveel ik in is je kan maar met naar"
    " niet nog of om ook op over te tot uit van voor waar waarom wanneer wat was welke werd wie wordt zij zijn zo",
    "russian": "а без был была были было быть в во вот все где да для до его ее если есть же за и из или им их к как"
    " какая какие какой когда кто ли мы на не него но о об он она они от по почему при с сколько со так то только у"
    " уже что чтобы это этот я",
}
_STOPS = {language: frozenset(words.split()) for language, words in _STOP_WORDS.items()}
_SAMPLE_CHARACTERS = 4_000
_STEMMING = Lock()
"""A stemmer keeps the word it works on in itself, and ranking runs in several threads."""


class Stemmer(Protocol):
    """Gives the stem of a word."""

    def stemWord(self, word: str) -> str: ...  # noqa: N802, D102 - the library's name


def language_of(text: str) -> str:
    """Guess the language of a text by its small words; English where nothing tells."""
    found = [word.lower() for word in _PART.findall(text[:_SAMPLE_CHARACTERS])]
    counts = {language: sum(word in stops for word in found) for language, stops in _STOPS.items()}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] > counts["english"] else "english"


def words_of(text: str) -> list[str]:
    """Give the words of a text as they are written; writing without spaces comes as runs."""
    return _WORD.findall(text)


def terms_of(text: str, language: str) -> list[str]:
    """Give everything in a text that can be compared: stems, parts of compounds, pairs of characters."""
    return [term for word in words_of(text) for term in _terms(word, language)]


def telling_words(question: str, language: str) -> list[str]:
    """Give a question's words without the small ones, each once, as they are written."""
    telling = [word for word in words_of(question) if word.lower() not in _STOPS[language]]
    return list(dict.fromkeys(telling or words_of(question)))


def telling_terms(words: Iterable[str], language: str) -> list[str]:
    """Give the terms of some words, each once."""
    return list(dict.fromkeys(term for word in words for term in _terms(word, language)))


def stem_of(word: str, language: str) -> str:
    """Give the longest beginning of a word that its other forms share with it."""
    lowered = word.lower()
    stem = lowered if not _PART.fullmatch(lowered) else _stem(lowered, language)
    return stem if lowered.startswith(stem) else stem[:-1] if lowered.startswith(stem[:-1]) else lowered


@lru_cache(maxsize=200_000)
def _terms(word: str, language: str) -> tuple[str, ...]:
    lowered = word.lower()
    if _CJK.search(lowered):
        return tuple(term for run in _CJK.findall(lowered) for term in _pairs(run))
    parts = _PART.findall(lowered)
    stems = tuple(_stem(part, language) for part in parts)
    return stems if len(parts) < 2 else (lowered, *stems)


def _pairs(run: str) -> list[str]:
    return [run[start : start + 2] for start in range(max(1, len(run) - 1))]


def _stem(word: str, language: str) -> str:
    if word.isdigit():
        return word
    with _STEMMING:
        return _stemmer(language).stemWord(word)


@cache
def _stemmer(language: str) -> Stemmer:
    import snowballstemmer  # noqa: PLC0415 - only the built-in model needs it

    stemmer: Stemmer = snowballstemmer.stemmer(language)
    return stemmer
