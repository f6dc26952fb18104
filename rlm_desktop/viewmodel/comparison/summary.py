"""What two runs differ in, in one or two sentences."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rlm_desktop.trace.wording import money, plural, seconds
from rlm_desktop.viewmodel.comparison.answers import AnswerDiff
from rlm_desktop.viewmodel.comparison.figures import Figure
from rlm_desktop.viewmodel.comparison.matching import StepPair
from rlm_desktop.viewmodel.comparison.settings import Setting
from rlm_desktop.viewmodel.comparison.text_diff import TextDiff

_NAMED = 3
"""So many settings are named; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the sentences are made of."""

    figures: Sequence[Figure]
    settings: Sequence[Setting]
    documents: TextDiff
    answer: AnswerDiff
    steps: Sequence[StepPair]
    has_all_steps: bool


def sentence(parts: Parts) -> str:
    """Say how the second run differs from the first."""
    figures = {figure.name: figure for figure in parts.figures}
    first = f"The second run {_cost(figures['Cost'])}{_time(figures['Time'])}"
    rest = [
        *_steps(parts.steps, "" if parts.has_all_steps else " that are compared"),
        parts.answer.words,
        *_settings(parts.settings),
    ]
    told = "; ".join(rest)
    return f"{first}. {told[0].upper()}{told[1:]}."


def _cost(figure: Figure) -> str:
    if figure.by is None:
        return "has a cost that cannot be compared"
    if not figure.by:
        return "cost the same"
    percent = f" ({figure.percent})" if figure.percent else ""
    return f"cost {money(round(abs(figure.by)))} {'more' if figure.by > 0 else 'less'}{percent}"


def _time(figure: Figure) -> str:
    if figure.by is None or not figure.by:
        return "" if figure.by is None else " and took as long"
    return f" and took {seconds(abs(figure.by))} {'longer' if figure.by > 0 else 'less'}"


def _steps(pairs: Sequence[StepPair], which: str) -> Iterator[str]:
    if not pairs:
        yield "neither has steps to compare"
        return
    counts = Counter(pair.change for pair in pairs)
    if counts["same"] == len(pairs):
        yield f"all steps{which} are the same" if len(pairs) > 1 else "the one step is the same"
        return
    words = (
        (counts["same"], "the same"),
        (counts["output"], "the same but for their output"),
        (counts["code"], "changed"),
        (counts["left"], "only in the first run"),
        (counts["right"], "only in the second run"),
    )
    told = [f"1 is {_of_one(what)}" if count == 1 else f"{count:,} are {what}" for count, what in words if count]
    yield (
        f"of {plural(len(pairs), 'step')}{which}, {_listed(told)}"
        if len(pairs) > 1
        else f"the one step is {_only(words)}"
    )


def _only(words: Sequence[tuple[int, str]]) -> str:
    return next(_of_one(what) for count, what in words if count)


def _of_one(what: str) -> str:
    return what.replace("their", "its")


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _settings(settings: Sequence[Setting]) -> Iterator[str]:
    names = [_lowered(setting.name) for setting in settings if setting.differs]
    if not names:
        yield "the settings are the same"
        return
    more = len(names) - _NAMED
    named = [*names[:_NAMED], f"{more:,} more"] if more > 1 else names
    yield f"{plural(len(names), 'setting')} {'differs' if len(names) == 1 else 'differ'}: {_listed(named)}"


def _lowered(name: str) -> str:
    return name[0].lower() + name[1:]
