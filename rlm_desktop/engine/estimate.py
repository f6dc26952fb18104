"""What a run is likely to cost and take, before it begins: honest ranges, and what they rest on."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import TypeVar

from rlm_desktop.engine.prompts import worker_characters
from rlm_desktop.engine.strategies import choose
from rlm_desktop.lm.prices import call_cost
from rlm_desktop.trace.facts import Limits, ModelFacts, Strategy, Usage
from rlm_desktop.trace.wording import plural, short_number

Amount = TypeVar("Amount", int, float)
_FEW = 3
"""So many runs of the same kind, and they say more than reckoning does."""
_PROMPT_TOKENS = 4_000
_TURNS = (3, 12)
_TURN_TOKENS = (1_500, 6_000)
_ROOT_REPLY_TOKENS = (250, 900)
_WORKER_REPLY_TOKENS = (60, 500)
_SECONDS_A_CALL = (1.5, 12.0)
_LEAST_READ = 0.1
"""Many questions are answered from the passages that a search finds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """A run of this computer, as its history tells it; its cost is None where it is not known."""

    root: str
    worker: str
    characters: int
    cost_nano_usd: int | None
    seconds: float
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """From the least to the most that is likely; an unknown cost is None."""

    strategy: Strategy
    strategy_reason: str
    cost_nano_usd: tuple[int, int] | None
    calls: tuple[int, int]
    seconds: tuple[float, float]
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """The run that is estimated."""

    strategy: Strategy
    root: ModelFacts
    worker: ModelFacts
    limits: Limits
    tokens: int
    characters: int


def estimate(prospect: Prospect, past: Sequence[PastRun] = ()) -> Estimate:
    """Estimate a run: from runs like it where there are some, else by reckoning; never above its limits."""
    strategy, reason = choose(prospect.strategy, prospect.root, prospect.tokens)
    alike = [run for run in past if _is_alike(run, prospect)]
    tells = len(alike) >= _FEW and strategy not in ("direct", "summary")
    made = _from_past(alike) if tells else _reckoned(prospect, strategy)
    cost, calls, seconds, basis = made
    limits = prospect.limits
    return Estimate(
        strategy=strategy,
        strategy_reason=reason,
        cost_nano_usd=cost if cost is None else _capped(cost, limits.cost_nano_usd),
        calls=calls,
        seconds=_capped(seconds, limits.seconds),
        basis=basis,
    )


_Made = tuple[tuple[int, int] | None, tuple[int, int], tuple[float, float], str]


def _is_alike(run: PastRun, prospect: Prospect) -> bool:
    same = (run.root, run.worker) == (prospect.root.name, prospect.worker.name)
    return (
        same and run.cost_nano_usd is not None and prospect.characters / 4 <= run.characters <= prospect.characters * 4
    )


def _from_past(alike: Sequence[PastRun]) -> _Made:
    costs = _middle([run.cost_nano_usd or 0 for run in alike])
    calls = _middle([run.calls for run in alike])
    seconds = _middle([run.seconds for run in alike])
    basis = f"{plural(len(alike), 'earlier run')} here with these models over a similar amount of text"
    return (round(costs[0]), round(costs[1])), (round(calls[0]), round(calls[1])), seconds, basis


def _middle(values: Sequence[float]) -> tuple[float, float]:
    """Leave the lowest and the highest tenth out."""
    tenths = quantiles(values, n=10, method="inclusive")
    return tenths[0], tenths[-1]


def _reckoned(prospect: Prospect, strategy: Strategy) -> _Made:
    size = f"{plural(prospect.characters, 'character')} (about {short_number(prospect.tokens)} tokens)"
    if strategy == "direct":
        usage = [_usage(prospect.tokens + 500, told) for told in _ROOT_REPLY_TOKENS]
        cost = _both([call_cost(prospect.root, one) for one in usage])
        return cost, (1, 1), _SECONDS_A_CALL, f"{size} in one call"
    if strategy == "summary":
        return _reckoned_summary(prospect, size)
    turns = (min(_TURNS[0], prospect.limits.turns), min(_TURNS[1], prospect.limits.turns))
    workers = (0, 0) if strategy in ("rlm-no-subcalls", "codeact-bm25") else _worker_calls(prospect)
    cost = _both([_run_cost(prospect, turns[end], workers[end], end) for end in (0, 1)])
    rounds = [turns[end] + -(-workers[end] // prospect.limits.concurrency) for end in (0, 1)]
    seconds = (rounds[0] * _SECONDS_A_CALL[0], rounds[1] * _SECONDS_A_CALL[1])
    calls = (turns[0] + workers[0], turns[1] + workers[1])
    return cost, calls, seconds, f"{size}, {turns[0]} to {turns[1]} turns, a worker reading a tenth of it to all of it"


def _reckoned_summary(prospect: Prospect, size: str) -> _Made:
    """Every piece of the text is read once, by one call after another, and its notes go into the next."""
    pieces = max(1, -(-2 * prospect.tokens // prospect.root.window_tokens))
    calls = pieces + 1
    usage = [
        _usage(prospect.tokens + calls * (_PROMPT_TOKENS // 8 + told), calls * told) for told in _ROOT_REPLY_TOKENS
    ]
    cost = _both([call_cost(prospect.root, one) for one in usage])
    seconds = (calls * _SECONDS_A_CALL[0], calls * _SECONDS_A_CALL[1])
    return cost, (calls, calls), seconds, f"{size} in {plural(pieces, 'piece')}, then the answer"


def _worker_calls(prospect: Prospect) -> tuple[int, int]:
    room = worker_characters(prospect.worker)
    whole = -(-prospect.characters // room)
    return max(1, round(whole * _LEAST_READ)), max(4, 2 * whole)


def _run_cost(prospect: Prospect, turns: int, workers: int, end: int) -> int | None:
    """Reckon turns whose conversation grows, and a worker that reads its share of the text."""
    grown = sum(_PROMPT_TOKENS + turn * _TURN_TOKENS[end] for turn in range(turns))
    root = call_cost(prospect.root, _usage(grown, turns * _ROOT_REPLY_TOKENS[end]))
    share = _LEAST_READ if end == 0 else 1.0
    read = _usage(round(prospect.tokens * share) + workers * 200, workers * _WORKER_REPLY_TOKENS[end])
    worker = call_cost(prospect.worker, read if workers else Usage())
    return None if root is None or worker is None else root + worker


def _usage(asked: int, told: int) -> Usage:
    return Usage(input_tokens=asked, output_tokens=told)


def _both(costs: Sequence[int | None]) -> tuple[int, int] | None:
    low, high = costs
    return None if low is None or high is None else (low, high)


def _capped(amounts: tuple[Amount, Amount], limit: Amount | None) -> tuple[Amount, Amount]:
    return amounts if limit is None else (min(amounts[0], limit), min(amounts[1], limit))
