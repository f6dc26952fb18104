"""What the worker calls of a run have been like so far."""

from rlm_desktop.trace.facts import Usage

_USUAL_OUTPUT_TOKENS = 250
"""Expected of a worker before one has replied."""


class Experience:
    """Averages over the worker calls that ended well."""

    def __init__(self) -> None:
        self.calls = 0
        self._input_tokens = 0
        self._output_tokens = 0
        self._seconds = 0.0

    def note(self, usage: Usage, seconds: float) -> None:
        """Take one call in."""
        self.calls += 1
        self._input_tokens += usage.input_tokens
        self._output_tokens += usage.output_tokens
        self._seconds += seconds

    @property
    def input_tokens(self) -> int:
        """How many tokens a prompt has had; 0 before there was one."""
        return self._input_tokens // self.calls if self.calls else 0

    @property
    def output_tokens(self) -> int:
        """How many tokens a reply is expected to have."""
        return -(-self._output_tokens // self.calls) if self.calls else _USUAL_OUTPUT_TOKENS

    @property
    def seconds(self) -> float | None:
        """How long a call is expected to take; None before there was one."""
        return self._seconds / self.calls if self.calls else None
