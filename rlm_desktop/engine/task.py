"""What one run is to do."""

from dataclasses import dataclass
from typing import Any

from rlm_desktop.engine.material import Material
from rlm_desktop.engine.schemas import ReplySchema
from rlm_desktop.engine.subcalls import Spawn
from rlm_desktop.lm.protocol import LM


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A question over a text, and with which root LM it is answered."""

    question: str
    material: Material
    root: LM
    schema: ReplySchema | None = None
    schema_text: dict[str, Any] | None = None
    with_subcalls: bool = True
    search_only: bool = False
    """Whether code reaches the text by `search` alone."""
    spawn: Spawn | None = None
    """Starts a child run; None where depth forbids it."""
