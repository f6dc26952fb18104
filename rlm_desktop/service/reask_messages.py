"""What the window and the engine process say to each other about asking calls of an ended run again."""

from dataclasses import dataclass

from rlm_desktop.settings.preferences import PriceChoice, ServerChoice
from rlm_desktop.trace.ids import CallId, RunId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaskSpec:
    """Which calls of a fan-out to ask again, and how models are reached now."""

    run: RunId
    calls: tuple[CallId, ...]
    base_url: str | None = None
    api_key_env: str | None = None
    servers: tuple[ServerChoice, ...] = ()
    prices: tuple[PriceChoice, ...] = ()
    price_in_usd: float | None = None
    price_out_usd: float | None = None
    local_only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighReask:
    """Tell what asking these calls again would cost; `ReaskWeighed` follows, and nothing is sent."""

    spec: ReaskSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaskCalls:
    """Ask them again; their entries follow, then `ReaskOver`. `StopRun` stops it."""

    spec: ReaskSpec


ReaskCommand = WeighReask | ReaskCalls


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaskWeighed:
    """What asking again would cost; an unknown price makes None."""

    run: RunId
    calls: int = 0
    models: tuple[str, ...] = ()
    goes_to: tuple[str, ...] = ()
    """Where the prompts would go: this computer, or which companies."""
    cost_nano_usd: int | None = None
    """Expected."""
    most_nano_usd: int | None = None
    left_nano_usd: int | None = None
    """What the run's money limit leaves, which is never passed; None without a limit."""
    problem: str = ""
    """Why they cannot be asked, in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaskOver:
    """Nothing more is asked again of this run, or nothing was: then `problem` says why, in a sentence."""

    run: RunId
    problem: str = ""


ReaskFact = ReaskWeighed | ReaskOver
