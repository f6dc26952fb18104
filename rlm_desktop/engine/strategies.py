"""Chooses how a question is answered, and says why."""

from rlm_desktop.trace.facts import ModelFacts, Strategy
from rlm_desktop.trace.wording import short_number

COMFORTABLE_TOKENS = 2**14
"""Below this a plain call beats an RLM (arXiv 2512.24601, figure 1)."""
EXTRACTIVE = "builtin/extractive"
_MOST_OF_WINDOW = 0.5


def choose(asked: Strategy, root: ModelFacts, tokens: int) -> tuple[Strategy, str]:
    """Give the strategy that runs and the reason for it."""
    if root.name == EXTRACTIVE and asked != "rlm-no-subcalls":
        return "rlm", f"{EXTRACTIVE} always works through the documents by code"
    if asked != "auto":
        return asked, "your choice"
    size = f"about {short_number(tokens)} tokens"
    if tokens >= COMFORTABLE_TOKENS:
        return "rlm", f"{size}, and from {COMFORTABLE_TOKENS:,} on a run reads better than one call"
    if tokens > root.window_tokens * _MOST_OF_WINDOW:
        return "rlm", f"{size} are more than half of what {root.name} reads at once ({root.window_tokens:,})"
    return "direct", f"{size}: below {COMFORTABLE_TOKENS:,} one call reads better than a run"
