"""What a user asks for, in plain values that pass between processes."""

from dataclasses import dataclass, field
from typing import Any

from rlm_desktop.settings.preferences import PriceChoice, ServerChoice
from rlm_desktop.trace.facts import CacheMode, Limits, Strategy


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSpec:
    """A question, the documents and the models by name. `api_key_env` names the variable that holds the key."""

    question: str
    paths: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    """Files below the paths that are not to be read."""
    corpus: str | None = None
    """The name of a corpus whose paths are asked about, too."""
    ready_only: bool = False
    """Ask over what has been read so far, and read nothing more."""
    root: str
    worker: str
    base_url: str | None = None
    api_key_env: str | None = None
    strategy: Strategy = "auto"
    limits: Limits = field(default_factory=Limits)
    price_in_usd: float | None = None
    """Per million tokens, for models with no known price; both or none."""
    price_out_usd: float | None = None
    servers: tuple[ServerChoice, ...] = ()
    prices: tuple[PriceChoice, ...] = ()
    others: tuple[str, ...] = ()
    """Further models that code may ask by `model=`."""
    stronger_root: str = ""
    cache: CacheMode = "off"
    local_only: tuple[str, ...] = ()
    """Folders whose text may only go to models on this computer."""
    ask_above_usd: float | None = None
    """A fan-out that is expected to cost more is asked about first; None never."""
    ask_above_calls: int | None = None
    """So is one of more calls."""
    ask_at_limits: bool = False
    """Whether the user is asked at a limit, instead of the run ending there."""
    code_hints: bool = False
    answer_schema: dict[str, Any] | None = None
    """A JSON Schema that the answer must satisfy."""
