"""Two runs compared as a whole: from two traces and their texts to what a page can show."""

from collections.abc import Callable
from dataclasses import dataclass

from rlm_desktop.trace.events import RunStarted
from rlm_desktop.trace.texts import TextRef
from rlm_desktop.trace.tree import Trace
from rlm_desktop.trace.wording import plural
from rlm_desktop.viewmodel.comparison.alignment import nothing_to_check
from rlm_desktop.viewmodel.comparison.answers import AnswerDiff, diff_answers
from rlm_desktop.viewmodel.comparison.figures import Figure, figures_of, status_words
from rlm_desktop.viewmodel.comparison.matching import StepPair, match_steps
from rlm_desktop.viewmodel.comparison.settings import Setting, documents_of, settings_of
from rlm_desktop.viewmodel.comparison.steps import MOST_STEPS, steps_to_compare
from rlm_desktop.viewmodel.comparison.summary import Parts, sentence
from rlm_desktop.viewmodel.comparison.text_diff import TextDiff
from rlm_desktop.viewmodel.comparison.texts import SideTexts


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHeading:
    """What names one of the two runs."""

    title: str
    started_at: float | None
    status: str
    models: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All that differs between two runs, and all that does not."""

    left: RunHeading
    right: RunHeading
    sentence: str
    problems: tuple[str, ...]
    figures: tuple[Figure, ...]
    settings: tuple[Setting, ...]
    documents: TextDiff
    answer: AnswerDiff
    steps: tuple[StepPair, ...]
    steps_note: str
    has_all_steps: bool

    @property
    def is_same(self) -> bool:
        """Whether the runs were set, did and answered the same; costs and times may differ."""
        is_set_alike = self.documents.is_same and not any(setting.differs for setting in self.settings)
        return (
            is_set_alike
            and self.has_all_steps
            and self.answer.is_same
            and all(pair.change == "same" for pair in self.steps)
        )


def compare(
    left: Trace,
    right: Trace,
    load: Callable[[TextRef], str],
    check: Callable[[], None] = nothing_to_check,
) -> Comparison:
    """Compare two runs; `check` is called now and then and may raise to give up."""
    texts = (SideTexts(load), SideTexts(load))
    (ours, has_more), (theirs, have_more) = steps_to_compare(left), steps_to_compare(right)
    steps, note = match_steps(ours, theirs, texts, check)
    check()
    answer = diff_answers(left, right, texts)
    check()
    figures, settings, documents = figures_of(left, right), settings_of(left, right), documents_of(left, right)
    has_all_steps = not (has_more or have_more)
    parts = Parts(
        figures=figures,
        settings=settings,
        documents=documents,
        answer=answer,
        steps=steps,
        has_all_steps=has_all_steps,
    )
    problems = (texts[0].problem("first"), texts[1].problem("second"))
    return Comparison(
        left=heading_of(left),
        right=heading_of(right),
        sentence=sentence(parts),
        problems=tuple(filter(None, problems)),
        figures=figures,
        settings=settings,
        documents=documents,
        answer=answer,
        steps=steps,
        steps_note=" ".join(filter(None, (_left_out(has_more, have_more), note))),
        has_all_steps=has_all_steps,
    )


def _left_out(has_more: bool, have_more: bool) -> str:
    """Say which run has more steps than are compared; empty if none has."""
    if not (has_more or have_more):
        return ""
    who = "both runs have" if has_more and have_more else f"the {'first' if has_more else 'second'} run has"
    return f"Only the first {MOST_STEPS:,} steps are compared; {who} more."


def heading_of(trace: Trace) -> RunHeading:
    """Name a run."""
    root = trace.root
    started = root.fact(RunStarted) if root is not None else None
    if root is None or started is None:
        return RunHeading(title="Nothing is recorded", started_at=None, status="", models="")
    turns = sum(trace.nodes[child].kind == "turn" for child in root.children)
    models = dict.fromkeys((started.root.name, started.worker.name))
    return RunHeading(
        title=started.title,
        started_at=root.started,
        status=f"{status_words(trace).capitalize()}, {plural(turns, 'turn')}",
        models=" with ".join(models),
    )
