"""An LM that says what a script tells it: for tests and for trying the engine without a provider."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from rlm_desktop.corpus.tokens import estimate_tokens
from rlm_desktop.lm.prices import call_cost
from rlm_desktop.lm.protocol import BadRequest, LmError, OnText, Reply, Request, texts_of
from rlm_desktop.trace.facts import ModelFacts, Usage

Line = str | Reply | LmError
Script = Line | Callable[[Request], Line]
"""One reply: given, raised if it is an error, or made from the request."""


class ScriptedLM:
    """Says the lines of a script in order, or asks one function for every reply."""

    def __init__(
        self,
        replies: Sequence[Script] | Callable[[Request], Line],
        name: str = "scripted",
        *,
        facts: ModelFacts | None = None,
        output_limit_tokens: int = 4_096,
        latency_seconds: float = 0.0,
        provider: str = "script",
    ) -> None:
        self.requests: list[Request] = []
        self.in_flight = 0
        self.in_flight_peak = 0
        self.cancelled = 0
        self.is_closed = False
        self.output_limit_tokens = output_limit_tokens
        self.facts = facts or free_facts(name)
        self.provider = provider
        self._replies = replies
        self._latency_seconds = latency_seconds

    async def ask(self, request: Request, on_text: OnText | None = None) -> Reply:
        """Say the next line; a streamed one comes in pieces of eight characters."""
        position = len(self.requests)
        self.requests.append(request)
        self.in_flight += 1
        self.in_flight_peak = max(self.in_flight_peak, self.in_flight)
        try:
            await asyncio.sleep(self._latency_seconds)
            reply = self._priced(request, self._line(position, request))
            await _stream(reply, on_text)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.in_flight -= 1
        return reply

    async def close(self) -> None:
        """Remember that it was closed."""
        self.is_closed = True

    def _line(self, position: int, request: Request) -> Reply:
        line = self._replies(request) if callable(self._replies) else self._scripted(position, request)
        if isinstance(line, LmError):
            raise line
        return line if isinstance(line, Reply) else Reply(text=line)

    def _scripted(self, position: int, request: Request) -> Line:
        assert not callable(self._replies)
        if position >= len(self._replies):
            raise BadRequest(f"The script of {self.facts.name} has only {len(self._replies)} replies.")
        script = self._replies[position]
        return script(request) if callable(script) else script

    def _priced(self, request: Request, reply: Reply) -> Reply:
        if reply.usage != Usage():
            return reply
        usage = Usage(
            input_tokens=sum(map(estimate_tokens, texts_of(request.messages))),
            output_tokens=estimate_tokens(reply.text) + estimate_tokens(reply.reasoning),
            reasoning_tokens=estimate_tokens(reply.reasoning),
        )
        return replace(reply, usage=usage, cost_nano_usd=call_cost(self.facts, usage))


async def _stream(reply: Reply, on_text: OnText | None) -> None:
    if on_text is None:
        return
    for piece in _pieces(reply.reasoning):
        on_text("", piece)
    for piece in _pieces(reply.text):
        on_text(piece, "")
        await asyncio.sleep(0)


def _pieces(text: str, size: int = 8) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def free_facts(name: str, window_tokens: int = 128_000) -> ModelFacts:
    """Describe a model that runs here and costs nothing."""
    return ModelFacts(
        name=name,
        window_tokens=window_tokens,
        input_price=0,
        cached_input_price=0,
        output_price=0,
        goes_to="this computer",
    )
