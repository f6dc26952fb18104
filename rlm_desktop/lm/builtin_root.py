"""What the built-in model does next as root: looks, searches, has passages quoted, checks, answers."""

import re

from rlm_desktop.lm import builtin_code as code
from rlm_desktop.lm.builtin_prompts import Asked, read_counts
from rlm_desktop.lm.builtin_quoting import CLOSING, Candidate, answer_of, best_quotes, choose
from rlm_desktop.lm.ranking import content_words, cues_of
from rlm_desktop.lm.words import language_of, stem_of

_CHECKED = re.compile(r"^\[(?P<number>\d+)\] (?P<place>.+?), near (?P<near>[^“]*): “(?P<text>.*)”$", re.MULTILINE)
_PASSAGE = re.compile(rf"^{re.escape(code.PASSAGE_LINE)} (?P<number>\d+) of .*$", re.MULTILINE)
_FAILED = re.compile(r"^Block \d+ of \d+ (?:failed|was killed)", re.MULTILINE)
_QUOTED = re.compile(r"[\"“„«'‘]([^\"”“»'’]{3,80})[\"”»'’](?!\w)")
_NAMES = re.compile(r"(?<!^)(?<![.?!] )\b[^\W\d_a-z]\w+(?: [^\W\d_a-z]\w+)+")


def next_reply(asked: Asked) -> str:
    """Write the next turn, from what the last one brought."""
    stage = _stage(asked.replies[-1]) if asked.replies else None
    result = asked.results[-1] if asked.results else ""
    if stage is None:
        return _turn("First I look at what there is.", code.look())
    if stage != code.LOOK and _FAILED.search(result):
        return _turn("The code failed, so I say what I have.", code.plain_answer(_failure(result)))
    match stage:
        case code.LOOK:
            return _search(asked.question)
        case code.SEARCH:
            return _read(asked, result)
        case code.ASK:
            return _turn("I check that every quote stands in the documents.", code.check(None))
        case code.READ:
            picked = _picked(asked, result)
            return _turn("I check that every quote stands in the documents.", code.check(picked))
        case code.CHECK:
            return _answer(asked)
    return _turn("I answer again, in plain words.", code.plain_answer(last_answer(asked)))


def last_answer(asked: Asked) -> str:
    """Answer without code from the quotes that were checked so far."""
    return answer_of(choose(asked.question, _candidates(asked), _counts(asked)))


def summary(asked: Asked) -> str:
    """Sum up the work so far for later turns."""
    return f"The question is: {asked.question}\n{last_answer(asked)}"


def _stage(reply: str) -> str | None:
    found = re.findall(r"^# (.*)$", reply, re.MULTILINE)
    return next((line for line in reversed(found) if line in code.STAGES), None)


def _turn(intent: str, block: str) -> str:
    return f"{intent}\n\n```repl\n{block}\n```\n"


def _search(question: str) -> str:
    language = language_of(question)
    words = content_words(question)[:40]
    prefixes = list(dict.fromkeys(_prefix(word, language, question) for word in words))
    exact = [*_QUOTED.findall(question), *_NAMES.findall(question), *filter(_is_exact, words)]
    hints = [cue.pattern for cue in cues_of(question)]
    return _turn(
        "I search for the words of the question.", code.search(words, prefixes, list(dict.fromkeys(exact))[:8], hints)
    )


def _prefix(word: str, language: str, question: str) -> str:
    """Give what to look for: a word's stem; who founded something is its founder, not what was found."""
    if language == "english" and word.endswith("ed") and re.match(r"\s*who\b", question, re.IGNORECASE):
        return word.lower()[:-1]
    return stem_of(word, language)


def _is_exact(word: str) -> bool:
    """Tell a name, a number or an identifier from a common word."""
    return len(word) > 2 and (any(not sign.isalpha() for sign in word) or word[1:] != word[1:].lower())


def _read(asked: Asked, result: str) -> str:
    if f"{code.FOUND_MARK}0" in result:
        text = f"None of the documents has the words of the question.\n\n{CLOSING}"
        return _turn("Nothing has the words of the question.", code.plain_answer(text))
    if asked.has_workers:
        return _turn("A worker quotes from each passage.", code.ask(asked.question, read_counts(result)))
    return _turn("I read the best passages.", code.read())


def _picked(asked: Asked, result: str) -> list[tuple[int, str]]:
    """Pick quotes from passages that were printed."""
    heads = list(_PASSAGE.finditer(result))
    ends = [*(head.start() for head in heads[1:]), len(result)]
    counts = _counts(asked)
    return [
        (int(head["number"]), " ".join(quote.split()))
        for head, end in zip(heads, ends, strict=True)
        for quote in best_quotes(asked.question, result[head.end() : end], counts)
    ]


def _answer(asked: Asked) -> str:
    candidates = _candidates(asked)
    if not candidates and asked.has_workers and not _has_read(asked):
        return _turn("No worker quoted anything, so I read the best passages myself.", code.read())
    chosen = choose(asked.question, candidates, _counts(asked))
    if not chosen:
        return _turn("No quote fits the question.", code.plain_answer(answer_of([])))
    return _turn("I answer with the best quotes.", code.answer([one.number for one in chosen], CLOSING))


def _has_read(asked: Asked) -> bool:
    return any(_stage(reply) == code.READ for reply in asked.replies)


def _candidates(asked: Asked) -> list[Candidate]:
    """Read the checked quotes off the last check's output."""
    for reply, result in zip(reversed(asked.replies), reversed(asked.results[: len(asked.replies)]), strict=False):
        if _stage(reply) == code.CHECK:
            return [
                Candidate(number=int(found["number"]), place=found["place"], text=found["text"], near=found["near"])
                for found in _CHECKED.finditer(result)
            ]
    return []


def _counts(asked: Asked) -> dict[str, int]:
    return next(filter(None, map(read_counts, asked.results)), {})


def _failure(result: str) -> str:
    lines = [line for line in result.splitlines() if re.match(r"\w*(Error|Exception|Interrupt)\b.*:", line)]
    why = lines[-1] if lines else "the code was stopped"
    return f"The search could not be finished: {why}\n\n{CLOSING}"
