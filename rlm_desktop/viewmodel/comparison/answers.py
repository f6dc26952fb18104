"""The answers of two runs beside each other: word by word where they are alike."""

from dataclasses import dataclass

from rlm_desktop.trace.events import AnswerGiven
from rlm_desktop.trace.tree import Trace
from rlm_desktop.viewmodel.comparison.alikeness import alikeness, bag_of
from rlm_desktop.viewmodel.comparison.text_diff import TextDiff, alone, beside, diff_texts
from rlm_desktop.viewmodel.comparison.texts import SideTexts, is_too_large

_ALIKE = 0.3
"""Answers that share fewer of their words are not compared word by word: the marks would only disturb."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDiff:
    """Both answers. `words` says in a sentence's part how they differ."""

    text: TextDiff
    words: str
    is_same: bool


def diff_answers(left: Trace, right: Trace, texts: tuple[SideTexts, SideTexts]) -> AnswerDiff:
    """Compare the answers of two runs."""
    given = (_given(left), _given(right))
    if given[0] is not None and given[1] is not None and given[0].answer == given[1].answer:
        text = _text(given[0], texts[0]) or _text(given[1], texts[1])
        return AnswerDiff(text=diff_texts(text, text), words="the answers are the same", is_same=True)
    ours, theirs = _text(given[0], texts[0]), _text(given[1], texts[1])
    if given[0] is None or given[1] is None:
        return _one_missing(ours, theirs, given)
    alike = alikeness(bag_of(ours), bag_of(theirs))
    if alike < _ALIKE:
        return AnswerDiff(text=beside(ours, theirs), words="the answers have little in common", is_same=False)
    percent = min(99, round(alike * 100))
    words = f"the answers share {percent} % of their words"
    return AnswerDiff(text=diff_texts(ours, theirs), words=words, is_same=False)


def _one_missing(ours: str, theirs: str, given: tuple[AnswerGiven | None, AnswerGiven | None]) -> AnswerDiff:
    if given[0] is None and given[1] is None:
        return AnswerDiff(text=TextDiff(note="Neither run has an answer."), words="neither has an answer", is_same=True)
    is_left = given[0] is not None
    words = f"only the {'first' if is_left else 'second'} run has an answer"
    return AnswerDiff(text=alone(ours if is_left else theirs, is_left=is_left), words=words, is_same=False)


def _given(trace: Trace) -> AnswerGiven | None:
    """Find the last answer of the root run."""
    run = trace.root
    if run is None:
        return None
    answers = [node for node in map(trace.nodes.__getitem__, run.children) if node.kind == "answer"]
    found = [fact for row in (run, *answers) for fact in row.facts(AnswerGiven) if fact.run == run.id]
    return found[-1] if found else None


def _text(given: AnswerGiven | None, texts: SideTexts) -> str:
    """Give an answer; its first line where the text is missing or beyond all measure."""
    if given is None:
        return ""
    text = None if is_too_large(given.answer) else texts.text(given.answer)
    return given.preview if text is None else text
