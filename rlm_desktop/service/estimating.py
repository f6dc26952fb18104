"""Estimates a run from its spec and from what this computer remembers of earlier ones."""

from rlm_desktop.engine.estimate import Estimate, PastRun, Prospect
from rlm_desktop.engine.estimate import estimate as estimate_run
from rlm_desktop.engine.request import Models
from rlm_desktop.lm.protocol import LmError
from rlm_desktop.service.errors import ServiceError
from rlm_desktop.service.messages import EstimateRun, RunEstimated
from rlm_desktop.service.running import Kept
from rlm_desktop.service.spec import RunSpec
from rlm_desktop.storage.library import Library
from rlm_desktop.storage.summaries import RunSummary

_MOST_PAST = 300


def estimate(kept: Kept, asked: EstimateRun) -> RunEstimated:
    """Estimate a run, or say why it would be refused."""
    try:
        models = kept.access.models(asked.spec)
    except (ServiceError, LmError) as error:
        return RunEstimated(request=asked.request, problem=str(error))
    return _told(asked.request, models, estimate_for(kept, asked.spec, models, asked.tokens, asked.characters))


def estimate_for(kept: Kept, spec: RunSpec, models: Models, tokens: int, characters: int) -> Estimate:
    """Estimate a run whose models are made."""
    prospect = Prospect(
        strategy=spec.strategy,
        root=models.root.facts,
        worker=models.worker.facts,
        limits=spec.limits,
        tokens=tokens,
        characters=characters,
    )
    library = Library(kept.database)
    past = (_past(summary) for summary in library.runs(limit=_MOST_PAST) if summary.status == "answered")
    return estimate_run(prospect, [run for run in past if run.characters])


def _past(summary: RunSummary) -> PastRun:
    return PastRun(
        root=summary.root,
        worker=summary.worker,
        characters=summary.characters,
        cost_nano_usd=summary.cost_nano_usd,
        seconds=summary.seconds or 0.0,
        calls=summary.calls,
    )


def _told(request: int, models: Models, made: Estimate) -> RunEstimated:
    low, high = made.cost_nano_usd or (None, None)
    places = dict.fromkeys(lm.facts.goes_to for lm in (models.root, models.worker, *models.further))
    return RunEstimated(
        request=request,
        strategy=made.strategy,
        strategy_reason=made.strategy_reason,
        low_nano_usd=low,
        high_nano_usd=high,
        low_calls=made.calls[0],
        high_calls=made.calls[1],
        low_seconds=made.seconds[0],
        high_seconds=made.seconds[1],
        basis=made.basis,
        goes_to=tuple(places),
    )
