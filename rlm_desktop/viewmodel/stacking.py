"""Bars out of sums: who was paid, and what kind of tokens went in and out."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from rlm_desktop.trace.controls import show_controls
from rlm_desktop.trace.totals import Totals
from rlm_desktop.trace.wording import money, one_line, plural, spent, tokens
from rlm_desktop.viewmodel.chart import Bar, Series

Key = TypeVar("Key")
Part = tuple[bool, Totals]
"""Whether the root LM was asked, and what its calls came to."""

ROLES = (Series(name="Root", tint="root"), Series(name="Worker", tint="worker"))
TOKEN_KINDS = (
    Series(name="New input", tint="accent"),
    Series(name="Input from cache", tint="accent", shade=0.3),
    Series(name="Input written to cache", tint="accent", shade=0.6),
    Series(name="Output", tint="code"),
    Series(name="Reasoning", tint="code", shade=0.35),
)
_LONGEST_NAME = 80


def money_bar(label: str, parts: Iterable[Part], runs: int = 0) -> Bar:
    """Stack what the root LM and the workers cost."""
    root, worker = _by_role(parts)
    amounts = (root.cost_nano_usd, worker.cost_nano_usd)
    return Bar(label=named(label), amounts=amounts, unknowns=(root.unpriced, worker.unpriced), runs=runs)


def token_bar(label: str, parts: Iterable[Part], runs: int = 0) -> Bar:
    """Stack the kinds of tokens; they come to all that went in and out."""
    whole = Totals()
    for _, sums in parts:
        whole.add(sums)
    # Providers count some tokens twice now and then; the parts never come to more than the whole.
    cached = min(whole.cached_input_tokens, whole.input_tokens)
    written = min(whole.cache_write_tokens, whole.input_tokens - cached)
    reasoning = min(whole.reasoning_tokens, whole.output_tokens)
    new = whole.input_tokens - cached - written
    amounts = (new, cached, written, whole.output_tokens - reasoning, reasoning)
    return Bar(label=named(label), amounts=amounts, runs=runs)


def _by_role(parts: Iterable[Part]) -> tuple[Totals, Totals]:
    root, worker = Totals(), Totals()
    for is_root, sums in parts:
        (root if is_root else worker).add(sums)
    return root, worker


def gathered(items: Iterable[tuple[Key, Part]], first: Iterable[Key] = ()) -> dict[Key, list[Part]]:
    """Put together what has one key; `first` are keys that are there in any case, in this order."""
    found: dict[Key, list[Part]] = {key: [] for key in first}
    for key, part in items:
        found.setdefault(key, []).append(part)
    return found


def by_cost(found: Mapping[Key, list[Part]]) -> list[Key]:
    """Give the keys, the dearest first; where nothing is known to cost anything, those with most tokens."""
    return sorted(found, key=lambda key: _weight(found[key]), reverse=True)


def _weight(parts: list[Part]) -> tuple[int, int]:
    return sum(sums.cost_nano_usd for _, sums in parts), sum(sums.tokens for _, sums in parts)


def named(label: str) -> str:
    """Make a foreign name safe to show in one line."""
    return one_line(show_controls(label).encode("utf-8", "replace").decode(), _LONGEST_NAME)


def whole_words(whole: Totals, is_money: bool) -> str:
    """Say what everything comes to."""
    if is_money:
        return f"{spent(whole.cost_nano_usd, whole.unpriced)} in all"
    return f"{tokens(whole.input_tokens)} in, {tokens(whole.output_tokens)} out"


def unknown_note(unpriced: int) -> tuple[str, ...]:
    """Say what no bar shows."""
    if not unpriced:
        return ()
    return (f"What {plural(unpriced, 'call')} cost is not known: hatched ends mark it, and have no measure.",)


def nothing_words(calls: int, is_money: bool) -> str:
    """Say why there is no bar to see."""
    if not is_money:
        return f"No tokens were counted: {plural(calls, 'call')} came back without a count."
    return f"{plural(calls, 'call')} cost {money(0)}: there is nothing to draw."
