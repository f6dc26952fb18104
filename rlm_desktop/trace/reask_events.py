"""What can happen after the end of a run: calls of it that had failed are asked again."""

from dataclasses import dataclass
from typing import Literal

from rlm_desktop.trace.facts import ReaskStatus
from rlm_desktop.trace.ids import BatchId, CallId, StepId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsReasked:
    """After the end of the run, calls of a fan-out that had failed are asked again, in a batch of their own.

    What failed stays as it was, and so does the answer, which was given without them.
    """

    kind: Literal["calls_reasked"] = "calls_reasked"
    batch: BatchId
    step: StepId
    of: BatchId
    """The fan-out that they belong to."""
    calls: tuple[CallId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaskEnded:
    """No more of these calls is asked again; `reason` says what kept some of them from it, in a sentence."""

    kind: Literal["reask_ended"] = "reask_ended"
    batch: BatchId
    status: ReaskStatus
    seconds: float
    reason: str = ""


ReaskEvent = CallsReasked | ReaskEnded
