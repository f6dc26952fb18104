"""What the window and the engine process say to each other about models, servers and keys."""

from dataclasses import dataclass, field

from rlm_desktop.settings.keys import KeyPlace
from rlm_desktop.settings.model_notes import Badge
from rlm_desktop.settings.preferences import PriceChoice, ServerChoice
from rlm_desktop.trace.facts import PriceSource


@dataclass(frozen=True, slots=True, kw_only=True)
class ListModels:
    """Look for models: on servers on this computer, on those that were added, at providers whose key is there."""

    base_url: str | None = None
    api_key_env: str | None = None
    servers: tuple[ServerChoice, ...] = ()
    prices: tuple[PriceChoice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckModel:
    """Ask a model a few things to see what it is good for; `ModelTested` follows."""

    model: str
    base_url: str | None = None
    api_key_env: str | None = None
    servers: tuple[ServerChoice, ...] = ()
    prices: tuple[PriceChoice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepKey:
    """Keep a key for a provider, or for an added server by its name; `KeyKept` and a new `ModelsListed` follow."""

    provider: str
    key: str = field(repr=False)
    place: KeyPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetKey:
    """Forget a key that was kept; `KeyKept` follows."""

    provider: str


ModelCommand = ListModels | CheckModel | KeepKey | ForgetKey


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelListed:
    """A model that can be used here. Prices are nano-dollars per million tokens; None is unknown."""

    name: str
    note: str
    goes_to: str
    """This computer, or which company."""
    is_local: bool = False
    window_tokens: int | None = None
    input_price: int | None = None
    cached_input_price: int | None = None
    output_price: int | None = None
    price_source: PriceSource = "unknown"
    badge: Badge | None = None
    """What the last test of it said; None before there was one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerLooked:
    """A server that was looked for; `problem` is a sentence, empty where it answered."""

    name: str
    base_url: str
    models: int = 0
    problem: str = ""
    is_added: bool = False
    """Whether the user added it; others are at their usual ports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyListed:
    """A provider whose key is there or could be: where it was found, None where there is none. Never the key."""

    provider: str
    """The first part of its models' names."""
    title: str
    variable: str
    place: KeyPlace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsListed:
    """The models that can be used here, where they were looked for, and which two would do best."""

    models: tuple[ModelListed, ...]
    servers: tuple[ServerLooked, ...] = ()
    keys: tuple[KeyListed, ...] = ()
    keyring_problem: str = ""
    """Why keys can't be kept in the system's keyring, in a sentence; empty where they can."""
    suggested_root: str = ""
    suggested_worker: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyKept:
    """A key was kept or forgotten; else `problem` says in a sentence why not."""

    provider: str
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCheck:
    """One thing that a test looked at: fence format, slicing, batching, error recovery, ending."""

    name: str
    passed: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelTested:
    """What a test of a model said; without a badge, `problem` says in a sentence why there is none."""

    model: str
    badge: Badge | None = None
    checks: tuple[ModelCheck, ...] = ()
    seconds: float = 0.0
    cost_nano_usd: int | None = None
    problem: str = ""


ModelFact = ModelsListed | KeyKept | ModelTested
