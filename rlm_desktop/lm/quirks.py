"""What a server turned out not to understand, learned from its refusals so that it is said only once."""

import re
from dataclasses import dataclass, replace

from rlm_desktop.lm.errors import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirks:
    """How to speak to one server."""

    output_limit_name: str = "max_tokens"
    most_output_tokens: int | None = None
    takes_stream_options: bool = True
    takes_schema: bool = True


def learn(quirks: Quirks, refusal: Refusal, *, output_limit_tokens: int) -> Quirks | None:
    """Find out which part of a request was refused; None when it is nothing we could leave out."""
    if refusal.status not in (400, 404, 422):
        return None
    words = refusal.words
    if quirks.takes_stream_options and "stream_options" in words:
        return replace(quirks, takes_stream_options=False)
    if quirks.takes_schema and re.search(r"response_format|json_schema", words):
        return replace(quirks, takes_schema=False)
    if quirks.output_limit_name == "max_tokens" and "max_completion_tokens" in words:
        return replace(quirks, output_limit_name="max_completion_tokens")
    if quirks.output_limit_name != "max_tokens" and quirks.output_limit_name in words and "support" not in words:
        return replace(quirks, output_limit_name="max_tokens")
    return _learn_output_limit(quirks, words, output_limit_tokens)


def _learn_output_limit(quirks: Quirks, words: str, asked_tokens: int) -> Quirks | None:
    if not re.search(r"max_(completion_)?tokens|output tokens|completion tokens", words):
        return None
    if re.search(r"context (length|window)", words):
        return None
    named = [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", words)]
    lower = [number for number in named if 0 < number < asked_tokens]
    if not lower:
        return None
    return replace(quirks, most_output_tokens=max(lower))
