"""Which nodes of a large recorded run a filter lets through: every condition looks at all of them at once."""

from collections.abc import Callable

import numpy as np

from rlm_desktop.skeleton.columns import Array
from rlm_desktop.skeleton.sealed import SealedTrace
from rlm_desktop.trace.nodes import KINDS, STATUSES
from rlm_desktop.trace.wording import NANO
from rlm_desktop.viewmodel.trace_filter import Filter, Name, Operator, Term, statuses_of

_COMPARE: dict[Operator, Callable[[Array, float], Array]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "=": np.equal,
    ":": np.equal,
}


def hits_of(wanted: Filter, trace: SealedTrace) -> Array:
    """Mark the nodes for which all conditions hold at the trace's position."""
    hits: Array = trace.columns["begun"] < trace.position
    for term in wanted.terms:
        hits &= _TESTS[term.name](wanted, trace, term) != term.is_turned
    return hits


def _kind(_wanted: Filter, trace: SealedTrace, term: Term) -> Array:
    return np.isin(trace.columns["kind"], [KINDS.index(kind) for kind in KINDS if kind in term.values])


def _status(_wanted: Filter, trace: SealedTrace, term: Term) -> Array:
    everywhere = np.arange(len(trace.columns["id"]))
    return np.isin(trace.status(everywhere), [STATUSES.index(status) for status in statuses_of(term)])


def _model(_wanted: Filter, trace: SealedTrace, term: Term) -> Array:
    names = trace.columns.facts["models"]
    wanted = [
        number for number, name in enumerate(names) if name and any(one in name.casefold() for one in term.values)
    ]
    return np.isin(trace.columns["model"], wanted)


def _depth(_wanted: Filter, trace: SealedTrace, term: Term) -> Array:
    return _COMPARE[term.operator](trace.columns["depth"], term.number)


def _cost(_wanted: Filter, trace: SealedTrace, term: Term) -> Array:
    return _COMPARE[term.operator](trace.sums("cost_nano_usd"), round(term.number * NANO))


def _tokens(_wanted: Filter, trace: SealedTrace, term: Term) -> Array:
    return _COMPARE[term.operator](trace.sums("input_tokens") + trace.sums("output_tokens"), term.number)


def _seconds(_wanted: Filter, trace: SealedTrace, term: Term) -> Array:
    return _COMPARE[term.operator](_lasted(trace), term.number)


def _lasted(trace: SealedTrace) -> Array:
    columns = trace.columns
    has_ended = (columns["ended"] < trace.position) & ~np.isnan(columns["seconds"])
    return np.where(has_ended, columns["seconds"], np.maximum(0.0, trace.last_at - columns["started"]))


def _at(_wanted: Filter, trace: SealedTrace, term: Term) -> Array:
    started = trace.columns["started"]
    after_start = started - (started[0] if len(started) else 0.0)
    is_before = term.operator in ("<", "<=")
    return _COMPARE[term.operator](after_start if is_before else after_start + _lasted(trace), term.number)


def _text(wanted: Filter, trace: SealedTrace, term: Term) -> Array:
    hits: Array = np.zeros(len(trace.columns["id"]), dtype="?")
    for value in term.values:
        places = (trace.place_of(node) for node in wanted.holders.get(value, ()))
        hits[[place for place in places if place is not None]] = True
    return hits


_TESTS: dict[Name, Callable[[Filter, SealedTrace, Term], Array]] = {
    "kind": _kind,
    "status": _status,
    "model": _model,
    "depth": _depth,
    "cost": _cost,
    "tokens": _tokens,
    "seconds": _seconds,
    "at": _at,
    "text": _text,
}
