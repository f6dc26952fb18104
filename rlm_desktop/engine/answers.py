"""Judges an answer that a run gives: was the context looked at, does it satisfy the schema?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rlm_desktop.engine.hints import WITH_CONTEXT, Hints
from rlm_desktop.engine.schemas import BadSchema, ReplySchema, SchemaMismatch
from rlm_desktop.trace.facts import AnswerSource
from rlm_desktop.trace.ids import StepId

MOST_SCHEMA_REFUSALS = 2
"""After so many the answer is taken as it is and marked partial."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An answer that was given but not yet taken."""

    text: str
    source: AnswerSource
    step: StepId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Taken, or refused with what the root LM is told. `flaw` marks an answer that was taken all the same."""

    refusal: str = ""
    gate: bool = False
    """The refusal came from the forced exploration gate."""
    flaw: str = ""
    value: Any = None


class Judge:
    """Keeps count over one run."""

    def __init__(self, schema: ReplySchema | None, must_look: Callable[[], bool], hints: Hints = WITH_CONTEXT) -> None:
        self._schema = schema
        self._must_look = must_look
        self._hints = hints
        self._schema_refusals = 0

    def judge(self, candidate: Candidate) -> Verdict:
        """Say whether an answer counts."""
        if self._must_look():
            return Verdict(refusal=self._hints.look_first, gate=True)
        try:
            return Verdict(value=self.value_of(candidate.text))
        except (SchemaMismatch, BadSchema) as error:
            return self._mismatch(str(error))

    def value_of(self, answer: str) -> Any:
        """Give the answer as a value if a schema is set; raises if it does not satisfy it."""
        return None if self._schema is None else self._schema.value_in(answer)

    def value_or_flaw(self, answer: str) -> tuple[Any, str]:
        """Give the value, or None and what is wrong, for an answer that has to be taken."""
        try:
            return self.value_of(answer), ""
        except (SchemaMismatch, BadSchema) as error:
            return None, f"the answer does not satisfy the schema: {error}"

    def _mismatch(self, problem: str) -> Verdict:
        self._schema_refusals += 1
        if self._schema_refusals > MOST_SCHEMA_REFUSALS:
            return Verdict(flaw=f"the answer does not satisfy the schema: {problem}")
        return Verdict(
            refusal=f"The answer was not taken: it does not satisfy the schema ({problem}). "
            "Set it again as JSON of that form."
        )
