"""`builtin/extractive`: a model without key and network that finds sentences and quotes them; it does not reason.

As root it writes code as any root LM does; as worker it picks the sentences of a passage that fit the question best.
What it does next follows from the messages alone.
"""

import asyncio
from dataclasses import replace

from rlm_desktop.corpus.tokens import estimate_tokens
from rlm_desktop.lm.builtin_prompts import Asked, read_prompt
from rlm_desktop.lm.builtin_quoting import answer_directly, best_quotes, quoted_lines
from rlm_desktop.lm.builtin_root import last_answer, next_reply, summary
from rlm_desktop.lm.endpoints import THIS_COMPUTER
from rlm_desktop.lm.prices import LOCAL
from rlm_desktop.lm.protocol import OnText, Reply, Request, texts_of
from rlm_desktop.trace.facts import Usage

NAME = "builtin/extractive"
PROVIDER = "builtin"
_WINDOW_TOKENS = 1_000_000


class ExtractiveLM:
    """Finds and quotes; deterministic, free, and on this computer."""

    def __init__(self) -> None:
        self.facts = replace(LOCAL, window_tokens=_WINDOW_TOKENS).facts(NAME, THIS_COMPUTER)
        self.output_limit_tokens = 8_192
        self.provider = PROVIDER

    async def ask(self, request: Request, on_text: OnText | None = None) -> Reply:
        """Reply to one prompt; the ranking runs in a thread."""
        text = await asyncio.to_thread(_reply_to, read_prompt(request.messages))
        if on_text is not None:
            for line in text.splitlines(keepends=True):
                on_text(line, "")
                await asyncio.sleep(0)
        usage = Usage(
            input_tokens=sum(map(estimate_tokens, texts_of(request.messages))),
            output_tokens=estimate_tokens(text),
        )
        return Reply(text=text, usage=usage, cost_nano_usd=0)

    async def close(self) -> None:
        """Nothing to close."""


def _reply_to(asked: Asked) -> str:
    match asked.role:
        case "root":
            return next_reply(asked)
        case "final":
            return last_answer(asked)
        case "compaction":
            return summary(asked)
        case "direct":
            return answer_directly(asked.question, asked.passage)
        case "worker":
            return quoted_lines(best_quotes(asked.question, asked.passage, asked.counts))
